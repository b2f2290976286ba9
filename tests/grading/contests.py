"""Statements, appeals and what officials decide about a grade, over HTTP."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.kernel import clock, ids, ledger
from enterprises.models import Enterprise
from grading.actions import record, regrade
from grading.models import Fact
from grading.models.fact import Origin
from hazards.models import Hazard
from hazards.policy.words import Verb
from tests import loop
from tests.api import Api
from tests.cast import DAY, HOUR
from tests.story import Story, day

PLAN = {"goal": "消除", "measures": "停用", "funds_cny": 1000, "responsible": "张三", "contingency": "撤离"}


def sent(cast: Any, who: str, path: str, **body: Any) -> dict[str, Any]:
    """Return what somebody of the cast is answered who posts something that is taken."""
    reply = Api().as_(getattr(cast, who)).post(path, {"id": str(ids.new()), **body})
    assert reply.status_code == 201, reply.content
    return reply.json()


def stated(cast: Any) -> str:
    """Return the id of a statement of A."""
    assert cast.owner_a
    return sent(cast, "owner_a", f"/enterprises/{cast.a.id}/statements", text="本厂已完成整改")["id"]


def overridden(cast: Any) -> str:
    """Return the id of an override of A that is in force."""
    body = {"grade": "red", "reason": "从严", "legal_review": "合法", "until": clock.text(clock.now() + 30 * DAY)}
    return sent(cast, "regulator", f"/enterprises/{cast.a.id}/overrides", **body)["id"]


def appealed(cast: Any) -> str:
    """Return the id of an appeal about an override of A."""
    body = {"override_id": overridden(cast), "reason": "依据不足"}
    return sent(cast, "owner_a", f"/enterprises/{cast.a.id}/appeals", **body)["id"]


def re_rated(cast: Any) -> str:
    """Return the id of a request for a visit to A, whose grade fell for a while and waits for a look since."""
    _fallen(cast, "liability_insurance_missing", "quarterly_report_missing", "emergency_plan_missing")
    return sent(cast, "owner_a", f"/enterprises/{cast.a.id}/re-ratings")["id"]


def improved(cast: Any) -> str:
    """Return the id of the county's decision that A leaves red, where an order had brought it."""
    _fallen(cast, "stop_order")
    loop.a_walk(cast, Verb.PASS, at=clock.now() - HOUR * 12)
    return sent(cast, "regulator", f"/enterprises/{cast.a.id}/improvements")["id"]


def _fallen(cast: Any, *kinds: str) -> None:
    now, firm = clock.now(), Enterprise.objects.get(id=cast.a.id)
    for kind in kinds:
        a_fact(firm, kind, since=now - 3 * DAY, until=now - 2 * DAY, by=cast.inspector)
    for at in (now - 3 * DAY, now - 2 * DAY):
        regrade.regrade(firm.id, at=at)


def a_fact(firm: Enterprise, kind: str, *, since: datetime, until: datetime | None, by: Any) -> Fact:
    """Return a dated fact that somebody wrote into an enterprise's file when it began."""
    source = record.Source(Origin.OFFICIAL, ledger.Signer(by.id, "inspector"))
    return record.enter(record.Given(kind, {}, since, until), firm, fact_id=ids.new(), source=source, at=since)


# name in a path -> what makes one of it
MADE: dict[str, Callable[[Any], str]] = {
    "statement": stated, "override": overridden, "appeal": appealed, "re_rating": re_rated, "improvement": improved,
}  # fmt: skip


class Contest(Story):
    """A story with what is contested and decided about the grade of enterprise A."""

    def post(self, who: str, path: str, body: Any = None, *, at: datetime) -> Any:
        """Return the answer to an act, taken or refused."""
        person = getattr(self.cast, who)
        with self.frozen(at):
            return self.api.as_(person).post(path, {"id": str(ids.new()), **(body or {})})

    def about(self, who: str, noun: str, body: Any = None, *, at: datetime) -> Any:
        """Return the answer to an act on A: `noun` is improvements, overrides, appeals, re-ratings …"""
        return self.post(who, f"/enterprises/{self.cast.a.id}/{noun}", body, at=at)

    def settled(self, at: datetime) -> None:
        """Let background work and the calendar have had their turn at an instant."""
        self.drain(at)
        while regrade.sweep(at=at):
            pass
        self.drain(at)

    def code(self, at: datetime, who: str = "owner_a") -> dict[str, Any]:
        """Return the safety code of A as somebody reads it once everything is settled."""
        assert self.cast.a
        self.settled(at)
        return self.say(who, "GET", f"/enterprises/{self.cast.a.id}/safety-code", at=at)

    def grade(self, at: datetime) -> tuple[str, str | None]:
        """Return the grade of A and what it waits for."""
        told = self.code(at)
        return told["grade"], told["waiting_for"] and told["waiting_for"]["what"]

    def history(self, at: datetime, *, as_known_at: datetime | None = None) -> list[tuple[str, float | None, str]]:
        """Return grade, score and cause of every period of A, newest first, as known at an instant."""
        asked = f"?as_known_at={clock.text(as_known_at)}" if as_known_at else ""
        path = f"/enterprises/{self.cast.a.id}/safety-code/history{asked}"
        items = self.say("owner_a", "GET", path, at=at)["items"]
        return [(row["grade"], row["score"], row["cause"]) for row in items]

    def closed_major(self, id: UUID, at: datetime) -> None:
        """Let a major hazard be planned, rectified, and passed on site by two fresh inspectors."""
        self.act(id, "plans", {**PLAN, "due_on": day(at)}, by="officer_a", at=at)
        self.submitted(id, at)
        two = [str(self.cast.inspector_2.id), str(self.cast.inspector_3.id)]
        body = {"outcome": "pass", "on_site": True, "inspectors": two}
        first = self.act(id, "reinspections", body, by="inspector_2", at=at)["id"]
        self.say("inspector_3", "POST", f"/reinspections/{first}/countersignatures", {}, at=at)

    def red(self, at: datetime) -> tuple[UUID, datetime]:
        """Let a major hazard of A, found at `at`, become overdue; return its id and the deadline."""
        id = self.found(at, level="major")
        due = Hazard.objects.get(id=id).due_at
        assert due
        self.settled(due)
        return id, due

    def mended(self, at: datetime) -> datetime:
        """Let A have been red, and be mended and looked at: return when only the county's decision is missing."""
        id, due = self.red(at)
        self.closed_major(id, due + DAY)
        self.settled(due + DAY)
        return due + DAY + HOUR

    def fact(self, kind: str, at: datetime, *, until: datetime | None = None) -> Fact:
        """Let an inspector write a dated fact about A into its file, and the grade follow."""
        firm = Enterprise.objects.get(id=self.cast.a.id)
        fact = a_fact(firm, kind, since=at, until=until, by=self.cast.inspector)
        self.settled(at)
        return fact

    def blue(self, at: datetime) -> datetime:
        """Let A have become blue for a day, for facts that have ended since: return when only a look is missing."""
        for kind in ("liability_insurance_missing", "quarterly_report_missing", "emergency_plan_missing"):
            self.fact(kind, at, until=at + DAY)
        self.settled(at + DAY)
        return at + DAY

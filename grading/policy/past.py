"""What was known of an enterprise at an instant of its past, put together again from what has happened. Pure.

The course of a grade under another rule is worked out from this and not from kept snapshots: those leave out what the rule
in force had no use for. What was corrected since (voided facts, granted appeals) never counted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from backend.kernel.calendar import local_day
from grading.policy import course
from grading.policy.changes import matters
from grading.policy.course import Look, Rules
from grading.policy.document import Document
from grading.policy.facts import (
    ON_SITE,
    REMOTE,
    Dated,
    Decision,
    Facts,
    Lapse,
    Override,
    Period,
    Strike,
    Verification,
    Weighed,
)
from grading.policy.standing import Standing
from hazards.policy.words import Level, Source, Status

LAPSES = {"hazard.failed": "reinspection_failed", "hazard.recurred": "look_back_failed"}
LOOKS = ("hazard.passed", "hazard.countersigned", "hazard.held")
# more than this happens at nobody's in a year; of one at whose it does, the end of each day is looked at
MOST_INSTANTS = 400


@dataclass(frozen=True, slots=True)
class Turn:
    """From `at` on a hazard stood like this; `visit` is a look of an official after which nothing was wrong."""

    at: datetime
    hazard: Weighed
    visit: Verification | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One self-inspection: when it was due, when it counted as missed, when it was handed in."""

    id: UUID
    due_at: datetime
    missed_at: datetime | None
    submitted_at: datetime | None

    def settled_at(self) -> datetime | None:
        """Return when it was settled first."""
        return min((at for at in (self.missed_at, self.submitted_at) if at), default=None)


@dataclass(frozen=True, slots=True)
class Known:
    """A dated fact: known since `at`; its end was decided at `ended_at`, None if it was known from the beginning."""

    at: datetime
    fact: Dated
    ended_at: datetime | None = None

    def seen(self, at: datetime) -> Dated:
        """Return the fact as it was known at `at`."""
        return replace(self.fact, valid_to=None) if self.ended_at and self.ended_at > at else self.fact


@dataclass(frozen=True, slots=True)
class Past:
    """All that has happened to one enterprise and may matter. The order of what stands in a tuple never does."""

    registered_at: datetime
    turns: tuple[Turn, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    dated: tuple[Known, ...] = ()
    visits: tuple[Verification, ...] = ()
    overrides: tuple[Override, ...] = ()
    decisions: tuple[Decision, ...] = ()
    strikes: tuple[Strike, ...] = ()

    def facts(self, policy: Document, at: datetime) -> Facts:
        """Return what was known at `at`, without hazards that no longer weigh under `policy`."""
        latest: dict[UUID, Weighed] = {}
        told = [turn for turn in self.turns if turn.at <= at]
        for turn in told:
            latest[turn.hazard.id] = turn.hazard
        visits = [*(turn.visit for turn in told if turn.visit), *(visit for visit in self.visits if visit.at <= at)]
        return Facts(
            registered_at=self.registered_at,
            hazards=tuple(hazard for hazard in latest.values() if matters(hazard, policy, at)),
            periods=tuple(self._periods(at)),
            dated=tuple(known.seen(at) for known in self.dated if known.at <= at),
            verifications=tuple(visits),
            overrides=tuple(override for override in self.overrides if override.at <= at),
            decisions=tuple(one for one in self.decisions if one.at <= at),
            strikes=self.strikes,
        )

    def instants(self, since: datetime, until: datetime) -> list[datetime]:
        """Return when something happened after `since`, up to and with `until`, in order; many of one day as its last."""
        found = sorted({at for at in self._happened() if since < at <= until})
        if len(found) <= MOST_INSTANTS:
            return found
        return [list(day)[-1] for _, day in groupby(found, key=local_day)]

    def _happened(self) -> Iterator[datetime]:
        yield self.registered_at
        yield from (turn.at for turn in self.turns)
        for sheet in self.sheets:
            yield from (at for at in (sheet.missed_at, sheet.submitted_at) if at)
        for known in self.dated:
            yield from (at for at in (known.at, known.ended_at) if at)
        yield from (visit.at for visit in self.visits)
        yield from (override.at for override in self.overrides)
        yield from (one.at for one in self.decisions)

    def _periods(self, at: datetime) -> Iterator[Period]:
        settled = [sheet for sheet in self.sheets if (when := sheet.settled_at()) and when <= at]
        for due_at, group in groupby(sorted(settled, key=lambda x: (x.due_at, x.id)), key=lambda x: x.due_at):
            members = list(group)
            done = {x.id: x.submitted_at for x in members if x.submitted_at and x.submitted_at <= at}
            missed = tuple(x.id for x in members if x.id not in done)
            late = tuple(id for id, handed_in in done.items() if handed_in >= due_at)
            yield Period(due_at, tuple(x.id for x in members), missed, late)


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger entry of a hazard: `before` and `after` are statuses, `facts` what every entry says of its hazard."""

    id: UUID
    kind: str
    at: datetime
    before: str
    after: str
    facts: Mapping[str, Any]


def turns(hazard_id: UUID, entries: Iterable[Entry], *, stop_work: bool) -> Iterator[Turn]:
    """Return how one hazard went, from its ledger, oldest first. `stop_work`: whether work was stopped with its confirmation."""
    submitted_at: datetime | None = None
    lapses: tuple[Lapse, ...] = ()
    listing = ""
    for entry in entries:
        if entry.after == Status.AWAITING_REINSPECTION and entry.before != entry.after:
            submitted_at = entry.at
        if entry.kind in LAPSES:
            lapses = (*lapses, Lapse(LAPSES[entry.kind], entry.at))
        listing = _listing(listing, entry.kind)
        hazard = Weighed(
            id=hazard_id, level=Level(entry.facts["level"]), source=Source(entry.facts["source"]), status=Status(entry.after),
            since=_at(entry.facts["confirmed_at"]) or _at(entry.facts["received_at"]) or entry.at,
            due_at=_at(entry.facts["due_at"]), submitted_at=submitted_at, closed_at=_at(entry.facts["closed_at"]),
            listed=listing == "listed", stop_work=stop_work and bool(entry.facts["confirmed_at"]),
            recurrence=bool(entry.facts["recurrence_of"]), lapses=lapses,
        )  # fmt: skip
        yield Turn(entry.at, hazard, _visit(entry))


def _listing(before: str, kind: str) -> str:
    """Return where a listing stands after an entry; a failed re-inspection revives one that was lifted for it."""
    if kind == "hazard.submitted" and before == "lifted":
        return ""
    return {"hazard.listed": "listed", "hazard.lifted": "lifted", "hazard.failed": "listed" if before else ""}.get(kind, before)


def _visit(entry: Entry) -> Verification | None:
    if entry.kind not in LOOKS:
        return None
    remote = entry.kind == "hazard.passed" and not entry.facts.get("on_site")
    return Verification(entry.id, REMOTE if remote else ON_SITE, entry.at)


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the past: from where an enterprise stood at `since` up to and with `until`.

    `changes` are instants at which another version of the rule came into force.
    """

    since: datetime
    until: datetime
    standing: Standing
    changes: tuple[datetime, ...] = ()


def replay(past: Past, rules: Rules, stretch: Stretch) -> Look | None:
    """Return the last look at the enterprise of a stretch by `rules`; None if it was not registered by then.

    It is looked at at the beginning or when it was registered, whenever something happened, and whenever the calendar asks.
    """
    last: Look | None = None
    for at in _looked_at(past, stretch):
        if last is not None:
            for look in course.through(last, rules, at):
                last = look
        rule = rules(at)
        track = stretch.standing if last is None else last.standing
        last = course.look(past.facts(rule.document, at), track, rule, at)
    if last is not None:
        for look in course.through(last, rules, stretch.until):
            last = look
    return last


def _looked_at(past: Past, stretch: Stretch) -> list[datetime]:
    begin = max(stretch.since, past.registered_at)
    if begin > stretch.until:
        return []
    changes = [at for at in stretch.changes if begin < at <= stretch.until]
    return sorted({begin, *past.instants(begin, stretch.until), *changes})

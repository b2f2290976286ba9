"""What does not look like an honest visit, in words; nothing follows from it by itself."""

from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from accounts.models import Region
from backend.kernel.calendar import local_day
from backend.kernel.problems import Invalid
from backend.kernel.web.fields import Body, Day, Out, RegionCode
from inspections.policy.anomalies import Anomaly, Pattern
from inspections.queries.anomalies import Found

DEFAULT_DAYS, MOST_DAYS = 30, 92
WORDS: dict[Pattern, tuple[str, str]] = {
    Pattern.IMPOSSIBLE_SPEED: (
        "两次签到相距 {km} 公里,只隔 {minutes} 分钟(约 {kmh} 公里/小时)",
        "Two check-ins {km} km apart within {minutes} minutes (about {kmh} km/h)",
    ),
    Pattern.TOO_FAST: (
        "{items} 项检查内容只用了 {seconds} 秒,比走一遍还快",
        "{items} items answered in {seconds} seconds, faster than walking past them",
    ),
    Pattern.IDENTICAL_ANSWERS: (
        "{enterprises} 家企业的检查表({items} 项)填得一模一样",
        "The very same answers to {items} items at {enterprises} enterprises",
    ),
    Pattern.CLOSURES_PER_HOUR: (
        "一小时内复查通过 {closures} 条隐患", "{closures} hazards passed within one hour",
    ),
    Pattern.REMOTE_PASSES: (
        "当月复查通过 {passes} 条隐患,其中 {remote} 条未到现场({percent}%)",
        "Of {passes} hazards passed that month {remote} without going there ({percent} %)",
    ),
    Pattern.SAME_PAIR: (
        "两人同组检查 {visits} 次,占较忙一人的 {percent}%",
        "The two went together {visits} times, {percent} % of the busier one's visits",
    ),
}  # fmt: skip


class AnomaliesQuery(Body):
    """A region and days in Asia/Shanghai, both ends included; the last 30 days unless said, 92 at most."""

    region: RegionCode | None = None
    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="to")

    def period(self, at: datetime) -> tuple[date, date]:
        """Return the days asked for, as of `at`. Raises: Invalid if they run backwards or are too many."""
        end = self.end or max(local_day(at), self.start or local_day(at))
        start = self.start or end - timedelta(days=DEFAULT_DAYS - 1)
        if end < start:
            raise Invalid(errors=[{"field": "from", "code": "period.backwards", "message": "must not lie after `to`"}])
        if (end - start).days >= MOST_DAYS:
            raise Invalid(errors=[{"field": "from", "code": "period.too_long", "message": "92 days at most"}])
        return start, end


class OfficialOut(Out):
    """Whose it is; an auditor is told no name."""

    id: UUID
    name: str | None


class EvidenceOut(Out):
    """An object that shows it; whether it can be read is for its own address to say."""

    kind: Literal["inspection", "hazard"]
    id: UUID


class AnomalyOut(Out):
    """One thing to look at: what, whose, when, in words and numbers, and the objects that show it. It proves nothing."""

    pattern: Pattern
    officials: list[OfficialOut]
    at: datetime
    detail: str
    facts: dict[str, Any]
    evidence: list[EvidenceOut]


class AnomaliesOut(Out):
    """What was noticed, newest first; not `complete`: ask for fewer days or a smaller region."""

    region: str
    start: date = Field(serialization_alias="from")
    end: date = Field(serialization_alias="to")
    complete: bool
    items: list[AnomalyOut]


def answer(
    found: Found, *, region: Region, period: tuple[date, date], names: bool, language: str
) -> dict[str, Any]:  # fmt: skip
    """Return the whole answer; `names`: whether the reader is told who people are."""
    items = [_one(anomaly, found.names if names else {}, language) for anomaly in found.anomalies]
    return {"region": region.code, "start": period[0], "end": period[1], "complete": found.complete, "items": items}


def _one(anomaly: Anomaly, names: dict[UUID, str], language: str) -> dict[str, Any]:
    words = WORDS[anomaly.pattern][language == "en"]
    percent = round(100 * float(anomaly.facts.get("share", 0)))
    return {
        "pattern": anomaly.pattern, "at": anomaly.at, "detail": words.format(**anomaly.facts, percent=percent),
        "officials": [{"id": official, "name": names.get(official)} for official in anomaly.officials],
        "facts": anomaly.facts, "evidence": [{"kind": kind, "id": id} for kind, id in anomaly.evidence],
    }  # fmt: skip

"""Who has to be told what in a simulated month, written down a second time: from lifecycle.md and the list of notices as
people read them, sharing no rule with the product. Only working days are looked up in the same calendar.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.kernel.calendar import WorkingDays

SHANGHAI, DAY = ZoneInfo("Asia/Shanghai"), timedelta(days=1)


class Notice(NamedTuple):
    """One person (key of the world) told once of one thing."""

    hazard: UUID
    kind: str
    person: str


@dataclass(frozen=True)
class Deed:
    """Something that happened to a hazard: who did it, when, and the deadline and level that held from then on."""

    kind: str
    by: str
    at: datetime
    due: datetime | None = None
    major: bool = False


@dataclass
class Tale:
    """A hazard's whole story: who its people are, and what happened. `drawn`: its own lot was drawn."""

    id: UUID
    owner: str
    officer: str
    grid: str
    inspectors: tuple[str, ...]
    regulator: str
    deeds: list[Deed] = field(default_factory=list)
    drawn: bool = False

    @property
    def reporter(self) -> str:
        return self.deeds[0].by


# kind -> (who gets an SMS, who only finds it in the inbox); `judge` is the grid worker, of a major one the inspectors
DEEDS: dict[str, tuple[str, str]] = {
    "hazard.reported:reported": ("judge regulator-if-major", "owner officer"),
    "hazard.reported:rectifying": ("owner officer", ""),
    "hazard.reported:awaiting_reinspection": ("owner officer", ""),
    "hazard.confirmed": ("owner officer regulator-if-major", ""),
    "hazard.returned": ("reporter", ""),
    "hazard.resubmitted": ("judge", ""),
    "hazard.withdrawn": ("", "judge owner officer"),
    "hazard.planned": ("", "inspectors"),
    "hazard.submitted": ("judge", ""),
    "hazard.accepted": ("", "owner officer"),
    "hazard.rejected": ("owner officer", ""),
    "hazard.passed": ("", "owner officer"),
    "hazard.signed": ("second", ""),
    "hazard.countersigned": ("", "owner officer"),
    "hazard.failed": ("owner officer", ""),
    "hazard.extension_asked": ("judge", ""),
    "hazard.extension_granted": ("owner officer", ""),
    "hazard.clock_closed": ("", "owner officer"),
    "draw.made:drawn": ("judge", ""),
}
RUNGS = {
    "rectifying": [
        ("due_in_3", -3, "officer"), ("due_in_1", -1, "officer"), ("due", 0, "officer owner"), ("overdue_1", 1, "owner grid"),
        ("overdue_3", 3, "inspectors"), ("overdue_7", 7, "regulator"),
    ],
    "reported": [("unverified_2", 2, "grid"), ("unverified_5", 5, "inspectors")],
    "returned": [("returned_3", 3, "reporter owner"), ("returned_7", 7, "grid")],
    "awaiting": [("unreviewed_3", 3, "judge"), ("unreviewed_6", 6, "inspectors"), ("unreviewed_8", 8, "regulator")],
}  # fmt: skip
LEADS = {
    "hazard.reported:reported": "reported", "hazard.reported:rectifying": "rectifying", "hazard.confirmed": "rectifying",
    "hazard.reported:awaiting_reinspection": "cooling", "hazard.returned": "returned", "hazard.resubmitted": "reported",
    "hazard.submitted": "awaiting", "hazard.failed": "rectifying", "hazard.rejected": "rectifying",
    "hazard.extension_granted": "rectifying", "hazard.passed": "end", "hazard.countersigned": "end", "hazard.withdrawn": "end",
}  # fmt: skip


def people(tale: Tale, words: str, deed: Deed) -> list[str]:
    """Return who stands behind the words of a table."""
    major = deed.major
    known = {
        "owner": [tale.owner], "officer": [tale.officer], "grid": [tale.grid], "inspectors": [*tale.inspectors],
        "regulator": [tale.regulator], "reporter": [tale.reporter], "second": [tale.inspectors[1]],
        "judge": [*tale.inspectors] if major else [tale.grid], "regulator-if-major": [tale.regulator] if major else [],
    }  # fmt: skip
    return [person for word in words.split() for person in known[word]]


@dataclass
class Reckoner:
    """Reckons what has to be told; `ticks` are the instants at which workers looked at the clock, in order."""

    ticks: list[datetime]
    calendar: WorkingDays
    told: Counter[Notice] = field(default_factory=Counter)
    by_sms: Counter[Notice] = field(default_factory=Counter)

    def tell(self, tale: Tale, kind: str, deed: Deed, sms: str, inbox: str = "") -> None:
        """Note that these people are told, whoever did it excepted."""
        loud = set(people(tale, sms, deed)) - {deed.by}
        for person in loud | (set(people(tale, inbox, deed)) - {deed.by}):
            self.told[Notice(tale.id, kind, person)] += 1
        for person in loud:
            self.by_sms[Notice(tale.id, kind, person)] += 1

    def reckon(self, tale: Tale) -> None:
        """Add everything that one hazard brings."""
        clock, phases = tale.deeds[0].at, []
        for deed in tale.deeds:
            self.tell(tale, deed.kind, deed, *DEEDS[deed.kind])
            if deed.kind == "hazard.resubmitted":
                clock += deed.at - phases[-1][1].at
            if deed.kind in LEADS:
                phases.append((LEADS[deed.kind], deed, clock))
        for n, (phase, deed, base) in enumerate(phases):
            end = phases[n + 1][1].at if phases[n + 1 :] else None
            if phase == "cooling":
                self._cool(tale, deed, end)
            elif phase != "end":
                start = {"rectifying": deed.due, "reported": base}.get(phase, deed.at)
                self._climb(tale, phase, deed, start, end)

    def _first_tick(self, instant: datetime, *, after: datetime, before: datetime | None) -> datetime | None:
        """Return when the workers first saw `instant` come, if that was after one deed and before the next."""
        n = max(bisect_left(self.ticks, instant), bisect_right(self.ticks, after))
        found = self.ticks[n] if n < len(self.ticks) else None
        return found if found and (before is None or found < before) else None

    def _climb(self, tale: Tale, phase: str, deed: Deed, base: datetime, end: datetime | None) -> None:
        for rule, days, who in RUNGS[phase]:
            instant = self._instant(phase, base, days)
            if instant > deed.at and self._first_tick(instant, after=deed.at, before=end):
                listed = ":proposed" if rule == "overdue_7" and deed.major else ""
                self.tell(tale, f"hazard.escalated:{rule}{listed}", Deed("", "", deed.at, major=deed.major), who)

    def _instant(self, phase: str, base: datetime, days: int) -> datetime:
        if phase == "awaiting":
            return base + days * DAY
        if phase == "rectifying":  # deadlines of the month all fall on 24:00
            return self._end(self.calendar.add((base - DAY).astimezone(SHANGHAI).date(), days))
        return self._end(self.calendar.add(base.astimezone(SHANGHAI).date(), days))

    def _end(self, day: object) -> datetime:
        return datetime.combine(day, datetime.min.time(), tzinfo=SHANGHAI) + DAY  # type: ignore[arg-type]  # a date

    def _cool(self, tale: Tale, deed: Deed, end: datetime | None) -> None:
        """Reckon a self-fixed hazard: drawn by its lot, closed by the clock, or drawn because nobody accepted it."""
        if tale.drawn:
            self.tell(tale, "draw.made:drawn", Deed("", "", deed.at), *DEEDS["draw.made:drawn"])
            self._climb(tale, "awaiting", deed, deed.at, end)
            return
        cooled = self._end(self.calendar.add(deed.at.astimezone(SHANGHAI).date(), 3))
        seen = self._first_tick(cooled, after=deed.at, before=end)
        if seen is None:
            return
        if any(other.kind == "hazard.accepted" and other.at < seen for other in tale.deeds):
            self.tell(tale, "hazard.clock_closed", Deed("", "", seen), *DEEDS["hazard.clock_closed"])
            return
        self.tell(tale, "draw.made:drawn", Deed("", "", seen), *DEEDS["draw.made:drawn"])
        self._climb(tale, "awaiting", Deed("", "", seen), seen, end)

"""What does not look like an honest visit (执法异常): patterns in what officials did, each with its evidence. Pure functions.

None of it proves anything and nothing follows from it by itself: it tells people where to look.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations, pairwise
from typing import Any
from uuid import UUID

from backend.kernel.calendar import local_day
from backend.kernel.coordinates import metres_between
from inspections.policy.oversight_numbers import Numbers

HOUR = timedelta(hours=1)
Spot = tuple[float, float]  # latitude, longitude in WGS-84 degrees


class Pattern(StrEnum):
    """What was noticed."""

    IMPOSSIBLE_SPEED = "impossible_speed"
    TOO_FAST = "too_fast"
    IDENTICAL_ANSWERS = "identical_answers"
    CLOSURES_PER_HOUR = "closures_per_hour"
    SAME_PAIR = "same_pair"
    REMOTE_PASSES = "remote_passes"


@dataclass(frozen=True, slots=True)
class Stop:
    """Where and when somebody was: one check-in, with how far off its place may be."""

    inspection_id: UUID
    official_id: UUID
    enterprise_id: UUID
    at: datetime
    spot: Spot
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A visit that is over: when it began and ended, how many items were answered, and the mark of what was said.

    `mark` is equal for equal answers to the same checklists. `plain`: nothing but “in order”, which many sheets honestly say.
    """

    inspection_id: UUID
    official_id: UUID
    enterprise_id: UUID
    began_at: datetime
    ended_at: datetime
    items: int
    mark: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """A hazard that an official closed; `there`: whether he was on site, by his own word; None where he said neither."""

    hazard_id: UUID
    official_id: UUID
    at: datetime
    there: bool | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Who made an administrative inspection together."""

    inspection_id: UUID
    officials: frozenset[UUID]
    at: datetime


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing to look at: whose, when, the objects that show it, and the numbers its words are made of."""

    pattern: Pattern
    officials: tuple[UUID, ...]
    at: datetime
    evidence: tuple[tuple[str, UUID], ...]
    facts: dict[str, Any] = field(default_factory=dict)


def impossible_speed(stops: Iterable[Stop], numbers: Numbers) -> Iterator[Anomaly]:
    """Yield two check-ins of one official that nobody gets between in the time; what the phone may err by is taken off."""
    for official, his in _by_official(stops).items():
        for former, latter in pairwise(sorted(his, key=lambda stop: (stop.at, stop.inspection_id))):
            metres = metres_between(former.spot, latter.spot) - former.accuracy_m - latter.accuracy_m
            hours = max((latter.at - former.at) / HOUR, 1 / 3600)
            if metres >= numbers.speed_metres and metres / 1000 / hours > numbers.speed_kmh:
                facts = {
                    "km": round(metres / 1000, 1), "minutes": round(hours * 60), "kmh": round(min(metres / 1000 / hours, 9999)),
                }  # fmt: skip
                yield Anomaly(
                    Pattern.IMPOSSIBLE_SPEED, (official,), latter.at, _visits(former.inspection_id, latter.inspection_id), facts
                )


def too_fast(sheets: Iterable[Sheet], numbers: Numbers) -> Iterator[Anomaly]:
    """Yield visits whose items were answered faster than anybody walks from one to the next."""
    for sheet in sheets:
        seconds = (sheet.ended_at - sheet.began_at).total_seconds()
        if sheet.items >= numbers.fewest_items and seconds < sheet.items * numbers.seconds_per_item:
            facts = {"items": sheet.items, "seconds": round(seconds)}
            yield Anomaly(Pattern.TOO_FAST, (sheet.official_id,), sheet.ended_at, _visits(sheet.inspection_id), facts)


def identical_answers(sheets: Iterable[Sheet], numbers: Numbers) -> Iterator[Anomaly]:
    """Yield sheets of one official that say the very same of several enterprises.

    With a problem or a note in them two are enough; sheets that say “in order” all through only when there are many in a day.
    """
    alike: dict[tuple[Any, ...], list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        if sheet.items >= numbers.fewest_items:
            day = sheet.ended_at.date() if sheet.plain else None
            alike[sheet.official_id, sheet.mark, day].append(sheet)
    for (official, *_), same in alike.items():
        firms = len({sheet.enterprise_id for sheet in same})
        if firms >= (numbers.plain_sheets if same[0].plain else 2):
            same.sort(key=lambda sheet: (sheet.ended_at, sheet.inspection_id))
            facts = {"enterprises": firms, "items": same[0].items, "plain": same[0].plain}
            shown = _visits(*(sheet.inspection_id for sheet in same))
            yield Anomaly(Pattern.IDENTICAL_ANSWERS, (official,), same[-1].ended_at, shown, facts)


def closures_per_hour(closings: Iterable[Closing], numbers: Numbers) -> Iterator[Anomaly]:
    """Yield the hours in which one official closed more hazards than anybody looks at; hours told do not overlap."""
    for official, his in _by_official(closings).items():
        his.sort(key=lambda closing: (closing.at, closing.hazard_id))
        times, first = [closing.at for closing in his], 0
        while first < len(his):
            beyond = bisect_left(times, times[first] + HOUR, lo=first)
            if beyond - first > numbers.closures_per_hour:
                shown = tuple(("hazard", closing.hazard_id) for closing in his[first:beyond])
                yield Anomaly(Pattern.CLOSURES_PER_HOUR, (official,), times[beyond - 1], shown, {"closures": beyond - first})
                first = beyond
            else:
                first += 1


def remote_passes(closings: Iterable[Closing], numbers: Numbers) -> Iterator[Anomaly]:
    """Yield the months (of Asia/Shanghai) in which one official passed too many hazards without going there (T10)."""
    for official, his in _by_official(closing for closing in closings if closing.there is not None).items():
        months: dict[tuple[int, int], list[Closing]] = defaultdict(list)
        for closing in sorted(his, key=lambda closing: (closing.at, closing.hazard_id)):
            day = local_day(closing.at)
            months[day.year, day.month].append(closing)
        for passed in months.values():
            away = [closing for closing in passed if not closing.there]
            share = len(away) / len(passed)
            if len(passed) >= numbers.remote_passes_least and share > numbers.remote_passes_share:
                facts = {"passes": len(passed), "remote": len(away), "share": round(share, 2)}
                shown = tuple(("hazard", closing.hazard_id) for closing in away)
                yield Anomaly(Pattern.REMOTE_PASSES, (official,), away[-1].at, shown, facts)


def same_pair(teams: Iterable[Team], numbers: Numbers) -> Iterator[Anomaly]:
    """Yield two inspectors who almost always go together, where each could have gone with others."""
    visits: dict[UUID, int] = defaultdict(int)
    together: dict[tuple[UUID, UUID], list[Team]] = defaultdict(list)
    for team in teams:
        for official in team.officials:
            visits[official] += 1
        for one, other in combinations(sorted(team.officials), 2):
            together[one, other].append(team)
    crowd = len(visits)
    for pair, theirs in together.items():
        share = len(theirs) / max(visits[official] for official in pair)
        if crowd > len(pair) and len(theirs) >= numbers.pair_visits and share >= numbers.pair_share:
            theirs.sort(key=lambda team: (team.at, team.inspection_id))
            facts = {"visits": len(theirs), "share": round(share, 2)}
            yield Anomaly(Pattern.SAME_PAIR, pair, theirs[-1].at, _visits(*(team.inspection_id for team in theirs)), facts)


def _by_official(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.official_id].append(row)
    return found


def _visits(*ids: UUID) -> tuple[tuple[str, UUID], ...]:
    return tuple(("inspection", id) for id in ids)


def newest_first(found: Iterable[Anomaly]) -> list[Anomaly]:
    """Return anomalies in the order they are shown in."""
    return sorted(found, key=lambda anomaly: (anomaly.at, anomaly.pattern, anomaly.officials), reverse=True)


def all_of(
    *, stops: Sequence[Stop], sheets: Sequence[Sheet], closings: Sequence[Closing], teams: Sequence[Team], numbers: Numbers
) -> list[Anomaly]:
    """Return every pattern that these rows show, newest first."""
    return newest_first(
        [
            *impossible_speed(stops, numbers),
            *too_fast(sheets, numbers),
            *identical_answers(sheets, numbers),
            *closures_per_hour(closings, numbers),
            *same_pair(teams, numbers),
            *remote_passes(closings, numbers),
        ]
    )

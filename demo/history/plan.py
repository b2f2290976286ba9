"""Which hazards the history tells of, where and from when: decided by the seed alone, before anything happens.

An enterprise's hazards follow one another and never overlap, so that its chain of grades runs forward in time.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.kernel.calendar import local_day, start_of
from demo import firms
from demo.cast import OUBEI, Firm

CAST_FIRMS_EACH = 5
BUSY = 0.62
# kind -> (share, days it may take, photos it needs)
KINDS: dict[str, tuple[int, int, int]] = {
    "self_fixed": (26, 12, 1),
    "snapshot": (16, 16, 1),
    "self_inspection": (14, 16, 1),
    "patrol": (11, 16, 1),
    "inspection": (8, 18, 1),
    "failed_once": (8, 26, 2),
    "returned": (4, 18, 1),
    "dismissed": (3, 5, 0),
    "withdrawn": (2, 4, 0),
    "extended": (4, 30, 1),
    "late": (5, 34, 1),
    "never": (4, 200, 0),
    "pile": (8, 200, 0),
    "not_accepted": (2, 16, 2),
    "recurred": (4, 30, 3),
    "major": (3, 40, 1),
    "listed": (1, 45, 1),
}
# what is shown beside hazards, played last: kind -> (photos, drawn signatures it needs)
SCENES: dict[str, tuple[int, int]] = {
    "inspected": (1, 2), "advised": (0, 0), "month_done": (0, 0), "programme": (0, 0), "draws": (0, 0), "month_missed": (1, 0),
    "to_come": (0, 0), "hot_work": (0, 0), "remote_checks": (1, 0), "plans": (0, 0), "under_way": (0, 0),
}  # fmt: skip
# where and when: at quiet enterprises so many days ago, at the cast's within the last days at an hour
PAST = {"inspected": 24, "advised": 9, "month_done": 35, "month_missed": 1, "to_come": 1}
LATELY = {
    "a": (("programme", 3, 8), ("draws", 3, 9), ("hot_work", 1, 11), ("remote_checks", 1, 14), ("plans", 1, 16)),
    "b": (("under_way", 0, 0),),
}  # fmt: skip
FEWEST_TO_DRAW = 30  # of which enough are in the drum
CAST_ENDS, SOON = timedelta(days=5), timedelta(minutes=50)
GENTLE = ("self_fixed", "snapshot", "self_inspection", "patrol", "returned", "extended")


@dataclass(frozen=True, slots=True)
class Tale:
    """One hazard's life to be: what kind of story, at which enterprise (with its number), from when until before when."""

    number: int
    kind: str
    key: str
    firm: Firm
    firm_number: int
    start: datetime
    until: datetime

    @property
    def photos(self) -> int:
        """Return how many photos the story needs at most."""
        return KINDS[self.kind][2] if self.kind in KINDS else SCENES[self.kind][0]

    @property
    def signatures(self) -> int:
        """Return how many drawn signatures it needs."""
        return SCENES[self.kind][1] if self.kind in SCENES else 0

    @property
    def dice(self) -> random.Random:
        """Return this tale's own dice."""
        return random.Random(f"{firms.SEED}:{self.number}")  # noqa: S311 - a fixed seed is the point


def tales(*, first: datetime, last: datetime, enterprises: int) -> list[Tale]:
    """Return every tale between two instants, oldest first."""
    found: list[Tale] = []
    for key, firm in firms.FIRMS.items():
        found += _of(key, firm, 0, first=first, last=last - CAST_ENDS)
    for number, firm in enumerate(firms.others(enterprises), start=1):
        found += _of(f"firm-{number}", firm, number, first=first, last=last)
    found.sort(key=lambda tale: (tale.start, tale.key))
    found += _scenes({tale.key for tale in found}, last=last, enterprises=enterprises)
    return [Tale(n, t.kind, t.key, t.firm, t.firm_number, t.start, t.until) for n, t in enumerate(found)]


def _scenes(busy: set[str], *, last: datetime, enterprises: int) -> Iterator[Tale]:
    """Yield what the last days show, in the order of playing."""
    today = local_day(last)
    for key, scenes in LATELY.items():
        starts = [
            start_of(today - timedelta(days=days)) + timedelta(hours=hour) if days else last - SOON for _, days, hour in scenes
        ]
        for (kind, _, _), start, until in zip(scenes, starts, [*starts[1:], last], strict=True):
            if kind != "draws" or enterprises >= FEWEST_TO_DRAW:
                yield Tale(0, kind, key, firms.FIRMS[key], 0, start, until)
    # after the draw: whoever made the last inspection of an enterprise is not drawn for it
    quiet = [(f"firm-{n}", firm) for n, firm in enumerate(firms.others(enterprises), start=1) if firm.region == OUBEI]
    for (kind, days), (key, firm) in zip(PAST.items(), [pair for pair in quiet if pair[0] not in busy], strict=False):
        yield Tale(0, kind, key, firm, int(key[5:]), start_of(today - timedelta(days=days)) + timedelta(hours=9), last)


def _of(key: str, firm: Firm, number: int, *, first: datetime, last: datetime) -> Iterator[Tale]:
    dice = random.Random(f"{firms.SEED}:{key}")  # noqa: S311 - a fixed seed is the point
    cast = not number
    if not cast and dice.random() > BUSY:
        return
    at, gap = first + timedelta(days=dice.uniform(0, 20 if cast else 90)), 8 if cast else 45
    while at < last:
        kinds = {kind: KINDS[kind][0] for kind in (GENTLE if cast else KINDS)}
        kind = dice.choices(list(kinds), list(kinds.values()))[0]
        end = at + timedelta(days=KINDS[kind][1])
        until = min(end + timedelta(days=dice.uniform(3, gap)), last)
        yield Tale(0, kind, key, firm, number, at, until)
        at = until

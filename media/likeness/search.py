"""The prints of all photos within the years of the policy, kept in this process and read on from the database.

Numbers may be committed out of order: one that was passed over is asked for again for some minutes (no transaction lasts
that long). What memory says is only where to look: every candidate is read from the database before it is believed.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from media.likeness import compare
from media.likeness.vectors import Vectors
from media.models import Print
from media.policy.evidence import Alike

MOST = 24
GAP_S, GAPS_MOST = 300.0, 2000
PAGE = 20_000


@dataclass(frozen=True, slots=True)
class Near:
    """A photo that shows the same."""

    photo_id: UUID
    alike: Alike
    likeness: float
    turned: bool


class Index:
    """The prints this process knows. One lock: a process judges one photo at a time, or two in the embedded default."""

    def __init__(self) -> None:
        self.vectors, self._lock = Vectors(), threading.Lock()
        self._last, self._gaps = 0, dict[int, float]()

    def near(self, prints: Iterable[Print], *, since: datetime) -> dict[int, int]:
        """Return the numbers of the prints near any of `prints`, with how many signs they are apart."""
        with self._lock:
            self._read_on(since)
            found: dict[int, int] = {}
            for own in prints:
                for number, apart in self.vectors.near(bytes(own.bits), within=compare.NEAR, most=MOST):
                    found[number] = min(apart, found.get(number, compare.NEAR))
            return found

    def _read_on(self, since: datetime) -> None:
        now = time.monotonic()
        self._gaps = {number: until for number, until in self._gaps.items() if until > now}
        self._take(_plain(Print.objects.filter(id__in=list(self._gaps))) if self._gaps else [])
        while rows := self._page(since):
            known = [number for number, _ in rows]
            passed = set(range(max(self._last + 1, known[-1] - GAPS_MOST), known[-1])) - set(known)
            self._gaps |= dict.fromkeys(passed, now + GAP_S)
            self._last = known[-1]
            self._take(rows)

    def _page(self, since: datetime) -> list[tuple[int, bytes]]:
        rows = Print.objects.filter(id__gt=self._last, received_at__gte=since).order_by("id")
        return _plain(rows[:PAGE])

    def _take(self, rows: Sequence[tuple[int, bytes]]) -> None:
        if rows:
            self.vectors.append([number for number, _ in rows], [bits for _, bits in rows])
        for number, _ in rows:
            self._gaps.pop(number, None)


def _plain(rows: QuerySet[Print]) -> list[tuple[int, bytes]]:
    return [(number, bytes(bits)) for number, bits in rows.values_list("id", "bits")]


_index = Index()


def forget() -> None:
    """Drop what this process knows; it reads all of it again when it is next asked."""
    global _index
    _index = Index()


def similar(photo_id: UUID, *, at: datetime, years: int) -> list[Near]:
    """Return the other photos of the last `years` that show the same as this one, likest first; reads outside transactions.

    A picture in which there is hardly anything to see has no prints: it would be like every other such picture.
    """
    since = at - timedelta(days=366 * years)
    own = list(Print.objects.filter(photo_id=photo_id))
    if not own:
        return []
    numbers = _index.near(own, since=since)
    others = Print.objects.filter(id__in=numbers, received_at__gte=since).exclude(photo_id=photo_id)
    found: dict[UUID, Near] = {}
    for other in others:
        for mine in own:
            near = _looked_at(mine, other, numbers[other.id])
            if near and near.likeness > (found[other.photo_id].likeness if other.photo_id in found else 0):
                found[other.photo_id] = near
    return sorted(found.values(), key=lambda near: -near.likeness)


def _looked_at(mine: Print, other: Print, apart: int) -> Near | None:
    found = compare.alike(bytes(mine.sketch), bytes(other.sketch), apart=apart)
    if found is None:
        return None
    alike, match = found
    return Near(other.photo_id, alike, min(1.0, match.likeness), match.turned)

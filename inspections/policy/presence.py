"""Was he there (到场核验): the phone's place against the premises. What speaks against it is a flag, never a dead end. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.kernel.coordinates import metres_between
from inspections.policy.visit_numbers import VisitNumbers

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Told:
    """What the phone says of where it is: WGS-84 degrees, accuracy in metres, whether its place is made up.

    `scan`: what is weak about the code that was scanned there (nothing: it vouches by itself), None if none was.
    """

    spot: Spot | None
    accuracy_m: float | None = None
    mock: bool = False
    scan: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """`how`: `code` (scanned there), `near`, `far`, `unknown`, or `remote` where nobody has to come; metres from the premises."""

    how: str
    metres: int | None
    flags: tuple[str, ...] = ()


def judge(told: Told, site: Spot | None, *, remote: bool, numbers: VisitNumbers) -> Presence:
    """Return how a check-in counts: near is within the fence, widened by the phone's own inaccuracy up to a cap."""
    metres = round(metres_between(told.spot, site)) if told.spot and site else None
    if remote:
        return Presence("remote", metres)
    flags = [*(told.scan or ()), *(["mock_location"] if told.mock else [])]
    vouched = told.scan == ()
    accuracy = told.accuracy_m or 0.0
    if told.spot is not None and accuracy > numbers.accuracy_metres:
        flags.append("bad_accuracy")
    if told.spot is None and not vouched:
        flags.append("no_location")
    if site is None and not vouched:
        flags.append("no_site")
    far = metres is not None and metres > numbers.fence_metres + min(accuracy, numbers.accuracy_metres)
    if far:
        flags.append("far")
    how = "code" if told.scan is not None else "unknown" if metres is None else "far" if far else "near"
    return Presence(how, metres, tuple(flags))


def clock_flags(claimed_at: datetime | None, *, at: datetime, numbers: VisitNumbers) -> list[str]:
    """Return the flag of a claimed time that cannot well be true: far in the past, or ahead of the server's clock."""
    if claimed_at is None:
        return []
    old = at - claimed_at > timedelta(hours=numbers.skew_hours)
    ahead = claimed_at - at > timedelta(minutes=numbers.ahead_minutes)
    return ["clock_skew"] if old or ahead else []


def moment(claimed_at: datetime | None, *, at: datetime, numbers: VisitNumbers) -> datetime:
    """Return when something on site was, as far as one believes the phone: never ahead of the server, never absurdly old."""
    if claimed_at is None or clock_flags(claimed_at, at=at, numbers=numbers):
        return at
    return min(claimed_at, at)


def visit_flags(
    *, arrived_at: datetime, left_at: datetime, present: int, crew: int, photos: int, remote: bool, numbers: VisitNumbers
) -> Sequence[str]:  # fmt: skip
    """Return what is odd about a visit as a whole (guarantees.md T10, T11); shown to officials, never a punishment by itself."""
    length, flags = left_at - arrived_at, []
    if length < timedelta(minutes=numbers.least_minutes):
        flags.append("too_short")
    if length > timedelta(hours=numbers.most_hours):
        flags.append("too_long")
    if not photos and not remote:
        flags.append("no_photo")
    if present < min(crew, 2):
        flags.append("one_present")
    return flags

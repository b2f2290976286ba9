"""What one hazard adds to the closure rates: pure. The definitions in words are in `oversight/measures.py`."""

from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Self

from hazards.policy.words import Status

# closed by an official's own look; the clock (动态销号) never verifies
BY_AN_OFFICIAL = frozenset({"reinspection", "countersignature"})
HELD, RECURRED = "hazard.held", "hazard.recurred"


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of hazards: of one (each 0 or 1), or of many. `decided`: whose timeliness is known."""

    found: int = 0
    closed: int = 0
    verified: int = 0
    decided: int = 0
    on_time: int = 0
    looked: int = 0
    held: int = 0
    withdrawn: int = 0
    flagged: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*(mine - theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


NAMES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class State:
    """How a hazard stands. `last_look_back` is the kind of its last look-back's ledger entry, "" before the first."""

    status: Status
    closed_by: str = ""
    submitted_at: datetime | None = None
    original_due_at: datetime | None = None
    last_look_back: str = ""


def withdrawn(*, flagged: bool) -> Figures:
    """Return what a withdrawn report adds: it is found nowhere, and shown beside every rate."""
    return Figures(withdrawn=1, flagged=int(flagged))


def of(state: State, at: datetime) -> Figures:
    """Return what a hazard that entered the loop adds at `at`; one that was annulled adds nothing."""
    if state.status == Status.VOID:
        return Figures()
    closed = state.status == Status.CLOSED
    decided = is_decided(state, at)
    return Figures(
        found=1,
        closed=int(closed),
        verified=int(closed and state.closed_by in BY_AN_OFFICIAL),
        decided=int(decided),
        on_time=int(decided and closed and submitted_in_time(state)),
        looked=int(bool(state.last_look_back)),
        held=int(closed and state.last_look_back == HELD),
    )


def submitted_in_time(state: State) -> bool:
    """Return whether the last rectification was handed in before the original deadline."""
    done, due = state.submitted_at, state.original_due_at
    return done is not None and due is not None and done < due


def is_decided(state: State, at: datetime) -> bool:
    """Return whether it is known if the original deadline was kept: it is closed, or the deadline passed unkept."""
    if state.original_due_at is None:
        return False
    if state.status == Status.AWAITING_REINSPECTION:
        return not submitted_in_time(state)
    return state.status == Status.CLOSED or state.original_due_at <= at


def undecided_until(state: State, at: datetime) -> datetime | None:
    """Return the instant at which the calendar alone will decide it, or None if only acts can, or it is decided."""
    waits = state.status == Status.RECTIFYING and not is_decided(state, at)
    return state.original_due_at if waits else None

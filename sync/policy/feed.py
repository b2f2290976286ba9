"""The change feed (变更推送): positions, what a follower holds, what is told of a row. Pure: no database, no clock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from uuid import UUID

from accounts.policy.actor import Duty
from accounts.policy.places import LEVELS
from accounts.policy.roles import OFFICIALS, Role

FULL_READERS = frozenset({Role.OWNER, Role.OFFICER, Role.AGENCY})
FIRST_ID, LAST_KIND, LAST_ID = UUID(int=0), 32_767, UUID(int=2**128 - 1)


class Kind(IntEnum):
    """What the feed tells of; the number orders what one entry changed: the enterprise before what lies in it."""

    ENTERPRISE = 1
    HAZARD = 2
    PHOTO = 3
    INSPECTION = 4
    SELF_INSPECTION = 5
    REMOTE_CHECK = 6
    DOCUMENT = 7
    LOOK_BACK = 8


class Audience(StrEnum):
    """Whom a row is told to: officials of a place, or members of an enterprise."""

    PLACE = "place"
    FIRM = "firm"


class Standing(IntEnum):
    """What a reader must be at least to be told of a row: one of those below, or more."""

    ANYBODY = 0  # every official of the place, every member of the enterprise
    RESPONSIBLE = 1  # of officials inspectors and regulators; of members owners, officers and agencies
    REGULATOR = 2


STANDINGS = {
    Role.INSPECTOR: Standing.RESPONSIBLE, Role.REGULATOR: Standing.REGULATOR, **dict.fromkeys(FULL_READERS, Standing.RESPONSIBLE),
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the order of changes: the ledger's `seq`, then kind and id of the objects that this entry changed."""

    seq: int
    kind: int = 0
    subject_id: UUID = FIRST_ID

    @classmethod
    def after(cls, seq: int) -> "Position":
        """Return the position behind everything that entry `seq` changed."""
        return cls(seq, LAST_KIND, LAST_ID)


START = Position(0)


class Mode(StrEnum):
    """What a page does: bring what a new duty shows, take away what an ended one showed, or follow the order."""

    FILL = "fill"
    DROP = "drop"
    FOLLOW = "follow"


@dataclass(frozen=True, slots=True)
class Task:
    """A fill or drop that is under way: for which duties (marks), and how far it has come."""

    mode: Mode
    duties: tuple[str, ...]
    after: Position = START


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where one person's following stands. It stays at `at` until its `task` is done.

    `known` is the newest leaf that stood when it was given out, `proof` the beginning of its hash: a ledger that was
    restored from a backup has another leaf there. `held` are marks of the duties whose objects the follower has been told,
    `torn` of those that ended in the middle of their filling.
    """

    at: Position
    known: int
    proof: str
    held: tuple[str, ...] = ()
    task: Task | None = None
    torn: tuple[str, ...] = ()

    def without_ended(self, now: Collection[str]) -> "Cursor":
        """Return the cursor with a filling that goes on for duties in force alone; `now`: their marks."""
        if self.task is None or self.task.mode is not Mode.FILL or set(self.task.duties) <= set(now):
            return self
        going_on = tuple(mark for mark in self.task.duties if mark in now)
        torn = {*self.torn, *self.task.duties} - set(going_on)
        return replace(self, task=replace(self.task, duties=going_on) if going_on else None, torn=tuple(sorted(torn)))

    def to_do(self, now: Collection[str]) -> Task | None:
        """Return what has to be done before the order is followed on: the task under way, or the next.

        First what was torn is taken away, then new duties are filled, then ended ones dropped: in this order a duty that
        was ended and granted anew for the same scope costs nothing.
        """
        if self.task or self.torn:
            return self.task or Task(Mode.DROP, self.torn)
        before, wanted = set(self.held), set(now)
        if new := sorted(wanted - before):
            return Task(Mode.FILL, tuple(new))
        ended = sorted(before - wanted)
        return Task(Mode.DROP, tuple(ended)) if ended else None

    def done(self, task: Task) -> "Cursor":
        """Return the cursor after `task`."""
        duties = set(task.duties)
        held = set(self.held) | duties if task.mode is Mode.FILL else set(self.held) - duties
        return replace(self, held=tuple(sorted(held)), torn=tuple(sorted(set(self.torn) - duties)), task=None)


@dataclass(frozen=True, slots=True)
class Scope:
    """One condition on rows: equality on an indexed column; `person` narrows to his own objects and what all members see.

    `standing` is what the duty makes of its holder.
    """

    column: str
    value: str | UUID
    person: UUID | None = None
    standing: int = Standing.ANYBODY


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the feed as the rules see it."""

    position: Position
    first_seq: int
    gone: bool
    audience: str
    enterprise_id: UUID | None
    person: UUID | None
    places: tuple[tuple[str, str], ...]
    standing: int = Standing.ANYBODY

    @property
    def key(self) -> tuple[int, UUID]:
        """Return the object it is about."""
        return self.position.kind, self.position.subject_id

    def lies_in(self, scopes: Iterable[Scope]) -> bool:
        """Return whether one of `scopes` holds this row."""
        return any(self._in(scope) for scope in scopes)

    def _in(self, scope: Scope) -> bool:
        if self.standing > scope.standing:
            return False
        if scope.column in LEVELS:
            return (scope.column, scope.value) in self.places
        own = scope.person is None or self.person in (None, scope.person)
        return self.audience == Audience.FIRM and self.enterprise_id == scope.value and own


def scope_of(duty: Duty, person: UUID) -> Scope | None:
    """Return what a duty of the natural person `person` lets him follow, None for one that shows no object."""
    standing = STANDINGS.get(duty.role, Standing.ANYBODY)
    if duty.role in OFFICIALS and duty.level:
        return Scope(duty.level, duty.region, standing=standing)
    if duty.role in FULL_READERS and duty.enterprise_id:
        return Scope("enterprise_id", duty.enterprise_id, standing=standing)
    if duty.role is Role.EMPLOYEE and duty.enterprise_id:
        return Scope("enterprise_id", duty.enterprise_id, person)
    return None


def told(row: Row, mode: Mode, *, at: Position) -> str:
    """Return what is told of a row to a follower at `at`: `put` if it is visible, `gone` unless it is, `drop` unless another
    duty that he is up to date with shows it, "" for nothing.

    What had left before he came, or came and left while he was away, was never his: he is told nothing of it.
    """
    had = row.first_seq <= at.seq
    if mode is Mode.DROP:
        return "drop" if had and not (row.gone and row.position <= at) else ""
    if row.gone:
        return "gone" if mode is Mode.FOLLOW and had else ""
    return "put"


def whole(rows: list[Row], *, fetched: int, room: int) -> tuple[list[Row], bool]:
    """Return the rows of the first `room` positions, and whether there are more; `fetched` is how many were asked for.

    One entry may change several rows of one object: they stand at one position, are judged together and never parted.
    """
    cut = len(rows) == fetched
    if cut and rows[0].position != rows[-1].position:
        last = rows[-1].position  # of which there may be more
        rows = [row for row in rows if row.position != last]
    positions = sorted({row.position for row in rows})[:room]
    kept = [row for row in rows if positions and row.position <= positions[-1]]
    return kept, cut or len(kept) < len(rows)

"""Following the feed (增量同步): from a cursor to the next page of changes and the next cursor.

The contract, which tests/sync proves under a thousand writers and readers:
- A *position* is a place in the order of the ledger. From any cursor on, a person is told of every object in his scope whose
  newest change lies behind it, once, as it is now; one that changes again is told of again at its new position. Nobody is
  told what he holds already. Nothing is skipped, whatever commits concurrently: the order never grows below its end
  (kernel/sequencer.py).
- Without a cursor everything in scope comes first. The position to follow on from is taken before that begins.
- What leaves the scope is told as `gone`, once; what comes into it as `put`: a hazard transferred, an enterprise moved. A
  duty that was granted is first filled with everything it shows, one that ended emptied of what no other duty shows. A duty
  that comes or goes while another one's filling or emptying is under way may have an object taken away and brought again.
- What others see moves the cursor all the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from accounts import queries as accounts
from accounts.policy.actor import Actor, Duty
from backend.kernel import sequencer
from inspections.models import Inspection
from inspections.queries import inspections
from sync.errors import CursorGone
from sync.policy.feed import Audience, Cursor, Kind, Mode, Position, Row, Scope, Task, scope_of, told, whole
from sync.queries import bodies, rows
from sync.queries.cursors import mark_of

INLINE = 1_000
PROOF = 12
STEPS = 4
# rows of one position that are read beyond a page, so that none is parted
BESIDE = 64
# what a draw by hand changes
DRAWN = (Kind.HAZARD, Kind.PHOTO)
Scopes = Mapping[str, Scope]


@dataclass(frozen=True, slots=True)
class Change:
    """One object that changed: `put` with its body as it is now, or `gone`. `position` is the ledger entry's place."""

    kind: Kind
    id: UUID
    op: str
    position: int
    version: int | None = None
    body: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """At most `limit` changes in the order of positions, the cursor behind them, and whether there is more now."""

    changes: list[Change]
    cursor: Cursor
    more: bool


def since(cursor: Cursor | None, *, actor: Actor, at: datetime, limit: int) -> Page:
    """Return what changed in `actor`'s scope behind `cursor`, or the beginning of everything.

    (≤ 8 queries for most pages, at most four more for each further kind of object on it.)

    Entries that wait for their place in the order get it first, as many as one request may take.
    Raises: CursorGone if the ledger is not the one the cursor was given out by.
    """
    known = cursor.known if cursor else 0
    now = sequencer.standing(known=known)
    if cursor and known and now.known_hash[:PROOF] != cursor.proof:
        raise CursorGone
    if now.waits and sequencer.keep_up(most=INLINE):
        now = sequencer.standing()
    begun = cursor or Cursor(Position.after(now.seq), now.seq, "")
    return _Walk(actor, replace(begun, known=now.seq, proof=now.hash[:PROOF]), limit).page(now.seq, at=at)


def plans(page: Page, *, actor: Actor) -> list[Inspection]:
    """Return the visits on a page of which their enterprises do not know yet (no query where there is none)."""
    hidden = [row.id for row in page.changes if row.kind is Kind.INSPECTION and row.body and row.body["hidden"]]
    return list(inspections.visible_to(actor).filter(id__in=hidden)) if hidden else []


class _Walk:
    """One request: takes one step after another until the page is full or nothing is left."""

    def __init__(self, actor: Actor, cursor: Cursor, limit: int) -> None:
        self.actor, self.limit = actor, limit
        self.now = _scopes(actor.duties, actor.person)
        self.cursor = cursor.without_ended(self.now)
        self.picked: dict[Position, str] = {}
        columns = {scope.column for scope in self.now.values()}
        self.both = "enterprise_id" in columns and len(columns) > 1
        self.wary = bool(actor.interests and columns - {"enterprise_id"})

    def page(self, end: int, *, at: datetime) -> Page:
        """Return the page; `end` is the newest leaf."""
        more = True
        for _ in range(STEPS):
            if self._step(end) or len(self.picked) >= self.limit:
                break
            following = self.cursor.to_do(self.now)
            if following is None and self.cursor.at >= Position.after(end):
                more = False
                break
            if following and following.mode is Mode.FILL and "drop" in self.picked.values():
                break  # what was taken away may be brought again, but not on the same page
        return Page(self._told(at), self.cursor, more)

    def _step(self, end: int) -> bool:
        """Take one step and return whether the page is full; the cursor moves past everything that was looked at."""
        task = self.cursor.to_do(self.now)
        mode = task.mode if task else Mode.FOLLOW
        if task is None and self.cursor.at >= Position.after(end):
            return False
        scopes = self._scopes_of(task.duties) if task else self.now
        after = task.after if task else self.cursor.at
        until = {Mode.FILL: self.cursor.at.seq, Mode.FOLLOW: end}.get(mode)
        room = self.limit - len(self.picked)
        fetched = room + 1 + BESIDE
        found = rows.between(list(scopes.values()), after=after, until=until, most=fetched)
        shown, more = whole(found, fetched=fetched, room=room)
        self._pick(shown, mode, scopes)
        self._move(task, shown[-1].position if more and shown else None, end)
        return more

    def _scopes_of(self, marks: Iterable[str]) -> Scopes:
        """Return the scopes of duties by their marks, ended ones included."""
        wanted = set(marks)
        known = self.now if wanted <= set(self.now) else self._ever
        return {mark: scope for mark, scope in known.items() if mark in wanted}

    @cached_property
    def _ever(self) -> Scopes:
        return _scopes([duty.as_actor_duty() for duty in accounts.duties_ever(self.actor.id)], self.actor.person)

    def _move(self, task: Task | None, last: Position | None, end: int) -> None:
        if task is None:
            self.cursor = replace(self.cursor, at=last or Position.after(end))
        elif last:
            self.cursor = replace(self.cursor, task=replace(task, after=last))
        else:
            self.cursor = self.cursor.done(task)

    def _pick(self, found: Sequence[Row], mode: Mode, scopes: Scopes) -> None:
        """Choose what is told of these rows."""
        beside = self._beside(found, mode)
        for row in found:
            op = told(row, mode, at=self.cursor.at)
            if op and not self._elsewhere(row, op, mode, scopes, beside.get(row.key, ())):
                # rows of one position are one object: it is brought if any of them says so
                self.picked[row.position] = "put" if self.picked.get(row.position) == "put" else op

    def _beside(self, found: Sequence[Row], mode: Mode) -> dict[tuple[int, UUID], list[Row]]:
        """Return all rows of these objects where more than one may be in scope, or tell what this reader may not know."""
        photos = any(row.position.kind == Kind.PHOTO for row in found)
        several = self.both or self.wary or photos or mode is Mode.DROP or (mode is Mode.FILL and self.cursor.held)
        beside: dict[tuple[int, UUID], list[Row]] = {}
        for row in rows.of({row.position.subject_id for row in found}) if several else ():
            beside.setdefault(row.key, []).append(row)
        return beside

    def _elsewhere(self, row: Row, op: str, mode: Mode, scopes: Scopes, beside: Sequence[Row]) -> bool:
        """Return whether this row tells nothing: a later one will tell the same, or the object is held already."""
        later = (other for other in beside if other.position > row.position and other.lies_in(scopes.values()))
        if any(told(other, mode, at=self.cursor.at) == op for other in later) or self._secret(row, beside):
            return True
        if mode is not Mode.FOLLOW and self.cursor.held:
            marks = self.cursor.held if mode is Mode.FILL else [mark for mark in self.cursor.held if mark in self.now]
            kept = self._scopes_of(marks).values()
            return any(other.lies_in(kept) and not other.gone for other in beside)
        return mode is Mode.FOLLOW and self._hidden(row, beside)

    def _interested(self, row: Row) -> bool:
        return row.audience == Audience.PLACE and row.enterprise_id in self.actor.interests

    def _secret(self, row: Row, beside: Sequence[Row]) -> bool:
        """Return whether it is a visit of which its enterprise does not know, and which this reader must not know of either."""
        known = any(other.audience == Audience.FIRM for other in beside)
        return row.position.kind == Kind.INSPECTION and self._interested(row) and not known

    def _hidden(self, row: Row, beside: Sequence[Row]) -> bool:
        """Return whether nothing but a draw changed it, of which a reader with an interest in its enterprise must not know."""
        if row.position.kind not in DRAWN or not self._interested(row):
            return False
        return all(other.audience == Audience.PLACE or other.position.seq < row.position.seq for other in beside)

    def _told(self, at: datetime) -> list[Change]:
        keys = [(position.kind, position.subject_id) for position in self.picked]
        visible = bodies.of(keys, actor=self.actor, at=at)
        changes: list[Change] = []
        for position, op in self.picked.items():
            kind, subject_id = Kind(position.kind), position.subject_id
            found = visible.get((position.kind, subject_id))
            if found and op == "put":
                changes.append(Change(kind, subject_id, "put", position.seq, *found))
            elif op == "drop" or (op == "gone" and not found):
                changes.append(Change(kind, subject_id, "gone", position.seq))
        return changes


def _scopes(duties: Iterable[Duty], person: UUID) -> dict[str, Scope]:
    found = {mark_of(duty.id): scope_of(duty, person) for duty in duties}
    return {mark: scope for mark, scope in found.items() if scope}

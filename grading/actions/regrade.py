"""Regrade (评级): look at an enterprise again, at every act and every instant in between that matters, in their order.

A look takes effect at the instant of what brought it, not when a worker came to it: an act before a deadline comes before
the deadline, however late its job.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.kernel.models import LedgerEntry
from grading import queries
from grading.actions import follow
from grading.actions.publish import publish
from grading.models import Standing
from grading.policy import course
from grading.policy.course import Look
from grading.policy.facts import Facts
from grading.queries import standings

MOST = 500
CALENDAR, POLICY, RECOMPUTED = "calendar", "policy.adopted", "grading.recomputed"


class Course:
    """The looks at one enterprise whose standing is locked, one after another, and what they came to."""

    def __init__(self, row: Standing) -> None:
        self.row, self.track, self.facts = row, standings.track(row), standings.facts(row)
        self.graded_at, self.next_at, self.version = row.graded_at, row.next_at, row.policy_version
        self.looks: list[tuple[Look, str]] = []

    def take(self, at: datetime, cause: str, entry: LedgerEntry | None = None) -> None:
        """Look at the enterprise as of `at`, or of the last look if that was later; `entry` is what happened."""
        at = max(at, self.graded_at or at)
        rule = queries.numbers(at)
        if self.facts is None or rule.version != self.version:
            cause = cause if self.version in (None, rule.version) else POLICY
            facts = standings.facts_anew(self.row, rule.document, at)
        else:
            facts = self.facts
        # also when they were read anew: what has ended may still tell that somebody has looked
        facts = follow.changed(facts, entry, rule.document, at) if entry else facts
        self._keep(course.look(facts, self.track, rule, at), cause)

    def wait(self, until: datetime) -> None:
        """Take every look that the calendar asks for up to `until`."""
        while self.next_at is not None and self.next_at <= until:
            self.take(self.next_at, CALENDAR)

    def read_anew(self, facts: Facts, at: datetime) -> None:
        """Look at the enterprise with facts that were read from where they come from."""
        at = max(at, self.graded_at or at)
        self._keep(course.look(facts, self.track, queries.numbers(at), at), RECOMPUTED)

    def _keep(self, look: Look, cause: str) -> None:
        self.track, self.facts, self.version = look.standing, look.facts, look.version
        known = (look.next_at, queries.next_policy(look.at))
        self.graded_at, self.next_at = look.at, min((instant for instant in known if instant), default=None)
        self.looks.append((look, cause))


@transaction.atomic
def after(entry_id: UUID, *, at: datetime) -> None:
    """Follow one ledger entry; again changes nothing."""
    entry = queries.entry(entry_id)
    if entry.enterprise_id is None or entry.kind in follow.QUIET:
        return
    # the lock comes first, so that of two jobs the later one has seen all that the earlier one saw
    row = standings.lock(entry.enterprise_id)
    events = [entry]
    if row.next_at is not None and row.next_at <= at:
        events = _in_order(row, until=at, entry=entry)
    _catch_up(row, events, at=at)


@transaction.atomic
def regrade(enterprise_id: UUID, *, at: datetime) -> None:
    """Work out one enterprise's grade as of `at`. Raises: NotFound."""
    row = standings.lock(enterprise_id)
    _catch_up(row, _in_order(row, until=at), at=at, last=CALENDAR)


def sweep(*, at: datetime) -> int:
    """Look at the enterprises whose grade the calendar may have changed, each in its own transaction; return how many."""
    found = standings.due(at, most=MOST)
    for enterprise_id in found:
        _when_due(enterprise_id, at=at)
    return len(found)


@transaction.atomic
def _when_due(enterprise_id: UUID, *, at: datetime) -> None:
    row = standings.lock(enterprise_id)
    if row.next_at is not None and row.next_at <= at:
        _catch_up(row, _in_order(row, until=at), at=at)


def _in_order(row: Standing, *, until: datetime, entry: LedgerEntry | None = None) -> list[LedgerEntry]:
    """Return what has happened since the last look and whose jobs may still be waiting, oldest first."""
    if row.graded_at is None:
        return [entry] if entry else []
    since = standings.entries_since(row.enterprise_id, row.graded_at, until, follow.FOLLOWED)
    found = {one.id: one for one in since if one.kind not in follow.QUIET}
    if entry is not None:
        found[entry.id] = entry
    return sorted(found.values(), key=lambda one: (one.at, one.seq))


def _catch_up(row: Standing, events: list[LedgerEntry], *, at: datetime, last: str = "") -> None:
    seen = Course(row)
    for event in events:
        seen.wait(event.at)
        seen.take(event.at, event.kind, event)
    seen.wait(at)
    if last and (not seen.looks or seen.graded_at != at):
        seen.take(at, last)
    write(row, seen, at=at)


def write(row: Standing, seen: Course, *, at: datetime) -> None:
    """Write what was looked at; `at` is when."""
    if seen.looks:
        publish(row, seen.looks, next_at=seen.next_at, at=at)

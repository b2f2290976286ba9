"""When the calendar alone changes something: a deadline passes, a window ends, a waiting time is over. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from enterprises.policy.words import Grade
from grading.policy import rows
from grading.policy.document import Document
from grading.policy.facts import Dated, Facts, Weighed
from grading.policy.grade import is_rated
from grading.policy.rows import DAY, WEEK, late_weeks
from grading.policy.standing import Standing, wait_ends
from grading.policy.vetoes import obstruction_ends
from hazards.policy.words import Level, Status

# a week of lateness begins just after the last one is full; instants are whole milliseconds
JUST_AFTER = timedelta(milliseconds=1)


def next_change(facts: Facts, standing: Standing, policy: Document, at: datetime) -> datetime | None:
    """Return the first instant after `at` at which the grade has to be looked at again, or None if only acts change it."""
    instants = [instant for instant in _instants(facts, standing, policy, at) if instant > at]
    return min(instants, default=None)


def _instants(facts: Facts, standing: Standing, policy: Document, at: datetime) -> Iterator[datetime]:
    for hazard in facts.hazards:
        yield from _of_hazard(hazard, policy, at)
    for fact in facts.dated:
        yield from of_dated(fact, policy)
    for override in facts.overrides:
        yield from (override.at, override.until)
    if not is_rated(facts, policy, at):
        yield facts.registered_at + policy.grey_days * DAY
    if standing.stepped not in (Grade.GREEN, Grade.GREY):
        if ends := wait_ends(standing, policy):
            yield ends
        for visit in facts.verifications:
            yield from (visit.at, visit.at + policy.improving.verified_within_days * DAY)
        yield from (one.at for one in facts.decisions)


def _of_hazard(hazard: Weighed, policy: Document, at: datetime) -> Iterator[datetime]:
    if hazard.status == Status.VOID:
        return
    factors = policy.factors
    kinds = {"reinspection_failed": factors.reinspection_failed, "look_back_failed": factors.look_back_failed}
    yield from (lapse.at + rows.window(kinds[lapse.kind], policy) * DAY for lapse in hazard.lapses)
    if hazard.recurrence:
        yield hazard.since + rows.window(factors.recurrence, policy) * DAY
    if rows.is_reported_major(hazard, policy, at) and hazard.closed_at:
        yield hazard.closed_at + policy.window_days * DAY
    # read when more had happened since: as of then it was still to come
    yield from (then for then in (hazard.submitted_at, hazard.closed_at) if then and then > at and hazard.is_open(at))
    if hazard.is_rectifying(at) and hazard.due_at is not None:
        yield hazard.due_at
        rule = factors.overdue_general
        costs_more = rule.points + rule.per_week * late_weeks(hazard, at) < rule.most_each
        if hazard.level == Level.GENERAL and hazard.overdue(at) and costs_more:
            yield hazard.due_at + late_weeks(hazard, at) * WEEK + JUST_AFTER


def of_dated(fact: Dated, policy: Document) -> Iterator[datetime]:
    """Return every instant at which a dated fact begins or ceases to count for something."""
    yield fact.valid_from
    if fact.valid_to:
        yield fact.valid_to
    if fact.kind in rows.HAPPENED:
        yield fact.valid_from + rows.window(getattr(policy.factors, fact.kind), policy) * DAY
    if fact.kind == "fatal_accident":
        yield from (fact.valid_from + rule.days * DAY for rule in (policy.vetoes.fatal_recent, policy.vetoes.fatal_past))
    if fact.kind in ("obstruction", "false_report"):
        yield obstruction_ends(fact, policy.vetoes.obstruction.days)


def matters(hazard: Weighed, policy: Document, at: datetime) -> bool:
    """Return whether a hazard may weigh on the grade now or later without any further act on it."""
    return hazard.is_open(at) or any(instant > at for instant in _of_hazard(hazard, policy, at))


def trimmed(facts: Facts, standing: Standing, policy: Document, at: datetime) -> Facts:
    """Return the facts without what can no longer weigh or support anything: what is kept is a handful, never a history.

    Strikes stay: what they strike may come back, as a hazard does that is found again.
    """
    fresh = policy.improving.verified_within_days * DAY
    keep = max(policy.factors.self_check_missing.periods, 3)
    periods = sorted(facts.periods, key=lambda period: (period.due_at, period.ids), reverse=True)[:keep]
    since = max((x for x in (standing.worsened_at, standing.improved_at) if x), default=None)
    hazards = tuple(hazard for hazard in facts.hazards if matters(hazard, policy, at))
    dated = tuple(fact for fact in facts.dated if not is_over(fact, policy, at))
    return replace(
        facts,
        hazards=hazards,
        dated=dated,
        periods=tuple(periods),
        verifications=tuple(visit for visit in facts.verifications if at < visit.at + fresh),
        overrides=tuple(override for override in facts.overrides if at < override.until),
        decisions=tuple(one for one in facts.decisions if since is None or one.at > since),
    )


def is_over(fact: Dated, policy: Document, at: datetime) -> bool:
    """Return whether a dated fact counts for nothing any more."""
    if fact.kind not in (*rows.HAPPENED, "fatal_accident", "obstruction"):
        return fact.valid_to is not None and fact.valid_to <= at
    return all(instant <= at for instant in of_dated(fact, policy))

"""When the calendar alone changes a grade: a deadline passes, a week of lateness begins, a window ends. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from grading.policy.facts import Facts, Weighed
from grading.policy.grade import DAY, WEEK, is_rated, late_weeks
from grading.policy.numbers import Numbers
from hazards.policy.words import Level, Status

# a week of lateness begins just after the last one is full; instants are whole milliseconds
JUST_AFTER = timedelta(milliseconds=1)


def next_change(facts: Facts, numbers: Numbers, at: datetime) -> datetime | None:
    """Return the first instant after `at` at which the grade has to be looked at again, or None if only acts change it."""
    instants = [instant for hazard in facts.hazards for instant in _of(hazard, numbers, at)]
    if not is_rated(facts, numbers, at):
        instants.append(facts.registered_at + numbers.grey_days * DAY)
    return min((instant for instant in instants if instant > at), default=None)


def _of(hazard: Weighed, numbers: Numbers, at: datetime) -> Iterator[datetime]:
    window = numbers.window_days * DAY
    yield from (lapse.at + window for lapse in hazard.lapses)
    if hazard.recurrence:
        yield hazard.since + window
    if hazard.status == Status.RECTIFYING and hazard.due_at is not None:
        yield hazard.due_at
        costs_more = numbers.overdue_general + numbers.overdue_week * late_weeks(hazard, at) < numbers.overdue_most
        if hazard.level == Level.GENERAL and hazard.overdue(at) and costs_more:
            yield hazard.due_at + late_weeks(hazard, at) * WEEK + JUST_AFTER


def matters(hazard: Weighed, numbers: Numbers, at: datetime) -> bool:
    """Return whether a hazard may weigh on the grade now or later without any further act on it."""
    start = at - numbers.window_days * DAY
    recent = any(lapse.at > start for lapse in hazard.lapses) or (hazard.recurrence and hazard.since > start)
    return hazard.open or (recent and hazard.status != Status.VOID)

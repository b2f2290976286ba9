"""What the calendar alone changes is known beforehand; what can weigh no more is let go."""

import pytest

from grading.policy.changes import JUST_AFTER, next_change, trimmed
from grading.policy.facts import Override, Strike
from grading.policy.grade import grade
from grading.policy.standing import Standing
from hazards.policy.words import Status
from tests.grading.world import (
    AWAITS,
    DAY,
    DONE,
    MAJOR,
    MS,
    NOON,
    OWN,
    V1,
    WEEK,
    fact,
    facts,
    failed,
    hazard,
    new_id,
    period,
    periods,
    visit,
)

GREEN, YELLOW = Standing("green"), Standing("yellow", improved_at=NOON - DAY)
COMING = [
    (hazard(), NOON + DAY),
    (hazard(late=0 * DAY), NOON + WEEK + JUST_AFTER),
    (hazard(late=10 * DAY), NOON + 4 * DAY + JUST_AFTER),
    (hazard(late=22 * DAY), None),
    (hazard(**MAJOR, late=DAY), None),
    (hazard(**AWAITS), None),
    (hazard(**DONE, recurrence=True), NOON + 150 * DAY),
    (hazard(**DONE, lapses=failed(kind="look_back_failed")), NOON + 179 * DAY),
    (hazard(**MAJOR, **OWN, **DONE, submitted_at=NOON - DAY), NOON + 179 * DAY),
    (fact("liability_insurance_missing"), None),
    (fact("liability_insurance_missing", to=NOON + 3 * DAY), NOON + 3 * DAY),
    (fact("liability_insurance_missing", ago=-2 * DAY), NOON + 2 * DAY),
    (fact("penalty"), NOON + 364 * DAY),
    (fact("false_report"), NOON + 29 * DAY),
    (fact("false_report", ago=30 * DAY), NOON + 150 * DAY),
    (fact("obstruction", to=NOON + 90 * DAY), NOON + 90 * DAY),
    (fact("fatal_accident"), NOON + 181 * DAY),
    (fact("fatal_accident", ago=182 * DAY), NOON + 183 * DAY),
    (period(missed=1), None),
    (visit(), None),
]


@pytest.mark.parametrize(("thing", "expected"), COMING)
def test_the_next_change_by_the_calendar_is_known(thing, expected):
    assert next_change(facts(thing), GREEN, V1, NOON) == expected


def test_what_an_improvement_waits_for_comes_by_the_calendar_too():
    assert next_change(facts(), YELLOW, V1, NOON) == NOON + 6 * DAY
    assert next_change(facts(visit(25 * DAY)), YELLOW, V1, NOON) == NOON + 5 * DAY
    assert next_change(facts(visit(25 * DAY)), GREEN, V1, NOON) is None
    coming = Override(new_id(), "red", NOON + DAY, NOON + 2 * DAY)
    assert [next_change(facts(overrides=(coming,)), GREEN, V1, NOON + t) for t in (0 * DAY, DAY, 2 * DAY)] == [
        NOON + DAY, NOON + 2 * DAY, None,
    ]  # fmt: skip
    assert next_change(facts(rated=False, registered_at=NOON), Standing(), V1, NOON) == NOON + 30 * DAY


def test_what_can_weigh_no_more_is_let_go():
    old = {**DONE, "since": NOON - 200 * DAY, "closed_at": NOON - 190 * DAY}
    kept = [
        hazard(), hazard(**{**old, "since": NOON - DAY}, recurrence=True), hazard(**old, lapses=failed()),
        hazard(**MAJOR, **OWN, **{**old, "closed_at": NOON - DAY}, submitted_at=NOON - 2 * DAY),
        fact("penalty", ago=364 * DAY), fact("unlicensed", ago=900 * DAY), fact("standardisation", "1", to=NOON + MS),
        fact("obstruction", ago=31 * DAY, to=NOON + MS), visit(30 * DAY - MS), *periods("done", "missed", "late"),
    ]  # fmt: skip
    gone = [
        hazard(**old), hazard(**old, recurrence=True), hazard(**old, lapses=failed(181 * DAY)),
        hazard(status=Status.VOID, recurrence=True), hazard(status=Status.REPORTED),
        fact("penalty", ago=365 * DAY), fact("unlicensed", to=NOON), fact("fatal_accident", ago=365 * DAY),
        fact("obstruction", ago=31 * DAY, to=NOON), visit(30 * DAY), period(400 * DAY, missed=1),
    ]  # fmt: skip
    strikes = (Strike("penalty", kept[4].id), Strike("penalty", gone[5].id))
    before = facts(*kept, *gone, strikes=strikes)
    left = trimmed(before, GREEN, V1, NOON)
    assert left == facts(*kept, strikes=strikes)
    assert grade(left, V1, NOON) == grade(before, V1, NOON)

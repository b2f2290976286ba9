"""Escalation, rung by rung at its edge: a second before nobody is told, at the instant exactly those of the table."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Duty
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from hazards.actions import escalate
from hazards.models import Listing
from hazards.policy.clocks import LADDERS
from hazards.policy.words import Level, Source, Status, Verb
from notifications.models import Notice
from tests.cast import DAY, HOUR, NOON, SECOND, a_hazard
from tests.loop import Walk

pytestmark = pytest.mark.django_db
EVERYBODY = (
    "owner_a", "officer_a", "employee_a", "owner_b", "officer_b", "agency", "grid_worker", "grid_worker_far", "inspector",
    "inspector_2", "inspector_alike", "county_inspector", "regulator", "regulator_far", "regulator_city",
)  # fmt: skip
INSPECTORS = {"inspector", "inspector_2"}


def shanghai(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


# NOON is Wednesday 16 September 2026, 12:00 in Shanghai. 20 September is worked (调休), 25 to 27 September is the
# Mid-Autumn holiday, 1 to 7 October the National Day holiday, 10 October is worked.
REPORTED = [
    ("unverified_2", shanghai(9, 19), {"grid_worker"}),
    ("unverified_5", shanghai(9, 23), INSPECTORS),
]
RETURNED = [  # returned an hour after NOON
    ("returned_3", shanghai(9, 21), {"employee_a", "owner_a"}),
    ("returned_7", shanghai(9, 25), {"grid_worker"}),
]
DUE = shanghai(10, 14)  # fifteen working days after 16 September
RECTIFYING = [
    ("due_in_3", shanghai(10, 10), {"officer_a"}),
    ("due_in_1", shanghai(10, 13), {"officer_a"}),
    ("due", shanghai(10, 14), {"officer_a", "owner_a"}),
    ("overdue_1", shanghai(10, 15), {"owner_a", "grid_worker"}),
    ("overdue_3", shanghai(10, 17), INSPECTORS),
    ("overdue_7", shanghai(10, 23), {"regulator"}),
]
SUBMITTED = NOON + 2 * HOUR
AWAITING = [
    ("unreviewed_3", SUBMITTED + 3 * DAY, {"grid_worker"}),
    ("unreviewed_6", SUBMITTED + 6 * DAY, INSPECTORS),
    ("unreviewed_8", SUBMITTED + 8 * DAY, {"regulator"}),
]
MAJOR = [("unreviewed_3", SUBMITTED + HOUR + 3 * DAY, INSPECTORS), ("unreviewed_6", SUBMITTED + HOUR + 6 * DAY, INSPECTORS)]


@pytest.fixture
def everybody(cast):
    for key in EVERYBODY:
        getattr(cast, key)
    return cast


def rules(hazard) -> list[str]:
    return [ledger.read(e)["facts"]["rule"] for e in ledger.of(hazard.id) if e.kind == "hazard.escalated"]


def told(cast, rule: str) -> set[str]:
    keys = {person.id: key for key, person in cast.people.items()}
    return {keys[n.person_id] for n in Notice.objects.filter(kind=f"hazard.escalated:{rule}")}


def climb(cast, drain, hazard, rungs) -> list[str]:
    """Sweep at one second before and at each rung's instant, look who was told what, and return the rungs."""
    done: list[str] = []
    for rule, instant, who in rungs:
        escalate.sweep(at=instant - SECOND)
        assert rules(hazard) == done
        escalate.sweep(at=instant)
        escalate.sweep(at=instant + SECOND)
        drain(instant + SECOND)
        done.append(rule)
        assert rules(hazard) == done
        assert told(cast, rule) == who
    return done


@pytest.mark.parametrize(
    ("until", "level", "rungs"),
    [
        (None, Level.GENERAL, REPORTED),
        (Verb.CONFIRM, Level.GENERAL, RECTIFYING),
        (Verb.SUBMIT, Level.GENERAL, AWAITING),
        (Verb.SUBMIT, Level.MAJOR, MAJOR),
    ],
)
def test_each_rung_is_told_at_its_instant_to_those_of_the_table(everybody, drain, until, level, rungs):
    hazard = a_hazard(everybody, until, level=level)
    assert len(climb(everybody, drain, hazard, rungs)) == len(rungs)
    ended = LADDERS[Status(hazard.status)][len(rungs) :] == ()
    hazard.refresh_from_db()
    assert (hazard.next_step_at is None) == ended
    assert ledger.broken_at(hazard.id) is None


def test_a_returned_report_is_told_to_its_reporter_and_owner(everybody, drain):
    hazard = a_hazard(everybody, Verb.RETURN, by="employee_a")
    assert climb(everybody, drain, hazard, RETURNED) == ["returned_3", "returned_7"]


def test_a_returned_tip_is_not_told_to_the_enterprise(everybody, drain):
    walk = Walk(everybody, NOON).report(by="grid_worker", source=Source.PUBLIC_REPORT)
    walk.take(Verb.RETURN)
    escalate.sweep(at=NOON + 9 * DAY)
    drain(NOON + 9 * DAY)
    assert told(everybody, "returned_3") == {"grid_worker"}


def test_the_deadline_of_stopped_work_is_kept_to_the_hour(everybody, drain):
    walk = Walk(everybody, NOON).report()
    walk.take(Verb.CONFIRM, stop_work=True, due_in_hours=2)  # by 15:00
    due = ("due", shanghai(9, 16, 15), {"officer_a", "owner_a"})
    late = ("overdue_1", shanghai(9, 17, 15), {"owner_a", "grid_worker"})
    assert climb(everybody, drain, walk.hazard, [due, late]) == ["due", "overdue_1"]


def test_rungs_before_a_short_deadline_began_are_passed_over(everybody):
    walk = Walk(everybody, NOON).report()
    walk.take(Verb.CONFIRM, due_on=NOON.date() + DAY)
    escalate.sweep(at=NOON + 60 * DAY)
    assert rules(walk.hazard) == ["due_in_1", "due", "overdue_1", "overdue_3", "overdue_7"]


def test_rungs_that_piled_up_are_each_told_once_and_in_order(everybody, drain):
    hazard = a_hazard(everybody, Verb.CONFIRM)
    for _ in range(2):
        escalate.sweep(at=DUE + 30 * DAY)
        drain(DUE + 30 * DAY)
    assert rules(hazard) == [rule for rule, _, _ in RECTIFYING]
    assert [told(everybody, rule) for rule, _, _ in RECTIFYING] == [who for _, _, who in RECTIFYING]


def test_a_major_hazard_seven_days_late_is_proposed_for_listing(everybody, drain):
    hazard = a_hazard(everybody, Verb.CONFIRM, level=Level.MAJOR)
    last = NOON + 150 * DAY
    escalate.sweep(at=last)
    drain(last)
    proposal = Listing.objects.get(hazard=hazard)
    assert (proposal.authority, proposal.proposed_at, proposal.listed_at) == ("", last, None)
    assert told(everybody, "overdue_7:proposed") == {"regulator"}


def test_a_firm_without_an_officer_has_its_owner_told(everybody, drain):
    hazard = a_hazard(everybody, Verb.CONFIRM)
    Duty.objects.filter(person=everybody.officer_a).update(until=NOON + DAY)
    escalate.sweep(at=RECTIFYING[0][1])
    drain(RECTIFYING[0][1])
    assert told(everybody, "due_in_3") == {"owner_a"}
    assert hazard.due_at == DUE


def test_a_move_ends_the_ladder_and_starts_the_next(everybody):
    walk = Walk(everybody, NOON).report()
    escalate.sweep(at=REPORTED[0][1])
    walk.at = REPORTED[0][1]
    walk.take(Verb.CONFIRM)
    escalate.sweep(at=REPORTED[1][1])
    assert rules(walk.hazard) == ["unverified_2"]


def test_an_act_that_changes_no_move_repeats_no_rung(everybody):
    walk = Walk(everybody, NOON).report()
    escalate.sweep(at=REPORTED[0][1])
    walk.at = REPORTED[0][1]
    walk.take(Verb.TRANSFER)
    escalate.sweep(at=REPORTED[0][1] + DAY)
    assert rules(walk.hazard) == ["unverified_2"]


def test_the_verification_clock_stands_while_a_report_is_returned(everybody):
    walk = Walk(everybody, NOON).report()
    walk.take(Verb.RETURN)
    walk.at += 5 * DAY - HOUR  # stands from Wednesday 13:00 to Monday 13:00
    walk.take(Verb.RESUBMIT)
    escalate.sweep(at=shanghai(9, 24) - SECOND)
    assert "unverified_2" not in rules(walk.hazard)  # counted from Monday 12:00: Tuesday, Wednesday
    escalate.sweep(at=shanghai(9, 24))
    assert rules(walk.hazard)[-1] == "unverified_2"


def test_what_was_told_before_a_return_is_not_told_again(everybody):
    walk = Walk(everybody, NOON).report()
    escalate.sweep(at=REPORTED[0][1])
    walk.at = REPORTED[0][1] - HOUR + timedelta(minutes=10)  # returned at 00:10 of the third day
    walk.take(Verb.RETURN)
    walk.at += 60 * HOUR
    walk.take(Verb.RESUBMIT)
    escalate.sweep(at=NOON + 60 * DAY)
    assert rules(walk.hazard) == ["unverified_2", "unverified_5"]


def test_a_granted_extension_moves_the_rungs(everybody):
    walk = Walk(everybody, NOON).report()
    walk.take(Verb.CONFIRM, due_on=NOON.date() + 5 * DAY)  # Monday 21 September
    walk.take(Verb.ASK_EXTENSION, due_on=NOON.date() + 7 * DAY)
    escalate.sweep(at=shanghai(9, 20))
    assert rules(walk.hazard) == ["due_in_3"]
    walk.at = shanghai(9, 20)
    walk.take(Verb.GRANT_EXTENSION)
    escalate.sweep(at=shanghai(9, 24) - SECOND)
    assert "due" not in rules(walk.hazard)
    escalate.sweep(at=shanghai(9, 24))
    assert rules(walk.hazard)[-1] == "due"


@pytest.mark.parametrize("until", [Verb.PASS, Verb.WITHDRAW, Verb.ANNUL])
def test_an_ended_hazard_is_left_in_peace(everybody, until):
    hazard = a_hazard(everybody, until)
    assert escalate.sweep(at=NOON + 365 * DAY) == 0
    assert rules(hazard) == []


def test_one_hazard_that_cannot_move_holds_up_no_other(everybody):
    bad, good = a_hazard(everybody), a_hazard(everybody)
    ledger.append(  # somebody else has its next number already
        ledger.Step(kind="hazard.escalated", subject_kind="hazard", subject_id=bad.id, signer=ledger.SYSTEM, at=NOON),
    )
    escalate.sweep(at=REPORTED[0][1])
    assert rules(good) == ["unverified_2"]
    bad.refresh_from_db()
    assert bad.next_step_at == REPORTED[0][1] + HOUR
    assert LedgerEntry.objects.filter(subject_id=bad.id).count() == 2

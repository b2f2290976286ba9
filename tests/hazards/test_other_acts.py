"""Verification, plan, acceptance, extension, listing, look-back, level, annulment, transfer: refusals first, then edges."""

import pytest

from backend.kernel import ids
from backend.kernel.calendar import end_of, local_day
from backend.kernel.problems import NotFound
from hazards import errors
from hazards.models import Extension, Hazard, Listing
from hazards.policy.words import Level, Source, Verb
from tests.cast import DAY, HOUR, NOON, SECOND, a_hazard
from tests.loop import SANJIANG, Walk, a_ruling, a_walk

pytestmark = pytest.mark.django_db
V = Verb


# --- verification -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", [V.DISMISS, V.WITHDRAW, V.PASS])
def test_a_duplicate_points_at_one_that_is_still_in_the_loop(cast, until):
    other, walk = a_hazard(cast, until), a_walk(cast, None, at=NOON)
    with pytest.raises(errors.BadDuplicate):
        walk.take(V.DISMISS, reason="duplicate", duplicate_of=other.id)
    assert walk.hazard.status == "reported"


def test_a_duplicate_is_another_hazard_of_the_same_enterprise_that_one_may_read(cast):
    walk = a_walk(cast, None, at=NOON)
    neighbour = Walk(cast, NOON).report("officer_b", firm="b").hazard
    foreign = Walk(cast, NOON).report("officer_far", firm="c").hazard
    for id in (walk.id, neighbour.id):
        with pytest.raises(errors.BadDuplicate):
            walk.take(V.DISMISS, reason="duplicate", duplicate_of=id)
    for id in (foreign.id, ids.new()):
        with pytest.raises(NotFound):
            walk.take(V.DISMISS, reason="duplicate", duplicate_of=id)
    other = a_hazard(cast)
    walk.take(V.DISMISS, reason="duplicate", duplicate_of=other.id)
    assert (walk.hazard.status, walk.hazard.duplicate_of_id) == ("void", other.id)


@pytest.mark.parametrize("verb", [V.CONFIRM, V.DISMISS])
def test_a_returned_report_is_its_reporters_for_seven_working_days(cast, verb):
    walk = a_walk(cast, V.RETURN, at=NOON)
    open_from = end_of(local_day(NOON) + 8 * DAY)  # 16 September is a Wednesday, Sunday the 20th is worked
    walk.at = open_from - HOUR - SECOND
    with pytest.raises(errors.WrongStatus):
        walk.take(verb)
    walk.at = open_from - HOUR
    walk.take(verb)
    assert walk.hazard.status in ("rectifying", "void")


def test_stopped_work_is_due_in_hours_and_the_clock_runs_from_verification(cast):
    walk = a_walk(cast, None, at=NOON)
    walk.take(V.CONFIRM, ruling=a_ruling(stop_work=True, due_in_hours=4))
    assert walk.hazard.due_at == walk.at + 4 * HOUR


def test_the_verification_clock_stops_while_returned(cast):
    walk = a_walk(cast, V.RETURN, at=NOON)
    walk.at += 2 * DAY
    walk.take(V.RESUBMIT)
    assert walk.hazard.clock_from == NOON + 2 * DAY + HOUR


@pytest.mark.parametrize("verb", [V.RESUBMIT, V.WITHDRAW])
def test_only_the_very_reporter_resubmits_and_withdraws(cast, verb):
    walk = a_walk(cast, V.RETURN, at=NOON)
    with pytest.raises(errors.NotYourMove):
        walk.take(verb, "owner_a")
    walk.take(verb)
    assert walk.hazard.status == ("reported" if verb == V.RESUBMIT else "void")


# --- acceptance -------------------------------------------------------------------------------------------------------------


def test_an_official_with_an_interest_does_not_accept(cast):
    walk = a_walk(cast, None, at=NOON, fixed=True)
    twin = cast.grid_worker
    twin.duties.create(person=twin, role="employee", enterprise_id=cast.a.id, since=NOON - DAY)
    with pytest.raises(errors.SamePerson):
        walk.take(V.ACCEPT, "grid_worker")
    assert walk.hazard.who.accepted is None


@pytest.mark.parametrize("who", ["owner_a", "agency", "grid_worker"])
def test_another_one_accepts_once(cast, who):
    walk = a_walk(cast, None, at=NOON, fixed=True)
    walk.take(V.ACCEPT, who)
    with pytest.raises(errors.WrongStatus):
        walk.take(V.ACCEPT, "owner_a")
    assert walk.hazard.who.accepted == getattr(cast, who).identity


def test_a_rejected_one_gets_five_working_days_and_full_review(cast):
    walk = a_walk(cast, V.REJECT, at=NOON)
    hazard = walk.hazard
    assert (hazard.round, hazard.review_mode, hazard.due_at) == (2, "full", end_of(local_day(NOON) + 6 * DAY))
    assert hazard.original_due_at == hazard.due_at


# --- extension --------------------------------------------------------------------------------------------------------------


def test_an_extension_is_too_late_at_the_very_deadline(cast):
    walk = a_walk(cast, V.CONFIRM, at=NOON)
    walk.at = walk.hazard.due_at - HOUR
    with pytest.raises(errors.ExtensionTooLate):
        walk.take(V.ASK_EXTENSION, due_on=local_day(walk.hazard.due_at) + DAY)
    walk.at = walk.hazard.due_at - HOUR - SECOND
    walk.take(V.ASK_EXTENSION)
    assert Extension.objects.count() == 1


def test_an_extension_is_asked_once_and_at_most_doubles_the_days(cast):
    walk = a_walk(cast, V.CONFIRM, at=NOON)
    last = local_day(walk.hazard.original_due_at - SECOND)
    latest = last + (last - local_day(NOON))
    with pytest.raises(errors.ExtensionTooLong):
        walk.take(V.ASK_EXTENSION, due_on=latest + DAY)
    walk.take(V.ASK_EXTENSION, due_on=latest)
    with pytest.raises(errors.ExtensionAlreadyAsked):
        walk.take(V.ASK_EXTENSION)
    before = walk.hazard
    assert before.due_at == before.original_due_at
    walk.take(V.GRANT_EXTENSION)
    assert (walk.hazard.due_at, walk.hazard.original_due_at) == (end_of(latest), before.original_due_at)
    with pytest.raises(errors.ExtensionDecided):
        walk.take(V.REFUSE_EXTENSION)


def test_a_listed_hazard_asks_fifteen_working_days_ahead(cast):
    walk = a_walk(cast, V.LIST, at=NOON)
    due_at = walk.hazard.due_at
    walk.at = due_at - 20 * DAY
    with pytest.raises(errors.ExtensionTooLate):
        walk.take(V.ASK_EXTENSION, due_on=local_day(due_at) + DAY)
    assert Extension.objects.count() == 0


def test_who_passed_a_tip_on_decides_no_extension_of_it(cast):
    walk = Walk(cast, NOON).report("inspector", source=Source.PUBLIC_REPORT)
    walk.take(V.CONFIRM, "inspector_2")
    walk.take(V.ASK_EXTENSION)
    with pytest.raises(errors.SamePerson):
        walk.take(V.GRANT_EXTENSION, "inspector")
    walk.take(V.GRANT_EXTENSION, "inspector_3")
    assert Extension.objects.get().outcome == "grant"


def test_a_grant_never_brings_a_later_deadline_forward(cast):
    walk = a_walk(cast, V.ASK_EXTENSION, at=NOON)
    walk.at = walk.hazard.due_at - DAY
    walk.take(V.SUBMIT)
    walk.take(V.FAIL, due_on=walk.today + 15 * DAY)
    with pytest.raises(errors.WrongStatus):
        walk.take(V.GRANT_EXTENSION)
    walk.take(V.REFUSE_EXTENSION)
    assert walk.hazard.who.asking is None


# --- listing, level, annulment ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [V.LOWER, V.ANNUL, V.LIST])
def test_while_listed_it_is_neither_lowered_nor_annulled_nor_listed_again(cast, verb):
    walk = a_walk(cast, V.LIST, at=NOON)
    with pytest.raises(errors.Listed):
        walk.take(verb)
    assert Listing.objects.count() == 1


def test_a_listing_is_lifted_by_the_level_that_ordered_it(cast):
    walk = a_walk(cast, V.CONFIRM, at=NOON, level=Level.MAJOR)
    walk.take(V.LIST, "regulator_city")
    for verb in (V.PLAN, V.SUBMIT):
        walk.take(verb)
    with pytest.raises(errors.NotYourMove):
        walk.take(V.LIFT, "regulator")
    walk.take(V.LIFT, "regulator_city")
    assert walk.hazard.open_listing is None
    with pytest.raises(errors.NotListed):
        walk.take(V.LIFT, "regulator_city")


def test_a_proposal_lists_nothing_and_cannot_be_lifted(cast):
    walk = a_walk(cast, V.PROPOSE_LISTING, at=NOON)
    assert walk.hazard.open_listing is None
    for verb in (V.PLAN, V.SUBMIT):
        walk.take(verb)
    with pytest.raises(errors.NotListed):
        walk.take(V.LIFT, listing_id=Listing.objects.get().id)


def test_a_sampled_hazard_that_is_raised_is_re_inspected_in_full(cast):
    walk = a_walk(cast, None, at=NOON, fixed=True)
    walk.take(V.RAISE)
    hazard = walk.hazard
    assert (hazard.level, hazard.review_mode, hazard.status) == ("major", "full", "awaiting_reinspection")
    assert hazard.escalation["key"].startswith("awaiting_reinspection@")


def test_a_lowered_one_forgets_the_first_signature(cast):
    walk = a_walk(cast, V.SIGN, at=NOON)
    walk.take(V.LOWER)
    assert (walk.hazard.level, walk.hazard.who.pending) == ("general", None)


# --- look-back --------------------------------------------------------------------------------------------------------------


def test_a_recurred_one_keeps_its_old_closing_instant(cast):
    walk = a_walk(cast, V.PASS, at=NOON)
    closed_at = walk.hazard.closed_at
    with pytest.raises(errors.PhotoRequired):
        walk.take(V.RECUR, photos=())
    with pytest.raises(errors.SamePerson):
        walk.take(V.RECUR, "inspector")
    walk.take(V.RECUR)
    hazard = walk.hazard
    assert (hazard.status, hazard.round, hazard.closed_at, hazard.recurred_at) == ("rectifying", 2, closed_at, walk.at)


# --- transfer ---------------------------------------------------------------------------------------------------------------


def test_two_transfers_then_a_regulator_rules_for_good(cast):
    walk = a_walk(cast, V.CONFIRM, at=NOON)
    due_at = walk.hazard.due_at
    with pytest.raises(errors.RegionUnknown):
        walk.take(V.TRANSFER, to_region="330324999")
    with pytest.raises(errors.AlreadyThere):
        walk.take(V.TRANSFER, to_region=walk.hazard.place.code)
    walk.take(V.TRANSFER)
    with pytest.raises(NotFound):
        walk.take(V.TRANSFER)
    walk.take(V.TRANSFER, "inspector_alike", to_region="330324009")
    with pytest.raises(errors.TransfersUsedUp):
        walk.take(V.TRANSFER)
    walk.take(V.RULE)
    with pytest.raises(errors.TransfersUsedUp):
        walk.take(V.RULE)
    hazard = Hazard.objects.get()
    assert (hazard.town, hazard.grid, hazard.status, hazard.due_at) == (SANJIANG, "", "rectifying", due_at)
    assert hazard.enterprise_id == cast.a.id

"""Re-inspection: refusals first; two signatures under a major pass; what a failed one brings back."""

from dataclasses import replace

import pytest

from accounts import queries
from accounts.models import Duty, Person
from backend.kernel import ids
from backend.kernel.calendar import end_of
from backend.kernel.problems import NotFound, StepUpRequired
from hazards import errors
from hazards.actions.steps import Remarks
from hazards.models import Listing
from hazards.policy.words import Level, Verb
from media.policy.uses import PhotoRef
from tests.cast import DAY, HOUR, LONG_AGO, MINUTE, NOON, SECOND
from tests.loop import a_photo, a_walk

pytestmark = pytest.mark.django_db
V = Verb


@pytest.fixture
def general(cast):
    return a_walk(cast, V.SUBMIT, at=NOON)


@pytest.fixture
def major(cast):
    return a_walk(cast, V.SUBMIT, at=NOON, level=Level.MAJOR)


@pytest.fixture
def signed(cast):
    return a_walk(cast, V.SIGN, at=NOON)


def inspector(name: str, **how) -> Person:
    person = Person.objects.enrol(phone=f"+86139001390{name}", name=name, **how)
    Duty.objects.create(person=person, role="inspector", region_id="330324009", level="town", since=LONG_AGO, licence_no="浙C1")
    return person


def test_a_pass_with_a_photo_that_has_not_come_waits_for_it(cast, general):
    with pytest.raises(errors.PhotoMissing):
        general.take(V.PASS, remarks=Remarks(photos=(PhotoRef(ids.new()),)))
    assert general.hazard.status == "awaiting_reinspection"
    general.take(V.PASS, remarks=Remarks(photos=(a_photo(cast, "inspector", at=general.at),)))
    assert (general.hazard.status, general.hazard.closed_by) == ("closed", "reinspection")


def test_who_verified_may_re_inspect_a_general_hazard(general):
    general.take(V.PASS, "inspector")
    assert general.hazard.who.passed == {general.cast.inspector.identity}


@pytest.mark.parametrize("days", [16, 400])
def test_a_failed_one_sets_at_most_fifteen_days(general, days):
    with pytest.raises(errors.DeadlineTooFar):
        general.take(V.FAIL, due_on=general.today + days * DAY)
    assert general.hazard.round == 1


def test_a_failed_one_begins_the_next_round_and_never_moves_the_original_deadline(general):
    before = general.hazard
    general.take(V.FAIL, due_on=general.today + 15 * DAY)
    after = general.hazard
    assert (after.status, after.round, after.version) == ("rectifying", 2, before.version + 1)
    assert (after.due_at, after.original_due_at) == (end_of(general.today + 15 * DAY), before.original_due_at)


def test_a_failed_sampled_one_gets_its_first_deadline_and_full_review(cast):
    walk = a_walk(cast, None, at=NOON, fixed=True)
    walk.take(V.FAIL)
    assert walk.hazard.original_due_at == walk.hazard.due_at
    assert walk.hazard.review_mode == "full"


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"on_site": False}, errors.OnSiteRequired),
        ({"inspectors": ()}, errors.TwoInspectorsRequired),
        ({"inspectors": (ids.new(), ids.new())}, errors.TwoInspectorsRequired),
    ],
)
def test_a_major_one_needs_two_on_site(major, body, refusal):
    with pytest.raises(refusal):
        major.take(V.SIGN, **body)
    assert major.hazard.who.pending is None


@pytest.mark.parametrize("who", ["grid_worker", "regulator", "inspector_far", "officer_a"])
def test_the_second_is_an_inspector_on_duty_over_the_place(cast, major, who):
    with pytest.raises(errors.TwoInspectorsRequired):
        major.take(V.SIGN, inspectors=(cast.inspector.id, getattr(cast, who).id))
    assert major.hazard.who.pending is None


def test_two_accounts_of_one_person_are_one_inspector(cast, major):
    twin = inspector("01", identity=cast.inspector.identity)
    with pytest.raises(errors.TwoInspectorsRequired):
        major.take(V.SIGN, inspectors=(cast.inspector.id, twin.id))
    assert major.hazard.status == "awaiting_reinspection"


def test_the_signers_other_account_does_not_countersign(cast, signed):
    twin = inspector("02", identity=cast.inspector.identity)
    with pytest.raises(errors.SamePerson):
        signed.take(V.COUNTERSIGN, queries.actor_of(twin, at=signed.at, strong=True, stepped_up_at=signed.at))
    with pytest.raises(errors.SamePerson):
        signed.take(V.COUNTERSIGN, "inspector")
    with pytest.raises(errors.NotYourMove):
        signed.take(V.COUNTERSIGN, "inspector_3")
    assert signed.hazard.status == "awaiting_reinspection"


def test_while_one_signature_waits_a_second_pass_is_the_wrong_moment(signed):
    with pytest.raises(errors.WrongStatus):
        signed.take(V.SIGN, "inspector_3")
    assert signed.hazard.status == "awaiting_reinspection"


def test_a_signature_is_withdrawn_after_24_hours(signed):
    until = signed.hazard.who.pending.until
    signed.at = until - HOUR
    with pytest.raises(errors.WrongStatus):
        signed.take(V.COUNTERSIGN)
    assert signed.at == until
    signed.at = until - HOUR - SECOND
    signed.take(V.COUNTERSIGN)
    assert (signed.hazard.status, signed.hazard.closed_by) == ("closed", "countersignature")


def test_after_a_withdrawn_signature_the_pass_begins_anew(signed):
    old = signed.hazard.who.pending
    signed.at = old.until
    signed.take(V.SIGN)
    with pytest.raises(errors.WrongStatus):
        signed.take(V.COUNTERSIGN, reinspection_id=old.act_id)
    signed.take(V.COUNTERSIGN)
    assert signed.hazard.status == "closed"


def test_a_fail_withdraws_the_first_signature(signed):
    signed.take(V.FAIL, "inspector_3")
    assert (signed.hazard.status, signed.hazard.who.pending) == ("rectifying", None)


def test_a_stale_second_factor_closes_no_major_hazard(cast, major, signed):
    for walk, verb, who in ((major, V.SIGN, "inspector"), (signed, V.COUNTERSIGN, "inspector_2")):
        at = walk.at + HOUR
        stale = replace(cast.actor(who, at=at), stepped_up_at=at - 5 * MINUTE - SECOND)
        with pytest.raises(StepUpRequired):
            walk.take(verb, stale)
        assert walk.hazard.status == "awaiting_reinspection"


def test_nobody_countersigns_what_does_not_exist(signed):
    with pytest.raises(NotFound):
        signed.take(V.COUNTERSIGN, reinspection_id=ids.new())
    assert signed.hazard.status == "awaiting_reinspection"


def test_a_listed_hazard_is_lifted_first_and_a_failed_one_revives_the_listing(cast):
    walk = a_walk(cast, V.CONFIRM, at=NOON, level=Level.MAJOR)
    for verb in (V.LIST, V.PLAN, V.SUBMIT):
        walk.take(verb)
    with pytest.raises(errors.Listed):
        walk.take(V.SIGN)
    walk.take(V.LIFT)
    walk.take(V.FAIL)
    assert walk.hazard.open_listing_id == Listing.objects.get().id
    for verb in (V.SUBMIT, V.LIFT, V.SIGN, V.COUNTERSIGN):
        walk.take(verb)
    for verb in (V.RECUR, V.SUBMIT, V.FAIL):
        walk.take(verb)
    # that listing ended with the closure: it was not lifted for this round
    assert walk.hazard.open_listing_id is None


def test_the_duty_that_permits_the_act_is_the_one_recorded(cast):
    cast.inspector.duties.create(
        person=cast.inspector, role="grid_worker", region_id=cast.a.grid, level="grid", since=LONG_AGO - DAY
    )
    walk = a_walk(cast, V.CONFIRM, at=NOON, level=Level.MAJOR)
    assert walk.hazard.acts.get(verb="confirm").role == "inspector"

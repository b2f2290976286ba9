"""Dynamic closure: by the clock only what has cooled, was accepted by another, was not drawn, and has its photos checked."""

from datetime import UTC, datetime

import pytest

from accounts.models import Duty
from backend.kernel import ids, ledger
from backend.kernel.models import LedgerEntry
from enterprises.actions.grade import set_grade
from hazards import tasks
from hazards.actions import escalate
from hazards.errors import SamePerson
from hazards.models import Draw, Hazard
from hazards.policy.words import Level, Status, Verb
from media import tasks as media
from media.models import Photo
from media.policy.uses import PhotoRef
from notifications.models import Notice
from tests.api import problem
from tests.cast import DAY, HOUR, NOON, SECOND, a_hazard
from tests.loop import Walk, a_fix, a_photo, an_id

pytestmark = pytest.mark.django_db
# Wednesday noon: Thursday, Friday and the worked Sunday (调休) are the three days it cools
COOLED = datetime(2026, 9, 21, tzinfo=UTC) - 8 * HOUR


def fixed(cast, *, at=NOON, drawn=False, by="officer_a", rate=0.5, **fix) -> Walk:
    walk = Walk(cast, at, id=an_id(at, drawn=drawn, rate=rate))
    return walk.report(by, fix=a_fix(cast, by, at=at, **fix))


def on_duty(cast, *keys: str) -> None:
    for key in keys:
        getattr(cast, key)


def kinds(hazard) -> list[str]:
    return [entry.kind for entry in ledger.of(hazard.id)]


def causes(hazard) -> list[tuple[str, bool]]:
    return list(Draw.objects.filter(hazard=hazard).order_by("id").values_list("cause", "drawn"))


def settle(photo: PhotoRef, *, at, hazard) -> None:
    """Let a photo be checked at `at`, as the ledger tells it."""
    Photo.objects.filter(id=photo.id).update(status="ready", settled_at=at)
    step = ledger.Step(
        kind="photo.ready", subject_kind="photo", subject_id=photo.id, signer=ledger.SYSTEM, at=at,
        facts={"subjects": [str(hazard.id)]},
    )  # fmt: skip
    entry = ledger.append(step)
    Photo.objects.filter(id=photo.id).update(version=entry.seq, ledger_head=entry.hash)
    tasks.photo_settled(at=at, entry_id=str(entry.id))


def test_an_accepted_undrawn_hazard_closes_by_the_clock_when_it_has_cooled(cast):
    walk = fixed(cast)
    walk.take(Verb.ACCEPT)
    escalate.sweep(at=COOLED - SECOND)
    assert walk.hazard.status == Status.AWAITING_REINSPECTION
    escalate.sweep(at=COOLED)
    hazard = walk.hazard
    assert (hazard.status, hazard.closed_by, hazard.closed_at) == (Status.CLOSED, "clock", COOLED)
    assert kinds(hazard) == ["hazard.reported", "hazard.accepted", "hazard.clock_closed"]
    escalate.sweep(at=COOLED + DAY)
    assert len(kinds(hazard)) == 3


def test_one_that_nobody_but_its_fixer_accepted_counts_as_drawn(cast, drain):
    on_duty(cast, "grid_worker", "owner_a")
    walk = fixed(cast)
    escalate.sweep(at=COOLED)
    drain(COOLED)
    hazard = walk.hazard
    assert (hazard.status, hazard.drawn_at) == (Status.AWAITING_REINSPECTION, COOLED)
    assert causes(hazard) == [("lot", False), ("unaccepted", True)]
    assert (hazard.version, kinds(hazard)) == (1, ["hazard.reported"])
    assert Notice.objects.filter(kind="draw.made:drawn", person=cast.grid_worker).exists()
    assert hazard.next_step_at == COOLED + 3 * DAY


def test_a_drawn_one_waits_for_an_official_and_his_ladder_starts_at_once(cast, drain):
    on_duty(cast, "grid_worker", "inspector", "regulator", "owner_a")
    walk = fixed(cast, drawn=True)
    walk.take(Verb.ACCEPT)
    for days in (3, 6, 8):
        escalate.sweep(at=NOON + days * DAY - SECOND)
        escalate.sweep(at=NOON + days * DAY)
    hazard = walk.hazard
    assert (hazard.status, hazard.next_step_at) == (Status.AWAITING_REINSPECTION, None)
    told = [ledger.read(e)["facts"]["rule"] for e in LedgerEntry.objects.filter(kind="draw.escalated").order_by("at", "seq")]
    assert told == ["unreviewed_3", "unreviewed_6", "unreviewed_8"]
    # nothing of it stands on the hazard's own chain, which the enterprise reads
    assert (hazard.version, kinds(hazard)) == (2, ["hazard.reported", "hazard.accepted"])
    drain(NOON + 8 * DAY)
    assert not Notice.objects.filter(kind__contains="unreviewed", person__in=[cast.owner_a, cast.officer_a]).exists()
    assert Notice.objects.filter(kind="hazard.escalated:unreviewed_8", person=cast.regulator).count() == 1


def test_a_draw_by_hand_moves_the_ladder_to_its_own_instant(cast):
    walk = fixed(cast)
    walk.take(Verb.ACCEPT)
    walk.at = COOLED - 2 * HOUR
    walk.take(Verb.DRAW)
    drawn_at = walk.at
    escalate.sweep(at=COOLED)
    hazard = walk.hazard
    assert (hazard.status, hazard.drawn_at, hazard.next_step_at) == (Status.AWAITING_REINSPECTION, drawn_at, drawn_at + 3 * DAY)
    walk.take(Verb.PASS, "inspector")
    assert walk.hazard.closed_by == "reinspection"


def test_cooling_begins_when_the_last_photo_has_been_checked(cast):
    late = a_photo(cast, "officer_a", at=NOON, status="received")
    walk = fixed(cast, photos=(late, a_photo(cast, "officer_a", at=NOON)))
    walk.take(Verb.ACCEPT)
    assert walk.hazard.next_step_at is None
    escalate.sweep(at=COOLED + 30 * DAY)
    assert walk.hazard.status == Status.AWAITING_REINSPECTION
    checked = NOON + 2 * DAY  # Friday: Sunday, Monday, Tuesday
    settle(late, at=checked, hazard=walk.hazard)
    until = datetime(2026, 9, 23, tzinfo=UTC) - 8 * HOUR
    assert walk.hazard.next_step_at == until
    escalate.sweep(at=until - SECOND)
    assert walk.hazard.status == Status.AWAITING_REINSPECTION
    escalate.sweep(at=until)
    assert walk.hazard.status == Status.CLOSED


def test_a_photo_that_never_came_draws_when_its_slot_lapses(cast):
    walk = fixed(cast, photos=(PhotoRef(ids.new()), a_photo(cast, "officer_a", at=NOON)))
    walk.take(Verb.ACCEPT)
    lapsed = NOON + 7 * DAY
    media.lapse_slots(at=lapsed + HOUR, job_id=ids.new())
    entry = LedgerEntry.objects.get(kind="photo.lapsed")
    for _ in range(2):
        tasks.photo_lapsed(at=lapsed + HOUR, entry_id=str(entry.id))
    hazard = walk.hazard
    assert causes(hazard) == [("lot", False), ("photo_lapsed", True)]
    assert hazard.next_step_at == lapsed + HOUR + 3 * DAY


def test_a_hazard_claimed_major_never_closes_by_the_clock(cast):
    walk = Walk(cast, NOON, id=an_id(NOON, drawn=False))
    walk.report(level_claimed=Level.MAJOR, fix=a_fix(cast, at=NOON))
    assert (walk.hazard.status, Draw.objects.count()) == (Status.REPORTED, 0)


def test_a_fixer_does_not_accept_his_own_work_and_in_a_one_person_firm_the_agency_does(cast):
    walk = fixed(cast, by="owner_a")
    with pytest.raises(SamePerson):
        walk.take(Verb.ACCEPT, "owner_a")
    walk.take(Verb.ACCEPT, "agency")
    escalate.sweep(at=COOLED)
    assert walk.hazard.status == Status.CLOSED


def test_or_the_grid_worker_accepts_on_the_photos(cast):
    walk = fixed(cast, by="owner_a")
    walk.take(Verb.ACCEPT, "grid_worker")
    escalate.sweep(at=COOLED)
    assert walk.hazard.status == Status.CLOSED


def test_after_a_rejected_acceptance_it_is_reinspected_in_full(cast):
    walk = fixed(cast)
    walk.take(Verb.REJECT)
    walk.take(Verb.SUBMIT)
    hazard = walk.hazard
    assert (hazard.review_mode, hazard.next_step_at) == ("full", walk.at + 3 * DAY)
    escalate.sweep(at=COOLED + 60 * DAY)
    assert walk.hazard.status == Status.AWAITING_REINSPECTION


@pytest.mark.parametrize(
    ("grade", "rate"), [("green", 0.1), ("blue", 0.2), ("yellow", 0.5), ("grey", 0.5), ("orange", 1.0), ("red", 1.0)]
)
def test_the_rate_is_that_of_the_grade_on_receipt(cast, grade, rate):
    grading(cast, grade)
    walk = fixed(cast)
    grading(cast, "red" if grade != "red" else "green")
    assert Draw.objects.get(hazard=walk.hazard).rate == rate


def grading(cast, grade: str) -> None:
    set_grade(enterprise_id=cast.a.id, grade=grade, score=None, policy_version=0, as_of=NOON, cause="calendar", at=NOON)


def test_the_enterprise_learns_of_a_draw_only_when_a_visit_was_made(cast, api, frozen):
    walk = fixed(cast, drawn=True)
    clients = {key: api.as_(getattr(cast, key)) for key in ("owner_a", "agency", "grid_worker", "regulator")}
    path = f"/hazards/{walk.id}"

    def seen() -> list:
        return [clients[key].get(path).json()["drawn"] for key in clients]

    assert seen() == [None, None, True, True]
    walk.take(Verb.ACCEPT)
    assert seen()[:2] == [None, None]
    walk.take(Verb.FAIL)
    assert seen() == [True] * 4


def test_a_rejected_acceptance_is_no_visit(cast, api):
    walk = fixed(cast, drawn=True)
    walk.take(Verb.REJECT)
    assert api.as_(cast.owner_a).get(f"/hazards/{walk.id}").json()["drawn"] is None


def test_the_hand_that_draws_shows_in_no_act_and_no_version_of_the_enterprise(cast, api):
    walk = fixed(cast)
    owner = api.as_(cast.owner_a)
    before = owner.get(f"/hazards/{walk.id}").json()
    walk.take(Verb.DRAW)
    after = owner.get(f"/hazards/{walk.id}").json()
    assert {k: v for k, v in after.items() if k != "allowed"} == {k: v for k, v in before.items() if k != "allowed"}
    assert len(owner.get(f"/hazards/{walk.id}/events").json()["items"]) == 1
    assert "draw" in [act["kind"] for act in api.as_(cast.grid_worker).get(f"/hazards/{walk.id}").json()["acts"]]


def test_an_official_who_works_there_sees_no_draw(cast, api):
    walk = fixed(cast, drawn=True)
    Duty.objects.create(person=cast.inspector, role="employee", enterprise_id=cast.a.id, since=NOON - DAY)
    assert api.as_(cast.inspector).get(f"/hazards/{walk.id}").json()["drawn"] is None


def test_after_its_closure_everybody_sees_that_it_was_not_drawn(cast, api):
    walk = fixed(cast)
    walk.take(Verb.ACCEPT)
    escalate.sweep(at=COOLED)
    assert api.as_(cast.owner_a).get(f"/hazards/{walk.id}").json()["drawn"] is False


def test_the_enterprise_may_not_draw(cast, api):
    walk = fixed(cast)
    assert problem(api.as_(cast.owner_a).post(f"/hazards/{walk.id}/draws")) == (403, "hazard.not_your_move")


def test_nothing_but_sampled_hazards_has_a_lot(cast):
    a_hazard(cast, Verb.SUBMIT)
    assert (Draw.objects.count(), Hazard.objects.get().review_mode) == (0, "full")

"""What the verdict on photos does to sampled hazards: strong draws, odd doubles the rate once, an overruling ends it."""

from uuid import UUID

import pytest

from backend.kernel import clock, ids, ledger
from backend.kernel.models import Job, PolicyVersion
from hazards import tasks
from hazards.actions import day_keys, escalate, suspect
from hazards.models import Draw
from hazards.policy import sampling
from hazards.policy.words import Status, Verb
from media.models import Finding, Overruling, Photo, PhotoUse
from tests.cast import DAY, HOUR, NOON, a_hazard
from tests.hazards.test_dynamic_closure import COOLED, causes, fixed
from tests.hazards.test_sampling import LATER, TODAY, check
from tests.loop import Walk, a_fix, an_id, lot_key

pytestmark = pytest.mark.django_db


def photo_of(walk: Walk) -> Photo:
    return Photo.objects.get(id=PhotoUse.objects.get(subject_id=walk.id).photo_id)


def against(photo: Photo, severity: str, *, code: str = "edited", use: PhotoUse | None = None) -> Finding:
    """Let something be found about a photo, as a judgement writes it."""
    facts = {"software": "GIMP"} if code == "edited" else {}
    finding = Finding.objects.create(photo=photo, use=use, code=code, severity=severity, facts=facts, found_at=NOON)
    Photo.objects.filter(id=photo.id).update(findings_count=1, judged_at=NOON)
    PhotoUse.objects.filter(photo_id=photo.id).update(judged_at=NOON)
    return finding


def overruled(finding: Finding) -> None:
    finding.overruling = Overruling.objects.create(
        id=ids.new(), photo=finding.photo, code=finding.code, note="已核实", actor_id=ids.new(), person=ids.new(),
        role="inspector", at=NOON,
    )  # fmt: skip
    finding.save()


def policy(rate: float) -> None:
    PolicyVersion.objects.create(
        id=ids.new(), kind="consequences", version=1, effective_from=NOON - DAY, document={"grey": {"sampling": rate}}
    )


def test_a_strong_finding_draws_the_hazard_once_with_its_cause_in_the_ledger(cast):
    walk = fixed(cast)
    against(photo_of(walk), "strong")
    for n in range(3):
        suspect.photo_judged(walk.id, at=NOON + n * HOUR)
    assert causes(walk.hazard) == [("lot", False), ("photo", True)]
    assert (walk.hazard.drawn_at, walk.hazard.version) == (NOON, 1)
    [entry] = ledger.of(Draw.objects.get(cause="photo").id)
    facts = ledger.read(entry)["facts"]
    assert (facts["cause"], facts["drawn"], facts["rate"], facts["hazard"]) == ("photo", True, 1.0, str(walk.id))
    assert walk.hazard.next_step_at == NOON + 3 * DAY  # an official's move now


def test_it_adds_its_draw_to_one_that_was_drawn_already(cast):
    walk = fixed(cast, drawn=True)
    against(photo_of(walk), "strong")
    suspect.photo_judged(walk.id, at=NOON + HOUR)
    assert causes(walk.hazard) == [("lot", True), ("photo", True)]
    assert walk.hazard.drawn_at == NOON


def an_id_between(low: float, high: float) -> UUID:
    """Return a new id whose lot of NOON lies between two rates."""
    key, text = lot_key(NOON).key, clock.text(NOON)
    while sampling.drawn(key=key, hazard_id=(id := an_id(NOON, drawn=True, rate=high)), received_at=text, rate=low):
        pass
    return id


@pytest.mark.parametrize(("low", "drawn"), [(0.2, True), (0.4, False)])
def test_an_odd_finding_doubles_the_rate_once_and_the_same_fraction_is_compared_again(cast, low, drawn):
    policy(0.2)
    walk = Walk(cast, NOON, id=an_id_between(low, low + 0.2))
    walk.report(fix=a_fix(cast, at=NOON))
    against(photo_of(walk), "warn")
    for n in range(2):
        suspect.photo_judged(walk.id, at=NOON + n * HOUR)
    [raised] = Draw.objects.filter(hazard=walk.id, cause="photo")
    assert (raised.rate, raised.drawn, walk.hazard.drawn_at is not None) == (0.4, drawn, drawn)


def test_a_strong_finding_after_an_odd_one_that_drew_nothing_draws(cast):
    policy(0.2)
    walk = Walk(cast, NOON, id=an_id_between(0.4, 0.6))
    walk.report(fix=a_fix(cast, at=NOON))
    for n, (severity, code) in enumerate((("warn", "edited"), ("strong", "mock_location"))):
        against(photo_of(walk), severity, code=code)
        suspect.photo_judged(walk.id, at=NOON + n * HOUR)
    found = Draw.objects.filter(hazard=walk.id, cause="photo").order_by("at")
    assert [(draw.rate, draw.drawn) for draw in found] == [(0.4, False), (1.0, True)]


def test_notes_and_what_was_overruled_draw_nothing(cast):
    walk = fixed(cast)
    photo = photo_of(walk)
    against(photo, "info", code="no_metadata")
    overruled(against(photo, "strong"))
    suspect.photo_judged(walk.id, at=NOON + HOUR)
    assert causes(walk.hazard) == [("lot", False)]


def test_a_draw_that_was_made_stays_when_its_finding_is_overruled(cast):
    walk = fixed(cast)
    finding = against(photo_of(walk), "strong")
    suspect.photo_judged(walk.id, at=NOON + HOUR)
    overruled(finding)
    suspect.photo_judged(walk.id, at=NOON + 2 * HOUR)
    assert causes(walk.hazard) == [("lot", False), ("photo", True)]


def test_a_finding_about_the_same_photo_in_another_hazard_draws_only_that_one(cast):
    walk, other = fixed(cast), fixed(cast, at=NOON + HOUR)
    use = PhotoUse.objects.get(subject_id=other.id)
    against(photo_of(other), "strong", code="reused_exact", use=use)
    for hazard in (walk, other):
        suspect.photo_judged(hazard.id, at=NOON + DAY)
    assert (causes(walk.hazard), causes(other.hazard)) == ([("lot", False)], [("lot", False), ("photo", True)])


def test_hazards_that_are_reinspected_anyway_and_closed_ones_have_no_draw(cast):
    submitted = a_hazard(cast, Verb.SUBMIT)
    against(Photo.objects.get(id=PhotoUse.objects.get(subject_id=submitted.id).photo_id), "strong")
    closed = fixed(cast)
    closed.take(Verb.ACCEPT)
    escalate.sweep(at=COOLED)
    assert closed.hazard.status == Status.CLOSED
    against(photo_of(closed), "strong", code="mock_location")
    for id in (submitted.id, closed.id, ids.new()):
        suspect.photo_judged(id, at=COOLED + DAY)
    assert not Draw.objects.filter(cause="photo").exists()


def test_no_hazard_closes_by_the_clock_before_the_verdict_on_its_photos(cast):
    walk = fixed(cast)
    Photo.objects.update(mock_location=True)
    walk.take(Verb.ACCEPT)
    Job.objects.filter(kind__startswith="media").update(state="dead")  # whoever should have judged never did
    escalate.sweep(at=COOLED)
    assert (walk.hazard.status, causes(walk.hazard)) == (Status.AWAITING_REINSPECTION, [("lot", False), ("photo", True)])
    assert photo_of(walk).judged_at == COOLED


def test_the_verdict_reaches_the_hazard_through_the_ledger(cast, drain):
    walk = fixed(cast)
    Photo.objects.update(mock_location=True)
    drain(NOON + HOUR)
    assert causes(walk.hazard) == [("lot", False), ("photo", True)]
    [entry] = [entry for entry in ledger.of(photo_of(walk).id) if entry.kind == "photo.judged"]
    tasks.photo_judged(at=NOON + DAY, entry_id=str(entry.id))
    assert len(causes(walk.hazard)) == 2


def test_the_enterprise_is_not_told_of_the_draw(cast, api, drain):
    walk = fixed(cast)
    Photo.objects.update(mock_location=True)
    drain(NOON + HOUR)
    assert api.as_(cast.owner_a).get(f"/hazards/{walk.id}").json()["drawn"] is None
    assert api.as_(cast.grid_worker).get(f"/hazards/{walk.id}").json()["drawn"] is True


def test_a_days_lots_are_still_cast_again_from_what_was_published(cast, frozen, api):
    policy(0.3)
    walks = [fixed(cast, at=NOON, rate=0.3, drawn=n % 2 == 0) for n in range(4)]
    for n, severity in ((0, "strong"), (1, "warn"), (3, "strong")):
        against(photo_of(walks[n]), severity)
        suspect.photo_judged(walks[n].id, at=NOON + HOUR)
    day_keys.reveal_due(at=LATER)
    with frozen(LATER):
        status, lines = check(TODAY)
        items = api.get("/public/sampling?day=2026-09-16").json()["items"]
    assert (status, len(lines)) == (0, 1)
    assert sorted((item["cause"], item["rate"]) for item in items) == [("lot", 0.3)] * 4 + [("photo", 0.6)] + [("photo", 1.0)] * 2


def test_an_officials_photo_at_a_draw_by_hand_weighs_nothing(cast):
    walk = fixed(cast)
    photo = photo_of(walk)
    PhotoUse.objects.update(label="draw")
    against(photo, "strong")
    suspect.photo_judged(walk.id, at=NOON + HOUR)
    assert causes(walk.hazard) == [("lot", False)]

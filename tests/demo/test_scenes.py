"""What the demo shows beside hazards: every scene is played to its end by the real actions, and leaves a living world."""

from collections import Counter

import pytest

from backend.kernel import ledger
from backend.kernel.models import Job
from backend.kernel.models.job import State
from demo import firms, load
from demo.history import make, plan
from demo.history.plan import Tale
from demo.history.scenes import SCENES
from demo.models import World
from inspections.models import Campaign, Document, Inspection, InspectionPlan, RandomDraw, RemoteCheck, SelfInspection
from tests.cast import HOUR, NOON

pytestmark = pytest.mark.django_db


def test_every_scene_has_its_place_in_the_plan() -> None:
    assert plan.SCENES.keys() == SCENES.keys()
    told = plan.tales(first=NOON - 120 * 24 * HOUR, last=NOON - HOUR, enterprises=260)
    assert Counter(tale.kind for tale in told if tale.kind in SCENES) == dict.fromkeys(SCENES, 1)
    # played last, so that at each enterprise time runs forward
    assert all(tale.kind in SCENES for tale in told[-len(SCENES) :])


def test_the_scenes_leave_a_living_world() -> None:
    world = load.load(at=NOON, enterprises=30)
    said: list[str] = []
    played = list(plan._scenes(set(), last=NOON - HOUR, enterprises=30))
    lacking = sorted(SCENES.keys() - {tale.kind for tale in played})  # so few enterprises are not enough for all
    played += [Tale(0, kind, "b", firms.B, 0, NOON - 27 * HOUR, NOON - HOUR) for kind in lacking]
    for number, tale in enumerate(played):
        told = Tale(number, tale.kind, tale.key, tale.firm, tale.firm_number, tale.start, tale.until)
        assert make._tell(told, since=world.began_at - load.SINCE, say=said.append), (tale.kind, said)
    assert World.objects.get().told == len(SCENES)
    visits = Counter(Inspection.objects.values_list("mode", "status"))
    assert visits.pop(("random", "planned")) in (1, 2, 3)
    assert visits == {
        ("unannounced", "planned"): 1, ("planned", "planned"): 2, ("planned", "under_way"): 1,
        ("planned", "finished"): 2,
    }  # fmt: skip
    # what is tried out on enterprise A meets no cap
    assert not Inspection.objects.filter(type="administrative_inspection", enterprise_id=firms.A.id).exists()
    assert Counter(RemoteCheck.objects.values_list("status", flat=True)) == {"judged": 1, "refused": 1, "expired": 1}
    assert Counter(SelfInspection.objects.values_list("kind", "status")) == {
        ("full", "submitted"): 4, ("full", "missed"): 1, ("occasion", "submitted"): 1, ("occasion", "open"): 1,
    }  # fmt: skip
    papers = Document.objects.order_by("kind")
    assert [(paper.kind, paper.status) for paper in papers] == [("rectification_order", "issued"), ("risk_notice", "issued")]
    assert all(paper.number and paper.services.exists() for paper in papers)
    assert [draw.revealed_at is None for draw in RandomDraw.objects.order_by("committed_at")] == [False, True]
    assert (InspectionPlan.objects.count(), Campaign.objects.count()) == (1, 1)
    for row in (*Inspection.objects.all(), *papers, *RemoteCheck.objects.all()):
        assert ledger.broken_at(row.id) is None
    # what is still to be done is the workers': pages, and drawings whose day comes
    assert set(Job.objects.filter(state=State.WAITING).values_list("kind", flat=True)) <= {
        "inspections.tasks.print_document",
        "media.tasks.drop_drawing",
    }

"""A granted appeal corrects the facts, not the history: one stands where one would have stood; nothing else is forgiven."""

import pytest

from backend.kernel import ledger
from enterprises.models import Enterprise
from grading.actions import recompute
from grading.actions.correct import correct
from grading.actions.regrade import sweep
from grading.models import GradePeriod, Standing, Strike
from hazards.models import Hazard
from tests.cast import DAY, HOUR, NOON
from tests.grading.world import new_id

pytestmark = pytest.mark.django_db


def course(at=None):
    rows = GradePeriod.objects.order_by("valid_from", "id")
    rows = rows.filter(superseded_at=None) if at is None else rows.filter(recorded_at__lte=at).exclude(superseded_at__lte=at)
    return [(row.grade, row.score) for row in rows][2:]


def test_what_was_struck_never_cost_anything_and_what_was_known_stays_known(story):
    id = story.found(NOON, level="major", due=2)
    story.drain(NOON)
    story.drain(NOON + HOUR)
    due = Hazard.objects.get(id=id).due_at
    before = NOON + 9 * DAY
    sweep(at=due)
    assert course() == [("orange", 80), ("red", 80)]
    appeal = new_id()
    correct(story.cast.a.id, strikes=[("", id)], since=NOON, cause="appeal.granted", appeal=appeal, at=before + DAY)
    firm, row = Enterprise.objects.get(id=story.cast.a.id), Standing.objects.get()
    assert (firm.grade, firm.score, row.stepped, row.worsened_at) == ("green", 100, "green", None)
    assert course() == [("green", 100)]
    assert course(at=before) == [("orange", 80), ("red", 80)]
    assert (Strike.objects.get().appeal, ledger.of(firm.id)[-1].kind) == (appeal, "enterprise.graded")
    assert recompute.everything(at=before + 2 * DAY).differences == 0


def test_a_trifle_that_is_struck_lifts_nobody_out_of_what_he_has_to_climb(story):
    story.found(NOON, level="major", due=2)
    small = story.found(NOON + HOUR)
    story.drain(NOON + HOUR)
    sweep(at=NOON + 9 * DAY)
    correct(story.cast.a.id, strikes=[("open_general", small)], since=NOON, cause="appeal.granted", at=NOON + 10 * DAY)
    firm = Enterprise.objects.get(id=story.cast.a.id)
    assert (firm.grade, firm.score) == ("red", 80)
    assert [grade for grade, _ in course()] == ["orange", "red"]

"""What was kept up entry by entry equals what a rebuild works out, after whatever history; differences are an alarm."""

import random

import pytest
from django.core.management import call_command

from backend.kernel.models import Job
from hazards.models import Hazard
from oversight import tasks
from oversight.actions import count as counting
from oversight.actions.rebuild import rebuild
from oversight.models import HazardFact, Tally
from oversight.policy.figures import NAMES
from tests.cast import DAY, HOUR, NOON
from tests.story import CRITERION

pytestmark = pytest.mark.django_db


def kept():
    facts = sorted(HazardFact.objects.values_list("hazard_id", "area", "level", "counted_on", "undecided_until", *NAMES))
    sums = sorted(row for row in Tally.objects.values_list("area", "span", "start", "level", "division", *NAMES) if any(row[5:]))
    return facts, sums


RAISED = {"level": "major", "criterion": CRITERION, "reason": "重大"}
WAYS_IN = ("found", "reported", "self_fixed")
STEPS = {
    "reported": ("confirmed", ("withdrawals", {}, "officer_a")),
    "rectifying": (
        "submitted", "submitted", "submitted", ("annulments", {"reason": "重复"}, "regulator"),
        ("reclassifications", RAISED, "inspector"),
    ),
    "awaiting_reinspection": ("passed", "failed"),
    "closed": ("held", "recurred"),
}  # fmt: skip


def history(story, seed, steps=30):
    """Let chance take possible steps on hazards, now and then with the background work in between."""
    rng = random.Random(seed)
    hazards, at = [], NOON
    for _ in range(steps):
        at += rng.choice([HOUR, DAY, 5 * DAY])
        if not hazards or rng.random() < 0.3:
            hazards.append(getattr(story, rng.choice(WAYS_IN))(at))
        else:
            happen(story, rng.choice(hazards), rng, at)
        if rng.random() < 0.3:
            story.drain(at)
            counting.sweep(at=at)
    return at, rng


def happen(story, id, rng, at):
    hazard = Hazard.objects.get(id=id)
    if hazard.level == "major" or hazard.status not in STEPS:
        return
    step = rng.choice(STEPS[hazard.status])
    if isinstance(step, str):
        getattr(story, step)(id, at)
    else:
        story.act(id, step[0], step[1], by=step[2], at=at)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_history_the_rebuild_finds_nothing_wrong_and_from_nothing_makes_the_same(story, seed):
    at, _ = history(story, seed)
    story.drain(at)
    counting.sweep(at=at)
    before = kept()
    assert before[0]
    assert rebuild(at=at) == (0, 0)
    assert kept() == before
    HazardFact.objects.all().delete()
    Tally.objects.all().delete()
    assert rebuild(at=at) == (len(before[0]), 0)
    assert kept() == before


def test_jobs_twice_and_in_any_order_end_at_the_same_figures(story):
    at, rng = history(story, 7, steps=25)
    story.drain(at)
    counting.sweep(at=at)
    before = kept()
    jobs = list(Job.objects.filter(kind="oversight.tasks.count"))
    HazardFact.objects.all().delete()
    Tally.objects.all().delete()
    rng.shuffle(jobs)
    for job in jobs * 2:
        tasks.count(at=at, **job.payload)
    assert kept() == before


def test_a_wrong_sum_and_a_wrong_fact_are_mended_and_told(story, caplog, capsys):
    story.found(NOON)
    story.drain(NOON)
    before = kept()
    Tally.objects.filter(span="month").update(found=7, closed=2)
    assert rebuild(at=NOON) == (0, 1)
    assert kept() == before
    HazardFact.objects.update(found=0)
    assert rebuild(at=NOON) == (1, 2)
    assert kept() == before
    Tally.objects.all().delete()
    with story.frozen(NOON), pytest.raises(SystemExit):
        call_command("rebuild_rates")
    assert kept() == before
    with story.frozen(NOON):
        call_command("rebuild_rates")
    assert "alarm" in caplog.text
    assert "0 sums" in capsys.readouterr().out

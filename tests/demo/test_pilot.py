"""The pilot in small: a year's trial of a few enterprises through the real actions, with the figures and the chart it ends in."""

import io
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from accounts import queries as accounts
from accounts.actions import adopt
from accounts.models import Person
from backend.kernel import idempotency, jobs, ledger
from backend.kernel.calendar import start_of
from backend.kernel.idempotency import Received
from demo.cast import CAST, YONGJIA
from demo.pilot import chart, run
from demo.pilot.population import cases
from demo.pilot.run import COLOURS, Outcome, Size
from demo.pilot.year import deeds
from grading.actions import simulate
from grading.models import GradePeriod, Improvement
from hazards.models import Hazard
from tests.cast import DAY, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def _listeners() -> Iterator[None]:
    before = settings.LISTENERS
    yield
    settings.LISTENERS = before
    jobs.listeners.cache_clear()


@pytest.mark.parametrize("wrong", [{"enterprises": 0}, {"days": 3}, {"hazards": -1}, {"here": True}])
def test_it_begins_in_no_database_that_holds_anything_and_in_no_size_that_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("pilot", **wrong)


def test_the_plan_of_the_year_is_the_same_for_the_same_seed() -> None:
    plans = [deeds(list(cases(50)), start=NOON, days=365, hazards=62) for _ in range(2)]
    assert plans[0] == plans[1]
    assert plans[0] == sorted(plans[0])
    assert all(NOON <= deed.at < NOON + 365 * DAY for deed in plans[0])
    assert sum(deed.what in ("find", "report", "fix") for deed in plans[0]) == 62


@pytest.mark.usefixtures("_listeners")
def test_in_small_red_and_orange_ones_improve_and_it_is_told() -> None:
    said: list[str] = []
    outcome: Outcome = run.run(Size(16, 20, 70), say=said.append)
    assert (outcome.hazards, sum(outcome.first.values()), sum(outcome.last.values())) == (20, 16, 16)
    assert outcome.first.get("red", 0) >= outcome.left_red > 0
    assert Improvement.objects.count() >= outcome.left_red
    assert outcome.improved == outcome.left_red + outcome.left_orange
    assert not outcome.refused
    assert all(ledger.broken_at(id) is None for id in Hazard.objects.values_list("id", flat=True)[:5])
    assert GradePeriod.objects.filter(cause="improvement.made").exists() or outcome.left_red
    assert said[-1].startswith("2025-03-11")
    _the_past_is_reproduced()
    root = ElementTree.fromstring(chart.as_svg(outcome))
    assert len(root.findall("{http://www.w3.org/2000/svg}polygon")) == len(COLOURS)
    picture = chart.as_png(outcome)
    assert Image.open(io.BytesIO(picture)).size == (chart.WIDTH, chart.HEIGHT)
    assert len(picture) < 200_000


def _the_past_is_reproduced() -> None:
    """Run the rule in force over the whole of it: the past, put together again, has to give what was published."""
    end = start_of(run.BEGAN) + 70 * DAY
    actor = accounts.actor_of(Person.objects.get(id=CAST["regulator"].id), at=end, strong=True, stepped_up_at=end)

    def got(kind: str) -> Received:
        return idempotency.received(
            id=None, kind=kind, route="pilot", path_ids={}, content={}, actor_id=actor.id, at=end
        )  # fmt: skip

    rule = adopt.Proposal("grading", {}, "推演")
    draft, _ = adopt.draft(received=got("policy"), proposal=rule, actor=actor, at=end)
    asked = simulate.Asked(draft.id, YONGJIA, end - 100 * DAY, end)
    row, _ = simulate.ask(asked, received=got("simulation"), actor=actor, at=end)
    jobs.drain(now=lambda: end)
    row.refresh_from_db()
    assert (row.ended_at, row.done, row.not_reproduced, row.changes.count()) == (end, row.total, 0, 0)

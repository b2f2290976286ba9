"""What was drawn is planned: one inspection each, once, by those who were drawn, and never two on one day for anybody."""

import json
from datetime import date
from uuid import UUID, uuid5

import pytest

from accounts.models import Duty
from accounts.policy.roles import Role
from backend.kernel import ids, ledger, policies
from backend.kernel.models import PolicyVersion
from enterprises.models import Enterprise
from inspections import tasks
from inspections.actions import plan_drawn
from inspections.models import Inspection, InspectionOfficer
from inspections.policy import lottery
from notifications.models import Notice
from tests.cast import DAY, HOUR, LONG_AGO, NOON
from tests.inspections.lots import a_draw, in_the_drum
from tests.inspections.test_draws import CLOCK

pytestmark = pytest.mark.django_db


def revealed(cast, drain, **more):
    """Return a draw of both enterprises that the clock has revealed, everything that follows done."""
    draw = a_draw(cast, at=NOON, count=2, **more)
    tasks.reveal_draws(at=CLOCK)
    drain(CLOCK)
    draw.refresh_from_db()
    return draw


def test_every_enterprise_that_was_drawn_gets_its_inspection_once(cast, drain):
    draw = revealed(cast, drain)
    plan_drawn.plan_drawn(draw.id, start=0, at=CLOCK + HOUR)
    for lot in json.loads(draw.result):
        found = Inspection.objects.get(enterprise_id=lot["enterprise"])
        assert found.id == uuid5(draw.id, lot["enterprise"])
        assert (found.type, found.mode, found.status, found.draw_id) == (
            "administrative_inspection", "random", "planned", draw.id,
        )  # fmt: skip
        assert str(found.crew.get(lead=True).account_id) == draw.people[lot["inspectors"][0] - 1]
        assert {str(o.account_id) for o in found.crew.all()} == {draw.people[no - 1] for no in lot["inspectors"]}
    assert Inspection.objects.count() == 2


def test_nobody_visits_two_on_one_day(cast, drain):
    revealed(cast, drain)
    days = list(InspectionOfficer.objects.values_list("person", "inspection__planned_on"))
    assert len(days) == len(set(days)) == 4
    # Friday 2026-09-18 is the reveal; Sunday the 20th is worked (调休), then Monday
    assert {day for _, day in days} == {date(2026, 9, 20), date(2026, 9, 21)}
    found = [{"inspectors": [1, 2]}, {"inspectors": [3, 4]}, {"inspectors": [2, 3]}, {"inspectors": [1, 4]}]
    assert lottery.turns(found) == [1, 1, 2, 2]


def test_in_batches_nothing_is_left_out(cast, drain, monkeypatch):
    monkeypatch.setattr(plan_drawn, "BATCH", 1)
    revealed(cast, drain)
    assert Inspection.objects.count() == 2


def test_what_has_become_impossible_is_written_down_and_told_and_the_other_goes_on(cast, drain, api):
    draw = a_draw(cast, at=NOON, count=2)
    Enterprise.objects.filter(id=cast.a.id).update(status="closed")
    tasks.reveal_draws(at=CLOCK)
    drain(CLOCK)
    plan_drawn.plan_drawn(draw.id, start=0, at=CLOCK + HOUR)
    assert [found.enterprise_id for found in Inspection.objects.all()] == [cast.b.id]
    [entry] = [entry for entry in ledger.of(draw.id) if entry.kind == "random_draw.not_planned"]
    assert (entry.enterprise_id, ledger.read(entry)["facts"]["code"]) == (cast.a.id, "enterprise.closed")
    assert Notice.objects.filter(kind="random_draw.not_planned", person=cast.regulator).count() == 1
    told = api.as_(cast.auditor).get(f"/draws/{draw.id}/events").json()["items"]
    assert [entry["kind"].partition(".")[2] for entry in told] == ["committed", "revealed", "not_planned"]


def test_an_inspector_who_has_left_since_is_not_sent(cast, drain):
    a_draw(cast, at=NOON, count=2)
    Duty.objects.filter(role=Role.INSPECTOR).update(until=NOON + HOUR)
    tasks.reveal_draws(at=CLOCK)
    drain(CLOCK)
    assert not Inspection.objects.exists()


def visited(cast, who):
    """Let two inspectors have made A's last administrative inspection."""
    made = Inspection.objects.create(
        id=ids.new(), enterprise_id=cast.a.id, type="administrative_inspection", mode="planned", status="finished",
        planned_on=LONG_AGO.date(), planned_at=LONG_AGO, checked_in_at=LONG_AGO, checked_out_at=LONG_AGO, action_code="1",
    )  # fmt: skip
    for person in who:
        InspectionOfficer.objects.create(
            inspection=made, account_id=person.id, person=person.identity, name=person.name, role="inspector", duty_id=ids.new(),
            lead=person is who[0],
        )  # fmt: skip


def test_whoever_made_the_last_inspection_is_not_sent_again(cast):
    in_the_drum(cast)
    visited(cast, [cast.inspector])
    inputs = json.loads(a_draw(cast, at=NOON).inputs)
    assert {hand["name"]: hand["not_at"] for hand in inputs["inspectors"]} == {
        cast.inspector.name: [str(cast.a.id)], cast.inspector_2.name: [], cast.inspector_3.name: [],
    }  # fmt: skip
    PolicyVersion.objects.create(
        id=ids.new(), kind="random_draws", version=1, effective_from=NOON, document={"spare_last_visitors": False}
    )
    policies.forget()
    assert not any(hand["not_at"] for hand in json.loads(a_draw(cast, at=NOON + DAY).inputs)["inspectors"])


def test_the_inspections_of_a_draw_are_found_by_it(cast, drain, api):
    draw = revealed(cast, drain)
    found = api.as_(cast.regulator).get(f"/inspections?draw_id={draw.id}").json()["items"]
    assert {UUID(item["enterprise_id"]) for item in found} == {cast.a.id, cast.b.id}

"""One table says what a colour brings with it; whoever changes it changes every room at once."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from pydantic import ValidationError

from backend.kernel import ids, policies
from backend.kernel.models import PolicyVersion
from enterprises import queries
from enterprises.policy.consequences import Consequences, Interval
from tests.cast import DAY, NOON


@pytest.mark.parametrize(
    ("document", "at_fault"),
    [
        ({"green": {"sampling": 1.1}}, "green.sampling"), ({"green": {"sampling": -0.1}}, "green.sampling"),
        ({"red": {"self_inspection": "daily"}}, "red.self_inspection"), ({"violet": {}}, "violet"),
        ({"blue": {"draw_weight": 11}}, "blue.draw_weight"), ({"blue": {"look_back_major": "all"}}, "blue.look_back_major"),
        ({"blue": {"rate": 1}}, "blue.rate"), ({"grey": 5}, "grey"), ({"red": {"draw_weight": 1}}, ""),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_refused_at_the_place_at_fault(document, at_fault):
    with pytest.raises(ValidationError) as refused:
        Consequences.model_validate(document)
    assert ".".join(map(str, refused.value.errors()[0]["loc"])) == at_fault


def test_what_a_document_does_not_name_stays_as_it_was_built_in():
    table = Consequences.model_validate({"green": {"sampling": 0.3}})
    assert (table.of("green").sampling, table.of("green").draw_weight, table.of("blue").sampling) == (0.3, 1, 0.2)
    assert table.of("red").self_inspection is Interval.WEEKLY
    assert table.weights() == {"green": 1, "blue": 2, "yellow": 3, "grey": 2}


def test_the_table_has_no_line_for_a_colour_that_is_none():
    with pytest.raises(ValueError, match="violet"):
        Consequences.model_validate({}).of("violet")


@pytest.mark.django_db
def test_what_was_adopted_in_the_old_policies_is_gathered_into_the_table_once():
    gather = importlib.import_module("enterprises.migrations.0002_consequences").gather
    old = [
        ("hazards", 1, {"sampling": {"green": 0.4}}, 9), ("look_backs", 1, {"general": 0.1, "first_day": 20}, 8),
        ("visits_oversight", 1, {"uncapped_grades": ["red", "orange"]}, 7), ("hazards", 2, {"due_days_general": 10}, 6),
        ("random_draws", 1, {"weights": {"yellow": 9}}, 5), ("self_inspections", 1, {"intervals": {"blue": "quarterly"}}, 4),
    ]  # fmt: skip
    for kind, version, document, days in old:
        PolicyVersion.objects.create(
            id=ids.new(), kind=kind, version=version, document=document, effective_from=NOON - days * DAY
        )
    gather(apps, None)
    gather(apps, None)
    policies.forget()
    assert PolicyVersion.objects.filter(kind="consequences").count() == 5
    before, now = queries.consequences(NOON - 9 * DAY + timedelta(hours=1)).document, queries.consequences(NOON).document
    assert (before.green.sampling, before.green.look_back_general, before.orange.capped) == (0.4, 0.05, True)
    assert (now.green.sampling, now.red.look_back_general, now.orange.capped, now.green.capped) == (0.4, 0.1, False, True)
    assert (now.yellow.draw_weight, now.blue.self_inspection) == (9, Interval.QUARTERLY)

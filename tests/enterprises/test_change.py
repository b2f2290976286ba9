"""Changing an enterprise: nobody overwrites what he has not seen, and nobody changes what is not his to change."""

import uuid

import pytest

from backend.kernel import ledger
from enterprises.actions import change as changing
from enterprises.models import Enterprise
from enterprises.policy import words
from tests.api import problem
from tests.cast import GRID_AB

pytestmark = pytest.mark.django_db


@pytest.fixture
def patch(api, cast):
    def send(role, body, *, firm="a", version='"1"'):
        headers = {"If_Match": version} if version is not None else {}
        return api.as_(getattr(cast, role)).patch(f"/enterprises/{getattr(cast, firm).id}", body, **headers)

    return send


def test_nobody_changes_without_logging_in(api):
    assert problem(api.patch(f"/enterprises/{uuid.uuid4()}", {})) == (401, "auth.required")


@pytest.mark.parametrize("role", ["employee_a", "agency", "auditor", "admin", "stranger"])
def test_those_who_never_change_one_are_told_so(patch, role):
    assert problem(patch(role, {"nonsense": 1})) == (403, "auth.no_duty")


@pytest.mark.parametrize("role", ["owner_b", "officer_far", "inspector_far", "inspector_alike", "regulator_far"])
def test_what_is_out_of_scope_does_not_exist(patch, role):
    assert problem(patch(role, {"address": "x"})) == (404, "request.not_found")


@pytest.mark.parametrize("role", ["owner_a", "officer_a"])
@pytest.mark.parametrize(
    "body", [{"name": "新名"}, {"region": "330324006"}, {"status": "closed"}, {"address": "x", "risk": "blue"}]
)
def test_members_change_address_and_contacts_alone(patch, role, body):
    assert problem(patch(role, body)) == (403, "enterprise.not_your_move")


def test_without_a_version_nothing_is_changed(patch):
    assert problem(patch("inspector", {"name": "新名"}, version=None)) == (428, "conflict.version_required")


@pytest.mark.parametrize("version", ['"2"', '"0"', "1", 'W/"1"', "*", "x", '"99999999999"'])
def test_a_stale_version_is_refused_with_what_stands_there(patch, cast, version):
    reply = patch("inspector", {"name": "新名"}, version=version)
    assert problem(reply) == (412, "conflict.stale_version")
    assert (reply.json()["current"]["id"], reply.json()["current"]["version"]) == (str(cast.a.id), 1)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"uscc": "x"}, "enterprise.bad_uscc"), ({"industry": "Z01"}, "enterprise.bad_industry"),
        ({"region": "330324999"}, "region.unknown"), ({"grid": "330383198000001"}, "region.unknown"),
        ({"contacts": [{"name": "王", "phone": "1"}]}, "phone.invalid"), ({"name": None}, "request.invalid"),
        ({"version": 3}, "request.invalid"), ({"grade": "green"}, "request.invalid"),
        ({"id": str(uuid.uuid4())}, "request.invalid"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_code(patch, cast, wrong, code):
    assert problem(patch("inspector", wrong)) == (422, code)
    assert Enterprise.objects.get(id=cast.a.id).version == 1


def test_the_uscc_of_another_is_refused(patch, cast):
    assert problem(patch("inspector", {"uscc": cast.b.uscc})) == (409, "enterprise.uscc_taken")


def test_one_that_closed_down_changes_no_more(patch):
    assert patch("inspector", {"status": "closed"}).json()["status"] == "closed"
    assert problem(patch("inspector", {"status": "active"}, version='"2"')) == (409, "enterprise.closed")


def test_a_room_above_may_hold_back_the_closing(patch, cast, monkeypatch):
    asked = []
    monkeypatch.setattr(changing, "BEFORE_CLOSING", [asked.append])
    patch("inspector", {"status": "closed"})
    assert asked == [cast.a.id]


def test_what_is_the_same_leaves_no_trace(patch, cast):
    reply = patch("inspector", {"name": cast.a.name, "region": cast.a.town, "uscc": cast.a.uscc.lower()})
    assert (reply.status_code, reply["ETag"], len(ledger.of(cast.a.id))) == (200, '"1"', 1)


def test_a_change_raises_the_version_and_says_which_members(patch, cast):
    contact = {"name": "王", "phone": "13800138000"}
    reply = patch("owner_a", {"address": "新址", "contacts": [contact]})
    assert (reply.status_code, reply["ETag"], reply.json()["version"]) == (200, '"2"', 2)
    assert reply.json()["contacts"] == [{"name": "王", "phone": "+8613800138000", "role": ""}]
    entry = ledger.of(cast.a.id)[-1]
    assert (entry.kind, ledger.read(entry)["facts"]) == ("enterprise.changed", {"fields": ["address", "contacts"]})
    assert ("王" in entry.body, "新址" in entry.body) == (False, False)
    assert ledger.broken_at(cast.a.id) is None


def test_members_named_are_changed_and_no_others(patch):
    shown = patch("inspector", {"uscc": None, "risk": "orange", "location": None}).json()
    assert (shown["uscc"], shown["risk"], shown["location"], shown["size_class"]) == (None, "orange", None, "small")


def test_a_move_is_told_with_both_places_and_leaves_the_grid(patch, cast, api):
    reply = patch("inspector", {"region": "330324006"})
    assert (reply.json()["region"], reply.json()["grid"]) == ("330324006", None)
    entry = ledger.of(cast.a.id)[-1]
    facts = ledger.read(entry)["facts"]
    assert (entry.kind, facts["from"], facts["to"], entry.place) == ("enterprise.moved", GRID_AB, "330324006", "330324006")
    assert problem(api.as_(cast.inspector).get(f"/enterprises/{cast.a.id}")) == (404, "request.not_found")
    assert api.as_(cast.inspector_alike).get(f"/enterprises/{cast.a.id}").status_code == 200


def test_leaving_the_grid_alone_is_a_move_too(patch, cast):
    assert patch("inspector", {"grid": None}).json()["grid"] is None
    assert ledger.of(cast.a.id)[-1].kind == "enterprise.moved"


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [("green", "red", "worsened"), ("red", "orange", "improved"), ("grey", "blue", "first"), ("blue", "grey", "first")],
)
def test_getting_better_is_improved_and_getting_worse_worsened(before, after, direction):
    assert words.direction(before, after) == direction


@pytest.mark.parametrize(
    ("grade", "colour"),
    [("green", "green"), ("blue", "green"), ("yellow", "yellow"), ("orange", "yellow"), ("red", "red"), ("grey", "grey")],
)
def test_the_public_colour_has_four_values(grade, colour):
    assert words.code_colour(grade) == colour

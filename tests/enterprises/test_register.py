"""Registering an enterprise: who may not, what is not one, and what a registered one looks like."""

import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from backend.kernel import ledger
from enterprises.models import Enterprise
from tests.api import Api, problem
from tests.cast import FIRMS, GRID_AB, GRID_ALIKE

pytestmark = pytest.mark.django_db
USCC = "91330324MATE5T017X"


def a_firm(**more: Any) -> dict[str, Any]:
    """Return the smallest body that registers an enterprise in the town of A."""
    return {"name": "永嘉县戊阀门厂", "industry": "C3443", "region": "330324009"} | more


def test_nobody_registers_without_logging_in(api):
    assert problem(api.post("/enterprises", a_firm())) == (401, "auth.required")


@pytest.mark.parametrize("role", ["owner_a", "officer_a", "employee_a", "agency", "auditor", "admin", "stranger"])
def test_only_officials_register(api, cast, role):
    assert problem(api.as_(getattr(cast, role)).post("/enterprises", {"nonsense": 1})) == (403, "auth.no_duty")


@pytest.mark.parametrize("place", ["330383198", "330324006", "330324", "3303", "33"])
def test_nobody_registers_outside_his_region(api, cast, place):
    reply = api.as_(cast.inspector).post("/enterprises", a_firm(region=place))
    assert problem(reply) == (403, "enterprise.not_your_move")
    assert Enterprise.objects.count() == 0


def test_a_grid_whose_digits_deceive_is_outside(api, cast):
    # 330324009000003 continues the digits of 330324009, but lies in 330324006
    body = a_firm(region="330324006", grid=GRID_ALIKE)
    assert problem(api.as_(cast.inspector).post("/enterprises", body)) == (403, "enterprise.not_your_move")
    assert api.as_(cast.inspector_alike).post("/enterprises", body).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"uscc": "91330324MATE5T017Y"}, "enterprise.bad_uscc"),
        ({"uscc": "91330324"}, "enterprise.bad_uscc"),
        ({"industry": "C99"}, "enterprise.bad_industry"),
        ({"industry": "D34"}, "enterprise.bad_industry"),
        ({"industry": "C"}, "enterprise.bad_industry"),
        ({"industry": "C34433"}, "enterprise.bad_industry"),
        ({"industry": "34"}, "enterprise.bad_industry"),
        ({"region": "330324999"}, "region.unknown"),
        ({"region": "330324000"}, "region.unknown"),
        ({"grid": "330324009000999"}, "region.unknown"),
        ({"grid": GRID_ALIKE}, "region.unknown"),
        ({"contacts": [{"name": "王", "phone": "12345"}]}, "phone.invalid"),
        ({"contacts": [{"name": "王", "phone": "not a phone"}]}, "phone.invalid"),
        ({"region": "330324009000"}, "region.unknown"),
        ({"region": "33032400900"}, "request.invalid"),
        ({"name": " "}, "request.invalid"),
        ({"name": None}, "request.invalid"),
        ({"name": "长" * 101}, "request.invalid"),
        ({"size_class": "huge"}, "request.invalid"),
        ({"risk_features": ["lava"]}, "request.invalid"),
        ({"risk_features": "spraying"}, "request.invalid"),
        ({"location": {"latitude": 91, "longitude": 0}}, "request.invalid"),
        ({"location": {"latitude": 28, "longitude": 120, "crs": "mars"}}, "request.invalid"),
        ({"contacts": [{"name": "王", "phone": "13800138000"}] * 21}, "request.invalid"),
        ({"status": "closed"}, "request.invalid"),
        ({"grade": "green"}, "request.invalid"),
        ({"id": "1"}, "request.invalid"),
    ],
)
def test_what_is_wrong_is_refused_by_its_code(api, cast, wrong, code):
    assert problem(api.as_(cast.inspector).post("/enterprises", a_firm(**wrong))) == (422, code)
    assert Enterprise.objects.count() == 0


def test_a_uscc_is_registered_once(api, cast):
    inspector = api.as_(cast.inspector)
    assert inspector.post("/enterprises", a_firm(uscc=USCC)).status_code == 201
    again = inspector.post("/enterprises", a_firm(uscc=f" {USCC.lower()}", name="另一家"))
    assert problem(again) == (409, "enterprise.uscc_taken")
    assert Enterprise.objects.count() == 1


def test_an_id_that_stands_for_something_else_is_refused(api, cast):
    key = str(uuid.uuid4())
    assert api.as_(cast.inspector).post("/enterprises", a_firm(id=key)).status_code == 201
    assert problem(api.as_(cast.inspector).post("/enterprises", a_firm(id=key, name="别名"))) == (409, "conflict.same_id")
    assert problem(api.as_(cast.county_inspector).post("/enterprises", a_firm(id=key))) == (409, "conflict.same_id")


def test_a_registration_sent_again_is_answered_as_it_was(api, cast):
    body, inspector = a_firm(id=str(uuid.uuid4()), uscc=USCC), api.as_(cast.inspector)
    first, second = inspector.post("/enterprises", body), inspector.post("/enterprises", body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()
    assert len(ledger.of(uuid.UUID(body["id"]))) == 1


def test_a_registered_enterprise_shows_everything_the_contract_names(api, cast):
    reply = api.as_(cast.grid_worker).post(
        "/enterprises",
        a_firm(
            uscc=USCC.lower(), grid=GRID_AB, address=" 瓯北街道某路1号 ", size_class="micro", risk="orange",
            risk_features=["spraying", "confined_space", "spraying"],
            location={"latitude": 27.99671800647287, "longitude": 120.704059752063, "crs": "gcj02"},
            contacts=[{"name": "王", "phone": "0577-6731 8888", "role": "电工"}, {"name": "李", "phone": "138 0013 8000"}],
        ),
    )  # fmt: skip
    shown = reply.json()
    assert (reply.status_code, reply["ETag"]) == (201, '"1"')
    assert shown["receipt"]["id"] == shown["id"]
    assert {
        "uscc": USCC, "industry": "C3443", "industry_name": "通用设备制造业", "region": "330324009", "grid": GRID_AB,
        "address": "瓯北街道某路1号", "size_class": "micro", "risk": "orange", "risk_features": ["confined_space", "spraying"],
        "status": "active", "grade": "grey", "code_colour": "grey", "version": 1,
    }.items() <= shown.items()  # fmt: skip
    assert (shown["location"]["latitude"], shown["location"]["longitude"], shown["location"]["crs"]) == (28.0, 120.7, "wgs84")
    assert shown["location"]["original"]["crs"] == "gcj02"
    assert [c["phone"] for c in shown["contacts"]] == ["+8657767318888", "+8613800138000"]
    assert api.as_(cast.grid_worker).get(f"/enterprises/{shown['id']}").json() == {
        k: v for k, v in shown.items() if k != "receipt"
    }


def test_its_chain_begins_with_who_registered_it_and_names_nobody(api, cast):
    shown = api.as_(cast.inspector).post("/enterprises", a_firm()).json()
    [entry] = ledger.of(uuid.UUID(shown["id"]))
    read = ledger.read(entry)
    assert (entry.kind, read["actor"]["id"], read["actor"]["role"]) == (
        "enterprise.registered",
        str(cast.inspector.id),
        "inspector",
    )
    assert "戊" not in entry.body
    row = Enterprise.objects.get(id=shown["id"])
    assert (row.version, row.ledger_head, entry.place) == (entry.seq, entry.hash, "330324009")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_register_one_uscc_at_once_one_wins(live_cast):
    statuses, inspector, start = [], Api().as_(live_cast.inspector), threading.Barrier(6)

    def try_it() -> None:
        start.wait()
        statuses.append(Api(inspector.token).post("/enterprises", a_firm(uscc=USCC)).status_code)
        connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert sorted(statuses) == [201] + [409] * 5
    assert Enterprise.objects.filter(uscc=USCC).count() == 1


def test_every_enterprise_of_the_cast_was_registered(cast):
    assert {e.uscc for e in [Enterprise.objects.get(id=f.id) for f in (cast.a, cast.b, cast.c, cast.alike)]} == {
        firm.uscc for firm in FIRMS.values()
    }

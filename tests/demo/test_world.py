"""The demo world: loaded whole or not at all, twice is once, and everybody in it can log in."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from stdnum.cn import uscc

from accounts.models import Duty, Person, Region
from accounts.policy import phones
from backend.kernel.models import LedgerEntry
from demo import firms, load, ready
from demo.cast import CAST, fixed
from demo.models import World
from enterprises.models import Enterprise
from tests.accounts.phone import Phone, app_code
from tests.api import Api, problem
from tests.cast import NOON, Cast

pytestmark = pytest.mark.django_db
FEW = ["--enterprises", "5", "--days", "3"]


def demo(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _asked_again() -> None:
    ready.forget()


def test_it_is_refused_together_with_production_settings(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="生产环境") as refused:
        demo()
    assert refused.value.returncode == 1
    assert Person.objects.count() == 0


def test_a_database_in_use_is_left_alone_unless_it_was_asked_for_by_name(cast: Cast) -> None:
    assert cast.officer_a.phone
    assert demo("--if-empty", *FEW) == ""
    assert World.objects.count() == 0


def test_the_last_line_is_one_json_object_with_cast_and_enterprises() -> None:
    told = json.loads(demo("--json", *FEW).rstrip("\n").split("\n")[-1])
    assert told.keys() == {"cast", "enterprises"}
    assert list(told["cast"]) == [
        "owner_a", "officer_a", "employee_a", "owner_b", "officer_b", "officer_far", "grid_worker", "grid_worker_far",
        "inspector", "inspector_2", "inspector_far", "county_inspector", "regulator", "regulator_city", "agency", "auditor",
        "admin",
    ]  # fmt: skip
    assert {k for k, m in told["cast"].items() if "totp_secret" in m} == {
        "inspector", "inspector_2", "inspector_far", "county_inspector", "regulator", "regulator_city", "auditor", "admin",
    }  # fmt: skip
    assert told["enterprises"].keys() == {"a", "b", "c"}
    for firm in told["enterprises"].values():
        assert firm.keys() == {"id", "uscc", "region", "grid", "name", "latitude", "longitude"}
        assert Region.objects.get(code=firm["grid"]).parent_id == firm["region"]
        row = Enterprise.objects.get(id=firm["id"])
        assert (row.uscc, row.region, row.grid, row.latitude) == (firm["uscc"], firm["region"], firm["grid"], firm["latitude"])
    assert told["enterprises"]["a"]["grid"] == told["enterprises"]["b"]["grid"] == "330324009000001"
    for member in told["cast"].values():
        person = Person.objects.get(id=member["id"])
        assert (person.phone, person.name) == (member["phone"], member["name"])
        assert phones.mobile(member["phone"]) == member["phone"]


def test_loading_again_changes_nothing() -> None:
    first = demo("--json", *FEW)
    before = (Person.objects.count(), Duty.objects.count(), Enterprise.objects.count(), LedgerEntry.objects.count())
    assert demo("--json", "--enterprises", "9") == first
    assert (Person.objects.count(), Duty.objects.count(), Enterprise.objects.count(), LedgerEntry.objects.count()) == before
    assert Enterprise.objects.count() == 8


def test_a_load_that_was_cut_off_is_gone_on_with(monkeypatch: pytest.MonkeyPatch) -> None:
    real = load._other_firm
    made: list[int] = []

    def cut(number: int, *rest: Any) -> None:
        if made:
            raise KeyboardInterrupt
        made.append(number)
        real(number, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(load, "_other_firm", cut)
        with pytest.raises(KeyboardInterrupt):
            load.load(at=NOON, enterprises=5)
    assert World.objects.get().loaded_at is None
    load.load(at=NOON, enterprises=5)
    assert Enterprise.objects.count() == 8
    assert World.objects.get().loaded_at == NOON


def test_codes_phones_and_names_are_valid_and_each_is_there_once() -> None:
    many = [*firms.FIRMS.values(), *firms.others(300)]
    assert len({f.id for f in many}) == len({f.uscc for f in many}) == len({f.name for f in many}) == 303
    assert all(uscc.is_valid(f.uscc) and f.uscc[2:8] == f.region[:6] for f in many)
    assert all("演示" in f.name for f in many)
    assert list(firms.others(300))[:20] == list(firms.others(20))


def test_readiness_waits_for_cast_and_enterprises_when_a_demo_is_due(api: Api, settings: Any) -> None:
    settings.DEMO = True
    assert problem(api.get("/health/ready")) == (503, "server.unavailable")
    World.objects.create(began_at=NOON, enterprises=1, days=1)
    assert api.get("/health/ready").status_code == 503
    load.load(at=NOON, enterprises=1)
    assert api.get("/health/ready").status_code == 200


def test_readiness_asks_the_database_no_more_once_it_is_loaded(settings: Any, statements: Callable[[], Any]) -> None:
    settings.DEMO = True
    load.load(at=NOON, enterprises=1)
    assert ready.loaded()
    with statements() as ran:
        assert ready.loaded()
    assert len(ran) == 0


def test_an_officer_logs_in_with_the_printed_phone() -> None:
    load.load(at=NOON, enterprises=1)
    phone = Phone()
    assert phone.log_in(CAST["officer_a"].phone).status_code == 200
    assert phone.get("/me").json()["duties"] == [{"role": "officer", "enterprise_id": str(fixed("a"))}]


@pytest.mark.parametrize("key", ["inspector", "regulator_city", "auditor", "admin"])
def test_whoever_needs_a_second_factor_gives_it_with_the_printed_secret(key: str) -> None:
    load.load(at=NOON, enterprises=1)
    phone = Phone()
    assert phone.log_in(CAST[key].phone).status_code == 401
    assert phone.second(app_code(str(CAST[key].totp_secret))).status_code == 200
    assert phone.get("/regions").status_code in (200, 403)
    assert phone.get("/me").json()["id"] == str(CAST[key].id)

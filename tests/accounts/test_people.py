"""Administrators enrol people and grant duties; the three offices stay apart."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.actions import duties
from accounts.actions.duties import Grant
from accounts.login import sessions, tokens
from accounts.models import Duty, Person
from accounts.policy.roles import Role
from backend.kernel import clock, ledger
from tests.accounts.phone import Phone
from tests.api import Api, problem
from tests.cast import DAY, MINUTE, NOON, Cast

pytestmark = pytest.mark.django_db


def body(**more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "phone": "139 0577 0001", "name": "王小明", **more}


@pytest.mark.parametrize("who", ["officer_a", "inspector", "regulator", "auditor", "grid_worker", "agency"])
def test_nobody_but_an_administrator(cast: Cast, who: str) -> None:
    api = Api().as_(getattr(cast, who))
    for path in ("/people", f"/people/{uuid4()}", f"/duties/{uuid4()}"):
        assert problem(api.get(path)) == (403, "auth.no_duty")
    assert problem(api.post("/people", {"nonsense": 1})) == (403, "auth.no_duty")
    assert problem(api.post("/duties", {})) == (403, "auth.no_duty")
    assert problem(api.post(f"/duties/{uuid4()}/endings")) == (403, "auth.no_duty")


@pytest.mark.parametrize("phone", ["057767890123", "+1 202 555 0123", "1380013800", "电话", "x" * 100])
def test_a_person_needs_a_mobile_number(cast: Cast, phone: str) -> None:
    reply = Api().as_(cast.admin).post("/people", body(phone=phone))
    assert problem(reply) == (422, "phone.invalid")


def test_a_number_is_one_persons(cast: Cast) -> None:
    reply = Api().as_(cast.admin).post("/people", body(phone=cast.officer_a.phone))
    assert problem(reply) == (409, "phone.taken")


def test_enrolling_needs_a_fresh_step_up(cast: Cast, frozen: Any) -> None:
    with frozen(NOON):
        api = Api().as_(cast.admin)
    with frozen(NOON + 6 * MINUTE):
        assert problem(api.post("/people", body())) == (403, "auth.step_up_required")
        assert not Person.objects.filter(phone="+8613905770001").exists()


def test_a_person_is_enrolled_once_and_logs_in(cast: Cast) -> None:
    api, sent = Api().as_(cast.admin), body()
    first, again = api.post("/people", sent), api.post("/people", sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again["Idempotency-Replayed"] == "true"
    assert first.json()["receipt"] == again.json()["receipt"]
    assert problem(api.post("/people", {**sent, "name": "别人"})) == (409, "conflict.same_id")
    assert [e.kind for e in ledger.of(UUID(sent["id"]))] == ["person.enrolled"]
    assert Phone().log_in("13905770001").status_code == 200
    assert api.get(f"/receipts/{sent['id']}").json() == first.json()["receipt"]
    assert problem(Api().as_(cast.officer_a).get(f"/receipts/{sent['id']}")) == (404, "request.not_found")


def test_a_change_needs_the_version_seen(cast: Cast) -> None:
    api = Api().as_(cast.admin)
    path = f"/people/{cast.officer_a.id}"
    tag = api.get(path)["ETag"]
    assert problem(api.patch(path, {"name": "张三"})) == (428, "conflict.version_required")
    reply = api.patch(path, {"name": "张三"}, If_Match=tag)
    assert (reply.status_code, reply.json()["name"]) == (200, "张三")
    stale = api.patch(path, {"name": "李四"}, If_Match=tag)
    assert problem(stale) == (412, "conflict.stale_version")
    assert stale.json()["current"]["name"] == "张三"


def test_disabling_ends_sessions_at_once(cast: Cast) -> None:
    victim, api = Api().as_(cast.officer_a), Api().as_(cast.admin)
    path = f"/people/{cast.officer_a.id}"
    assert api.patch(path, {"active": False}, If_Match=api.get(path)["ETag"]).json()["active"] is False
    assert problem(victim.get("/me")) == (401, "auth.required")
    assert Phone().ask(cast.officer_a.phone).status_code == 401
    assert [e.kind for e in ledger.of(cast.officer_a.id)] == ["person.changed"]


def test_people_are_found_by_name_and_last_digits(cast: Cast) -> None:
    api = Api().as_(cast.admin)
    assert [p["id"] for p in api.get("/people?q=officer_a").json()["items"]] == []
    wanted = cast.officer_a
    assert [p["id"] for p in api.get("/people?q=officer_a").json()["items"]] == [str(wanted.id)]
    assert [p["id"] for p in api.get(f"/people?q={wanted.phone[-6:]}").json()["items"]] == [str(wanted.id)]
    assert api.get("/people?count=true&limit=1").json()["count"] == 2
    assert problem(api.get("/people?nonsense=1")) == (422, "request.invalid")


SCOPES = [
    ("owner", {"region": "330324"}), ("owner", {}), ("inspector", {"enterprise_id": str(uuid4()), "licence_no": "1"}),
    ("admin", {"region": "3303"}), ("regulator", {}), ("grid_worker", {"region": "330324009"}), ("auditor", {}),
    ("regulator", {"region": "3303", "enterprise_id": str(uuid4())}),
]  # fmt: skip


@pytest.mark.parametrize(("role", "scope"), SCOPES)
def test_a_duty_needs_the_scope_of_its_role(cast: Cast, role: str, scope: dict[str, Any]) -> None:
    reply = Api().as_(cast.admin).post("/duties", {"person_id": str(cast.stranger.id), "role": role, **scope})
    assert problem(reply) == (422, "duty.wrong_scope")


@pytest.mark.parametrize("region", ["330399", "330300", "330324000", "330324009000", "99"])
def test_a_duty_needs_a_region_that_exists(cast: Cast, region: str) -> None:
    sent = {"person_id": str(cast.stranger.id), "role": "regulator", "region": region}
    assert problem(Api().as_(cast.admin).post("/duties", sent)) == (422, "request.invalid")


def test_an_inspector_needs_a_licence_number(cast: Cast) -> None:
    sent = {"person_id": str(cast.stranger.id), "role": "inspector", "region": "330324"}
    assert problem(Api().as_(cast.admin).post("/duties", sent)) == (422, "request.invalid")


def test_nobody_unknown_gets_a_duty(cast: Cast) -> None:
    sent = {"person_id": str(uuid4()), "role": "regulator", "region": "330324"}
    assert problem(Api().as_(cast.admin).post("/duties", sent)) == (404, "request.not_found")


EXCLUSIVE = [
    ("officer_a", "admin", {}), ("inspector", "admin", {}), ("auditor", "admin", {}),
    ("officer_a", "auditor", {"region": "3303"}),
    ("auditor", "regulator", {"region": "3303"}), ("regulator", "auditor", {"region": "3303"}),
]  # fmt: skip


@pytest.mark.parametrize(("who", "role", "scope"), EXCLUSIVE)
def test_the_three_offices_stay_apart(cast: Cast, who: str, role: str, scope: dict[str, Any]) -> None:
    sent = {"person_id": str(getattr(cast, who).id), "role": role, **scope}
    assert problem(Api().as_(cast.admin).post("/duties", sent)) == (409, "duty.exclusive")


def test_a_second_account_is_no_way_round(cast: Cast) -> None:
    twin = Person.objects.enrol(phone="+8613905770009", name="二号", identity=cast.inspector.identity)
    sent = {"person_id": str(twin.id), "role": "admin"}
    assert problem(Api().as_(cast.admin).post("/duties", sent)) == (409, "duty.exclusive")


def test_a_duty_counts_from_its_grant_to_its_end(cast: Cast) -> None:
    api, theirs = Api().as_(cast.admin), Api().as_(cast.stranger)
    sent = {"id": str(uuid4()), "person_id": str(cast.stranger.id), "role": "inspector", "region": "330324", "licence_no": "浙C9"}
    assert api.post("/duties", sent).status_code == 201
    assert api.post("/duties", sent).status_code == 200
    assert theirs.get("/me").json()["duties"] == [{"role": "inspector", "region": "330324", "licence_no": "浙C9"}]
    end = {"id": str(uuid4())}
    assert api.post(f"/duties/{sent['id']}/endings", end).json()["duty"]["until"] is not None
    assert api.post(f"/duties/{sent['id']}/endings", end)["Idempotency-Replayed"] == "true"
    assert theirs.get("/me").json()["duties"] == []
    assert problem(api.post(f"/duties/{sent['id']}/endings", {})) == (409, "duty.ended")
    assert [e.kind for e in ledger.of(UUID(sent["id"]))] == ["duty.granted", "duty.ended"]
    assert ledger.broken_at(UUID(sent["id"])) is None


def test_grants_need_a_fresh_step_up_but_a_replay_does_not(cast: Cast, frozen: Any) -> None:
    sent = {"id": str(uuid4()), "person_id": str(cast.stranger.id), "role": "regulator", "region": "330324"}
    with frozen(NOON):
        api = Api().as_(cast.admin)
        assert api.post("/duties", sent).status_code == 201
    with frozen(NOON + 6 * MINUTE):
        assert api.post("/duties", sent).status_code == 200
        assert problem(api.post("/duties", {**sent, "id": str(uuid4())})) == (403, "auth.step_up_required")


@pytest.mark.parametrize(
    ("region", "covered"), [("3303", True), ("330383", True), ("330381", False), ("3301", False), ("33", True)]
)
def test_a_region_covers_its_descendants_and_nothing_that_looks_alike(cast: Cast, region: str, covered: bool) -> None:
    signer = ledger.SYSTEM
    wanted = Grant(cast.stranger.id, Role.REGULATOR, region=region)
    duty = duties.grant(wanted=wanted, signer=signer, at=NOON - DAY).as_actor_duty()
    assert duty.covers(cast.c.place) is covered


def test_a_moved_grid_counts_by_its_ancestors_not_its_digits(cast: Cast) -> None:
    assert not cast.actor("inspector").duties[0].covers(cast.alike.place)
    assert cast.actor("inspector_alike").duties[0].covers(cast.alike.place)
    assert not cast.actor("grid_worker").duties[0].covers(cast.alike.place)


def test_the_first_administrator_is_made_once() -> None:
    person = duties.first_admin(phone="13905770002", name="系统管理员", at=NOON)
    assert person is not None
    assert Duty.objects.get(person=person).role == "admin"
    assert duties.first_admin(phone="13905770003", name="又一个", at=NOON) is None


def test_an_operators_token_is_strong_and_noted(cast: Cast, capsys: Any) -> None:
    from django.core.management import call_command

    call_command("token", cast.inspector.phone.removeprefix("+86"))
    token = capsys.readouterr().out.splitlines()[-1]
    actor = sessions.find(token, at=clock.now())
    assert actor is not None
    assert actor.stepped_up(clock.now())
    assert ledger.LedgerEntry.objects.filter(kind="session.operator_token").count() == 1


@pytest.mark.parametrize("phone", ["13900000000", "nonsense"])
def test_an_unknown_phone_gets_no_token(db: None, phone: str) -> None:
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError):
        call_command("token", phone)


def test_a_session_of_a_weak_official_opens_nothing_but_me(cast: Cast) -> None:
    api = Api(tokens.issue(cast.admin, at=clock.now(), strong=False))
    assert api.get("/me").status_code == 200
    assert problem(api.get("/people")) == (403, "auth.step_up_required")

"""Random draws over HTTP: committed to by a regulator, revealed on the day and not before, public, and changed by nobody."""

import json
import logging

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Duty, Region
from accounts.policy.roles import Role
from backend.kernel import canonical, ids, ledger
from backend.kernel.calendar import start_of
from backend.kernel.models import Job, LedgerEntry
from enterprises.models import Enterprise
from inspections import tasks
from inspections.models import RandomDraw
from inspections.policy import lottery
from inspections.schemas.draws import WholeDrawOut
from notifications.models import Notice
from tests.api import problem
from tests.cast import DAY, HOUR, LONG_AGO, NOON, SECOND
from tests.inspections.lots import COUNTY, TODAY, TOWN, a_wish, in_days, in_the_drum

pytestmark = pytest.mark.django_db
EARLY_ID = "01000000-b5a4-4f3e-8d2c-1b0a99887766"  # sorts before every id of today
DUE = start_of(TODAY + 2 * DAY)
CLOCK = DUE + 17 * HOUR


@pytest.fixture
def regulator(cast, api, frozen):
    """Give the county's regulator at NOON, with two enterprises and three inspectors to draw from."""
    in_the_drum(cast)
    with frozen(NOON):
        yield api.as_(cast.regulator)


@pytest.fixture
def draw(regulator):
    """Give a draw that was committed to."""
    reply = regulator.post("/draws", a_wish(name="九月抽查"))
    assert reply.status_code == 201, reply.content
    return reply.json()


def reveal(api, cast, frozen, draw, *, at=DUE, who="regulator", **body):
    with frozen(at):
        return api.as_(getattr(cast, who)).post(f"/draws/{draw['id']}/reveals", body)


def row(draw):
    return RandomDraw.objects.get(id=draw["id"])


def test_a_town_regulator_draws_nothing(cast, api):
    Duty.objects.create(person=cast.stranger, role=Role.REGULATOR, region_id=TOWN, level="town", since=LONG_AGO)
    assert problem(api.as_(cast.stranger).post("/draws", a_wish(reveal_on="2099-01-01"))) == (403, "auth.no_duty")


@pytest.mark.parametrize("region", ["330383198", "33", "330381", "999999"])
def test_a_region_that_is_not_ones_own_does_not_exist(regulator, region):
    assert problem(regulator.post("/draws", a_wish(pool={"region": region}))) == (404, "request.not_found")
    assert problem(regulator.post("/draws", a_wish(inspectors={"region": region}))) == (404, "request.not_found")
    # before what makes no sense in it (api.md §1)
    too_soon = a_wish(inspectors={"region": region}, reveal_on=in_days(0))
    assert problem(regulator.post("/draws", too_soon)) == (404, "request.not_found")


@pytest.mark.parametrize(
    "more",
    [
        {"count": 0}, {"count": 501}, {"count": True}, {"per_enterprise": 1}, {"per_enterprise": 6}, {"weights": {"red": 1}},
        {"weights": {"green": 11}}, {"weights": {"green": 1.5}}, {"pool": {"grade": "red"}}, {"pool": {"status": "closed"}},
        {"pool": {"colour": "green"}}, {"seed": "11" * 32}, {"reveal_on": "1999-01-01"}, {"pool": {"industry": "%"}},
        {"departments": [{"name": "应急", "inspectors": {}}] * 2}, {"departments": [{"name": " ", "inspectors": {}}]},
    ],
)  # fmt: skip
def test_what_no_draw_may_ask_for_is_refused(regulator, more):
    assert problem(regulator.post("/draws", a_wish(**more)))[0] == 422
    assert not RandomDraw.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_commitment_stands_for_a_day_at_least_before_it_is_revealed(regulator, days):
    assert problem(regulator.post("/draws", a_wish(reveal_on=in_days(days)))) == (422, "draw.reveal_too_early")


def test_more_cannot_be_drawn_than_there_are(regulator):
    reply = regulator.post("/draws", a_wish(count=3))
    assert (problem(reply), reply.json()["pool"]) == ((422, "draw.pool_too_small"), 2)


@pytest.mark.parametrize("narrower", [{"industry": "A"}, {"risk": "red"}, {"grade": "green"}, {"status": "suspended"}])
def test_filters_narrow_the_pool(regulator, narrower):
    assert problem(regulator.post("/draws", a_wish(pool={"region": TOWN, **narrower}))) == (422, "draw.pool_too_small")


def test_two_inspectors_must_be_free_for_every_enterprise_in_the_drum(regulator, cast):
    for who in (cast.inspector, cast.inspector_2):
        Duty.objects.create(person=who, role=Role.EMPLOYEE, enterprise_id=cast.a.id, since=LONG_AGO)
    reply = regulator.post("/draws", a_wish())
    assert problem(reply) == (409, "draw.too_few_inspectors")
    assert reply.json()["enterprise_ids"] == [str(cast.a.id)]
    assert not LedgerEntry.objects.filter(kind="random_draw.committed").exists()


def test_two_accounts_of_one_person_are_one_inspector(regulator, cast):
    cast.inspector_2.identity = cast.inspector.identity
    cast.inspector_2.save()
    assert problem(regulator.post("/draws", a_wish(per_enterprise=3))) == (409, "draw.too_few_inspectors")


def test_orange_and_red_are_never_in_the_drum(regulator, cast):
    Enterprise.objects.filter(id=cast.a.id).update(grade="red")
    assert problem(regulator.post("/draws", a_wish(count=2))) == (422, "draw.pool_too_small")


def test_the_duty_that_permits_it_is_the_one_that_is_written_down(regulator, cast):
    town = Duty.objects.create(person=cast.regulator, role=Role.REGULATOR, region_id=TOWN, level="town", since=LONG_AGO)
    regulator.post("/draws", a_wish())
    [entry] = LedgerEntry.objects.filter(kind="random_draw.committed")
    assert ledger.read(entry)["actor"]["duty"] not in (None, str(town.id))


def test_the_answer_is_the_commitment_and_never_the_seed(regulator, draw, caplog):
    caplog.set_level(logging.DEBUG)
    kept = row(draw)
    assert (draw["seed"], draw["results"], draw["revealed_at"]) == (None, None, None)
    assert draw["commitment"] == lottery.commitment(kept.seed)
    assert draw["inputs_digest"] == canonical.digest(json.loads(kept.inputs))
    assert (draw["pool_size"], draw["inspectors_count"], draw["receipt"]["kind"]) == (2, 3, "random_draw")
    everywhere = [
        *LedgerEntry.objects.values_list("body", flat=True), *map(str, Job.objects.values_list("payload", flat=True)),
        regulator.get(f"/draws/{draw['id']}").content.decode(), regulator.get("/public/draws").content.decode(),
        regulator.get(f"/public/draws/{draw['id']}").content.decode(), caplog.text, repr(kept), json.dumps(draw),
    ]  # fmt: skip
    assert [text for text in everywhere if kept.seed in text] == []


def test_the_pool_is_the_authorities_own_until_the_reveal(regulator, draw):
    assert len(regulator.get(f"/draws/{draw['id']}").json()["inputs"]["enterprises"]) == 2
    public = regulator.get(f"/public/draws/{draw['id']}").json()
    assert (public["inputs"], public["commitment"]) == (None, draw["commitment"])


def test_a_draw_sent_twice_is_one_and_another_under_its_id_is_refused(regulator):
    body = a_wish(id=str(ids.new()))
    first, again = regulator.post("/draws", body), regulator.post("/draws", body)
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 200, "true")
    assert first.json() == again.json()
    assert problem(regulator.post("/draws", {**body, "count": 2})) == (409, "conflict.same_id")
    assert RandomDraw.objects.count() == 1


def test_nobody_reveals_before_the_day(api, cast, frozen, draw):
    reply = reveal(api, cast, frozen, draw, at=DUE - SECOND)
    assert (problem(reply), reply.json()["reveal_on"]) == ((409, "draw.not_due"), in_days(2))
    tasks.reveal_draws(at=CLOCK - SECOND)
    assert row(draw).revealed_at is None


def test_another_countys_regulator_cannot_reveal_it(api, cast, frozen, draw):
    assert problem(reveal(api, cast, frozen, draw, who="regulator_far")) == (404, "request.not_found")


def test_on_the_day_seed_and_result_are_published(api, cast, frozen, draw):
    id = str(ids.new())
    first, again = (reveal(api, cast, frozen, draw, id=id) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    answer = api.get(f"/public/draws/{draw['id']}")
    told = WholeDrawOut.model_validate(answer.json()).model_dump(mode="json")
    assert told == answer.json()
    assert row(draw).inputs.encode() in answer.content
    [lot] = told["results"]
    assert (told["seed"], told["results"]) == (row(draw).seed, first.json()["draw"]["results"])
    assert lot["enterprise"] in (cast.a.name, cast.b.name)
    assert all((hand["name"], hand["licence_no"]) and "phone" not in hand for hand in lot["inspectors"])
    assert "+86" not in json.dumps(told)
    committed, revealed = ledger.of(row(draw).id)
    assert (committed.kind, revealed.kind, ledger.broken_at(row(draw).id)) == (
        "random_draw.committed", "random_draw.revealed", None,
    )  # fmt: skip
    assert ledger.read(revealed)["facts"]["result_digest"] == canonical.digest(json.loads(row(draw).result))
    assert problem(reveal(api, cast, frozen, draw)) == (409, "draw.revealed")


def test_the_clock_reveals_what_nobody_has_and_only_once(draw, drain):
    tasks.reveal_draws(at=CLOCK)
    tasks.reveal_draws(at=CLOCK + HOUR)
    assert (row(draw).revealed_at, row(draw).revealed_by) == (CLOCK, None)
    assert LedgerEntry.objects.filter(kind="random_draw.revealed").count() == 1


def test_whoever_was_drawn_is_told(cast, draw, drain):
    tasks.reveal_draws(at=CLOCK)
    drain(CLOCK)
    drawn = {hand["no"] for lot in row(draw).published for hand in lot["inspectors"]}
    told = Notice.objects.filter(kind="random_draw.revealed")
    wanted = {row(draw).people[no - 1] for no in drawn} | {str(cast.regulator.id)}
    assert {str(notice.person_id) for notice in told} == wanted


@pytest.mark.parametrize("column", ["inputs", "seed", "commitment", "inputs_digest", "people", "reveal_on", "committed_at"])
def test_the_database_refuses_to_change_what_was_committed_to(draw, column):
    changed = {"people": [], "reveal_on": TODAY, "committed_at": NOON - DAY}.get(column, "00")
    with pytest.raises(IntegrityError), transaction.atomic():
        RandomDraw.objects.filter(id=draw["id"]).update(**{column: changed})


def test_the_database_refuses_another_result_and_to_forget_a_draw(draw):
    tasks.reveal_draws(at=CLOCK)
    for change in ({"result": "[]"}, {"revealed_at": None, "result": ""}, {"published": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RandomDraw.objects.filter(id=draw["id"]).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM inspections_randomdraw")


def test_what_changes_after_the_commitment_changes_nothing_that_was_drawn(cast, draw, frozen, api):
    expected = lottery.result(row(draw).seed, lottery.Inputs.of_json(json.loads(row(draw).inputs)))
    Enterprise.objects.update(grade="red", name="改名")
    Duty.objects.filter(role=Role.INSPECTOR).update(until=NOON)
    tasks.reveal_draws(at=CLOCK)
    assert json.loads(row(draw).result) == expected
    assert {lot["enterprise"] for lot in row(draw).published} <= {cast.a.name, cast.b.name}


def test_a_joint_draw_sends_one_inspector_of_each_department(regulator, cast):
    assert cast.county_inspector
    departments = [
        {"name": "应急", "inspectors": {"region": TOWN}},
        {"name": "市监", "inspectors": {"region": COUNTY, "licence_prefix": "浙C"}},
    ]
    body = a_wish(count=2, departments=departments)
    del body["inspectors"]
    draw = regulator.post("/draws", body).json()
    tasks.reveal_draws(at=CLOCK)
    for lot in row(draw).published:
        assert [hand["department"] for hand in lot["inspectors"]] == ["应急", "市监"]
    body["departments"][1]["inspectors"]["licence_prefix"] = "%"
    assert problem(regulator.post("/draws", body)) == (409, "draw.too_few_inspectors")


def test_draws_are_listed_by_scope_and_publicly_page_by_page(regulator, cast, api, draw, frozen):
    with frozen(NOON + HOUR):
        second = regulator.post("/draws", a_wish(pool={}, count=1, id=EARLY_ID)).json()
    assert (second["region"], second["region_name"]) == (COUNTY, Region.objects.get(code=COUNTY).name)
    for who, seen in ((cast.regulator_far, 0), (cast.inspector, 1), (cast.county_inspector, 2), (cast.auditor, 2)):
        assert len(api.as_(who).get("/draws").json()["items"]) == seen
    assert [item["id"] for item in regulator.get(f"/draws?region={TOWN}&revealed=false").json()["items"]] == [draw["id"]]
    page = api.get("/public/draws?limit=1&count=true").json()
    assert page["count"] == 2
    rest = api.get(f"/public/draws?limit=1&cursor={page['next_cursor']}").json()
    assert [item["id"] for item in page["items"] + rest["items"]] == [second["id"], draw["id"]]
    assert api.get(f"/public/draws?region={TOWN}").json()["items"][0]["id"] == draw["id"]


@pytest.mark.parametrize("path", ["/public/draws?limit=0", "/public/draws?revealed=true", "/public/draws?cursor=x"])
def test_what_is_not_understood_publicly_is_refused(api, db, path):
    assert problem(api.get(path))[0] == 422


def test_a_draw_that_is_not_there_is_not_found(api, db):
    assert problem(api.get(f"/public/draws/{ids.new()}")) == (404, "request.not_found")

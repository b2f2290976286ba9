"""Unannounced visits (四不两直): the enterprise cannot know before check-in, and every official who looks is written down."""

from uuid import UUID

import pytest

from accounts.models import Person
from backend.kernel import clock, ids, ledger
from backend.kernel.models import LedgerEntry
from inspections.models import PlanReading
from notifications.models import Notice
from tests.api import Api, problem
from tests.cast import DAY, NOON
from tests.inspections.visits import AT_A, act, done, planned

pytestmark = pytest.mark.django_db
GONE = (404, "request.not_found")


@pytest.fixture
def hidden(cast):
    return planned(cast, "inspector", type="administrative_inspection", mode="unannounced")


def without(reply):
    return {name: value for name, value in reply.json().items() if name not in ("instance", "request_id")}


@pytest.mark.parametrize("who", ["owner_a", "officer_a", "agency"])
def test_for_the_enterprise_it_does_not_exist(cast, hidden, who, drain):
    drain(clock.now())
    client = Api().as_(getattr(cast, who))
    for path in ("", "/events"):
        real, random = (client.get(f"/inspections/{id}{path}") for id in (hidden["id"], ids.new()))
        assert problem(real) == GONE
        assert without(real) == without(random)
    assert client.get("/inspections?count=true").json() == {"items": [], "next_cursor": None, "count": 0}
    assert problem(act(cast, who, hidden, "check-ins")) == GONE
    assert Notice.objects.filter(person=getattr(cast, who)).count() == 0


def test_no_document_tells_of_it(cast, hidden):
    """Neither a draft, which other officials read, nor one that is issued, of which the enterprise is told."""
    body = {"kind": "risk_notice", "inspection_id": hidden["id"], "fields": {}}
    refused = Api().as_(cast.inspector).post("/documents", body)
    assert problem(refused) == (409, "inspection.wrong_status")
    assert without(Api().as_(cast.officer_a).get(f"/documents?inspection_id={hidden['id']}"))["items"] == []


def test_from_check_in_on_the_enterprise_sees_it(cast, hidden):
    done(cast, "inspector", hidden, "check-ins", location=AT_A)
    seen = Api().as_(cast.owner_a).get(f"/inspections/{hidden['id']}").json()
    assert (seen["status"], seen["mode"], seen["hidden"]) == ("under_way", "unannounced", False)


def test_one_that_was_cancelled_before_it_began_stays_hidden(cast, hidden):
    done(cast, "inspector", hidden, "cancellations", reason="企业停产")
    assert problem(Api().as_(cast.owner_a).get(f"/inspections/{hidden['id']}")) == GONE


def test_every_reading_by_an_official_is_an_entry_and_says_who_read(cast, hidden):
    PlanReading.objects.all().delete()
    before = LedgerEntry.objects.filter(kind="plan_reading.noted").count()
    Api().as_(cast.grid_worker).get(f"/inspections/{hidden['id']}")
    Api().as_(cast.regulator).get("/inspections")
    readings = PlanReading.objects.order_by("at")
    assert [(row.account_id, row.role) for row in readings] == [
        (cast.grid_worker.id, "grid_worker"), (cast.regulator.id, "regulator"),
    ]  # fmt: skip
    (entry,) = ledger.of(readings[0].reading_id)
    assert ledger.read(entry)["facts"] == {"inspections": [hidden["id"]]}
    assert LedgerEntry.objects.filter(kind="plan_reading.noted").count() == before + 2


def test_what_is_not_hidden_is_read_without_a_trace(cast, statements):
    visit = planned(cast)
    client = Api().as_(cast.regulator)
    client.get("/inspections")
    with statements() as ran:
        client.get(f"/inspections/{visit['id']}")
    assert not any(statement["sql"].startswith("INSERT") for statement in ran)


def test_an_official_who_also_holds_a_duty_there_by_another_account_sees_nothing(cast, hidden):
    other = Person.objects.enrol(phone="+8613800139999", name="同一人", identity=cast.inspector_3.identity, phone_verified=True)
    other.duties.create(person=other, role="employee", enterprise_id=cast.a.id, since=NOON - 99 * DAY)
    assert problem(Api().as_(cast.inspector_3).get(f"/inspections/{hidden['id']}")) == GONE
    assert Api().as_(cast.inspector_3).get("/inspections").json()["items"] == []
    done(cast, "inspector", hidden, "check-ins", location=AT_A)
    assert Api().as_(cast.inspector_3).get(f"/inspections/{hidden['id']}").status_code == 200


def test_a_regulator_and_an_auditor_can_see_who_looked(cast, hidden):
    Api().as_(cast.grid_worker).get(f"/inspections/{hidden['id']}")
    for who in ("regulator", "auditor"):
        readings = Api().as_(getattr(cast, who)).get(f"/inspections/{hidden['id']}/readings").json()["items"]
        assert (cast.grid_worker.id, "grid_worker") in [(UUID(row["reader"]["id"]), row["reader"]["role"]) for row in readings]
    for who, refusal in (("inspector", (403, "auth.no_duty")), ("regulator_far", GONE)):
        assert problem(Api().as_(getattr(cast, who)).get(f"/inspections/{hidden['id']}/readings")) == refusal

"""Reports of one queue are opened together (合并入库): a statement per table, and each as if it had come alone."""

import pytest

from backend.kernel import clock, ids, ledger
from backend.kernel.models import Claim, Job
from hazards.models import Act, Draw, Hazard
from media.models import PhotoUse
from sync.models import KeptAct
from tests.api import problem
from tests.cast import DAY, a_hazard
from tests.loop import a_photo
from tests.sync.queue import URL, finding, id_of, report, withdrawal

pytestmark = pytest.mark.django_db
# what differs between two reports with equal words
OWN = {"id", "received_at", "reported_at", "receipt", "photos", "photos_missing", "confirmed_at"}


@pytest.fixture
def officer(api, cast):
    return api.as_(cast.officer_a)


def alike(answer):
    """Return an answer without what is its own, and its acts without ids and instants."""
    acts = [{k: v for k, v in act.items() if k not in ("id", "at")} for act in answer["acts"]]
    return {k: v for k, v in answer.items() if k not in OWN} | {"acts": acts, "slots": len(answer["photos"])}


@pytest.mark.parametrize("kind", ["bare", "photos", "finding"])
def test_together_they_are_answered_as_one_by_one(api, cast, kind):
    at, made = clock.text(clock.now()), finding if kind == "finding" else report
    sender = api.as_(cast.inspector if kind == "finding" else cast.officer_a)
    photos = {"photo_ids": [str(ids.new())]} if kind == "photos" else {}
    alone = sender.post("/hazards", made(cast, found_at=at, **photos)["body"]).json()
    if photos:
        photos = {"photo_ids": [str(ids.new())]}
    queue = [made(cast, found_at=at, **photos), made(cast, found_at=at, **(photos and {"photo_ids": [str(ids.new())]}))]
    answers = sender.post(URL, queue).json()
    assert [answer["status"] for answer in answers] == [201, 201]
    for act, answer in zip(queue, answers, strict=True):
        assert alike(answer["body"]) == alike(alone)
        assert answer["body"].keys() == alone.keys()
        again = sender.get(f"/hazards/{id_of(act)}").json()
        assert alike(again) == alike(answer["body"])
        assert ledger.broken_at(id_of(act)) is None
    entry_kinds = {tuple(entry.kind for entry in ledger.of(id_of(act))) for act in queue}
    assert entry_kinds == {("hazard.reported",)}
    assert PhotoUse.objects.count() == (3 if photos else 0)


def test_each_brings_its_jobs(officer, cast):
    queue = [report(cast) for _ in range(3)]
    assert officer.post("/hazards", report(cast)["body"]).status_code == 201
    alone = set(Job.objects.values_list("kind", flat=True))
    before = Job.objects.count()
    officer.post(URL, queue)
    assert Job.objects.count() == before + 3 * before
    assert set(Job.objects.values_list("kind", flat=True)) == alone


def test_twenty_reports_take_no_more_statements_than_ten(officer, cast, statements):
    counts = []
    officer.post(URL, [report(cast) for _ in range(2)])
    for number in (10, 20):
        queue = [report(cast) for _ in range(number)]
        with statements() as ran:
            assert {answer["status"] for answer in officer.post(URL, queue).json()} == {201}
        counts.append(len([q for q in ran if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]))
    assert counts[1] <= counts[0] + 6  # SQLite takes fewer rows in one statement
    assert counts[1] < 40


def test_one_that_is_refused_leaves_the_others_as_they_are(officer, cast):
    queue = [report(cast), report(cast, source="inspection"), report(cast, category="XX99"), report(cast)]
    answers = officer.post(URL, queue).json()
    assert [answer["status"] for answer in answers] == [201, 422, 202, 201]
    assert Hazard.objects.count() == 2


def test_where_they_cannot_go_in_together_each_goes_in_alone(officer, cast):
    """An id that has a hazard but no claim: nobody sees it coming, and the whole transaction fails over it."""
    there = a_hazard(cast, at=clock.now() - DAY)
    Claim.objects.filter(id=there.id).delete()
    queue = [report(cast), report(cast, id=str(there.id)), report(cast)]
    answers = officer.post(URL, queue).json()
    assert [answer["status"] for answer in answers] == [201, 409, 201]
    assert answers[1]["problem"]["code"] == "conflict.same_id"
    assert Hazard.objects.count() == 3


def test_an_id_that_was_made_here_for_something_else_is_a_conflict(officer, cast):
    """The ids of chains that nobody claimed: draws, slots, kept acts."""
    kept = officer.post(URL, [withdrawal(ids.new())]).json()[0]["id"]
    taken = str(KeptAct.objects.get(id=kept).chain_id)
    assert problem(officer.post("/hazards", report(cast, id=taken)["body"])) == (409, "conflict.same_id")


def test_a_self_fixed_one_among_them_is_drawn_for_as_always(officer, cast):
    at = clock.now()
    photo = a_photo(cast, "officer_a", at=at)
    fixed = {"measures": "已更换", "responsible": "李", "finished_at": clock.text(at), "photo_ids": [str(photo.id)]}
    queue = [report(cast), report(cast, source="self_inspection", rectification=fixed), report(cast)]
    answers = officer.post(URL, queue).json()
    assert [answer["status"] for answer in answers] == [201, 201, 201]
    assert answers[1]["body"]["status"] == "awaiting_reinspection"
    assert Draw.objects.filter(hazard_id=id_of(queue[1])).count() == 1
    assert Act.objects.filter(hazard_id=id_of(queue[1]), kind="rectification").count() == 1


def test_a_relation_within_the_queue_is_found_whatever_the_order(officer, cast):
    first = report(cast)
    second = report(cast, related_to=id_of(first))
    answers = officer.post(URL, [second, first, report(cast)]).json()
    assert [answer["status"] for answer in answers] == [201, 201, 201]
    assert answers[0]["body"]["related_to"] == id_of(first)

"""Self-inspection over HTTP: answered in parts, handed in once, and every failed item a hazard."""

from datetime import timedelta

import pytest

from backend.kernel import clock, ids, ledger, policies
from backend.kernel.models import PolicyVersion
from hazards.models import Hazard
from inspections.actions import miss
from inspections.models import AnswerPart, SelfInspection
from inspections.policy.templates import ItemLevel, Result, When
from inspections.queries import checklists
from media.models import PhotoUse
from tests import loop
from tests.api import Api, problem
from tests.cast import DAY, HOUR
from tests.inspections.sheets import an_item, an_occurrence, published
from tests.sync.queue import URL, member

pytestmark = pytest.mark.django_db
ITEMS = (
    an_item("TRY-01"),
    an_item("TRY-02", photo=True),
    an_item("TRY-03", when=When(item="TRY-01", results=(Result.PROBLEM,))),
    an_item("TRY-04", level=ItemLevel.MAJOR, criteria=(loop.CRITERION,)),
)
FIX = {"measures": "已更换", "responsible": "李", "finished_at": "2026-09-16T12:00:00+08:00"}


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def sheet(cast, now):
    """A self-inspection of A that began an hour ago."""
    return an_occurrence(cast.a, published(cast, at=now - HOUR, items=ITEMS), at=now - HOUR)


@pytest.fixture
def officer(cast):
    return Api().as_(cast.officer_a)


def said(**results):
    return [
        {"code": code.replace("_", "-"), **(what if isinstance(what, dict) else {"result": what})}
        for code, what in results.items()
    ]


def answers(api, sheet, at=None, id=None, **results):
    body = {"id": str(id or ids.new()), "items": said(**results)} | ({"answered_at": clock.text(at)} if at else {})
    return api.post(f"/self-inspections/{sheet.id}/answers", body)


def submit(api, sheet, **more):
    return api.post(
        f"/self-inspections/{sheet.id}/submissions", {"id": str(ids.new()), "statement": "已逐项自查,未发现其他隐患"} | more
    )


NOT_HERE = {"result": "not_applicable", "note": "本厂无此设备"}
ALL_OK = {"TRY_01": "ok", "TRY_02": "ok", "TRY_04": NOT_HERE}


def test_items_that_the_pinned_version_has_not_are_refused_by_name(officer, sheet):
    reply = answers(officer, sheet, TRY_01="ok", TRY_77="ok", OLD_01="problem")
    assert problem(reply) == (422, "self_inspection.unknown_item")
    assert reply.json()["items"] == ["OLD-01", "TRY-77"]
    assert not AnswerPart.objects.exists()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"result": "problem", "rectification": FIX}, "hazard.photo_required"),
        ({"result": "ok", "rectification": FIX}, "request.invalid"),
        ({"result": "maybe"}, "request.invalid"),
        ({"result": "problem", "photo_ids": [str(loop.ids.new())] * 2}, "request.invalid"),
    ],
)
def test_an_answer_that_means_nothing_is_refused(officer, sheet, answer, code):
    assert problem(answers(officer, sheet, TRY_01=answer)) == (422, code)


def test_a_photo_of_the_hazard_is_not_that_of_its_cure(officer, sheet):
    photo = str(ids.new())
    answer = {"result": "problem", "photo_ids": [photo], "rectification": FIX | {"photo_ids": [photo]}}
    assert problem(answers(officer, sheet, TRY_01=answer)) == (422, "request.invalid")


def test_what_is_lacking_is_named_and_nothing_is_handed_in(officer, sheet):
    answers(officer, sheet, TRY_01="problem", TRY_02="problem")
    reply = submit(officer, sheet)
    assert problem(reply) == (409, "self_inspection.incomplete")
    assert [(e["field"], e["code"]) for e in reply.json()["errors"]] == [
        ("items.TRY-02", "photo_required"), ("items.TRY-03", "missing"), ("items.TRY-04", "missing"),
    ]  # fmt: skip
    assert (SelfInspection.objects.get().status, Hazard.objects.count()) == ("open", 0)


def test_what_the_answers_say_is_lacking_is_what_the_submission_asks_for(cast, officer, sheet, now):
    """By the same numbers: a reason for 不适用 as it is built in, pictures of a sheet without a problem once a policy asks."""

    def lacking():
        refused = submit(officer, sheet)
        assert problem(refused) == (409, "self_inspection.incomplete")
        assert officer.get(f"/self-inspections/{sheet.id}").json()["lacking"] == refused.json()["items"]
        return refused.json()

    told = answers(officer, sheet, **ALL_OK | {"TRY_04": "not_applicable"}).json()["self_inspection"]["lacking"]
    assert told == lacking()["items"] == ["TRY-04"]
    assert [gap["code"] for gap in lacking()["errors"]] == ["reason_required"]
    PolicyVersion.objects.create(
        id=ids.new(), kind="self_inspections", version=1, effective_from=now - DAY, document={"zero_hazard_photos": 1}
    )
    policies.forget()
    assert answers(officer, sheet, TRY_04=NOT_HERE).json()["self_inspection"]["lacking"] == ["*"]
    assert [gap["code"] for gap in lacking()["errors"]] == ["zero_hazard_photos"]
    photo = str(loop.a_photo(cast, "officer_a", at=now).id)
    done = answers(officer, sheet, TRY_01={"result": "ok", "photo_ids": [photo]}).json()["self_inspection"]
    assert done["lacking"] == []
    assert submit(officer, sheet).json()["self_inspection"]["lacking"] == []


def test_it_begins_when_it_begins(officer, cast, now):
    early = an_occurrence(cast.a, published(cast, at=now, items=ITEMS), at=now + DAY)
    assert problem(answers(officer, early, TRY_01="ok")) == (409, "self_inspection.not_started")
    assert problem(submit(officer, early)) == (409, "self_inspection.not_started")


def test_nothing_is_added_once_it_was_handed_in(officer, sheet):
    answers(officer, sheet, **ALL_OK)
    assert submit(officer, sheet).status_code == 201
    assert problem(answers(officer, sheet, TRY_01="problem")) == (409, "self_inspection.wrong_status")
    assert problem(submit(officer, sheet)) == (409, "self_inspection.wrong_status")
    assert Hazard.objects.count() == 0


def test_an_official_reads_it_and_does_not_fill_it_in(cast, sheet):
    reader = Api().as_(cast.grid_worker)
    assert reader.get(f"/self-inspections/{sheet.id}").json()["status"] == "due"
    assert problem(answers(reader, sheet, TRY_01="ok")) == (403, "auth.no_duty")
    assert problem(Api().as_(cast.officer_b).get(f"/self-inspections/{sheet.id}")) == (404, "request.not_found")
    assert problem(Api().as_(cast.employee_a).get(f"/self-inspections/{sheet.id}")) == (403, "auth.no_duty")


def test_every_failed_item_becomes_a_hazard_and_a_mended_one_a_self_fixed_hazard(cast, officer, sheet, now):
    before, after = (str(loop.a_photo(cast, "officer_a", at=now).id) for _ in range(2))
    mended = {"result": "problem", "note": "门锁坏", "photo_ids": [before], "rectification": FIX | {"photo_ids": [after]}}
    answers(officer, sheet, TRY_01="ok", TRY_02=mended, TRY_04={"result": "problem", "place": "二号车间"})
    reply = submit(officer, sheet)
    assert reply.status_code == 201, reply.content
    told = reply.json()
    found = {row.checklist_item: row for row in Hazard.objects.filter(id__in=told["hazards"])}
    assert {code: (row.source, row.status, row.level_claimed) for code, row in found.items()} == {
        "TRY-02": ("self_inspection", "awaiting_reinspection", "general"), "TRY-04": ("self_inspection", "reported", "major"),
    }  # fmt: skip
    assert found["TRY-04"].location_name == "二号车间"
    assert found["TRY-02"].description == "自查不符合:TRY-02 是否符合\n门锁坏"
    labels = PhotoUse.objects.filter(subject_id=found["TRY-02"].id).values_list("label", flat=True)
    assert sorted(labels) == ["rectification", "report"]
    shown = officer.get(f"/self-inspections/{sheet.id}").json()
    assert (shown["status"], shown["hazards"], shown["late"]) == ("submitted", told["hazards"], False)
    assert [entry.kind for entry in ledger.of(sheet.id)] == ["self_inspection.answered", "self_inspection.submitted"]
    assert ledger.broken_at(sheet.id) is None


def test_what_an_agency_finds_in_a_self_inspection_is_a_self_inspections(cast, sheet, now):
    agency = Api().as_(cast.agency)
    answers(agency, sheet, **ALL_OK | {"TRY_04": "problem"})
    hazard = Hazard.objects.get(id=submit(agency, sheet).json()["hazards"][0])
    assert (hazard.source, hazard.reporter_role) == ("self_inspection", "agency")


def test_a_submission_that_fails_half_way_leaves_nothing(cast, officer, sheet):
    """The second hazard is refused: the first one, and the submission, are gone with it."""
    answers(officer, sheet, TRY_01="problem", TRY_02="ok", TRY_03="ok", TRY_04="problem")
    SelfInspection.objects.filter(id=sheet.id).update(status="open")
    row = SelfInspection.objects.get(id=sheet.id)
    items = row.checklist.items
    items[3]["category"] = "ZZ99"
    row.checklist.save(update_fields=["items"])
    assert problem(submit(officer, sheet)) == (422, "hazard.unknown_category")
    assert (Hazard.objects.count(), SelfInspection.objects.get().status) == (0, "open")


def test_nothing_found_is_said_and_signed_and_keeps_its_photos(cast, officer, sheet, now):
    wide, hand = (str(loop.a_photo(cast, "officer_a", at=now).id) for _ in range(2))
    answers(officer, sheet, **ALL_OK | {"TRY_02": {"result": "ok", "photo_ids": [wide]}})
    body = {"id": str(ids.new()), "statement": "本期零隐患", "signature_photo_id": hand}
    first = officer.post(f"/self-inspections/{sheet.id}/submissions", body)
    again = officer.post(f"/self-inspections/{sheet.id}/submissions", body)
    assert (first.status_code, first.json()["hazards"], again.status_code) == (201, [], 200)
    assert (again.json()["receipt"], again.json()["statement"]) == (first.json()["receipt"], "本期零隐患")
    uses = PhotoUse.objects.filter(subject_id=sheet.id, subject_kind="self_inspection")
    assert {str(use.photo_id) for use in uses} == {wide, hand}


def test_parts_sent_twice_and_out_of_order_make_one_sheet(cast, officer, sheet, now):
    early, late = now - timedelta(minutes=50), now - timedelta(minutes=10)
    part = ids.new()
    assert answers(officer, sheet, at=late, id=part, TRY_01="ok", TRY_02="ok").status_code == 201
    assert answers(officer, sheet, at=late, id=part, TRY_01="ok", TRY_02="ok").status_code == 200
    assert problem(answers(officer, sheet, at=late, id=part, TRY_01="problem")) == (409, "conflict.same_id")
    assert answers(officer, sheet, at=early, TRY_01="problem", TRY_04="ok").status_code == 201
    shown = {i["code"]: i for i in officer.get(f"/self-inspections/{sheet.id}").json()["items"]}
    assert {code: i["answer"]["result"] for code, i in shown.items() if "answer" in i} == {
        "TRY-01": "ok", "TRY-02": "ok", "TRY-04": "ok",
    }  # fmt: skip
    assert (shown["TRY-03"]["asked"], AnswerPart.objects.count()) == (False, 2)


def test_a_new_version_changes_nothing_that_is_under_way(cast, officer, sheet, now):
    answers(officer, sheet, TRY_01="ok")
    published(cast, at=now, items=(an_item("TRY-01", text="改写"), an_item("TRY-05")))
    assert answers(officer, sheet, TRY_02="ok", TRY_04="ok").status_code == 201
    assert problem(answers(officer, sheet, TRY_05="ok")) == (422, "self_inspection.unknown_item")
    assert submit(officer, sheet).status_code == 201
    assert officer.get(f"/self-inspections/{sheet.id}").json()["version"] == 1


def test_a_queue_brings_answers_before_what_hands_them_in(cast, officer, sheet):
    path = f"/self-inspections/{sheet.id}"
    end = member("self_inspection_submission", f"{path}/submissions", statement="已自查")
    parts = [member("self_inspection_answers", f"{path}/answers", items=said(**{code: what})) for code, what in ALL_OK.items()]
    strange = member("self_inspection_answers", f"{path}/answers", items=said(OLD_09="ok"))
    told = officer.post(URL, [end, *parts, strange]).json()
    assert [answer["status"] for answer in told] == [201, 201, 201, 201, 202]
    assert told[4]["body"]["state"] == "quarantined"
    assert [answer["status"] for answer in officer.post(URL, [*parts, end]).json()] == [200] * 4


def test_the_day_pack_brings_the_sheets_and_the_checklists(cast, officer, sheet):
    long_ago = an_occurrence(cast.a, checklists.in_force("COM"), at=sheet.starts_at - 60 * DAY)
    miss.sweep(at=long_ago.miss_at)
    pack = officer.get("/sync/day-pack").json()
    assert [row["id"] for row in pack["self_inspections"]] == [str(sheet.id)]
    assert "TRY" in {row["code"] for row in pack["catalogues"]["checklists"]}
    assert Api().as_(cast.inspector).get("/sync/day-pack").json()["self_inspections"] == []


def test_lists_are_narrowed_and_turned_by_deadline(cast, officer, sheet, now):
    other = an_occurrence(cast.a, published(cast, at=now, code="TWO"), at=now - HOUR, days=3)
    answers(officer, sheet, TRY_01="ok")
    first = officer.get("/self-inspections?limit=1&count=true").json()
    assert ([row["id"] for row in first["items"]], first["count"]) == ([str(other.id)], 2)
    rest = officer.get(f"/self-inspections?limit=1&cursor={first['next_cursor']}").json()
    assert ([row["id"] for row in rest["items"]], rest["next_cursor"]) == ([str(sheet.id)], None)
    assert [row["id"] for row in officer.get("/self-inspections?status=open").json()["items"]] == [str(sheet.id)]
    assert [row["id"] for row in officer.get("/self-inspections?checklist=TWO").json()["items"]] == [str(other.id)]
    assert officer.get(f"/self-inspections?enterprise_id={ids.new()}").json()["items"] == []


def test_the_chain_is_its_own_peoples_and_the_auditors_who_read_nothing_else(cast, officer, sheet):
    answers(officer, sheet, TRY_01="ok")
    path = f"/self-inspections/{sheet.id}/events"
    assert problem(Api().as_(cast.officer_b).get(path)) == (404, "request.not_found")
    assert problem(Api().as_(cast.employee_a).get(path)) == (403, "auth.no_duty")
    assert problem(Api().as_(cast.auditor).get(f"/self-inspections/{sheet.id}")) == (403, "auth.no_duty")
    for who in (cast.auditor, cast.officer_a):
        assert Api().as_(who).get(path).json()["items"][-1]["kind"] == "self_inspection.answered"

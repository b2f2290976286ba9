"""A month of self-inspection of one valve maker: on time, nothing found, late, missed and made up for, missed for good."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.kernel import ids, ledger
from inspections import tasks
from inspections.actions import schedule
from notifications.models import Notice
from tests.cast import HOUR, MINUTE
from tests.story import Story, text
from tests.sync.queue import URL, member

pytestmark = pytest.mark.django_db
FIX = {"measures": "已清理通道", "responsible": "张三"}


def september(day, hour=10):
    """An hour of a day of September 2026 in Shanghai."""
    return datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour - 8)


@pytest.fixture
def month(api, cast, frozen):
    """The first of September: the timetable has made what the month brings."""
    story = Story(api, cast, frozen)
    people = (cast.officer_a, cast.owner_a, cast.grid_worker)
    assert all(people)
    schedule.look(cast.a.id, at=september(1, 1))
    pass_time(story, september(1, 1))
    return story


def pass_time(story, *instants):
    """Let the timetable and the jobs run at these instants."""
    for at in instants:
        with story.frozen(at):
            tasks.plan_self_inspections(at=at)
            tasks.miss_self_inspections(at=at)
        story.drain(at)


def the(story, code, *, at, status="due"):
    """Return the self-inspections of one checklist as the officer sees them."""
    return story.say("officer_a", "GET", f"/self-inspections?checklist={code}&status={status}", at=at)["items"]


def all_ok(row, **but):
    """Return an answer for every item that is asked."""
    return [{"code": i["code"], "result": "ok"} | but.get(i["code"].replace("-", "_"), {}) for i in row["items"] if i["asked"]]


def answer(story, row, items, *, at):
    body = {"id": str(ids.new()), "items": items, "answered_at": text(at)}
    return story.say("officer_a", "POST", f"/self-inspections/{row['id']}/answers", body, at=at)


def hand_in(story, row, *, at, statement="已逐项自查"):
    return story.say("officer_a", "POST", f"/self-inspections/{row['id']}/submissions", {"statement": statement}, at=at)


def readers_of(story, rule):
    return {notice.person.name for notice in Notice.objects.filter(kind=f"self_inspection.{rule}").select_related("person")}


def test_on_time_with_what_was_found_and_what_was_mended(month, cast):
    (sheet,) = the(month, "FIRE", at=september(2))
    before, found, after = (month.photo("officer_a", september(3)) for _ in range(3))
    fix = FIX | {"finished_at": text(september(3, 11)), "photo_ids": [after]}
    first = all_ok(sheet)[:6]
    first[0] |= {"result": "problem", "note": "一号门堆货", "photo_ids": [before], "rectification": fix}
    answer(month, sheet, first, at=september(3, 11))
    # the rest is answered in the cellar and arrives days later, what hands it in at the head of the queue
    rest = all_ok(sheet, FIRE_11={"result": "problem", "photo_ids": [found], "place": "楼梯间"})[6:]
    path = f"/self-inspections/{sheet['id']}"
    end = member("self_inspection_submission", f"{path}/submissions", statement="本月自查完毕")
    part = member("self_inspection_answers", f"{path}/answers", items=rest, answered_at=text(september(3, 15)))
    told = month.say("officer_a", "POST", URL, [end, part], at=september(6))
    assert [reply["status"] for reply in told] == [201, 201], told
    hazards = [month.say("officer_a", "GET", f"/hazards/{id}", at=september(6)) for id in told[0]["body"]["hazards"]]
    assert [(h["checklist_item"], h["status"], h["review_mode"]) for h in hazards] == [
        ("FIRE-01", "awaiting_reinspection", "sampled"), ("FIRE-11", "reported", "full"),
    ]  # fmt: skip
    assert hazards[1]["place"] == "楼梯间"
    pass_time(month, september(30, 23), september(30, 23) + 30 * HOUR)
    (done,) = the(month, "FIRE", at=september(30, 23), status="submitted")
    assert (done["late"], done.get("missed_at"), done["hazards"]) == (False, None, [h["id"] for h in hazards])
    assert {h["source"] for h in hazards} == {"self_inspection"}


def test_nothing_found_is_a_signed_statement_and_no_silence(month, cast):
    (sheet,) = the(month, "ELEC", at=september(10))
    answer(month, sheet, all_ok(sheet), at=september(10))
    signature = month.photo("officer_a", september(10))
    body = {"id": str(ids.new()), "statement": "本月零隐患", "signature_photo_id": signature}
    done = month.say("officer_a", "POST", f"/self-inspections/{sheet['id']}/submissions", body, at=september(10))
    assert (done["hazards"], done["self_inspection"]["status"]) == ([], "submitted")
    seen = month.say("grid_worker", "GET", f"/self-inspections/{sheet['id']}", at=september(11))
    assert (seen["statement"], seen["signature_photo_id"]) == ("本月零隐患", signature)
    assert [entry.kind for entry in ledger.of(sheet["id"])] == ["self_inspection.answered", "self_inspection.submitted"]


def test_late_is_not_missed_and_missed_stays_missed_although_made_up_for(month, cast):
    (first,) = the(month, "CAST", at=september(2))
    # the first is due on Sunday the 6th and handed in on Monday: late, but nobody has missed anything
    answer(month, first, all_ok(first), at=september(7, 9))
    assert hand_in(month, first, at=september(7, 9))["late"]
    pass_time(month, september(8, 1), september(11))
    second, third = the(month, "CAST", at=september(11))
    assert [row["period"] for row in (first, second, third)] == ["2026-W36", "2026-W37", "2026-W38"]
    assert the(month, "CAST", at=september(11), status="missed") == []
    # the second is missed at the end of Monday the 14th; the officer is told that night, the owner a working day later
    pass_time(month, september(15, 0), september(15, 8))
    assert readers_of(month, "missed") == {cast.officer_a.name}
    pass_time(month, september(16, 0) + MINUTE)
    assert readers_of(month, "missed_1") == {cast.owner_a.name}
    answer(month, second, all_ok(second), at=september(16))
    made_up = hand_in(month, second, at=september(16))
    assert (made_up["late"], made_up["self_inspection"]["status"]) == (True, "submitted")
    assert made_up["self_inspection"]["missed_at"] == second["miss_at"]
    pass_time(month, september(19, 1))
    assert readers_of(month, "missed_3") == set()  # who made up for it is not reported to the grid worker
    # nobody ever looks at the third
    pass_time(month, september(22, 0), september(22, 8), september(23, 0), september(25, 0) + MINUTE)
    assert readers_of(month, "missed_3") == {cast.grid_worker.name}
    (missed,) = month.say("grid_worker", "GET", "/self-inspections?status=missed", at=september(25))["items"]
    assert (missed["id"], missed["missed_at"]) == (third["id"], third["miss_at"])
    assert [entry.kind for entry in ledger.of(third["id"])].count("self_inspection.missed") == 1

"""An administrative inspection on paper: recorded, signed, issued, served, answered, reviewed, and filed in one dossier."""

from typing import Any

import pytest

from backend.kernel import ids, ledger
from inspections.documents import printing
from inspections.policy.documents import DocumentKind as K
from tests.api import Api, problem
from tests.cast import DAY, HOUR, MINUTE, NOON, Cast
from tests.inspections.test_dossier import body_of
from tests.inspections.test_printing import squeezed, text_of
from tests.inspections.visits import AT_A, a_finding, administrative
from tests.journeys.papers import Papers
from tests.story import day, text

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not printing.can_print(), reason="needs Pango")]


@pytest.fixture
def story(api: Api, cast: Cast, frozen: Any) -> Papers:
    assert all((cast.owner_a, cast.officer_a, cast.grid_worker))
    return Papers(api, cast, frozen)


def test_every_paper_of_an_inspection_from_the_record_to_the_dossier(story, cast, api, frozen):
    # two officers come, find something, and write on the spot; the firm signs the record and refuses the order
    with frozen(NOON):
        plan, found = (
            administrative(cast),
            a_finding(verification={"level": "general", "requirement": "限期整改", "due_on": day(NOON + 10 * DAY)}),
        )
    visit = story.say("inspector", "POST", "/inspections", plan, at=NOON)
    path = f"/inspections/{visit['id']}"
    story.say("inspector", "POST", f"{path}/check-ins", {"id": str(ids.new()), "location": AT_A}, at=NOON)
    hazard = story.say("inspector", "POST", f"{path}/findings", {"id": str(ids.new()), **found}, at=NOON + MINUTE)
    about, late = {"inspection_id": visit["id"]}, NOON + HOUR
    record = story.drafted("inspector", K.SITE_INSPECTION_RECORD, late, fields={"places": "一号车间"}, **about)
    order = story.drafted("inspector", K.RECTIFICATION_ORDER, late, hazard_id=hazard["id"], **about)
    stop = {"measures": [{"kind": "stop_use", "text": "停用该配电箱"}]}
    measures = story.drafted("inspector_2", K.ON_SITE_MEASURES, late, fields=stop, **about)
    story.signed(visit, record, late, name="张三", image_photo_id=story.hand("inspector", late))
    story.signed(visit, order, late, refused=True, witness="村主任")
    story.say("inspector", "POST", f"{path}/check-outs", {"id": str(ids.new())}, at=late + MINUTE)

    # nobody of the firm sees a draft; issued they have numbers, and the firm is told
    with frozen(late):
        assert problem(api.as_(cast.owner_a).get(f"/documents/{order['id']}"))[0] == 404
    order, record, measures = (story.issued("inspector", paper, late + HOUR) for paper in (order, record, measures))
    assert [paper["number"] for paper in (order, record, measures)] == [
        "（永）应急责改〔2026〕1号", "（永）应急检记〔2026〕1号", "（永）应急现决〔2026〕1号"
    ]  # fmt: skip
    assert order["fields"]["items"][0]["due_on"] == day(NOON + 10 * DAY)
    story.drain(late + HOUR)
    assert {notice["kind"] for notice in story.say("owner_a", "GET", "/inbox", at=late + HOUR)["items"]} >= {"document.issued"}

    # served before a witness: the periods run from that day
    order = story.served("grid_worker", order, late + DAY, how="left", outcome="refused", witness="村主任")
    assert order["periods"] == {"counted_from": "2026-09-17", "review_until": "2026-11-16", "lawsuit_until": "2027-03-17"}
    given = [{"title": paper["title"], "number": paper["number"]} for paper in (record, order)]
    receipt = {"served": given, "how": "left", "receiver": "张三", "served_at": text(late + DAY)}
    receipt = story.drafted("grid_worker", K.SERVICE_RECEIPT, late + DAY, fields=receipt, enterprise_id=str(cast.a.id))
    story.issued("grid_worker", receipt, late + DAY)

    # asked for more time and given it; rectified, reported on paper, reviewed, closed
    story.act(hazard["id"], "extensions", {"due_on": day(NOON + 15 * DAY), "reason": "备件未到"}, by="owner_a", at=late + 2 * DAY)
    opinion = {"outcome": "grant", "due_on": day(NOON + 15 * DAY)}
    opinion = story.drafted("inspector", K.EXTENSION_OPINION, late + 3 * DAY, fields=opinion, hazard_id=hazard["id"])
    assert opinion["fields"]["reason"] == "备件未到"
    story.issued("inspector", opinion, late + 3 * DAY)
    fixed_at = late + 4 * DAY
    story.submitted(hazard["id"], fixed_at)
    report = {"fixed": [{"text": "配电箱门缺失", "measures": "已加装", "finished_on": day(fixed_at)}], "responsible": "李工"}
    report = story.drafted("owner_a", K.RECTIFICATION_REPORT, fixed_at, fields=report, hazard_id=hazard["id"])
    assert story.issued("owner_a", report, fixed_at)["fields"]["order_number"] == order["number"]
    story.drain(fixed_at)
    two = [str(cast.inspector.id), str(cast.inspector_2.id)]
    review = {"passed": ["配电箱门缺失"], "officers": two}
    review = story.drafted("inspector_2", K.REINSPECTION_OPINION, fixed_at + DAY, fields=review, hazard_id=hazard["id"])
    assert review["fields"]["order_number"] == order["number"]
    review = story.issued("inspector_2", review, fixed_at + DAY)
    story.served("inspector_2", review, fixed_at + DAY)
    story.passed(hazard["id"], fixed_at + DAY, by="inspector_2")
    story.drain(fixed_at + DAY)

    # years later one file tells it all
    with frozen(NOON + 300 * DAY):
        whole = text_of(body_of(api.as_(cast.regulator).get(f"/hazards/{hazard['id']}/dossier")))
    for words in (order["number"], review["number"], "申请延期", "复查通过"):
        assert squeezed(words) in whole
    assert all(ledger.broken_at(paper["id"]) is None for paper in (record, order, measures, review))

"""A random inspection (双随机抽查) from the draw to two closed hazards, each of the ten papers issued, served and verified."""

import io
import zipfile
from typing import Any

import pytest

from backend.kernel import ledger
from inspections.documents import printing
from inspections.policy.documents import DocumentKind as K
from tests.api import Api
from tests.cast import DAY, HOUR, MINUTE, NOON, Cast
from tests.inspections.lots import a_wish, in_the_drum
from tests.inspections.test_draws import DUE
from tests.inspections.test_printing import squeezed, text_of
from tests.inspections.visits import AT_A, a_finding
from tests.journeys import lots
from tests.journeys.papers import Papers
from tests.story import CRITERION, day, text

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not printing.can_print(), reason="needs Pango")]
PLAN = {"goal": "消除", "measures": "加装联锁", "funds_cny": 52000, "responsible": "李工", "contingency": "停机"}


class Town(Papers):
    """The story of one visit to A: `pair` goes, `third` stays, `noon` is when they leave."""

    def draw(self) -> None:
        """Commit, reveal, and find the drawn inspection of A."""
        draw = self.say("regulator", "POST", "/draws", a_wish(count=2, name="九月双随机"), at=NOON)
        told = self.say("regulator", "POST", f"/draws/{draw['id']}/reveals", {}, at=DUE + 10 * HOUR)["draw"]
        assert told["commitment"] == draw["commitment"]
        self.settled(DUE + 10 * HOUR)
        self.pair = lots.sent_to_a(self, told)
        [self.third] = set(lots.NAMES) - set(self.pair)
        self.visit = lots.visit_to_a(self, self.pair[0], draw, at=DUE + 11 * HOUR)
        self.noon = lots.morning_of(self.visit) + 3 * HOUR

    def inspect(self) -> None:
        """Check in with the checklist that is gone by, answer it, and find a general and a major hazard."""
        lead, at = self.pair[0], self.noon - 3 * HOUR
        for name in self.pair:
            lots.act(self, name, self.visit, "check-ins", at=at, location=AT_A, action_code="ZJXZ-2026-9", checklists=["AMM"])
        [pinned] = self.say(lead, "GET", f"/inspections/{self.visit['id']}", at=at)["checklists"]
        items = self.say(lead, "GET", f"/checklists/AMM/versions/{pinned['version']}", at=at)["items"]
        first, *others = [item["code"] for item in items]
        lots.act(self, lead, self.visit, "answers", at=at + HOUR, items=[{"code": code, "result": "ok"} for code in others])
        problem = {"code": first, "result": "problem", "note": "无报警"}
        lots.act(self, lead, self.visit, "answers", at=at + HOUR, items=[problem])
        ruling = {"level": "general", "requirement": "限期整改", "due_on": day(at + 10 * DAY)}
        self.general = self._finding(at + HOUR, verification=ruling)
        worse = {**ruling, "level": "major", "criterion": CRITERION, "due_on": day(at + 40 * DAY)}
        self.major = self._finding(at + 2 * HOUR, verification=worse, checklist_item=first, description="氨压缩机无联锁")

    def _finding(self, at: Any, **more: Any) -> str:
        with self.frozen(at):
            body = a_finding(photo_ids=[self.photo(self.pair[0], at)], **more)
        return str(lots.act(self, self.pair[0], self.visit, "findings", at=at, **body)["id"])

    def write(self) -> None:
        """Draft record, order and measures of the visit on the spot; one is signed, one refused; issue and serve them."""
        at, about = self.noon, {"inspection_id": self.visit["id"]}
        stop = {"measures": [{"kind": "stop_use", "text": "停用氨压缩机"}]}
        self.record = self.drafted(self.pair[0], K.SITE_INSPECTION_RECORD, at, fields={"places": "一号车间"}, **about)
        self.order = self.drafted(self.pair[0], K.RECTIFICATION_ORDER, at, **about)
        measures = self.drafted(self.pair[1], K.ON_SITE_MEASURES, at, fields=stop, **about)
        image = self.hand(self.pair[0], at)
        self.signed(self.visit, self.record, at, by=self.pair[0], name="张三", image_photo_id=image)
        self.signed(self.visit, self.order, at, by=self.pair[0], refused=True, witness="村主任")
        lots.act(self, self.pair[0], self.visit, "check-outs", at=at + MINUTE)
        for paper in (self.record, self.order, measures):
            made = self.issued(self.pair[0], paper, at + HOUR)
            paper |= self.served("grid_worker", made, at + 2 * HOUR, how="left", outcome="refused", witness="村主任")
        given = [{"title": paper["title"], "number": paper["number"]} for paper in (self.record, self.order, measures)]
        receipt = {"served": given, "how": "left", "receiver": "张三", "served_at": text(at + 2 * HOUR)}
        self.delivered("grid_worker", K.SERVICE_RECEIPT, at + 3 * HOUR, fields=receipt, **about)
        risk = {"risk": "台风将至", "requirement": "加固高处构件"}
        self.delivered("grid_worker", K.RISK_NOTICE, at + 4 * HOUR, fields=risk, **about)

    def extend(self) -> None:
        """Ask for more time for the general hazard, and get it on paper."""
        at, due = self.noon + DAY, day(self.noon + 15 * DAY)
        asked = self.act(self.general, "extensions", {"due_on": due, "reason": "备件未到"}, by="owner_a", at=at)
        self.say(self.pair[0], "POST", f"/extensions/{asked['id']}/decisions", {"outcome": "grant"}, at=at + HOUR)
        opinion = self.delivered(self.pair[0], K.EXTENSION_OPINION, at + HOUR, hazard_id=self.general)
        assert (opinion["fields"]["outcome"], opinion["fields"]["due_on"]) == ("grant", due)

    def supervise(self) -> None:
        """List the major hazard under the number of its notice; the enterprise files its plan."""
        at, due = self.noon + 2 * DAY, day(self.noon + 38 * DAY)
        days = {"finish_on": due, "plan_on": day(at + 7 * DAY)}
        notice = self.delivered("regulator", K.LISTING_NOTICE, at, fields=days, hazard_id=self.major)
        said = {"authority": "county", "document_no": notice["number"], "due_on": due}
        self.listing = self.act(self.major, "listings", said, by="regulator", at=at + HOUR)["id"]
        self.act(self.major, "plans", {**PLAN, "due_on": due}, by="owner_a", at=at + DAY)

    def rectify(self, id: str, at: Any) -> None:
        """Put a hazard right and report it on paper; the report answers the order of the visit."""
        self.submitted(id, at)
        fixed = [{"text": "已整改", "measures": "已加装", "finished_on": day(at)}]
        said = {"fixed": fixed, "responsible": "李工"}
        report = self.delivered("owner_a", K.RECTIFICATION_REPORT, at, fields=said, hazard_id=id)
        assert report["fields"]["order_number"] == self.order["number"]

    def review(self, id: str, at: Any, by: tuple[str, str]) -> None:
        """Write the opinion of a re-inspection by these two."""
        said = {"passed": ["已整改"], "officers": self._accounts(by)}
        opinion = self.delivered(by[0], K.REINSPECTION_OPINION, at, fields=said, hazard_id=id)
        assert opinion["fields"]["order_number"] == self.order["number"]

    def close(self) -> None:
        """Pass the general hazard; accept, lift and pass the major one with a second signature."""
        at = self.noon + 20 * DAY
        self.passed(self.general, at - 10 * DAY, by=self.pair[1])
        accepted = {"outcome": "passed", "asked_on": day(at - DAY), "opinion": "符合要求"}
        opinion = self.delivered("regulator", K.ACCEPTANCE_OPINION, at, fields=accepted, hazard_id=self.major)
        said = {"acceptance": f"验收意见书{opinion['number']}"}
        self.say("regulator", "POST", f"/listings/{self.listing}/lifts", said, at=at + HOUR)
        two = (self.third, self.pair[1])
        body = {"outcome": "pass", "on_site": True, "inspectors": self._accounts(two)}
        signed = self.act(self.major, "reinspections", body, by=two[0], at=at + 2 * HOUR)
        assert signed["hazard"]["status"] == "awaiting_reinspection"
        self.say(two[1], "POST", f"/reinspections/{signed['id']}/countersignatures", {}, at=at + 3 * HOUR)
        self.review(self.major, at + 4 * HOUR, two)

    def _accounts(self, names: tuple[str, str]) -> list[str]:
        return [str(getattr(self.cast, name).id) for name in names]


@pytest.fixture
def story(api: Api, cast: Cast, frozen: Any) -> Town:
    """Give the town: two enterprises and three inspectors."""
    in_the_drum(cast)
    assert all((cast.owner_a, cast.officer_a, cast.grid_worker, cast.regulator))
    return Town(api, cast, frozen)


def test_a_random_inspection_to_two_closed_hazards_with_every_paper_issued_and_served(story):
    story.draw()
    story.inspect()
    story.write()
    story.extend()
    story.supervise()
    story.rectify(story.general, story.noon + 5 * DAY)
    story.review(story.general, story.noon + 7 * DAY, (story.pair[1], story.pair[0]))
    story.rectify(story.major, story.noon + 18 * DAY)
    story.settled(story.noon + 19 * DAY)
    story.close()

    # what is said of the whole visit names its order, too
    about = {"fields": {"passed": ["已整改"]}, "inspection_id": story.visit["id"]}
    draft = story.drafted(story.pair[0], K.REINSPECTION_OPINION, story.noon + 29 * DAY, **about)
    assert (draft["fields"]["order_number"], draft["fields"]["order_on"]) == (story.order["number"], day(story.noon))

    # both are closed, and the enterprise holds all ten kinds, each with its number and its service
    end = story.noon + 30 * DAY
    assert [story.say("owner_a", "GET", f"/hazards/{id}", at=end)["status"] for id in (story.general, story.major)] == [
        "closed"
    ] * 2
    rows = story.say("owner_a", "GET", "/documents", at=end)["items"]
    papers = [story.say("owner_a", "GET", f"/documents/{row['id']}", at=end) for row in rows]
    assert ({paper["kind"] for paper in papers}, len(papers)) == (set(K), 12)
    assert all(paper["number"] and paper["services"] and paper["status"] == "issued" for paper in papers)
    assert len({paper["number"] for paper in papers}) == 12
    [order] = [paper for paper in papers if paper["kind"] == K.RECTIFICATION_ORDER]
    assert [item["major"] for item in order["fields"]["items"]] == [False, True]
    signed = sorted((one["signer"], one["refused"]) for one in order["signatures"])
    assert signed == [("officer", False), ("officer", False), ("person_in_charge", True)]
    assert order["periods"]["counted_from"] == day(story.noon)

    # each is printed with its number, and believed by whoever scans it
    for paper in papers:
        made = story.file("owner_a", f"/documents/{paper['id']}/pdf", end)
        assert (made[:4], squeezed(paper["number"]) in text_of(made)) == (b"%PDF", True)
        public = story.verified(paper)
        assert (public["state"], public["number"], public["digest"]) == ("genuine", paper["number"], paper["digest"])
        assert ledger.broken_at(paper["id"]) is None

    # the dossier of each hazard holds its own papers and those of the whole visit, none of the other's
    visit = {K.SITE_INSPECTION_RECORD, K.RECTIFICATION_ORDER, K.ON_SITE_MEASURES, K.SERVICE_RECEIPT, K.RISK_NOTICE}
    both = visit | {K.RECTIFICATION_REPORT, K.REINSPECTION_OPINION}
    of = {story.general: both | {K.EXTENSION_OPINION}, story.major: both | {K.LISTING_NOTICE, K.ACCEPTANCE_OPINION}}
    for id, kinds in of.items():
        told = text_of(story.file("regulator", f"/hazards/{id}/dossier", end))
        mine = [paper for paper in papers if paper["hazard_id"] in (None, id)]
        assert all(squeezed(paper["number"]) in told for paper in mine)
        bundle = zipfile.ZipFile(io.BytesIO(story.file("regulator", f"/hazards/{id}/dossier?format=zip", end)))
        names = [name for name in bundle.namelist() if name.startswith("documents/")]
        assert sorted(name[13:-4] for name in names) == sorted(kind.value for kind in kinds)
        assert all(bundle.read(name)[:4] == b"%PDF" for name in [*names, "dossier.pdf"])
        assert len([name for name in bundle.namelist() if name.startswith("photos/")]) == 2

"""The loop of a general hazard (一般隐患), with everything that may come in between."""

from typing import Any

from backend.kernel import ids
from demo.journey import proof
from demo.journey.run import Run
from demo.journey.steps import Said, expect
from demo.journey.telling import Surprise


class General:
    """Reported, returned, verified, extended, rectified, failed, rectified again, passed, looked back at."""

    title = Said("一般隐患:从上报到销号", "A general hazard, from report to closure")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.sent: dict[str, Any] = {}
        self.answer: dict[str, Any] = {}
        self.late = str(ids.new())
        self.id = ""
        self.reinspection = ""
        self.extension = ""
        self.steps = [
            self.report, self.replay, self.other_content, self.neighbour, self.return_, self.resubmit, self.too_early,
            self.photo_arrives, self.confirm, self.ask, self.grant, self.without_photo, self.submit, self.own_work, self.fail,
            self.submit_again, self.pass_, self.chain, self.look_back,
        ]  # fmt: skip

    def report(self) -> Said:
        first = self.run.photo("officer_a")
        self.sent, self.answer = self.run.report(
            "officer_a",
            {
                "source": "snapshot", "category": "EL01", "title": "配电箱门敞开",
                "description": "配电箱门敞开,箱内积尘,裸露接线端子。",
                "place": f"一号车间 {self.run.mark}", "photo_ids": [first, self.late],
            },
        )  # fmt: skip
        self.id = self.answer["id"]
        expect("photos_missing", [self.late], self.answer["photos_missing"])
        expect("status", "reported", self.answer["status"])
        return Said(
            "安全管理员上报隐患:一张照片先到,另一张只先报了编号;回执经公钥核验无误",
            "The officer reports: one photo is there, one is only named; the receipt holds against the published key",
        )

    def replay(self) -> Said:
        phone = self.run.phone("officer_a")
        reply = phone.send("POST", "/api/v1/hazards", said=self.sent, expect=(200,))
        expect("Idempotency-Replayed", "true", reply.headers.get("idempotency-replayed"))
        expect("receipt", self.answer["receipt"], reply.said["receipt"])
        return Said("断网重发同一份上报:仍是同一条隐患、同一张回执", "The same report sent again: one hazard, the same receipt")

    def other_content(self) -> Said:
        other = {**self.sent, "description": "换了内容"}
        self.run.phone("officer_a").refused("/hazards", other, status=409, code="conflict.same_id")
        return Said("同一编号换了内容:被拒绝(conflict.same_id)", "The same id with other content is refused (conflict.same_id)")

    def neighbour(self) -> Said:
        self.run.phone("officer_b").get(f"/hazards/{self.id}", expect=(404,))
        return Said("隔壁企业看不到这条隐患(404)", "The neighbour does not see it (404)")

    def return_(self) -> Said:
        self.run.act("grid_worker", f"/hazards/{self.id}/verifications", {"outcome": "return", "note": "请补充配电箱编号。"})
        self.run.hazard("officer_a", self.id, status="returned")
        return Said("网格员退回补正:要求写明配电箱编号", "The grid worker returns it: which box?")

    def resubmit(self) -> Said:
        said = {"description": "3号配电箱门敞开,箱内积尘,裸露接线端子。", "note": "已补充编号"}
        self.run.act("officer_a", f"/hazards/{self.id}/resubmissions", said)
        self.run.hazard("officer_a", self.id, status="reported", description=said["description"])
        return Said("安全管理员补正后重新上报", "The officer adds it and sends it again")

    def too_early(self) -> Said:
        self.run.phone("inspector").refused(
            f"/hazards/{self.id}/verifications", self._ruling(), status=409, code="hazard.photo_missing"
        )
        return Said(
            "照片未到齐,暂不能核查确认(hazard.photo_missing)",
            "A named photo is missing: no confirmation yet (hazard.photo_missing)",
        )

    def photo_arrives(self) -> Said:
        self.run.photo("officer_a", id=self.late)
        self.run.hazard("officer_a", self.id, photos_missing=[])
        return Said("第二张照片补传到达,字节摘要与回执一致", "The second photo arrives; its digest is the receipt's")

    def _ruling(self) -> dict[str, Any]:
        return {
            "outcome": "confirm", "level": "general", "requirement": "关闭并上锁,清扫箱内积尘,恢复端子护罩。",
            "due_on": self.run.on(10), "responsible": "李安全",
        }  # fmt: skip

    def confirm(self) -> Said:
        self.run.act("inspector", f"/hazards/{self.id}/verifications", self._ruling())
        self.run.hazard("officer_a", self.id, status="rectifying", level="general", due_on=self.run.on(10))
        return Said(
            f"执法人员核查确认:一般隐患,整改期限 {self.run.on(10)}", f"The inspector confirms: general, due on {self.run.on(10)}"
        )

    def ask(self) -> Said:
        said = {"due_on": self.run.on(15), "reason": "护罩需定做,供货要两周。"}
        self.extension = self.run.act("officer_a", f"/hazards/{self.id}/extensions", said)["id"]
        self.run.phone("officer_a").refused(f"/hazards/{self.id}/extensions", said, status=409, code="extension.already_asked")
        return Said("企业申请延期(只能申请一次)", "The enterprise asks for an extension; a second time is refused")

    def grant(self) -> Said:
        self.run.act("grid_worker", f"/extensions/{self.extension}/decisions", {"outcome": "grant", "note": "情况属实"})
        self.run.hazard("officer_a", self.id, due_on=self.run.on(15))
        return Said(
            f"网格员同意延期至 {self.run.on(15)},原期限照旧留存",
            f"Granted until {self.run.on(15)}; the original deadline stays on record",
        )

    def _fix(self, measures: str) -> dict[str, Any]:
        return {"measures": measures, "responsible": "王小勤", "finished_at": self.run.now(), "cost_cny": 360}

    def without_photo(self) -> Said:
        self.run.phone("officer_a").refused(
            f"/hazards/{self.id}/rectifications", self._fix("已关闭"), status=422, code="hazard.photo_required"
        )
        return Said(
            "没有照片的整改不予受理(hazard.photo_required)", "A rectification without a photo is refused (hazard.photo_required)"
        )

    def submit(self) -> Said:
        said = self._fix("关闭箱门,清扫积尘。") | {"photo_ids": [self.run.photo("officer_a", fixed=True)]}
        self.run.act("officer_a", f"/hazards/{self.id}/rectifications", said)
        self.run.hazard("officer_a", self.id, status="awaiting_reinspection", round=1)
        return Said("企业提交整改,附整改后照片", "The enterprise submits its rectification with a photo")

    def own_work(self) -> Said:
        self.run.phone("officer_a").refused(
            f"/hazards/{self.id}/reinspections", {"outcome": "pass", "on_site": True}, status=403, code="hazard.not_your_move"
        )
        return Said("整改人想自己复查销号:被拒绝", "Whoever rectified cannot re-inspect: refused")

    def fail(self) -> Said:
        said = {"outcome": "fail", "note": "护罩未恢复。", "due_on": self.run.on(7), "on_site": True}
        self.run.act("grid_worker", f"/hazards/{self.id}/reinspections", said)
        self.run.hazard("officer_a", self.id, status="rectifying", round=2)
        return Said("网格员复查不通过,进入第二轮整改", "The grid worker fails it: the second round begins")

    def submit_again(self) -> Said:
        said = self._fix("护罩已恢复,箱门上锁。") | {"photo_ids": [self.run.photo("officer_a", fixed=True)]}
        self.run.act("officer_a", f"/hazards/{self.id}/rectifications", said)
        return Said("企业再次整改并提交", "The enterprise rectifies again")

    def pass_(self) -> Said:
        said = {"outcome": "pass", "on_site": True, "photo_ids": [self.run.photo("inspector", fixed=True)]}
        self.run.act("inspector", f"/hazards/{self.id}/reinspections", said)
        self.run.hazard("officer_a", self.id, status="closed", photos_missing=[])
        return Said("执法人员现场复查通过:销号", "The inspector passes it on site: closed")

    def chain(self) -> Said:
        events = self.run.phone("officer_a").get(f"/hazards/{self.id}/events")["items"]
        proof.check_chain(events)
        if len(events) < 10:
            raise Surprise("chain", expected="an entry for each step", came=[event["kind"] for event in events])
        return Said(
            f"台账 {len(events)} 条,逐条哈希相连,一条不缺", f"{len(events)} ledger entries, each chained to the one before"
        )

    def look_back(self) -> Said:
        self.run.act("grid_worker", f"/hazards/{self.id}/look-backs", {"outcome": "holds", "note": "未反弹"})
        self.run.hazard("officer_a", self.id, status="closed")
        return Said("网格员回头看:没有反弹", "The grid worker looks back: it holds")

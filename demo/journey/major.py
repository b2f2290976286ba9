"""A major hazard (重大隐患): plan, listing, two inspectors, countersignature."""

from typing import Any

from demo.cast import CAST
from demo.journey.run import Run
from demo.journey.steps import Said, expect

CRITERION = "GM-07-07"


class Major:
    """Found by an inspector on site; closed by two from their own sessions."""

    title = Said("重大隐患:治理方案、挂牌督办、双人复查", "A major hazard: plan, listing, two inspectors")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.id = self.listing = self.first = ""
        self.steps = [
            self.find, self.no_plan, self.plan, self.list_, self.submit, self.while_listed, self.lift, self.grid_worker,
            self.alone, self.sign, self.both_hands, self.countersign,
        ]  # fmt: skip

    def find(self) -> Said:
        said = {
            "source": "inspection", "category": "SP01", "title": "喷漆室未设可燃气体报警",
            "description": "非水性漆喷漆室未设固定式可燃气体报警装置,通风设施停用。", "place": f"喷漆车间 {self.run.mark}",
            "level_claimed": "major", "photo_ids": [self.run.photo("inspector")],
            "verification": {
                "level": "major", "criterion": CRITERION, "requirement": "停止喷漆作业,安装报警并与通风联锁。",
                "due_on": self.run.on(45), "responsible": "郑建国",
            },
        }  # fmt: skip
        answer = self.run.report("inspector", said)[1]
        self.id = answer["id"]
        expect("status", ("rectifying", "major", CRITERION), (answer["status"], answer["level"], answer["criterion"]))
        return Said(
            f"执法检查发现重大隐患(判定标准 {CRITERION}),当场核查立案",
            f"An inspector finds a major hazard ({CRITERION}) and confirms it on site",
        )

    def _fix(self) -> dict[str, Any]:
        return {
            "measures": "安装固定式可燃气体报警,与通风联锁,调试合格。", "responsible": "郑建国", "finished_at": self.run.now(),
            "cost_cny": 28600, "photo_ids": [self.run.photo("officer_a", fixed=True)],
        }  # fmt: skip

    def no_plan(self) -> Said:
        self.run.phone("officer_a").refused(
            f"/hazards/{self.id}/rectifications", self._fix(), status=409, code="hazard.plan_required"
        )
        return Said("没有治理方案不能提交整改(hazard.plan_required)", "No rectification before the plan (hazard.plan_required)")

    def plan(self) -> Said:
        said = {
            "goal": "喷漆室报警与通风联锁", "measures": "停用喷漆室,采购安装,联锁调试,培训", "funds_cny": 30000,
            "responsible": "郑建国", "due_on": self.run.on(40), "contingency": "停用期间断电上锁,配备灭火器材,专人巡查",
        }  # fmt: skip
        self.run.act("owner_a", f"/hazards/{self.id}/plans", said)
        return Said(
            "主要负责人备案治理方案:目标、措施、资金、责任人、时限、预案", "The owner files the plan with its six elements"
        )

    def list_(self) -> Said:
        said = {"authority": "county", "document_no": f"永应急督〔演示〕{self.run.mark}号", "due_on": self.run.on(45)}
        self.listing = self.run.act("regulator", f"/hazards/{self.id}/listings", said)["id"]
        self.run.hazard("officer_a", self.id, listed=True)
        return Said("县监管干部挂牌督办", "The county's regulator lists it")

    def submit(self) -> Said:
        self.run.act("officer_a", f"/hazards/{self.id}/rectifications", self._fix())
        self.run.hazard("officer_a", self.id, status="awaiting_reinspection")
        return Said("企业按方案整改并提交", "The enterprise rectifies and submits")

    def _passing(self, *keys: str) -> dict[str, Any]:
        return {"outcome": "pass", "on_site": True, "inspectors": [str(CAST[key].id) for key in keys]}

    def while_listed(self) -> Said:
        self.run.phone("inspector").refused(
            f"/hazards/{self.id}/reinspections", self._passing("inspector", "inspector_2"), status=409, code="hazard.listed"
        )
        return Said("挂牌未解除,不能销号(hazard.listed)", "No pass while it is listed (hazard.listed)")

    def lift(self) -> Said:
        said = {"acceptance": "经现场验收,报警与联锁有效,同意解除挂牌。"}
        self.run.act("regulator", f"/listings/{self.listing}/lifts", said)
        self.run.hazard("officer_a", self.id, listed=False)
        return Said("验收合格,解除挂牌", "Accepted: the listing is lifted")

    def grid_worker(self) -> Said:
        said = {"outcome": "pass", "on_site": True}
        self.run.phone("grid_worker").refused(f"/hazards/{self.id}/reinspections", said, status=403, code="hazard.not_your_move")
        return Said("网格员无权复查重大隐患", "A grid worker may not re-inspect it")

    def alone(self) -> Said:
        self.run.phone("inspector").refused(
            f"/hazards/{self.id}/reinspections", self._passing("inspector"), status=422, code="hazard.two_inspectors_required"
        )
        return Said(
            "一名执法人员不能单独复查(hazard.two_inspectors_required)",
            "One inspector alone may not (hazard.two_inspectors_required)",
        )

    def sign(self) -> Said:
        said = self._passing("inspector", "inspector_2") | {"photo_ids": [self.run.photo("inspector", fixed=True)]}
        answer = self.run.act("inspector", f"/hazards/{self.id}/reinspections", said)
        self.first = answer["id"]
        shown = self.run.hazard("officer_a", self.id, status="awaiting_reinspection")
        expect("pending_signature", self.first, (shown["pending_signature"] or {}).get("reinspection_id"))
        return Said("第一名执法人员现场复查签名,等待会签", "The first inspector signs on site; the second signature is awaited")

    def both_hands(self) -> Said:
        self.run.phone("inspector").refused(
            f"/reinspections/{self.first}/countersignatures", {}, status=409, code="hazard.same_person"
        )
        return Said("同一人不能会签自己的复查(hazard.same_person)", "Nobody countersigns himself (hazard.same_person)")

    def countersign(self) -> Said:
        self.run.act("inspector_2", f"/reinspections/{self.first}/countersignatures", {})
        self.run.hazard("officer_a", self.id, status="closed")
        self.run.closed = self.id
        return Said(
            "第二名执法人员从自己的登录会签:重大隐患销号", "The second inspector countersigns from his own session: closed"
        )

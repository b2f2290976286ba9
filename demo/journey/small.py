"""Self-found and self-fixed (自查自改), and a snapshot that is withdrawn (随手拍, 撤回)."""

from typing import Any

from demo.journey.run import Run
from demo.journey.steps import Said, expect


class SelfFixed:
    """Nobody is punished for looking: reported with its rectification, accepted by a colleague, closed by the clock."""

    title = Said("自查自改与随手拍", "Self-found and self-fixed, and a snapshot")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.id = self.drawn = self.snapshot = ""
        self.steps = [
            self.report, self.own_acceptance, self.accept, self.draw, self.pass_, self.employee, self.not_his, self.withdraw,
        ]  # fmt: skip

    def _fixed(self, category: str, title: str, place: str) -> str:
        before, after = self.run.photo("officer_a"), self.run.photo("officer_a", fixed=True)
        said: dict[str, Any] = {
            "source": "self_inspection", "category": category, "title": title,
            "description": f"班前检查发现:{title},已当场整改。",
            "place": f"{place} {self.run.mark}", "photo_ids": [before],
            "rectification": {
                "measures": "当场清理复位", "responsible": "李安全", "finished_at": self.run.now(), "photo_ids": [after],
            },
        }  # fmt: skip
        answer = self.run.report("officer_a", said)[1]
        expect("status", ("awaiting_reinspection", "sampled"), (answer["status"], answer["review_mode"]))
        expect("due_at", None, answer["due_at"])
        return str(answer["id"])

    def report(self) -> Said:
        self.id = self._fixed("EN03", "通道堆放物料", "二号车间通道")
        return Said(
            "安全管理员自查自改:上报时已整改,进入抽查", "The officer reports what he found and fixed: it is up for sampling"
        )

    def own_acceptance(self) -> Said:
        self.run.phone("officer_a").refused(
            f"/hazards/{self.id}/acceptances", {"outcome": "accept"}, status=409, code="hazard.same_person"
        )
        return Said("自己验收自己的整改:被拒绝(hazard.same_person)", "Accepting one's own fix is refused (hazard.same_person)")

    def accept(self) -> Said:
        self.run.act("owner_a", f"/hazards/{self.id}/acceptances", {"outcome": "accept", "note": "已到现场看过"})
        self.run.hazard("owner_a", self.id, status="awaiting_reinspection", drawn=None)
        return Said(
            "主要负责人内部验收通过:冷静期满未被抽中即动态销号,企业看不到是否被抽中",
            "The owner accepts it: unless drawn it closes by the clock, and the enterprise cannot see the draw",
        )

    def draw(self) -> Said:
        self.drawn = self._fixed("FI02", "灭火器被遮挡", "成品仓库")
        self.run.act("grid_worker", f"/hazards/{self.drawn}/draws", {})
        self.run.hazard("grid_worker", self.drawn, drawn=True)
        self.run.hazard("officer_a", self.drawn, drawn=None)
        return Said(
            "另一条自查自改被网格员人工抽中,企业并不知情",
            "Another one is drawn by the grid worker's hand, unknown to the enterprise",
        )

    def pass_(self) -> Said:
        self.run.act("owner_a", f"/hazards/{self.drawn}/acceptances", {"outcome": "accept"})
        said = {"outcome": "pass", "on_site": True, "photo_ids": [self.run.photo("grid_worker", fixed=True)]}
        self.run.act("grid_worker", f"/hazards/{self.drawn}/reinspections", said)
        self.run.hazard("officer_a", self.drawn, status="closed", drawn=True)
        return Said(
            "网格员到场复查通过:销号,此时才显示曾被抽中", "The grid worker passes it on site: closed, and only now the draw shows"
        )

    def employee(self) -> Said:
        said = {
            "source": "snapshot", "category": "ME01", "description": "冲床防护罩松动。", "place": f"冲压车间 {self.run.mark}",
            "photo_ids": [self.run.photo("employee_a")],
        }  # fmt: skip
        self.snapshot = self.run.report("employee_a", said)[1]["id"]
        self.run.hazard("employee_a", self.snapshot, status="reported")
        return Said("员工随手拍上报", "An employee reports a snapshot")

    def not_his(self) -> Said:
        self.run.phone("officer_a").refused(f"/hazards/{self.snapshot}/withdrawals", {}, status=403, code="hazard.not_your_move")
        return Said("安全管理员想替员工撤回:被拒绝", "The officer would withdraw it for him: refused")

    def withdraw(self) -> Said:
        self.run.act("employee_a", f"/hazards/{self.snapshot}/withdrawals", {"note": "看错了,是检修中"})
        self.run.hazard("employee_a", self.snapshot, status="void")
        return Said("员工本人撤回(撤回数与各项比率一并公示)", "He withdraws it himself; withdrawals stay shown beside every rate")

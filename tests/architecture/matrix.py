"""The permission matrix: one line per operation. Who gets in, who reads, whose move it is; everybody else is refused.

`door`: the roles whose duties ever include the operation (others: 403 auth.no_duty); None where everybody may knock.
`does`: role -> relations in which it succeeds ("sees": every one that sees A); whoever sees but may not gets `refused`;
whoever does not see gets `unseen`. Lists and other things without an object have `scoped=False`: who passes the door, gets in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backend.kernel import ids
from tests.architecture.callers import Caller
from tests.loop import CATEGORY, CRITERION, SANJIANG

FIRM = ("owner", "officer", "employee", "agency")
OFFICIALS = ("grid_worker", "inspector", "regulator")
READERS = {*FIRM, *OFFICIALS}
MOVE = (403, "hazard.not_your_move")
GONE = (404, "request.not_found")
OK = "sees"


@dataclass(frozen=True)
class Row:
    """One operation in one situation."""

    operation: str
    body: Callable[[Any, Caller], dict[str, Any]] | dict[str, Any] | None = None
    does: dict[str, Any] = field(default_factory=dict)
    door: set[str] | None = None
    situation: str = ""
    status: int = 201
    refused: tuple[int, str] = MOVE
    unseen: tuple[int, str] = GONE
    scoped: bool = True
    blind: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    name: str = ""
    but: dict[str, tuple[int, str]] = field(default_factory=dict)

    def expected(self, caller: Caller) -> tuple[int, str]:
        """Return status and code ("" for a success) that this caller is promised."""
        if str(caller) in self.but:
            return self.but[str(caller)]
        if self.door is not None and caller.role not in self.door:
            return 403, "auth.no_duty"
        if not self.scoped:
            return self.status, ""
        if not caller.sees or caller.role in self.blind:
            return self.unseen
        where = self.does.get(caller.role, ())
        return (self.status, "") if where == OK or caller.relation in where else self.refused


def get(path: str, *, door: set[str] | None = None, **more: Any) -> Row:
    """Return a row of a read: whoever sees, reads."""
    return Row(f"GET {path}", does=dict.fromkeys((*FIRM, *OFFICIALS, "auditor"), OK), door=door, status=200, **more)


def everyone(operation: str, *, status: int = 200, **more: Any) -> Row:
    """Return a row of an operation about the caller himself, or about nobody."""
    return Row(operation, scoped=False, status=status, **more)


def act(noun: str, situation: str, body: Any, **does: Any) -> Row:
    """Return a row of an act on a hazard: employees see their own reports only, auditors and administrators no object."""
    path = noun if noun.startswith("/") else f"/hazards/{{hazard}}/{noun}"
    return Row(f"POST {path}", body, does, situation=situation, blind=("employee", "auditor"), name=f"{noun} {situation}")


def photo(world: Any, caller: Caller) -> list[str]:
    """Return the id of a photo that the caller has sent."""
    return [str(world.photo_of(caller))]


def day(world: Any, days: int) -> str:
    """Return a day from today on."""
    return world.day(days)


CONFIRM = {"outcome": "confirm", "level": "general", "requirement": "整改"}
MAJOR = {"outcome": "confirm", "level": "major", "requirement": "整改", "criterion": CRITERION}
FIX = {"measures": "已更换", "responsible": "李", "finished_at": "2026-09-16T12:00:00+08:00"}
PLAN = {"goal": "消除", "measures": "更换", "funds_cny": 1, "responsible": "张", "contingency": "停机"}
FIELD = {"grid_worker": OK, "inspector": OK}
COUNTY = ("own", "parent")

ACTS = [
    act("verifications", "reported", CONFIRM, **FIELD),
    act("verifications", "reported", MAJOR, inspector=OK),
    act("verifications", "reported", {"outcome": "return", "note": "补拍"}, **FIELD),
    act("verifications", "reported", {"outcome": "dismiss", "reason": "not_a_hazard"}, **FIELD),
    act("verifications", "claimed_major", {"outcome": "dismiss", "reason": "not_a_hazard"}, inspector=OK),
    act("resubmissions", "returned", {"description": "补正"}),
    act("withdrawals", "reported", {}),
    act("plans", "major", lambda w, c: PLAN | {"due_on": day(w, 9)}, owner=OK, officer=OK),
    act("rectifications", "confirmed", lambda w, c: FIX | {"photo_ids": photo(w, c)}, owner=OK, officer=OK),
    act("acceptances", "sampled", {"outcome": "accept"}, owner=OK, officer=OK, agency=OK, grid_worker=OK),
    act("acceptances", "sampled", {"outcome": "reject"}, owner=OK, officer=OK, agency=OK, grid_worker=OK),
    act("reinspections", "submitted", {"outcome": "pass", "on_site": True}, **FIELD),
    act("reinspections", "submitted", lambda w, c: {"outcome": "fail", "note": "未到位", "due_on": day(w, 5)}, **FIELD),
    act("reinspections", "major_submitted", lambda w, c: {"outcome": "fail", "note": "无", "due_on": day(w, 5)}, inspector=OK),
    act("reinspections", "major_submitted",
        lambda w, c: {"outcome": "pass", "on_site": True, "inspectors": [str(c.person.id), w.second]}, inspector=OK),
    act("/reinspections/{reinspection}/countersignatures", "signed", {}),
    act("draws", "sampled", {}, **FIELD),
    act("extensions", "confirmed", lambda w, c: {"due_on": w.later, "reason": "备件未到"}, owner=OK, officer=OK),
    act("/extensions/{extension}/decisions", "asked", {"outcome": "grant"}, **FIELD),
    act("/extensions/{extension}/decisions", "asked", {"outcome": "refuse"}, **FIELD),
    act("/extensions/{extension}/decisions", "major_asked", {"outcome": "grant"}, regulator=OK),
    act("listings", "major", {}, inspector=OK),
    act("listings", "major",
        lambda w, c: {"authority": "county", "document_no": "督1", "due_on": day(w, 30)}, regulator=("own",)),
    act("listings", "major",
        lambda w, c: {"authority": "city", "document_no": "督1", "due_on": day(w, 30)}, regulator=("parent",)),
    act("/listings/{listing}/lifts", "listed", {"acceptance": "验收报告"}, regulator=("own",)),
    act("look-backs", "closed", {"outcome": "holds"}, **FIELD),
    act("look-backs", "closed",
        lambda w, c: {"outcome": "recurred", "due_on": day(w, 5), "photo_ids": [str(ids.new())]}, **FIELD),
    act("look-backs", "major_closed", {"outcome": "holds"}, inspector=OK),
    act("reclassifications", "confirmed", {"level": "major", "criterion": CRITERION, "reason": "达到"}, inspector=OK),
    act("reclassifications", "major", {"level": "general", "reason": "复核"}, regulator=COUNTY),
    act("annulments", "confirmed", {"reason": "注销"}, regulator=COUNTY),
    act("transfers", "reported", {"to_region": SANJIANG, "reason": "不在本辖区"}, **FIELD),
    act("rulings", "reported", {"region": SANJIANG, "reason": "裁定"}, regulator=OK),
]  # fmt: skip
SOURCE = {
    "owner": "self_inspection", "officer": "snapshot", "employee": "snapshot", "agency": "agency", "grid_worker": "public_report",
    "inspector": "public_report",
}  # fmt: skip


def report(world: Any, caller: Caller, *, source: str = "") -> dict[str, Any]:
    """Return the smallest report for enterprise A by the caller's own source."""
    return {
        "enterprise_id": world.enterprise, "source": source or SOURCE.get(caller.role, "snapshot"), "category": CATEGORY,
        "description": "配电箱门缺失", "place": "一号车间", "found_at": world.now,
    }  # fmt: skip


REPORTERS = {*FIRM, "grid_worker", "inspector"}
HAZARDS = [
    everyone("GET /hazard-categories"),
    everyone("GET /major-criteria"),
    everyone("GET /hazards", door=READERS),
    get("/hazards/{hazard}", door=READERS, situation="reported", blind=("employee",)),
    get("/hazards/{hazard}/events", door={*READERS, "auditor"}, situation="reported", blind=("employee",)),
    Row("POST /hazards", report, dict.fromkeys(REPORTERS, OK), REPORTERS, refused=(422, "hazard.source_not_yours")),
    *[
        Row("POST /hazards", lambda w, c, s=source: report(w, c, source=s), dict.fromkeys(roles, OK), REPORTERS,
            refused=(422, "hazard.source_not_yours"), name=f"POST /hazards {source}")
        for source, roles in {
            "self_inspection": ("owner", "officer", "agency"), "snapshot": ("owner", "officer", "employee"),
            "agency": ("agency",), "public_report": ("grid_worker", "inspector"),
        }.items()
    ],
    *[
        Row("POST /hazards", lambda w, c, s=source: report(w, c, source=s), {}, REPORTERS, name=f"POST /hazards {source}",
            refused=(422, ""), status=422)
        for source in ("grid_patrol", "inspection", "campaign", "remote_check")
    ],
]  # fmt: skip

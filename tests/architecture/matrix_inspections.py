"""The permission matrix of inspections and remote checks at enterprise A."""

from backend.kernel import ids
from tests.architecture.matrix import FIRM, GONE, OFFICIALS, OK, READERS, Row, get
from tests.inspections.visits import RULING, a_finding
from tests.loop import CATEGORY

PLANNERS, FIRM_READERS = {"agency", "grid_worker", "inspector"}, ("owner", "officer", "agency")
VISIT_READERS = {*FIRM_READERS, *OFFICIALS}
NOBODYS_MOVE, REMOTE_MOVE = (403, "inspection.not_your_move"), (403, "remote_check.not_your_move")
DULL = ("employee", "auditor")  # who sees the enterprise, but none of its visits
ASKERS = dict.fromkeys(("grid_worker", "inspector"), OK)


def planning(world, caller, *, type_="service_visit"):
    """Return the plan of a visit by the caller himself."""
    return {"type": type_, "enterprise_id": world.enterprise, "planned_on": world.day(0)}


def planned(type_, *roles):
    """Return the row of planning one type of visit."""
    return Row(
        "POST /inspections", lambda w, c: planning(w, c, type_=type_), dict.fromkeys(roles, OK), PLANNERS, refused=NOBODYS_MOVE,
        name=f"POST /inspections {type_}",
    )  # fmt: skip


def act(noun, body):
    """Return the row of an act on a visit that is under way and was planned by none of these callers."""
    return Row(
        f"POST /inspections/{{visit}}/{noun}", body, {}, refused=NOBODYS_MOVE, blind=DULL, name=f"visit {noun}",
    )  # fmt: skip


def remote(noun, body, *roles):
    """Return the row of an act on a remote check that waits."""
    return Row(
        f"POST /remote-checks/{{remote_check}}/{noun}", body, dict.fromkeys(roles, OK), refused=REMOTE_MOVE, blind=("auditor",),
        name=f"remote {noun}",
    )  # fmt: skip


FINDING = {**a_finding(), "category": CATEGORY, "verification": RULING}
VISITS = [
    planned("service_visit", "agency", "grid_worker", "inspector"),
    planned("grid_patrol", "grid_worker", "inspector"),
    planned("remote_check", "grid_worker", "inspector"),
    Row(
        "POST /inspections",
        lambda w, c: planning(w, c, type_="administrative_inspection") | {"inspectors": [str(c.person.id), w.second]},
        {"inspector": OK}, PLANNERS, refused=NOBODYS_MOVE, name="POST /inspections administrative",
    ),
    Row("GET /inspections", scoped=False, status=200, door=VISIT_READERS),
    get("/inspections/{visit}", door=VISIT_READERS),
    Row(
        "PATCH /inspections/{visit}", lambda w, c: {"planned_on": w.day(1)}, {}, PLANNERS, refused=NOBODYS_MOVE,
        headers={"If-Match": '"1"'},
    ),
    get("/inspections/{visit}/events", door={*VISIT_READERS, "auditor"}),
    get("/inspections/{visit}/readings", door={"regulator", "auditor"}),
    act("check-ins", {}),
    act("answers", {"items": [{"code": "COM-01", "result": "ok"}]}),
    act("findings", FINDING),
    act("signatures", lambda w, c: {"document_id": str(ids.new()), "refused": True, "witness": "村主任"}),
    act("check-outs", {}),
    act("cancellations", {"reason": "不去了"}),
]  # fmt: skip
# unannounced: officials alone know of it before it begins
HIDDEN = [
    Row("GET /inspections/{hidden_visit}", None, dict.fromkeys(OFFICIALS, OK), VISIT_READERS, status=200, refused=GONE),
    Row("GET /inspections/{hidden_visit}/events", None, dict.fromkeys((*OFFICIALS, "auditor"), OK), {*VISIT_READERS, "auditor"},
        status=200, refused=GONE),
]  # fmt: skip
REMOTE = [
    Row("POST /remote-checks", lambda w, c: {"enterprise_id": w.enterprise, "spot": "一号车间配电箱"}, ASKERS, {*ASKERS}),
    Row("GET /remote-checks", scoped=False, status=200, door=READERS),
    get("/remote-checks/{remote_check}", door=READERS),
    get("/remote-checks/{remote_check}/events", door={*OFFICIALS, "auditor"}),
    remote("answers", lambda w, c: {"photo_ids": [str(ids.new())]}, *FIRM),
    remote("refusals", {"reason": "正在停产"}, "owner", "officer", "agency"),
    remote("judgements", {"outcome": "doubtful"}),
]  # fmt: skip
INSPECTIONS = [*VISITS, *HIDDEN, *REMOTE]

"""The permission matrix of grades: who reads their history and what they rest on, who records facts."""

from tests.architecture.matrix import OFFICIALS, OK, READERS, Row, everyone, get

MOVE = (403, "enterprise.not_your_move")
FIRM = "/enterprises/{enterprise}"
KEEPERS = {*OFFICIALS, "owner", "officer", "agency"}
RECORDERS = {"inspector", "regulator"}
BOTH, COUNTY = dict.fromkeys(sorted(RECORDERS), OK), {"regulator": ("own", "parent")}


def fact(world, caller):
    return {"enterprise_id": world.enterprise, "kind": "penalty", "from": "2026-01-05"}


GRADES = [
    get(f"{FIRM}/safety-code/history", door=READERS),
    get(f"{FIRM}/safety-code/facts", door=KEEPERS),
    everyone("GET /safety-codes", door={*OFFICIALS}),
    Row("POST /facts", fact, BOTH, RECORDERS, refused=MOVE),
    get("/facts?enterprise_id={enterprise}", door=KEEPERS),
    Row("POST /facts/{fact}/endings", {"to": "2026-09-01", "reason": "已补办"}, BOTH, RECORDERS, refused=MOVE),
    Row("POST /facts/{fact}/voidings", {"reason": "登记有误"}, COUNTY, {"regulator"}, refused=MOVE),
]  # fmt: skip

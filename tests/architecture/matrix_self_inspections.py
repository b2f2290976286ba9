"""The permission matrix of self-inspection: the enterprise answers, its officials read."""

from tests.architecture.matrix import OK, Row, everyone, get

ANSWERERS = {"owner", "officer", "agency"}
READERS = {*ANSWERERS, "grid_worker", "inspector", "regulator"}
OWN = dict.fromkeys(ANSWERERS, OK)
ANSWER = {"items": [{"code": "COM-01", "result": "ok"}]}
SELF_INSPECTIONS = [
    everyone("GET /self-inspections", door=READERS),
    Row("POST /self-inspections", lambda w, c: {"enterprise_id": w.enterprise, "checklist": "WELD"}, OWN, ANSWERERS),
    get("/self-inspections/{self_inspection}", door=READERS),
    get("/self-inspections/{self_inspection}/events", door={*READERS, "auditor"}),
    Row("POST /self-inspections/{self_inspection}/answers", ANSWER, OWN, ANSWERERS),
    Row(
        "POST /self-inspections/{self_inspection}/submissions", {"statement": "已逐项自查"}, OWN, ANSWERERS,
        status=409,
    ),
]  # fmt: skip

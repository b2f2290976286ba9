"""The permission matrix of the other rooms, and of what anybody may call."""

from backend.kernel import ids
from tests.architecture import matrix_documents as documents
from tests.architecture import matrix_draws as draws
from tests.architecture.matrix import ACTS, FIRM, GONE, HAZARDS, OFFICIALS, OK, READERS, Row, everyone, get
from tests.architecture.matrix_checklists import CHECKLISTS
from tests.architecture.matrix_codes import CODES
from tests.architecture.matrix_contests import CONTESTS
from tests.architecture.matrix_grades import GRADES
from tests.architecture.matrix_inspections import INSPECTIONS
from tests.architecture.matrix_programmes import PROGRAMMES
from tests.architecture.matrix_self_inspections import SELF_INSPECTIONS
from tests.architecture.matrix_statistics_forms import STATISTICS_FORMS
from tests.architecture.matrix_trials import NOT_THE_COUNTY, TRIALS
from tests.cast import GRID_AB

ADMIN, MANAGERS, CLAIMANTS = {"admin"}, {"owner", "officer"}, {*READERS, "stranger"}
REGULATORS = {"regulator"}
FIRM_AND_AUDITOR = (*FIRM, "auditor")
FIRM_MOVE = (403, "enterprise.not_your_move")
EVERY_OFFICIAL = dict.fromkeys(OFFICIALS, OK)
ACCOUNTS = [
    everyone("GET /me"),
    everyone("GET /regions"),
    Row("GET /receipts/{hazard}", situation="reported", refused=GONE),
    everyone("GET /people", door=ADMIN),
    everyone("POST /people", door=ADMIN, status=201, body={"phone": "13812345678", "name": "新"}),
    everyone("GET /people/{person}", door=ADMIN),
    everyone("PATCH /people/{person}", door=ADMIN, body={"name": "改"}, headers={"If-Match": '"0"'}),
    everyone(
        "POST /duties", door=ADMIN, status=201,
        body=lambda w, c: {"person_id": w.person, "role": "employee", "enterprise_id": w.enterprise},
    ),
    everyone("GET /duties/{duty}", door=ADMIN),
    everyone("POST /duties/{duty}/endings", door=ADMIN, status=201, body={}),
    everyone("GET /policies", door={"admin", "regulator"}),
    everyone("GET /policies/{notice}", door={"admin", "regulator"}, status=404),
    # policies are the county's and above
    everyone(
        "POST /policies", door=REGULATORS, status=201, body={"kind": "hazards", "document": {}, "reason": "试行"},
        but=NOT_THE_COUNTY,
    ),
    everyone("POST /policies?kind=grading", door=REGULATORS, status=201, body={"window_days": 90}, but=NOT_THE_COUNTY),
    everyone(
        "POST /policies/{drafted_policy}/adoptions", door=REGULATORS, status=201, body={"effective_from": "2099-01-01"},
        but=NOT_THE_COUNTY,
    ),
]  # fmt: skip
ENTERPRISES = [
    everyone("GET /enterprises", door=READERS),
    Row(
        "POST /enterprises", {"name": "戊厂", "industry": "C3443", "region": "330324009", "grid": GRID_AB}, EVERY_OFFICIAL,
        door={*OFFICIALS}, unseen=FIRM_MOVE,
    ),
    get("/enterprises/{enterprise}", door=READERS),
    get("/enterprises/{enterprise}/safety-code", door=READERS),
    Row(
        "PATCH /enterprises/{enterprise}", {"industry": "C3443"}, EVERY_OFFICIAL, {*MANAGERS, *OFFICIALS}, status=200,
        headers={"If-Match": '"1"'}, refused=FIRM_MOVE,
    ),
    # whoever knows the code may claim, and learns nothing else; an owner has it already
    everyone(
        "POST /enterprises/{enterprise}/claims", door=CLAIMANTS, status=201, body=lambda w, c: {"uscc": w.cast.a.uscc},
        but={"owner/own": (409, "enterprise.already_owner")},
    ),
    everyone("GET /claims", door=CLAIMANTS),
    Row("GET /claims/{claim}", None, EVERY_OFFICIAL, CLAIMANTS, status=200, refused=GONE),
    Row("POST /claims/{claim}/decisions", {"outcome": "confirm"}, EVERY_OFFICIAL, {*OFFICIALS}),
    get("/enterprises/{enterprise}/members", door=READERS),
    Row(
        "POST /enterprises/{enterprise}/members", {"phone": "13900139000", "name": "新", "role": "employee"},
        dict.fromkeys(MANAGERS, OK), MANAGERS,
    ),
    Row(
        "POST /enterprises/{enterprise}/members/{member}/endings", {}, dict.fromkeys((*MANAGERS, *OFFICIALS), OK), READERS,
        refused=FIRM_MOVE,
    ),
]  # fmt: skip
PHOTOS = [
    get("/photos/{photo}", door=READERS, situation="photographed", blind=("employee",)),
    everyone("POST /photos", door=READERS, status=415, body={}),
    # the disk of the tests is no object store
    everyone("POST /photos/presign", door=READERS, status=409, body={}),
    everyone("POST /photos/{notice}/complete", door=READERS, status=409, body={}),
    everyone("PUT /photos/{notice}", door=READERS, status=415, body=b"nothing"),
    Row(
        "POST /photos/{photo}/overrulings",
        {"code": "edited", "note": "已核实"},
        EVERY_OFFICIAL,
        {*OFFICIALS},
        situation="questioned",
        refused=(403, "photo.not_your_move"),
    ),
]
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
# an upload is nobody's but his who began it
UPLOADS = [
    everyone("POST /uploads", door=READERS, status=201, body=b"", headers=TUS | {"Upload-Length": "5"}),
    everyone("HEAD /uploads/{upload}", door=READERS, status=404, headers=TUS),
    everyone("PATCH /uploads/{upload}", door=READERS, status=404, body=b"abc", headers=TUS | {"Upload-Offset": "0"}),
    everyone("DELETE /uploads/{upload}", door=READERS, status=404, headers=TUS),
]  # fmt: skip
NOTICES = [
    everyone("GET /inbox"),
    everyone("POST /inbox/reads", status=404, body=lambda w, c: {"ids": [str(ids.new())]}),
    everyone("POST /inbox/{notice}/reads", body={}, status=404),
]
OVERSEERS = {"inspector", "regulator", "auditor"}
OVERSIGHT = [
    everyone("GET /oversight/closure-rates", door=OVERSEERS),
    get("/oversight/closure-rates?region=330324009", door=OVERSEERS),
]
# kept acts are their senders', and of others' what people look at: an official's in scope, an administrator's everywhere
ADMITTED = {"admin/none": (200, "")}
SYNC = [
    everyone("POST /sync/acts", body=[]),
    everyone("GET /sync/changes", door=READERS),
    everyone("GET /sync/day-pack", door=READERS),
    everyone("GET /me/today", door=READERS),
    everyone("GET /me/not-received"),
    everyone("GET /sync/quarantine"),
    Row("GET /sync/acts/{kept}", None, EVERY_OFFICIAL, status=200, blind=FIRM_AND_AUDITOR, but=ADMITTED),
    Row(
        "POST /sync/quarantine/{kept}/handlings", {"note": "已处理"}, EVERY_OFFICIAL, blind=FIRM_AND_AUDITOR,
        but={"admin/none": (201, "")},
    ),
]  # fmt: skip
PUBLIC = {
    "GET /keys", "GET /problems", "GET /health/live", "GET /health/ready", "GET /public/draw-keys", "GET /public/sampling",
    "GET /public/closure-rates",
    "GET /photos/{photo}/content", "OPTIONS /uploads", *documents.PUBLIC, *draws.PUBLIC,
}  # fmt: skip
ROWS = [
    *HAZARDS,
    *ACTS,
    *ACCOUNTS,
    *ENTERPRISES,
    *PHOTOS,
    *UPLOADS,
    *NOTICES,
    *OVERSIGHT,
    *SYNC,
    *documents.DOCUMENTS,
    *draws.DRAWS,
    *CHECKLISTS,
    *SELF_INSPECTIONS,
    *INSPECTIONS,
    *STATISTICS_FORMS,
    *PROGRAMMES,
    *CODES,
    *CONTESTS,
    *GRADES,
    *TRIALS,
]

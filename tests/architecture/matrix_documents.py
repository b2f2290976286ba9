"""The permission matrix of documents: who drafts which kind, who reads a draft, who issues, makes void and serves."""

from tests.architecture.matrix import FIRM, OFFICIALS, OK, Row, everyone, get

FIELD = dict.fromkeys(OFFICIALS, OK)
PEOPLE = {"owner", "officer", "agency", *OFFICIALS}
MAKERS = {"owner", "officer", *OFFICIALS}
MOVE = (403, "document.not_your_move")
UNSIGNED = {"refused": True, "witness": "村主任"}
NOTE = {"risk": "台风将至", "requirement": "加固"}
FIX = {"fixed": [{"text": "箱门缺失", "measures": "已加装"}], "responsible": "李"}
ITEM = {"text": "箱门缺失", "due_on": "2099-01-01"}


def order(world, caller):
    officers = [str(caller.person.id), world.second]
    return {"kind": "rectification_order", "enterprise_id": world.enterprise, "fields": {"items": [ITEM], "officers": officers}}


DOCUMENTS = [
    everyone("GET /document-kinds", door=PEOPLE),
    everyone("GET /documents", door=PEOPLE),
    Row("POST /documents", order, {"inspector": OK}, MAKERS, refused=MOVE, name="POST an order"),
    Row(
        "POST /documents", lambda w, c: {"kind": "risk_notice", "enterprise_id": w.enterprise, "fields": NOTE}, FIELD, MAKERS,
        refused=MOVE, name="POST a risk notice",
    ),
    Row(
        "POST /documents", lambda w, c: {"kind": "rectification_report", "enterprise_id": w.enterprise, "fields": FIX},
        {"owner": OK, "officer": OK}, MAKERS, refused=MOVE, name="POST a report of rectification",
    ),
    Row(
        "POST /documents", lambda w, c: {"kind": "extension_opinion", "hazard_id": w.hazard, "fields": {"outcome": "refuse"}},
        {"inspector": OK}, MAKERS, situation="confirmed", refused=MOVE, name="POST an opinion on an extension",
    ),
    get("/documents/{document}", door=PEOPLE, situation="drafted", blind=FIRM, name="GET a draft"),
    get("/documents/{document}", door=PEOPLE, situation="printed"),
    get("/documents/{document}/events", door={*PEOPLE, "auditor"}, situation="printed"),
    get("/hazards/{hazard}/dossier", door=PEOPLE, situation="reported"),
    get("/documents/{document}/pdf", door=PEOPLE, situation="printed"),
    get("/documents/{document}/page", door=PEOPLE, situation="printed"),
    Row("POST /documents/{document}/issues", {}, FIELD, MAKERS, situation="drafted", blind=FIRM),
    Row("POST /documents/{document}/signatures", UNSIGNED, FIELD, MAKERS, situation="drafted", blind=FIRM),
    Row("POST /documents/{document}/voidings", {"reason": "有误"}, FIELD, MAKERS, situation="drafted", blind=FIRM),
    Row("POST /documents/{document}/voidings", {"reason": "有误"}, FIELD, MAKERS, situation="printed", refused=MOVE),
    Row(
        "POST /documents/{document}/services",
        lambda w, c: {"how": "direct", "at": w.now_is, "receiver": "张", "outcome": "signed"}, FIELD, {*OFFICIALS},
        situation="printed",
    ),
]  # fmt: skip
PUBLIC = {"GET /public/documents/{token}"}

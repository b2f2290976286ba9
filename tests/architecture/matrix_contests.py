"""The permission matrix of contesting a grade and of deciding about it: the owner asks, the county decides."""

from tests.architecture.matrix import OFFICIALS, OK, READERS, Row, everyone, get

MOVE = (403, "enterprise.not_your_move")
OWNER, REGULATOR = {"owner"}, {"regulator"}
ITS_OWNER, COUNTY = {"owner": OK}, {"regulator": ("own", "parent")}
FIRM = "/enterprises/{enterprise}"
APPELLANTS = {"owner", "officer", *OFFICIALS}
AUDITED = {*APPELLANTS, "auditor"}
NOT_AWAITED = (409, "improvement.not_awaited")
CHAINS = {
    "appeals": "appeal", "improvements": "improvement", "overrides": "override", "re-ratings": "re_rating",
    "statements": "statement",
}  # fmt: skip
CONTESTS = [
    Row(f"POST {FIRM}/statements", {"text": "本厂已完成整改"}, ITS_OWNER, OWNER),
    get(f"{FIRM}/statements", door=READERS),
    Row("POST /statements/{statement}/withdrawals", {}, ITS_OWNER, OWNER),
    Row("POST /statements/{statement}/hidings", {"reason": "内容不实"}, COUNTY, REGULATOR, refused=MOVE),
    # a green enterprise waits for nobody
    Row(
        f"POST {FIRM}/improvements", {}, {}, REGULATOR, refused=MOVE,
        but={"regulator/own": NOT_AWAITED, "regulator/parent": NOT_AWAITED},
    ),
    Row(
        f"POST {FIRM}/overrides", lambda w, c: {"grade": "orange", "reason": "从严", "until": f"{w.day(9)}T00:00:00Z"}, COUNTY,
        REGULATOR, refused=MOVE,
    ),
    get(f"{FIRM}/overrides", door=READERS),
    Row("POST /overrides/{override}/endings", {"reason": "结束"}, COUNTY, REGULATOR, refused=MOVE),
    Row(f"POST {FIRM}/appeals", lambda w, c: {"override_id": w.paths["override"], "reason": "依据不足"}, ITS_OWNER, OWNER),
    # who made the override does not decide; these callers did not
    Row("POST /appeals/{appeal}/decisions", {"outcome": "refused", "reasons": "属实"}, COUNTY, REGULATOR, refused=MOVE),
    everyone("GET /appeals", door=APPELLANTS),
    get("/appeals/{appeal}", door=APPELLANTS),
    Row(f"POST {FIRM}/re-ratings", {}, {}, OWNER, refused=(409, "re_rating.not_awaited")),
    everyone("GET /re-ratings", door=APPELLANTS),
    Row("POST /re-ratings/{re_rating}/refusals", {"reason": "近期已检查"}, dict.fromkeys(OFFICIALS, OK), {*OFFICIALS}),
    *[get(f"/{noun}/{{{name}}}/events", door=AUDITED) for noun, name in CHAINS.items()],
]  # fmt: skip

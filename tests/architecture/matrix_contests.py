"""The permission matrix of contesting a grade and of deciding about it: the owner asks, the county decides."""

from tests.architecture.matrix import OK, READERS, Row, get

MOVE = (403, "enterprise.not_your_move")
OWNER, REGULATOR = {"owner"}, {"regulator"}
ITS_OWNER, COUNTY = {"owner": OK}, {"regulator": ("own", "parent")}
FIRM = "/enterprises/{enterprise}"
CONTESTS = [
    Row(f"POST {FIRM}/statements", {"text": "本厂已完成整改"}, ITS_OWNER, OWNER),
    get(f"{FIRM}/statements", door=READERS),
    Row("POST /statements/{statement}/withdrawals", {}, ITS_OWNER, OWNER),
    Row("POST /statements/{statement}/hidings", {"reason": "内容不实"}, COUNTY, REGULATOR, refused=MOVE),
]  # fmt: skip

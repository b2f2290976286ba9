"""One invented document of each kind (样张), as `sample_documents` prints them: names, numbers and places are made up.

Their seals are signed with a key that anybody can make from this page: it checks how to check, and proves nothing.
"""

import base64
import hashlib
import io
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from backend.kernel import canonical, seals
from backend.kernel.receipts import SigningKey
from inspections.documents import seal
from inspections.documents.dossiers import Case, Link, Paper, Picture, Step
from inspections.documents.pages import Sheet, Signed
from inspections.documents.seal import Seal
from inspections.policy.documents import PAPERS, DocumentKind, Signer

K = DocumentKind
KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"bihuan samples").digest()), "sample-documents")
SHOWN = ("上报", "治理方案", "整改", "复查")  # what the photos of the sample dossier belong to, step by step
UNIT = {"name": "永嘉县样张泵阀有限公司", "uscc": "91330324MA2A00001Q"}
PARTY = {"address": "永嘉县瓯北街道样张路1号", "person_in_charge": "张样", "post": "总经理", "phone": "0577-00000000"}
OFFICERS = [
    {"name": "王样", "licence_no": "浙C00001", "person": "1"}, {"name": "李样", "licence_no": "浙C00002", "person": "2"},
]  # fmt: skip
ITEMS: list[dict[str, Any]] = [
    {"text": "一号车间配电箱门缺失，带电部位外露", "due_on": "2026-09-23", "basis": "低压配电设计规范"},
    {
        "text": "污水处理池有限空间作业未审批、未配备气体检测仪",
        "due_on": "2026-09-30",
        "major": True,
        "basis": "工贸企业重大事故隐患判定标准",
    },
    {"text": "二楼安全出口堆放原料，疏散通道宽度不足", "due_on": "2026-09-18"},
]
FIELDS: dict[DocumentKind, dict[str, Any]] = {
    K.SITE_INSPECTION_RECORD: {
        "places": "一号车间、二号车间、污水处理池、危险化学品仓库", "started_at": "2026-09-16T09:00:00+08:00",
        "ended_at": "2026-09-16T10:35:00+08:00", "mode": "random", "action_code": "330324202609160001",
        "findings": [item["text"] for item in ITEMS],
    },
    K.RECTIFICATION_ORDER: {"items": ITEMS},
    K.ON_SITE_MEASURES: {
        "items": ITEMS[1:2],
        "measures": [
            {"kind": "withdraw_people", "text": "立即从污水处理池撤出全部作业人员", "basis": "安全生产法第七十条"},
            {"kind": "suspend_production", "text": "污水处理池暂停作业，整改完成并经复查后恢复"},
        ],
    },
    K.REINSPECTION_OPINION: {
        "order_number": "（永）应急责改〔2026〕12号", "order_on": "2026-09-16", "passed": [ITEMS[0]["text"], ITEMS[2]["text"]],
        "failed": [{"text": ITEMS[1]["text"], "due_on": "2026-10-15", "major": True}],
    },
    K.LISTING_NOTICE: {
        "description": ITEMS[1]["text"], "basis": "工贸企业重大事故隐患判定标准", "finish_on": "2026-12-31",
        "plan_on": "2026-09-30", "signed_by": "赵样",
    },
    K.EXTENSION_OPINION: {
        "asked_on": "2026-12-01", "reason": "防爆气体检测系统订货周期较长，已停止池内作业并设专人看护。", "outcome": "grant",
        "due_on": "2027-01-31", "opinion": "延期期间不得恢复池内作业。",
    },
    K.ACCEPTANCE_OPINION: {
        "asked_on": "2027-01-28", "description": ITEMS[1]["text"], "outcome": "passed",
        "opinion": "审批制度、检测仪器、应急装备均已到位，现场复核符合要求。",
    },
    K.RISK_NOTICE: {
        "risk": "今年第十三号台风预计后天夜间影响本县，厂区高处广告牌、临时工棚和露天堆料存在坠落、倒塌风险。",
        "requirement": "加固或者拆除高处构件，撤离临时工棚人员，检查排水设施，安排专人值守。", "reply_on": "2026-09-18",
    },
    K.RECTIFICATION_REPORT: {
        "order_number": "（永）应急责改〔2026〕12号",
        "fixed": [
            {"text": ITEMS[0]["text"], "measures": "加装箱门并上锁，张贴警示标志", "finished_on": "2026-09-20"},
            {"text": ITEMS[2]["text"], "measures": "清空通道，划线标识，纳入班前检查", "finished_on": "2026-09-17"},
        ],
        "responsible": "李样", "cost_cny": 3200.5,
    },
    K.SERVICE_RECEIPT: {
        "served": [
            {"title": "现场检查记录", "number": "（永）应急检记〔2026〕12号", "copies": 1},
            {"title": "责令限期整改指令书", "number": "（永）应急责改〔2026〕12号", "copies": 1},
        ],
        "how": "direct", "place": "永嘉县瓯北街道样张路1号", "served_at": "2026-09-16T10:40:00+08:00", "receiver": "张样",
    },
}  # fmt: skip


def content(kind: DocumentKind) -> dict[str, Any]:
    """Return what the sample of this kind says."""
    officers = OFFICERS if PAPERS[kind].officers else []
    return {
        "unit": UNIT,
        "fields": {**PARTY, **FIELDS[kind]},
        "officers": officers,
        "maker": {"name": "王样", "role": "inspector"},
    }


def sheet(kind: DocumentKind) -> Sheet:
    """Return the sample of this kind as it is printed."""
    told = sealed(kind)
    return Sheet(
        kind=kind, content=content(kind), digest=told.digest, authority=told.authority, issued_on=date(2026, 9, 16),
        number=told.number, token=token(kind), signatures=hands(kind),
    )  # fmt: skip


def sealed(kind: DocumentKind) -> Seal:
    """Return what the seal of the sample of this kind says."""
    number = f"（永）应急{PAPERS[kind].word}〔2026〕12号"
    return Seal(kind.value, number, "永嘉县应急管理局", "2026-09-16", canonical.digest(content(kind)))


def token(kind: DocumentKind) -> str:
    """Return the token in the QR of the sample of this kind."""
    return seals.signed(seal.HEAD, astuple(sealed(kind)), KEY)


def checking() -> dict[str, Any]:
    """Return the public key of the samples as `/keys` gives keys, and the token in the QR of each."""
    key = {"key_id": KEY.key_id, "public_key": base64.b64encode(KEY.public_bytes).decode()}
    return {"items": [key], "tokens": {kind.value: token(kind) for kind in K}}


def hands(kind: DocumentKind) -> tuple[Signed, ...]:
    """Return who has signed the sample of this kind."""
    if kind == K.SERVICE_RECEIPT:
        return (Signed(Signer.RECEIVER, "张样", picture=_address(drawing(3))),)
    if not PAPERS[kind].officers:
        return ()
    by_two = [
        Signed(Signer.OFFICER, one["name"], person=one["person"], picture=_address(drawing(n))) for n, one in enumerate(OFFICERS)
    ]
    if kind == K.ON_SITE_MEASURES:
        return (*by_two, Signed(Signer.PERSON_IN_CHARGE, refused=True, reason="对停产有异议", witness="陈样（村民委员会）"))
    return (*by_two, Signed(Signer.PERSON_IN_CHARGE, "张样", picture=_address(drawing(3))))


def drawing(number: int) -> bytes:
    """Return an invented signature: a line as a finger draws it."""
    image = Image.new("RGB", (480, 200), "white")
    points = [(30 + n * 14, 100 + int(70 * math.sin(n * (0.9 + number / 7)) * math.cos(n / (4 + number)))) for n in range(31)]
    ImageDraw.Draw(image).line(points, fill="black", width=9, joint="curve")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _address(picture: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"


def picture(number: int, *, width: int = 320, height: int = 240) -> bytes:
    """Return a small invented photo: a ramp of grey with its number of bars."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    for bar in range(number + 1):
        image.paste((200, 40, 40), (10 + bar * width // 14, height // 3, 10 + bar * width // 14 + width // 28, height * 2 // 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _digest(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()


def case(photos: Sequence[bytes]) -> Case:
    """Return a dossier with these photos (JPEG): a major hazard from its finding to its closure."""
    at, step = datetime(2026, 9, 16, 2, 0, tzinfo=UTC), timedelta(days=3)
    story = (
        ("上报", "执法人员", "", (("期限", "2026年9月30日"),)),
        ("备案治理方案", "张样（主要负责人）", "", (("资金(元)", "52000"),)),
        ("提交整改", "李样（安全管理员）", "已按方案完成", (("措施", ITEMS[1]["text"]),)),
        ("重大隐患复查签名", "王样（执法人员）", "现场复核符合要求", ()), ("重大隐患复查会签", "李样（执法人员）", "", ()),
    )  # fmt: skip
    shown = Counter(n * len(SHOWN) // max(1, len(photos)) for n in range(len(photos)))
    steps = tuple(Step(title, at + n * step, who, note, said, shown[n]) for n, (title, who, note, said) in enumerate(story))
    pictures = tuple(
        Picture(_address(photo), SHOWN[of], _digest(f"{n}"), at + of * step)
        for n, (photo, of) in enumerate(zip(photos, shown.elements(), strict=True))
    )
    papers = tuple(
        Paper(paper.title, f"（永）应急{paper.word}〔2026〕12号", "已印发", at, _digest(paper.title), _digest(paper.word))
        for paper in PAPERS.values()
    )
    rows = (("企　业", UNIT["name"]), ("级　别", "重大隐患"), ("状　态", "已销号"), ("描　述", ITEMS[1]["text"]))
    chain = tuple(Link(n + 1, one.title, one.at, _digest(one.title)) for n, one in enumerate(steps))
    return Case(
        title="00000000-0000-7000-8000-000000000001", rows=rows, address="https://example.invalid/hazards/sample", steps=steps,
        pictures=pictures, papers=papers, chain=chain, made_at=at + 6 * step, made_for="赵样",
    )  # fmt: skip

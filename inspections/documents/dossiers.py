"""The page of a dossier (案卷): a cover, what was done, the photos, the documents, and the hashes that prove the order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template import Context

from inspections.documents import pages, seal

# fields of acts, in the order in which they are shown; what is not named here is not printed
FIELDS = {
    "requirement": "整改要求",
    "due_on": "期限",
    "criterion": "判定标准",
    "reason": "理由",
    "goal": "治理目标",
    "measures": "措施",
    "funds_cny": "资金(元)",
    "cost_cny": "投入(元)",
    "responsible": "责任人",
    "contingency": "应急预案",
    "finished_at": "完成时间",
    "authority": "挂牌机关",
    "document_no": "文号",
    "acceptance": "验收报告",
    "on_site": "现场复查",
    "to_region": "移交至",
    "region": "归属",
}
VALUES = {"county": "县级", "city": "市级", "province": "省级", "True": "是", "False": "否"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story: what was done, when (aware), by whom, in which words."""

    title: str
    at: datetime
    who: str
    note: str
    said: tuple[tuple[str, str], ...]
    photos: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo: its data: address, for what it was named, and the digest of its original."""

    image: str
    label: str
    sha256: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """One issued document, as a line of the dossier."""

    title: str
    number: str
    status: str
    issued_at: datetime | None
    digest: str
    pdf: str


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the chain."""

    seq: int
    title: str
    at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything of one hazard that a reader may know; `left_out` counts photos beyond what a dossier shows."""

    title: str
    rows: tuple[tuple[str, str], ...]
    address: str
    steps: tuple[Step, ...]
    pictures: tuple[Picture, ...]
    papers: tuple[Paper, ...]
    chain: tuple[Link, ...]
    made_at: datetime
    made_for: str
    left_out: int = 0


def said(fields: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what an act says as labels and words."""
    return tuple((label, _words(fields[name])) for name, label in FIELDS.items() if fields.get(name) not in (None, ""))


def _words(value: object) -> str:
    text = str(value)
    if len(text) >= 19 and text[4:5] == "-" and "T" in text:
        return pages.moment(text)
    if len(text) == 10 and text[4] == text[7] == "-":
        return pages.day(text)
    return VALUES.get(text, text)


def page(case: Case, *, with_style: bool = False) -> str:
    """Return the page of a dossier."""
    style = pages.STYLE.read_text("utf-8") if with_style else ""
    return (
        pages.engine()
        .get_template("dossier.html")
        .render(Context({"case": case, "qr": seal.picture(case.address), "style": style}))
    )

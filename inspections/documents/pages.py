"""From what a document says to a page (HTML): one template per kind, one style sheet, everything escaped."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from backend.kernel.calendar import SHANGHAI
from inspections.documents import seal
from inspections.policy.documents import HOW_LABELS, PAPERS, SIGNER_LABELS, DocumentKind, Periods, Signer

TEMPLATES = Path(__file__).with_name("templates")
STYLE = Path(__file__).with_name("print.css")
MODES = {
    "planned": "计划检查", "random": "双随机抽查", "special_campaign": "专项检查", "complaint": "投诉举报核查",
    "unannounced": "四不两直检查", "look_back": "回头看",
}  # fmt: skip
MEASURES = {
    "remove_at_once": "立即排除", "withdraw_people": "撤出作业人员", "stop_use": "停止使用", "suspend_production": "暂时停产停业",
    "other": "其他措施",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature on the page: whose, and the picture as a data: address; or that it was refused, and before whom.

    `person` is an officer's as the document names him, "" for all others; `absent` that there was nobody to sign.
    """

    signer: Signer
    name: str = ""
    person: str = ""
    picture: str = ""
    refused: bool = False
    absent: bool = False
    reason: str = ""
    witness: str = ""

    @property
    def label(self) -> str:
        """Return as what he signs, in words."""
        return SIGNER_LABELS[self.signer]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a page shows beside the content: number and token once issued, "" on a draft; how long it may be contested."""

    kind: DocumentKind
    content: dict[str, Any]
    digest: str
    authority: str
    number: str = ""
    issued_on: date | None = None
    token: str = ""
    stamp: str = ""
    supersedes: str = ""
    signatures: tuple[Signed, ...] = ()
    review_days: int = 60
    lawsuit_months: int = 6
    periods: Periods | None = field(default=None)


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Return the engine of the templates of this folder alone, with escaping on."""
    return Engine(dirs=[str(TEMPLATES)], libraries={}, builtins=["inspections.documents.letters"], autoescape=True)


def page(sheet: Sheet, *, with_style: bool = False) -> str:
    """Return the page of a document; `with_style` for a browser, which has no press with its style sheet."""
    paper = PAPERS[sheet.kind]
    content = sheet.content
    hands = {signed.person: signed for signed in sheet.signatures if signed.person}
    context = {
        "sheet": sheet, "paper": paper, "unit": content["unit"], "said": content["fields"],
        "officers": [{**officer, "hand": hands.get(officer["person"])} for officer in content["officers"]],
        "others": [signed for signed in sheet.signatures if not signed.person],
        "answered": any(signed.signer == Signer.PERSON_IN_CHARGE for signed in sheet.signatures),
        "maker": content["maker"], "draft": not sheet.number,
        "qr": seal.picture(seal.address(sheet.token)) if sheet.token else "",
        "style": STYLE.read_text("utf-8") if with_style else "", "how_labels": HOW_LABELS, "modes": MODES, "measures": MEASURES,
    }  # fmt: skip
    return engine().get_template(f"{sheet.kind.value}.html").render(Context(context))


def day(value: object) -> str:
    """Return a day as documents write it, Arabic and without leading zeros: 2026年9月16日."""
    if isinstance(value, str) and len(value) == 10:
        value = date.fromisoformat(value)
    return f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else ""


def moment(value: object) -> str:
    """Return an instant (aware, or RFC 3339 text) as documents write it, to the minute, Asia/Shanghai."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return ""
    local = value.astimezone(SHANGHAI)
    return f"{day(local.date())}{local.hour}时{local.minute:02d}分"

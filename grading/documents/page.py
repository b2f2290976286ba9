"""The page behind a code (扫码页): HTML of a few kilobytes, in Chinese or English, without a script and without anything from
elsewhere; everything that anybody ever typed is escaped. Pure."""

import base64
import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from backend.kernel import clock
from backend.kernel.calendar import SHANGHAI
from grading.documents.as_svg import symbol
from grading.policy.code_words import LOOKS, PAGE_WORDS
from grading.policy.tokens import Kind, Span

HERE = Path(__file__).parent
STYLE = HERE.joinpath("code.css").read_text("utf-8").strip()
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TURNING = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


@dataclass(frozen=True, slots=True)
class File:
    """What officials see beside: the grade, its reasons, and where they go on. `rows` are (words, points)."""

    grade: str
    score: float | None
    open_hazards: int
    rows: Sequence[tuple[str, float]]
    vetoes: Sequence[str]
    address: str
    check_in: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What anybody sees: whose code, which colour, from when until when, what the enterprise says, and the signed proof."""

    kind: Kind
    name: str
    address: str
    code_colour: str
    shown: Span
    statement: str | None
    proof: str
    file: File | None = None


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Return the engine of the templates of this folder alone, with escaping on."""
    return Engine(dirs=[str(HERE / "templates")], libraries={}, autoescape=True)


def page(shown: Page, *, language: str) -> str:
    """Return the page in `language` (`zh` or `en`)."""
    look, english = LOOKS[shown.code_colour], language == "en"
    return _rendered(
        "code.html", language, name=plain(shown.name), address=plain(shown.address), look=look, live=shown.kind == Kind.LIVE,
        symbol=symbol(look.shape, fill=look.ink, ink=look.fill), word=look.word_en if english else look.word,
        meaning=look.meaning_en if english else look.meaning, as_of=_moment(shown.shown.issued_at, english=english),
        until=_moment(shown.shown.expires_at, english=english), statement=plain(shown.statement or ""), proof=shown.proof,
        file=_file(shown.file) if shown.file else None,
    )  # fmt: skip


def refused(title: str, *, language: str) -> str:
    """Return the page that says why there is nothing to see, and nothing else."""
    return _rendered("refused.html", language, title=title, symbol=symbol("octagon", fill="#5f6368", ink="#ffffff"))


def plain(text: str) -> str:
    """Return what somebody typed without the marks that turn the order of what stands around it."""
    return "".join(char for char in text if unicodedata.bidirectional(char) not in TURNING)


def _rendered(template: str, language: str, **values: Any) -> str:
    lang = "en" if language == "en" else "zh-CN"
    return engine().get_template(template).render(Context({"lang": lang, "style": STYLE, "t": PAGE_WORDS[language], **values}))


def _file(file: File) -> dict[str, Any]:
    return {
        "grade": file.grade, "score": None if file.score is None else f"{file.score:g}", "open_hazards": file.open_hazards,
        "rows": [{"words": words, "points": f"{points:+g}" if points else "0"} for words, points in file.rows],
        "vetoes": file.vetoes,
        "address": file.address, "check_in": file.check_in,
    }  # fmt: skip


def _moment(at: datetime, *, english: bool) -> dict[str, str]:
    local = at.astimezone(SHANGHAI)
    words = f"{local:%Y-%m-%d %H:%M}" if english else f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    return {"iso": clock.text(at), "words": words}

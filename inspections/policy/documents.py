"""Official documents (文书): their kinds, who makes them, how a number is written, and which periods count from service. Pure."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from accounts.policy.roles import Role

PLACES = ("{region}", "{word}", "{year}", "{serial}")


class DocumentKind(StrEnum):
    """Which document it is."""

    SITE_INSPECTION_RECORD = "site_inspection_record"
    RECTIFICATION_ORDER = "rectification_order"
    ON_SITE_MEASURES = "on_site_measures"
    REINSPECTION_OPINION = "reinspection_opinion"
    LISTING_NOTICE = "listing_notice"
    EXTENSION_OPINION = "extension_opinion"
    ACCEPTANCE_OPINION = "acceptance_opinion"
    RISK_NOTICE = "risk_notice"
    RECTIFICATION_REPORT = "rectification_report"
    SERVICE_RECEIPT = "service_receipt"


class DocumentStatus(StrEnum):
    """A draft (草稿) changes nothing; issued (已印发) it never changes, and is made void (作废) or superseded (被替代)."""

    DRAFT = "draft"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a kind of document is called, the word in its number, who may make it.

    `officers`: how many licensed officers sign it, the maker among them. `appeal`: it says that and until when it may be
    contested.
    """

    title: str
    word: str
    roles: frozenset[Role]
    officers: int = 0
    appeal: bool = False


FIELD = frozenset({Role.GRID_WORKER, Role.INSPECTOR, Role.REGULATOR})
INSPECTORS, FIRM = frozenset({Role.INSPECTOR}), frozenset({Role.OWNER, Role.OFFICER})
K = DocumentKind
# the words of the four enforcement documents are those of real numbers (domain.md §5.2), the others are ours [proposal]
PAPERS: dict[DocumentKind, Paper] = {
    K.SITE_INSPECTION_RECORD: Paper("现场检查记录", "检记", INSPECTORS, officers=2),
    K.RECTIFICATION_ORDER: Paper("责令限期整改指令书", "责改", INSPECTORS, officers=2, appeal=True),
    K.ON_SITE_MEASURES: Paper("现场处理措施决定书", "现决", INSPECTORS, officers=2, appeal=True),
    K.REINSPECTION_OPINION: Paper("整改复查意见书", "复查", INSPECTORS, officers=2),
    K.LISTING_NOTICE: Paper("重大事故隐患挂牌督办通知书", "督办", frozenset({Role.REGULATOR})),
    K.EXTENSION_OPINION: Paper("延期审批意见书", "延审", frozenset({Role.INSPECTOR, Role.REGULATOR})),
    K.ACCEPTANCE_OPINION: Paper("验收意见书", "验收", frozenset({Role.INSPECTOR, Role.REGULATOR})),
    K.RISK_NOTICE: Paper("风险提示单", "风提", FIELD),
    K.RECTIFICATION_REPORT: Paper("整改报告单", "整报", FIRM),
    K.SERVICE_RECEIPT: Paper("送达回证", "送达", FIELD),
}
BY_OFFICERS = [kind for kind, paper in PAPERS.items() if paper.officers]
BY_OFFICIALS = frozenset(kind for kind, paper in PAPERS.items() if not paper.roles & FIRM)


class How(StrEnum):
    """How a document was served (送达方式)."""

    DIRECT = "direct"
    LEFT = "left"
    MAIL = "mail"
    ELECTRONIC = "electronic"
    ENTRUSTED = "entrusted"
    ANNOUNCED = "announced"


class Outcome(StrEnum):
    """What became of it: an electronic copy was opened, it was signed for, signing was refused."""

    OPENED = "opened"
    SIGNED = "signed"
    REFUSED = "refused"


class Signer(StrEnum):
    """As what somebody signs a document."""

    PERSON_IN_CHARGE = "person_in_charge"
    OFFICER = "officer"
    WITNESS = "witness"
    RECEIVER = "receiver"


SIGNER_LABELS = {
    Signer.PERSON_IN_CHARGE: "被检查单位负责人", Signer.OFFICER: "执法人员", Signer.WITNESS: "见证人",
    Signer.RECEIVER: "受送达人",
}  # fmt: skip
HOW_LABELS = {
    How.DIRECT: "直接送达", How.LEFT: "留置送达", How.MAIL: "邮寄送达", How.ELECTRONIC: "电子送达", How.ENTRUSTED: "委托送达",
    How.ANNOUNCED: "公告送达",
}  # fmt: skip
OUTCOME_LABELS = {Outcome.OPENED: "已打开", Outcome.SIGNED: "已签收", Outcome.REFUSED: "拒收"}
STATUS_LABELS = {
    DocumentStatus.DRAFT: "草稿", DocumentStatus.ISSUED: "已印发", DocumentStatus.SUPERSEDED: "已被替代",
    DocumentStatus.VOID: "已作废",
}  # fmt: skip


Word = Annotated[str, StringConstraints(min_length=1, max_length=10, pattern=r"^[^{}\s]+$")]
Called = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^{}\n]+$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})$")]


class Numbers(BaseModel):
    """How documents are numbered, named and counted from; regions by their code."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(
        "（{region}）应急{word}〔{year}〕{serial}号", max_length=60, description="the number's form; region words [unsure]"
    )
    regions: dict[RegionCode, Word] = Field({}, description="bracket word by region code, before the catalogue's [unsure]")
    words: dict[DocumentKind, Word] = Field({}, description="the word of a kind, where it is not the usual one")
    authorities: dict[RegionCode, Called] = Field({}, description="name of the issuing authority by region code")
    officers_sign_before_issue: list[DocumentKind] = Field(
        BY_OFFICERS, description="kinds issued only with the drawn signature of every officer they name"
    )
    signed_before_issue: list[DocumentKind] = Field(
        [K.SITE_INSPECTION_RECORD], description="kinds issued only with the enterprise's signature, refusal or absence"
    )
    review_days: int = Field(60, ge=1, le=365, description="days to ask for administrative review (行政复议), from service")
    lawsuit_months: int = Field(6, ge=1, le=36, description="months to go to court (行政诉讼), from service")
    counts: list[Outcome] = Field([Outcome.SIGNED, Outcome.REFUSED], description="outcomes of service that periods count from")
    public_name: str = Field("masked", pattern="^(full|masked|none)$", description="the enterprise's name on /public/documents")

    @field_validator("officers_sign_before_issue")
    @classmethod
    def _names_officers(cls, kinds: list[DocumentKind]) -> list[DocumentKind]:
        if strange := [kind.value for kind in kinds if kind not in BY_OFFICERS]:
            raise ValueError(f"no officers stand on {', '.join(strange)}")
        return kinds

    @field_validator("number")
    @classmethod
    def _has_all_parts(cls, form: str) -> str:
        if any(form.count(part) != 1 for part in PLACES):
            raise ValueError(f"must hold each of {', '.join(PLACES)} once")
        return form


def number(form: str, *, region: str, word: str, year: int, serial: int) -> str:
    """Return a document's number: full year in hexagonal brackets, no leading zeros, as `（永）应急责改〔2026〕12号`.

    Source: domain.md §5.2 and §5.7 (GB/T 9704-2012).
    """
    parts = dict(zip(PLACES, (region, word, str(year), str(serial)), strict=True))
    for part, text in parts.items():
        form = form.replace(part, text)
    return form


def bracket(name: str) -> str:
    """Return the word for a region that has none in policy or catalogue: its name without the kind of region it is."""
    return (name[:-1] if len(name) > 2 and name[-1] in "省市县区" else name)[:10]


@dataclass(frozen=True, slots=True)
class Periods:
    """Until when a served document may be contested: the last day of each period, Asia/Shanghai."""

    counted_from: date
    review_until: date
    lawsuit_until: date


def periods(served_on: date, *, review_days: int, lawsuit_months: int) -> Periods:
    """Return the legal periods (法定期限) from the day of service; the day itself does not count.

    Source: the appeal sentence of the order's template, domain.md §5.3 (review within 60 days, lawsuit within 6 months).
    """
    return Periods(served_on, served_on + timedelta(days=review_days), _months_on(served_on, lawsuit_months))


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def masked(name: str) -> str:
    """Return a name that one who holds the paper recognises and nobody else learns: its first two and last two characters."""
    return f"{name[:2]}{'*' * max(1, len(name) - 4)}{name[-2:]}" if len(name) > 4 else f"{name[:1]}**"


def as_published(name: str, how: str) -> str | None:
    """Return an enterprise's name as the policy lets it be shown to anybody who holds a document's QR."""
    return {"full": name, "masked": masked(name)}.get(how)


def reaches(kind: DocumentKind, role: Role, *, major: bool | None) -> bool:
    """Return whether `role` makes this kind: of a major hazard's extension a regulator decides, of a general one an inspector.

    `major` is None for a document that belongs to no hazard.
    """
    if kind == K.EXTENSION_OPINION and major is not None:
        return role == (Role.REGULATOR if major else Role.INSPECTOR)
    return role in PAPERS[kind].roles

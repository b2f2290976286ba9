"""Who is told what (通知) of what is contested and decided about a grade: ledger entry -> who -> words.

Whoever has the next move, or stands to lose by not knowing, gets an SMS too. Words never name a person; of free text only the
reason that an official gives the enterprise is told, cut short.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts import queries as accounts
from accounts.policy.roles import Role
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from enterprises.policy.words import GRADE_LABELS, Grade
from grading.models import Override
from grading.queries import appeals, re_ratings, statements
from hazards.policy import phrases
from notifications.policy.message import Message, Words

WHY = 40  # characters of a reason in a message


@dataclass(frozen=True, slots=True)
class Told:
    """What is told about: the enterprise, the words that fill the gaps in both languages, when people are looked up."""

    firm: Enterprise
    at: datetime
    zh: dict[str, str]
    en: dict[str, str]


Who = Callable[[Told], list[UUID]]


def members(told: Told) -> list[UUID]:
    """主要负责人、安全管理员."""
    return accounts.at_enterprise(roles=(Role.OWNER, Role.OFFICER), enterprise_id=told.firm.id, at=told.at)


def owners(told: Told) -> list[UUID]:
    """主要负责人."""
    return accounts.at_enterprise(roles=(Role.OWNER,), enterprise_id=told.firm.id, at=told.at)


def grid_workers(told: Told) -> list[UUID]:
    """网格员; where the grid has none, the township's inspectors."""
    return _officials(told, Role.GRID_WORKER, "grid") or _officials(told, Role.INSPECTOR, "town")


def county(told: Told) -> list[UUID]:
    """县级监管干部."""
    return _officials(told, Role.REGULATOR, "county")


def city(told: Told) -> list[UUID]:
    """市级监管干部."""
    return _officials(told, Role.REGULATOR, "city")


def _officials(told: Told, role: Role, level: str) -> list[UUID]:
    found = accounts.on_duty(role=role, place=told.firm.place, at=told.at, level=level)
    return accounts.without_interest(found, enterprise_id=told.firm.id, at=told.at)


@dataclass(frozen=True, slots=True)
class Row:
    """To whom, what: title and words after the enterprise's name in both languages, and whether an SMS goes too."""

    who: tuple[Who, ...]
    zh: str
    en: str
    sms: bool = True


LATE = Row((county, city), "申诉超期未决|的申诉已超期,请尽快决定", "An appeal is late|the appeal is late, please decide it")
NOTICES: dict[str, tuple[Row, ...]] = {
    "override.made": (
        Row((members,), "等级人工调整|等级人工调整为{grade},至{until};理由:{why}",
            "Grade set by hand|set to {grade} until {until}; reason: {why}"),
        Row((grid_workers,), "等级人工调整|等级人工调整为{grade},至{until}", "Grade set by hand|{grade} till {until}", sms=False),
    ),
    "override.ended": (
        Row((members, grid_workers), "人工调整终止|等级的人工调整已终止", "Override ended|not set by hand any more", sms=False),
    ),
    "improvement.made": (
        Row((members,), "县级降档决定|县级已同意降档,条件满足即生效", "County decision|may improve one step", sms=False),
        Row((grid_workers,), "县级降档决定|县级已同意降档", "County decision|may improve one step", sms=False),
    ),
    "appeal.made": (
        Row((county,), "等级申诉|提出等级申诉,请于{until}前决定", "An appeal|appeals its grade, decide by {until}"),
        Row((grid_workers,), "等级申诉|提出等级申诉", "An appeal|appeals its grade", sms=False),
    ),
    "appeal.reminded:due_soon": (
        Row((county,), "申诉即将到期|的申诉须于{until}前决定", "An appeal is due|decide the appeal by {until}"),
    ),
    "appeal.reminded:late": (
        Row((county,), "申诉超期未决|的申诉已超期,请尽快决定", "An appeal is late|the appeal is late, please decide it"),
    ),
    "appeal.reminded:long_late": (LATE,),
    "appeal.granted": (
        Row((members,), "申诉成立|申诉成立,等级已更正;理由见申诉详情", "Appeal granted|granted, the grade is put right"),
        Row((grid_workers,), "申诉成立|申诉成立,等级已更正", "Appeal granted|granted, the grade is put right", sms=False),
    ),
    "appeal.refused": (
        Row((members,), "申诉不成立|申诉不成立,理由见申诉详情", "Appeal refused|refused, the reasons are shown with the appeal"),
    ),
    "statement.hidden": (
        Row((owners,), "企业声明被屏蔽|的声明已被屏蔽;理由:{why}", "Statement hidden|the statement was hidden; reason: {why}"),
    ),
    "re_rating.made": (
        Row((grid_workers,), "复评申请|申请上门核查,请安排", "A visit is asked for|asks for a visit, please go and look"),
    ),
    "re_rating.reminded": (
        Row((grid_workers, county), "复评申请未办|申请上门核查已久,请安排", "A visit is waited for|still waits for a visit"),
    ),
    "re_rating.refused": (
        Row((owners,), "复评申请未受理|复评申请未受理;理由:{why}", "No visit|nobody will come; reason: {why}"),
    ),
}  # fmt: skip


def of(entry: LedgerEntry, *, at: datetime) -> list[Message]:
    """Return the messages that follow from a ledger entry, to those on duty at `at`; one per person, the first row's."""
    rule = ledger.read(entry)["facts"].get("rule")
    rows = NOTICES.get(f"{entry.kind}:{rule}" if rule else entry.kind)
    if not rows:
        return []
    told = _told(entry, at)
    messages: dict[UUID, Message] = {}
    for row in rows:
        for person in _people(row.who, told):
            if person != entry.actor_id:
                messages.setdefault(person, _message(person, row, told, entry))
    return list(messages.values())


def _people(who: Iterable[Who], told: Told) -> list[UUID]:
    return list(dict.fromkeys(person for resolve in who for person in resolve(told)))


def _told(entry: LedgerEntry, at: datetime) -> Told:
    match entry.subject_kind:
        case "override":
            row = Override.objects.select_related("enterprise").get(id=entry.subject_id)
            until = phrases.moment(row.until)
            zh = {"grade": GRADE_LABELS[Grade(row.grade)], "until": until[0], "why": phrases.clipped(row.reason, WHY)}
            return Told(row.enterprise, at, zh, zh | {"grade": row.grade, "until": until[1]})
        case "appeal":
            appeal = appeals.get_plain(entry.subject_id)
            until = phrases.moment(appeal.decide_by)
            return Told(appeal.enterprise, at, {"until": until[0]}, {"until": until[1]})
        case "statement":
            statement = statements.get_plain(entry.subject_id)
            return _with_reason(statement.enterprise, statement.hide_reason, at)
        case "re_rating":
            asked = re_ratings.get_plain(entry.subject_id)
            return _with_reason(asked.enterprise, asked.refuse_reason, at)
        case _:
            return Told(enterprises.get_plain(entry.enterprise_id or entry.subject_id), at, {}, {})


def _with_reason(firm: Enterprise, reason: str, at: datetime) -> Told:
    why = {"why": phrases.clipped(reason, WHY)}
    return Told(firm, at, why, why)


def _message(person: UUID, row: Row, told: Told, entry: LedgerEntry) -> Message:
    name = phrases.clipped(told.firm.name, phrases.FIRM)
    (title_zh, zh), (title_en, en) = row.zh.split("|"), row.en.split("|")
    return Message(
        to=person, kind=entry.kind, title=Words(title_zh, title_en),
        body=Words(f"{name}{zh.format(**told.zh)}", f"{name}: {en.format(**told.en)}"), subject_kind=entry.subject_kind,
        subject_id=entry.subject_id, dedupe_key=str(entry.id), sms=row.sms,
    )  # fmt: skip

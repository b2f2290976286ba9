"""Who is told what of visits (通知): one table, ledger entry -> who -> words. Nobody is told of what he did himself.

Of an unannounced visit only those who make it are told before it begins. Words name enterprise and time, never a person and
never free text.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts import queries as accounts
from accounts.policy.roles import Role
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from hazards.policy import phrases
from inspections.models import Inspection, RemoteCheck
from inspections.policy import crews, visits
from inspections.queries import inspections, remote_checks
from notifications.policy.message import Message, Words


@dataclass(frozen=True, slots=True)
class Told:
    """What is told about, what the entry says, and when people are looked up."""

    about: Inspection | RemoteCheck
    facts: dict[str, Any]
    at: datetime


Who = Callable[[Told], list[UUID]]


def _members(told: Told, *roles: Role) -> list[UUID]:
    return accounts.at_enterprise(roles=roles, enterprise_id=told.about.enterprise_id, at=told.at)


def firm(told: Told) -> list[UUID]:
    """Officers and owners."""
    return _members(told, Role.OFFICER, Role.OWNER)


def answerers(told: Told) -> list[UUID]:
    """Whoever may answer for the enterprise, but its many employees."""
    return _members(told, Role.OFFICER, Role.OWNER, Role.AGENCY)


def owners(told: Told) -> list[UUID]:
    """主要负责人."""
    return _members(told, Role.OWNER)


def crew(told: Told) -> list[UUID]:
    """Those who make the inspection."""
    return [row.account_id for row in told.about.crew.all()] if isinstance(told.about, Inspection) else []


def joined(told: Told) -> list[UUID]:
    """Those who are newly named for it."""
    return [UUID(account) for account in told.facts.get("joined", ())]


def left(told: Told) -> list[UUID]:
    """Those who do not go any more."""
    return [UUID(account) for account in told.facts.get("left", ())]


def regulators(told: Told) -> list[UUID]:
    """监管干部 of the county, without those who hold a duty at the enterprise."""
    found = accounts.on_duty(role=Role.REGULATOR, place=told.about.place, at=told.at, level="county")
    return accounts.without_interest(found, enterprise_id=told.about.enterprise_id, at=told.at)


def asker(told: Told) -> list[UUID]:
    """The official who asked; once the enterprise has moved out of his reach, those who could ask there now."""
    about = told.about
    if not isinstance(about, RemoteCheck):
        return []
    return [about.asked_by] if remote_checks.asker_reaches(about, at=told.at) else _there(told, (Role(about.asked_role),))


def successors(told: Told) -> list[UUID]:
    """Those who could make the visit where the enterprise stands now; if there are none, its 监管干部."""
    roles = crews.ROLES[visits.Type(told.about.type)] if isinstance(told.about, Inspection) else ()
    return _there(told, [role for role in roles if role != Role.AGENCY])


def _there(told: Told, roles: Sequence[Role]) -> list[UUID]:
    """Return the officials of the grid or town in one of `roles`, else of the county, without those with a duty there."""
    for level in ("grid", "town", "county"):
        found = [p for role in roles for p in accounts.on_duty(role=role, place=told.about.place, at=told.at, level=level)]
        if free := accounts.without_interest(found, enterprise_id=told.about.enterprise_id, at=told.at):
            return free
    return regulators(told)


@dataclass(frozen=True, slots=True)
class Row:
    """To whom, and `title|words` in both languages; the words follow the enterprise's name."""

    who: tuple[Who, ...]
    zh: str
    en: str
    sms: bool = True


NOTICES: dict[str, tuple[Row, ...]] = {
    "inspection.planned": (Row((crew,), "检查任务|已列入{day}的检查", "Inspection planned|on {day}", sms=False),),
    "inspection.planned:drawn": (),  # the draw has told them
    "inspection.checked_in": (Row((firm,), "检查开始|检查人员已到场签到", "Inspection begun|inspectors are there", sms=False),),
    "inspection.checked_out": (
        Row((firm,), "检查结束|检查已结束,结果见检查记录", "Inspection ended|see its record", sms=False),
    ),
    "inspection.changed": (
        Row((joined,), "检查任务|已列入{day}的检查", "Inspection planned|on {day}"),
        Row((left,), "检查任务变更|您不再参加{day}的检查", "Inspection changed|you do not go on {day}"),
        Row((crew,), "检查任务变更|检查安排已变更,日期{day}", "Inspection changed|it is on {day}", sms=False),
    ),
    "inspection.moved": (
        Row((crew,), "企业迁移|企业已迁移,检查任务随之转移", "Enterprise moved|the visit goes along", sms=False),
    ),
    "inspection.moved:reassign": (
        Row((successors,), "检查待改派|企业迁入,原检查人员不再管辖,请接手{day}的检查", "Visit to take over|planned for {day}"),
        Row((crew,), "企业迁移|企业已迁出,检查由当地接手或改派", "Enterprise moved|others may have to go", sms=False),
    ),
    "inspection.cancelled": (Row((crew,), "检查取消|检查已取消", "Inspection cancelled|it was cancelled", sms=False),),
    "inspection.cancelled:drawn": (
        Row((crew, regulators), "随机检查取消|双随机抽中的检查已取消", "Random inspection cancelled|it was cancelled", sms=False),
    ),
    "remote_check.asked": (Row((answerers,), "云巡查|请于{until}前按要求拍照应答", "Remote check|send a picture by {until}"),),
    "remote_check.answered": (Row((asker,), "云巡查已应答|已应答,请核定", "Remote check answered|please judge it", sms=False),),
    "remote_check.refused": (Row((asker,), "云巡查被拒绝|企业拒绝应答", "Remote check refused|it was refused"),),
    "remote_check.expired": (
        Row((owners,), "云巡查超时|未在{until}前应答,已记录", "Remote check missed|no answer by {until}, recorded"),
        Row((asker,), "云巡查超时|未在{until}前应答", "Remote check missed|no answer by {until}", sms=False),
    ),
    "remote_check.judged": (Row((firm,), "云巡查认可|应答已被认可", "Remote check accepted|accepted", sms=False),),
    "remote_check.judged:doubtful": (Row((firm,), "云巡查存疑|应答存疑,请准备核实", "Remote check in doubt|in doubt"),),
}  # fmt: skip


def key_of(kind: str, told: Told) -> str:
    """Return which row of NOTICES an entry is told by."""
    drawn = isinstance(told.about, Inspection) and told.about.draw_id is not None
    if told.facts.get("out_of_reach"):
        return f"{kind}:reassign"
    which = "doubtful" if told.facts.get("outcome") == "doubtful" else "drawn" if drawn else ""
    return f"{kind}:{which}" if f"{kind}:{which}" in NOTICES else kind


def of(entry: LedgerEntry, *, at: datetime) -> list[Message]:
    """Return the messages that follow from a ledger entry, to those on duty at `at`; one per person, the first row's."""
    body = ledger.read(entry)
    facts = body["facts"]
    if entry.kind == "inspection.checked_in" and body["before"] == body["after"]:
        return []  # the others of the crew, on the visit that was told of
    if entry.subject_kind == "remote_check":
        told = Told(remote_checks.get_plain(entry.subject_id), facts, at)
    else:
        told = Told(inspections.get_plain(entry.subject_id), facts, at)
    messages: dict[UUID, Message] = {}
    for row in NOTICES.get(key_of(entry.kind, told), ()):
        for person in dict.fromkeys(person for resolve in row.who for person in resolve(told)):
            if person != entry.actor_id:
                messages.setdefault(person, _message(person, row, told, entry))
    return list(messages.values())


def _message(person: UUID, row: Row, told: Told, entry: LedgerEntry) -> Message:
    about = told.about
    until_zh, until_en = phrases.moment(about.expires_at) if isinstance(about, RemoteCheck) else ("", "")
    day = about.planned_on.isoformat() if isinstance(about, Inspection) else ""
    name = phrases.clipped(about.enterprise.name, phrases.FIRM)
    (title_zh, zh), (title_en, en) = row.zh.split("|"), row.en.split("|")
    return Message(
        to=person, kind=entry.kind, title=Words(title_zh, title_en),
        body=Words(f"{name}:{zh.format(until=until_zh, day=day)}", f"{name}: {en.format(until=until_en, day=day)}"),
        subject_kind=entry.subject_kind, subject_id=about.id, dedupe_key=str(entry.id), sms=row.sms,
    )  # fmt: skip

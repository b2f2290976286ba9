"""Who is told what (通知) where hazards are looked for: ledger entry -> who -> words. Words never name a person."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import orjson

from accounts import queries as accounts
from accounts.policy.roles import Role
from backend.kernel import ledger
from backend.kernel.calendar import local_day
from backend.kernel.models import LedgerEntry
from hazards import notices as hazards
from hazards.models import Hazard
from hazards.notices import Told
from hazards.policy import phrases
from hazards.queries import categories
from inspections.models import LookBackTask, RandomDraw, SelfInspection
from inspections.policy.documents import BY_OFFICIALS, PAPERS, DocumentKind
from inspections.queries import documents as queries
from inspections.queries import self_inspections
from notifications.policy.message import Message, Words

# what becomes of a document: title and words in both languages, {paper} and {number} filled in
DOCUMENTS: dict[str, tuple[Words, Words]] = {
    "document.issued": (
        Words("收到执法监管文书", "A document was issued"),
        Words("已向您单位印发{paper}{number},请查收", "{number} was issued to your enterprise, please read it"),
    ),
    "document.voided": (
        Words("文书已作废", "A document is void"),
        Words("{paper}{number}已作废", "{number} is void"),
    ),
}


def of_document(entry: LedgerEntry, *, at: datetime) -> list[Message]:
    """Return the messages to owner and officer about a document of theirs; none about a draft, or their own report."""
    document = queries.get_plain(entry.subject_id)
    if document.kind not in BY_OFFICIALS or not document.number:
        return []
    title, body = DOCUMENTS[entry.kind]
    said = {"paper": PAPERS[DocumentKind(document.kind)].title, "number": document.number}
    words = Words(body.zh.format(**said), body.en.format(**said))
    people = accounts.at_enterprise(roles=(Role.OWNER, Role.OFFICER), enterprise_id=document.enterprise_id, at=at)
    return [
        Message(
            to=person, kind=entry.kind, title=title, body=words, subject_kind="document", subject_id=document.id,
            dedupe_key=str(entry.id),
        )
        for person in people
    ]  # fmt: skip


def of_draw(entry: LedgerEntry, draw: RandomDraw) -> list[Message]:
    """Return the messages that a reveal brings: to every inspector who was drawn, and to whoever had committed to it.

    He alone is told of an enterprise that was drawn and could not be planned.
    """
    if entry.kind == "random_draw.not_planned":
        title = Words("抽中企业未能列入检查", "A drawn enterprise was not planned")
        body = Words("双随机抽中的一家企业未能列入检查,原因见抽签记录", "One drawn enterprise was not planned, see the chain")
        return [_message(draw.committed_by, title, body, entry, sms=False)]
    load = Counter(no for lot in orjson.loads(draw.result) for no in lot["inspectors"])
    told = [_drawn(UUID(draw.people[no - 1]), many, entry) for no, many in sorted(load.items())]
    if draw.committed_by != entry.actor_id:
        zh, en = f"{draw.pool_size}家中抽中{draw.count}家", f"{draw.count} of {draw.pool_size} enterprises were drawn"
        title = Words("双随机抽签已公开", "The draw is public")
        told.append(_message(draw.committed_by, title, Words(zh, en), entry, sms=False))
    return told


def _drawn(person: UUID, many: int, entry: LedgerEntry) -> Message:
    zh, en = f"双随机抽查中您被抽派检查{many}家企业,请按计划进行", f"You were drawn to inspect {many} enterprise(s)"
    return _message(person, Words("双随机抽查任务", "Drawn to inspect"), Words(zh, en), entry, sms=True)


def _message(person: UUID, title: Words, body: Words, entry: LedgerEntry, *, sms: bool) -> Message:
    return Message(
        to=person, kind=entry.kind, title=title, body=body, subject_kind="random_draw", subject_id=entry.subject_id,
        dedupe_key=f"{entry.id}", sms=sms,
    )  # fmt: skip


# what a look-back task's entry says: title and words in both languages, and whether an SMS goes too; others tell nobody
LOOK_BACKS: dict[str, tuple[Words, Words, bool]] = {
    "look_back_task.opened": (
        Words("回头看", "Look back"), Words("抽中回头看,请于{day}前到场查看", "drawn, look back by {day}"), False,
    ),
    "look_back_task.lapsing": (
        Words("回头看即将到期", "Look-back due soon"), Words("回头看{day}到期,请尽快到场", "the look-back is due {day}"), True,
    ),
    "look_back_task.missed": (
        Words("回头看逾期", "Look-back missed"), Words("回头看逾期未办,期限{day}", "nobody looked back by {day}"), False,
    ),
}  # fmt: skip


def of_look_back(entry: LedgerEntry, task: LookBackTask, *, at: datetime) -> list[Message]:
    """Return the messages that a look-back task brings: to officials alone, never to the enterprise or to who passed it."""
    if entry.kind not in LOOK_BACKS:
        return []
    title, words, sms = LOOK_BACKS[entry.kind]
    firm, what = _named(task.hazard)
    day = task.window_to
    body = Words(
        f"{firm}「{what}」{words.zh.format(day=f'{day.month}月{day.day}日')}", f"{firm}, {what}: {words.en.format(day=day)}"
    )
    told = Told(task.hazard, {}, at)
    people = [*_lookers(told, task), *(hazards.regulators(told) if entry.kind.endswith("missed") else [])]
    return [
        Message(
            to=person, kind=entry.kind, title=title, body=body, subject_kind="hazard", subject_id=task.hazard_id,
            dedupe_key=str(entry.id), sms=sms,
        )
        for person in dict.fromkeys(people)
    ]  # fmt: skip


def _named(hazard: Hazard) -> tuple[str, str]:
    """Return how an SMS names a hazard: enterprise and category."""
    what = categories().get(hazard.category, (hazard.category, ""))[0]
    return phrases.clipped(hazard.enterprise.name, phrases.FIRM), phrases.clipped(what, phrases.WHAT)


def _lookers(told: Told, task: LookBackTask) -> list[UUID]:
    """Return who may do it: grid workers at general hazards, else the inspectors, of the town before those of the county."""
    for who in (hazards.judges, hazards.inspectors, _any_inspector):
        if free := [person for person in who(told) if str(accounts.identity_of(person)) not in task.passers]:
            return free
    return hazards.regulators(told)


def _any_inspector(told: Told) -> list[UUID]:
    found = accounts.on_duty(role=Role.INSPECTOR, place=told.hazard.place, at=told.at)
    return accounts.without_interest(found, enterprise_id=told.hazard.enterprise_id, at=told.at)


Readers = Callable[[SelfInspection, datetime], list[UUID]]


def officers(row: SelfInspection, at: datetime) -> list[UUID]:
    """安全管理员; of a firm that has none its owner."""
    found = accounts.at_enterprise(roles=[Role.OFFICER], enterprise_id=row.enterprise_id, at=at)
    return found or owners(row, at)


def owners(row: SelfInspection, at: datetime) -> list[UUID]:
    """主要负责人."""
    return accounts.at_enterprise(roles=[Role.OWNER], enterprise_id=row.enterprise_id, at=at)


def grid_workers(row: SelfInspection, at: datetime) -> list[UUID]:
    """网格员; where the grid has none, the township's inspectors; nobody with a duty at the enterprise."""
    found = accounts.on_duty(role=Role.GRID_WORKER, place=row.place, at=at, level="grid")
    found = found or accounts.on_duty(role=Role.INSPECTOR, place=row.place, at=at, level="town")
    return accounts.without_interest(found, enterprise_id=row.enterprise_id, at=at)


# rule of lifecycle.md §5 -> who, and the words after the enterprise's name
MISSED: dict[str, tuple[Readers, Words]] = {
    "missed": (officers, Words("有自查任务逾期未完成,请尽快补做", "a self-inspection was missed, please make up for it")),
    "missed_1": (owners, Words("自查任务逾期1个工作日", "a self-inspection is one working day late")),
    "missed_3": (grid_workers, Words("自查任务逾期3个工作日", "a self-inspection is three working days late")),
}
TITLE = Words("自查逾期", "Self-inspection missed")


def of_self_inspection(entry: LedgerEntry, *, at: datetime) -> list[Message]:
    """Return the messages about a missed self-inspection: however many checklists were missed at once, one to each reader."""
    facts = ledger.read(entry)["facts"]
    row, rule = self_inspections.get_plain(entry.subject_id), facts["rule"]
    readers, words = MISSED[rule]
    name = phrases.clipped(row.enterprise.name, phrases.FIRM)
    day = local_day(row.miss_at)
    return [
        Message(
            to=person, kind=f"self_inspection.{rule}", title=TITLE, body=Words(f"{name}{words.zh}", f"{name}: {words.en}"),
            subject_kind="self_inspection", subject_id=row.id, dedupe_key=f"self_inspection:{row.enterprise_id}:{rule}:{day}",
        )
        for person in readers(row, at)
    ]  # fmt: skip

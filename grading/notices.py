"""Who is told what (通知) of grades: the enterprise and its grid worker when one became worse or better, each with its reason.

Administrators are told when the nightly recomputation differed. Words never name a person.
"""

from datetime import datetime
from uuid import UUID

from accounts import queries as accounts
from accounts.policy.roles import Role
from backend.kernel import ledger
from backend.kernel.models import LedgerEntry
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from enterprises.policy.words import GRADE_LABELS, Grade
from grading.models import Standing
from grading.policy import words
from grading.queries import standings
from notifications.policy.message import Message, Words

TITLES = {
    "worsened": Words("安全等级变差", "The safety grade became worse"),
    "improved": Words("安全等级降档", "The safety grade improved"),
}
DIFFERED = Words("等级重算有差异", "A recomputation of grades differed")


def of(entry: LedgerEntry, *, at: datetime) -> list[Message]:
    """Return the messages that an entry of this room brings."""
    facts = ledger.read(entry)["facts"]
    if entry.kind == "grading.differed":
        return _alarm(entry, facts["differences"], at=at)
    if facts.get("direction") not in TITLES or entry.enterprise_id is None:
        return []
    return _moved(entry, facts["direction"], at=at)


def _moved(entry: LedgerEntry, direction: str, *, at: datetime) -> list[Message]:
    enterprise = enterprises.get_plain(entry.subject_id)
    said, row = ledger.read(entry), standings.of(enterprise.id)
    before, after = (Grade(said[name]) for name in ("before", "after"))
    why = tuple(_reason(row, english=english) for english in (False, True))
    body = Words(
        f"{enterprise.name}的安全等级由{GRADE_LABELS[before]}变为{GRADE_LABELS[after]}{why[0]}",
        f"{enterprise.name}: the safety grade went from {before.value} to {after.value}{why[1]}",
    )
    people = accounts.at_enterprise(roles=(Role.OWNER, Role.OFFICER), enterprise_id=enterprise.id, at=at)
    worse = direction == "worsened"
    told = [(person, worse) for person in people] + [(person, False) for person in _grid_workers(enterprise, at=at)]
    return [
        Message(
            to=person, kind=entry.kind, title=TITLES[direction], body=body, subject_kind="enterprise",
            subject_id=enterprise.id, dedupe_key=str(entry.id), sms=sms,
        )
        for person, sms in dict(reversed(told)).items()
    ]  # fmt: skip


def _grid_workers(enterprise: Enterprise, *, at: datetime) -> list[UUID]:
    found = accounts.on_duty(role=Role.GRID_WORKER, place=enterprise.place, at=at)
    return accounts.without_interest(found, enterprise_id=enterprise.id, at=at)


def _reason(row: Standing, *, english: bool) -> str:
    """Return what weighs most in what was published: the first veto, else the row that costs most."""
    stop = ", because: " if english else ",主要原因:"
    if row.vetoes:
        veto = row.vetoes[0]
        return stop + words.veto(veto["condition"], veto["grade_at_best"], english=english)
    cost = [line for line in row.rows if line["factor"] in words.FACTORS and line["points"] < 0]
    if not cost:
        return ""
    worst = min(cost, key=lambda line: line["points"])
    return stop + words.row(worst["factor"], count=worst["count"], points=worst["points"], english=english)


def _alarm(entry: LedgerEntry, count: int, *, at: datetime) -> list[Message]:
    body = Words(
        f"夜间全量重算有 {count} 家与保存的等级不一致,已更正", f"{count} grades differed from their recomputation and were mended"
    )
    return [
        Message(
            to=person, kind=entry.kind, title=DIFFERED, body=body, subject_kind="recomputation", subject_id=entry.subject_id,
            dedupe_key=str(entry.id), urgent=True,
        )
        for person in accounts.admins(at=at)
    ]  # fmt: skip

"""Codes (安全码): ledger entry → who is told → in which words."""

from datetime import datetime

from accounts.policy.roles import Role
from backend.kernel.models import LedgerEntry
from enterprises import queries as enterprises
from grading.models import PrintedCode
from notifications.policy.message import Message, Words

TITLE = Words("印刷安全码已停用", "The printed safety code was revoked")
BODY = Words(
    "{name}的印刷安全码已停用,扫旧码的人会看到“已停用”。请取下旧码,打印新码张贴",
    "Whoever scans the old printed code of {name} is told that it was revoked: take it down and print the new one",
)
KEEPERS = (Role.OWNER, Role.OFFICER)


def revoked(entry: LedgerEntry, code: PrintedCode, *, at: datetime) -> list[Message]:
    """Return what owners and officers are told when a printed code is revoked; whoever did it knows."""
    firm = code.enterprise
    members = enterprises.members(firm.id, at=at).filter(role__in=KEEPERS).values_list("person_id", flat=True)
    words = Words(BODY.zh.format(name=firm.name), BODY.en.format(name=firm.name))
    return [
        Message(
            to=person, kind=entry.kind, title=TITLE, body=words, subject_kind="enterprise", subject_id=firm.id,
            dedupe_key=f"{entry.kind}:{entry.id}",
        )
        for person in sorted(set(members)) if person != entry.actor_id
    ]  # fmt: skip

"""Who is told what of inspections and documents: ledger entry -> who -> words."""

from datetime import datetime

from accounts import queries as accounts
from accounts.policy.roles import Role
from backend.kernel.models import LedgerEntry
from inspections.policy.documents import BY_OFFICIALS, PAPERS, DocumentKind
from inspections.queries import documents as queries
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

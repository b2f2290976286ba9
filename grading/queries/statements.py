"""Finding statements (企业声明). What stands beside a code everybody reads; the rest whoever may read the enterprise."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.policy.actor import Actor
from backend.kernel.problems import NotFound
from enterprises import queries as enterprises
from grading.models import Statement
from grading.models.statement import STANDS

__all__ = ["STANDS", "by_act", "get", "lock", "of", "standing", "text_of"]


def visible_to(actor: Actor) -> QuerySet[Statement]:
    """Return the statements of the enterprises this person may read."""
    return Statement.objects.filter(enterprise__in=enterprises.visible_to(actor))


def get(statement_id: UUID, *, actor: Actor) -> Statement:
    """Return one that `actor` may read. Raises: NotFound."""
    return _one(visible_to(actor).filter(id=statement_id))


def by_act(act_id: UUID, *, actor: Actor) -> Statement:
    """Return the statement that was withdrawn or hidden by an act. Raises: NotFound."""
    return _one(visible_to(actor).filter(Q(withdrawal_id=act_id) | Q(hiding_id=act_id)))


def lock(statement_id: UUID, *, actor: Actor) -> Statement:
    """Return one that `actor` may read, with its enterprise, its row locked until the transaction ends. Raises: NotFound."""
    rows = visible_to(actor).select_for_update(of=("self",)).select_related("enterprise")
    return _one(rows.filter(id=statement_id))


def of(enterprise_id: UUID, *, actor: Actor) -> QuerySet[Statement]:
    """Return the statements of an enterprise that `actor` may read. Raises: NotFound."""
    return Statement.objects.filter(enterprise=enterprises.get(enterprise_id, actor=actor))


def standing(enterprise_id: UUID) -> Statement | None:
    """Return what stands beside the code of an enterprise now."""
    return Statement.objects.filter(STANDS, enterprise_id=enterprise_id).first()


def text_of(enterprise_id: UUID) -> str | None:
    """Return the words that stand beside the code of an enterprise, for the page that everybody reads."""
    found = standing(enterprise_id)
    return found.text if found else None


def _one(rows: QuerySet[Statement]) -> Statement:
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def get_plain(statement_id: UUID) -> Statement:
    """Return one for the system itself, with its enterprise. Raises: NotFound."""
    return _one(Statement.objects.select_related("enterprise").filter(id=statement_id))

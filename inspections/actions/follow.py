"""What an enterprise that moves (迁移) takes along: visits that are planned, and questions that still wait.

A visit that has begun and a question that was answered stay where they were, as published figures do.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.places import Place
from backend.kernel import ids, ledger
from enterprises import queries as enterprises
from inspections import lifecycle
from inspections.actions import visiting
from inspections.models.inspection import Taken
from inspections.policy import remote
from inspections.policy.remote import RemoteStatus, RemoteVerb
from inspections.policy.visits import OUT_OF_REACH, Verb, VisitStatus
from inspections.queries import inspections as visits
from inspections.queries import remote_checks


def enterprise_moved(enterprise_id: UUID, *, at: datetime) -> None:
    """Move what is planned and what waits to where the enterprise stands now, each in a transaction of its own."""
    place = enterprises.get_plain(enterprise_id).place
    for visit_id in visits.planned_at(enterprise_id):
        _move_visit(visit_id, place, at=at)
    for check_id in remote_checks.waiting_at(enterprise_id, at=at):
        _move_question(check_id, place, at=at)


@transaction.atomic
def _move_visit(visit_id: UUID, place: Place, *, at: datetime) -> None:
    """Move a planned visit; whoever has no duty there any more still stands on it, and it is flagged until others go."""
    visit = visits.lock_plain(visit_id)
    if visit.status != VisitStatus.PLANNED or visit.place == place:
        return
    lost = visits.out_of_reach(visit, place, at=at)
    after = lifecycle.next_status(Verb.FOLLOW, visiting.system_facts(visit))
    columns: dict[str, Any] = dict(place.columns())
    flags = [*(flag for flag in visit.flags if flag != OUT_OF_REACH), *([OUT_OF_REACH] if lost else [])]
    if flags != visit.flags:
        columns["flags"] = flags
    facts = {"from": visit.place.code, "to": place.code, "out_of_reach": lost}
    visit.advance(Verb.FOLLOW, _taken(after, facts, at=at), **columns)


@transaction.atomic
def _move_question(check_id: UUID, place: Place, *, at: datetime) -> None:
    check = remote_checks.lock_plain(check_id)
    if check.status != RemoteStatus.OPEN or check.place == place:
        return
    after = remote.next_status(RemoteStatus.OPEN, RemoteVerb.FOLLOW, expires_at=check.expires_at, at=at)
    facts = {"from": check.place.code, "to": place.code}
    check.advance(RemoteVerb.FOLLOW, _taken(after, facts, at=at), **place.columns())


def _taken(status: str, facts: dict[str, Any], *, at: datetime) -> Taken:
    return Taken(status=status, signer=ledger.SYSTEM, at=at, act_id=ids.new(), salt="", facts=facts)

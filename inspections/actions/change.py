"""A planned inspection is changed (变更检查安排): another day, other people, other checklists; never one that has begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import ids, ledger
from backend.kernel.problems import StaleVersion
from inspections import errors, lifecycle
from inspections.actions import plan, visiting
from inspections.actions.keep_to_cap import keep_to_cap
from inspections.models import Inspection, VisitAct
from inspections.models.inspection import Taken
from inspections.policy import crews, reserve
from inspections.policy.crews import Member
from inspections.policy.reserve import Candidate
from inspections.policy.visits import OUT_OF_REACH, Mode, Type, Verb
from inspections.queries import checklists, draws, programmes
from inspections.queries import inspections as queries


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be otherwise; None stays as it is. `inspectors` are accounts, the first leads."""

    planned_on: date | None = None
    inspectors: tuple[UUID, ...] | None = None
    checklists: tuple[str, ...] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is otherwise: the new columns, the new crew if it changes, and who left and joined it."""

    columns: dict[str, Any]
    crew: Sequence[Member] = ()
    left: tuple[UUID, ...] = ()
    joined: tuple[UUID, ...] = ()


@transaction.atomic
def change(
    wish: Wish, *, inspection_id: UUID, version: int | None, actor: Actor, at: datetime, request_id: str = ""
) -> Inspection:  # fmt: skip
    """Change a planned inspection: whoever goes, or whoever could go and puts himself on it. The same again leaves no trace.

    Raises: NotFound; InspectionNotYourMove; StaleVersion; the 422s of days, campaigns, checklists and crews,
    ReasonRequired; Interested, InspectionWrongStatus, CapReached.
    """
    inspection = queries.lock(inspection_id, actor=actor)
    signer = _signer(inspection, wish, actor)
    if inspection.version != version:
        raise StaleVersion
    wanted = _wanted(inspection, wish, at=at)
    if wanted.crew:
        _check_turn(inspection, wanted, wish)
        queries.refuse_interest(wanted.crew, enterprise_id=inspection.enterprise_id, at=at)
    facts = visiting.facts_of(inspection, actor=actor, at=at, mine=visiting.mine_of(inspection, actor))
    lifecycle.next_status(Verb.CHANGE, facts)
    if wanted.columns or wanted.crew:
        _keep_to_cap(inspection, wanted, at=at)
        _write(inspection, wanted, reason=wish.reason, actor=actor, signer=signer, at=at, request_id=request_id)
    return inspection


def _signer(inspection: Inspection, wish: Wish, actor: Actor) -> ledger.Signer:
    """Return the actor under the duty by which he goes, or by which he takes it over. Raises: InspectionNotYourMove."""
    mine, duty = visiting.mine_of(inspection, actor), visiting.duty_to_change(inspection, actor)
    if mine and duty:
        return ledger.Signer(actor.id, mine.role, mine.duty_id)
    if duty is None or actor.id not in (wish.inspectors or ()):
        raise errors.InspectionNotYourMove
    return ledger.Signer(actor.id, duty.role.value, duty.id)


def _wanted(inspection: Inspection, wish: Wish, *, at: datetime) -> Change:
    """Return what would be otherwise; what makes no sense is refused (422)."""
    columns: dict[str, Any] = {}
    if wish.planned_on is not None and wish.planned_on != inspection.planned_on:
        plan.check_day(wish.planned_on, at=at)
        if inspection.campaign_id is not None:
            campaign = programmes.campaign_plain(inspection.campaign_id)
            plan.check_campaign(campaign, inspection.place, mode=inspection.mode, day=wish.planned_on)
        columns["planned_on"] = wish.planned_on
    if wish.checklists is not None and list(wish.checklists) != [pin["code"] for pin in inspection.pins]:
        columns["pins"] = checklists.pins(wish.checklists)
    if wish.inspectors is None:
        return Change(columns)
    return _recrewed(inspection, wish.inspectors, columns, at=at)


def _recrewed(inspection: Inspection, people: Sequence[UUID], columns: dict[str, Any], *, at: datetime) -> Change:
    crew = queries.crew_of(
        people, type_=Type(inspection.type), enterprise_id=inspection.enterprise_id, place=inspection.place, at=at
    )
    if all(member.role == Role.AGENCY for member in crew):
        crews.check_mode(Mode(inspection.mode), Role.AGENCY, drawn=inspection.draw_id is not None)
    before = sorted(inspection.crew.all(), key=lambda row: not row.lead)
    stay, were = {member.person for member in crew}, {row.person for row in before}
    if stay == were and crew[0].person == before[0].person and OUT_OF_REACH not in inspection.flags:
        return Change(columns)
    if OUT_OF_REACH in inspection.flags:
        columns["flags"] = [flag for flag in inspection.flags if flag != OUT_OF_REACH]
    left = tuple(row.account_id for row in before if row.person not in stay)
    return Change(columns, crew, left, tuple(member.account for member in crew if member.person not in were))


def _check_turn(inspection: Inspection, wanted: Change, wish: Wish) -> None:
    """Refuse a substitute on a drawn visit who is not the next of the drawn reserve, unless somebody says why."""
    if inspection.draw_id is not None and not in_turn(inspection, wanted) and not wish.reason.strip():
        raise errors.ReasonRequired


def in_turn(inspection: Inspection, wanted: Change) -> bool:
    """Return whether those who join are the next of the drawn reserve."""
    known = [Candidate.of_json(told) for told in inspection.reserve]
    stay = {member.account for member in wanted.crew} - {*wanted.joined}
    return reserve.in_turn(known, left=wanted.left, joined=wanted.joined, stay=stay)


def _keep_to_cap(inspection: Inspection, wanted: Change, *, at: datetime) -> None:
    """Hold a visit that moves into another year to that year's cap; what was drawn is kept to whatever the count."""
    day = wanted.columns.get("planned_on", inspection.planned_on)
    if day.year != inspection.planned_on.year and inspection.draw_id is None:
        keep_to_cap(
            inspection.enterprise, type_=Type(inspection.type), mode=Mode(inspection.mode), planned_on=day,
            note=inspection.note, at=at,
        )  # fmt: skip


def _write(
    inspection: Inspection, wanted: Change, *, reason: str, actor: Actor, signer: ledger.Signer, at: datetime, request_id: str
) -> None:  # fmt: skip
    said: dict[str, Any] = {"left": [str(one) for one in wanted.left], "joined": [str(one) for one in wanted.joined]}
    if "planned_on" in wanted.columns:
        said["planned_before"] = inspection.planned_on.isoformat()
    if inspection.draw_id is not None and wanted.crew:
        said["in_turn"] = in_turn(inspection, wanted)
    act = VisitAct.objects.create(
        id=ids.new(), inspection=inspection, verb=Verb.CHANGE, actor_id=actor.id, actor_name=actor.name, person=actor.person,
        role=signer.role, duty_id=signer.duty_id, at=at, note=reason, said=said, salt=ledger.salt(),
    )  # fmt: skip
    facts = dict(said)
    if wanted.crew:
        facts["inspectors"] = [member.account for member in wanted.crew]
        inspection.crew.all().delete()
        inspection.crew.bulk_create(plan.officers(inspection, wanted.crew))
    if "pins" in wanted.columns:
        facts["checklists"] = wanted.columns["pins"]
    taken = Taken(
        status=inspection.status, signer=signer, at=at, act_id=act.id, salt=act.salt, facts=facts, said={"note": reason},
        request_id=request_id,
    )  # fmt: skip
    inspection.advance(Verb.CHANGE, taken, **wanted.columns)
    if inspection.draw_id is not None and (wanted.left or wanted.joined):
        _tell_the_draw(inspection, wanted, signer=signer, at=at, in_turn=said["in_turn"], request_id=request_id)


def _tell_the_draw(
    inspection: Inspection, wanted: Change, *, signer: ledger.Signer, at: datetime, in_turn: bool, request_id: str
) -> None:  # fmt: skip
    """Let the draw's own chain say that others go than those who were drawn: by their numbers in the pool, null for none."""
    if inspection.draw_id is None:
        return
    draw = draws.get_plain(inspection.draw_id)
    numbers = {UUID(account): no for no, account in enumerate(draw.people, start=1)}
    ledger.append(
        ledger.Step(
            kind="random_draw.substituted", subject_kind="random_draw", subject_id=draw.id, signer=signer, at=at,
            before="revealed", after="revealed", place=draw.place.code, enterprise_id=inspection.enterprise_id,
            facts={
                "enterprise": inspection.enterprise_id, "inspection": inspection.id, "in_turn": in_turn,
                "left": [numbers.get(one) for one in wanted.left], "joined": [numbers.get(one) for one in wanted.joined],
            },
            request_id=request_id,
        )
    )  # fmt: skip

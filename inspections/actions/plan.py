"""An inspection is planned (制定检查任务): by one who will go himself, or by a draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor, Duty
from accounts.policy.places import Place
from accounts.policy.roles import Role
from backend.kernel import idempotency, ledger
from backend.kernel.calendar import local_day
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.errors import Closed
from enterprises.models import Enterprise
from enterprises.policy.words import Status as FirmStatus
from inspections import errors
from inspections.actions.keep_to_cap import keep_to_cap
from inspections.models import Campaign, Inspection, InspectionOfficer
from inspections.models.inspection import Taken
from inspections.policy import crews
from inspections.policy.crews import Member
from inspections.policy.reserve import Candidate
from inspections.policy.visits import Mode, Type, VisitStatus
from inspections.queries import checklists, programmes
from inspections.queries import inspections as queries


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is planned. `inspectors` are accounts, the first of them leads; `checklists` are codes, pinned now."""

    enterprise_id: UUID
    type: Type
    mode: Mode
    planned_on: date
    inspectors: tuple[UUID, ...]
    checklists: tuple[str, ...] = ()
    campaign_id: UUID | None = None
    draw_id: UUID | None = None
    reserve: tuple[Candidate, ...] = ()
    action_code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """An inspection that was planned, and its receipt."""

    inspection: Inspection
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Ready:
    """What a plan names, found and fit: the enterprise, the pinned checklists, who goes."""

    enterprise: Enterprise
    pins: list[dict[str, Any]]
    crew: list[Member]


@transaction.atomic
def plan(wanted: Wanted, *, received: Received, actor: Actor, at: datetime) -> Planned:
    """Plan an inspection that the actor makes himself, with those he names.

    Raises: Replayed, SameId; NotFound for an enterprise or campaign out of scope; InspectionNotYourMove; the 422s of crews,
    modes, days and checklists, CampaignElsewhere; Interested, Closed, CapReached.
    """
    receipt = idempotency.claim(received)
    enterprise = enterprises.get(wanted.enterprise_id, actor=actor)
    campaign = programmes.campaign(wanted.campaign_id, actor=actor) if wanted.campaign_id else None
    duty = _duty(wanted.type, enterprise, actor)
    crews.check_mode(wanted.mode, duty.role, drawn=False)
    if actor.id not in wanted.inspectors:
        raise errors.TwoInspectorsRequired if wanted.type in crews.LEAST else errors.NotQualified
    check_day(wanted.planned_on, at=at)
    if campaign is not None:
        check_campaign(campaign, enterprise.place, mode=wanted.mode, day=wanted.planned_on)
    ready = _ready(wanted, enterprise, at=at)
    keep_to_cap(enterprise, type_=wanted.type, mode=wanted.mode, planned_on=wanted.planned_on, note=wanted.note, at=at)
    signer = ledger.Signer(actor.id, duty.role.value, duty.id)
    inspection = _write(wanted, ready, id=received.id, signer=signer, at=at, request_id=received.request_id)
    return Planned(inspection, receipt)


def drawn(wanted: Wanted, *, id: UUID, signer: ledger.Signer, at: datetime) -> Inspection:
    """Plan an inspection that came out of a draw, inside the draw's transaction; `id` is unclaimed and made by the server.

    Raises: NotFound; NotQualified, TwoInspectorsRequired, Interested for those who were drawn; Closed.
    """
    crews.check_mode(wanted.mode, Role.INSPECTOR, drawn=wanted.draw_id is not None)
    ready = _ready(wanted, enterprises.get_plain(wanted.enterprise_id), at=at)
    return _write(wanted, ready, id=id, signer=signer, at=at, request_id="")


def _duty(type_: Type, enterprise: Enterprise, actor: Actor) -> Duty:
    """Return the duty by which the actor goes on such a visit. Raises: InspectionNotYourMove."""
    roles = crews.ROLES[type_]
    duty = actor.duty_over(enterprise.place, roles) or actor.duty_at(enterprise.id, roles)
    if duty is None:
        raise errors.InspectionNotYourMove(detail="您的职责不包括此类检查", detail_en="No duty of yours includes such a visit")
    return duty


def check_day(day: date, *, at: datetime) -> None:
    """Refuse a day too long ago or too far ahead. Raises: DayOutOfRange."""
    numbers, today = queries.numbers(at).document, local_day(at)
    first, last = today - timedelta(days=numbers.plan_days_back), today + timedelta(days=numbers.plan_days_ahead)
    if not first <= day <= last:
        raise errors.DayOutOfRange(earliest=first.isoformat(), latest=last.isoformat())


def check_campaign(campaign: Campaign, place: Place, *, mode: str, day: date) -> None:
    """Refuse an inspection that is not part of the campaign it names. Raises: CampaignElsewhere."""
    inside = campaign.region in place.columns().values()
    if not inside or mode != Mode.SPECIAL_CAMPAIGN or not campaign.from_on <= day <= campaign.to_on:
        raise errors.CampaignElsewhere


def _ready(wanted: Wanted, enterprise: Enterprise, *, at: datetime) -> Ready:
    """Return what the plan names, found: first what makes no sense (422), then what stands against it now (409)."""
    pins = checklists.pins(wanted.checklists)
    crew = queries.crew_of(wanted.inspectors, type_=wanted.type, enterprise_id=enterprise.id, place=enterprise.place, at=at)
    queries.refuse_interest(crew, enterprise_id=enterprise.id, at=at)
    if enterprise.status == FirmStatus.CLOSED:
        raise Closed
    return Ready(enterprise, pins, crew)


def _write(
    wanted: Wanted, ready: Ready, *, id: UUID, signer: ledger.Signer, at: datetime, request_id: str
) -> Inspection:  # fmt: skip
    enterprise, pins, crew = ready.enterprise, ready.pins, ready.crew
    taken = Taken(
        status=VisitStatus.PLANNED, signer=signer, at=at, act_id=id, salt=ledger.salt(), said={"note": wanted.note},
        facts={"inspectors": [member.account for member in crew], "checklists": pins}, request_id=request_id,
    )  # fmt: skip
    inspection = Inspection.open(
        taken, enterprise=enterprise, type=wanted.type, mode=wanted.mode, planned_on=wanted.planned_on, pins=pins,
        campaign_id=wanted.campaign_id, draw_id=wanted.draw_id, action_code=wanted.action_code, note=wanted.note,
        reserve=[one.as_json() for one in wanted.reserve], planned_by=signer.id, planned_at=at, **enterprise.place.columns(),
    )  # fmt: skip
    InspectionOfficer.objects.bulk_create(officers(inspection, crew))
    return inspection


def officers(inspection: Inspection, crew: Sequence[Member]) -> list[InspectionOfficer]:
    """Return the rows of those who go, unsaved; the first leads."""
    return [
        InspectionOfficer(
            inspection=inspection, account_id=member.account, person=member.person, name=member.name, role=member.role,
            duty_id=member.duty_id, licence_no=member.licence_no, lead=member is crew[0],
        )
        for member in crew
    ]  # fmt: skip

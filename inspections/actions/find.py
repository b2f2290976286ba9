"""A finding (登记隐患): a hazard that is found on a visit. It is reported by the one way there is, and linked to the visit."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel.idempotency import Received
from hazards.actions import report as reporting
from hazards.actions.parts import Report
from hazards.actions.report import Reported
from inspections import errors
from inspections.actions import visiting
from inspections.actions.visiting import Remarks, Step
from inspections.models import VisitFinding
from inspections.policy.visits import Mode, Type, Verb, VisitStatus, source_of


@dataclass(frozen=True, slots=True)
class Said:
    """What the body said of where and how, if it said so: it has to be this visit's."""

    enterprise_id: UUID | None = None
    source: str | None = None


@transaction.atomic
def find(*, received: Received, inspection_id: UUID, actor: Actor, at: datetime, report: Report, said: Said) -> Reported:
    """Report a hazard found on a visit; enterprise and source of `report` are filled in here.

    Raises: Replayed, SameId, NotFound, InspectionNotYourMove, FindingElsewhere, OrderNotHere, whatever a report is refused for,
    InspectionWrongStatus.
    """
    step = visiting.begin(Verb.FIND, received=received, inspection_id=inspection_id, actor=actor, at=at)
    report = _of_this_visit(step, report, said)
    done = reporting.report_within(report, receipt=step.receipt, received=received, actor=actor, at=at)
    after = visiting.judge(step)
    _link(step, after, done, report)
    return done


def _of_this_visit(step: Step, report: Report, said: Said) -> Report:
    inspection, role = step.inspection, Role(step.mine.role if step.mine else Role.INSPECTOR)
    source = source_of(Type(inspection.type), Mode(inspection.mode), role)
    if said.enterprise_id not in (None, inspection.enterprise_id) or said.source not in (None, source.value):
        raise errors.FindingElsewhere(enterprise_id=inspection.enterprise_id, source=source.value)
    stops = report.ruling is not None and report.ruling.stop_work
    if stops and role == Role.INSPECTOR and inspection.type != Type.ADMINISTRATIVE_INSPECTION:
        raise errors.OrderNotHere
    return replace(report, enterprise_id=inspection.enterprise_id, source=source)


def _link(step: Step, after: VisitStatus, done: Reported, report: Report) -> None:
    late = ["found_late"] if step.inspection.status == VisitStatus.FINISHED else []
    facts = {"hazard": done.hazard.id, "checklist_item": report.checklist_item, "source": report.source.value}
    VisitFinding.objects.create(hazard=done.hazard, inspection=step.inspection, checklist_item=report.checklist_item, at=step.at)
    visiting.finish(
        step, after, said={"hazard_id": str(done.hazard.id), "checklist_item": report.checklist_item or None},
        remarks=Remarks(location=report.location, claimed_at=report.found_at), facts=facts, flags=late,
    )  # fmt: skip

"""What the guards of an inspection look at, and the guards. Plain values, pure functions."""

from collections.abc import Callable
from dataclasses import dataclass, field

from inspections import errors
from inspections.policy.visits import Type, VisitStatus


@dataclass(frozen=True, slots=True)
class Open:
    """What is open on the checklists: items without an answer, and problems without a finding."""

    unanswered: tuple[str, ...] = ()
    without_finding: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.unanswered or self.without_finding)


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """One inspection, one person, one instant. `on_crew`: he goes, and the duty by which he does is in force.

    `may_change`: he could go by a duty of his, and so change the plan.
    """

    status: VisitStatus
    type: Type
    on_crew: bool
    may_change: bool = False
    interested: bool = False
    action_code: str = ""
    findings: int = 0
    late: bool = False
    open: Open = field(default_factory=Open)


Guard = Callable[[VisitFacts], None]


def not_interested(facts: VisitFacts) -> None:
    """Nobody with a duty at the enterprise inspects it as an official (利益回避)."""
    if facts.interested:
        raise errors.Interested


def action_code(facts: VisitFacts) -> None:
    """An administrative inspection has its 行政行为码 at the latest when it begins (domain.md §5.5)."""
    if facts.type == Type.ADMINISTRATIVE_INSPECTION and not facts.action_code:
        raise errors.ActionCodeRequired


def complete(facts: VisitFacts) -> None:
    """Every item that applies is answered, every problem is a finding."""
    if facts.open:
        raise errors.Incomplete(unanswered=list(facts.open.unanswered), without_finding=list(facts.open.without_finding))


def in_time(facts: VisitFacts) -> None:
    """A finding from a phone without a network may arrive a while after the check-out, not for ever."""
    if facts.late:
        raise errors.InspectionWrongStatus(detail="检查结束已久,请直接上报隐患", detail_en="It ended long ago: report a hazard")


def nothing_found(facts: VisitFacts) -> None:
    """A visit on which something was found is finished, not cancelled."""
    if facts.findings:
        raise errors.InspectionWrongStatus(detail="已登记隐患的检查须签退结束", detail_en="Something was found: check out")

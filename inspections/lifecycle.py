"""The life of an inspection (检查) on one page: its few verbs, from which status to which, and if what.

Only those who are named for it act, and whoever takes a planned one over; others who may read it are told 403. The table is
asked by actions/visiting.py, actions/change.py and actions/follow.py alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inspections.errors import InspectionNotYourMove, InspectionWrongStatus
from inspections.policy import visit_facts as g
from inspections.policy.visit_facts import Guard, VisitFacts
from inspections.policy.visits import NOUNS, STATUS_LABELS, Verb, VisitStatus

S, V = VisitStatus, Verb


@dataclass(frozen=True, slots=True)
class Move:
    """Where a verb leads from a status, under which conditions."""

    to: VisitStatus
    guards: tuple[Guard, ...] = ()


MOVES: Mapping[tuple[VisitStatus, Verb], Move] = {
    (S.PLANNED, V.CHECK_IN): Move(S.UNDER_WAY, (g.not_interested, g.action_code)),
    (S.UNDER_WAY, V.CHECK_IN): Move(S.UNDER_WAY, (g.not_interested,)),  # the others of the crew, from their own phones
    (S.UNDER_WAY, V.ANSWER): Move(S.UNDER_WAY, (g.not_interested,)),
    (S.UNDER_WAY, V.FIND): Move(S.UNDER_WAY, (g.not_interested,)),
    (S.FINISHED, V.FIND): Move(S.FINISHED, (g.not_interested, g.in_time)),
    (S.UNDER_WAY, V.SIGN): Move(S.UNDER_WAY),
    (S.FINISHED, V.SIGN): Move(S.FINISHED),
    (S.UNDER_WAY, V.CHECK_OUT): Move(S.FINISHED, (g.complete,)),
    (S.PLANNED, V.CANCEL): Move(S.CANCELLED),
    (S.UNDER_WAY, V.CANCEL): Move(S.CANCELLED, (g.nothing_found,)),  # nobody opened the gate
    (S.PLANNED, V.CHANGE): Move(S.PLANNED, (g.not_interested,)),  # one who goes, or takes over from one who cannot
    (S.PLANNED, V.FOLLOW): Move(S.PLANNED),  # the enterprise has moved
}


def next_status(verb: Verb, facts: VisitFacts) -> VisitStatus:
    """Return the status after `verb`. Raises: InspectionNotYourMove, InspectionWrongStatus, and what the guards raise (409)."""
    if not (facts.may_change if verb == V.CHANGE else facts.on_crew):
        raise InspectionNotYourMove
    move = MOVES.get((facts.status, verb))
    if move is None:
        raise wrong_status(facts.status, verb)
    for guard in move.guards:
        guard(facts)
    return move.to


def possible(status: VisitStatus) -> list[str]:
    """Return the names of what may be done in `status`, by the right people."""
    return sorted(verb.value for at, verb in MOVES if at == status and verb in NOUNS)


def wrong_status(status: VisitStatus, verb: Verb) -> InspectionWrongStatus:
    """Return the refusal that names the present status and those in which `verb` is possible."""
    where = [at for at, v in MOVES if v == verb]
    words = "、".join(STATUS_LABELS[at] for at in where)
    return InspectionWrongStatus(
        detail=f"检查处于“{STATUS_LABELS[status]}”,此操作只能在“{words}”时进行",
        detail_en=f"The inspection is {status.value}; this is possible while it is {', '.join(where)}",
        inspection_status=status.value, possible_in=[at.value for at in where], possible_now=possible(status),
    )  # fmt: skip

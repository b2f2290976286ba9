"""The closed loop (闭环) on one page: every step there is, who may take it, and if what. Law: lifecycle.md §§2–3.

`docs/lifecycle.md` is drawn from MOVES. A guard's kind says when it is asked: powers (403) and the meaning of what
was sent (422) before the status, the moment (409) after it, as api.md §1 orders judgement.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.policy.roles import Role
from hazards.errors import NotYourMove, WrongStatus
from hazards.policy import guards as g
from hazards.policy import powers as p
from hazards.policy.facts import Facts
from hazards.policy.kinds import KINDS, Guard, Kind
from hazards.policy.words import STATUS_LABELS, Party, Status, Verb

S, V = Status, Verb
OFFICERS = frozenset({Role.OWNER, Role.OFFICER})
FIELD = frozenset({Role.GRID_WORKER, Role.INSPECTOR})
INSPECTOR = frozenset({Role.INSPECTOR})
REGULATOR = frozenset({Role.REGULATOR})
ACCEPTORS = frozenset({Role.OWNER, Role.OFFICER, Role.AGENCY, Role.GRID_WORKER})
REPORTER = frozenset({Party.REPORTER})
SYSTEM = frozenset({Party.SYSTEM})


@dataclass(frozen=True, slots=True)
class Move:
    """Where a verb leads from a status, by which roles or parties, under which conditions."""

    to: Status
    by: frozenset[str]
    guards: tuple[Guard, ...] = ()


_JUDGE = (g.not_interested, g.not_own_report)
_REINSPECT = (*_JUDGE, g.not_the_rectifier)
_CONFIRM = (p.confirms_within_power, p.criterion_if_major, p.due_not_past, g.waited_if_returned, *_JUDGE, g.photos_arrived)
_DISMISS = (p.dismisses_within_power, p.duplicate_is_live, g.waited_if_returned, *_JUDGE)
_ACCEPT = (g.is_sampled, g.not_accepted, g.member_or_not_interested, g.not_own_report, g.not_the_rectifier)
_DECIDE = (p.decides_extension, *_JUDGE, g.undecided, g.not_the_asker)
_PROPOSE = (p.proposes_without_order, g.not_interested, g.is_major, g.not_listed)
_LIST = (p.of_the_authority, p.due_not_past, g.not_interested, g.is_major, g.not_listed)
_RAISE = (p.criterion_if_major, g.not_interested, g.is_general)
_LOWER = (p.county_or_above, g.not_interested, g.is_major, g.not_listed)
_ANNUL = (p.county_or_above, g.not_interested, g.not_listed)
_TRANSFER = (p.region_exists, p.goes_elsewhere, g.not_interested, g.transfers_left)
_RULE = (p.region_exists, g.not_interested, g.not_ruled)
_LOOK_BACK = (p.level_within_power, g.not_interested, g.not_the_passer)

MOVES: dict[tuple[Status, Verb], Move] = {
    # in this status              this verb             leads to                        by these      if
    (S.REPORTED, V.CONFIRM): Move(S.RECTIFYING, FIELD, _CONFIRM),
    (S.RETURNED, V.CONFIRM): Move(S.RECTIFYING, FIELD, _CONFIRM),
    (S.REPORTED, V.RETURN): Move(S.RETURNED, FIELD, _JUDGE),
    (S.REPORTED, V.DISMISS): Move(S.VOID, FIELD, _DISMISS),
    (S.RETURNED, V.DISMISS): Move(S.VOID, FIELD, _DISMISS),
    (S.RETURNED, V.RESUBMIT): Move(S.REPORTED, REPORTER, (p.category_exists,)),
    (S.REPORTED, V.WITHDRAW): Move(S.VOID, REPORTER),
    (S.RETURNED, V.WITHDRAW): Move(S.VOID, REPORTER),
    (S.RECTIFYING, V.PLAN): Move(S.RECTIFYING, OFFICERS, (p.due_not_past, g.is_major)),
    (S.RECTIFYING, V.SUBMIT): Move(S.AWAITING_REINSPECTION, OFFICERS, (p.photo, g.plan_if_major)),
    (S.AWAITING_REINSPECTION, V.ACCEPT): Move(S.AWAITING_REINSPECTION, ACCEPTORS, _ACCEPT),
    (S.AWAITING_REINSPECTION, V.REJECT): Move(S.RECTIFYING, ACCEPTORS, _ACCEPT),
    (S.AWAITING_REINSPECTION, V.PASS): Move(
        S.CLOSED, FIELD, (p.level_within_power, p.visit_fits, *_REINSPECT, g.is_general, g.photos_arrived),
    ),
    (S.AWAITING_REINSPECTION, V.SIGN): Move(
        S.AWAITING_REINSPECTION, INSPECTOR,
        (p.on_site, p.visit_fits, p.two_inspectors, g.is_major, g.no_signature_pending, *_REINSPECT, g.one_hand_is_fresh,
         g.second_is_clear, g.not_listed, g.photos_arrived),
    ),
    (S.AWAITING_REINSPECTION, V.COUNTERSIGN): Move(
        S.CLOSED, INSPECTOR, (p.is_named_second, g.signature_pending, g.other_hand, *_REINSPECT, g.not_listed, g.photos_arrived),
    ),
    (S.AWAITING_REINSPECTION, V.FAIL): Move(
        S.RECTIFYING, FIELD, (p.level_within_power, p.visit_fits, p.due_not_past, p.due_within_limit, *_REINSPECT),
    ),
    (S.AWAITING_REINSPECTION, V.DRAW): Move(S.AWAITING_REINSPECTION, FIELD, (g.not_interested, g.is_sampled)),
    (S.AWAITING_REINSPECTION, V.CLOSE_BY_CLOCK): Move(
        S.CLOSED, SYSTEM, (g.is_sampled, g.is_general, g.photos_arrived, g.cooled_down),
    ),
    (S.RECTIFYING, V.ASK_EXTENSION): Move(S.RECTIFYING, OFFICERS, (p.extension_fits, g.in_time_to_ask, g.not_asked_before)),
    (S.RECTIFYING, V.GRANT_EXTENSION): Move(S.RECTIFYING, FIELD | REGULATOR, (*_DECIDE, g.still_later)),
    (S.RECTIFYING, V.REFUSE_EXTENSION): Move(S.RECTIFYING, FIELD | REGULATOR, _DECIDE),
    (S.RECTIFYING, V.PROPOSE_LISTING): Move(S.RECTIFYING, INSPECTOR, _PROPOSE),
    (S.AWAITING_REINSPECTION, V.PROPOSE_LISTING): Move(S.AWAITING_REINSPECTION, INSPECTOR, _PROPOSE),
    (S.RECTIFYING, V.LIST): Move(S.RECTIFYING, REGULATOR, _LIST),
    (S.AWAITING_REINSPECTION, V.LIST): Move(S.AWAITING_REINSPECTION, REGULATOR, _LIST),
    (S.AWAITING_REINSPECTION, V.LIFT): Move(
        S.AWAITING_REINSPECTION, REGULATOR, (p.lifts_own_listing, g.not_interested, g.listing_open),
    ),
    (S.CLOSED, V.HOLD): Move(S.CLOSED, FIELD, _LOOK_BACK),
    (S.CLOSED, V.RECUR): Move(S.RECTIFYING, FIELD, (*_LOOK_BACK[:1], p.photo, p.due_not_past, *_LOOK_BACK[1:])),
    (S.RECTIFYING, V.RAISE): Move(S.RECTIFYING, INSPECTOR, _RAISE),
    (S.AWAITING_REINSPECTION, V.RAISE): Move(S.AWAITING_REINSPECTION, INSPECTOR, _RAISE),
    (S.RECTIFYING, V.LOWER): Move(S.RECTIFYING, REGULATOR, _LOWER),
    (S.AWAITING_REINSPECTION, V.LOWER): Move(S.AWAITING_REINSPECTION, REGULATOR, _LOWER),
    (S.RECTIFYING, V.ANNUL): Move(S.VOID, REGULATOR, _ANNUL),
    (S.AWAITING_REINSPECTION, V.ANNUL): Move(S.VOID, REGULATOR, _ANNUL),
    (S.REPORTED, V.TRANSFER): Move(S.REPORTED, FIELD, _TRANSFER),
    (S.RECTIFYING, V.TRANSFER): Move(S.RECTIFYING, FIELD, _TRANSFER),
    (S.REPORTED, V.RULE): Move(S.REPORTED, REGULATOR, _RULE),
    (S.RECTIFYING, V.RULE): Move(S.RECTIFYING, REGULATOR, _RULE),
    **{(status, V.ESCALATE): Move(status, SYSTEM) for status in (S.REPORTED, S.RETURNED, S.RECTIFYING, S.AWAITING_REINSPECTION)},
    **{(status, V.FOLLOW): Move(status, SYSTEM) for status in (S.REPORTED, S.RETURNED, S.RECTIFYING, S.AWAITING_REINSPECTION)},
}  # fmt: skip


def parties(verb: Verb) -> frozenset[str]:
    """Return every role or party that takes `verb` in any status."""
    return frozenset().union(*(move.by for (_, v), move in MOVES.items() if v == verb))


PARTIES = {verb: parties(verb) for verb in Verb}
OPEN_TO = {s: [(v, m.by) for (at, v), m in MOVES.items() if at == s and Party.SYSTEM not in m.by] for s in Status}
PATHS = {verb: [status for (status, v) in MOVES if v == verb] for verb in Verb}


def _ask(guards: Iterable[Guard], kind: Kind, facts: Facts) -> None:
    for guard in guards:
        if KINDS[guard] is kind:
            guard(facts)


def next_status(status: Status, verb: Verb, facts: Facts) -> Status:
    """Return the status after `verb`.

    Raises: NotYourMove (this pair, or where there is none no status, gives the verb to a duty of the actor; or a power
    lacks), then a 422 of what was sent, else WrongStatus (this status does not know the verb), else another 409.
    """
    move = MOVES.get((status, verb))
    if not facts.roles & (move.by if move else PARTIES[verb]):
        raise NotYourMove
    guards = (move or MOVES[(PATHS[verb][0], verb)]).guards
    _ask(guards, Kind.POWER, facts)
    if facts.content is not None:
        _ask(guards, Kind.MEANING, facts)
    if move is None:
        raise wrong_status(status, verb)
    try:
        _ask(guards, Kind.MOMENT, facts)
    except WrongStatus as problem:
        problem.extra = {"hazard_status": status.value, "possible_now": possible(status), **problem.extra}
        raise
    return move.to


def possible(status: Status) -> list[str]:
    """Return the names of what people may do with a hazard in `status`, if they are the right ones."""
    return sorted(verb.value for verb, _ in OPEN_TO[status])


def wrong_status(status: Status, verb: Verb) -> WrongStatus:
    """Return the refusal that names the present status, those in which `verb` is possible, and what is possible now."""
    where = [s.value for s in PATHS[verb]]
    words = "、".join(STATUS_LABELS[Status(s)] for s in where)
    return WrongStatus(
        detail=f"隐患处于“{STATUS_LABELS[status]}”,此操作只能在“{words}”时进行",
        detail_en=f"The hazard is {status.value}; this is possible while it is {', '.join(where)}",
        hazard_status=status.value,
        possible_in=where,
        possible_now=possible(status),
    )

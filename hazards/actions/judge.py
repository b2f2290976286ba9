"""Facts for the guards, and what an actor may do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel import calendar
from backend.kernel.calendar import local_day
from backend.kernel.problems import Problem
from hazards import lifecycle, queries
from hazards.models import Hazard
from hazards.policy import deadlines
from hazards.policy.facts import Content, Facts
from hazards.policy.words import NOUNS, VERB_LABELS, Level, Party, ReviewMode, Source, Status, Verb
from media.policy.uses import Slot
from media.policy.uses import blocking as blocking_slots

NOBODY = UUID(int=0)
SHOWN = tuple(verb for verb in Verb if verb in NOUNS)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One act and whether it may be taken now; `why` is the code of the refusal."""

    act: str
    allowed: bool
    why: str | None
    path: str
    label: str

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as answers show it; many are made per answer, so not by a generic copier."""
        return {"act": self.act, "allowed": self.allowed, "why": self.why, "path": self.path, "label": self.label}


def facts_of(hazard: Hazard, *, actor: Actor, at: datetime, blocking: bool, content: Content | None = None) -> Facts:
    """Return what the guards look at. `blocking`: a named photo has neither arrived nor lapsed."""
    roles: frozenset[str] = queries.roles_at(hazard, actor)
    # whom the hazard has left may do nothing more with what he reported
    if roles and hazard.reporter_person == actor.person:
        roles |= {Party.REPORTER}
    today = local_day(at)
    status = Status(hazard.status)
    return Facts(
        at=at, today=today, status=status, level=Level(hazard.level), level_claimed=Level(hazard.level_claimed),
        source=Source(hazard.source), review_mode=ReviewMode(hazard.review_mode), roles=roles, actor=actor.id,
        person=actor.person, reporter=hazard.reporter_person, hands=hazard.who,
        interested=hazard.enterprise_id in actor.interests, regulates=queries.regulates(hazard, actor),
        photos_blocking=blocking, has_plan=hazard.has_plan, listed=hazard.open_listing_id is not None,
        listed_by=queries.listed_by(hazard), ruled=hazard.ruled, region=hazard.place.code, content=content,
        **_of_time(hazard, status=status, at=at, today=today),
    )  # fmt: skip


def _of_time(hazard: Hazard, *, status: Status, at: datetime, today: date) -> dict[str, Any]:
    """Return what depends on the calendar and on policy numbers, as far as this status needs it."""
    numbers = queries.numbers(at).document
    more: dict[str, Any] = {"transfers_left": numbers.transfers - hazard.transfers}
    if status == Status.RETURNED and hazard.returned_at:
        until = deadlines.returned_until(returned_at=hazard.returned_at, calendar=calendar.current(), numbers=numbers)
        more["returned_long_enough"] = at >= until
    if status == Status.AWAITING_REINSPECTION:
        more["fail_latest"] = today + timedelta(days=numbers.fail_most_days)
    if status == Status.RECTIFYING and hazard.due_at and hazard.original_due_at:
        start, listed = hazard.due_from or hazard.received_at, hazard.open_listing_id is not None
        more["due_day"] = deadlines.last_day(hazard.due_at)
        more["extension_latest"] = deadlines.extension_latest(start=start, original_due_at=hazard.original_due_at)
        more["ask_until"] = deadlines.ask_until(due_at=hazard.due_at, listed=listed, calendar=calendar.current(), numbers=numbers)
        more["extension_asked"] = hazard.extensions_asked >= numbers.extensions
    return more


def refusal(facts: Facts, verb: Verb) -> Problem | None:
    """Return why `verb` is refused, or None if it may be taken."""
    try:
        lifecycle.next_status(facts.status, verb, facts)
    except Problem as problem:
        return problem
    return None


def system_facts(hazard: Hazard, *, at: datetime, cooled: bool = False) -> Facts:
    """Return what the guards look at when the clock itself moves; the caller has looked at the photos."""
    return Facts(
        at=at, today=local_day(at), status=Status(hazard.status), level=Level(hazard.level),
        level_claimed=Level(hazard.level_claimed), source=Source(hazard.source), review_mode=ReviewMode(hazard.review_mode),
        roles=frozenset({Party.SYSTEM}), actor=NOBODY, person=NOBODY, reporter=hazard.reporter_person, hands=hazard.who,
        cooled=cooled, content=Content(),
    )  # fmt: skip


def allowed(facts: Facts) -> list[Allowed]:
    """Return every act of people on this hazard, whether the actor may take it now, and else the code of the refusal."""
    return [
        Allowed(
            verb.value,
            (problem := refusal(facts, verb)) is None,
            problem.code if problem else None,
            NOUNS[verb],
            VERB_LABELS[verb],
        )
        for verb in SHOWN
    ]


def allowed_names(facts: Facts) -> list[str]:
    """Return the names of the acts the actor may take now; for lists, where most verbs fall at the first look."""
    possible = lifecycle.OPEN_TO[facts.status]
    return [verb.value for verb, by in possible if facts.roles & by and refusal(facts, verb) is None]


def row(hazard: Hazard, *, actor: Actor, at: datetime, slots: Sequence[Slot], whole: bool) -> list[str] | list[dict[str, Any]]:
    """Return what the actor may do next as a list shows it: names, or every act with its refusal if `whole`."""
    facts = facts_of(hazard, actor=actor, at=at, blocking=bool(blocking_slots(slots)))
    return [entry.as_dict() for entry in allowed(facts)] if whole else allowed_names(facts)

"""How a grade moves (变档): worse at once, better step by step and only after somebody has looked. Pure. Source: domain.md 6.2.

Two tracks. The *stepped* grade is where an enterprise has got to; it worsens with every worse result and improves one
colour at a time. Over it lie what comes and goes with its cause: caps such as an open major hazard, and the county's
override. So one that found its own major hazard and closed it in time is back at once where it stood (lifecycle.md §3),
and one that let it get overdue climbs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from enterprises.policy.words import Grade
from grading.policy import phrases
from grading.policy.document import Document
from grading.policy.facts import ON_SITE, Decision, Facts, Override, Verification
from grading.policy.grade import Result, better, floor, rank, worst

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """The stepped track: the colour reached ("grey" before the first rating), and when it last became better or worse."""

    stepped: str = Grade.GREY.value
    improved_at: datetime | None = None
    worsened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an improvement waits for: `verification`, `days`, `points`, `county_decision`, `override` or `veto`.

    `until` is when the waiting ends by itself, where it does; `missing` how many points, where points are.
    """

    what: str
    until: datetime | None = None
    missing: float | None = None

    def words(self, *, english: bool = False) -> str:
        """Return it as a sentence for the owner."""
        return phrases.waiting(self.what, until=self.until, missing=self.missing, english=english)


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step of both tracks: the new standing, the `grade` that is applied, and what an improvement waits for."""

    standing: Standing
    grade: str
    waiting: Waiting | None = None


def step(standing: Standing, result: Result, facts: Facts, policy: Document, at: datetime) -> Stepped:
    """Return where the enterprise stands at `at`, from where it stood, the result of its facts, and what has been decided.

    The same step again changes nothing: it may be taken as often as one likes.
    """
    moved = _moved(standing, result, facts, policy, at)
    override = override_at(facts.overrides, at)
    return Stepped(moved, applied(moved, result, override), _waiting(moved, result, facts, policy, at))


def applied(standing: Standing, result: Result, override: Override | None) -> str:
    """Return the grade that holds: the override's, else the stepped one, and never better than any veto in force."""
    own = override.grade if override else standing.stepped
    if result.score is None:
        return own
    return worst(own, *(veto.grade_at_best for veto in result.vetoes))


def override_at(overrides: Iterable[Override], at: datetime) -> Override | None:
    """Return the override in force at `at`; of several the latest."""
    return max((o for o in overrides if o.holds(at)), key=lambda o: (o.at, o.id), default=None)


def verification(
    standing: Standing, visits: Iterable[Verification], policy: Document, at: datetime
) -> Verification | None:  # fmt: skip
    """Return the newest look that supports the next step: after the last worsening, not too old, of a kind that suffices."""
    remote = standing.stepped in policy.improving.remote_proof_from
    fresh = policy.improving.verified_within_days * DAY
    good = [
        visit for visit in visits
        if visit.at <= at < visit.at + fresh and (visit.kind == ON_SITE or remote)
        and (standing.worsened_at is None or visit.at > standing.worsened_at)
    ]  # fmt: skip
    return max(good, key=lambda visit: (visit.at, visit.id), default=None)


def decision(standing: Standing, decisions: Iterable[Decision], at: datetime) -> Decision | None:
    """Return the county's decision that opens the present colour: later than the last step in either direction."""
    since = max((x for x in (standing.worsened_at, standing.improved_at) if x), default=None)
    good = [one for one in decisions if one.at <= at and (since is None or one.at > since)]
    return max(good, key=lambda one: (one.at, one.id), default=None)


def asks_county(standing: Standing, facts: Facts, policy: Document, at: datetime) -> bool:
    """Return whether only the county opens the present colour, and has not yet decided."""
    return standing.stepped in policy.improving.county_decision_from and decision(standing, facts.decisions, at) is None


def wait_ends(standing: Standing, policy: Document) -> datetime | None:
    """Return when the next improvement is possible after the last one."""
    return standing.improved_at + policy.improving.wait_days * DAY if standing.improved_at else None


def _moved(standing: Standing, result: Result, facts: Facts, policy: Document, at: datetime) -> Standing:
    if result.score is None:
        return standing
    if standing.stepped == Grade.GREY:
        return replace(standing, stepped=result.lasting)
    if rank(result.lasting) > rank(standing.stepped):
        return replace(standing, stepped=result.lasting, worsened_at=at)
    if rank(standing.stepped) and _missing(standing, result, facts, policy, at) is None:
        return replace(standing, stepped=better(standing.stepped), improved_at=at)
    return standing


def _missing(standing: Standing, result: Result, facts: Facts, policy: Document, at: datetime) -> Waiting | None:
    """Return what the next improvement lacks, first what takes longest; None if it may be made now."""
    goal, score = better(standing.stepped), result.score or 0.0
    lasting = worst(*(veto.grade_at_best for veto in result.vetoes if not veto.ends_with_its_cause))
    if rank(lasting) > rank(goal):
        return Waiting("veto")
    if score < (needed := floor(goal, policy) + policy.hysteresis):
        return Waiting("points", missing=needed - score)
    if verification(standing, facts.verifications, policy, at) is None:
        return Waiting("verification")
    if asks_county(standing, facts, policy, at):
        return Waiting("county_decision")
    ends = wait_ends(standing, policy)
    return Waiting("days", until=ends) if ends and at < ends else None


def _waiting(standing: Standing, result: Result, facts: Facts, policy: Document, at: datetime) -> Waiting | None:
    """Return what the grade that is applied waits for; nothing if it is green or grey."""
    if result.score is None:
        return None
    override = override_at(facts.overrides, at)
    natural = applied(standing, result, None)
    if override and rank(applied(standing, result, override)) > rank(natural):
        return Waiting("override", until=override.until)
    if natural == Grade.GREEN:
        return None
    if rank(natural) > rank(standing.stepped):
        return Waiting("veto")
    return _missing(standing, result, facts, policy, at)

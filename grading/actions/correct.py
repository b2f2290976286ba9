"""Correct (更正): what an appeal struck, or a voided fact, is taken out of the course of a grade from its beginning on.

The past is not rewritten: the periods that rested on it are superseded by ones worked out again from their own facts, without
what was struck, and by their own version of the rule; what was known before stays known as of then. The enterprise stands
where it would have stood without the error. Nothing else is forgiven by it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from backend.kernel.policies import InForce
from backend.kernel.problems import NotFound
from grading import queries
from grading.actions import publish
from grading.actions.regrade import regrade
from grading.models import GradePeriod, Standing, Strike
from grading.policy import course, facts, plain
from grading.policy.course import Look
from grading.policy.document import Document
from grading.policy.facts import Facts
from grading.policy.standing import Standing as Track
from grading.queries import standings


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A period to be worked out again: its facts, its rule, from when until before when, and what had brought it."""

    facts: Facts
    rule: InForce[Document]
    start: datetime
    end: datetime | None
    cause: str


@transaction.atomic
def correct(
    enterprise_id: UUID, *, strikes: Iterable[tuple[str, UUID]], since: datetime, cause: str, appeal: UUID | None = None,
    overrides: Iterable[UUID] = (), at: datetime,
) -> None:  # fmt: skip
    """Strike evidence (factor or a veto's condition or "" for everywhere, id) from the course of a grade since `since`.

    `overrides` are taken as never made. Locks the standing, then the enterprise: a caller holds no lock on the enterprise.
    Raises: NotFound.
    """
    regrade(enterprise_id, at=at)
    row = standings.lock(enterprise_id)
    Strike.objects.bulk_create(
        [Strike(enterprise_id=enterprise_id, factor=f, evidence=id, appeal=appeal, at=at) for f, id in strikes],
        ignore_conflicts=True,
    )
    struck = tuple(facts.Strike(s.factor, s.evidence) for s in Strike.objects.filter(enterprise_id=enterprise_id))
    known = standings.facts(row)
    if known is None:
        raise NotFound
    before, periods = _affected(enterprise_id, since)
    gone = frozenset(overrides)
    kept = [plain.from_plain(period.facts) for period in (*before, *periods)]
    right = [*kept[: len(before)], *(_mended(one, struck, gone) for one in kept[len(before) :])]
    now = _mended(known, struck, gone)
    stretches = [*_stretches([*before, *periods], right, now), _Stretch(now, queries.numbers(at), at, None, cause)]
    begun = periods[0].valid_from if periods else at
    track = publish.track_from(before[0].standing) if before else Track()
    looks = [(look, why) for look, why in _again(stretches, track, until=at) if look.at >= begun]
    _supersede(row, periods, looks, appeal=appeal, at=at)
    publish.settle(row, looks[-1][0], cause=cause, at=at)


def _affected(enterprise_id: UUID, since: datetime) -> tuple[list[GradePeriod], list[GradePeriod]]:
    """Return the period before all that reach beyond `since`, if there is one, and these, oldest first.

    It is gone through once more, too: not every step was published, while an override or a cap lay over it.
    """
    current = GradePeriod.objects.filter(enterprise_id=enterprise_id, superseded_at=None).order_by("valid_from", "id")
    # of several looks at one instant all but the last made periods that end as they begin
    periods = list(current.filter(Q(valid_to=None) | Q(valid_to__gt=since) | Q(valid_from__gte=since)))
    before = current.filter(valid_from__lt=periods[0].valid_from).last() if periods else None
    return [before] if before else [], periods


def _mended(known: Facts, struck: tuple[facts.Strike, ...], gone: frozenset[UUID]) -> Facts:
    return replace(known, strikes=struck, overrides=tuple(made for made in known.overrides if made.id not in gone))


def _stretches(periods: Sequence[GradePeriod], right: Sequence[Facts], now: Facts) -> Iterator[_Stretch]:
    """Return the periods as they are to be worked out; what supports a step may have come after a period began."""
    everything = (*right, now)
    visits = tuple({visit.id: visit for one in everything for visit in one.verifications}.values())
    decisions = tuple({made.id: made for one in everything for made in one.decisions}.values())
    for period, known in zip(periods, right, strict=True):
        whole = replace(known, verifications=visits, decisions=decisions)
        yield _Stretch(whole, queries.version(period.policy_version), period.valid_from, period.valid_to, period.cause)


def _again(stretches: Sequence[_Stretch], track: Track, *, until: datetime) -> Iterator[tuple[Look, str]]:
    for one in stretches:
        end = one.end or until
        at, cause = one.start, one.cause
        while True:
            look = course.look(one.facts, track, one.rule, at)
            track = look.standing
            yield look, cause
            # from the whole facts of the stretch: a visit that was still to come is not let go
            following = course.next_look(one.facts, track, one.rule, at)
            if following is None or following >= end:
                break
            at, cause = following, "calendar"


def _supersede(
    row: Standing, periods: Sequence[GradePeriod], looks: Sequence[tuple[Look, str]], *, appeal: UUID | None, at: datetime
) -> None:
    ids = [period.id for period in periods]
    GradePeriod.objects.filter(id__in=ids).update(superseded_at=at, superseded_by=appeal)
    fresh: list[GradePeriod] = []
    told: tuple[object, ...] | None = None
    for look, cause in looks:
        if look.published != told:
            fresh.append(publish.period(row, look, cause, at=at))
            told = look.published
    for one, following in pairwise(fresh):
        one.valid_to = following.valid_from
    GradePeriod.objects.bulk_create(fresh)

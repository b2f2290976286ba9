"""What may be contested, and who had a hand in it. To fetch is to authorise."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.models import Person
from backend.kernel import calendar, policies
from enterprises.models import Enterprise
from grading.models import Fact, GradePeriod, Override, Standing
from grading.policy.contest import Explanation, still_open_since
from grading.policy.contest_numbers import ContestNumbers
from grading.policy.grade import grade
from grading.policy.standing import Waiting, step
from grading.queries import numbers as rules
from grading.queries import standings
from hazards.models import Act, Hazard

numbers = policies.register("contests", ContestNumbers)


def explanation(row: Standing) -> Explanation:
    """Return the present explanation of a standing that is of now; its enterprise was read after it was locked."""
    return Explanation(row.enterprise.grade, row.rows, row.vetoes)


def before(enterprise_id: UUID, *, at: datetime) -> list[Explanation]:
    """Return what held since the days of an appeal that end after `at` began; none held before the first rating."""
    since = appealable_since(at)
    periods = GradePeriod.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=since), enterprise_id=enterprise_id, superseded_at=None
    )
    told = list(periods.order_by("valid_from", "id").values_list("valid_from", "grade", "rows", "vetoes"))
    found = [Explanation(grade, rows, vetoes) for _, grade, rows, vetoes in told]
    return found if told and told[0][0] <= since else [Explanation(), *found]


def appealable_since(at: datetime) -> datetime:
    """Return the earliest instant that may still be appealed at `at`."""
    return still_open_since(at, numbers(at).document.appeal_within_days, calendar.current())


def waiting(row: Standing, at: datetime) -> Waiting | None:
    """Return what the grade of a standing that is of now waits for, None for nothing."""
    facts, track = standings.facts(row), standings.track(row)
    if facts is None:
        return None
    policy = rules(at).document
    return step(track, grade(facts, policy, at), facts, policy, at).waiting


def facts_of(ids: Iterable[UUID], *, enterprise_id: UUID) -> dict[UUID, Fact]:
    """Return those of these that are facts about the enterprise and were not voided."""
    rows = Fact.objects.filter(id__in=set(ids), enterprise_id=enterprise_id, voided_at=None)
    return {row.id: row for row in rows}


def override_at(enterprise_id: UUID, *, at: datetime) -> Override | None:
    """Return the override of an enterprise that is in force at `at`."""
    rows = Override.objects.filter(enterprise_id=enterprise_id, at__lte=at, until__gt=at, ended_at=None)
    return rows.order_by("-at", "-id").first()


def hands(evidence: Iterable[UUID]) -> set[UUID]:
    """Return the natural persons who had a hand in hazards, facts and overrides with these ids: whoever acted on them."""
    ids = set(evidence)
    acted = Act.objects.filter(hazard_id__in=ids).values_list("person", flat=True).distinct()
    reported = Hazard.objects.filter(id__in=ids).values_list("reporter_person", flat=True)
    made = Override.objects.filter(id__in=ids).values_list("made_person", flat=True)
    wrote = [id for pair in Fact.objects.filter(id__in=ids).values_list("recorded_by", "ended_by") for id in pair if id]
    people = Person.objects.filter(id__in=wrote).values_list("identity", flat=True)
    return {person for person in (*acted, *reported, *made, *people) if person}


def brief(enterprise: Enterprise) -> dict[str, object]:
    """Return an enterprise as acts on its grade show it."""
    return {
        "id": enterprise.id, "grade": enterprise.grade, "code_colour": enterprise.code_colour, "score": enterprise.score,
        "version": enterprise.version,
    }  # fmt: skip

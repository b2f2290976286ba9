"""Closure rates (销号率) of a region in a period, grouped: read from roll-ups, in the time of the groups shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from accounts import queries as accounts
from accounts.models import Region
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel.calendar import local_day
from backend.kernel.problems import NotFound
from enterprises.queries import divisions
from hazards.policy.words import LEVEL_LABELS
from oversight.models import HazardFact, Tally
from oversight.policy import periods
from oversight.policy.figures import NAMES, Figures
from oversight.policy.periods import Period

READERS = (Role.REGULATOR, Role.INSPECTOR, Role.AUDITOR)
CHILD = {"province": "city", "city": "county", "county": "town", "town": "grid"}
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the answer."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Question:
    """Which rates are asked for: those of a region in a period, grouped `by` region, month, level or industry."""

    node: Region
    period: Period
    by: str
    at: datetime

    @property
    def column(self) -> str:
        """Return the column that groups: the regions directly below, or the month, level or industry division."""
        names = {"region": CHILD.get(self.node.level, self.node.level), "level": "level", "industry": "division"}
        return names.get(self.by, "month")

    @property
    def from_facts(self) -> bool:
        """Return whether the area is too small for roll-ups, which end at the town."""
        return self.node.level in ("village", "grid") or self.column == "grid"


def node(code: str | None, *, actor: Actor) -> Region:
    """Return the region asked for, or the caller's own; one outside his duties is not found. Raises: NotFound."""
    duties = [duty for role in READERS for duty in actor.duties_as([role])]
    found = accounts.region(code or duties[0].region) if duties else None
    if found is None or not any(duty.covers(found.place) for duty in duties):
        raise NotFound
    return found


def public_node(code: str | None) -> Region:
    """Return the region of the public rates: a county or above, the province unless said otherwise. Raises: NotFound."""
    top = Region.objects.filter(parent__isnull=True).order_by("code").first()
    found = accounts.region(code) if code else top
    if found is None or found.level not in ("province", "city", "county"):
        raise NotFound
    return found


def rates(question: Question) -> tuple[list[Group], Figures]:
    """Return a line per group, those without a hazard too where the groups are known, and the sum of all."""
    found = _figures(question)
    total = sum(found.values(), Figures())
    keys = dict.fromkeys([*_known(question), *sorted(found)])
    names = _names(question, keys)
    return [Group(key, names.get(key, key), found.get(key, Figures())) for key in keys][:MOST_ROWS], total


def by_county(question: Question) -> list[Group]:
    """Return a line per county of the region, for the public."""
    found = {row[0]: Figures(*row[1:]) for row in _added(_tallies(question), "county")}
    counties = Region.objects.filter(accounts.at_node(question.node), level="county").order_by("code").values_list("code", "name")
    return [Group(code, name, found.get(code, Figures())) for code, name in counties[:MOST_ROWS]]


def _figures(question: Question) -> dict[str, Figures]:
    """Return the figures by key, those included that the calendar has decided and the sweep has not yet seen."""
    rows = _facts(question) if question.from_facts else _tallies(question)
    column = question.column
    late = _facts(question).filter(undecided_until__lte=question.at)
    found: dict[str, Figures] = {}
    for row in _added(rows, column):
        key = _key(row[0], question)
        found[key] = found.get(key, Figures()) + Figures(*row[1:])
    for value, number in late.values_list(column).annotate(number=Count("pk")):
        key = _key(value, question)
        found[key] = found.get(key, Figures()) + Figures(decided=number)
    return found


def _added(rows: "QuerySet[Any]", column: str) -> Iterable[tuple[Any, ...]]:
    """Return the distinct values of `column`, each with the sum of every figure."""
    sums = {f"total_{name}": Sum(name) for name in NAMES}
    found: QuerySet[Any, tuple[Any, ...]] = rows.order_by().values(column).annotate(**sums).values_list(column, *sums)
    return found


def _facts(question: Question) -> "QuerySet[HazardFact]":
    period = question.period
    return HazardFact.objects.filter(accounts.at_node(question.node), counted_on__range=(period.first, period.last))


def _tallies(question: Question) -> "QuerySet[Tally]":
    """Return the roll-up rows that make up the period: whole months, and the days at its ends."""
    whole, edges = periods.split(question.period, local_day(question.at))
    wanted = Q()
    if whole is not None:
        wanted |= Q(span="month", start__range=(whole.first, whole.last))
    for edge in edges:
        wanted |= Q(span="day", start__range=(edge.first, edge.last))
    return Tally.objects.filter(accounts.at_node(question.node)).filter(wanted).annotate(month=F("start"))


def _key(value: Any, question: Question) -> str:
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return value or (question.node.code if question.by == "region" else "")


def _known(question: Question) -> list[str]:
    """Return the keys that are shown even when nothing was found there."""
    if question.by == "region":
        below = Region.objects.filter(parent=question.node, level=question.column).order_by("code")
        return list(below.values_list("code", flat=True)[:MOST_ROWS])
    if question.by == "level":
        return [level.value for level in LEVEL_LABELS]
    if question.by == "month":
        today = local_day(question.at)
        return [f"{month:%Y-%m}" for month in periods.months(question.period) if month <= today]
    return []


def _names(question: Question, keys: Iterable[str]) -> dict[str, str]:
    if question.by == "region":
        return dict(Region.objects.filter(code__in=list(keys)).values_list("code", "name"))
    if question.by == "level":
        return {level.value: label for level, label in LEVEL_LABELS.items()}
    return divisions() if question.by == "industry" else {}

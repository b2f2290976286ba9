"""The pilot: 永嘉's five-colour trial in fast motion. A moving clock, the real actions, and after each day what time brings.

Messages, captions below photos and comparison of photos are left out: nobody is there to be told, and a dozen drawn pictures
stand for all photos. So are self-inspections: no period of them is planned, and group B costs nobody anything.
"""

import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts import queries as accounts
from accounts.actions import duties, people
from accounts.actions.duties import Grant
from accounts.models import Person
from accounts.policy.actor import Actor
from backend.kernel import idempotency, jobs, ledger
from backend.kernel.calendar import local_day, start_of
from backend.kernel.models import Job, LedgerEntry
from backend.kernel.problems import Problem
from demo import load
from demo import people as invented
from demo.cast import CAST, fixed
from demo.history import photos
from demo.pilot.deeds import Deeds
from demo.pilot.population import Case, cases
from demo.pilot.year import SURVEY_DAYS, Deed, deeds
from enterprises.actions.register import register
from enterprises.policy.profile import Profile, Site
from grading.actions import regrade
from grading.models import GradePeriod
from hazards.actions import day_keys, escalate
from hazards.models import Hazard

DAY, BEGAN = timedelta(days=1), date(2025, 1, 1)
KEPT = {"grading.tasks.regrade", "hazards.tasks.photo_settled"}
GREEN_DAYS = 31
COLOURS = ("green", "blue", "yellow", "orange", "red", "grey")


@dataclass(frozen=True, slots=True)
class Size:
    """How large the pilot is."""

    enterprises: int = 5526
    hazards: int = 6870
    days: int = 365


@dataclass(slots=True)
class Outcome:
    """What became of it: colours by day, and how many left red or orange, each counted once by its colour on the first day."""

    size: Size
    first: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    left_red: int = 0
    left_orange: int = 0
    hazards: int = 0
    closed: int = 0
    entries: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    course: list[tuple[date, dict[str, int]]] = field(default_factory=list)

    @property
    def improved(self) -> int:
        """Return how many enterprises improved, as the plan counts: out of red or out of orange."""
        return self.left_red + self.left_orange


def run(size: Size, *, say: Callable[[str], None]) -> Outcome:
    """Play the year in this database, which is to be empty, and return what became of it."""
    start = start_of(BEGAN)
    settings.LISTENERS = {pattern: [n for n in names if n in KEPT] for pattern, names in settings.LISTENERS.items()}
    jobs.listeners.cache_clear()
    all_cases = list(cases(size.enterprises))
    _people_and_firms(all_cases, start - GREEN_DAYS * DAY, say=say)
    end = start + size.days * DAY
    day_keys.commit_demo(first_day=BEGAN, last_day=local_day(end), seed="bihuan-pilot", at=start - DAY)
    outcome = Outcome(size)
    _play(all_cases, deeds(all_cases, start=start, days=size.days, hazards=size.hazards), outcome, start=start, say=say)
    _count(outcome, [case.firm.id for case in all_cases], start)
    return outcome


def _people_and_firms(all_cases: Sequence[Case], since: datetime, *, say: Callable[[str], None]) -> None:
    load.load(at=since + load.SINCE, enterprises=0)
    for done, case in enumerate(all_cases, start=1):
        owner = invented.officer(case.firm, case.number)
        _register(case, since)
        person = people.enrol(phone=owner.phone, name=owner.name, signer=ledger.SYSTEM, at=since, id=owner.id)
        wanted = Grant(person.id, owner.role, case.firm.id)
        duties.grant(wanted=wanted, signer=ledger.SYSTEM, at=since, id=fixed(f"duty-{owner.id}"))
        if done % 500 == 0 or done == len(all_cases):
            say(f"企业 / enterprises {done}/{len(all_cases)}")
    _bring(since + DAY)


def _register(case: Case, since: datetime) -> None:
    actor, firm = _registrar(since), case.firm
    got = idempotency.received(
        id=firm.id, kind="enterprise", route="pilot", path_ids={}, content={"pilot": case.number}, actor_id=actor.id, at=since,
    )  # fmt: skip
    profile = Profile(
        name=firm.name, uscc=firm.uscc, industry=firm.industry, region=firm.region, grid=firm.grid, address=firm.address,
        location=Site(firm.latitude, firm.longitude), size_class=firm.size_class, risk=firm.risk,
    )  # fmt: skip
    register(profile=profile, received=got, actor=actor, at=since)


_known: dict[datetime, Actor] = {}


def _registrar(since: datetime) -> Actor:
    if since not in _known:
        person = Person.objects.get(id=CAST["regulator"].id)
        _known[since] = accounts.actor_of(person, at=since, strong=True, stepped_up_at=since)
    return _known[since]


def _play(
    all_cases: Sequence[Case], todo: Sequence[Deed], outcome: Outcome, *, start: datetime, say: Callable[[str], None]
) -> None:
    pictures = replace(all_cases[0].tale(start, start), kind="recurred")
    prints = photos.prepare(pictures)
    until = start + (outcome.size.days + 1) * DAY
    firms = {case.number: Deeds(case, start=start - DAY, until=until, prints=prints) for case in all_cases}
    by_day = {day: list(some) for day, some in groupby(todo, key=lambda deed: local_day(deed.at))}
    done = 0
    for n in range(outcome.size.days):
        day = BEGAN + n * DAY
        for deed in by_day.get(day, ()):
            done += 1
            with _told(outcome):
                firms[deed.number].do(deed.what, deed.which, deed.at)
        _bring(start_of(day) + DAY)
        if n % 10 == 9 or n == outcome.size.days - 1:
            say(f"{day}  {done}/{len(todo)}")


@contextlib.contextmanager
def _told(outcome: Outcome) -> Iterator[None]:
    """Count what an action refuses: a hazard closed meanwhile is not passed again, and one that is not there is not mended."""
    try:
        yield
    except Problem as problem:
        outcome.refused[problem.code] += 1


def _bring(at: datetime) -> None:
    """Do what time has brought by `at`: closures by the clock and escalation, jobs, and grades that the calendar moves."""
    while escalate.sweep(at=at):
        pass
    # nobody looks at the photos: their captions are not drawn
    Job.objects.filter(kind="media.tasks.redraw").delete()
    jobs.drain(now=lambda: at, most=1_000_000)
    while regrade.sweep(at=at):
        pass


def _count(outcome: Outcome, ids: Sequence[UUID], start: datetime) -> None:
    days = outcome.size.days
    first, last = (_colours(start + n * DAY) for n in (min(SURVEY_DAYS, days), days))
    mine = set(ids)
    outcome.first = dict(Counter(c for id, c in first.items() if id in mine))
    outcome.last = dict(Counter(c for id, c in last.items() if id in mine))
    outcome.left_red = sum(c == "red" and last[id] != "red" for id, c in first.items() if id in mine)
    outcome.left_orange = sum(c == "orange" and last[id] in ("yellow", "blue", "green") for id, c in first.items() if id in mine)
    hazards = Hazard.objects.filter(enterprise_id__in=mine) if len(mine) < 500 else Hazard.objects.all()
    outcome.hazards, outcome.closed = hazards.count(), hazards.filter(status="closed").count()
    outcome.entries = LedgerEntry.objects.count()
    step = max(1, days // 120)
    for n in range(0, days + 1, step):
        counted = Counter(c for id, c in _colours(start + n * DAY).items() if id in mine)
        outcome.course.append((BEGAN + n * DAY, {colour: counted.get(colour, 0) for colour in COLOURS}))


def _colours(at: datetime) -> dict[UUID, str]:
    """Return the published colour of every enterprise at an instant."""
    rows = GradePeriod.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at, superseded_at=None)
    return dict(rows.values_list("enterprise_id", "grade"))


def quiet() -> None:
    """Keep what goes right out of the log."""
    logging.getLogger("bihuan").setLevel(logging.ERROR)

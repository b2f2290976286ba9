"""Incremental equals full: a look at every act and every instant the calendar names gives the course of a look at every moment.

Random histories in the pure layer (GRADE_HISTORIES=10000 for the long form): each is told twice, once by looks that keep
only what may still weigh, once by looks at many more moments with all that ever happened.
"""

import os
import random
from dataclasses import replace
from datetime import timedelta

from grading.policy.course import look, through
from grading.policy.facts import Dated, Decision, Lapse, Override, Period, Verification
from grading.policy.standing import Standing
from hazards.policy.words import Level, Source, Status
from tests.cast import NOON
from tests.grading.world import DAY, V1, facts, hazard, new_id

HISTORIES, ACTS, HOUR = int(os.environ.get("GRADE_HISTORIES", "300")), 7, timedelta(hours=1)
KINDS = ("penalty", "unlicensed", "stop_order", "liability_insurance_missing", "false_report", "fatal_accident", "obstruction")
SOURCES = (Source.INSPECTION, Source.SELF_INSPECTION, Source.GRID_PATROL)


class Rule:
    version, document = 1, V1


def happen(dice, known, at):
    """Return the facts after one more thing has happened at `at`."""
    what = dice.randrange(8)
    if what == 0 or (what < 4 and not known.hazards):
        level = Level.MAJOR if dice.random() < 0.3 else Level.GENERAL
        found = hazard(late=-dice.randrange(1, 20) * DAY, level=level, source=dice.choice(SOURCES), since=at)
        found = replace(found, due_at=at + dice.randrange(1, 20) * DAY, recurrence=dice.random() < 0.2)
        return replace(known, hazards=(*known.hazards, found))
    if what < 4:
        return step(dice, known, at)
    if what == 4:
        seen = Verification(new_id(), dice.choice(("on_site", "remote")), at)
        return replace(known, verifications=(*known.verifications, seen), decisions=(*known.decisions, Decision(new_id(), at)))
    if what == 5:
        end = at + dice.randrange(1, 60) * DAY if dice.random() < 0.8 else None
        return replace(known, dated=(*known.dated, Dated(new_id(), dice.choice(KINDS), at, end)))
    if what == 6:
        ids = (new_id(),)
        return replace(known, periods=(*known.periods, Period(at, ids, ids if dice.random() < 0.6 else ())))
    colour = dice.choice(("green", "blue", "orange", "red"))
    return replace(known, overrides=(*known.overrides, Override(new_id(), colour, at, at + dice.randrange(1, 30) * DAY)))


def step(dice, known, at):
    """Return the facts after the next step of one of the hazards."""
    one = dice.choice(known.hazards)
    if one.status == Status.RECTIFYING:
        moved = replace(one, status=Status.AWAITING_REINSPECTION, submitted_at=at)
    elif one.status == Status.CLOSED or dice.random() < 0.3:
        kind = "look_back_failed" if one.status == Status.CLOSED else "reinspection_failed"
        due, lapses = at + 5 * DAY, (*one.lapses, Lapse(kind, at))
        moved = replace(one, status=Status.RECTIFYING, due_at=due, closed_at=None, lapses=lapses)
    else:
        moved = replace(one, status=Status.CLOSED, closed_at=at)
    return replace(known, hazards=tuple(moved if h.id == one.id else h for h in known.hazards))


def told(seed):
    """Return what one history came to, told both ways: the published stretches, the standing at the end."""
    dice = random.Random(seed)
    at, whole = NOON, facts(rated=False, registered_at=NOON - DAY)
    last = look(whole, Standing(), Rule, at)
    track, kept, courses = last.standing, last, ([last.published], [last.published])
    for _ in range(ACTS):
        later = at + timedelta(hours=dice.randrange(1, 24 * 40), minutes=dice.randrange(60))
        for seen in through(kept, lambda _: Rule, later - timedelta(milliseconds=1)):
            kept = seen
            courses[0].append(seen.published)
        # the other way: at the instants of the calendar as well, and at moments when nothing is known to happen
        moment, limit = at, later
        while True:
            seen = look(whole, track, Rule, moment)
            track = seen.standing
            courses[1].append(seen.published)
            following = [t for t in (seen.next_at, moment + dice.randrange(1, 24 * 15) * HOUR) if t and t < limit]
            if not following:
                break
            moment = min(following)
        before = whole
        whole = happen(dice, before, later)
        changed = tuple(h for h in whole.hazards if h not in before.hazards)
        kept_facts = replace(
            whole, hazards=(*(h for h in kept.facts.hazards if h.id not in {c.id for c in changed}), *changed),
            dated=(*kept.facts.dated, *(f for f in whole.dated if f not in before.dated)),
            periods=(*kept.facts.periods, *(p for p in whole.periods if p not in before.periods)),
            verifications=(*kept.facts.verifications, *(v for v in whole.verifications if v not in before.verifications)),
            decisions=(*kept.facts.decisions, *(d for d in whole.decisions if d not in before.decisions)),
            overrides=(*kept.facts.overrides, *(o for o in whole.overrides if o not in before.overrides)),
        )  # fmt: skip
        kept = look(kept_facts, kept.standing, Rule, later)
        seen = look(whole, track, Rule, later)
        track, at = seen.standing, later
        courses[0].append(kept.published)
        courses[1].append(seen.published)
    return [stretches(course) for course in courses], (kept.standing, track)


def stretches(published):
    """Return what was published, each as long as it stayed the same once."""
    return [one for n, one in enumerate(published) if n == 0 or one != published[n - 1]]


def test_incremental_equals_full_over_random_histories():
    for seed in range(HISTORIES):
        (incremental, full), (kept, track) = told(seed)
        assert incremental == full, seed
        assert kept == track, seed

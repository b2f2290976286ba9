"""Rebuild (重算): work every fact out again from hazards and ledger, add the facts up again. Any difference is an alarm."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from accounts.policy.places import Place
from hazards.models import Hazard
from oversight.actions import count as counting
from oversight.models import HazardFact, Tally
from oversight.policy.figures import NAMES, Figures
from oversight.queries import facts
from oversight.queries.facts import AREAS, Cell

log = logging.getLogger("bihuan.oversight")
BATCH = 500


def rebuild(*, at: datetime) -> tuple[int, int]:
    """Rebuild as of `at`, while work goes on; return how many facts and how many sums were wrong (0, 0 if all is well)."""
    while counting.sweep(at=at):
        pass  # what the calendar decided a moment ago is late, not wrong
    wrong, last = 0, UUID(int=0)
    while batch := list(Hazard.objects.filter(id__gt=last).order_by("id")[:BATCH]):
        wrong += _mend_facts(batch, at=at)
        last = batch[-1].id
    return wrong, mend_tallies()


def _mend_facts(batch: list[Hazard], *, at: datetime) -> int:
    ids = [hazard.id for hazard in batch]
    chains, kept = facts.chain(ids), HazardFact.objects.in_bulk(ids)
    differing = []
    for hazard in batch:
        due, fact = facts.due_fact(hazard, chains.get(hazard.id, []), at=at), kept.get(hazard.id)
        if due is not None and (fact is None or not facts.same(fact, due)):
            differing.append(hazard.id)
    wrong = [hazard_id for hazard_id in differing if counting.count(hazard_id, at=at)]
    for hazard_id in wrong:
        log.error("alarm: a hazard was counted wrongly in the closure rates", extra={"hazard": str(hazard_id)})
    return len(wrong)


@transaction.atomic
def mend_tallies() -> int:
    """Correct every sum that differs from its facts and return how many did; one statement sees one instant."""
    with connection.cursor() as cursor:
        cursor.execute(_differences())
        rows = cursor.fetchall()
    for row in rows:
        place = Place(*row[5 : 5 + len(AREAS)])
        start = Tally._meta.get_field("start").to_python(row[2])
        cell = Cell(row[0], row[1], start, row[3], row[4], place)
        counting.add(cell, Figures(*row[5 + len(AREAS) :]))
        log.error("alarm: a sum of the closure rates was wrong", extra={"area": cell.area, "span": cell.span})
    return len(rows)


def _differences() -> str:
    """Return the SQL of facts minus sums, for both engines; it is made of column names only."""
    keys, more = "area, span, start, level, division", ", ".join(AREAS)
    plus, minus = ", ".join(NAMES), ", ".join(f"-{name}" for name in NAMES)
    fact, tally = HazardFact._meta.db_table, Tally._meta.db_table
    parts = [
        f"SELECT area, '{span}' AS span, {start} AS start, level, division, {more}, {plus} FROM {fact}"  # noqa: S608 - names only
        for span, start in (("month", "month"), ("day", "counted_on"))
    ]
    parts.append(f"SELECT {keys}, {more}, {minus} FROM {tally}")  # noqa: S608 - names only
    places = ", ".join(f"MAX({name})" for name in AREAS)
    sums = ", ".join(f"SUM({name})" for name in NAMES)
    wrong = " OR ".join(f"SUM({name}) <> 0" for name in NAMES)
    return f"SELECT {keys}, {places}, {sums} FROM ({' UNION ALL '.join(parts)}) d GROUP BY {keys} HAVING {wrong}"  # noqa: S608

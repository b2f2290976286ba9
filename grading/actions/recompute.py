"""Recompute (全量重算): work every grade out again from where its facts come from. Any difference from what is kept is an alarm.

Read in bulk and in chunks, so that memory does not grow with the number of enterprises. What is only late (a job that still
waits, an instant of the calendar a moment ago) is not wrong. A difference is looked at again under lock, mended and told.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from backend.kernel import ids, jobs, ledger
from backend.kernel.models import Job
from backend.kernel.models.job import State
from enterprises.models import Enterprise
from grading import queries
from grading.actions import follow
from grading.actions.publish import condition_names
from grading.actions.regrade import Course, regrade, sweep
from grading.actions.regrade import write as write_looks
from grading.models import Recomputation, Standing
from grading.policy import course, plain
from grading.policy.changes import trimmed
from grading.policy.course import Look
from grading.queries import sources, standings

log = logging.getLogger("bihuan.grading")
CHUNK, BATCH, NAMED = 500, 4000, 100
FIRST = UUID(int=0)
# an entry may be committed a little after one that is younger
LATE = timedelta(minutes=5)
Row = tuple[Enterprise, Standing | None]


def begin(*, at: datetime) -> UUID:
    """Begin a recomputation and queue its first batch; return its id."""
    run = Recomputation.objects.create(id=ids.new(), started_at=at)
    _queue(run.id, FIRST, at=at)
    return run.id


def batch(run_id: UUID, *, after: UUID, at: datetime) -> None:
    """Recompute a batch of enterprises and queue the one after it; the last one ends the run."""
    last = after
    for _ in range(BATCH // CHUNK):
        if (following := _chunk(run_id, last, at=at)) is None:
            return _end(run_id, at=at)
        last = following
    return _queue(run_id, last, at=at)


def everything(*, at: datetime) -> Recomputation:
    """Recompute all enterprises here and now, and return what came of it."""
    run = Recomputation.objects.create(id=ids.new(), started_at=at)
    last: UUID | None = FIRST
    while last is not None:
        last = _chunk(run.id, last, at=at)
    _end(run.id, at=at)
    run.refresh_from_db()
    return run


def _queue(run_id: UUID, after: UUID, *, at: datetime) -> None:
    payload = {"run_id": str(run_id), "after": str(after)}
    jobs.enqueue([jobs.Work("grading.tasks.recompute_batch", f"grading.recompute:{run_id}:{after}", payload, at)])


def _chunk(run_id: UUID, after: UUID, *, at: datetime) -> UUID | None:
    """Recompute the enterprises that follow `after`; return the last of them, or None when there is none left."""
    while sweep(at=at):
        pass  # what the calendar decided a moment ago is late, not wrong
    found = list(Enterprise.objects.filter(id__gt=after).order_by("id")[:CHUNK])
    if not found:
        return None
    kept = Standing.objects.in_bulk([enterprise.id for enterprise in found])
    strange = [one.id for one in _strange([(enterprise, kept.get(enterprise.id)) for enterprise in found], at=at)]
    wrong = [enterprise_id for enterprise_id in strange if _mend(enterprise_id, at=at)]
    _note(run_id, len(found), wrong)
    return found[-1].id


def _strange(rows: list[Row], *, at: datetime) -> Iterator[Enterprise]:
    """Return the enterprises whose standing is not what their facts give at `at`, or that have none."""
    rule = queries.numbers(at)
    rated = {enterprise.id: row is not None and row.stepped != "grey" for enterprise, row in rows}
    facts = sources.facts_of([enterprise for enterprise, _ in rows], rated, rule.document, at)
    for enterprise, row in rows:
        look = course.look(facts[enterprise.id], standings.track(row), rule, at) if row else None
        if row is None or look is None or differs(enterprise, row, look, at):
            yield enterprise


def differs(enterprise: Enterprise, row: Standing, look: Look, at: datetime) -> bool:
    """Return whether what is kept differs from what `look` came to. Words are not compared: a release may better them."""
    shown = [(line["factor"], line["count"], line["points"], line["evidence"]) for line in row.rows]
    due = [(line.factor, line.count, line.points, [str(id) for id in line.evidence]) for line in look.result.rows]
    same = (
        (enterprise.grade, enterprise.score, condition_names(row), row.policy_version) == look.published
        and standings.track(row) == look.standing
        and shown == due
    )
    return not same or not _same_facts(row, look, at)


def _same_facts(row: Standing, look: Look, at: datetime) -> bool:
    told = plain.as_plain(look.facts)
    if row.facts is None or row.facts == told:
        return row.facts is not None
    rule = queries.numbers(at)
    return plain.as_plain(trimmed(plain.from_plain(row.facts), look.standing, rule.document, at)) == told


@transaction.atomic
def _mend(enterprise_id: UUID, *, at: datetime) -> bool:
    """Look again under lock; if it still differs and nothing is on its way, put it right. Return whether it was wrong."""
    row = standings.lock(enterprise_id)
    if row.facts is None or row.policy_version is None or (row.next_at is not None and row.next_at <= at):
        regrade(enterprise_id, at=at)  # never looked at, or late
        return False
    rule = queries.numbers(at)
    facts = standings.facts_anew(row, rule.document, at)
    look = course.look(facts, standings.track(row), rule, at)
    if not differs(row.enterprise, row, look, at) or row.policy_version != rule.version or _on_its_way(row, at=at):
        return False
    log.error("alarm: a grade differed from its recomputation", extra={"enterprise": str(enterprise_id)})
    seen = Course(row)
    seen.read_anew(facts, at)
    write_looks(row, seen, at=at)
    return True


def _on_its_way(row: Standing, *, at: datetime) -> bool:
    """Return whether a job that would change this standing still waits; asked after the facts were read."""
    since = (row.graded_at or at) - LATE
    entries = standings.entries_since(row.enterprise_id, since, at, follow.FOLLOWED)
    keys = [f"grading.tasks.regrade:{entry.id}" for entry in entries]
    return Job.objects.filter(dedupe_key__in=keys, state=State.WAITING).exists()


def _note(run_id: UUID, seen: int, wrong: list[UUID]) -> None:
    run = Recomputation.objects.filter(id=run_id)
    run.update(enterprises=F("enterprises") + seen, differences=F("differences") + len(wrong))
    if wrong:
        named = run.get().differing
        run.update(differing=[*named, *(str(id) for id in wrong)][:NAMED])


@transaction.atomic
def _end(run_id: UUID, *, at: datetime) -> None:
    run = Recomputation.objects.get(id=run_id)
    run.ended_at = at
    run.save(update_fields=["ended_at"])
    facts = {"enterprises": run.enterprises, "differences": run.differences, "differing": run.differing}
    kind = "grading.differed" if run.differences else "grading.recomputed"
    step = ledger.Step(
        kind=kind, subject_kind="recomputation", subject_id=run.id, signer=ledger.SYSTEM, at=at, facts=facts
    )  # fmt: skip
    ledger.append(step, ledger.Head())

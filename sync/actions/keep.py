"""An act is kept (留存): committed with its receipt and held, or in quarantine; later taken, refused, or looked at by people."""

from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.places import Place
from backend.kernel import canonical, idempotency, jobs, ledger
from backend.kernel.idempotency import Received
from backend.kernel.ledger import SYSTEM, Head, Signer, Step
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import Problem
from enterprises import queries as enterprises
from sync import queries
from sync.actions.waits import Verdict
from sync.errors import TooManyKept
from sync.models import Awaited, KeptAct
from sync.models.kept_act import State
from sync.policy.acts import KINDS, Act, Awaits, Fate, Wait

LONGEST_KIND = 40


def digest_of(act: Act) -> str:
    """Return what tells whether an act that is sent again is the same: SHA-256 over its path and body."""
    return canonical.digest({"path": act.path, "body": act.body})


@transaction.atomic
def keep(act: Act, verdict: Verdict, problem: Problem, *, got: Received, actor: Actor, at: datetime) -> KeptAct:
    """Commit an act that could not be taken yet; what it waits for may have come meanwhile, so a job looks again afterwards.

    Raises: Replayed, SameId, InProgress of its id; TooManyKept.
    """
    idempotency.hold(got)
    body = orjson.dumps(act.body).decode()
    numbers = queries.numbers(at).document
    count, size = queries.burden(actor.id)
    if count >= numbers.most_kept or size + len(body) > numbers.most_kept_bytes:
        raise TooManyKept
    enterprise_id, place = _stands(actor)
    row = KeptAct(
        id=act.id, person_id=actor.id, kind=act.kind[:LONGEST_KIND], path=act.path, body=body, size=len(body),
        digest=digest_of(act), state=State(verdict.fate.value), held_for=[wait.as_json() for wait in verdict.waits],
        problem=as_kept(problem), strong=actor.strong, enterprise_id=enterprise_id, received_at=got.at, judged_at=at,
        lapses_at=got.at + timedelta(days=numbers.held_days), **place.columns(),
    )  # fmt: skip
    entry = _note(row, verdict.fate.value, signer=accounts.signer(actor), at=at)
    row.version, row.ledger_head = entry.seq, entry.hash
    row.save(force_insert=True)
    _await(row, verdict.waits, at=at)
    return row


def wait_on(row: KeptAct, verdict: Verdict, problem: Problem, *, at: datetime) -> None:
    """Write what a locked, held act waits for now; the ledger is told when that is something else."""
    held_for = [wait.as_json() for wait in verdict.waits]
    changed = row.state != State.HELD or held_for != row.held_for
    row.held_for, row.judged_at = held_for, at
    if not changed:
        row.save(update_fields=["judged_at"])
        return
    row.awaited.all().delete()
    _await(row, verdict.waits, at=at)
    end(row, State.HELD, problem, at=at)


def end(row: KeptAct, state: State, problem: Problem | None, *, at: datetime) -> None:
    """Set where a locked act stands now, with its ledger entry; one that was taken leaves its words to its own rows."""
    row.state, row.judged_at, row.problem = state, at, as_kept(problem) if problem else None
    if state != State.HELD:
        row.awaited.all().delete()
        row.held_for = []
    if state == State.TAKEN:
        row.body = ""
    entry = _note(row, state.value, signer=SYSTEM, at=at)
    row.version, row.ledger_head = entry.seq, entry.hash
    row.save()


def _await(row: KeptAct, waits: tuple[Wait, ...], *, at: datetime) -> None:
    Awaited.objects.bulk_create(Awaited(act=row, kind=wait.kind, awaited_id=wait.id) for wait in waits)
    if any(wait.kind != Awaits.STEP_UP for wait in waits):
        # whatever came while this was being written found nobody waiting; it is looked for once more after the commit
        key = f"sync.look_again:{row.id}:{row.version}"
        jobs.enqueue([jobs.Work("sync.tasks.look_again", key, {"act_id": str(row.id)}, at)])


def _note(row: KeptAct, what: str, *, signer: Signer, at: datetime) -> LedgerEntry:
    """Append what became of the act to its chain; its words stay in its row."""
    facts: dict[str, Any] = {
        "kind": row.kind if row.kind in KINDS else "", "held_for": row.held_for, "received_at": row.received_at,
        "code": row.problem["code"] if row.problem else "",
    }  # fmt: skip
    return ledger.append(
        Step(
            kind=f"act.{what}", subject_kind="kept_act", subject_id=row.chain_id, signer=signer, at=at, after=what,
            place=row.place.code, enterprise_id=row.enterprise_id, act_id=row.id, facts=facts,
        ),
        Head(row.version, row.ledger_head),
    )  # fmt: skip


def note_handled(row: KeptAct, *, actor: Actor, at: datetime) -> None:
    """Append that people dealt with it."""
    entry = _note(row, "handled", signer=accounts.signer(actor), at=at)
    row.version, row.ledger_head = entry.seq, entry.hash


def _stands(actor: Actor) -> tuple[Any, Place]:
    """Return whose officials see what this person sent: his enterprise's, or those above his own region."""
    for duty in actor.duties:
        if duty.enterprise_id is not None:
            return duty.enterprise_id, enterprises.get_plain(duty.enterprise_id).place
        if duty.region:
            return None, accounts.place_of(duty.region) or Place()
    return None, Place()


def as_kept(problem: Problem) -> dict[str, Any]:
    """Return a problem as a row keeps it, in both languages."""
    words = {tongue: {"title": problem.title(tongue), "detail": problem.words(tongue)} for tongue in ("zh", "en")}
    return {"code": problem.code, "status": problem.status, **words, "errors": problem.errors or []}


FATES = {Fate.QUARANTINED: State.QUARANTINED, Fate.REFUSED: State.REFUSED}

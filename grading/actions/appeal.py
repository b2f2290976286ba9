"""Appeal (申诉): the owner disputes what a grade rests on. The colour stays meanwhile; who took part does not decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import calendar, idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from grading.actions import parties, regrade
from grading.errors import AppealDecided, AppealLate, AppealOfFile, AppealOpen, NotInExplanation
from grading.models import Appeal, AppealHand, Disputed, Standing
from grading.models.taken import Taken
from grading.policy import contest
from grading.policy.contest import OF_THE_FILE, Explanation, Point
from grading.queries import appeals as queries
from grading.queries import contests, standings
from hazards.policy import phrases
from media.actions import attach
from media.policy.uses import PhotoRef, Use

WORDS = 300


@dataclass(frozen=True, slots=True)
class Claimed:
    """What an owner disputes: rows by their factor ("" for all that an evidence brings), facts, an override; and why."""

    rows: tuple[Point, ...]
    fact_ids: tuple[UUID, ...]
    override_id: UUID | None
    reason: str
    photos: tuple[PhotoRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing disputed: what it is, the factor it is struck from ("" for all), the evidence, the words it was shown by.

    `points` are the places in the explanation where it stands; an override stands in none.
    """

    what: str
    factor: str
    evidence: UUID
    words: str
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Appealed:
    """An appeal as it is now, the enterprise, and the receipt of the act on it."""

    appeal: Appeal
    enterprise: Enterprise
    receipt: Receipt


@transaction.atomic
def make(claimed: Claimed, *, received: Received, enterprise_id: UUID, actor: Actor, at: datetime) -> Appealed:
    """Appeal against rows, facts or an override of the present explanation, within the working days of the policy.

    Raises: Replayed, SameId, NotFound, NotYourMove, NotInExplanation, AppealOfFile, Closed, AppealLate, AppealOpen,
    AppealDecided.
    """
    receipt = idempotency.claim(received)
    signer = parties.owner(enterprises.get(enterprise_id, actor=actor), actor)
    regrade.regrade(enterprise_id, at=at)
    row = standings.lock(enterprise_id)
    now = contests.explanation(row)
    items = _found(claimed, now, row, at)
    parties.in_business(row.enterprise)
    _in_time(items, now, row, at)
    _once(items, enterprise_id)
    appeal = _written(claimed, items, row, received=received, actor=actor, signer=signer, at=at)
    return Appealed(queries.lock(appeal.id), row.enterprise, receipt)


def _found(claimed: Claimed, now: Explanation, row: Standing, at: datetime) -> list[Item]:
    """Return what is disputed as it stands in the explanation. Raises: NotInExplanation, AppealOfFile."""
    known = now.points()
    items, strange = [], []
    for n, said in enumerate(claimed.rows):
        points = now.called(said.factor, said.evidence)
        if not points:
            strange.append(f"rows.{n}")
        elif said.factor:
            items += [Item("row", point.factor, point.evidence, known[point], (point,)) for point in points]
        else:
            items.append(Item("row", "", said.evidence, known[points[0]], tuple(points)))
    facts = contests.facts_of(claimed.fact_ids, enterprise_id=row.enterprise_id)
    for n, id in enumerate(claimed.fact_ids):
        points = now.called("", id) if id in facts else []
        items += [Item("fact", "", id, known[points[0]], tuple(points))] if points else []
        strange += [] if points else [f"fact_ids.{n}"]
    items, strange = _override(claimed, items, strange, row, at)
    if strange:
        raise NotInExplanation(
            errors=[{"field": field, "code": "appeal.not_in_explanation", "message": "not here"} for field in strange]
        )
    if any(point.factor in OF_THE_FILE for item in items for point in item.points):
        raise AppealOfFile
    return list(dict.fromkeys(items))


def _override(
    claimed: Claimed, items: list[Item], strange: list[str], row: Standing, at: datetime
) -> tuple[list[Item], list[str]]:
    if claimed.override_id is None:
        return items, strange
    held = contests.override_at(row.enterprise_id, at=at)
    if held is None or held.id != claimed.override_id:
        return items, [*strange, "override_id"]
    return [*items, Item("override", "", held.id, "")], strange


def _in_time(items: Iterable[Item], now: Explanation, row: Standing, at: datetime) -> None:
    """Raise AppealLate if the days of one of these are over."""
    before = contests.before(row.enterprise_id, at=at)
    since = contests.appealable_since(at)
    for item in items:
        if item.points:
            late = all(contest.is_late(point, now=now, before=before) for point in item.points)
        else:
            held = contests.override_at(row.enterprise_id, at=at)
            late = held is not None and held.at < since
        if late:
            days = contests.numbers(at).document.appeal_within_days
            said = f"须在等级或该项出现后 {days} 个工作日内申诉", f"Appeal within {days} working days of the colour or the row"
            raise AppealLate(detail=said[0], detail_en=said[1], evidence_id=item.evidence)


def _once(items: Sequence[Item], enterprise_id: UUID) -> None:
    """Raise AppealOpen for what an undecided appeal disputes, AppealDecided for what was refused."""
    for known in queries.disputed(enterprise_id, {item.evidence for item in items}):
        for item in items:
            same = known.evidence == item.evidence and known.what == item.what
            if same and (known.factor == item.factor or "" in (known.factor, item.factor)):
                problem = AppealDecided if known.settled_at else AppealOpen
                raise problem(appeal_id=known.appeal_id, evidence_id=item.evidence)


def _written(
    claimed: Claimed, items: Sequence[Item], row: Standing, *, received: Received, actor: Actor, signer: ledger.Signer,
    at: datetime,
) -> Appeal:  # fmt: skip
    firm, days = row.enterprise, contests.numbers(at).document
    decide_by = contest.last_instant(at, days.decide_within_days, calendar.current())
    disputed = [{"what": item.what, "factor": item.factor, "evidence": item.evidence} for item in items]
    named = [{"id": str(photo.id), "sha256": photo.sha256} for photo in claimed.photos]
    taken = Taken(
        signer, at, received.id, ledger.salt(), {"disputed": disputed, "grade": firm.grade}, {"reason": claimed.reason}, named,
        received.request_id,
    )  # fmt: skip
    appeal = Appeal.open(
        taken, enterprise=firm, grade=firm.grade, reason=claimed.reason, photo_ids=[str(photo.id) for photo in claimed.photos],
        made_by=actor.id, made_person=actor.person, made_name=actor.name, decide_by=decide_by,
        next_step_at=contest.due_soon(decide_by, days.remind_days, calendar.current()),
    )  # fmt: skip
    Disputed.objects.bulk_create(
        Disputed(appeal=appeal, enterprise=firm, what=i.what, factor=i.factor, evidence=i.evidence, words=i.words[:WORDS])
        for i in items
    )
    note_hands(appeal, {item.evidence for item in items})
    if claimed.photos:
        attach.attach(claimed.photos, use=_use(appeal, actor), at=at)
    return appeal


def note_hands(appeal: Appeal, evidence: Iterable[UUID]) -> set[UUID]:
    """Write down who had a hand in what is disputed, within the caller's transaction, and return them."""
    people = contests.hands(evidence)
    AppealHand.objects.bulk_create([AppealHand(appeal=appeal, person=person) for person in sorted(people)], ignore_conflicts=True)
    return people


def _use(appeal: Appeal, actor: Actor) -> Use:
    firm = appeal.enterprise
    spot = None if firm.latitude is None or firm.longitude is None else (firm.latitude, firm.longitude)
    return Use(
        subject_id=appeal.id, subject_kind="appeal", act_id=appeal.id, label="appeal", author_id=actor.id,
        author_person=actor.person, enterprise_id=firm.id, place=firm.place, caption=firm.name,
        person=phrases.signed(actor.name, Role.OWNER), spot=spot, firm_spot=spot,
    )  # fmt: skip

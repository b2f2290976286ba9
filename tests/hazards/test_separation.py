"""Separation of duties by the database's own word: forbidden acts are refused even past every guard, on both engines."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Duty, Person
from backend.kernel import ids
from hazards.models import Act, Extension, Hazard
from hazards.policy.words import Source, Verb
from tests.cast import LONG_AGO, NOON, a_hazard, fixed
from tests.loop import DAY, HOUR, a_ruling

pytestmark = pytest.mark.django_db
V = Verb


def insert(hazard: Hazard, verb: Verb, person: Person, *, role: str = "inspector", subject_id=None) -> None:
    """Write an act as whoever can reach the table might."""
    with transaction.atomic():
        Act.objects.create(
            id=ids.new(), hazard=hazard, kind="act", verb=verb, round=hazard.round, actor_id=person.id, person=person.identity,
            role=role, at=NOON + DAY, salt="", subject_id=subject_id,
        )  # fmt: skip


def refused(hazard: Hazard, verb: Verb, person: Person, **more) -> str:
    with pytest.raises(IntegrityError) as error:
        insert(hazard, verb, person, **more)
    return str(error.value).split("separation of duties: ")[1].split("\n")[0]


@pytest.mark.parametrize("verb", [V.CONFIRM, V.RETURN, V.DISMISS, V.ACCEPT, V.REJECT, V.PASS, V.SIGN, V.COUNTERSIGN, V.FAIL])
def test_the_reporter_never_judges(cast, verb):
    assert refused(a_hazard(cast), verb, cast.officer_a, role="officer") == "own_report"
    tip = a_hazard(cast, by="grid_worker", source=Source.PUBLIC_REPORT)
    assert refused(tip, verb, cast.grid_worker, role="grid_worker") == "own_report"


def test_an_officials_finding_is_not_his_own_report(cast):
    found = a_hazard(cast, by="inspector", source=Source.INSPECTION, ruling=a_ruling())
    insert(found, V.PASS, cast.inspector)
    assert found.acts.filter(verb="pass").count() == 1


@pytest.mark.parametrize("verb", [V.ACCEPT, V.REJECT, V.PASS, V.SIGN, V.COUNTERSIGN, V.FAIL])
def test_the_rectifier_of_any_round_never_judges(cast, verb):
    hazard = a_hazard(cast, V.FAIL, by="owner_a")
    assert refused(hazard, verb, cast.officer_a, role="officer") == "own_rectification"


def test_another_account_of_the_same_person_is_the_same_person(cast):
    hazard = a_hazard(cast)
    other = Person.objects.enrol(phone="+8613900139001", name="同一人", identity=cast.officer_a.identity)
    assert refused(hazard, V.CONFIRM, other, role="officer") == "own_report"


def test_one_hand_never_signs_twice(cast):
    hazard = a_hazard(cast, V.SIGN, last="inspector_3")
    signature = hazard.who.pending.act_id
    assert refused(hazard, V.COUNTERSIGN, cast.inspector_3, subject_id=signature) == "own_signature"


def test_two_stale_hands_never_pass_a_major_hazard(cast):
    hazard = a_hazard(cast, V.SIGN)  # the inspector verified it and signed
    insert(hazard, V.CONFIRM, cast.inspector_2)
    signature = hazard.who.pending.act_id
    assert refused(hazard, V.COUNTERSIGN, cast.inspector_2, subject_id=signature) == "stale_hands"
    insert(hazard, V.COUNTERSIGN, cast.inspector_3, subject_id=signature)
    assert hazard.acts.filter(verb="countersign").count() == 1


@pytest.mark.parametrize("verb", [V.HOLD, V.RECUR])
def test_the_passer_never_looks_back(cast, verb):
    assert refused(a_hazard(cast, V.PASS), verb, cast.inspector) == "own_pass"
    major = a_hazard(cast, V.COUNTERSIGN)
    assert {refused(major, verb, who) for who in (cast.inspector, cast.inspector_2)} == {"own_pass"}


@pytest.mark.parametrize("verb", [V.CONFIRM, V.PASS, V.DRAW, V.TRANSFER, V.ANNUL, V.ACCEPT])
def test_nobody_with_a_duty_at_the_enterprise_acts_as_an_official(cast, verb):
    hazard = a_hazard(cast)
    elsewhere = Person.objects.enrol(phone="+8613900139002", name="兼职", identity=cast.inspector.identity)
    duty = Duty.objects.create(person=elsewhere, role="employee", enterprise_id=cast.a.id, since=LONG_AGO)
    assert refused(hazard, verb, cast.inspector) == "interest"
    Duty.objects.filter(id=duty.id).update(until=NOON)
    insert(hazard, verb, cast.inspector)
    assert hazard.acts.filter(person=cast.inspector.identity).count() == 1


def test_who_asks_for_an_extension_never_decides_it(cast):
    hazard = a_hazard(cast, V.CONFIRM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(
            id=ids.new(), hazard=hazard, due_on=NOON.date(), reason="", asked_at=NOON, asked_by=fixed("me"), outcome="grant",
            decided_at=NOON + HOUR, decided_by=fixed("me"),
        )  # fmt: skip
    assert hazard.extensions.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "closed", "closed_at": None}, {"status": "void", "voided_at": None}, {"status": "done"}, {"level": "huge"},
        {"source": "rumour"}, {"review_mode": "none"}, {"status": "rectifying", "due_at": None},
        {"status": "rectifying", "level": "major", "criterion": "", "due_at": NOON, "original_due_at": NOON},
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_is_refused_by_the_table(cast, wrong):
    hazard = a_hazard(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(id=hazard.id).update(**wrong)
    assert connection.vendor in ("sqlite", "postgresql")
    assert Hazard.objects.get(id=hazard.id).status == "reported"

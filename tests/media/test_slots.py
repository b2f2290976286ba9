"""Slots: who may fill one, what is missing, what holds up a closure."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Duty, Person
from accounts.policy.places import Place
from backend.kernel import ids
from media import queries
from media.actions.attach import attach
from media.models import Photo, PhotoUse
from media.policy.uses import PhotoRef, Use
from tests.cast import DAY, FIRMS, HOUR, NOON, Cast

pytestmark = pytest.mark.django_db
SHA, OTHER = "a" * 64, "b" * 64


def use_of(author: Person, *, subject: UUID | None = None, firm: str = "a", act: UUID | None = None) -> Use:
    subject = subject or ids.new()
    return Use(
        subject_id=subject, subject_kind="hazard", act_id=act or subject, label="report", author_id=author.id,
        author_person=author.identity, enterprise_id=FIRMS[firm].id, place=FIRMS[firm].place, caption="YH-1",
    )  # fmt: skip


def named(author: Person, *refs: PhotoRef, at: datetime = NOON, firm: str = "a") -> UUID:
    use = use_of(author, firm=firm)
    attach(refs, use=use, at=at)
    return use.subject_id


def sent(id: UUID, by: Person, *, at: datetime = NOON, sha256: str = SHA, **more: Any) -> Photo:
    more.setdefault("status", "received")
    return Photo.objects.create(
        id=id, uploader=by, identity=by.identity, sha256=sha256, bytes=10, format="jpeg", width=640, height=480,
        received_at=at, **more,
    )  # fmt: skip


def status(subject: UUID) -> list[str]:
    return [str(slot.status) for slot in queries.slots([subject])[subject]]


def test_a_neighbours_photo_leaves_the_slot_expected(cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.officer_a, ref)
    sent(ref.id, cast.officer_b)
    assert status(hazard) == ["expected"]
    assert queries.missing(queries.slots([hazard])[hazard]) == [ref.id]


@pytest.mark.parametrize("who", ["inspector", "grid_worker", "regulator", "auditor", "admin", "stranger", "officer_far"])
def test_nobody_outside_the_enterprise_fills_an_officers_slot(cast: Cast, who: str) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.officer_a, ref)
    sent(ref.id, getattr(cast, who))
    assert status(hazard) == ["expected"]


@pytest.mark.parametrize("who", ["officer_a", "inspector_2", "owner_a"])
def test_nobody_but_himself_fills_an_officials_slot(cast: Cast, who: str) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.inspector, ref)
    sent(ref.id, getattr(cast, who))
    assert status(hazard) == ["expected"]


def test_other_bytes_than_named_never_fill_the_slot(cast: Cast) -> None:
    refs = [PhotoRef(ids.new(), sha256=OTHER), PhotoRef(ids.new(), bytes=11), PhotoRef(ids.new(), SHA, 10)]
    hazard = named(cast.officer_a, *refs)
    for ref in refs:
        sent(ref.id, cast.officer_a)
    assert sorted(status(hazard)) == ["expected", "expected", "received"]


def test_who_left_before_sending_does_not_fill_the_slot(cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.officer_a, ref)
    Duty.objects.filter(person=cast.employee_a).update(until=NOON + HOUR)
    sent(ref.id, cast.employee_a, at=NOON + HOUR)
    assert status(hazard) == ["expected"]


def test_who_left_after_sending_keeps_the_slot_filled(cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.officer_a, ref)
    sent(ref.id, cast.employee_a, at=NOON)
    Duty.objects.filter(person__in=[cast.employee_a, cast.officer_a]).update(until=NOON + HOUR)
    assert status(hazard) == ["received"]


@pytest.mark.parametrize("who", ["officer_a", "owner_a", "employee_a", "agency"])
def test_the_author_and_his_colleagues_fill_the_slot(cast: Cast, who: str) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.officer_a, ref)
    sent(ref.id, getattr(cast, who))
    assert status(hazard) == ["received"]


def test_a_second_account_of_the_author_fills_the_slot(cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.inspector, ref)
    other = Person.objects.enrol(phone="+8613900139000", name="同一人", identity=cast.inspector.identity)
    sent(ref.id, other)
    assert status(hazard) == ["received"]


def test_a_lapsed_slot_stays_missing_and_blocks_no_longer(cast: Cast) -> None:
    ref, here = PhotoRef(ids.new()), PhotoRef(ids.new())
    hazard = named(cast.officer_a, ref, here)
    sent(here.id, cast.officer_a, status="ready", settled_at=NOON + HOUR)
    slots = queries.slots([hazard])[hazard]
    assert (queries.missing(slots), queries.blocking(slots), queries.all_settled_at(slots)) == ([ref.id], [ref.id], None)
    PhotoUse.objects.filter(photo_id=ref.id).update(lapsed_at=NOON + 7 * DAY)
    slots = queries.slots([hazard])[hazard]
    assert (queries.missing(slots), queries.blocking(slots)) == ([ref.id], [])
    assert queries.all_settled_at(slots) == NOON + 7 * DAY


def test_a_received_photo_is_not_missing_and_not_settled_either(cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.officer_a, ref)
    sent(ref.id, cast.officer_a)
    slots = queries.slots([hazard])[hazard]
    assert (queries.missing(slots), queries.all_settled_at(slots)) == ([], None)


def test_a_refused_photo_is_missing_and_blocks(cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    hazard = named(cast.officer_a, ref)
    sent(ref.id, cast.officer_a, status="refused", code="photo.truncated", settled_at=NOON)
    slots = queries.slots([hazard])[hazard]
    assert (queries.blocking(slots), queries.all_settled_at(slots)) == ([ref.id], None)


def test_many_subjects_cost_two_queries_and_attaching_one_insert(cast: Cast, statements: Any) -> None:
    use = use_of(cast.officer_a)
    with statements() as ran:
        attach([PhotoRef(ids.new()) for _ in range(9)], use=use, at=NOON)
    assert len([q for q in ran if "SAVEPOINT" not in q["sql"]]) == 1
    others = [named(cast.officer_a, PhotoRef(ids.new())) for _ in range(20)]
    with statements() as ran:
        found = queries.slots([use.subject_id, *others])
    assert (len(ran), sum(map(len, found.values()))) == (2, 29)


def test_a_subject_without_slots_has_an_empty_list() -> None:
    subject = ids.new()
    assert queries.slots([subject]) == {subject: []}
    assert queries.slots([]) == {}
    assert queries.all_settled_at([]) is None


SEEN = {
    "officer_a": True, "owner_a": True, "agency": True, "employee_a": False, "grid_worker": True, "inspector": True,
    "county_inspector": True, "regulator": True, "regulator_city": True, "officer_b": False, "officer_far": False,
    "grid_worker_alike": False, "inspector_alike": False, "inspector_far": False, "regulator_far": False, "auditor": False,
    "admin": False, "stranger": False,
}  # fmt: skip


@pytest.mark.parametrize(("who", "seen"), SEEN.items())
def test_a_photo_is_seen_by_its_scope_only(cast: Cast, who: str, seen: bool) -> None:
    ref = PhotoRef(ids.new())
    named(cast.officer_a, ref)
    sent(ref.id, cast.officer_a)
    assert queries.visible_to(cast.actor(who)).filter(id=ref.id).exists() is seen


def test_an_unattached_photo_is_visible_to_its_uploader_alone(cast: Cast) -> None:
    photo = sent(ids.new(), cast.officer_a)
    assert [who for who in SEEN if queries.visible_to(cast.actor(who)).filter(id=photo.id)] == ["officer_a"]


def test_an_employee_sees_the_photos_of_his_own_reports_whoever_sent_them(cast: Cast) -> None:
    report, repair = PhotoRef(ids.new()), PhotoRef(ids.new())
    hazard = named(cast.employee_a, report)
    attach([repair], use=use_of(cast.officer_a, subject=hazard, act=ids.new()), at=NOON)
    sent(repair.id, cast.owner_a)
    assert queries.visible_to(cast.actor("employee_a")).count() == 1


def test_a_foreign_photo_is_seen_neither_by_the_author_nor_by_officials(cast: Cast) -> None:
    ref = PhotoRef(ids.new(), sha256=SHA)
    named(cast.officer_a, ref)
    sent(ref.id, cast.officer_b)
    assert [who for who in SEEN if queries.visible_to(cast.actor(who)).exists()] == ["officer_b"]


def test_a_place_without_codes_gives_nobody_the_photo(cast: Cast) -> None:
    ref, author = PhotoRef(ids.new()), cast.officer_far
    use = Use(ids.new(), "hazard", ids.new(), "report", author.id, author.identity, FIRMS["c"].id, Place())
    attach([ref], use=use, at=NOON)
    sent(ref.id, cast.officer_far)
    assert [who for who in SEEN if queries.visible_to(cast.actor(who)).exists()] == ["officer_far"]

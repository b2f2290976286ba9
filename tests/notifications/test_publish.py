"""Telling people: one inbox row and one SMS job per person and key, in one transaction, in few statements."""

import threading
import uuid

import pytest
from django.db import connection, transaction

from backend.kernel.models import Job
from notifications import queries
from notifications.actions.publish import publish
from notifications.models import Delivery, Inbox, Notice
from tests.cast import NOON
from tests.notifications.telling import a_message

pytestmark = pytest.mark.django_db


def test_nobody_is_told_what_he_was_told_before(cast):
    assert len(publish([a_message(cast.owner_a)], at=NOON)) == 1
    assert publish([a_message(cast.owner_a)], at=NOON) == []
    assert (Notice.objects.count(), Delivery.objects.count(), Job.objects.count()) == (1, 1, 1)
    assert queries.unread(cast.owner_a.id) == 1


def test_one_message_said_twice_in_one_breath_is_one(cast):
    assert len(publish([a_message(cast.owner_a), a_message(cast.owner_a)], at=NOON)) == 1
    assert Notice.objects.get().seq == 1


def test_accounts_that_are_unknown_or_closed_are_passed_over(cast):
    cast.officer_a.is_active = False
    cast.officer_a.save()
    told = publish([a_message(uuid.uuid4()), a_message(cast.officer_a), a_message(cast.owner_a)], at=NOON)
    assert len(told) == 1
    assert Notice.objects.get().person_id == cast.owner_a.id


def test_nothing_to_say_costs_nothing(cast, statements):
    with statements() as ran:
        assert publish([], at=NOON) == []
    assert [q for q in ran.captured_queries if "SAVEPOINT" not in q["sql"]] == []


def test_what_the_caller_takes_back_was_never_said(cast):
    reader = cast.owner_a
    with transaction.atomic():
        publish([a_message(reader)], at=NOON)
        transaction.set_rollback(True)
    assert (Notice.objects.count(), Job.objects.count(), queries.unread(cast.owner_a.id)) == (0, 0, 0)


def test_a_message_for_the_inbox_alone_brings_no_sms(cast):
    publish([a_message(cast.owner_a, sms=False)], at=NOON)
    assert (Notice.objects.count(), Delivery.objects.count(), Job.objects.count()) == (1, 0, 0)


def test_the_sms_speaks_the_language_of_its_reader(cast):
    cast.owner_a.language = "en"
    cast.owner_a.save()
    publish([a_message(cast.owner_a), a_message(cast.officer_a)], at=NOON)
    texts = dict(Delivery.objects.values_list("notice__person_id", "text"))
    assert texts[cast.owner_a.id] == "【闭环】Hazard verified\nRectify in time"
    assert texts[cast.officer_a.id] == "【闭环】隐患已核查\n请按期整改"


def test_the_number_of_statements_does_not_grow_with_the_number_of_messages(cast, statements):
    people = [cast.owner_a, cast.officer_a, cast.employee_a, cast.grid_worker]
    publish([a_message(people[0], "before")], at=NOON)  # the policy has been read
    with statements() as few:
        publish([a_message(people[0], "few")], at=NOON)
    with statements() as many:
        publish([a_message(p, f"many {n}") for p in people for n in range(5)], at=NOON)
    assert len(many) == len(few) <= 14


def test_numbers_of_an_inbox_have_no_gaps_and_no_twins(cast):
    publish([a_message(cast.owner_a, f"{n}") for n in range(3)] + [a_message(cast.officer_a, "0")], at=NOON)
    publish([a_message(cast.owner_a, f"{n}") for n in range(2, 5)], at=NOON)
    own = queries.visible_to(cast.actor("owner_a")).order_by("seq")
    assert [(n.seq, n.dedupe_key) for n in own] == [(1, "0"), (2, "1"), (3, "2"), (4, "3"), (5, "4")]
    assert Inbox.objects.get(person=cast.officer_a).last_seq == 1


@pytest.mark.django_db(transaction=True)
def test_eight_who_tell_the_same_at_once_tell_it_once(live_cast):
    reader, start = live_cast.owner_a, threading.Barrier(8)

    def tell(n: int) -> None:
        start.wait()
        publish([a_message(reader, "same"), a_message(reader, f"own {n}")], at=NOON)
        connection.close()

    threads = [threading.Thread(target=tell, args=(n,)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert Notice.objects.filter(dedupe_key="same").count() == 1
    assert sorted(Notice.objects.values_list("seq", flat=True)) == list(range(1, 10))
    assert queries.unread(reader.id) == 9

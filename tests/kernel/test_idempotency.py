"""Permanent ids (幂等): one id stands for one content for ever, and a constraint decides."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction

from backend.kernel import idempotency, ids
from backend.kernel.idempotency import KEY_LIFE, Replayed
from backend.kernel.models import Claim, KeyClaim
from backend.kernel.problems import InProgress, KeyReused, SameId
from tests.cast import NOON, fixed

ME, OTHER = fixed("me"), fixed("other")


def got(content=None, *, id=None, actor=ME, key="", kind="hazard", route="POST /hazards", at=NOON, path=None):
    return idempotency.received(
        id=id, kind=kind, route=route, path_ids=path or {}, content=content or {"a": 1}, actor_id=actor, at=at, key=key
    )


def claim(received, **more):
    with transaction.atomic():
        return idempotency.claim(received, **more)


@pytest.mark.django_db
class TestIds:
    def test_equal_content_of_the_same_person_is_replayed_with_the_first_receipt(self):
        id = ids.new()
        first = claim(got(id=id))
        with pytest.raises(Replayed) as replayed:
            claim(got(id=id, at=NOON + timedelta(days=400)))
        assert replayed.value.claim.receipt == first.as_dict()
        assert Claim.objects.count() == 1

    def test_a_held_id_is_taken_once_by_the_act_that_is_judged_and_keeps_its_receipt(self):
        act = got(id=ids.new())
        with transaction.atomic():
            first = idempotency.hold(act)
        subject = ids.new()
        assert claim(replace(act, kept=True), subject_id=subject) == first
        taken = Claim.objects.get(id=act.id)
        assert (taken.kind, taken.subject_id) == ("hazard", subject)
        with pytest.raises(Replayed):
            claim(replace(act, kept=True))

    def test_a_held_id_is_taken_by_nobody_but_its_sender(self):
        act = got(id=ids.new())
        with transaction.atomic():
            idempotency.hold(act)
        with pytest.raises(SameId) as refused:
            claim(replace(got(id=act.id, actor=OTHER), kept=True))
        assert not refused.value.extra

    @pytest.mark.parametrize(
        "other",
        [{"content": {"a": 2}}, {"kind": "photo"}, {"route": "POST /listings"}, {"path": {"hazard_id": "1"}}],
    )
    def test_other_content_under_the_same_id_is_refused_and_shown_both_digests(self, other):
        id = ids.new()
        claim(got(id=id))
        with pytest.raises(SameId) as refused:
            claim(got(id=id, **other))
        assert refused.value.extra["digests"].keys() == {"first", "this"}

    def test_somebody_elses_id_is_refused_without_a_word_about_the_first(self):
        id = ids.new()
        claim(got(id=id))
        with pytest.raises(SameId) as refused:
            claim(got(id=id, actor=OTHER))
        assert refused.value.extra == {}

    def test_an_id_whose_transaction_failed_is_free_again(self):
        id = ids.new()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            idempotency.claim(got(id=id))
            _ = 1 / 0
        assert claim(got({"b": 2}, id=id)).id == str(id)

    def test_only_the_author_reads_the_receipt_again(self):
        id = ids.new()
        receipt = claim(got(id=id))
        assert idempotency.receipt_of(id, actor_id=ME) == receipt.as_dict()
        assert idempotency.receipt_of(id, actor_id=OTHER) is None

    def test_the_subject_may_be_told_at_once_or_later(self):
        subject = fixed("subject")
        one, two, three = (got(id=ids.new()) for _ in range(3))
        claim(one, subject_id=subject)
        claim(two)
        claim(three)
        idempotency.attach_subject(three.id, subject)
        kept = dict(Claim.objects.values_list("id", "subject_id"))
        assert kept == {one.id: subject, two.id: two.id, three.id: subject}

    def test_a_body_without_an_id_is_given_one(self):
        assert got().id != got().id


@pytest.mark.django_db
class TestKeys:
    def test_the_same_key_with_equal_content_is_replayed_under_the_id_made_first(self):
        first = claim(got(key="k1"))
        with pytest.raises(Replayed) as replayed:
            claim(got(key="k1"))
        assert replayed.value.claim.receipt == first.as_dict()

    def test_the_same_key_with_other_content_is_refused(self):
        claim(got(key="k1"))
        with pytest.raises(KeyReused):
            claim(got({"a": 2}, key="k1"))

    def test_two_people_may_choose_the_same_key(self):
        assert claim(got(key="k1")).id != claim(got(key="k1", actor=OTHER)).id

    def test_an_id_makes_the_key_of_no_account(self):
        assert claim(got(id=ids.new(), key="k1")).id != claim(got({"a": 2}, id=ids.new(), key="k1")).id
        assert KeyClaim.objects.count() == 0

    @pytest.mark.parametrize(("later", "replays"), [(KEY_LIFE, True), (KEY_LIFE + timedelta(milliseconds=1), False)])
    def test_a_key_lives_ninety_days(self, later, replays):
        first = claim(got(key="k1"))
        again = got(key="k1", at=NOON + later)
        if replays:
            with pytest.raises(Replayed):
                claim(again)
        else:
            assert claim(again).id != first.id

    def test_old_keys_are_forgotten_and_ids_never(self):
        claim(got(key="k1"))
        assert idempotency.forget_keys(NOON + KEY_LIFE) == 0
        assert idempotency.forget_keys(NOON + KEY_LIFE + timedelta(seconds=1)) == 1
        assert (KeyClaim.objects.count(), Claim.objects.count()) == (0, 1)


def _holding(received, inside, release):
    """Claim in a connection of its own, say so, and hold the transaction open until told."""
    try:
        with transaction.atomic():
            idempotency.claim(received)
            inside.set()
            release.wait(20)
    finally:
        connection.close()


@pytest.mark.parametrize("by_key", [False, True])
def test_an_id_that_another_transaction_holds_is_in_progress_after_two_seconds(live_db, on_postgresql, by_key):
    id = None if by_key else ids.new()
    key = "k1" if by_key else ""
    inside, release = threading.Event(), threading.Event()
    thread = threading.Thread(target=_holding, args=(got(id=id, key=key), inside, release))
    thread.start()
    assert inside.wait(10)
    try:
        with pytest.raises(InProgress) as refused:
            claim(got(id=id, key=key))
        assert refused.value.retry_after == 1
    finally:
        release.set()
        thread.join()


def test_a_second_copy_waits_for_the_first_and_is_replayed(live_db, on_postgresql):
    id = ids.new()
    inside, release = threading.Event(), threading.Event()
    thread = threading.Thread(target=_holding, args=(got(id=id), inside, release))
    thread.start()
    assert inside.wait(10)
    threading.Timer(0.3, release.set).start()
    with pytest.raises(Replayed):
        claim(got(id=id))
    thread.join()
    assert Claim.objects.count() == 1


def test_many_copies_at_once_make_one_claim(live_db):
    id, outcomes = ids.new(), []

    def send():
        try:
            claim(got(id=id))
            outcomes.append("first")
        except Replayed:
            outcomes.append("replayed")
        except (InProgress, OperationalError):
            outcomes.append("told to wait")
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("first") == 1
    assert len(outcomes) == 8
    assert Claim.objects.count() == 1


def test_a_failure_of_the_database_that_is_no_wait_for_the_id_stays_one(live_db, on_postgresql):
    id = ids.new()
    inside, release = threading.Event(), threading.Event()
    thread = threading.Thread(target=_holding, args=(got(id=id), inside, release))
    thread.start()
    assert inside.wait(10)
    try:
        with pytest.raises(OperationalError, match="statement timeout"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 200")
            idempotency.claim(got(id=id))
    finally:
        release.set()
        thread.join()

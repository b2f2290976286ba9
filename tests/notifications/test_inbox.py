"""The inbox over HTTP: one's own, in one's language, page by page, and everything since a position."""

import uuid

import pytest

from notifications.actions.publish import publish
from notifications.models import Notice
from tests.api import problem
from tests.cast import NOON
from tests.notifications.telling import a_message

pytestmark = pytest.mark.django_db


def test_nobody_reads_an_inbox_without_logging_in(api):
    assert problem(api.get("/inbox")) == (401, "auth.required")
    assert problem(api.post("/inbox/reads", {"ids": [str(uuid.uuid4())]})) == (401, "auth.required")
    assert problem(api.post(f"/inbox/{uuid.uuid4()}/reads")) == (401, "auth.required")


@pytest.mark.parametrize("since", ["x", "-1", "1.5", "99999999999", "１", "2026-09-16T04:00:00Z", "²"])
def test_a_position_that_was_not_given_out_is_refused(api, cast, since):
    assert problem(api.as_(cast.owner_a).get(f"/inbox?since={since}"))[0] == 422


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "cursor=abc", "unread=1", "colour=red", "since="])
def test_filters_that_make_no_sense_are_refused(api, cast, query):
    assert problem(api.as_(cast.owner_a).get(f"/inbox?{query}"))[0] == 422


def test_a_foreign_notice_is_as_unknown_as_a_random_one(api, cast):
    publish([a_message(cast.owner_b), a_message(cast.owner_a)], at=NOON)
    foreign = Notice.objects.get(person=cast.owner_b).id
    own = Notice.objects.get(person=cast.owner_a).id
    owner = api.as_(cast.owner_a)
    assert problem(owner.post(f"/inbox/{foreign}/reads")) == problem(owner.post(f"/inbox/{uuid.uuid4()}/reads"))
    assert problem(owner.post("/inbox/reads", {"ids": [str(own), str(foreign)]})) == (404, "request.not_found")
    assert Notice.objects.filter(read_at=None).count() == 2
    assert len(owner.get("/inbox").json()["items"]) == 1


def test_too_many_ids_and_unknown_members_are_refused(api, cast):
    owner = api.as_(cast.owner_a)
    assert problem(owner.post("/inbox/reads", {"ids": [str(uuid.uuid4())] * 201}))[0] == 422
    assert problem(owner.post("/inbox/reads", {"ids": []}))[0] == 422
    assert problem(owner.post(f"/inbox/{uuid.uuid4()}/reads", {"at": "now"}))[0] == 422


def test_a_notice_is_told_in_the_language_of_the_reader(api, cast):
    publish([a_message(cast.owner_a)], at=NOON)
    owner = api.as_(cast.owner_a)
    [zh], [en] = owner.get("/inbox").json()["items"], owner.get("/inbox", Accept_Language="en").json()["items"]
    assert (zh["title"], en["title"]) == ("隐患已核查", "Hazard verified")
    assert set(zh) == {"id", "kind", "title", "body", "subject", "urgent", "created_at", "read_at"}
    assert (zh["subject"]["kind"], zh["created_at"], zh["read_at"]) == ("hazard", "2026-09-16T04:00:00Z", None)


def test_pages_follow_one_another_newest_first(api, cast):
    publish([a_message(cast.owner_a, f"{n}") for n in range(5)], at=NOON)
    owner = api.as_(cast.owner_a)
    first = owner.get("/inbox?limit=3&count=true").json()
    second = owner.get(f"/inbox?limit=3&cursor={first['next_cursor']}").json()
    assert (len(first["items"]), len(second["items"]), first["count"], second["next_cursor"]) == (3, 2, 5, None)
    shown = [n["id"] for n in first["items"] + second["items"]]
    assert shown == [str(n.id) for n in Notice.objects.order_by("-seq")]


def test_since_gives_everything_newer_and_nothing_twice(api, cast):
    publish([a_message(cast.owner_a, "old")], at=NOON)
    owner = api.as_(cast.owner_a)
    since = owner.get("/inbox").json()["since"]
    assert owner.get(f"/inbox?since={since}").json()["items"] == []
    publish([a_message(cast.owner_a, f"{n}") for n in range(3)], at=NOON)
    seen = []
    for _ in range(3):
        page = owner.get(f"/inbox?since={since}&limit=2").json()
        seen += [n["id"] for n in page["items"]]
        since = page["since"]
    assert seen == [str(n.id) for n in Notice.objects.filter(seq__gt=1).order_by("seq")]


def test_reading_counts_down_once_and_keeps_the_first_time(api, cast):
    publish([a_message(cast.owner_a, f"{n}") for n in range(3)], at=NOON)
    owner = api.as_(cast.owner_a)
    ids = [n["id"] for n in owner.get("/inbox?unread=true").json()["items"]]
    first = owner.post(f"/inbox/{ids[0]}/reads").json()["read_at"]
    assert first
    assert owner.post(f"/inbox/{ids[0]}/reads").json()["read_at"] == first
    assert owner.post("/inbox/reads", {"ids": ids[:2]}).json() == {"marked": 1, "unread": 1}
    assert [n["id"] for n in owner.get("/inbox?unread=true").json()["items"]] == ids[2:]
    assert len(owner.get("/inbox?unread=false").json()["items"]) == 2
    assert owner.get("/inbox").json()["unread"] == 1

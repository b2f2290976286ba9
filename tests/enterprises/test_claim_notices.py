"""Who is told of a claim: the official whose move it is, then the claimant, each once."""

import pytest

from notifications.models import Notice
from tests.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed(api, cast):
    return api.as_(cast.stranger).post(f"/enterprises/{cast.a.id}/claims", {"uscc": cast.a.uscc}).json()["id"]


def told():
    return list(Notice.objects.order_by("id").values_list("person_id", "kind", "title_zh"))


def test_nobody_elsewhere_is_told_of_a_claim(cast, drain, claimed, at_now):
    cast.grid_worker_far, cast.inspector_far, cast.owner_b, cast.auditor  # noqa: B018 - makes them
    drain(at_now)
    assert told() == []


def test_the_grid_worker_is_told_of_a_claim_and_without_one_the_inspector(api, cast, drain, at_now):
    body, path = {"uscc": cast.a.uscc}, f"/enterprises/{cast.a.id}/claims"
    cast.inspector  # noqa: B018 - makes him
    api.as_(cast.stranger).post(path, body)
    drain(at_now)
    cast.grid_worker  # noqa: B018 - makes him
    api.as_(cast.owner_b).post(path, body)
    drain(at_now)
    assert told() == [
        (cast.inspector.id, "enterprise.claimed", "企业认领待审核"),
        (cast.grid_worker.id, "enterprise.claimed", "企业认领待审核"),
    ]  # fmt: skip


@pytest.mark.parametrize(("outcome", "title"), [("confirm", "企业认领已确认"), ("refuse", "企业认领被驳回")])
def test_the_claimant_is_told_how_it_ended_once(api, cast, drain, claimed, outcome, title, at_now):
    api.as_(cast.inspector).post(f"/claims/{claimed}/decisions", {"outcome": outcome, "note": "已核对"})
    drain(at_now)
    drain(at_now)
    [notice] = api.as_(cast.stranger).get("/inbox").json()["items"]
    assert (notice["title"], cast.a.name in notice["body"], notice["subject"]) == (title, True, {"kind": "claim", "id": claimed})


@pytest.fixture
def at_now():
    """Return an instant after everything that these tests do by the real clock."""
    return max(NOON, NOON.replace(year=2090))

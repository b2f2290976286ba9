"""Three days without a network: an inspector, an officer and an old app hand in their queues, in the wrong order."""

import pytest

from backend.kernel import clock, ids, ledger
from hazards.models import Hazard
from hazards.policy.words import Status
from media.models import Photo
from notifications.models import Notice
from sync.models import KeptAct
from tests.api import Api
from tests.cast import DAY, HOUR, SECOND
from tests.loop import SHA
from tests.sync.queue import URL, finding, fix, id_of, member, withdrawal

pytestmark = pytest.mark.django_db


def hand_in(person, *acts):
    reply = Api().as_(person).post(URL, list(acts))
    assert reply.status_code == 200, reply.content
    return reply.json()


def test_a_finding_and_its_rectification_from_two_phones_in_the_wrong_order_end_in_a_closed_hazard(cast, frozen, drain):
    """The enterprise saw the finding on paper and mended it; its phone finds the network first."""
    at = clock.now()
    with frozen(at - 3 * DAY):
        found = finding(cast)
        photo = str(ids.new())
        mended = fix(id_of(found), photo_ids=[{"id": photo, "sha256": SHA}])
        old = member("rectification", f"/hazards/{id_of(found)}/repairs", fixed_by="李工", what="换了箱门")
        strange = member("telepathy", f"/hazards/{id_of(found)}/telepathies", thought="还漏气")
    with frozen(at - 2 * HOUR):
        first = hand_in(cast.officer_a, strange, mended, old)
        drain(clock.now())
    assert [answer["status"] for answer in first] == [202, 202, 202]
    assert [answer["body"]["state"] for answer in first] == ["quarantined", "held", "quarantined"]
    assert all(answer["body"]["receipt"]["signature"] for answer in first)

    with frozen(at - HOUR):
        (opened,) = hand_in(cast.inspector, found)
        assert (opened["status"], opened["body"]["status"]) == (201, "rectifying")
        assert opened["body"]["flags"] == []  # found three days ago: within the 72 hours
        drain(clock.now())
    hazard = Hazard.objects.get(id=id_of(found))
    assert hazard.status == Status.AWAITING_REINSPECTION
    assert hazard.submitted_at >= hazard.received_at
    assert KeptAct.objects.get(id=id_of(mended)).state == "taken"

    with frozen(at):
        passed = member("reinspection", f"/hazards/{id_of(found)}/reinspections", outcome="pass", on_site=True)
        (held,) = hand_in(cast.inspector_2, passed)
        assert (held["status"], held["body"]["held_for"]) == (202, [{"kind": "photo", "id": photo}])
        Photo.objects.create(
            id=photo, uploader=cast.officer_a, identity=cast.officer_a.identity, sha256=SHA, bytes=10, format="jpeg", width=640,
            height=480, received_at=at, settled_at=at, status="ready",
        )  # fmt: skip
        (taken,) = hand_in(cast.inspector_2, passed)  # the phone syncs again once the photo is there
    assert (taken["status"], taken["body"]["hazard"]["status"]) == (201, "closed")
    assert taken["body"]["receipt"] == held["body"]["receipt"]
    assert [entry.kind for entry in ledger.of(hazard.id)] == ["hazard.reported", "hazard.submitted", "hazard.passed"]
    assert ledger.broken_at(hazard.id) is None


def test_what_an_old_app_sent_is_seen_and_dealt_with(cast, drain):
    old = member("hazard", "/hazards", firm=str(cast.a.id), danger="配电箱门缺失")
    (kept,) = hand_in(cast.officer_a, old)
    drain(clock.now() + SECOND)
    assert Notice.objects.filter(person=cast.officer_a, kind="act.quarantined").exists()
    official = Api().as_(cast.grid_worker)
    (seen,) = official.get("/sync/quarantine?handled=false").json()["items"]
    assert (seen["id"], seen["body"]["danger"]) == (kept["id"], "配电箱门缺失")
    done = official.post(f"/sync/quarantine/{seen['id']}/handlings", {"note": "已电话核实,请更新应用后重新上报"})
    assert done.status_code == 201
    drain(clock.now() + 2 * SECOND)
    assert Notice.objects.filter(person=cast.officer_a, kind="act.handled").exists()
    mine = Api().as_(cast.officer_a).get(f"/sync/acts/{seen['id']}").json()
    assert (mine["state"], mine["handled_note"]) == ("quarantined", "已电话核实,请更新应用后重新上报")


def test_a_queue_sent_again_because_its_answer_was_lost_changes_nothing(cast, drain):
    queue = [finding(cast), finding(cast), withdrawal(ids.new()), member("telepathy", "/telepathies")]
    first, again = hand_in(cast.inspector, *queue), hand_in(cast.inspector, *queue)
    assert [answer["status"] for answer in first] == [201, 201, 202, 202]
    assert [answer["status"] for answer in again] == [200, 200, 202, 202]
    assert [a["body"]["receipt"] for a in first] == [a["body"]["receipt"] for a in again]
    assert (Hazard.objects.count(), KeptAct.objects.count()) == (2, 2)

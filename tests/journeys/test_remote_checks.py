"""Three remote checks (云巡查) of one morning: one answered and accepted, one that nobody answered, one refused."""

import pytest

from backend.kernel import clock, ids, ledger
from inspections.models import RemoteCheck
from notifications.models import Notice
from tests import loop
from tests.api import Api
from tests.cast import DAY, MINUTE
from tests.sync.queue import URL, member

pytestmark = pytest.mark.django_db


def test_one_is_answered_one_expires_and_one_is_refused(cast, frozen, drain):
    at = clock.now() - DAY
    grid, officer = Api().as_(cast.grid_worker), Api().as_(cast.officer_a)
    assert cast.owner_a

    def ask(spot):
        return grid.post("/remote-checks", {"enterprise_id": str(cast.a.id), "spot": spot}).json()

    with frozen(at):
        grid, officer = Api().as_(cast.grid_worker), Api().as_(cast.officer_a)
        first, second, third = ask("一号车间配电箱"), ask("危化品仓库门"), ask("二楼疏散通道")
        drain(at)
    assert Notice.objects.filter(person=cast.officer_a, kind="remote_check.asked").count() == 3

    with frozen(at + 4 * MINUTE):
        # the phone was in the basement: its answer comes by the queue, with what the app put into the picture
        waiting = {row["id"]: row for row in officer.get("/remote-checks?status=open").json()["items"]}
        photo = str(loop.a_photo(cast, "officer_a", at=clock.now()).id)
        sent = member(
            "remote_answer", f"/remote-checks/{first['id']}/answers", photo_ids=[photo], nonce=waiting[first["id"]]["nonce"]
        )
        (taken,) = officer.post(URL, [sent]).json()
        assert (taken["status"], taken["body"]["remote_check"]["reply"]["proof"]) == (201, "nonce")
        no = officer.post(f"/remote-checks/{third['id']}/refusals", {"reason": "二楼已出租,无权进入"})
        assert no.json()["remote_check"]["status"] == "refused"
        drain(clock.now())
    with frozen(at + 12 * MINUTE):
        from inspections.tasks import expire_remote_checks

        expire_remote_checks(at=clock.now())
        drain(clock.now())
        late = member("remote_answer", f"/remote-checks/{second['id']}/answers", photo_ids=[str(ids.new())])
        (refused,) = officer.post(URL, [late]).json()
        assert (refused["status"], refused["problem"]["code"]) == (409, "remote_check.expired")
        judged = grid.post(f"/remote-checks/{first['id']}/judgements", {"outcome": "accepted", "note": "箱门完好"})
        assert judged.json()["remote_check"]["judgement"]["outcome"] == "accepted"
    states = dict(RemoteCheck.objects.values_list("spot", "status"))
    assert states == {"一号车间配电箱": "judged", "危化品仓库门": "expired", "二楼疏散通道": "refused"}
    for row in RemoteCheck.objects.all():
        assert ledger.broken_at(row.id) is None
    told = Notice.objects.filter(person=cast.grid_worker).values_list("kind", flat=True)
    assert set(told) == {"remote_check.answered", "remote_check.refused", "remote_check.expired"}

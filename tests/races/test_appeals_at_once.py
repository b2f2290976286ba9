"""An appeal made twice at once is made once; of two decisions at once one counts."""

from collections import Counter
from functools import partial

import pytest

from backend.kernel import ids
from grading.models import Appeal
from tests.cast import Cast, token
from tests.grading.contests import overridden
from tests.races.phones import once, together

COPIES = 4


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_an_appeal_is_made_once_and_decided_once_however_many_come_at_once(live_cast: Cast) -> None:
    override = overridden(live_cast)
    owner, city = token(live_cast.owner_a), token(live_cast.regulator_city)
    path, body = f"/enterprises/{live_cast.a.id}/appeals", {"override_id": override, "reason": "依据不足"}
    made = together([partial(once, owner, "POST", path, {**body, "id": str(ids.new())}) for _ in range(COPIES)])
    assert Counter((reply.status, reply.code) for reply in made) == {(201, ""): 1, (409, "appeal.already_open"): COPIES - 1}
    path = f"/appeals/{Appeal.objects.get().id}/decisions"
    said = [{"id": str(ids.new()), "outcome": ("granted", "refused")[n % 2], "reasons": "已核实"} for n in range(COPIES)]
    done = together([partial(once, city, "POST", path, body) for body in said])
    assert Counter((reply.status, reply.code) for reply in done) == {(201, ""): 1, (409, "appeal.already_decided"): COPIES - 1}
    winner = next(reply for reply in done if reply.status == 201)
    assert Appeal.objects.get().outcome == winner.body["outcome"]

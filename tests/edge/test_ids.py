"""Ids that were made here and never received are taken, too."""

import pytest

from accounts.models import Duty, Person
from tests.api import Api, problem
from tests.cast import Cast


@pytest.mark.django_db
def test_the_id_of_a_row_that_nobody_sent_is_a_conflict(api: Api, cast: Cast) -> None:
    admin, taken = api.as_(cast.admin), Duty.objects.filter(person=cast.inspector).get()
    body = {"id": str(taken.id), "person_id": str(cast.stranger.id), "role": "auditor", "region": "3303"}
    assert problem(admin.post("/duties", body)) == (409, "conflict.same_id")
    taken.refresh_from_db()
    assert taken.person_id == cast.inspector.id
    assert Duty.objects.filter(person=cast.stranger).count() == 0
    someone = {"id": str(cast.inspector.id), "phone": "13800138888", "name": "另一个人"}
    assert problem(admin.post("/people", someone)) == (409, "conflict.same_id")
    assert Person.objects.get(id=cast.inspector.id).phone != "+8613800138888"


@pytest.mark.parametrize("key", ["", "x" * 201])
@pytest.mark.django_db
def test_an_unusable_idempotency_key_is_refused(api: Api, cast: Cast, key: str) -> None:
    reply = api.as_(cast.admin).post("/people", {"phone": "13800138888", "name": "某人"}, Idempotency_Key=key)
    assert problem(reply) == (422, "request.invalid")
    assert not Person.objects.filter(phone="+8613800138888").exists()

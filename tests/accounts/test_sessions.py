"""Sessions: who is asking, for how long, and what it costs to know."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.login import sessions, tokens
from accounts.models import Duty, Person
from accounts.policy import step_up
from backend.kernel import clock
from backend.kernel.problems import StepUpRequired
from tests.accounts.phone import Phone
from tests.api import Api, problem
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("spelling", ["X_Session_Token", "Authorization"])
def test_the_token_is_taken_from_either_header(cast: Cast, spelling: str) -> None:
    token = tokens.issue(cast.officer_a, at=clock.now())
    value = token if spelling == "X_Session_Token" else f"Bearer {token}"
    assert Api().get("/me", **{spelling: value}).status_code == 200


def test_no_token_is_401() -> None:
    assert problem(Api().get("/me")) == (401, "auth.required")


def test_two_statements_tell_who_is_asking(cast: Cast) -> None:
    token = tokens.issue(cast.inspector, at=NOON)
    with CaptureQueriesContext(connection) as ran:
        assert sessions.find(token, at=NOON) is not None
    assert len(ran) == 2


def test_nothing_else_is_asked_before_an_operation(cast: Cast, frozen: Any) -> None:
    with frozen(NOON):
        phone = Api().as_(cast.inspector)
        for _ in range(2):
            with CaptureQueriesContext(connection) as ran:
                assert phone.get("/regions?parent=33").status_code == 200
            assert len(ran) <= 4, [q["sql"] for q in ran]  # two for who, at most two of the operation
        with CaptureQueriesContext(connection) as ran:
            assert Api().get("/problems").status_code == 200
        assert len(ran) == 0


IDLE = [
    ("officer_a", 30 * DAY, True), ("officer_a", 30 * DAY + SECOND, False), ("inspector", 12 * HOUR, True),
    ("inspector", 12 * HOUR + SECOND, False), ("grid_worker", 12 * HOUR + SECOND, False), ("admin", 12 * HOUR + SECOND, False),
    ("auditor", 12 * HOUR + SECOND, False), ("agency", 30 * DAY, True), ("stranger", 30 * DAY, True),
]  # fmt: skip


@pytest.mark.parametrize(("who", "idle", "alive"), IDLE)
def test_an_idle_session_ends(cast: Cast, who: str, idle: timedelta, alive: bool) -> None:
    token = tokens.issue(getattr(cast, who), at=NOON)
    assert (sessions.find(token, at=NOON + idle) is not None) is alive


def test_using_a_session_keeps_it_for_half_a_year_at_most(cast: Cast) -> None:
    token = tokens.issue(cast.officer_a, at=NOON)
    UserSession.objects.filter(session_key=token).update(last_seen_at=NOON + 179 * DAY)
    assert sessions.find(token, at=NOON + 180 * DAY - SECOND) is not None
    assert sessions.find(token, at=NOON + 180 * DAY) is None


def test_last_seen_is_written_every_five_minutes_at_most(cast: Cast) -> None:
    token = tokens.issue(cast.officer_a, at=NOON)
    for after, seen in ((MINUTE, NOON), (5 * MINUTE, NOON), (6 * MINUTE, NOON + 6 * MINUTE), (7 * MINUTE, NOON + 6 * MINUTE)):
        sessions.find(token, at=NOON + after)
        assert UserSession.objects.get(session_key=token).last_seen_at == seen


def test_a_disabled_person_is_out_at_once(cast: Cast) -> None:
    phone = Api().as_(cast.officer_a)
    Person.objects.filter(id=cast.officer_a.id).update(is_active=False)
    assert problem(phone.get("/me")) == (401, "auth.required")


def test_a_duty_that_ended_is_gone_at_the_next_request(cast: Cast) -> None:
    phone = Api().as_(cast.officer_a)
    assert len(phone.get("/me").json()["duties"]) == 1
    Duty.objects.filter(person=cast.officer_a).update(until=NOON)
    assert phone.get("/me").json()["duties"] == []


@pytest.mark.parametrize(("who", "most"), [("officer_a", 5), ("inspector", 5), ("admin", 1)])
def test_beyond_the_limit_the_oldest_session_ends(cast: Cast, who: str, most: int) -> None:
    made = [tokens.issue(getattr(cast, who), at=NOON + n * SECOND) for n in range(most + 2)]
    alive = [sessions.find(token, at=NOON + MINUTE) is not None for token in made]
    assert alive == [False, False] + [True] * most


def test_a_sixth_login_ends_the_first(cast: Cast) -> None:
    phones = [Phone() for _ in range(6)]
    for phone in phones:
        assert phone.log_in(cast.officer_a.phone).status_code == 200
    assert [phone.get("/me").status_code for phone in phones] == [401] + [200] * 5


@pytest.mark.parametrize(("after", "fresh"), [(5 * MINUTE - SECOND, True), (5 * MINUTE, True), (5 * MINUTE + SECOND, False)])
def test_a_step_up_is_fresh_for_five_minutes(cast: Cast, after: timedelta, fresh: bool) -> None:
    token = tokens.issue(cast.inspector, at=NOON)
    actor = sessions.find(token, at=NOON + after)
    assert actor is not None
    assert actor.stepped_up_at == NOON
    if fresh:
        step_up.require(actor, at=NOON + after)
        assert actor.strong
    else:
        with pytest.raises(StepUpRequired):
            step_up.require(actor, at=NOON + after)


def test_a_weak_session_never_stepped_up(cast: Cast) -> None:
    actor = sessions.find(tokens.issue(cast.inspector, at=NOON, strong=False), at=NOON)
    assert actor is not None
    assert actor.needs_second_factor
    with pytest.raises(StepUpRequired):
        step_up.require(actor, at=NOON)


def test_a_forged_or_foreign_session_row_is_nobody(cast: Cast) -> None:
    token = tokens.issue(cast.officer_a, at=NOON)
    UserSession.objects.filter(session_key=token).update(user=cast.inspector)
    assert sessions.find(token, at=NOON) is None

"""Checking in by a code that was scanned at the door: what does not vouch is refused and says why, what is weak is flagged."""

import pytest

from backend.kernel import clock, ids
from grading.actions import use_up
from grading.models import UsedCode
from inspections.models import Inspection, VisitAct
from tests.api import Api, problem
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND
from tests.grading.codes import given, page, printed, revoked, told
from tests.inspections.visits import AT_A, act, done, planned
from tests.sync.queue import URL, member

pytestmark = pytest.mark.django_db
BAD = (422, "inspection.bad_code")


@pytest.fixture
def patrol(cast, frozen):
    with frozen(NOON):
        return planned(cast)


def refused(cast, visit, code, by="inspector", **more):
    reply = act(cast, by, visit, "check-ins", code=code, **more)
    assert problem(reply) == BAD
    return reply.json().get("why")


def passing(cast, code, by="inspector"):
    return told(code, getattr(cast, by)).json()["check_in"]["code"]


def test_a_code_that_vouches_for_nothing_is_refused_and_says_why(cast, frozen, patrol):
    with frozen(NOON):
        elsewhere, poster_of_b = given(cast, "owner_b", "b"), printed(cast, "owner_b", "b")
        used, old, poster, live = given(cast), given(cast), printed(cast), given(cast)
        mine, page_of_b = passing(cast, given(cast)), passing(cast, elsewhere)
        page(used)
        revoked(cast, poster)
        why = {
            "nonsense": refused(cast, patrol, "abc"), "forged": refused(cast, patrol, live["token"][:-2] + "AA"),
            "elsewhere": refused(cast, patrol, poster_of_b["token"]), "pass elsewhere": refused(cast, patrol, page_of_b),
            "used": refused(cast, patrol, used["token"]), "revoked": refused(cast, patrol, poster["token"]),
        }  # fmt: skip
        colleague = planned(cast, "inspector_2")
        why["his colleague's"] = refused(cast, colleague, mine, by="inspector_2")
    with frozen(NOON + MINUTE):
        why["old"] = refused(cast, patrol, old["url"])
        why["old, and was not there"] = refused(cast, patrol, old["url"], observed_at=clock.text(NOON - HOUR))
    with frozen(NOON + 10 * MINUTE):
        why["old pass"] = refused(cast, patrol, mine)
    with frozen(NOON + 3 * DAY + MINUTE + SECOND):
        why["far too late"] = refused(cast, patrol, old["url"], observed_at=clock.text(NOON))
    assert why == {
        "nonsense": None, "forged": None, "elsewhere": "elsewhere", "pass elsewhere": "elsewhere", "used": "used",
        "revoked": "revoked", "his colleague's": "not_yours", "old": "expired", "old, and was not there": "expired",
        "old pass": "expired", "far too late": "expired",
    }  # fmt: skip
    assert (Inspection.objects.filter(status="planned").count(), VisitAct.objects.count()) == (2, 0)
    assert UsedCode.objects.count() == 3  # the one that was looked at, and the two behind the passes


def test_a_refused_check_in_uses_nothing(cast, frozen):
    with frozen(NOON):
        visit = planned(cast, type="administrative_inspection", action_code=None)
        code = given(cast)["token"]
        assert problem(act(cast, "inspector", visit, "check-ins", code=code)) == (409, "inspection.action_code_required")
        shown = done(cast, "inspector", visit, "check-ins", code=code, action_code="ZJ-1")
    assert (shown["presence"], shown["flags"]) == ("code", [])


@pytest.mark.parametrize(
    ("how", "where", "flags"),
    [
        ("token", {}, []), ("url", {}, []), ("pass", {}, []), ("token", {"location": AT_A}, []),
        ("token", {"location": AT_A | {"latitude": 28.0432}}, ["far"]),
        ("printed", {}, ["printed_code", "no_location"]), ("printed", {"location": AT_A}, ["printed_code"]),
        ("printed pass", {"location": AT_A}, ["printed_code"]), ("typed", {"location": AT_A}, ["printed_code"]),
    ],
)  # fmt: skip
def test_what_was_scanned_shows_that_he_was_there_and_what_is_weak_about_it(cast, frozen, patrol, how, where, flags):
    with frozen(NOON + SECOND):
        code = printed(cast) if how in ("printed", "printed pass", "typed") else given(cast)
        said = passing(cast, code) if "pass" in how else code["url"] if how in ("url", "printed") else code["token"]
        said = "-".join(said[n : n + 5] for n in range(0, 20, 5)).upper() if how == "typed" else said
        shown = done(cast, "inspector", patrol, "check-ins", code=said, **where)
    assert (shown["presence"], shown["flags"]) == ("code", flags)


def test_a_check_in_sent_twice_is_one_although_its_code_is_used(cast, frozen, patrol):
    with frozen(NOON + SECOND):
        body = {"id": str(ids.new()), "code": given(cast)["token"]}
        answers = [Api().as_(cast.inspector).post(f"/inspections/{patrol['id']}/check-ins", body) for _ in range(2)]
        assert [reply.status_code for reply in answers] == [201, 200]
        assert answers[0].json()["receipt"] == answers[1].json()["receipt"]
        # but a pass, too, is good for one check-in only
        visit = planned(cast, mode="complaint", note="举报")
        assert refused(cast, visit, body["code"]) == "used"
        good = passing(cast, given(cast))
        done(cast, "inspector", visit, "check-ins", code=good)
        third = planned(cast, type="service_visit")
        assert refused(cast, third, good) == "used"


def test_a_phone_without_a_network_hands_in_what_it_scanned_and_that_is_flagged(cast, frozen, patrol):
    with frozen(NOON):
        code, again = given(cast)["token"], given(cast)["token"]
    with frozen(NOON + 5 * HOUR):
        shown = done(cast, "inspector", patrol, "check-ins", code=code, observed_at=clock.text(NOON + 30 * SECOND))
        assert (shown["presence"], shown["flags"]) == ("code", ["late_code", "no_location"])
        visit = planned(cast, type="service_visit")
        assert refused(cast, visit, code, observed_at=clock.text(NOON)) == "used"
        assert refused(cast, visit, again, observed_at=clock.text(NOON + 7 * MINUTE)) == "expired"
        assert done(cast, "inspector", visit, "check-ins", code=again, observed_at=clock.text(NOON - 5 * MINUTE))["flags"]


def test_a_whole_visit_made_without_a_network_begins_with_the_code_that_was_scanned(cast, frozen, patrol):
    with frozen(NOON):
        scanned, moment = given(cast)["url"], clock.text(clock.now())
    path = f"/inspections/{patrol['id']}"
    queue = [
        member("check_out", f"{path}/check-outs", observed_at=clock.text(NOON + HOUR)),
        member("check_in", f"{path}/check-ins", code=scanned, location=AT_A, observed_at=moment),
    ]
    with frozen(NOON + DAY):
        answers = Api().as_(cast.inspector).post(URL, queue).json()
    assert [one["status"] for one in answers] == [201, 201]
    assert Inspection.objects.get().flags == ["late_code", "no_photo"]


def test_what_was_used_is_forgotten_when_nobody_would_take_it_any_more(cast, frozen):
    with frozen(NOON):
        page(given(cast))
    last = NOON + MINUTE + 3 * DAY + 5 * MINUTE
    assert use_up.forget(at=last - SECOND) == 0
    assert use_up.forget(at=last) == 1

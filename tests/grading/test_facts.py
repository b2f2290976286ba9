"""Dated facts enter by officials, count while they hold, end, and are voided; the history tells what was known when."""

import pytest

from grading.actions.regrade import sweep
from grading.models import Fact, GradePeriod
from tests.api import problem
from tests.cast import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


def recorded(story, kind, at=NOON, *, by="inspector", **more):
    body = {"enterprise_id": str(story.cast.a.id), "kind": kind, "from": "2026-09-01", **more}
    told = story.say(by, "POST", "/facts", body, at=at)
    story.drain(at)
    return told


def code(story, at, who="officer_a", **headers):
    return story.say(who, "GET", f"/enterprises/{story.cast.a.id}/safety-code", at=at, **headers)


BAD = [
    ({"kind": "moon_phase"}, "kind"),
    ({"kind": "risk_level"}, "kind"),
    ({"from": "2026-13-01"}, "from"),
    ({"from": None}, "from"),
    ({"value": []}, "value"),
    ({"origin": "import"}, "origin"),
    ({"x": 1}, "x"),
    ({"to": "2026-08-31"}, "to"),
    ({"kind": "penalty", "to": "2026-12-31"}, "to"),
    ({"kind": "standardisation", "value": {"level": 4}}, "value.level"),
    ({"kind": "standardisation"}, "value.level"),
    ({"value": {"colour": "red"}}, "value.colour"),
]


def test_what_makes_no_sense_is_refused_with_the_place_at_fault(story, api):
    for wrong, place in BAD:
        body = {"enterprise_id": str(story.cast.a.id), "kind": "training_expired", "from": "2026-09-01", **wrong}
        reply = api.as_(story.cast.inspector).post("/facts", body)
        assert (reply.status_code, [e["field"] for e in reply.json()["errors"]]) == (422, [place]), wrong
    assert not Fact.objects.exists()


def test_a_fact_counts_at_once_until_it_ends_and_is_read_by_the_enterprise(story):
    made = recorded(story, "liability_insurance_missing")
    assert (made["from"], made["to"], made["origin"], made["receipt"]["kind"]) == (
        "2026-08-31T16:00:00Z",
        None,
        "official",
        "fact",
    )
    told = code(story, NOON)
    assert [(row["factor"], row["points"], row["evidence"]) for row in told["rows"]] == [
        ("liability_insurance_missing", -5, [made["id"]])
    ]
    ended = story.say("inspector", "POST", f"/facts/{made['id']}/endings", {"to": "2026-09-20", "reason": "已投保"}, at=NOON)
    assert (ended["to"], ended["reason"]) == ("2026-09-20T16:00:00Z", "已投保")
    story.drain(NOON)
    assert code(story, NOON)["next_review_at"] == "2026-09-20T16:00:00Z"
    sweep(at=NOON + 5 * DAY)
    assert code(story, NOON + 5 * DAY)["score"] == 100
    listed = story.say("owner_a", "GET", f"/facts?enterprise_id={story.cast.a.id}", at=NOON)["items"]
    assert [(one["kind"], one["label"]) for one in listed] == [("liability_insurance_missing", "未投保安全生产责任险")]


def test_the_same_fact_again_is_a_replay_and_two_endings_are_one_too_many(story, api):
    id = "0192c7a8-0000-7000-8000-000000000001"
    first = recorded(story, "training_expired", id=id)
    assert recorded(story, "training_expired", id=id)["receipt"] == first["receipt"]
    end = {"to": "2026-09-20", "reason": "已培训"}
    story.say("inspector", "POST", f"/facts/{id}/endings", end, at=NOON)
    with story.frozen(NOON):
        assert problem(api.as_(story.cast.inspector).post(f"/facts/{id}/endings", end)) == (409, "fact.over")


def test_a_fact_that_was_never_true_is_voided_and_what_was_known_stays_known(story, api):
    made = recorded(story, "dishonesty_listed")
    later = NOON + 2 * DAY
    assert code(story, NOON)["grade"] == "red"
    voided = story.say("regulator", "POST", f"/facts/{made['id']}/voidings", {"reason": "同名误录"}, at=later)
    assert voided["voided_at"] is not None
    story.drain(later)
    told = code(story, later)
    assert (told["grade"], told["vetoes"], told["waiting_for"]) == ("green", [], None)

    def history(**query):
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        path = f"/enterprises/{story.cast.a.id}/safety-code/history?{asked}"
        return [(one["grade"], one["to"]) for one in story.say("officer_a", "GET", path, at=later)["items"]]

    assert [grade for grade, _ in history()] == ["green", "grey"]
    assert history(as_known_at="2026-09-17T00:00:00Z")[:2] == [("red", None), ("green", "2026-09-16T04:00:00Z")]
    with story.frozen(later):
        again = api.as_(story.cast.regulator).post(f"/facts/{made['id']}/voidings", {"reason": "再来"})
    assert problem(again) == (409, "fact.over")


def test_a_page_of_history_follows_the_one_before(story):
    for n in range(4):
        recorded(story, "penalty", NOON + n * HOUR)
    path, seen, cursor = f"/enterprises/{story.cast.a.id}/safety-code/history?limit=2", [], ""
    while cursor is not None:
        page = story.say("officer_a", "GET", path + (f"&cursor={cursor}" if cursor else ""), at=NOON + DAY)
        seen += [(one["score"], one["from"], one["to"]) for one in page["items"]]
        cursor = page["next_cursor"]
    assert [score for score, *_ in seen] == [80, 85, 90, 95, 100, None]
    assert [one[1] for one in seen][:-1] == [one[2] for one in seen][1:]
    assert GradePeriod.objects.filter(cause="fact.recorded").count() == 4


def test_officials_list_the_codes_of_their_region_by_colour(story):
    recorded(story, "stop_order")
    assert story.cast.b
    found = story.say("regulator", "GET", "/safety-codes?region=330324&grade=red&count=true", at=NOON)
    assert [(one["enterprise_id"], one["code_colour"]) for one in found["items"]] == [(str(story.cast.a.id), "red")]
    assert found["count"] == 1
    assert story.say("regulator", "GET", "/safety-codes?region=330324&grade=orange", at=NOON)["items"] == []


def test_an_owner_is_told_in_both_languages_what_it_waits_for_and_what_to_do(story):
    recorded(story, "liability_insurance_missing")
    penalty = recorded(story, "penalty")
    recorded(story, "quarterly_report_missing")
    told = code(story, NOON)
    assert (told["grade"], told["score"], told["waiting_for"]["what"]) == ("blue", 86, "points")
    assert [(act["act"], act["gain_at_least"], act["grade_after"]) for act in told["do_next"]] == [
        ("mend", 5, "blue"), ("mend", 4, "green"), ("ask_for_visit", 0, "green"),
    ]  # fmt: skip
    assert penalty["id"] not in [act["subject"] for act in told["do_next"]]
    english = code(story, NOON, Accept_Language="en")
    words = [row["words"] for row in english["rows"]] + [act["words"] for act in english["do_next"]]
    assert all(text.isascii() for text in [*words, english["waiting_for"]["words"]])

"""Closure rates through whole stories: who may ask, and what every figure counts."""

from uuid import uuid4

import pytest

from hazards.actions import close
from hazards.models import Hazard
from media.models import PhotoUse
from oversight import measures
from oversight.actions.count import sweep
from oversight.actions.rebuild import rebuild
from oversight.models import HazardFact, Tally
from tests.api import problem
from tests.cast import DAY, GRID_AB, HOUR, NOON
from tests.story import day

pytestmark = pytest.mark.django_db
PATH = "/oversight/closure-rates"
RATES = [measure.name for measure in measures.RATES]
TOWN, OTHER_TOWN, COUNTY, CITY = "330324009", "330324006", "330324", "3303"


def ask(story, query="", *, at=NOON + 60 * DAY, who="regulator", **headers):
    return story.say(who, "GET", f"{PATH}{query}", at=at, **headers)


def figures(story, *, key=TOWN, at=NOON + 60 * DAY, query="", who="regulator"):
    """Return the four rates of one group as (numerator, denominator)."""
    story.drain(at)
    item = next(item for item in ask(story, query, at=at, who=who)["items"] if item["key"] == key)
    for rate in (item[name] for name in RATES):
        assert rate["rate"] == (rate["numerator"] / rate["denominator"] if rate["denominator"] else None)
    assert rebuild(at=at) == (0, 0)
    return tuple((item[name]["numerator"], item[name]["denominator"]) for name in RATES)


def closed(story, at=NOON, *, after=DAY, **more):
    id = story.found(at, **more)
    story.submitted(id, at + after, by=more.get("officer", "officer_a"))
    story.passed(id, at + after + HOUR)
    return id


def test_nobody_asks_without_logging_in(api):
    assert problem(api.get(PATH)) == (401, "auth.required")


@pytest.mark.parametrize("role", ["owner_a", "officer_a", "employee_a", "agency", "grid_worker", "admin", "stranger"])
def test_those_who_do_not_oversee_are_turned_away_before_their_question_is_read(api, cast, role):
    assert problem(api.as_(getattr(cast, role)).get(f"{PATH}?colour=red")) == (403, "auth.no_duty")


@pytest.mark.parametrize(
    "query",
    [
        "by=colour", "from=2026-13-01", "from=yesterday", "to=1999-12-31", "from=2026-09-02&to=2026-09-01", "region=33032", "x=1",
        "region=", "from=2020-01-01&to=2025-01-01", "from=2001-01-01", "start=2026-01-01", "to=9999-12-31", "by=",
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(api, cast, query):
    assert problem(api.as_(cast.regulator).get(f"{PATH}?{query}"))[0] == 422


@pytest.mark.parametrize("code", ["330383", "3303", "33", "330383198", "330324999", "99", "330324009000099"])
def test_a_region_outside_ones_own_does_not_exist(api, cast, code):
    assert problem(api.as_(cast.regulator).get(f"{PATH}?region={code}")) == (404, "request.not_found")


@pytest.mark.parametrize(
    ("who", "region", "first"),
    [
        ("regulator", COUNTY, "330324001"), ("regulator_city", CITY, "330302"), ("auditor", CITY, "330302"),
        ("inspector", TOWN, GRID_AB), ("county_inspector", COUNTY, "330324001"), ("regulator_far", "330383", "330383198"),
    ],
)  # fmt: skip
def test_without_a_region_it_is_ones_own_and_its_parts_are_shown_even_when_empty(story, who, region, first):
    told = ask(story, who=who, at=NOON)
    assert (told["region"], told["from"], told["to"], told["by"]) == (region, "2026-01-01", "2026-09-16", "region")
    assert told["items"][0]["key"] == first
    for item in [*told["items"], told["total"]]:
        assert all(item[name] == {"numerator": 0, "denominator": 0, "rate": None} for name in RATES)


def test_every_figure_is_defined_in_words_in_the_readers_language(story):
    zh, en = ask(story), ask(story, Accept_Language="en")
    assert [m["name"] for m in zh["measures"]] == [m["name"] for m in en["measures"]] == RATES
    assert all("分母" in m["definition"] for m in zh["measures"])
    assert all("Denominator" in m["definition"] for m in en["measures"])
    assert [c["name"] for c in zh["counts"]] == ["withdrawn", "withdrawn_flagged"]


def test_closed_by_an_officials_pass_in_time(story):
    closed(story)
    assert figures(story) == ((1, 1), (1, 1), (1, 1), (0, 0))


def test_a_report_counts_from_its_confirmation_on(story):
    id = story.reported(NOON)
    assert figures(story, at=NOON) == ((0, 0), (0, 0), (0, 0), (0, 0))
    story.confirmed(id, NOON + 20 * DAY)
    assert figures(story, at=NOON + 20 * DAY) == ((0, 1), (0, 1), (0, 0), (0, 0))
    assert figures(story, query="?to=" + day(NOON + 19 * DAY))[0] == (0, 0)
    assert figures(story, query="?from=" + day(NOON + 20 * DAY))[0] == (0, 1)
    assert figures(story, query="?from=" + day(NOON + 21 * DAY))[0] == (0, 0)


def test_closed_by_the_clock_is_reported_closed_and_never_verified(story):
    id = story.self_fixed(NOON)
    assert figures(story, at=NOON) == ((0, 1), (0, 1), (0, 0), (0, 0))
    story.act(id, "acceptances", {"outcome": "accept"}, by="owner_a", at=NOON + HOUR)
    PhotoUse.objects.filter(subject_id=id).delete()
    Hazard.objects.filter(id=id).update(drawn_at=None)
    close.by_clock(Hazard.objects.get(id=id), at=NOON + 10 * DAY)
    assert Hazard.objects.get(id=id).closed_by == "clock"
    assert figures(story) == ((1, 1), (0, 1), (0, 0), (0, 0))
    story.held(id, NOON + 20 * DAY)
    assert figures(story) == ((1, 1), (0, 1), (0, 0), (1, 1))


def test_a_self_fixed_hazard_that_fails_gets_its_deadline_then(story):
    id = story.self_fixed(NOON)
    story.failed(id, NOON + DAY)
    assert figures(story, at=NOON + DAY) == ((0, 1), (0, 1), (0, 0), (0, 0))
    story.submitted(id, NOON + 2 * DAY)
    story.passed(id, NOON + 3 * DAY)
    assert figures(story) == ((1, 1), (1, 1), (1, 1), (0, 0))


def test_late_against_the_original_deadline_despite_an_extension(story):
    id = story.found(NOON)
    asked = story.act(id, "extensions", {"due_on": day(NOON + 18 * DAY), "reason": "等配件"}, by="officer_a", at=NOON + DAY)
    story.say("inspector", "POST", f"/extensions/{asked['id']}/decisions", {"outcome": "grant"}, at=NOON + DAY)
    story.submitted(id, NOON + 12 * DAY)
    assert figures(story, at=NOON + 12 * DAY) == ((0, 1), (0, 1), (0, 1), (0, 0))
    story.passed(id, NOON + 13 * DAY)
    assert figures(story) == ((1, 1), (1, 1), (0, 1), (0, 0))


def test_a_deadline_is_missed_by_the_calendar_alone_to_the_second(story):
    id = story.found(NOON)
    story.drain(NOON)
    due = HazardFact.objects.get(hazard_id=id).undecided_until
    before, there = due - DAY / 86_400_000, due
    assert [ask(story, at=at)["total"]["on_time"]["denominator"] for at in (before, there)] == [0, 1]
    assert (sweep(at=before), sweep(at=there), sweep(at=there)) == (0, 1, 0)
    assert figures(story, at=there) == ((0, 1), (0, 1), (0, 1), (0, 0))


def test_handed_in_in_time_it_is_not_late_while_an_official_is(story):
    id = story.found(NOON)
    story.submitted(id, NOON + 9 * DAY)
    assert figures(story, at=NOON + 40 * DAY) == ((0, 1), (0, 1), (0, 0), (0, 0))
    story.passed(id, NOON + 41 * DAY)
    assert figures(story) == ((1, 1), (1, 1), (1, 1), (0, 0))


def test_a_look_back_that_finds_it_again_restates_what_was_published(story):
    id = closed(story)
    query = "?to=" + day(NOON + DAY)
    assert figures(story, at=NOON + 5 * DAY, query=query) == ((1, 1), (1, 1), (1, 1), (0, 0))
    story.held(id, NOON + 6 * DAY)
    assert figures(story, at=NOON + 6 * DAY, query=query) == ((1, 1), (1, 1), (1, 1), (1, 1))
    story.recurred(id, NOON + 20 * DAY)
    assert figures(story, at=NOON + 20 * DAY, query=query) == ((0, 1), (0, 1), (0, 1), (0, 1))
    story.submitted(id, NOON + 21 * DAY)
    story.passed(id, NOON + 22 * DAY)
    assert figures(story, at=NOON + 22 * DAY, query=query) == ((1, 1), (1, 1), (0, 1), (0, 1))
    story.held(id, NOON + 23 * DAY)
    assert figures(story, at=NOON + 23 * DAY, query=query) == ((1, 1), (1, 1), (0, 1), (1, 1))


def test_what_is_transferred_or_moves_stays_where_it_was_counted(story):
    id = story.found(NOON)
    moved = {"to_region": OTHER_TOWN, "reason": "属邻镇"}
    story.act(id, "transfers", moved, by="inspector", at=NOON + DAY)
    assert figures(story, key=TOWN)[0] == (0, 1)
    assert figures(story, key=OTHER_TOWN)[0] == (0, 0)
    reported = story.reported(NOON)
    story.act(reported, "transfers", moved, by="inspector", at=NOON + DAY)
    story.confirmed(reported, NOON + DAY, by="inspector_alike")
    assert figures(story, key=OTHER_TOWN)[0] == (0, 1)
    etag = story.say("regulator", "GET", f"/enterprises/{story.cast.a.id}", at=NOON)["version"]
    change = {"region": "330324001", "grid": None}
    story.say("regulator", "PATCH", f"/enterprises/{story.cast.a.id}", change, at=NOON + 2 * DAY, If_Match=f'"{etag}"')
    assert figures(story, key=TOWN)[0] == (0, 1)
    assert figures(story, key="330324001")[0] == (0, 0)


def test_annulled_and_dismissed_ones_are_found_nowhere(story):
    id, other = story.found(NOON), story.reported(NOON)
    assert figures(story, at=NOON)[0] == (0, 1)
    story.act(id, "annulments", {"reason": "重复立案"}, by="regulator", at=NOON + DAY)
    story.act(other, "verifications", {"outcome": "dismiss", "reason": "not_a_hazard"}, by="inspector", at=NOON + DAY)
    assert figures(story) == ((0, 0), (0, 0), (0, 0), (0, 0))


def test_withdrawn_reports_stand_beside_the_rates_and_the_third_of_a_person_is_flagged(story):
    for n, at in enumerate([NOON, NOON + 10 * DAY, NOON + 20 * DAY, NOON + 120 * DAY]):
        id = story.reported(at)
        story.act(id, "withdrawals", {}, by="officer_a", at=at + HOUR)
        assert figures(story, at=at + HOUR, query="?by=level", key="general")[0] == (0, 0)
        total = ask(story, "?from=2026-01-01", at=at + HOUR)["total"]
        assert (total["withdrawn"], total["withdrawn_flagged"]) == [(1, 0), (2, 0), (3, 1), (1, 0)][n] or n == 3
    total = ask(story, "?from=2026-01-01&to=2027-12-31", at=NOON + 130 * DAY)["total"]
    assert (total["withdrawn"], total["withdrawn_flagged"]) == (4, 1)


def test_a_raised_hazard_is_counted_among_the_major_ones(story):
    id = story.found(NOON)
    assert figures(story, at=NOON, key="general", query="?by=level")[0] == (0, 1)
    why = {"level": "major", "criterion": "GM-03-02", "reason": "存在重大风险"}
    story.act(id, "reclassifications", why, by="inspector", at=NOON)
    assert figures(story, at=NOON, key="general", query="?by=level")[0] == (0, 0)
    assert figures(story, at=NOON, key="major", query="?by=level")[0] == (0, 1)


def test_groups_by_month_level_industry_and_grid(story):
    closed(story, NOON - 20 * DAY)
    story.found(NOON, firm=story.cast.b)
    story.found(NOON, firm=story.cast.alike, by="inspector_alike")
    story.drain(NOON + DAY)

    def groups(query, who="regulator"):
        told = ask(story, query, at=NOON + DAY, who=who)
        return {
            item["key"]: (item["reported_closed"]["numerator"], item["reported_closed"]["denominator"])
            for item in told["items"]
            if item["reported_closed"]["denominator"]
        }

    assert groups("?by=month") == {"2026-08": (1, 1), "2026-09": (0, 2)}
    assert groups("?by=level") == {"general": (1, 3)}
    assert groups("?by=industry") == {"C34": (1, 3)}
    assert groups("") == {TOWN: (1, 2), OTHER_TOWN: (0, 1)}
    assert groups("", who="regulator_city") == {COUNTY: (1, 3)}
    assert groups(f"?region={TOWN}") == groups("", who="inspector") == {GRID_AB: (1, 2)}
    assert groups(f"?region={GRID_AB}&by=month") == {"2026-08": (1, 1), "2026-09": (0, 1)}
    assert groups(f"?region={TOWN}&by=month&from=2026-08-27&to=2026-09-16") == {"2026-08": (1, 1), "2026-09": (0, 1)}
    told = ask(story, "?by=industry", at=NOON + DAY)
    assert told["items"][0]["name"] == "通用设备制造业"
    months = [item["key"] for item in ask(story, "?by=month", at=NOON + DAY)["items"]]
    assert months == [f"2026-{n:02}" for n in range(1, 10)]


def test_the_time_of_an_answer_does_not_grow_with_the_hazards(story, statements):
    story.found(NOON)
    story.drain(NOON)
    regulator = story.api.as_(story.cast.regulator)
    regulator.get(PATH)
    with statements() as ran:
        regulator.get(PATH)
    few = len(ran)
    for n in range(5):
        story.found(NOON + n * HOUR)
    story.drain(NOON + DAY)
    with statements() as ran:
        regulator.get(PATH)
    assert (len(ran), Tally.objects.filter(span="month").count()) == (few, 1)


def test_the_public_reads_counties_and_never_fewer_than_five_cases(story, api):
    for n in range(4):
        closed(story, NOON + n * HOUR)
    story.drain(NOON + 10 * DAY)

    def county(query=""):
        with story.frozen(NOON + 10 * DAY):
            reply = api.get(f"/public/closure-rates{query}")
        assert reply.status_code == 200, reply.content
        return next(item for item in reply.json()["items"] if item["key"] == COUNTY)

    assert county()["reported_closed"] == {"numerator": None, "denominator": None, "rate": None}
    closed(story, NOON + 5 * HOUR)
    story.drain(NOON + 10 * DAY)
    for query in ("", "?region=33", "?region=3303", "?region=330324"):
        assert county(query)["reported_closed"] == {"numerator": 5, "denominator": 5, "rate": 1.0}
    assert problem(api.get(f"/public/closure-rates?region={TOWN}")) == (404, "request.not_found")
    assert problem(api.get("/public/closure-rates?by=month"))[0] == 422
    assert uuid4().hex not in str(county())

"""The day pack: who gets one, what is in it and what is not, and that an unchanged one costs nothing."""

from datetime import timedelta
from urllib.parse import unquote

import pytest

from backend.kernel import calendar, clock, ids
from backend.kernel.models import PolicyVersion
from hazards.policy.words import Level, Verb
from media.models import Finding, Photo
from media.policy.uses import PhotoRef
from media.storage import links
from tests import loop
from tests.api import Api, problem
from tests.cast import DAY, HOUR, NOON, SECOND

pytestmark = pytest.mark.django_db


def pack_of(person, query: str = "", **headers):
    reply = Api().as_(person).get(f"/sync/day-pack{query}", **headers)
    assert reply.status_code == 200, reply.content
    return reply.json()


def cases(person) -> dict[str, str]:
    return {case["hazard"]["id"]: case["why"] for case in pack_of(person)["cases"]}


def adopt(**numbers) -> None:
    PolicyVersion.objects.create(id=ids.new(), kind="sync", version=1, effective_from=NOON - 900 * DAY, document=numbers)


def test_auditors_admins_and_strangers_have_no_day_pack(cast):
    for who in (cast.auditor, cast.admin, cast.stranger):
        assert problem(Api().as_(who).get("/sync/day-pack")) == (403, "auth.no_duty")
    assert problem(Api().get("/sync/day-pack")) == (401, "auth.required")


@pytest.mark.parametrize("query", ["?catalogues=x", "?catalogues=", "?day=2026-09-16"])
def test_what_is_no_question_is_refused(cast, query):
    assert problem(Api().as_(cast.inspector).get(f"/sync/day-pack{query}")) == (422, "request.invalid")


def test_an_inspector_gets_what_is_due_and_what_awaits_him_and_nobody_elses(cast, frozen):
    reported, submitted = loop.a_walk(cast, at=NOON), loop.a_walk(cast, Verb.SUBMIT, at=NOON)
    due = loop.a_walk(cast, Verb.CONFIRM, at=NOON)
    loop.a_walk(cast, Verb.PASS, at=NOON)
    loop.a_walk(cast, at=NOON, fixed=True)
    loop.a_walk(cast, at=NOON, firm="c", by="officer_far")
    deadline = due.hazard.due_at
    awaiting = {str(reported.id): "awaiting", str(submitted.id): "awaiting"}
    today = calendar.start_of(calendar.local_day(deadline)) - 4 * DAY - SECOND
    for at, more in [
        (today, {}),
        (today + SECOND, {str(due.id): "due"}),
        (deadline - SECOND, {str(due.id): "due"}),
        (deadline, {str(due.id): "overdue"}),
    ]:
        with frozen(at):
            assert cases(cast.inspector) == awaiting | more
    assert cases(cast.inspector_far).keys() & awaiting.keys() == set()


def test_a_drawn_hazard_is_in_the_officials_pack_and_no_pack_tells_the_enterprise(cast, frozen):
    drawn, spared = loop.a_walk(cast, at=NOON, fixed=True, drawn=True), loop.a_walk(cast, at=NOON, fixed=True)
    by_hand = loop.a_walk(cast, Verb.DRAW, at=NOON)
    with frozen(NOON + HOUR):
        assert cases(cast.inspector).keys() == {str(drawn.id), str(by_hand.id)}
        ours = pack_of(cast.owner_a)["cases"]
    assert {case["hazard"]["id"] for case in ours} == {str(drawn.id), str(by_hand.id), str(spared.id)}
    assert {case["hazard"]["drawn"] for case in ours} == {None}


def test_an_officer_gets_what_his_enterprise_has_to_do(cast, frozen):
    ours = {until: loop.a_walk(cast, until, at=NOON) for until in (None, Verb.RETURN, Verb.CONFIRM, Verb.SUBMIT, Verb.PASS)}
    with frozen(NOON + HOUR):
        found = cases(cast.officer_a)
        assert cases(cast.officer_b) == {}
        assert cases(cast.employee_a) == {}
    assert found == {str(ours[Verb.RETURN].id): "awaiting", str(ours[Verb.CONFIRM].id): "due"}


def test_an_employee_gets_his_own_report_that_was_returned(cast):
    mine = loop.a_walk(cast, Verb.RETURN, at=NOON, by="employee_a")
    loop.a_walk(cast, Verb.RETURN, at=NOON, by="officer_a")
    assert cases(cast.employee_a) == {str(mine.id): "awaiting"}


def test_a_regulator_gets_major_ones_that_are_late_listed_or_ask_for_more_time(cast, frozen):
    listed = loop.a_walk(cast, Verb.LIST, at=NOON)
    asked = loop.a_walk(cast, Verb.ASK_EXTENSION, at=NOON, level=Level.MAJOR)
    calm = loop.a_walk(cast, Verb.CONFIRM, at=NOON, level=Level.MAJOR)
    loop.a_walk(cast, Verb.CONFIRM, at=NOON)
    with frozen(NOON + 6 * HOUR):
        assert cases(cast.regulator).keys() == {str(listed.id), str(asked.id)}
    with frozen(calm.hazard.due_at):
        assert str(calm.id) in cases(cast.regulator)


def test_cases_are_whole_the_most_urgent_first_and_bounded(cast, frozen):
    adopt(pack_cases=2)
    photo = loop.a_photo(cast, "officer_a", at=NOON)
    walks = [loop.a_walk(cast, at=NOON + n * HOUR, photos=(photo,) if n == 1 else ()) for n in (3, 1, 2)]
    Finding.objects.create(photo_id=photo.id, code="edited", severity="warn", facts={"software": "GIMP"}, found_at=NOON)
    Photo.objects.filter(id=photo.id).update(findings_count=1)
    with frozen(NOON + DAY):
        found = pack_of(cast.inspector)
        whole = Api().as_(cast.inspector).get(f"/hazards/{walks[1].id}").json()
    assert [case["hazard"]["id"] for case in found["cases"]] == [str(walks[1].id), str(walks[2].id)]
    assert found["complete"] is False
    assert found["cases"][0]["hazard"] == whole
    assert whole["photos"][0]["checks"][0]["code"] == "edited"
    assert [firm["id"] for firm in found["enterprises"]] == [str(cast.a.id)]


def test_pictures_that_are_ready_come_as_addresses_that_open(cast):
    ready, expected = loop.a_photo(cast, "officer_a", at=NOON), PhotoRef(ids.new())
    loop.a_walk(cast, at=NOON, photos=(ready, expected))
    thumbs = pack_of(cast.inspector)["thumbs"]
    assert [(thumb["photo_id"], thumb["sha256"]) for thumb in thumbs] == [(str(ready.id), Photo.objects.get().sha256)]
    assert thumbs[0]["url"].startswith(f"http://testserver/api/v1/photos/{ready.id}/content?signed=")


def test_a_picture_whose_strip_was_drawn_anew_is_fetched_where_it_is_kept_now(cast):
    ready = loop.a_photo(cast, "officer_a", at=NOON)
    loop.a_walk(cast, at=NOON, photos=(ready,))
    Photo.objects.update(drawn={"key": "anew"})
    told = (
        pack_of(cast.inspector)["thumbs"][0]["url"],
        Api().as_(cast.inspector).get(f"/photos/{ready.id}").json()["urls"]["thumb"],
    )
    opened = [links.read(ready.id, unquote(url.partition("signed=")[2]), at=clock.now()) for url in told]
    assert [link.drawn for link in opened] == ["anew", "anew"]


def test_catalogues_are_the_persons_and_left_out_while_he_has_them(cast):
    whole = pack_of(cast.inspector)["catalogues"]
    api = Api().as_(cast.inspector)
    assert whole["categories"] == api.get("/hazard-categories").json()["items"]
    assert whole["criteria"] == api.get("/major-criteria").json()["items"]
    assert len(whole["checklists"]) == 18
    codes = [region["code"] for region in whole["regions"]]
    assert {"33", "3303", "330324", "330324009"} <= set(codes)
    assert "330383" not in codes
    again = pack_of(cast.inspector, f"?catalogues={whole['digest']}")["catalogues"]
    assert again == {"digest": whole["digest"], **dict.fromkeys(("categories", "criteria", "checklists", "regions"))}
    assert pack_of(cast.county_inspector)["catalogues"]["digest"] != whole["digest"]
    assert pack_of(cast.inspector, f"?catalogues={'0' * 64}")["catalogues"] == whole


def test_an_unchanged_pack_is_not_sent_again(cast, frozen):
    case = loop.a_walk(cast, Verb.CONFIRM, at=NOON, photos=(loop.a_photo(cast, "officer_a", at=NOON),))
    api = Api().as_(cast.officer_a)
    with frozen(NOON + 2 * HOUR):
        tag = api.get("/sync/day-pack")["ETag"]
    with frozen(NOON + 3 * HOUR):
        again = api.get("/sync/day-pack", If_None_Match=f'"other", {tag}')
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        assert api.get("/sync/day-pack", If_None_Match='"other"').status_code == 200
        case.take(Verb.SUBMIT)
        changed = api.get("/sync/day-pack", If_None_Match=tag)
        assert (changed.status_code, changed["ETag"] == tag) == (200, False)


def test_a_pack_costs_the_same_however_many_cases_are_in_it(cast, statements):
    api, counts = Api().as_(cast.inspector), []
    for _ in range(2):
        for _ in range(4):
            loop.a_walk(cast, Verb.SUBMIT, at=clock.now() - timedelta(hours=12))
        assert api.get("/sync/day-pack").status_code == 200  # what processes keep is kept now
        with statements() as ran:
            assert api.get("/sync/day-pack").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 14


def test_a_photo_of_a_draw_by_hand_is_not_shown_to_the_enterprise(cast):
    """It would tell that the hazard was drawn; in its own full answer as little as in the pack."""
    case = loop.a_walk(cast, at=NOON, fixed=True)
    photo = loop.a_photo(cast, "grid_worker", at=NOON)
    act = {"photo_ids": [str(photo.id)]}
    assert Api().as_(cast.grid_worker).post(f"/hazards/{case.id}/draws", act).status_code == 201
    for who, knows in [(cast.inspector, True), (cast.owner_a, False)]:
        whole = Api().as_(who).get(f"/hazards/{case.id}").json()
        assert (str(photo.id) in str(whole)) is knows
        assert (str(photo.id) in str(pack_of(who))) is knows

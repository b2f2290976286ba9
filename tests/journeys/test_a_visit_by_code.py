"""A visit that begins at the gate with a code: what hangs there, what the enterprise's phone shows, who may do what with it."""

import pytest

from backend.kernel import clock, ledger
from grading.models import PrintedCode
from inspections.models import Inspection
from tests.cast import HOUR, MINUTE, NOON, SECOND
from tests.grading.codes import given, page, printed, told
from tests.inspections.visits import administrative, ago, done

pytestmark = pytest.mark.django_db


def test_two_inspectors_come_in_by_the_code_on_the_enterprises_phone(api, cast, frozen):
    with frozen(NOON - HOUR):
        poster = printed(cast)
        visit = api.as_(cast.inspector).post("/inspections", administrative(cast, checklists=["AMM"])).json()
        # a neighbour looks at the poster on the wall: a colour, a name, a day's validity
        assert "灰码" in page(poster).content.decode()
        # who only has a photograph of it can say so, and everybody sees that he did
        seen = told(poster, cast.inspector).json()
        assert (seen["kind"], seen["enterprise_id"], seen["open_hazards"]) == ("printed", str(cast.a.id), 0)

    with frozen(NOON):
        first, second = given(cast, "employee_a"), given(cast, "employee_a")
        seen = told(first, cast.inspector).json()
        assert told(first, cast.inspector_2).status_code == 410
    with frozen(NOON + 2 * MINUTE):
        shown = done(cast, "inspector", visit, "check-ins", code=seen["check_in"]["code"])
        assert (shown["presence"], shown["flags"], shown["inspection"]["status"]) == ("code", [], "under_way")
        # his colleague had no signal at the gate: the phone hands in what it scanned there
        late = done(cast, "inspector_2", visit, "check-ins", code=second["url"], observed_at=ago(seconds=90))
        assert (late["presence"], late["flags"]) == ("code", ["late_code", "no_location"])

    with frozen(NOON + HOUR):
        codes = [item["code"] for item in api.as_(cast.inspector).get("/checklists/AMM/versions/1").json()["items"]]
        done(cast, "inspector", visit, "answers", items=[{"code": code, "result": "ok"} for code in codes])
        done(cast, "inspector_2", visit, "check-outs")
        row = Inspection.objects.get()
        assert (row.status, sorted(row.flags)) == ("finished", ["late_code", "no_location", "no_photo"])
        assert ledger.broken_at(row.id) is None
        # the poster was torn down: the new one is true from now on, the old one says that it is not
        new = printed(cast, "officer_a", replaces=poster["id"], reason="海报被撕")
        assert [page(code).status_code for code in (poster, new)] == [410, 200]
        assert PrintedCode.objects.filter(revoked_at__isnull=True).count() == 1
        assert clock.now() == NOON + HOUR
    with frozen(NOON + HOUR + SECOND):
        assert told(new).json()["kind"] == "printed"

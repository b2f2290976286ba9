"""The statistics forms: figures as the ledger had them at the end of the period, frozen, signed by the owner alone."""

import io
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from backend.kernel import ids, ledger
from hazards.policy.words import Level, Source, Status, Verb
from inspections.documents import printing
from inspections.models import StatisticsForm
from inspections.policy import statistics as rules
from inspections.policy.statistics import Checks, HazardAt, Span, StatisticsForms
from inspections.queries import checklists
from inspections.schemas import statistics_forms as schemas
from tests import loop
from tests.api import Api, problem
from tests.cast import DAY, NOON, SECOND
from tests.inspections.archive import archival_faults
from tests.inspections.sheets import an_occurrence

SEPTEMBER = Span(2026, 3)
BODY = {"year": 2026, "quarter": 3}


def test_a_span_is_counted_from_the_first_of_january():
    assert (SEPTEMBER.first, SEPTEMBER.last) == (date(2026, 1, 1), date(2026, 9, 30))
    numbers = StatisticsForms()
    dues = [Span(2026, quarter).due_on(numbers) for quarter in (1, 2, 3, 4, None)]
    assert dues == [date(2026, 4, 15), date(2026, 7, 15), date(2026, 10, 15), date(2027, 1, 15), date(2027, 1, 31)]


def a_hazard(status, level=Level.GENERAL, source=Source.SELF_INSPECTION, **more):
    return HazardAt(ids.new(), "裂缝", source, level, status, date(2026, 5, 1), None, **more)


def test_what_nobody_verified_of_others_and_what_was_void_is_not_counted():
    kept = [a_hazard(Status.REPORTED), a_hazard(Status.RECTIFYING, source=Source.INSPECTION)]
    others = [a_hazard(Status.REPORTED, source=Source.PUBLIC_REPORT), a_hazard(Status.VOID)]
    assert rules.counted([*kept, *others]) == kept


def test_every_figure_names_what_it_counts():
    hazards = [
        a_hazard(Status.CLOSED), a_hazard(Status.AWAITING_REINSPECTION, cost_cny=2500), a_hazard(Status.CLOSED, Level.MAJOR),
        a_hazard(Status.RECTIFYING, Level.MAJOR, planned=True), a_hazard(Status.RECTIFYING, Level.MAJOR, cost_cny=10_000),
    ]  # fmt: skip
    figures = {f.code: f for f in rules.figures(hazards, Checks(due=4, submitted=3, missed=1))}
    assert {code: (f.count, f.of, f.rate) for code, f in figures.items()} == {
        "general_found": (2, None, None), "general_closed": (1, 2, 0.5), "general_open": (1, None, None),
        "major_found": (3, None, None), "major_closed": (1, 3, 0.3333), "major_planned": (1, None, None),
        "major_unplanned": (1, None, None), "spent": (1.25, None, None), "checks_due": (4, None, None),
        "checks_submitted": (3, 4, 0.75), "checks_missed": (1, 4, 0.25),
    }  # fmt: skip
    assert figures["major_planned"].hazards == (hazards[3].id,)
    assert all(f.definition for f in figures.values())


def test_a_year_without_hazards_says_zero_and_no_rate():
    figures = {f.code: f for f in rules.figures([], Checks())}
    assert (figures["general_found"].count, figures["general_closed"].rate) == (0, None)


@pytest.fixture
def fill(cast, frozen):
    def filled(at=SEPTEMBER.ends_at, who="officer_a", **more):
        body = {"id": str(ids.new()), "enterprise_id": str(cast.a.id)} | BODY | more
        with frozen(at):
            return Api().as_(getattr(cast, who)).post("/statistics-forms", body)

    return filled


@pytest.mark.django_db
def test_a_form_is_filled_when_its_period_is_over(fill):
    early = fill(SEPTEMBER.ends_at - SECOND)
    assert problem(early) == (409, "statistics_form.too_early")
    assert early.json()["ends_on"] == "2026-09-30"
    assert fill().status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"quarter": 5}, {"year": 1999}, {"year": "2026"}, {"area_m2": -1}, {"area_m2": "9"}])
def test_a_form_of_no_period_is_refused(fill, wrong):
    assert problem(fill(**wrong)) == (422, "request.invalid")


@pytest.mark.django_db
def test_the_figures_are_those_of_the_end_of_the_period_whatever_came_later(cast, fill):
    closed = loop.a_walk(cast, Verb.PASS, at=NOON)
    later = loop.a_walk(cast, Verb.SUBMIT, at=SEPTEMBER.ends_at - 2 * DAY)
    later.at = SEPTEMBER.ends_at + DAY
    later.take(Verb.PASS)
    loop.a_walk(cast, None, at=SEPTEMBER.ends_at + SECOND)
    an_occurrence(cast.a, checklists.in_force("COM"), at=NOON)
    told = fill(SEPTEMBER.ends_at + 5 * DAY).json()
    figures = {f["code"]: f for f in told["content"]["figures"]}
    assert (figures["general_found"]["count"], figures["general_closed"]["count"]) == (2, 1)
    assert figures["general_closed"]["hazards"] == [str(closed.hazard.id)]
    assert figures["general_open"]["hazards"] == [str(later.hazard.id)]
    assert (figures["checks_due"]["count"], figures["checks_submitted"]["count"]) == (1, 0)
    assert {row["id"]: row["status"] for row in told["content"]["hazards"]} == {
        str(closed.hazard.id): "closed", str(later.hazard.id): "awaiting_reinspection",
    }  # fmt: skip
    assert (told["due_on"], told["due_on_verified"]) == ("2026-10-15", False)


@pytest.mark.django_db
def test_the_owner_alone_signs_and_once_a_period(cast, frozen, fill):
    first, second = fill().json(), fill().json()
    with frozen(SEPTEMBER.ends_at + DAY):
        owner, officer = Api().as_(cast.owner_a), Api().as_(cast.officer_a)
        path = f"/statistics-forms/{first['id']}/signatures"
        assert problem(officer.post(path)) == (403, "auth.no_duty")
        assert problem(Api().as_(cast.owner_b).post(path)) == (404, "request.not_found")
        act = {"id": str(ids.new())}
        signed = owner.post(path, act)
        assert (signed.status_code, signed.json()["statistics_form"]["status"]) == (201, "signed")
        assert owner.post(path, act).json()["receipt"] == signed.json()["receipt"]
        assert problem(owner.post(path)) == (409, "statistics_form.already_signed")
        assert problem(owner.post(f"/statistics-forms/{second['id']}/signatures")) == (409, "statistics_form.already_signed")
    kinds = [entry.kind for entry in ledger.of(first["id"])]
    assert kinds == ["statistics_form.frozen", "statistics_form.signed"]
    assert ledger.broken_at(StatisticsForm.objects.get(id=first["id"]).id) is None
    listed = Api().as_(cast.grid_worker).get(f"/statistics-forms?enterprise_id={cast.a.id}&year=2026&status=signed").json()
    assert [row["id"] for row in listed["items"]] == [first["id"]]


@pytest.mark.django_db
def test_a_form_can_be_taken_away_as_a_workbook_and_as_paper(cast, frozen, fill):
    loop.a_walk(cast, None, at=NOON)
    told = fill(area_m2=1200.5).json()
    reply = Api().as_(cast.officer_a).get(f"/statistics-forms/{told['id']}/xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(reply.content))
    cells = book.get_sheet_by_name("统计表").to_python()
    assert cells[[row[0] for row in cells].index("一般隐患:排查数")][:2] == ["一般隐患:排查数", 1]
    assert len(book.get_sheet_by_name("隐患清单").to_python()) == 2
    page = schemas.page(StatisticsForm.objects.get(id=told["id"]))
    assert "2026年第三季度隐患排查治理情况统计表" in page
    assert "未签字" in page
    assert not re.search(r"\{[{%]", page)


@pytest.mark.django_db
def test_the_paper_is_a_pdf(cast, fill):
    if not printing.can_print():
        pytest.skip("needs Pango")
    reply = Api().as_(cast.officer_a).get(f"/statistics-forms/{fill().json()['id']}/pdf")
    assert (reply.status_code, archival_faults(reply.content)) == (200, set())


def test_a_deadline_is_shown_as_what_it_is():
    assert "待核实" in schemas.BASIS

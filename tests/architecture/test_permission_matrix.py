"""Every (operation, role, relation) cell over HTTP; an operation that has no row fails the build."""

import re
from collections import defaultdict
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from accounts.models import Duty
from backend.api import api as the_api
from backend.kernel import clock, ids
from backend.kernel.calendar import local_day
from grading.models import Simulation
from hazards.models import Extension
from hazards.policy.words import Level, Verb
from inspections.actions import print_
from inspections.policy.documents import DocumentKind
from inspections.queries import checklists
from media.actions.begin import Asked, begin
from media.models import Finding, Photo
from media.policy.told import Told
from tests import loop
from tests.api import Api
from tests.architecture.callers import Caller, everybody
from tests.architecture.matrix import Row
from tests.architecture.matrix_of_rooms import PUBLIC, ROWS
from tests.architecture.matrix_programmes import PLAN, campaign
from tests.grading import codes, contests
from tests.inspections import paper
from tests.inspections.sheets import an_occurrence, drafted
from tests.inspections.visits import begun, planned

pytestmark = pytest.mark.django_db
V = Verb
SITUATIONS: dict[str, tuple[Verb | None, dict[str, Any]]] = {
    "reported": (None, {}), "claimed_major": (None, {"level": Level.MAJOR}), "returned": (V.RETURN, {}),
    "confirmed": (V.CONFIRM, {}), "submitted": (V.SUBMIT, {}), "closed": (V.PASS, {}), "sampled": (None, {"fixed": True}),
    "major": (V.CONFIRM, {"level": Level.MAJOR}), "major_submitted": (V.SUBMIT, {"level": Level.MAJOR}), "signed": (V.SIGN, {}),
    "major_closed": (V.COUNTERSIGN, {}), "asked": (V.ASK_EXTENSION, {}), "major_asked": (V.ASK_EXTENSION, {"level": Level.MAJOR}),
    "listed": (V.SUBMIT, {"level": Level.MAJOR}), "photographed": (None, {}), "questioned": (None, {}),
    "drafted": (None, {}), "printed": (None, {}),
}  # fmt: skip


class World:
    """Enterprise A with one hazard in the row's situation, and the ids that paths and bodies name."""

    def __init__(self, cast: Any, situation: str) -> None:
        self.cast, self.at = cast, clock.now() - timedelta(hours=12)
        self.now, self.enterprise, self.second = clock.text(self.at), str(cast.a.id), str(cast.inspector_2.id)
        self.person, self.notice = str(cast.officer_b.id), str(ids.new())
        self.member, self.photo = str(cast.employee_a.id), ""
        self.draw = self.a_draw() if situation == "drawn" else ""
        if situation in SITUATIONS:
            until, how = SITUATIONS[situation]
            if situation in ("photographed", "questioned"):
                photo = loop.a_photo(cast, "officer_a", at=self.at)
                self.photo, how = str(photo.id), {"photos": (photo,)}
            self.walk = loop.a_walk(cast, until, at=self.at, **how)
            if situation == "listed":
                self.walk.take(V.LIST)
            if situation == "questioned":
                Finding.objects.create(photo_id=self.photo, code="edited", severity="warn", found_at=self.at)
        self.document = str(self._document(situation)["id"]) if situation in ("drafted", "printed") else ""

    def _document(self, situation: str) -> dict[str, Any]:
        """Return a risk notice about A, drafted, or issued and printed."""
        if situation == "drafted":
            return paper.drafted(self.cast, DocumentKind.RISK_NOTICE)
        made = paper.issued(self.cast, DocumentKind.RISK_NOTICE)
        print_.print_issued(UUID(made["id"]), at=clock.now())
        return made

    @property
    def now_is(self) -> str:
        """Return the present moment."""
        return clock.text(clock.now())

    @property
    def hazard(self) -> str:
        """Return the id of the hazard."""
        return str(self.walk.id)

    @cached_property
    def claim(self) -> str:
        """Return the id of a stranger's claim to own A."""
        reply = Api().as_(self.cast.stranger).post(f"/enterprises/{self.enterprise}/claims", {"uscc": self.cast.a.uscc})
        return reply.json()["id"]

    @cached_property
    def kept(self) -> str:
        """Return the id of an act in quarantine that an officer of A sent."""
        act = {"kind": "act", "path": "/telepathies", "body": {"id": str(ids.new())}}
        return Api().as_(self.cast.officer_a).post("/sync/acts", [act]).json()[0]["id"]

    @cached_property
    def draft(self) -> str:
        """Return the id of a checklist that a regulator has drafted."""
        return str(drafted(self.cast, at=self.at).id)

    @cached_property
    def drafted_policy(self) -> str:
        """Return the id of a policy that a regulator has drafted."""
        return Api().as_(self.cast.regulator).post("/policies?kind=grading", {"window_days": 90}).json()["id"]

    @cached_property
    def simulation(self) -> str:
        """Return the id of a simulation of the county that nobody has worked out; somebody else than the callers asked for it."""
        span = {"region": "330324", "from": "2026-01-01", "to": "2026-03-01"}
        made = Api().as_(self.cast.regulator).post(f"/policies/{self.drafted_policy}/simulations", span).json()["id"]
        Simulation.objects.filter(id=made).update(asked_by=ids.new())
        return made

    @cached_property
    def shadow(self) -> str:
        """Return the id of a shadow run of the county."""
        reply = Api().as_(self.cast.regulator).post(f"/policies/{self.drafted_policy}/shadows", {"region": "330324"})
        return reply.json()["id"]

    @cached_property
    def self_inspection(self) -> str:
        """Return the id of a self-inspection of A that has begun."""
        return str(an_occurrence(self.cast.a, checklists.in_force("COM"), at=self.at).id)

    @cached_property
    def statistics_form(self) -> str:
        """Return the id of a statistics form of A that nobody has signed."""
        body = {"enterprise_id": self.enterprise, "year": 2025, "quarter": 3}
        return Api().as_(self.cast.officer_a).post("/statistics-forms", body).json()["id"]

    @cached_property
    def visit(self) -> str:
        """Return the id of a patrol at A that is under way."""
        return begun(self.cast, "inspector_3")["id"]

    @cached_property
    def hidden_visit(self) -> str:
        """Return the id of an unannounced inspection at A that nobody has begun."""
        return planned(self.cast, "inspector_3", mode="unannounced")["id"]

    @cached_property
    def remote_check(self) -> str:
        """Return the id of a remote check of A that waits."""
        asked = {"enterprise_id": self.enterprise, "spot": "一号车间配电箱"}
        return Api().as_(self.cast.inspector_3).post("/remote-checks", asked).json()["id"]

    @cached_property
    def inspection_plan(self) -> str:
        """Return the id of a yearly plan of the county."""
        return Api().as_(self.cast.regulator).post("/inspection-plans", PLAN).json()["id"]

    @cached_property
    def campaign(self) -> str:
        """Return the id of a campaign of the county."""
        return Api().as_(self.cast.regulator).post("/campaigns", campaign(self, None)).json()["id"]

    @cached_property
    def printed_code(self) -> str:
        """Return the id of the printed code of A."""
        return codes.printed(self.cast)["id"]

    @cached_property
    def fact(self) -> str:
        """Return the id of a fact about A that holds."""
        body = {"enterprise_id": self.enterprise, "kind": "liability_insurance_missing", "from": "2026-01-05"}
        return Api().as_(self.cast.inspector).post("/facts", body).json()["id"]

    @cached_property
    def upload(self) -> str:
        """Return the photo id of an unfinished upload of the officer of A."""
        asked = Asked(ids.new(), 10, "", Told(), "")
        return str(begin(asked, actor=self.cast.actor("officer_a"), at=self.at)[0].photo_id)

    def a_draw(self) -> str:
        """Return the id of a random draw of the county, committed to just now."""
        assert all((self.cast.a, self.cast.inspector, self.cast.inspector_2))
        body = {"pool": {"region": "330324"}, "count": 1, "inspectors": {}, "reveal_on": self.day(3)}
        return Api().as_(self.cast.regulator).post("/draws", body).json()["id"]

    def photo_of(self, caller: Caller) -> UUID:
        """Return the id of a photo that `caller` has sent and that was checked."""
        photo = Photo.objects.create(
            id=ids.new(), uploader=caller.person, identity=caller.person.identity, sha256=loop.SHA, bytes=10, format="jpeg",
            width=640, height=480, received_at=clock.now(), settled_at=clock.now(), status="ready",
        )  # fmt: skip
        return photo.id

    def day(self, days: int) -> str:
        """Return a day from today on."""
        return (local_day(clock.now()) + timedelta(days=days)).isoformat()

    @property
    def later(self) -> str:
        """Return a day that an extension may ask for."""
        return (local_day(self.walk.hazard.due_at) + timedelta(days=1)).isoformat()

    @cached_property
    def paths(self) -> dict[str, str]:
        """Return what may stand in a path."""
        found = {
            name: getattr(self, name)
            for name in ("enterprise", "person", "notice", "member", "photo", "claim", "upload", "kept", "document")
        }
        found["draw"] = self.draw
        found |= {"code": "COM", "number": "1", "checklist": str(checklists.in_force("COM").id)}
        found["duty"] = str(Duty.objects.filter(person_id=self.person).values_list("id", flat=True).first())
        if hasattr(self, "walk"):
            hazard = self.walk.hazard
            pending, listing = hazard.who.pending, hazard.open_listing_id
            extension = Extension.objects.filter(hazard=hazard).values_list("id", flat=True).first()
            found |= {"hazard": str(hazard.id), "listing": str(listing), "extension": str(extension)}
            found["reinspection"] = str(pending.act_id) if pending else ""
        return Lazily(self, found)


class Lazily(dict[str, str]):
    """What may stand in a path; what costs much to make is made when a path asks for it."""

    def __init__(self, world: World, known: dict[str, str]) -> None:
        super().__init__(known)
        self.world = world

    def __missing__(self, name: str) -> str:
        make = contests.MADE.get(name)
        self[name] = str(make(self.world.cast) if make else getattr(self.world, name))
        return self[name]


def call(row: Row, world: World, caller: Caller) -> tuple[int, str]:
    method, path = row.operation.split(" ", 1)
    body = row.body(world, caller) if callable(row.body) else row.body
    headers = {name.replace("-", "_"): value for name, value in row.headers.items()}
    path = path.format_map(world.paths)
    with transaction.atomic():
        reply = Api().as_(caller.person).request(method, path, body, **headers)
        transaction.set_rollback(True)
    # an answer to HEAD has no body to say its code in
    code = reply.json().get("code", "") if reply.status_code >= 400 and reply.content else ""
    return reply.status_code, code


def same(expected: tuple[int, str], found: tuple[int, str]) -> bool:
    return expected == found or (expected[0] == found[0] and "" in (expected[1], found[1]))


@pytest.mark.parametrize("row", ROWS, ids=[f"{n:03d} {row.name or row.operation}" for n, row in enumerate(ROWS)])
def test_every_role_in_every_relation_gets_what_it_is_promised(cast, row):
    world = World(cast, row.situation)
    wrong = {}
    for caller in everybody(cast):
        expected, found = row.expected(caller), call(row, world, caller)
        if not same(expected, found):
            wrong[str(caller)] = f"expected {expected}, found {found}"
    assert wrong == {}


def operations() -> set[str]:
    return {
        f"{method} {prefix}{path}"
        for prefix, router in the_api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def shape(operation: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", operation.split("?")[0])


def test_every_operation_has_its_row():
    known = {shape(row.operation) for row in ROWS} | {shape(name) for name in PUBLIC}
    assert sorted(name for name in operations() if shape(name) not in known) == []


@pytest.mark.parametrize("name", sorted(operations()))
def test_nobody_gets_in_without_logging_in(name):
    public = shape(name) in {shape(known) for known in PUBLIC}
    method, path = name.split(" ", 1)
    path = re.sub(r"\{[^}]*\}", str(ids.new()), path)
    reply = Api().request(method, path, {} if method != "GET" else None)
    assert (reply.status_code == 401) is not public


WITH_IDS = [
    row
    for row in ROWS
    if re.search(
        r"\{(hazard|listing|extension|reinspection|enterprise|claim|photo|upload|kept|document|draw|self_inspection|statistics_form"
        r"|visit|hidden_visit|remote_check|printed_code|statement|fact|simulation|shadow|override|appeal|re_rating"
        r"|improvement)\}",
        row.operation,
    )
]


@pytest.mark.parametrize("who", ["officer_far", "inspector_far"])
@pytest.mark.parametrize("row", WITH_IDS, ids=[f"{n:03d} {row.name or row.operation}" for n, row in enumerate(WITH_IDS)])
def test_what_one_may_not_read_answers_like_what_does_not_exist(cast, row, who):
    world = World(cast, row.situation)
    stranger = Caller(who, "foreign", getattr(cast, who))
    body = row.body(world, stranger) if callable(row.body) else row.body
    if body is not None and not isinstance(body, bytes):
        body = {"id": str(ids.new()), **body} if row.status == 201 else body
    method, path = row.operation.split(" ", 1)
    answers = []
    for named in (world.paths, defaultdict(lambda: str(ids.new()))):
        with transaction.atomic():
            headers = {name.replace("-", "_"): value for name, value in row.headers.items()}
            reply = Api().as_(stranger.person).request(method, path.format_map(named), body, **headers)
            transaction.set_rollback(True)
        told = reply.json() if reply.content else {"status": reply.status_code}
        answers.append({name: value for name, value in told.items() if name not in ("instance", "request_id")})
    if answers[0]["status" if "status" in answers[0] else "id"] == 201 or "receipt" in answers[0]:
        assert row.operation.endswith("/claims")  # whoever knows the USCC may claim
        return
    assert answers[0] == answers[1]

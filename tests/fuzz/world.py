"""What fuzzing finds when it comes: the cast logged in, and hazards in every situation, so that ids name something real."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.login import sessions
from accounts.models import Duty, Person
from backend.kernel import ids, sequencer
from backend.kernel.models import PolicyVersion
from enterprises.models import OwnershipClaim
from grading.models import Appeal, Improvement, Override, PrintedCode, ReRating, Shadow, Simulation, Statement
from hazards.models import Act, Extension, Hazard, Listing
from hazards.policy.words import Level, Verb
from inspections.models import (
    ChecklistVersion,
    Document,
    Inspection,
    RandomDraw,
    RemoteCheck,
    SelfInspection,
    StatisticsForm,
)
from inspections.policy.documents import DocumentKind
from inspections.queries import checklists
from media.actions.begin import Asked, begin
from media.models import Photo, Upload
from media.policy.told import Told
from notifications.models import Notice
from tests.api import Api
from tests.cast import ROLES, Cast, token
from tests.grading import codes, contests
from tests.inspections import paper
from tests.inspections.lots import a_draw
from tests.inspections.sheets import an_occurrence, drafted, published
from tests.inspections.visits import AT_A, RULING, begun, planned
from tests.loop import CATEGORY, CRITERION, SANJIANG, a_walk

NOBODY = "nobody"
# one of every role, a neighbour and a stranger; whoever is not logged in is `nobody`
PLAYERS = (
    "owner_a", "officer_a", "employee_a", "officer_b", "agency", "grid_worker", "inspector", "inspector_2", "regulator",
    "regulator_city", "auditor", "admin", "stranger", NOBODY,
)  # fmt: skip
SITUATIONS: tuple[tuple[Verb | None, Level | None], ...] = (
    (None, None), (Verb.RETURN, None), (Verb.CONFIRM, None), (Verb.ASK_EXTENSION, None), (Verb.SUBMIT, None), (Verb.PASS, None),
    (Verb.ACCEPT, None), (Verb.DISMISS, None), (Verb.CONFIRM, Level.MAJOR), (Verb.LIST, Level.MAJOR), (Verb.SIGN, Level.MAJOR),
)  # fmt: skip


@dataclass
class World:
    """Tokens by player, and real values by the name of the parameter or member they fit."""

    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(default_factory=dict)

    def headers(self, player: str) -> dict[str, str]:
        """Return the headers that log `player` in."""
        return {"X-Session-Token": self.tokens[player]} if player in self.tokens else {}


def the_world(cast: Cast, *, at: datetime) -> World:
    """Make it: what happened lies two days before `at`, so that deadlines are neither over nor far."""
    assert set(PLAYERS) - {NOBODY} <= ROLES.keys()
    before = at - timedelta(days=2)
    for verb, level in SITUATIONS:
        a_walk(cast, verb, at=before, level=level)
    a_draw(cast, at=at)
    _visits(cast)
    _papers(cast)
    begin(Asked(ids.new(), 1000, "", Told(), ""), actor=cast.actor("officer_a"), at=at)
    _sheets(cast, at=before)
    _trials(cast)
    # the first print of a code makes it: here that is done
    codes.printed(cast, "inspector_2")
    _contests(cast)
    tokens = {key: _logged_in(getattr(cast, key), at=at) for key in PLAYERS if key != NOBODY}
    world = World(tokens, _ids(cast), _values(cast, at))
    sequencer.run()  # whoever asks what changed has nothing left to do for the ledger: reads write nothing
    return world


def _logged_in(person: Person, *, at: datetime) -> str:
    """Return the token of the one session of `person`: what was done before had sessions, and the sixth ends the oldest."""
    sessions.end_all(person.id)
    return token(person, at=at)


def _visits(cast: Cast) -> None:
    """Let inspectors plan, hide and begin visits, and ask for pictures; two of each, so that an act on one leaves another."""
    for _ in range(2):
        planned(cast, type="administrative_inspection", mode="unannounced")
        begun(cast, checklists=["AMM"])
        begun(cast, "grid_worker")
        Api().as_(cast.inspector).post("/remote-checks", {"enterprise_id": str(cast.a.id), "spot": "一号车间配电箱"})


def _trials(cast: Cast) -> None:
    """Let a draft of the rule be tried out and run beside the live one."""
    api = Api().as_(cast.regulator_city)
    draft = api.post("/policies?kind=grading", {"window_days": 90}).json()["id"]
    api.post(f"/policies/{draft}/simulations", {"region": "3303", "from": "2026-01-01", "to": "2026-03-01"})
    api.post(f"/policies/{draft}/shadows", {"region": "3303"})


def _papers(cast: Cast) -> None:
    """Let two drafts wait, and issue two notices; few sessions each, or the first would end."""
    paper.drafted(cast, by="inspector_2", fields={"officers": [str(cast.inspector.id), str(cast.inspector_2.id)]})
    paper.drafted(cast, DocumentKind.RISK_NOTICE, by="regulator")
    for who in ("regulator", "regulator_city"):
        paper.issued(cast, DocumentKind.RISK_NOTICE, by=who)


def _contests(cast: Cast) -> None:
    """Let the county set a grade by hand, and the owner appeal against it and say something beside the code."""
    contests.appealed(cast)
    contests.stated(cast)


def _sheets(cast: Cast, *, at: datetime) -> None:
    """Let checklists be drafted and published, self-inspections be due, and a statistics form wait for its signature."""
    drafted(cast, at=at, code="NEXT")
    version = published(cast, at=at)
    for days in (5, 6):
        an_occurrence(cast.a, version, at=at, days=days)
        version = checklists.in_force("COM")
    Api().as_(cast.officer_a).post("/statistics-forms", {"enterprise_id": str(cast.a.id), "year": 2025, "quarter": 4})


def _ids(cast: Cast) -> dict[str, list[str]]:
    rows = {
        "hazard_id": Hazard.objects.all(), "extension_id": Extension.objects.all(), "listing_id": Listing.objects.all(),
        "reinspection_id": Act.objects.filter(kind="reinspection"), "claim_id": OwnershipClaim.objects.all(),
        "notice_id": Notice.objects.all(), "photo_id": Photo.objects.all()[:20], "draw_id": RandomDraw.objects.all(),
        "inspection_id": Inspection.objects.all(), "remote_check_id": RemoteCheck.objects.all(),
        "document_id": Document.objects.all(), "supersedes_id": Document.objects.filter(number__gt=""),
        "self_inspection_id": SelfInspection.objects.order_by("-id"), "statistics_form_id": StatisticsForm.objects.all(),
        "checklist_id": ChecklistVersion.objects.filter(code__in=["NEXT", "TRY"]).order_by("code"),
        "code_id": PrintedCode.objects.all(), "simulation_id": Simulation.objects.all(), "shadow_id": Shadow.objects.all(),
        "appeal_id": Appeal.objects.all(), "override_id": Override.objects.all(),
        "re_rating_id": ReRating.objects.all(), "statement_id": Statement.objects.all(),
        "improvement_id": Improvement.objects.all(),
    }  # fmt: skip
    found = {name: [str(row.id) for row in kept] for name, kept in rows.items()}
    found["token"] = list(Document.objects.filter(number__gt="").values_list("token", flat=True))
    found["photo_id"] += [str(upload.photo_id) for upload in Upload.objects.all()] * 5
    people = [str(person.id) for person in cast.people.values()]
    mixed = [*people[:5], *map(str, Duty.objects.values_list("id", flat=True)[:5]), *found["hazard_id"][:3]]
    mixed += map(str, PolicyVersion.objects.values_list("id", flat=True)[:3])
    found |= {"code": ["TRY", "COM"], "number": ["1"]}
    return {**found, "enterprise_id": [str(cast.a.id), str(cast.b.id)], "person_id": people, "id": mixed}


def _values(cast: Cast, at: datetime) -> dict[str, list[Any]]:
    day = (at + timedelta(days=4)).date().isoformat()
    return {
        "category": [CATEGORY], "criterion": [CRITERION], "region": ["330324009", SANJIANG, "330324"], "to_region": [SANJIANG],
        "grid": ["330324009000001"], "parent": ["3303"], "industry": ["C3441"], "due_on": [day], "uscc": [cast.a.uscc],
        "reveal_on": [day], "found_at": [at.isoformat()], "finished_at": [at.isoformat()], "phone": ["13800139999"],
        "inspectors": [[str(cast.inspector.id), str(cast.inspector_2.id)]], "kind": ["photos", "hazards"],
        "planned_on": [at.date().isoformat()], "checklists": [["COM"], []], "location": [AT_A], "observed_at": [at.isoformat()],
        "verification": [RULING], "fields": [*paper.FIELDS.values()],
        "quarter": [3], "year": [2025], "code": ["TRY-01", "COM-01", "edited"], "answered_at": [at.isoformat()],
    }  # fmt: skip


def fit(node: Any, world: World, pick: Any) -> Any:
    """Return `node` with members that have a known name given real values, as `pick(name, values)` decides."""
    if isinstance(node, list):
        return [fit(child, world, pick) for child in node]
    if not isinstance(node, dict):
        return node
    return {name: _fitted(name, child, world, pick) for name, child in node.items()}


def _fitted(name: str, child: Any, world: World, pick: Any) -> Any:
    known = world.values.get(name) or (world.ids.get(_owner(name)) if name != "id" else None)
    return pick(child, known) if known and child is not None else fit(child, world, pick)


def _owner(name: str) -> str:
    return {"related_to": "hazard_id", "duplicate_of": "hazard_id"}.get(name, name)


def is_uuid(text: str) -> bool:
    """Return whether `text` is one."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True

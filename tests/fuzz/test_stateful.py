"""Schemathesis follows the links of the document: what one answer names is used in the next request, by whoever may."""

import copy
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import seed, settings

from backend.kernel import clock
from tests import engines
from tests.cast import ROLES
from tests.fuzz import figures
from tests.fuzz.document import ROLES_OF
from tests.fuzz.test_schemathesis import CHECKS, EVERY_ROLE, SEED, SETTINGS, SHARE, schema
from tests.fuzz.world import NOBODY, PLAYERS, World, fit
from tests.loop import CATEGORY, CRITERION, SANJIANG

SCENARIOS = {"postgresql": 25, "sqlite": 10}
FULL = {"postgresql": 1000, "sqlite": 200}
STEPS = 20
# last part of a path that creates -> the parameter that its ids fit
MADE_BY = {
    "hazards": "hazard_id", "extensions": "extension_id", "listings": "listing_id", "reinspections": "reinspection_id",
    "claims": "claim_id", "enterprises": "enterprise_id", "people": "id", "duties": "id", "policies": "id", "photos": "photo_id",
    "uploads": "photo_id",
}  # fmt: skip


def good_bodies(world: World, *, at: Any) -> dict[str, list[dict[str, Any]]]:
    """Return bodies that succeed where the moment is right; what schemathesis makes up seldom does."""
    now, day = at.isoformat(), (at + timedelta(days=3)).date().isoformat()
    report = {
        "enterprise_id": world.ids["enterprise_id"][0], "category": CATEGORY, "description": "配电箱门缺失", "place": "一号车间",
        "found_at": now,
    }  # fmt: skip
    ruling = {"level": "general", "requirement": "限期整改"}
    major = {"level": "major", "requirement": "停产整改", "criterion": CRITERION}
    photo = {"photo_ids": world.ids["photo_id"][:1]}
    return {
        "report_hazard": [
            {**report, "source": "self_inspection"}, {**report, "source": "snapshot"}, {**report, "source": "grid_patrol"},
            {**report, "source": "inspection", "verification": ruling}, {**report, "source": "inspection", "verification": major},
        ],
        "verify_hazard": [
            {"outcome": "confirm", **ruling}, {"outcome": "confirm", **major}, {"outcome": "return", "note": "请补拍"},
        ],
        "resubmit_hazard": [{"description": "已补拍"}],
        "file_plan": [{
            "goal": "消除", "measures": "更换", "funds_cny": 100, "responsible": "张三", "due_on": day, "contingency": "停机",
        }],
        "submit_rectification": [{"measures": "已更换", "responsible": "李工", "finished_at": now, **photo}],
        "reinspect_hazard": [
            {"outcome": "pass", "on_site": True}, {"outcome": "fail", "note": "未到位", "due_on": day},
            {"outcome": "pass", "on_site": True, "inspectors": world.values["inspectors"][0]},
        ],
        "ask_extension": [{"due_on": day, "reason": "备件未到"}],
        "decide_extension": [{"outcome": "grant"}, {"outcome": "refuse"}],
        "list_hazard": [{"authority": "county", "document_no": "督1号", "due_on": day}, {}],
        "lift_listing": [{"acceptance": "验收报告"}],
        "transfer_hazard": [{"to_region": SANJIANG, "reason": "不在本辖区"}],
    }  # fmt: skip


def mostly_known(made: Any, known: list[Any]) -> Any:
    """Return something known four times of five; hypothesis seeds `random`."""
    return random.choice(known) if random.random() < 0.8 else made


def a_machine(part: Any, world: World, statuses: Counter[int], paths: Counter[str]) -> type:
    """Return the state machine of this world; who acts is drawn for every step."""
    bodies = good_bodies(world, at=clock.now())
    players = [key for key in PLAYERS if key != NOBODY]

    class Machine(part.as_state_machine()):  # type: ignore[misc]  # made by a function
        def setup(self) -> None:
            """Begin every scenario in the same world, or hypothesis could not tell one from another."""
            super().setup()
            self.before, self.ids = transaction.savepoint(), copy.deepcopy(world.ids)

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.before)
            world.ids = self.ids
            engines.forget()
            super().teardown()

        def before_call(self, case: Any) -> None:
            name = case.operation.definition.raw["operationId"]
            if name in bodies and random.random() < 0.7:
                case.body = dict(random.choice(bodies[name]))
            elif isinstance(case.body, dict):
                case.body = fit(case.body, world, mostly_known)
            # what came along a link stays; what was made up mostly gives way to what exists
            case.path_parameters = {
                key: value if value in world.ids.get(key, []) or not world.ids.get(key) else mostly_known(value, world.ids[key])
                for key, value in (case.path_parameters or {}).items()
            }

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            name = case.operation.definition.raw["operationId"]
            welcome = [key for key in players if ROLES[key][0] in ROLES_OF[name]]
            return {"headers": world.headers(random.choice(welcome if welcome and random.random() < 0.8 else players))}

        def after_call(self, response: Any, case: Any) -> None:
            super().after_call(response, case)
            statuses[response.status_code] += 1
            paths[f"{case.operation.definition.raw['operationId']} {response.status_code}"] += 1
            kept = MADE_BY.get(case.operation.path.rsplit("/", 1)[-1])
            if response.status_code == 201 and kept:
                world.ids[kept].append(response.json()["id"])

        def validate_response(self, response: Any, case: Any, additional_checks: Any = None, **kwargs: Any) -> None:
            case.validate_response(
                response, checks=CHECKS, headers=kwargs["headers"], transport_kwargs=kwargs, recorder=self.recorder
            )

    return Machine


@pytest.mark.parametrize("paths_of", ["/", "/(hazards|reinspections|extensions|listings)"], ids=["everything", "the loop"])
@pytest.mark.usefixtures("one_connection")
def test_following_the_links_finds_nothing_undocumented(world: World, paths_of: str) -> None:
    statuses: Counter[int] = Counter()
    paths: Counter[str] = Counter()
    part = schema.include(path_regex=paths_of)
    part.app = schema.app
    machine = a_machine(part, world, statuses, paths)
    scenarios = int(FULL[connection.vendor] * SHARE) if EVERY_ROLE else SCENARIOS[connection.vendor]
    told = settings(max_examples=scenarios, stateful_step_count=STEPS, **SETTINGS)
    seed(SEED)(machine)
    machine.run(settings=told)
    figures.keep(f"stateful {paths_of}", statuses)
    assert not any(status >= 500 for status in statuses)
    assert statuses.total() >= scenarios
    if paths_of != "/" and connection.vendor == "postgresql":
        # it came further than creating: acts were taken on what earlier requests had made
        taken = [name for name in paths if name.endswith(" 201") and not name.startswith("report_hazard")]
        assert "report_hazard 201" in paths, paths
        assert len(taken) > 2, paths

"""Round trips (performance.md G2, G7): constant in photos, acts and listeners."""

import re

import pytest

from backend.kernel import clock, ids
from hazards.policy.words import Verb
from tests import loop
from tests.api import Api
from tests.loop import CATEGORY

pytestmark = pytest.mark.django_db
OUTSIDE = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)")
WHO = re.compile(r'FROM "?(django_session|accounts_person|accounts_duty|usersessions_usersession)\b')


def body(cast, photos: int = 0) -> dict:
    return {
        "id": str(ids.new()), "enterprise_id": str(cast.a.id), "source": "snapshot", "category": CATEGORY,
        "description": "配电箱门缺失", "place": "一号车间", "found_at": clock.text(clock.now()),
        "photo_ids": [str(ids.new()) for _ in range(photos)],
    }  # fmt: skip


def spent(ran) -> tuple[int, int]:
    """Return how many statements ran inside the transaction (from its savepoint on), and how many to know who asks."""
    statements = [query["sql"] for query in ran.captured_queries]
    marks = [n for n, sql in enumerate(statements) if OUTSIDE.match(sql)]
    inside = [sql for sql in statements[marks[0] : marks[-1]] if not OUTSIDE.match(sql)] if marks else []
    return len(inside), sum(bool(WHO.search(sql)) for sql in statements if sql not in inside)


@pytest.mark.parametrize("photos", [0, 1, 9])
def test_a_report_costs_six_statements_and_two_to_know_who_asks(cast, statements, photos):
    api = Api().as_(cast.officer_a)
    assert api.post("/hazards", body(cast, photos)).status_code == 201  # what processes keep is kept now
    with statements() as ran:
        assert api.post("/hazards", body(cast, photos)).status_code == 201
    inside, who = spent(ran)
    assert inside <= 6, [query["sql"][:90] for query in ran.captured_queries]
    assert who <= 2, [query["sql"][:90] for query in ran.captured_queries]


@pytest.mark.parametrize("until", [None, Verb.CONFIRM, Verb.RECUR])
def test_reading_one_costs_four_queries_beyond_identity(cast, statements, until):
    walk = loop.a_walk(cast, until, at=clock.now() - 12 * loop.HOUR)
    api = Api().as_(cast.inspector)
    assert api.get(f"/hazards/{walk.id}").status_code == 200
    with statements() as ran:
        assert api.get(f"/hazards/{walk.id}").status_code == 200
    reads = [q["sql"] for q in ran.captured_queries if not OUTSIDE.match(q["sql"]) and not WHO.search(q["sql"])]
    assert len(reads) <= 4, reads


def test_a_list_costs_the_same_however_long_it_is(cast, statements):
    api, counts = Api().as_(cast.inspector), []
    for _ in range(2):
        for _ in range(4):
            loop.a_walk(cast, Verb.LIST, at=clock.now() - 12 * loop.HOUR)
        with statements() as ran:
            assert api.get("/hazards").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1]

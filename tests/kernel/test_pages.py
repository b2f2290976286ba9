"""Keyset pages: every row once, ties or not, and only cursors that the list itself gave out."""

import pytest

from backend.kernel import pages
from backend.kernel.models import Job
from backend.kernel.pages import Order
from backend.kernel.problems import Invalid
from tests.cast import MINUTE, NOON, fixed

pytestmark = pytest.mark.django_db
OLDEST = Order("run_at", descending=False)
LATEST = Order("run_at")


@pytest.fixture(autouse=True)
def _jobs(db):
    rows = [
        Job(id=fixed(f"j{n}"), kind="x", dedupe_key=str(n), run_at=NOON + (n // 3) * MINUTE, created_at=NOON) for n in range(20)
    ]
    Job.objects.bulk_create(rows)


def walk(order, size):
    seen, cursor = [], None
    while True:
        page = pages.page(Job.objects.all(), order=order, limit=size, cursor=cursor)
        seen += [job.id for job in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return seen


@pytest.mark.parametrize("size", [1, 2, 7, 20, 200])
@pytest.mark.parametrize("order", [pages.NEWEST, OLDEST, LATEST])
def test_every_row_is_seen_once_in_order_also_within_ties(order, size):
    sign = "-" if order.descending else ""
    columns = [sign + name for name in dict.fromkeys([order.column, "id"])]
    assert walk(order, size) == list(Job.objects.order_by(*columns).values_list("id", flat=True))


def test_a_page_costs_one_statement_however_deep(statements):
    cursor = None
    for _ in range(5):
        with statements() as ran:
            cursor = pages.page(Job.objects.all(), order=LATEST, limit=3, cursor=cursor).next_cursor
        assert len(ran) == 1
        assert "OFFSET" not in ran[0]["sql"]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "-", "é", "A" * 300, "eyJhIjoxfQ"])
def test_a_cursor_made_up_is_refused(cursor):
    with pytest.raises(Invalid):
        pages.page(Job.objects.all(), cursor=cursor)


def test_a_cursor_of_another_order_or_changed_by_a_letter_is_refused():
    cursor = pages.page(Job.objects.all(), order=LATEST, limit=3).next_cursor
    with pytest.raises(Invalid):
        pages.page(Job.objects.all(), order=pages.NEWEST, cursor=cursor)
    changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    with pytest.raises(Invalid):
        pages.page(Job.objects.all(), order=LATEST, cursor=changed)

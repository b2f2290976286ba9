"""Whoever a grade concerns is told when it became worse or better, with what weighs most; a first rating is no news."""

import pytest

from notifications.models import Notice
from tests.cast import NOON

pytestmark = pytest.mark.django_db


def test_owner_officer_and_grid_worker_are_told_of_a_worse_grade_and_why(story):
    people = {who: getattr(story.cast, who).id for who in ("owner_a", "officer_a", "grid_worker", "employee_a", "officer_b")}
    story.found(NOON, level="major")
    story.drain(NOON)
    told = Notice.objects.filter(kind="enterprise.graded")
    assert {notice.person_id for notice in told} == {people[who] for who in ("owner_a", "officer_a", "grid_worker")}
    one = told.get(person_id=people["owner_a"])
    assert (one.title_zh, "由绿色变为橙色" in one.body_zh, "重大隐患" in one.body_zh) == ("安全等级变差", True, True)
    assert one.body_en.endswith("from green to orange, because: A confirmed major hazard is open: orange at best")

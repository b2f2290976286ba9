"""Writing a grade: only a changed one is told, and the row keeps why."""

import uuid

import pytest

from backend.kernel import ledger
from backend.kernel.problems import NotFound
from enterprises.actions.grade import set_grade
from enterprises.models import Enterprise
from tests.cast import NOON

pytestmark = pytest.mark.django_db


def graded(cast, grade, score=80.0):
    return set_grade(enterprise_id=cast.a.id, grade=grade, score=score, policy_version=1, as_of=NOON, cause="calendar", at=NOON)


def test_a_colour_that_is_none_is_refused(cast):
    with pytest.raises(ValueError, match="purple"):
        graded(cast, "purple")


def test_an_enterprise_that_is_none_is_not_found():
    with pytest.raises(NotFound):
        set_grade(enterprise_id=uuid.uuid4(), grade="red", score=None, policy_version=1, as_of=NOON, cause="calendar", at=NOON)


def test_the_same_grade_again_leaves_no_entry(cast):
    graded(cast, "blue")
    graded(cast, "blue", score=81.5)
    row = Enterprise.objects.get(id=cast.a.id)
    assert (row.version, row.score, row.graded_at, len(ledger.of(cast.a.id))) == (2, 81.5, NOON, 2)


def test_a_changed_grade_says_from_which_to_which(cast):
    graded(cast, "blue")
    graded(cast, "orange")
    read = ledger.read(ledger.of(cast.a.id)[-1])
    assert (read["act"], read["before"], read["after"], read["actor"]["role"]) == (
        "enterprise.graded",
        "blue",
        "orange",
        "system",
    )
    assert read["facts"] == {
        "direction": "worsened", "score": 80.0, "policy_version": 1, "cause": "calendar", "as_of": "2026-09-16T04:00:00Z",
    }  # fmt: skip
    row = Enterprise.objects.get(id=cast.a.id)
    assert (row.grade, row.code_colour, row.version) == ("orange", "yellow", 3)
    assert ledger.broken_at(cast.a.id) is None

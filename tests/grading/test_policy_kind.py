"""Policies of the former kind `grade` are taken along in the shape of the whole rule."""

from importlib import import_module

from grading.policy.document import Document

moved = import_module("grading.migrations.0002_policies_are_of_kind_grading")
OLD = {
    "open_general": 3, "open_general_most": 12, "overdue_general": 4, "overdue_week": 2, "overdue_most": 9, "open_major": 25,
    "recurrence": 3, "reinspection_failed": 3, "look_back_failed": 8, "cap_a": 45, "cap_c": 10, "window_days": 90,
    "green_from": 92, "blue_from": 80, "yellow_from": 70, "orange_from": 60, "major_open_best": "yellow",
    "major_overdue_best": "orange", "grey_days": 20, "spared": ["open"],
}  # fmt: skip


def test_an_old_document_says_the_same_in_the_new_shape_and_back():
    new = Document.model_validate(moved.whole(OLD))
    assert (new.factors.open_general.points, new.factors.overdue_general.most_each, new.groups.A.cap) == (3, 9, 45)
    assert (new.thresholds.green, new.vetoes.major_overdue.grade_at_best, new.spared) == (92, "orange", ["open"])
    assert moved.part(new.model_dump(mode="json")) == OLD


def test_one_that_said_little_takes_the_rest_from_the_default():
    assert Document.model_validate(moved.whole({})) == Document()
    assert Document.model_validate(moved.whole({"open_major": 30})).factors.open_major.points == 30

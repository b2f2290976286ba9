"""The script in docs/, which shares no code with the server, works published grades out again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from docs import check_grade
from grading.policy.course import look
from grading.policy.plain import as_plain, instant
from tests.cast import HOUR, NOON
from tests.grading.lives import enterprises, standings, steady
from tests.grading.world import V1

SCRIPT = Path(check_grade.__file__)


class Built:
    version, document = 0, V1


def test_it_is_short_and_imports_nothing_of_ours():
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 80
    assert all(room not in text for room in ("import grading", "from grading", "import django", "from backend"))


@steady
@given(enterprises(), standings)
def test_it_agrees_with_the_engine_whatever_the_facts(facts, standing):
    seen = look(facts, standing, Built, NOON)
    told = {
        "document": V1.model_dump(mode="json"), "facts": as_plain(facts), "as_of": instant(NOON),
        "standing": {"stepped": seen.standing.stepped},
    }  # fmt: skip
    assert check_grade.check(told) == (seen.result.score, seen.grade)


@pytest.mark.django_db
def test_it_works_out_what_the_api_published(story):
    story.found(NOON, level="major")
    late = story.found(NOON, due=1)
    story.submitted(late, NOON + HOUR)
    story.failed(late, NOON + 2 * HOUR)
    story.say("inspector", "POST", "/facts", {"enterprise_id": str(story.cast.a.id), "kind": "penalty", "from": "2026-09-01"},
              at=NOON)  # fmt: skip
    story.drain(NOON + 3 * HOUR)
    told = story.say("owner_a", "GET", f"/enterprises/{story.cast.a.id}/safety-code/facts", at=NOON + 3 * HOUR)
    assert (told["grade"], told["score"]) == ("orange", 70)
    for answer, code in ((told, 0), ({**told, "score": 71}, 1), ({**told, "grade": "yellow"}, 1)):
        run = subprocess.run([sys.executable, SCRIPT], input=json.dumps(answer), text=True, check=False, capture_output=True)
        assert run.returncode == code, run

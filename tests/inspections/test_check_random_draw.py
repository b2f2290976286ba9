"""A published draw is drawn again twice over: by the command, and by the script of docs/ that shares no code with us."""

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inspections import tasks
from inspections.management.commands import check_random_draw as command
from tests.architecture.source import ROOT
from tests.cast import NOON
from tests.inspections.lots import a_wish, in_the_drum
from tests.inspections.test_draws import CLOCK

pytestmark = pytest.mark.django_db
SCRIPT = ROOT / "docs" / "check_random_draw.py"


@pytest.fixture
def published(cast, api, frozen):
    """Give what anyone may read of a draw after its reveal."""
    in_the_drum(cast)
    with frozen(NOON):
        id = api.as_(cast.regulator).post("/draws", a_wish(count=2, name="“九月”\\抽查\u00e9\U0001f600")).json()["id"]
    tasks.reveal_draws(at=CLOCK)
    return api.get(f"/public/draws/{id}").json()


def by_script(told, folder):
    file = folder / "draw.json"
    file.write_text(json.dumps(told))
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), str(file)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_script_is_short_and_stands_alone():
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 40
    assert "import inspections" not in text
    assert "django" not in text


def test_both_find_a_good_draw_good(published, tmp_path):
    out = StringIO()
    call_command("check_random_draw", published["id"], stdout=out)
    assert "不符 0" in out.getvalue()
    status, said = by_script(published, tmp_path)
    assert (status, said.count("ok")) == (0, 4)


def one_byte(told, change):
    """Return the document with one byte of it changed."""
    other = json.loads(json.dumps(told))
    change(other)
    assert other != told
    return other


def flipped(text):
    return ("0" if text[0] != "0" else "1") + text[1:]


CHANGES = {
    "seed": lambda d: d.update(seed=flipped(d["seed"])),
    "commitment": lambda d: d.update(commitment=flipped(d["commitment"])),
    "digest": lambda d: d.update(inputs_digest=flipped(d["inputs_digest"])),
    "weight": lambda d: d["inputs"]["enterprises"][0].update(weight=3),
    "name of an enterprise": lambda d: d["inputs"]["enterprises"][0].update(name="丙"),
    "not there": lambda d: d["inputs"]["inspectors"][0]["not_at"].append("x"),
    "order of results": lambda d: d["results"].reverse(),
    "an inspector": lambda d: d["results"][0]["inspectors"][0].update(no=9),
    "an inspector's name": lambda d: d["results"][0]["inspectors"][0].update(name="丁"),
    "an enterprise drawn": lambda d: d["results"][0].update(enterprise="戊"),
}


@pytest.mark.parametrize("what", sorted(CHANGES))
def test_one_byte_changed_is_found_out_by_the_command(published, what):
    assert list(command.differences(one_byte(published, CHANGES[what]))) != []


def test_one_byte_changed_is_found_out_by_the_script(published, tmp_path):
    for what in ("seed", "weight", "an inspector's name", "order of results"):
        assert by_script(one_byte(published, CHANGES[what]), tmp_path)[0] == 1, what


def test_before_the_reveal_there_is_nothing_to_check(cast, api, frozen):
    in_the_drum(cast)
    with frozen(NOON):
        id = api.as_(cast.regulator).post("/draws", a_wish()).json()["id"]
    with pytest.raises(CommandError, match="not revealed"):
        call_command("check_random_draw", id)


def test_an_unknown_draw_a_bad_address_and_a_dead_one_are_said(cast):
    id = "01890000-0000-7000-8000-000000000000"
    for options, said in (((), "不存在"), (("--url", "file:///etc/passwd"), "http"), (("--url", "http://127.0.0.1:9"), "127")):
        with pytest.raises(CommandError, match=said):
            call_command("check_random_draw", id, *options)

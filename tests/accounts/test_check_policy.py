"""`check_policy` names the line at fault of a document that somebody wrote by hand."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

GOOD = "# 试行\nwindow_days: 90\nfactors:\n  open_general:\n    points: 3\n"
SAID = {
    "window_days: 90\nfactors:\n  open_general:\n    points: -3\n": [(4, "document.factors.open_general.points")],
    "thresholds:\n  green: 90\n\n  blue: 95\n": [(4, "document.thresholds.blue")],
    "factors:\n  open_generals:\n    points: 3\nwindow_day: 3\n": [
        (4, "document.window_day"),
        (2, "document.factors.open_generals"),
    ],
    "kind: grading\ndocument:\n  spared:\n    - open\n    - nothing\n": [(5, "document.spared.1")],
    '{\n\t"vetoes": {\n\t\t"unlicensed": {"ends": "never"}\n\t}\n}': [(3, "document.vetoes.unlicensed.ends")],
}


def told(file: Path, **options: str) -> str:
    out = io.StringIO()
    try:
        call_command("check_policy", str(file), stdout=out, **options)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    for text, faults in SAID.items():
        file = tmp_path / ("p.json" if text.startswith("{") else "p.yaml")
        file.write_text(text)
        lines = told(file).splitlines()
        assert [line.removeprefix(str(file)).split(": ")[:2] for line in lines[:-1]] == [[f":{n}", f] for n, f in faults]
        assert lines[-1].startswith(f"{len(faults)} ")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("p.yaml", "a: &x [1]\nb: *x\n", "aliases"), ("p.yaml", "- 1\n", "object"), ("p.yaml", "", "object"),
        ("p.yaml", "window_days: 3\nwindow_days: 4\n", ":2: window_days"), ("p.yaml", "a: [", "p.yaml"),
        ("p.json", '{"a": 1,}', "p.json"), ("p.yaml", "[" * 1200, "p.yaml"), ("p.yaml", "a: " + "x" * 300_000, "KiB"),
        ("p.yaml", "kind: nonsense\ndocument: {}\n", "nonsense"), ("p.yaml", "? [1]\n: 2\n", "p.yaml"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_document_is_refused_in_words(tmp_path: Path, name: str, text: str, words: str) -> None:
    (tmp_path / name).write_text(text)
    assert words in told(tmp_path / name)
    assert "p.none" in told(tmp_path / "p.none")


def test_a_good_one_may_be_adopted(tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_text(GOOD)
    (tmp_path / "p.json").write_text(json.dumps({"window_days": 90, "factors": {"open_general": {"points": 3.0}}}))
    first, second = told(tmp_path / "p.yml"), told(tmp_path / "p.json", kind="grading")
    assert "may be adopted" in first
    assert first == second

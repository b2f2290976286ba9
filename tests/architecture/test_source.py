"""House rules that a machine can check; style.md says why."""

import ast
import re

import pytest

from tests.architecture.source import ROOMS, ROOT, functions, length, modules, tracked

MODULES = sorted(modules())
FORBIDDEN_FILES = {"utils.py", "helpers.py", "common.py", "services.py", "misc.py", "signals.py"}
# one term per thing, style.md "Words"
FORBIDDEN_NAMES = {"issue_id", "danger", "ticket", "repair", "ddl", "recheck", "company", "health_code"}
EDGES = {"api.py", "public.py", "pages.py", "tasks.py", "admin.py", "doors.py", "middleware.py", "guard.py", "adapter.py"}


@pytest.mark.parametrize("name", MODULES)
def test_a_file_stays_human(name):
    lines = len((ROOT / name).read_text().splitlines())
    assert lines <= (200 if name.endswith("lifecycle.py") else 300)


@pytest.mark.parametrize("name", MODULES)
def test_a_function_stays_human(name):
    long = {f.name: length(f) for f in functions(modules()[name]) if length(f) > 30}
    assert long == {}


@pytest.mark.parametrize("name", [n for n in MODULES if n.endswith(("/api.py", "/public.py"))])
def test_an_endpoint_has_eight_lines(name):
    long = {f.name: length(f) for f in functions(modules()[name]) if f.decorator_list and length(f) > 8}
    assert long == {}


@pytest.mark.parametrize("name", MODULES)
def test_imports_stand_at_the_top(name):
    inside = [
        node.lineno for f in functions(modules()[name]) for node in ast.walk(f) if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert inside == []


def test_the_reference_client_stands_alone():
    """It is installed without the server, and held to the same measures."""
    wrong = []
    for path in sorted((ROOT / "clients").rglob("*.py")):
        tree = ast.parse(path.read_text())
        named = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        named += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        wrong += [f"{path.name} imports {name}" for name in named if name.split(".")[0] in {*ROOMS, "django", "tests"}]
        wrong += [f"{path.name}: {f.name} is long" for f in functions(tree) if length(f) > 30]
        wrong += [f"{path.name} is long"] if len(path.read_text().splitlines()) > 300 else []
    assert wrong == []


def test_every_room_names_its_files_for_what_is_in_them():
    strange = [
        str(p.relative_to(ROOT)) for p in tracked() if p.name in FORBIDDEN_FILES or {"common", "utils", "helpers"} & set(p.parts)
    ]
    assert strange == []


@pytest.mark.parametrize("name", MODULES)
def test_one_term_per_thing(name):
    names = {node.id for node in ast.walk(modules()[name]) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(modules()[name]) if isinstance(node, ast.Attribute)}
    names |= {f.name for f in functions(modules()[name])}
    assert names & FORBIDDEN_NAMES == set()


@pytest.mark.parametrize("name", MODULES)
def test_no_signals_of_django(name):
    text = (ROOT / name).read_text()
    assert not re.search(r"django\.dispatch|django\.[\w.]*signals|@receiver", text)


@pytest.mark.parametrize(
    "name", [n for n in MODULES if re.search(r"/(actions|policy|models|channels|checks)/|lifecycle\.py|queries\.py", n)]
)
def test_only_the_edges_ask_the_clock(name):
    assert not re.search(r"clock\.now\(|timezone\.now\(|datetime\.now\(|time\.time\(", (ROOT / name).read_text())


@pytest.mark.parametrize("name", [n for n in MODULES if "/actions/" in n and not n.endswith("__init__.py")])
def test_who_and_when_are_said_by_name_and_have_no_default(name):
    wrong, both = [], {"actor", "at"}
    for function in functions(modules()[name]):
        arguments = function.args
        placed = {a.arg for a in arguments.args}
        pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        defaulted = {a.arg for a, default in pairs if default is not None}
        public = not function.name.startswith("_")
        if (public and both <= placed) or both & defaulted:
            wrong.append(function.name)
    assert wrong == []


def test_status_has_two_writers():
    """Only `open` and `advance` of the hazard set its status: style.md rule 9."""
    writers = []
    for name in MODULES:
        if not name.startswith(("hazards/", "inspections/", "demo/", "sync/", "oversight/", "grading/")):
            continue
        for function in functions(modules()[name]):
            if name == "hazards/models/hazard.py" and function.name in ("open", "advance"):
                continue
            writers += [f"{name}:{node.lineno}" for node in ast.walk(function) if _writes_status(node)]
    assert writers == []


def _writes_status(node: ast.AST) -> bool:
    if isinstance(node, (ast.Assign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(t, ast.Attribute) and t.attr == "status" and "hazard" in ast.unparse(t.value) for t in targets)
    if (
        isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("Hazard.objects")
        and ast.unparse(node.func).endswith((".update", ".create"))
    ):
        return any(keyword.arg == "status" for keyword in node.keywords)
    return False


PICTURES = {".pdf", ".png", ".jpg", ".webp", ".heic", ".otf", ".ttf", ".woff2"}
INDEXES = ["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.org", "mirrors?" + r"\.\w+\.(com|cn|edu)"]
MACHINE = re.compile("|".join([*INDEXES, r"(?:^|[^A-Za-z0-9_.])/(?:home|Users|opt|srv)/[a-z]"]))


def test_no_path_of_a_machine_and_no_package_index_is_in_the_repository():
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if path.suffix not in PICTURES and not name.startswith((".ci/", "bench/baselines/")):
            found += [f"{name}: {m.group(0)}" for m in MACHINE.finditer(path.read_text(errors="replace"))]
    assert found == []


def test_nothing_is_left_unfinished():
    words = re.compile("TO" + "DO|FIX" + "ME|XX" + "X|NotImplemented" + r"Error|# noqa(?!: )|type: ignore(?!\[)")
    found = []
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if path.suffix == ".py" and not name.startswith(("bench/", "tests/architecture/")):
            found += [f"{name}: {m.group(0)}" for m in words.finditer(path.read_text())]
    assert found == []


def test_every_test_asserts_something():
    silent = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        for function in functions(ast.parse(path.read_text())):
            text = ast.unparse(function)
            if function.name.startswith("test_") and not re.search(r"\bassert\b|raises\(|expect|check", text):
                silent.append(f"{path.name}:{function.name}")
    assert silent == []

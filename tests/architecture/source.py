"""The product's own source, parsed once for the guard tests."""

import ast
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = (
    "backend",
    "accounts",
    "enterprises",
    "media",
    "notifications",
    "hazards",
    "inspections",
    "grading",
    "oversight",
    "sync",
    "demo",
)


@lru_cache(maxsize=1)
def tracked() -> list[Path]:
    """Return every file of the repository, also one that is not committed yet; without git, what lies in the folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        hidden = {".venv", ".git", "var", "__pycache__", "node_modules"}
        return [path for path in ROOT.rglob("*") if path.is_file() and not hidden & set(path.parts)]
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    """Return the parsed source of every room, migrations left out: path from the root -> tree."""
    found = {}
    for path in tracked():
        name = path.relative_to(ROOT)
        if path.suffix == ".py" and name.parts[0] in ROOMS and "migrations" not in name.parts:
            found[str(name)] = ast.parse(path.read_text())
    return found


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    """Return every function and method of a module, nested ones too."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def length(function: ast.FunctionDef) -> int:
    """Return how many lines a function has, its docstring and signature left out."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0

"""What touches no database is not run a second time on PostgreSQL, where it would say the same again.

Only files named here, and of them only tests that ask for no database; the run says how many were left to SQLite.
"""

from typing import Any

import pytest
from django.db import connection

PURE = (
    *(f"tests/grading/test_{name}.py" for name in ("advise", "changes", "document", "grade", "properties", "standing")),
    *(f"tests/media/test_{name}.py" for name in ("decode", "phrases", "prints", "reuse", "search", "strips")),
    *(f"tests/inspections/test_{name}.py" for name in ("archival", "lottery", "printing")),
    "tests/architecture/test_source.py",
)
DATABASE = {"db", "transactional_db", "django_db_setup", "live_db", "world"}
_left: dict[str, int] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave them out of the second run."""
    if connection.vendor == "sqlite" or any("::" in name or name.endswith(".py") for name in config.args):
        return
    pure = {i for i in items if i.nodeid.startswith(PURE) and not DATABASE & set(getattr(i, "fixturenames", ()))}
    items[:] = [item for item in items if item not in pure]
    _left["here"] = len(pure)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker tell how many it left."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_to_sqlite"] = _left.get("here", 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take it from a worker; every one of them leaves the same."""
    _left["here"] = max(_left.get("here", 0), getattr(node, "workeroutput", {}).get("left_to_sqlite", 0))


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter") -> None:
    """Say what was left to SQLite."""
    if _left.get("here"):
        terminalreporter.write_line(f"left to SQLite, since no database is touched: {_left['here']} tests")

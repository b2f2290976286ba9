"""A skipped test is a hole: the run fails on every skip whose reason is not one of these."""

import pytest

ALLOWED = (
    "needs PostgreSQL",  # on SQLite; the same run has the suite on PostgreSQL
    "needs SQLite",  # on PostgreSQL
    "the real photos of ../shared/photos are not here",  # a user's clone
    "no disk of its own",  # where nobody may mount one: the machine's administrator only
    "needs Linux's /proc",
    "no Pango",  # PDF on a machine where the system library could not be installed
)
_strange: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep every skip that nobody allowed."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not reason.removeprefix("Skipped: ").startswith(ALLOWED):
        _strange.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail the run when something was skipped without an allowed reason."""
    if _strange and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter") -> None:
    """Name the skips that nobody allowed."""
    for line in _strange:
        terminalreporter.write_line(f"SKIPPED WITHOUT AN ALLOWED REASON: {line}", red=True)

"""Coverage is measured where the rules that have to be covered are tested on purpose; in every other test the tracer rests.

Traced, a test costs nearly twice as much, and that a line is run by chance in a journey or by a fuzzer shows nothing about it.
"""

import pytest
from django.db import connection

TRACED = {
    "sqlite": (
        "tests/accounts/", "tests/enterprises/", "tests/hazards/", "tests/kernel/", "tests/sync/", "tests/media/test_direct.py",
        "tests/media/test_settle.py",
    ),
    # what idempotency does here alone
    "postgresql": ("tests/kernel/test_idempotency.py", "tests/sync/"),
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let coverage pause in the others."""
    for item in items:
        if not item.nodeid.startswith(TRACED[connection.vendor]):
            item.add_marker(pytest.mark.no_cover)

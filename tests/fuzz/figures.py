"""What fuzzing did, kept for docs/benchmarks.md: one line of JSON per operation in the file that FUZZ_FIGURES names."""

import os
from collections import Counter
from pathlib import Path

import orjson
from django.db import connection


def keep(name: str, statuses: Counter[int]) -> None:
    """Append how often `name` was tried and what was answered."""
    file = os.environ.get("FUZZ_FIGURES", "")
    if not file:
        return
    line = orjson.dumps(
        {"engine": connection.vendor, "name": name, "examples": sum(statuses.values()), "statuses": dict(statuses)},
        option=orjson.OPT_NON_STR_KEYS,
    )
    with Path(file).open("ab") as into:
        into.write(line + b"\n")

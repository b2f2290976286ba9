"""Run inside an installation: prepares it, loads a small demo world, and prints tokens for eight reporters and two officials."""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from accounts.login import tokens  # noqa: E402 - Django has to be set up first
from accounts.models import Person  # noqa: E402
from backend.kernel import clock, preparation  # noqa: E402
from demo import load  # noqa: E402
from demo.cast import fixed  # noqa: E402
from demo.firms import FIRMS  # noqa: E402
from hazards import queries  # noqa: E402

# reporter -> (enterprise, source)
REPORTERS = {
    "owner_a": ("a", "self_inspection"), "officer_a": ("a", "self_inspection"), "employee_a": ("a", "snapshot"),
    "agency": ("a", "agency"), "owner_b": ("b", "self_inspection"), "officer_b": ("b", "snapshot"),
    "officer_far": ("c", "self_inspection"), f"owner-{FIRMS['c'].id}": ("c", "snapshot"),
}  # fmt: skip
FIXERS = {"a": "officer_a", "b": "owner_b", "c": "officer_far"}
OFFICIALS = {"a": "inspector", "b": "inspector_2", "c": "inspector_far"}


def main() -> None:
    """Print one line of JSON."""
    at = clock.now()
    preparation.prepare(at=at)
    load.load(at=at, enterprises=2, days=1)
    keys = {*REPORTERS, *FIXERS.values(), *OFFICIALS.values()}
    token = {key: tokens.issue(Person.objects.get(id=fixed(key)), at=at) for key in sorted(keys)}
    people = [
        {
            "key": key, "token": token[key], "enterprise": str(FIRMS[firm].id), "source": source,
            "fixer": token[FIXERS[firm]], "official": token[OFFICIALS[firm]],
        }
        for key, (firm, source) in REPORTERS.items()
    ]  # fmt: skip
    print(json.dumps({"people": people, "categories": sorted(queries.categories())[:20]}))


if __name__ == "__main__":
    main()

"""Fills our database for the bench: the kit's 1,320 townships, people with tokens, and N synthetic hazards by SQL.

Run inside Django (`python -m bench.world rows`); prints the tokens as JSON, the last line.
"""

import json
import sys
import uuid

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - after setup

from accounts.login import tokens  # noqa: E402
from accounts.models import Duty, Person, Region  # noqa: E402
from backend.kernel import clock  # noqa: E402
from enterprises.models import Enterprise  # noqa: E402

FIRMS = 2000
AT = clock.now()

SYNTHETIC = """
INSERT INTO hazards_hazard ({columns})
SELECT {values}
FROM (SELECT g, abs(hashint8(g)) AS h, timestamptz '2024-01-01' + g * (interval '730 days' / %(rows)s) AS ts
      FROM generate_series(%(first)s, %(rows)s) g) s
JOIN LATERAL (SELECT '33' || lpad((1 + (h %% 11))::text, 2, '0') AS city) c ON true
JOIN LATERAL (SELECT c.city || lpad((1 + (h / 11 %% 8))::text, 2, '0') AS county) d ON true
JOIN LATERAL (SELECT d.county || lpad((1 + (h / 88 %% 15))::text, 3, '0') AS town) t ON true
JOIN bench_firm f ON f.n = h %% {firms}
"""


def regions() -> None:
    """Load the kit's made-up region tree: 11 cities, 88 counties, 1,320 towns."""
    rows = [Region(code="33", name="省", level="province", province="33")]
    for city in (f"33{n:02d}" for n in range(1, 12)):
        rows.append(Region(code=city, name=city, level="city", parent_id="33", province="33", city=city))
        for county in (f"{city}{n:02d}" for n in range(1, 9)):
            up = {"province": "33", "city": city, "county": county}
            rows.append(Region(code=county, name=county, level="county", parent_id=city, **up))
            rows += [
                Region(code=f"{county}{n:03d}", name=str(n), level="town", parent_id=county, town=f"{county}{n:03d}", **up)
                for n in range(1, 16)
            ]
    Region.objects.bulk_create(rows, ignore_conflicts=True)


def people() -> dict[str, str]:
    """Return tokens of an officer of one firm and of a regulator of the province."""
    firms = [
        Enterprise(
            id=uuid.uuid5(uuid.NAMESPACE_URL, f"bench-firm-{n}"), name=f"样本企业{n}", industry="C3443", registered_at=AT,
            province="33", city="3301", county="330101", town="330101001", grade="green",
        )
        for n in range(FIRMS)
    ]  # fmt: skip
    Enterprise.objects.bulk_create(firms, ignore_conflicts=True)
    made = {}
    for key, role, scope in (("officer", "officer", {"enterprise_id": firms[0].id}), ("regulator", "regulator", {"region_id": "33"})):
        person = Person.objects.enrol(phone=f"+861390000000{len(made)}", name=key)
        Duty.objects.create(person=person, role=role, since=AT, level="province" if key == "regulator" else "", **scope)
        made[key] = tokens.issue(person, at=clock.now(), strong=True)
    return {**made, "enterprise": str(firms[0].id)}


def hazards(first: int, rows: int) -> None:
    """Insert synthetic hazards number `first` to `rows`, about 80 % closed, as the kit's schema.sql does for the baselines."""
    plain = {
        "id": "gen_random_uuid()", "enterprise_id": "f.id", "industry": "'C3443'", "source": "'self_inspection'", "category": "'FI01'",
        "title": "'Blocked fire exit, workshop ' || (g %% 50)", "flags": "'[]'::jsonb", "escalation": "'{}'::jsonb",
        "description": "'Pallets stacked in front of the emergency exit door; it opens 30 cm at most.'",
        "location_name": "'workshop'", "checklist_item": "''", "level": "'general'", "level_claimed": "'general'", "criterion": "''",
        "status": "CASE WHEN h %% 10 < 8 THEN 'closed' ELSE 'reported' END", "review_mode": "'full'", "round": "1", "salt": "''",
        "hands": "'{\"rectified\": [], \"passed\": []}'::jsonb", "reporter_id": "f.id", "reporter_person": "f.id",
        "reporter_role": "'officer'", "found_at": "ts", "received_at": "ts", "clock_from": "ts",
        "closed_at": "CASE WHEN h %% 10 < 8 THEN ts + (h %% 40) * interval '1 day' END",
        "closed_by": "CASE WHEN h %% 10 < 8 THEN 'reinspection' ELSE '' END", "void_reason": "''", "due_provisional": "false",
        "stop_work": "false", "requirement": "''", "responsible": "''", "has_plan": "false", "transfers": "0", "ruled": "false",
        "extensions_asked": "0", "version": "1", "ledger_head": "''", "changed_at": "ts", "province": "'33'", "city": "c.city",
        "county": "d.county", "town": "t.town", "village": "''", "grid": "''",
    }  # fmt: skip
    statement = SYNTHETIC.format(columns=", ".join(plain), values=", ".join(plain.values()), firms=FIRMS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_firm AS SELECT (row_number() OVER (ORDER BY id) - 1)::int n, id"
                       " FROM enterprises_enterprise")
        cursor.execute(statement, {"first": first, "rows": rows})
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE hazards_hazard")


if __name__ == "__main__":
    first, rows = int(sys.argv[1]), int(sys.argv[2])
    found = {}
    if first == 1:
        regions()
        found = people()
    if connection.vendor == "postgresql" and rows:
        hazards(first, rows)
    print(json.dumps(found))  # noqa: T201 - what the caller reads

"""Separation of duties, second part (lifecycle.md §2): no interest at the enterprise, and a fresh hand under a major pass."""

from django.db import migrations

OFFICIAL = "'grid_worker', 'inspector', 'regulator'"
# a natural person who found it on site is its reporter; who verified it took a `confirm`
STALE = (
    "SELECT h.reporter_person FROM hazards_hazard h WHERE h.id = NEW.hazard_id"
    " AND h.source IN ('grid_patrol', 'inspection', 'remote_check', 'campaign')"
    " UNION SELECT a.person FROM hazards_act a WHERE a.hazard_id = NEW.hazard_id AND a.verb = 'confirm'"
)
# each is a condition under which the new act is refused
RULES = [
    (
        "interest",
        f"NEW.role IN ({OFFICIAL}) AND EXISTS (SELECT 1 FROM accounts_duty d JOIN accounts_person p ON p.id = d.person_id"
        " JOIN hazards_hazard h ON h.enterprise_id = d.enterprise_id WHERE h.id = NEW.hazard_id AND p.identity = NEW.person"
        " AND d.since <= NEW.at AND (d.until IS NULL OR d.until > NEW.at))",
    ),
    (
        "stale_hands",
        f"NEW.verb = 'countersign' AND NEW.person IN ({STALE}) AND EXISTS (SELECT 1 FROM hazards_act s"
        f" WHERE s.id = NEW.subject_id AND s.verb = 'sign' AND s.person IN ({STALE}))",
    ),
]


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        checks = "".join(
            f" IF {condition} THEN RAISE EXCEPTION 'separation of duties: {name}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            for name, condition in RULES
        )
        schema_editor.execute(
            f"CREATE FUNCTION hazards_hands_apart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN{checks} RETURN NEW; END $$;"
            "CREATE TRIGGER hazards_hands_apart BEFORE INSERT OR UPDATE OF person, verb, role, hazard_id ON hazards_act"
            " FOR EACH ROW EXECUTE FUNCTION hazards_hands_apart();"
        )
        return
    for name, condition in RULES:
        schema_editor.execute(
            f"CREATE TRIGGER hazards_separation_{name} BEFORE INSERT ON hazards_act WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, 'separation of duties: {name}'); END"
        )


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER hazards_hands_apart ON hazards_act; DROP FUNCTION hazards_hands_apart();")
        return
    for name, _ in RULES:
        schema_editor.execute(f"DROP TRIGGER hazards_separation_{name}")


class Migration(migrations.Migration):
    dependencies = [("hazards", "0002_separation_of_duties"), ("accounts", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]

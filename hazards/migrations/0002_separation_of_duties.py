"""Separation of duties by the database's own word (lifecycle.md §2), by natural person, on both engines.

A later migration that alters hazards_hazard or hazards_act drops these triggers first and makes them again last: SQLite
remakes an altered table, and a trigger that names it meanwhile stops the migration.
"""

from django.db import migrations

PARTY = "'self_inspection', 'snapshot', 'agency', 'public_report'"
JUDGING = "'confirm', 'return', 'dismiss', 'accept', 'reject', 'pass', 'sign', 'countersign', 'fail'"
AFTER_FIX = "'accept', 'reject', 'pass', 'sign', 'countersign', 'fail'"
# each is a condition under which the new act is refused
RULES = [
    (
        "own_report",
        f"NEW.verb IN ({JUDGING}) AND EXISTS (SELECT 1 FROM hazards_hazard h WHERE h.id = NEW.hazard_id"
        f" AND h.reporter_person = NEW.person AND h.source IN ({PARTY}))",
    ),
    (
        "own_rectification",
        f"NEW.verb IN ({AFTER_FIX}) AND EXISTS (SELECT 1 FROM hazards_act a WHERE a.hazard_id = NEW.hazard_id"
        " AND a.verb = 'submit' AND a.person = NEW.person)",
    ),
    (
        "own_signature",
        "NEW.verb = 'countersign' AND EXISTS (SELECT 1 FROM hazards_act a WHERE a.hazard_id = NEW.hazard_id"
        " AND a.verb = 'sign' AND a.round = NEW.round AND a.person = NEW.person AND a.id = NEW.subject_id)",
    ),
    (
        "own_pass",
        "NEW.verb IN ('hold', 'recur') AND EXISTS (SELECT 1 FROM hazards_act a WHERE a.hazard_id = NEW.hazard_id"
        " AND a.person = NEW.person AND (a.verb IN ('pass', 'countersign') OR (a.verb = 'sign' AND EXISTS"
        " (SELECT 1 FROM hazards_act c WHERE c.subject_id = a.id AND c.verb = 'countersign'))))",
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
            f"CREATE FUNCTION hazards_separation() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN{checks} RETURN NEW; END $$;"
            "CREATE TRIGGER hazards_separation BEFORE INSERT OR UPDATE OF person, verb, hazard_id ON hazards_act"
            " FOR EACH ROW EXECUTE FUNCTION hazards_separation();"
        )
        return
    for name, condition in RULES:
        schema_editor.execute(
            f"CREATE TRIGGER hazards_separation_{name} BEFORE INSERT ON hazards_act WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, 'separation of duties: {name}'); END"
        )


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER hazards_separation ON hazards_act; DROP FUNCTION hazards_separation();")
        return
    for name, _ in RULES:
        schema_editor.execute(f"DROP TRIGGER hazards_separation_{name}")


class Migration(migrations.Migration):
    dependencies = [("hazards", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]

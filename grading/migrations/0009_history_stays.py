"""A period of the history of grades stays as it was written: it is closed once and superseded once. Both engines say so.

A later migration that alters grading_gradeperiod drops these triggers first and makes them again last: SQLite remakes an
altered table, and a trigger that names it meanwhile stops the migration.
"""

from django.db import migrations

FROZEN = (
    "id", "enterprise_id", "valid_from", "grade", "score", "cause", "policy_version", "rows", "vetoes", "facts", "standing",
    "recorded_at",
)  # fmt: skip
ONCE = ("valid_to", "superseded_at", "superseded_by")
WHY = "the history of grades stays as it was written"


def forwards(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    unlike = "IS DISTINCT FROM" if postgresql else "IS NOT"
    # as text: PostgreSQL has no equality for json, SQLite keeps all of them as text or numbers
    changed = [f'CAST(NEW."{name}" AS text) {unlike} CAST(OLD."{name}" AS text)' for name in FROZEN]
    again = [f"(OLD.{name} IS NOT NULL AND NEW.{name} {unlike} OLD.{name})" for name in ONCE]
    condition = " OR ".join([*changed, *again])
    if postgresql:
        schema_editor.execute(
            "CREATE FUNCTION grading_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF TG_OP = 'DELETE' OR ({condition}) THEN RAISE EXCEPTION '{WHY}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER grading_history_stays BEFORE UPDATE OR DELETE ON grading_gradeperiod"
            " FOR EACH ROW EXECUTE FUNCTION grading_history_stays();"
        )
        return
    for name, event, when in (("stays", "UPDATE", f" WHEN {condition}"), ("is_kept", "DELETE", "")):
        schema_editor.execute(
            f"CREATE TRIGGER grading_history_{name} BEFORE {event} ON grading_gradeperiod{when}"
            f" BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
        )


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER grading_history_stays ON grading_gradeperiod; DROP FUNCTION grading_history_stays();"
        )
        return
    for name in ("stays", "is_kept"):
        schema_editor.execute(f"DROP TRIGGER grading_history_{name}")


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0008_one_row_to_grade_by'),
    ]

    operations = [migrations.RunPython(forwards, backwards)]

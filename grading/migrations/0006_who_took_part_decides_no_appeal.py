"""Separation of duties by the database's own word (lifecycle.md §2): who had a hand in what is disputed decides nothing.

A later migration that alters grading_appeal drops these triggers first and makes them again last: SQLite remakes an altered
table, and a trigger that names it meanwhile stops the migration.
"""

from django.db import migrations

TOOK_PART = (
    "NEW.decided_person IS NOT NULL AND EXISTS (SELECT 1 FROM grading_appealhand h"
    " WHERE h.appeal_id = NEW.id AND h.person = NEW.decided_person)"
)
WORDS = "separation of duties: took part in what is disputed"


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION grading_appeal_hands_apart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {TOOK_PART} THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            " RETURN NEW; END $$;"
            "CREATE TRIGGER grading_appeal_hands_apart BEFORE INSERT OR UPDATE ON grading_appeal"
            " FOR EACH ROW EXECUTE FUNCTION grading_appeal_hands_apart();"
        )
        return
    schema_editor.execute(
        f"CREATE TRIGGER grading_appeal_hands_apart BEFORE UPDATE ON grading_appeal WHEN {TOOK_PART}"
        f" BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    )


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER grading_appeal_hands_apart ON grading_appeal; DROP FUNCTION grading_appeal_hands_apart();"
        )
        return
    schema_editor.execute("DROP TRIGGER grading_appeal_hands_apart")


class Migration(migrations.Migration):
    dependencies = [("grading", "0005_appeals_statements_and_requests")]
    operations = [migrations.RunPython(forwards, backwards)]

"""What a document says never changes, nor its number once it has one, by the database's own word on both engines.

A later migration that alters inspections_document drops these triggers first and makes them again last: SQLite remakes an
altered table, and a trigger that names it meanwhile stops the migration.
"""

from django.db import migrations

SAID = (
    "kind", "enterprise_id", "hazard_id", "inspection_id", "supersedes_id", "content", "digest", "authority", "authority_name",
    "made_at", "made_by", "made_person",
)
NUMBERED = ("year", "serial", "number", "issued_at", "token")
OVER = "'void', 'superseded'"
# each is a condition under which an update is refused
RULES = [
    ("content", " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in SAID)),
    ("number", "OLD.number <> '' AND (" + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in NUMBERED) + ")"),
    ("status", f"(OLD.number <> '' AND NEW.status = 'draft') OR (OLD.status IN ({OVER}) AND NEW.status <> OLD.status)"),
]
# rows beside it that are written once
ONCE = ("inspections_documentprint", "inspections_documentservice")


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        checks = "".join(
            f" IF {condition} THEN RAISE EXCEPTION 'a document never changes: {name}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            for name, condition in RULES
        )
        schema_editor.execute(
            f"CREATE FUNCTION documents_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN{checks} RETURN NEW; END $$;"
            "CREATE FUNCTION documents_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
            " 'documents are kept' USING ERRCODE = 'integrity_constraint_violation'; END $$;"
            "CREATE TRIGGER documents_unchanged BEFORE UPDATE ON inspections_document"
            " FOR EACH ROW EXECUTE FUNCTION documents_unchanged();"
            "CREATE TRIGGER documents_kept BEFORE DELETE ON inspections_document"
            " FOR EACH ROW EXECUTE FUNCTION documents_refuse();"
            + "".join(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION documents_refuse();"
                for table in ONCE
            )
        )
        return
    for name, condition in RULES:
        schema_editor.execute(
            f"CREATE TRIGGER documents_{name} BEFORE UPDATE ON inspections_document WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')}"
            f" BEGIN SELECT RAISE(ABORT, 'a document never changes: {name}'); END"
        )
    for table in ("inspections_document", *ONCE):
        schema_editor.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'documents are kept'); END"
        )
    for table in ONCE:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'documents are kept'); END"
        )


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in ONCE:
            schema_editor.execute(f"DROP TRIGGER {table}_kept ON {table}")
        schema_editor.execute(
            "DROP TRIGGER documents_kept ON inspections_document; DROP TRIGGER documents_unchanged ON inspections_document;"
            "DROP FUNCTION documents_refuse(); DROP FUNCTION documents_unchanged();"
        )
        return
    names = [f"documents_{name}" for name, _ in RULES]
    names += [f"{table}_kept" for table in ("inspections_document", *ONCE)] + [f"{table}_unchanged" for table in ONCE]
    for name in names:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_documents")]
    operations = [migrations.RunPython(forwards, backwards)]

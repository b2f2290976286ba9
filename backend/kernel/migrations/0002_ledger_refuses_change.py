"""The ledger is append-only by the database's own word, on both engines."""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE ON kernel_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""
POSTGRESQL_BACK = "DROP TRIGGER ledger_no_change ON kernel_ledgerentry; DROP FUNCTION ledger_refuse();"
SQLITE = [
    "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON kernel_ledgerentry "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON kernel_ledgerentry "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
]
SQLITE_BACK = ["DROP TRIGGER ledger_no_update", "DROP TRIGGER ledger_no_delete"]


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK)
    else:
        for statement in SQLITE_BACK:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]

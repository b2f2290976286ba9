"""Every entry waits for its place in the order from the moment it is written, by the database's own word, on both engines.

The trigger costs a writer no round trip and no lock that another writer waits for. Entries from before it wait, too. Leaves
are as final as entries. A later migration that alters kernel_ledgerentry on SQLite drops `ledger_pend` first and makes it
again last: SQLite remakes an altered table, and its triggers are lost.
"""

from django.db import migrations

POSTGRESQL = """
CREATE FUNCTION ledger_pend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO kernel_pendingleaf (entry_id) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER ledger_pend AFTER INSERT ON kernel_ledgerentry FOR EACH ROW EXECUTE FUNCTION ledger_pend();
CREATE TRIGGER leaf_no_change BEFORE UPDATE OR DELETE ON kernel_ledgerleaf
  FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""
POSTGRESQL_BACK = """
DROP TRIGGER leaf_no_change ON kernel_ledgerleaf;
DROP TRIGGER ledger_pend ON kernel_ledgerentry;
DROP FUNCTION ledger_pend();
"""
SQLITE = [
    "CREATE TRIGGER ledger_pend AFTER INSERT ON kernel_ledgerentry "
    "BEGIN INSERT INTO kernel_pendingleaf (entry_id) VALUES (NEW.id); END",
    "CREATE TRIGGER leaf_no_update BEFORE UPDATE ON kernel_ledgerleaf "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER leaf_no_delete BEFORE DELETE ON kernel_ledgerleaf "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
]
SQLITE_BACK = ["DROP TRIGGER leaf_no_delete", "DROP TRIGGER leaf_no_update", "DROP TRIGGER ledger_pend"]
# ids are made in the order of time: what was written before the trigger keeps the order in which it was written
EARLIER = "INSERT INTO kernel_pendingleaf (entry_id) SELECT id FROM kernel_ledgerentry ORDER BY id"


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE:
            schema_editor.execute(statement)
    # on PostgreSQL CREATE TRIGGER holds writers off until this transaction ends: none is between the two
    schema_editor.execute(EARLIER)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_BACK)
    else:
        for statement in SQLITE_BACK:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_ledger_leaves")]
    operations = [migrations.RunPython(forwards, backwards)]

"""What a random draw has committed to stays as it is, and a result is written once: the database's own word, both engines.

A later migration that alters inspections_randomdraw drops these triggers first and makes them again last: SQLite remakes
an altered table, and a trigger that names it meanwhile stops the migration.
"""

from django.db import migrations

FROZEN = (
    "id", "name", "region", "count", "per_enterprise", "pool_size", "inspectors_count", "inputs", "inputs_digest", "people",
    "seed", "commitment", "committed_at", "committed_by", "reveal_on", "reveals_at",
)  # fmt: skip
ONCE = ("result", "published", "revealed_at", "revealed_by", "reveal_id")
WHY = "a random draw stays as it was committed to"


def _changed(columns, unlike):
    # as text: PostgreSQL has no equality for json, SQLite keeps all of them as text or numbers
    return " OR ".join(f'CAST(NEW."{name}" AS text) {unlike} CAST(OLD."{name}" AS text)' for name in columns)


def forwards(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    unlike = "IS DISTINCT FROM" if postgresql else "IS NOT"
    condition = f"({_changed(FROZEN, unlike)}) OR (OLD.revealed_at IS NOT NULL AND ({_changed(ONCE, unlike)}))"
    if postgresql:
        schema_editor.execute(
            "CREATE FUNCTION inspections_draw_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF TG_OP = 'DELETE' OR ({condition}) THEN RAISE EXCEPTION '{WHY}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER inspections_draw_stays BEFORE UPDATE OR DELETE ON inspections_randomdraw"
            " FOR EACH ROW EXECUTE FUNCTION inspections_draw_stays();"
        )
        return
    for name, event, when in (("stays", "UPDATE", f" WHEN {condition}"), ("is_kept", "DELETE", "")):
        schema_editor.execute(
            f"CREATE TRIGGER inspections_draw_{name} BEFORE {event} ON inspections_randomdraw{when}"
            f" BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
        )


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER inspections_draw_stays ON inspections_randomdraw; DROP FUNCTION inspections_draw_stays();"
        )
        return
    for name in ("stays", "is_kept"):
        schema_editor.execute(f"DROP TRIGGER inspections_draw_{name}")


class Migration(migrations.Migration):
    dependencies = [("inspections", "0003_draws_and_look_backs")]
    operations = [migrations.RunPython(forwards, backwards)]

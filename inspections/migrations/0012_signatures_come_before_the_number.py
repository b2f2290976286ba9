"""Any draft can be signed, with or without a visit; one that has its number takes no signature, by the database's own word.

A later migration that alters inspections_document, _documentservice or _documentsignature drops the triggers on it, and the one
here that asks inspections_document, first and makes them again last: SQLite remakes an altered table.
"""

import django.db.models.deletion
import inspections.policy.documents
from django.db import migrations, models

SIGNATURE, SERVICE = "inspections_documentsignature", "inspections_documentservice"
# as 0002 and 0007 named them on SQLite; on PostgreSQL a table that is altered keeps its triggers
KEPT = {
    f"{SIGNATURE}_no_update": ("UPDATE", SIGNATURE), f"{SIGNATURE}_no_delete": ("DELETE", SIGNATURE),
    f"{SERVICE}_unchanged": ("UPDATE", SERVICE), f"{SERVICE}_kept": ("DELETE", SERVICE),
}
NUMBERED = "(SELECT number FROM inspections_document WHERE id = NEW.document_id) <> ''"
WHY = "what was issued takes no signature"


def release(apps, schema_editor):
    """Drop the triggers of tables that SQLite is about to remake."""
    if schema_editor.connection.vendor == "sqlite":
        for name in KEPT:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


def keep(apps, schema_editor):
    """Make them again."""
    if schema_editor.connection.vendor == "sqlite":
        for name, (verb, table) in KEPT.items():
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'documents are kept'); END"
            )


def refuse_late(apps, schema_editor):
    """Refuse a signature under a document that has its number."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE FUNCTION signatures_come_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {NUMBERED} THEN"
            f" RAISE EXCEPTION '{WHY}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$;"
            f"CREATE TRIGGER signatures_come_first BEFORE INSERT ON {SIGNATURE}"
            " FOR EACH ROW EXECUTE FUNCTION signatures_come_first();"
        )
        return
    schema_editor.execute(
        f"CREATE TRIGGER signatures_come_first BEFORE INSERT ON {SIGNATURE} WHEN {NUMBERED}"
        f" BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
    )


def take_late(apps, schema_editor):
    """Take them again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"DROP TRIGGER signatures_come_first ON {SIGNATURE}; DROP FUNCTION signatures_come_first();"
        )
        return
    schema_editor.execute("DROP TRIGGER signatures_come_first")


S = inspections.policy.documents.Signer


class Migration(migrations.Migration):
    dependencies = [("inspections", "0011_plans_that_change")]
    operations = [
        migrations.RunPython(release, keep),
        migrations.RemoveConstraint(model_name="documentsignature", name="signature_signer_known"),
        migrations.RemoveConstraint(model_name="documentsignature", name="signature_drawn_or_witnessed"),
        migrations.AddField(model_name="documentservice", name="photo_id", field=models.UUIDField(null=True)),
        migrations.AddField(model_name="documentsignature", name="absent", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="documentsignature", name="person", field=models.UUIDField(null=True)),
        migrations.AddField(
            model_name="documentsignature", name="reason", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.AlterField(
            model_name="documentsignature", name="inspection",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="inspections.inspection",
            ),
        ),
        migrations.AlterField(
            model_name="documentsignature", name="signer",
            field=models.CharField(
                choices=[
                    (S.PERSON_IN_CHARGE, "被检查单位负责人"), (S.OFFICER, "执法人员"), (S.WITNESS, "见证人"),
                    (S.RECEIVER, "受送达人"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="documentservice",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome", "signed"), ("photo_id", None), _connector="OR"),
                name="service_signature_was_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("signer__in", [S.PERSON_IN_CHARGE, S.OFFICER, S.WITNESS, S.RECEIVER])),
                name="signature_signer_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("photo_id__isnull", False), models.Q(("name", ""), _negated=True), ("absent", False)),
                    models.Q(("photo_id", None), models.Q(("witness", ""), _negated=True)),
                    _connector="OR",
                ),
                name="signature_drawn_or_witnessed",
            ),
        ),
        migrations.RunPython(keep, release),
        migrations.RunPython(refuse_late, take_late),
    ]

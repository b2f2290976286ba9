"""What a colour brings with it moves out of five policies into one table; what had been adopted stays in force."""

from uuid import uuid5

from django.db import migrations

GRADES = ("green", "blue", "yellow", "orange", "red", "grey")
NAMES = {
    "self_inspections": ("intervals",), "hazards": ("sampling",), "random_draws": ("weights",), "look_backs": ("general", "major"),
    "visits_oversight": ("uncapped_grades",),
}  # fmt: skip


def _lines(found):
    """Return the table that the members of the old documents give, `found` by member."""
    table = {grade: {} for grade in GRADES}
    for member, name in (("intervals", "self_inspection"), ("sampling", "sampling"), ("weights", "draw_weight")):
        for grade, value in found.get(member, {}).items():
            if grade in table:
                table[grade][name] = value
    for member in ("general", "major"):
        if member in found:
            for line in table.values():
                line[f"look_back_{member}"] = found[member]
    if "uncapped_grades" in found:
        for grade, line in table.items():
            line["capped"] = grade not in found["uncapped_grades"]
    return {grade: line for grade, line in table.items() if line}


def gather(apps, schema_editor):
    """Write a version of the table for every adopted version of an old policy that named some of it; they are kept."""
    PolicyVersion = apps.get_model("kernel", "PolicyVersion")
    if PolicyVersion.objects.filter(kind="consequences").exists():
        return
    found, number = {}, 0
    for row in PolicyVersion.objects.filter(kind__in=NAMES).order_by("effective_from", "kind", "version"):
        named = {name: row.document[name] for name in NAMES[row.kind] if name in row.document}
        if not named or all(found.get(name) == value for name, value in named.items()):
            continue
        found.update(named)
        number += 1
        PolicyVersion.objects.create(
            id=uuid5(row.id, "consequences"), kind="consequences", version=number, effective_from=row.effective_from,
            document=_lines(found), reason=f"承接 {row.kind} 第 {row.version} 版", made_by=row.made_by,
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0001_initial"), ("kernel", "0001_initial")]

    operations = [migrations.RunPython(gather, migrations.RunPython.noop)]

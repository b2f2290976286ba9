"""Policies of the former kind `grade` are taken over as `grading`, in the shape of the whole rule, under the same version numbers.

The former rows stay as they are: the ledger holds the digest of what was adopted.
"""

from uuid import UUID, uuid5

from django.db import migrations

FACTORS = {
    "open_general": {"points": "open_general", "most": "open_general_most"},
    "overdue_general": {"points": "overdue_general", "per_week": "overdue_week", "most_each": "overdue_most"},
    "open_major": {"points": "open_major"},
    "recurrence": {"points": "recurrence"},
    "reinspection_failed": {"points": "reinspection_failed"},
    "look_back_failed": {"points": "look_back_failed"},
}
VETOES = {"major_open": "major_open_best", "major_listed": "major_overdue_best", "major_overdue": "major_overdue_best"}


def whole(old):
    """Return the new document of an old one: what it said, and of what it did not know what the default says."""
    document = {name: old[name] for name in ("window_days", "grey_days", "spared") if name in old}
    document["factors"] = {
        factor: {new: old[former] for new, former in members.items() if former in old} for factor, members in FACTORS.items()
    }
    document["thresholds"] = {colour: old[f"{colour}_from"] for colour in ("green", "blue", "yellow", "orange") if f"{colour}_from" in old}
    document["groups"] = {name: {"cap": old[f"cap_{name.lower()}"]} for name in ("A", "C") if f"cap_{name.lower()}" in old}
    document["vetoes"] = {condition: {"grade_at_best": old[former]} for condition, former in VETOES.items() if former in old}
    return document


def part(new):
    """Return what the former shape could say of a document of the new one."""
    old = {name: new[name] for name in ("window_days", "grey_days") if name in new}
    old["spared"] = [what for what in new.get("spared", []) if what != "stop_order"]
    for factor, members in FACTORS.items():
        said = new.get("factors", {}).get(factor, {})
        old |= {former: said[name] for name, former in members.items() if said.get(name) is not None}
    old |= {f"{colour}_from": floor for colour, floor in new.get("thresholds", {}).items()}
    old |= {f"cap_{name.lower()}": group["cap"] for name, group in new.get("groups", {}).items() if name in ("A", "C")}
    old |= {former: new["vetoes"][name]["grade_at_best"] for name, former in VETOES.items() if name in new.get("vetoes", {})}
    return old


NAMESPACE = UUID("6f0d1f2c-5b0e-4a39-9d3e-0f5f1f0f7a11")


def take_over(apps, schema_editor):
    policies = apps.get_model("kernel", "PolicyVersion").objects
    for row in policies.filter(kind="grade"):
        policies.create(
            id=uuid5(NAMESPACE, str(row.id)), kind="grading", version=row.version, effective_from=row.effective_from,
            document=whole(row.document), reason=row.reason, made_by=row.made_by,
        )


def give_back(apps, schema_editor):
    policies = apps.get_model("kernel", "PolicyVersion").objects
    known = set(policies.filter(kind="grade").values_list("version", flat=True))
    policies.filter(kind="grading", version__in=known).delete()
    for row in policies.filter(kind="grading"):
        row.kind, row.document = "grade", part(row.document)
        row.save(update_fields=["kind", "document"])


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0001_initial'),
        ('kernel', '0004_entries_wait_for_their_leaf'),
    ]

    operations = [migrations.RunPython(take_over, give_back)]

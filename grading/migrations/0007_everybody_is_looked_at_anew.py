"""Every standing is worked out again from where its facts come from, at the next sweep.

Whoever was not capped stands where he stood; whoever was is rated anew, as if for the first time.
"""

from django.db import migrations
from django.db.models.functions import Now


def anew(apps, schema_editor):
    standings = apps.get_model("grading", "Standing").objects
    for row in standings.filter(rated=True).select_related("enterprise").iterator(chunk_size=1000):
        if not row.vetoes and row.enterprise.grade != "grey":
            standings.filter(pk=row.pk).update(stepped=row.enterprise.grade)
    standings.update(vetoes=[], next_at=Now())


def again(apps, schema_editor):
    apps.get_model("grading", "Standing").objects.update(vetoes=[], next_at=Now())


class Migration(migrations.Migration):

    dependencies = [
        ('grading', '0006_who_took_part_decides_no_appeal'),
    ]

    operations = [migrations.RunPython(anew, again)]

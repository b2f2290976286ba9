"""Run inside an installation: how many jobs are due now or were taken by somebody who may be dead."""

import json
import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from django.db.models import Q  # noqa: E402 - Django has to be set up first

from backend.kernel import clock  # noqa: E402
from backend.kernel.models import Job  # noqa: E402

if __name__ == "__main__":
    # what failed or was held by a killed worker comes back within minutes; what runs at night is not waited for
    soon = Q(run_at__lte=clock.now() + timedelta(minutes=1)) | Q(attempts__gt=0, run_at__lte=clock.now() + timedelta(minutes=10))
    print(json.dumps({"left": Job.objects.filter(soon, state="waiting").exclude(dedupe_key__startswith="tick:").count()}))

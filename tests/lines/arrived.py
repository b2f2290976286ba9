"""What stands in the database and in the store after everything was sent; prints one line of JSON."""

import hashlib
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from hazards.models import Hazard  # noqa: E402
from media.models import Photo  # noqa: E402
from media.storage import original_key, store  # noqa: E402


def digest(sha256: str) -> str:
    """Return the SHA-256 of the bytes that the store really has."""
    with store().open(original_key(sha256)) as file:
        return hashlib.sha256(file.read()).hexdigest()


def main(hazards: list[str], photos: list[str]) -> None:
    """Print how often each hazard and photo is there, with the digest of its bytes."""
    found = {str(row.id): {"sha256": row.sha256, "stored": digest(row.sha256)} for row in Photo.objects.filter(id__in=photos)}
    there = [str(id) for id in Hazard.objects.filter(id__in=hazards).values_list("id", flat=True)]
    print(json.dumps({"hazards": there, "photos": found}))


if __name__ == "__main__":
    said = json.loads(Path(sys.argv[1]).read_text())
    main(said["hazards"], said["photos"])

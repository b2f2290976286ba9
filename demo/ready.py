"""Whether the demo world that `DEMO=1` promises is there; asked by /health/ready, cheap once it is."""

from django.conf import settings

from accounts.models import Person
from demo.models import World

_known: list[bool] = []


def loaded() -> bool:
    """Return whether cast and enterprises are there, or none are due: DEMO is off, or the database is somebody's own."""
    if _known or not settings.DEMO:
        return True
    found = World.objects.values_list("loaded_at", flat=True)
    here = list(found[:1])
    if here[0] is not None if here else taken():
        _known.append(True)
    return bool(_known)


def forget() -> None:
    """Ask the database again; for tests."""
    _known.clear()


def taken() -> bool:
    """Return whether the database is somebody's own: people are in it, and no demo world was ever begun."""
    return not World.objects.exists() and Person.objects.exists()

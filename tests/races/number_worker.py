"""A process that issues documents one after the other, as a worker of the web server would, until it is done or killed.

Forked from a server that has loaded Django and opened nothing (multiprocessing's forkserver), so that a new one costs little.
"""

import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess

import django
from django.apps import apps

if not apps.ready:  # in the server of forks; the tests have it already
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

import pytest  # noqa: F401 - a fork looks at how its grandparent was started, and would load it each time
from django.db import connection
from django.urls import get_resolver

from tests.races.phones import send

NAME = "numbers"  # what its connections are called in PostgreSQL: numbers-<pid>
get_resolver().url_patterns  # noqa: B018 - builds every operation, once for all forks
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class Errand:
    """One document to be issued, under which act ids, and the id of the act that makes it void at once, if it is to be."""

    document: str
    issue: str
    void: str = ""


def start(database: str, session: str, errands: Sequence[Errand]) -> ForkServerProcess:
    """Start a process that runs these errands on this database; its exit status is 0 when all of them are done."""
    process = _forks.Process(target=_run, args=(database, session, errands), daemon=True)
    process.start()
    return process


def _run(database: str, session: str, errands: Sequence[Errand]) -> None:
    os.environ["PGAPPNAME"] = f"{NAME}-{os.getpid()}"
    connection.settings_dict["NAME"] = database
    for errand in errands:
        path = f"/documents/{errand.document}"
        said = [("issues", {"id": errand.issue})]
        said += [("voidings", {"id": errand.void, "reason": "误印"})] if errand.void else []
        for noun, body in said:
            reply = send(session, "POST", f"{path}/{noun}", body)
            assert reply.status in (200, 201), (reply.status, reply.body)

"""A hazard's dossier (案卷)."""

import tempfile
from typing import Any, Literal, cast

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from accounts.login import doors
from accounts.middleware import EXPORT, charge
from backend.kernel import api as kernel
from backend.kernel import clock
from backend.kernel.web.fields import Id
from backend.kernel.web.openapi import file
from backend.kernel.web.router import Router
from hazards import queries as hazards
from hazards.api import present
from inspections.actions import dossier
from inspections.api.documents import readers
from media.storage import store

router = Router()
FILES = file("application/pdf", "application/zip")


def _material(request: doors.Request, hazard_id: Id) -> dossier.Material:
    hazard = hazards.get(hazard_id, actor=request.actor)
    shown = present.whole(hazard, actor=request.actor, at=clock.now(), language="zh")
    return dossier.gather(hazard, shown, actor=request.actor)


@router.get("/hazards/{hazard_id}/dossier", auth=readers, response=None, openapi_extra=FILES)
def read_dossier(request: doors.Request, hazard_id: Id, format: Literal["pdf", "zip"] = "pdf") -> HttpResponseBase:
    """Return everything of one hazard that the caller may read (案卷): a PDF, or with `format=zip` also originals and proofs.

    At most five an hour for each person.
    """
    material, at = _material(request, hazard_id), clock.now()
    charge(request, EXPORT, str(request.actor.id))
    answer = (
        _zip(request, material)
        if format == "zip"
        else HttpResponse(dossier.pdf(dossier.case_of(material, actor=request.actor, at=at)), content_type="application/pdf")
    )
    answer["Content-Security-Policy"], answer["Cache-Control"] = "sandbox; default-src 'none'", "no-store"
    return answer


def _zip(request: doors.Request, material: dossier.Material) -> HttpResponseBase:
    store().spool.mkdir(parents=True, exist_ok=True)
    # a file without a name: whatever happens to the connection, it is gone with it
    made = cast(Any, tempfile.TemporaryFile(dir=store().spool))  # noqa: SIM115 - the answer closes it
    dossier.bundle(material, made, keys=kernel.list_keys(request)["items"], actor=request.actor, at=clock.now())
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=f"{material.hazard.id}.zip", content_type="application/zip")

"""The API of the room where hazards are looked for (检查): one file per resource, one router for the room."""

from backend.kernel.web.router import Router
from inspections.api import (
    anomalies,
    chains,
    checklists,
    documents,
    dossier,
    draws,
    inspections,
    look_backs,
    programmes,
    remote_checks,
    self_inspections,
    statistics_forms,
    visits,
)

router = Router(tags=["inspections"])
router.add_router("", documents.router)
router.add_router("", dossier.router)
router.add_router("", draws.router)
router.add_router("", look_backs.router)
router.add_router("", checklists.router)
router.add_router("", self_inspections.router)
router.add_router("", statistics_forms.router)
router.add_router("", inspections.router)
router.add_router("", visits.router)
router.add_router("", remote_checks.router)
router.add_router("", programmes.router)
router.add_router("", anomalies.router)
router.add_router("", chains.router)

__all__ = ["router"]

"""The hazards' part of the API, one router for the room."""

from backend.kernel.web.router import Router
from hazards.actions import closing
from hazards.api import acts, listings, reads

router = Router(tags=["hazards"])
router.add_router("", reads.router)
router.add_router("", acts.router)
router.add_router("", listings.router)

__all__ = ["closing", "router"]

"""The phone's part of the API, one router for the room."""

from backend.kernel.web.router import Router
from sync.api import acts, reads

router = Router(tags=["sync"])
router.add_router("", acts.router)
router.add_router("", reads.router)

__all__ = ["router"]

"""The phone's part of the API, one router for the room."""

from backend.kernel.web.router import Router
from sync.api import acts

router = Router(tags=["sync"])
router.add_router("", acts.router)

__all__ = ["router"]

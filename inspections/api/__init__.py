"""The API of the room where hazards are looked for (检查): one file per resource, one router for the room."""

from backend.kernel.web.router import Router

router = Router(tags=["inspections"])

__all__ = ["router"]

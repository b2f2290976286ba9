"""What follows from a draw: who goes to A, when, and what they do there; told over HTTP."""

from datetime import UTC, datetime
from typing import Any

from backend.kernel import ids
from tests.story import Story

NAMES = ("inspector", "inspector_2", "inspector_3")


def sent_to_a(story: Story, told: Any) -> list[str]:
    """Return who of the cast was drawn for A, by the published results of a draw."""
    lot = next(lot for lot in told["results"] if lot["enterprise_id"] == str(story.cast.a.id))
    drawn = {hand["name"] for hand in lot["inspectors"]}
    return [name for name in NAMES if getattr(story.cast, name).name in drawn]


def visit_to_a(story: Story, who: str, draw: Any, *, at: datetime) -> Any:
    """Return the inspection of A that came out of a draw, as one who was drawn for it finds it."""
    items = story.say(who, "GET", f"/inspections?mine=true&draw_id={draw['id']}", at=at)["items"]
    [visit] = [item for item in items if item["enterprise_id"] == str(story.cast.a.id)]
    return visit


def morning_of(visit: Any) -> datetime:
    """Return nine in the morning in Shanghai of the day of a visit."""
    return datetime.fromisoformat(f"{visit['planned_on']}T09:00:00+08:00").astimezone(UTC)


def act(story: Story, who: str, visit: Any, noun: str, *, at: datetime, **body: Any) -> Any:
    """Take one act of a visit."""
    return story.say(who, "POST", f"/inspections/{visit['id']}/{noun}", {"id": str(ids.new()), **body}, at=at)

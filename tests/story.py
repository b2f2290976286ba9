"""Stories of hazards told over HTTP: each step at its own instant, by the cast, with real photos."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from backend.kernel import jobs
from tests.api import Api
from tests.cast import DAY, NOON, Cast
from tests.media.pictures import drawn

CRITERION = "GM-03-02"
WORDS = {"measures": "加装防护罩", "responsible": "张三"}


class Story:
    """Tells what happens to hazards; `at` is the instant of the step. Answers are the JSON bodies."""

    def __init__(self, api: Api, cast: Cast, frozen: Callable[[datetime], AbstractContextManager[Any]]) -> None:
        self.api, self.cast, self.frozen = api, cast, frozen

    def say(self, who: str, method: str, path: str, body: Any = None, *, at: datetime, **headers: str) -> Any:
        """Send a request as somebody of the cast at an instant; anything but success is a failure of the story."""
        person = getattr(self.cast, who)
        with self.frozen(at):
            reply = self.api.as_(person).request(method, path, body, **headers)
        assert reply.status_code in (200, 201), reply.content
        return reply.json()

    def drain(self, at: datetime) -> None:
        """Let background work run at an instant; photos are left alone, since nothing here looks at them."""
        jobs.Job.objects.filter(kind="media.tasks.settle").update(run_at=at + 3650 * DAY)
        jobs.drain(now=lambda: at)

    def photo(self, who: str, at: datetime) -> str:
        id = str(uuid4())
        self.say(who, "PUT", f"/photos/{id}", drawn(seed=uuid4().int), at=at, Content_Type="image/jpeg")
        return id

    def found(self, at: datetime = NOON, *, by: str = "inspector", due: int = 10, firm: Any = None, **more: Any) -> UUID:
        """An inspector finds a hazard on site; it is rectified within `due` days of that day."""
        level = more.pop("level", "general")
        ruling = {"level": level, "requirement": "限期整改", "due_on": day(at + due * DAY)}
        if level == "major":
            ruling["criterion"] = CRITERION
        return self._report(by, at, source="inspection", verification=ruling, firm=firm, **more)

    def reported(self, at: datetime = NOON, *, by: str = "officer_a", firm: Any = None, **more: Any) -> UUID:
        """An officer reports what he found in a self-inspection."""
        return self._report(by, at, source=more.pop("source", "self_inspection"), firm=firm, **more)

    def self_fixed(self, at: datetime = NOON, *, by: str = "officer_a", firm: Any = None, **more: Any) -> UUID:
        """An officer reports what he found and has fixed already."""
        fix = {**WORDS, "finished_at": text(at), "photo_ids": [self.photo(by, at)]}
        return self._report(by, at, source="self_inspection", rectification=fix, firm=firm, **more)

    def _report(self, by: str, at: datetime, *, firm: Any, **more: Any) -> UUID:
        body = {
            "enterprise_id": str((firm or self.cast.a).id), "category": "ME01", "description": "传动轴无防护罩",
            "place": f"车间 {uuid4().hex[:6]}", "found_at": text(at), **more,
        }  # fmt: skip
        return UUID(self.say(by, "POST", "/hazards", body, at=at)["id"])

    def confirmed(self, id: UUID, at: datetime, *, by: str = "inspector", due: int = 10, level: str = "general") -> Any:
        body = {"outcome": "confirm", "level": level, "requirement": "限期整改", "due_on": day(at + due * DAY)}
        if level == "major":
            body["criterion"] = CRITERION
        return self.act(id, "verifications", body, by=by, at=at)

    def submitted(self, id: UUID, at: datetime, *, by: str = "officer_a") -> Any:
        body = {**WORDS, "finished_at": text(at), "photo_ids": [self.photo(by, at)]}
        return self.act(id, "rectifications", body, by=by, at=at)

    def passed(self, id: UUID, at: datetime, *, by: str = "inspector") -> Any:
        return self.act(id, "reinspections", {"outcome": "pass", "on_site": True}, by=by, at=at)

    def failed(self, id: UUID, at: datetime, *, by: str = "inspector", due: int = 10) -> Any:
        body = {"outcome": "fail", "note": "防护罩未固定", "due_on": day(at + due * DAY)}
        return self.act(id, "reinspections", body, by=by, at=at)

    def held(self, id: UUID, at: datetime, *, by: str = "inspector_2") -> Any:
        return self.act(id, "look-backs", {"outcome": "holds"}, by=by, at=at)

    def recurred(self, id: UUID, at: datetime, *, by: str = "inspector_2", due: int = 10) -> Any:
        body = {"outcome": "recurred", "due_on": day(at + due * DAY), "photo_ids": [self.photo(by, at)]}
        return self.act(id, "look-backs", body, by=by, at=at)

    def act(self, id: UUID, noun: str, body: Any, *, by: str, at: datetime) -> Any:
        return self.say(by, "POST", f"/hazards/{id}/{noun}", body, at=at)


def day(at: datetime) -> str:
    """Return the day in Shanghai of an instant."""
    return text(at + DAY / 3)[:10]


def text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")

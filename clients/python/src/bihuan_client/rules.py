"""When to try again, when to stop, how long to wait: guarantees.md A.6, as pure functions."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

AGAIN = {408, 425, 429, 500, 502, 503, 504, 507}
AGAIN_409 = {"conflict.in_progress", "hazard.photo_missing"}
STOP = {400, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428}
HELD = 202  # an act of a batch that waits for something; its receipt came with it
PROBLEM = "application/problem+json"
# a Retry-After beyond a day is a mistake or a joke
LONGEST_ASKED_S = 24 * 3600.0


class Fate(Enum):
    """What becomes of something that was sent."""

    KNOWN = "known"  # the server says that it has it; the receipt has still to prove it
    AGAIN = "again"
    STOP = "stop"
    LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `said` is the JSON in it, None where it was none; `headers` have lower-case names."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    said: Any = None

    @property
    def problem(self) -> dict[str, Any]:
        """Return the problem that our server tells, {} if this is none of its making."""
        ours = self.headers.get("content-type", "").startswith(PROBLEM) and isinstance(self.said, dict)
        return self.said if ours and isinstance(self.said.get("code"), str) else {}

    @property
    def code(self) -> str:
        """Return the stable code of the problem, "" for none."""
        return str(self.problem.get("code", ""))

    @property
    def replayed(self) -> bool:
        """Return whether the server had it already."""
        return self.headers.get("idempotency-replayed") == "true"


def fate(answer: Answer) -> Fate:
    """Return what becomes of a thing that was answered so. What our server did not write decides nothing for good."""
    if answer.status in (200, 201, HELD):
        return Fate.KNOWN
    if answer.status in AGAIN or not answer.code:
        return Fate.AGAIN
    if answer.status == 401:
        return Fate.LOGIN
    if answer.status == 409 and answer.code in AGAIN_409:
        return Fate.AGAIN
    return Fate.STOP if answer.status in STOP else Fate.AGAIN


@dataclass(frozen=True, slots=True)
class Pace:
    """Full jitter: anything from 0 to `base_s` · 2ⁿ, at most `cap_s`; never less than the server asked for."""

    base_s: float = 2.0
    cap_s: float = 300.0

    def pause(self, tries: int, *, asked_s: float, rng: random.Random) -> float:
        """Return for how many seconds to wait after `tries` failures (0: the first)."""
        most = min(self.cap_s, self.base_s * 2.0 ** min(tries, 32))
        return max(rng.uniform(0, most), min(asked_s, LONGEST_ASKED_S))


def asked(answer: Answer | None, *, now: datetime) -> float:
    """Return the seconds that Retry-After asks for (a number or a date), 0 without one."""
    said = answer.headers.get("retry-after", "").strip() if answer else ""
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())

"""Look-backs (回头看): which closures are looked back at, and when. Pure, so that anyone can cast a lot again."""

import hashlib
import hmac
from datetime import date, timedelta
from fractions import Fraction
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

WHOLE = 2**256


class LookBackNumbers(BaseModel):
    """The numbers of policy kind `look_backs` (domain.md §2.6, a proposal); days are calendar days after the closing.

    The shares by colour are in the table of consequences (policy `consequences`).
    """

    model_config = ConfigDict(extra="forbid")

    first_day: int = Field(30, ge=1, le=365)
    last_day: int = Field(90, ge=1, le=730)
    remind_days: int = Field(7, ge=1, le=60, description="days before the end of the window at which officials are told again")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("last_day must not come before first_day")
        return self

    def window(self, closed_on: date) -> tuple[date, date]:
        """Return the first and the last day on which a hazard that was closed on a day is to be looked back at."""
        return closed_on + timedelta(days=self.first_day), closed_on + timedelta(days=self.last_day)

    def reveal_day(self, day: date) -> date:
        """Return when the key of a day is revealed: when nobody can be forewarned by it any more."""
        return day + timedelta(days=self.last_day + 1)


def fraction(*, key: str, hazard_id: UUID, closed_at: str) -> Fraction:
    """Return the lot of a closure, 0 to 1: HMAC-SHA256 under the key of its day over `look-back|hazard_id|closed_at` in
    ASCII, `closed_at` as the ledger spells it (RFC 3339 in UTC with `Z`).
    """
    text = f"look-back|{hazard_id}|{closed_at}"
    digest = hmac.new(bytes.fromhex(key), text.encode("ascii"), hashlib.sha256).digest()
    return Fraction(int.from_bytes(digest, "big"), WHOLE)


def drawn(*, key: str | None, hazard_id: UUID, closed_at: str, rate: float) -> bool:
    """Return whether the lot falls below `rate`; on a day without a key that was committed in time everything is drawn."""
    return key is None or fraction(key=key, hazard_id=hazard_id, closed_at=closed_at) < Fraction(str(rate))

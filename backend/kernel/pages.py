"""Keyset pages: a cursor names the last row shown, so page ten thousand costs what page one costs."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import orjson
from django.conf import settings
from django.db.models import Model, Q, QuerySet

from backend.kernel import clock
from backend.kernel.problems import Invalid

DEFAULT, MOST = 50, 200
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """At most `limit` rows, and the cursor of the next page or None at the end."""

    items: list[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: a column, then the id unless the column is `unique`. `descending`: newest or largest first.

    `gaps`: the column may be empty; such rows come last, in the order of their ids.
    """

    column: str
    descending: bool = True
    parse: Callable[[str], object] = datetime.fromisoformat
    unique: bool = False
    gaps: bool = False


NEWEST = Order("id", descending=True, parse=UUID, unique=True)


def _seal(payload: bytes) -> str:
    mark = hmac.new(settings.SECRET_KEY.encode(), b"cursor" + payload, hashlib.sha256).digest()[:8]
    return base64.urlsafe_b64encode(mark + payload).decode().rstrip("=")


def _open(cursor: str) -> list[str]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        payload = raw[8:]
        if not hmac.compare_digest(cursor, _seal(payload)):
            raise Invalid(errors=[bad_cursor()])
        parts: list[str] = orjson.loads(payload)
    except (ValueError, TypeError, binascii.Error) as error:
        raise Invalid(errors=[bad_cursor()]) from error
    return parts


def bad_cursor() -> dict[str, str]:
    """Return the error member for a cursor that this list did not give out."""
    return {"field": "cursor", "code": "cursor.invalid", "message": "cursor is not one that this list gave out"}


def _text(value: object) -> str:
    return clock.text(value) if isinstance(value, datetime) else str(value)


def page(rows: QuerySet[Row], *, order: Order = NEWEST, limit: int | None = None, cursor: str | None = None) -> Page[Row]:
    """Return one page of `rows` in `order`, after `cursor`; `limit` is 1 to 200, 50 if left out.

    Raises: Invalid for a cursor that was not given out by a list in this order.
    """
    size, parts = limit or DEFAULT, _open(cursor) if cursor else []
    if parts and parts[0] != order.column:
        raise Invalid(errors=[bad_cursor()])
    found = _part(rows, order, parts, size + 1) if not order.gaps else _both_parts(rows, order, parts, size + 1)
    shown = found[:size]
    return Page(shown, _cursor(shown[-1], order) if found[size:] else None)


def _cursor(last: Model, order: Order) -> str:
    value = getattr(last, order.column)
    columns = [order.column] if order.unique else ["id"] if value is None else [order.column, "id"]
    return _seal(orjson.dumps([order.column, *[_text(getattr(last, column)) for column in columns]]))


def _part(rows: QuerySet[Row], order: Order, parts: list[str], most: int) -> list[Row]:
    sign, beyond = ("-", "lt") if order.descending else ("", "gt")
    columns = [order.column] if order.unique else [order.column, "id"]
    if parts:
        rows = rows.filter(_after(parts, order, beyond))
    return list(rows.order_by(*[sign + column for column in columns])[:most])


def _both_parts(rows: QuerySet[Row], order: Order, parts: list[str], most: int) -> list[Row]:
    """Return rows with a value, then those without: two index ranges, where one statement for both would read all rows."""
    found: list[Row] = []
    if len(parts) != 2:
        found = _part(rows.exclude(**{order.column: None}), order, parts, most)
        parts = []
    if len(found) < most:
        without = replace(order, column="id", unique=True, parse=UUID)
        found += _part(rows.filter(**{order.column: None}), without, parts, most - len(found))
    return found


def _after(parts: list[str], order: Order, beyond: str) -> Q:
    if order.unique:
        return Q(**{f"{order.column}__{beyond}": order.parse(parts[1])})
    value, last = order.parse(parts[1]), UUID(parts[2])
    # the first condition alone bounds the index range; the second only orders ties
    ties = Q(**{f"{order.column}__{beyond}": value}) | Q(**{f"id__{beyond}": last})
    return Q(**{f"{order.column}__{beyond}e": value}) & ties

"""Rows of the feed by scope and position: one statement, one index range per scope, whatever lies beside it.

Written by hand (ADR 0011): the ORM cannot limit the parts of a union on SQLite.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from accounts.policy.places import LEVELS
from backend.kernel import rows
from sync.policy.feed import Position, Row, Scope

COLUMNS = f"seq, kind, subject_id, first_seq, gone, audience, enterprise_id, person, standing, {', '.join(LEVELS)}"
# column, values, whose own alone, what he is
Part = tuple[str, list[Any], UUID | None, int]
AT_ONCE = 100


def between(scopes: Sequence[Scope], *, after: Position, until: int | None, most: int) -> list[Row]:
    """Return the first `most` rows in `scopes` behind `after` and up to entry `until`, in the order of positions."""
    if not scopes:
        return []
    parts = [_part(scope, after=after, until=until, most=most) for scope in _grouped(scopes)]
    # each row once, before the limit: of what overlapping scopes show twice a whole page would otherwise look like its end
    union = " UNION ".join(f"SELECT * FROM ({sql}) AS part{n}" for n, (sql, _) in enumerate(parts))  # noqa: S608 - our own columns
    found = rows.fetch(
        f"{union} ORDER BY seq, kind, subject_id LIMIT %s", [value for _, values in parts for value in values] + [most]
    )
    return [_row(row) for row in found]


def _grouped(scopes: Sequence[Scope]) -> list[Part]:
    """Return each scope by itself, an agency's many enterprises together."""
    if len(scopes) <= AT_ONCE:
        return [(scope.column, [scope.value], scope.person, scope.standing) for scope in scopes]
    found: dict[tuple[str, UUID | None, int], list[Any]] = {}
    for scope in scopes:
        found.setdefault((scope.column, scope.person, scope.standing), []).append(scope.value)
    return [(column, values, person, standing) for (column, person, standing), values in found.items()]


def _part(scope: Part, *, after: Position, until: int | None, most: int) -> tuple[str, list[Any]]:
    column, wanted, person, standing = scope
    # the conditions of the partial indexes are repeated word for word: SQLite uses one only then
    sql = f"SELECT {COLUMNS} FROM sync_change WHERE {column} IN ({', '.join(['%s'] * len(wanted))})"  # noqa: S608 - our own columns
    sql += " AND audience = 'firm'" if column == "enterprise_id" else f" AND {column} > ''"
    sql, values = f"{sql} AND standing <= %s", [*wanted, standing]
    if person is not None:
        sql, values = f"{sql} AND (person = %s OR person IS NULL)", [*values, person]
    sql, values = f"{sql} AND (seq, kind, subject_id) > (%s, %s, %s)", [*values, after.seq, after.kind, after.subject_id]
    if until is not None:
        sql, values = f"{sql} AND seq <= %s", [*values, until]
    return f"{sql} ORDER BY seq, kind, subject_id LIMIT %s", [*values, most]


def of(subjects: Iterable[UUID]) -> list[Row]:
    """Return every row of these objects, wherever they are or were to be seen."""
    wanted = list(subjects)
    if not wanted:
        return []
    marks = ", ".join(["%s"] * len(wanted))
    return [_row(row) for row in rows.fetch(f"SELECT {COLUMNS} FROM sync_change WHERE subject_id IN ({marks})", wanted)]  # noqa: S608 - our own columns


def _row(row: tuple[Any, ...]) -> Row:
    seq, kind, subject_id, first_seq, gone, audience, enterprise_id, person, standing, *places = row
    return Row(
        position=Position(seq, kind, rows.uuid_of(subject_id)), first_seq=first_seq, gone=bool(gone), audience=audience,
        enterprise_id=rows.uuid_or_none(enterprise_id), person=rows.uuid_or_none(person),
        places=tuple(zip(LEVELS, places, strict=True)), standing=standing,
    )  # fmt: skip

"""Which failures of the machinery below are which problem."""

import errno
import random
import sqlite3
from typing import Any

from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError
from django.http import Http404
from django.http.request import RawPostDataException, UnreadablePostError
from ninja.errors import AuthenticationError, HttpError, ValidationError

from backend.kernel import idempotency
from backend.kernel.problems import (
    DiskFull,
    Invalid,
    Malformed,
    NoDuty,
    NotAuthenticated,
    NotFound,
    Problem,
    SameId,
    TooLarge,
    Unavailable,
)
from backend.kernel.web import words

DISK_FULL = {"53100", "53000"}  # PostgreSQL: disk_full, insufficient_resources
READ_ONLY = "25006"  # PostgreSQL: a standby that has not been promoted yet answers in the place of the lost primary


def soon() -> int:
    """Return 5 to 30 seconds, so that clients told to wait do not all come back at once."""
    return random.randint(5, 30)  # noqa: S311 - jitter, not a secret


def as_problem(error: BaseException) -> Problem | None:
    """Return the Problem that `error` stands for, or None if it is not an anticipated one."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return Invalid(errors=[_member(e) for e in error.errors[:50]])
    if isinstance(error, AuthenticationError):
        return NotAuthenticated()
    if isinstance(error, HttpError):
        return error.__cause__ if isinstance(error.__cause__, Problem) else Malformed()
    if isinstance(error, Http404):
        return NotFound()
    return _of_django(error) or _of_storage(error)


def _of_django(error: BaseException) -> Problem | None:
    if isinstance(error, (RequestDataTooBig, TooManyFieldsSent)):
        return TooLarge()
    if isinstance(error, PermissionDenied):
        return NoDuty()
    if isinstance(error, (BadRequest, SuspiciousOperation, DisallowedHost, UnreadablePostError, RawPostDataException)):
        return Malformed()
    return None


def _of_storage(error: BaseException) -> Problem | None:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(retry_after=soon())
    state = getattr(error.__cause__, "sqlstate", None)
    if isinstance(error, (OperationalError, InterfaceError)) or (isinstance(error, InternalError) and state == READ_ONLY):
        full = state in DISK_FULL or getattr(error.__cause__, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
        return DiskFull(retry_after=soon()) if full else Unavailable(retry_after=soon())
    if isinstance(error, DataError):
        return Invalid()
    return SameId() if isinstance(error, IntegrityError) and idempotency.is_taken_id(error) else None


def _member(error: Any) -> dict[str, str]:
    where = [str(part) for part in error.get("loc", ()) if part not in ("body", "query", "path", "form", "data")]
    code, said = str(error.get("type", "invalid")), str(error.get("msg", ""))[:300]
    return {"field": ".".join(where)[:200], "code": code, "message": said, "zh": words.in_chinese(code, error.get("ctx"))}

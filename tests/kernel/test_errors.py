"""Failures of database and disk are 503 and 507, never 500."""

import errno
import sqlite3

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from ninja.errors import AuthenticationError, HttpError

from backend.kernel.problems import CATALOGUE, NotFound, Problem
from backend.kernel.web.errors import as_problem


def caused(error, **members):
    cause = Exception("driver")
    cause.__dict__.update(members)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("database is locked"), 503),
        (InterfaceError("connection already closed"), 503),
        (caused(OperationalError("lock timeout"), sqlstate="55P03"), 503),
        (caused(OperationalError("full"), sqlstate="53100"), 507),
        (caused(OperationalError("full"), sqlite_errorcode=sqlite3.SQLITE_FULL), 507),
        (OSError(errno.ENOSPC, "no space"), 507),
        (OSError(errno.EDQUOT, "quota"), 507),
        (DataError("integer out of range"), 422),
        (RequestDataTooBig(), 413),
        (PermissionDenied(), 403),
        (AuthenticationError(), 401),
        (HttpError(400, "x"), 400),
        (Http404(), 404),
        (BadRequest(), 400),
        (SuspiciousOperation(), 400),
        (UnreadablePostError(), 400),
        (NotFound(), 404),
    ],
)
def test_an_anticipated_failure_has_its_status(error, status):
    told = as_problem(error)
    assert told is not None
    assert told.status == status
    if status in (503, 507):
        assert 5 <= told.retry_after <= 30


@pytest.mark.parametrize("error", [ValueError(), IntegrityError(), OSError(errno.EACCES, "x"), KeyError()])
def test_what_nobody_anticipated_stays_an_error(error):
    assert as_problem(error) is None


def test_a_code_belongs_to_one_problem():
    with pytest.raises(TypeError, match="already the code"):
        type("Impostor", (Problem,), {"code": "request.not_found", "status": 404})
    assert CATALOGUE["request.not_found"] is NotFound

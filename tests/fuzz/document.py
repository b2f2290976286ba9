"""The document under test, and its operations as a list."""

import json
from typing import Any

from backend.api import api

DOCUMENT: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), default=str))
METHODS = ("get", "post", "put", "patch", "delete", "head")
OPERATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (method, path, item[method]) for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item
]
PREFIX = "/api/v1"


def _roles() -> dict[str, frozenset[str]]:
    doors: dict[str, frozenset[str]] = {}
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                name = operation.operation_id or api.get_openapi_operation_id(operation)
                door = operation.auth_callbacks[0] if operation.auth_callbacks else None
                doors[name] = frozenset(str(role) for role in getattr(door, "roles", ()))
    return doors


# operation id -> the roles its door lets through
ROLES_OF: dict[str, frozenset[str]] = _roles()

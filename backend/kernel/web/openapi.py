"""The OpenAPI document as it is true of every operation: who may knock, which headers count, which problems are answered.

Rooms name their operations, bodies and answers; what all of them share is said here once. Links lead from what was
created to whatever can be done with it, so that generated clients and stateful tests find their way.
"""

import re
from http import HTTPStatus
from typing import Any

from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from backend.kernel.web.fields import UUID_PATTERN

Json = dict[str, Any]
PROBLEM: Json = {
    "title": "Problem",
    "description": "What every refusal looks like (RFC 9457). `code` is stable and listed at /problems; the words are not.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": r"^[a-z_]+(\.[a-z_0-9]+)+$"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemMember"}},
    },
    "additionalProperties": True,
}
MEMBER: Json = {
    "title": "ProblemMember",
    "description": "One field that was refused.",
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
}
RECEIPT_ALONE: Json = {
    "title": "ReceiptAlone",
    "description": "What a resent id is answered whose object the caller may no longer read.",
    "type": "object",
    "required": ["id", "kind", "receipt"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "kind": {"type": "string"},
        "receipt": {"$ref": "#/components/schemas/ReceiptOut"},
    },
}
SECURITY: Json = {
    "SessionToken": {"type": "apiKey", "in": "header", "name": "X-Session-Token", "description": "of /_allauth/app/v1/"},
    "Bearer": {"type": "http", "scheme": "bearer", "description": "the same token"},
}
_TEXT = {"type": "string"}
_IN: dict[str, Json] = {
    "Accept-Language": {"description": "`en` for English words, Chinese otherwise", "schema": _TEXT},
    "X-Request-Id": {"description": "echoed and logged if it has 1 to 64 letters, digits, `.`, `_` or `-`", "schema": _TEXT},
    "Idempotency-Key": {
        "description": "makes a body without `id` the same when it is sent again within 90 days",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "If-Match": {"description": 'the version that was seen, `"<version>"`', "required": True, "schema": _TEXT},
}
_OUT: dict[str, Json] = {
    "Retry-After": {"description": "seconds", "schema": {"type": "integer", "minimum": 1}},
    "ETag": {"description": '`"<version>"`, for If-Match', "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "`true`: received before, nothing was done now", "schema": {"type": "string"}},
}
_WORDS = {
    400: "Not HTTP, JSON or UTF-8 as it should be", 401: "Log in first", 403: "No duty of yours includes this, or not your move",
    404: "Does not exist, or is outside your scope", 408: "Nothing came for half a minute",
    409: "The wrong moment, or the id stands for something else", 410: "Over: it has expired or was refused",
    412: "Somebody changed it since, or another version of the protocol is meant", 413: "Too large",
    415: "Another content type is needed", 422: "Does not fit its form", 428: "Send If-Match", 429: "Too many requests",
    431: "Header fields end at 16 KiB",
    460: "The bytes do not have the digest that was said", 503: "Not available for the moment", 507: "No storage space left",
}  # fmt: skip
_WAITS = {429, 503, 507}
_NAMED_ELSEWHERE = {"region", "parent", "enterprise_id"}


class Document(OpenAPISchema):
    """The document of one API, completed."""

    def get_paths(self) -> Json:
        """Return the paths with their links."""
        paths: Json = super().get_paths()
        for path, item in paths.items():
            for operation in item.values():
                _links(paths, path, operation)
        return paths

    def operation_details(self, operation: Operation) -> Json:
        """Return one operation with its security, headers and problems."""
        self._room = operation.view_func.__module__.split(".")[0].title()
        details: Json = super().operation_details(operation)
        method, status = next(iter(operation.methods)), details["responses"]
        public = not operation.auth_callbacks
        details["security"] = [] if public else [{name: []} for name in SECURITY]
        details["parameters"] = [_plain(p) for p in details["parameters"]] + _headers(method, details)
        if 201 in status:
            status[200]["description"] = "Received before: the original receipt, and the object as it is now"
            told = {"Idempotency-Replayed": {**_OUT["Idempotency-Replayed"], "required": True}}
            status[200]["headers"] = status[200].get("headers", {}) | told
            _may_be_receipt_alone(status[200])
        if _is_versioned(method, details):
            status[200]["headers"] = {"ETag": {**_OUT["ETag"], "required": True}}
        for code in sorted(_codes(method, details, public=public)):
            status.setdefault(code, problem(code))
        details["responses"] = {str(code): status[code] for code in sorted(status, key=int)}
        return details

    def get_components(self) -> Json:
        """Return what is referred to, and the shared parts."""
        shared = {"Problem": PROBLEM, "ProblemMember": MEMBER, "ReceiptAlone": RECEIPT_ALONE}
        return {"schemas": {**self.schemas, **shared}, "securitySchemes": SECURITY}

    def add_schema_definitions(self, definitions: Json) -> None:
        """Keep schemas by name; one whose name stands for another already gets its room's name before it."""
        for schema in definitions.values():
            _drop_idle_defaults(schema)
        self._renamed: dict[str, str] = {}
        while clashes := [
            name for name, schema in definitions.items() if name not in self._renamed and self._is_other(name, schema)
        ]:
            self._renamed |= {name: f"{self._room}{name}" for name in clashes}
        for name, schema in definitions.items():
            known = self._renamed.get(name, name)
            # generators name what they make by the title
            titled = {"title": known} if name in self._renamed else {}
            self.schemas[known] = {**_renamed(schema, self._renamed), **titled}

    def _is_other(self, name: str, schema: Json) -> bool:
        new = _renamed(schema, self._renamed)
        return name not in self._renamed and bool(self.schemas.get(name, new) != new)

    def _create_schema_from_model(self, model: Any, *args: Any, **options: Any) -> tuple[Json, bool]:
        self._renamed = {}
        schema, required = super()._create_schema_from_model(model, *args, **options)
        return _renamed(schema, self._renamed), required

    def _extract_parameters(self, model: Any) -> list[Json]:
        self._renamed = {}
        return [_renamed(parameter, self._renamed) for parameter in super()._extract_parameters(model)]


def document(api: Any, prefix: str) -> Json:
    """Return the finished document without schemas that nothing refers to."""
    whole: Json = dict(Document(api, prefix))
    schemas = whole["components"]["schemas"]
    used: set[str] = set()
    pending = [whole["paths"]]
    while pending:
        for name in _refs(pending.pop()) - used:
            used.add(name)
            pending.append(schemas[name])
    whole["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}
    return whole


def problem(code: int) -> Json:
    """Return how a refusal with this status is documented."""
    said: Json = {
        "description": _WORDS.get(code) or HTTPStatus(code).phrase,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if code in _WAITS:
        said["headers"] = {"Retry-After": {**_OUT["Retry-After"], "required": True}}
    return said


def file(*media_types: str) -> Json:
    """Return how a success is documented that is a file of one of these types, for `openapi_extra`; its `response` is None."""
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
    return {"responses": {200: {"description": "OK", "content": content}}}


def _codes(method: str, details: Json, *, public: bool) -> set[int]:
    names = {p["name"] for p in details["parameters"] if p["in"] == "query"}
    named = any(p["in"] == "path" for p in details["parameters"]) or bool(names & _NAMED_ELSEWHERE)
    codes = {400, 422, 429, 431, 503} | (set() if public else {401, 403})
    if named or "requestBody" in details:
        codes.add(404)
    if method != "GET":
        codes |= {409, 507}
    if "requestBody" in details:
        codes |= {408, 413, 415}
    if _is_versioned(method, details):
        codes |= {412, 428}
    return codes


def _is_versioned(method: str, details: Json) -> bool:
    """Return whether it changes an object that is answered with its version; a piece of an upload is added by its offset."""
    return method == "PATCH" and 200 in details["responses"]


def _headers(method: str, details: Json) -> list[Json]:
    names = ["Accept-Language", "X-Request-Id"]
    if method == "POST" and 201 in details["responses"]:
        names.append("Idempotency-Key")
    if _is_versioned(method, details):
        names.append("If-Match")
    return [{"name": name, "in": "header", "required": False, **_IN[name]} for name in names]


def _plain(parameter: Json) -> Json:
    """Return a parameter that is left out rather than null, and ids in a path with their form."""
    schema: Json = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        schema = {**{k: v for k, v in schema.items() if k not in ("anyOf", "default")}, **kinds[0]}
    if parameter["in"] == "path" and schema.get("format") == "uuid":
        schema = {**schema, "pattern": UUID_PATTERN}
    return {**parameter, "schema": schema}


def _drop_idle_defaults(schema: Json) -> None:
    """Take away defaults that only stand for "not said": null, and texts that the field itself would refuse."""
    for field in schema.get("properties", {}).values():
        if field.get("default", 0) is None or (field.get("default") == "" and (field.get("minLength") or field.get("pattern"))):
            del field["default"]


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """Return `node` with references by their new names."""
    if isinstance(node, list):
        return [_renamed(child, names) for child in node]
    if not isinstance(node, dict) or not names:
        return node
    told = {key: _renamed(child, names) for key, child in node.items()}
    if isinstance(told.get("$ref"), str):
        stem, _, name = told["$ref"].rpartition("/")
        told["$ref"] = f"{stem}/{names.get(name, name)}"
    return told


def _may_be_receipt_alone(answer: Json) -> None:
    content = answer["content"]["application/json"]
    content["schema"] = {"anyOf": [content["schema"], {"$ref": "#/components/schemas/ReceiptAlone"}]}


def _links(paths: Json, path: str, operation: Json) -> None:
    """Link a 201 to all that can be done with the created object, and to the one it was an act upon."""
    made = operation["responses"].get("201")
    if made is None:
        return
    links: Json = {}
    collection = path.rsplit("/", 1)[-1]
    for other, item in paths.items():
        below = re.match(rf".*?/{re.escape(collection)}/{{(\w+)}}", other)
        if below and other.count("{") == 1:
            links |= {to["operationId"]: _link(to, below[1], "$response.body#/id") for to in item.values()}
        receipt = re.fullmatch(r".*/receipts/{(\w+)}", other)
        if receipt:
            links |= {to["operationId"]: _link(to, receipt[1], "$response.body#/id") for to in item.values()}
    above = re.match(r"(.*/{(\w+)})/[^{}]*$", path)
    if above and "get" in paths.get(above[1], {}):
        to = paths[above[1]]["get"]
        links[to["operationId"]] = _link(to, above[2], f"$request.path.{above[2]}")
    if links:
        made["links"] = links


def _link(to: Json, name: str, value: str) -> Json:
    return {"operationId": to["operationId"], "parameters": {name: value}}


def _refs(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"].rsplit("/", 1)[-1]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*[_refs(child) for child in node.values()])
    return set().union(*[_refs(child) for child in node]) if isinstance(node, list) else set()

"""Whether a policy's document is one of its kind, and at which place it is not: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

MOST = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a document: the place as a path into it, a code, words, and the limits they name."""

    place: tuple[str | int, ...]
    code: str
    message: str
    context: Mapping[str, Any]

    @property
    def field(self) -> str:
        """Return the place as the API names it, e.g. `document.factors.open_general.points`."""
        return ".".join(str(part)[:60] for part in ("document", *self.place))[:200]


def faults(schema: type[BaseModel], document: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with `document`, unknown members first, at most fifty; nothing if it may be adopted."""
    strange = sorted(set(document) - set(schema.model_fields))
    found = [Fault((name,), "extra_forbidden", "Extra inputs are not permitted", {}) for name in strange]
    try:
        schema.model_validate(dict(document))
    except ValidationError as error:
        told = [Fault(tuple(e["loc"]), e["type"], e["msg"][:300], e.get("ctx", {})) for e in error.errors()]
        found += [fault for fault in told if fault.place not in {known.place for known in found}]
    return found[:MOST]


def whole(schema: type[BaseModel], document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document without faults with every member it left out, as plain JSON."""
    return schema.model_validate(dict(document)).model_dump(mode="json")

"""Routers of the rooms: ninja's, and unknown query parameters are refused instead of ignored."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja import Router as NinjaRouter

from backend.kernel.problems import Invalid


class Router(NinjaRouter):
    """A room's router. Every operation names its `auth`; a guard test fails on one that does not."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **options: Any) -> None:
        """Register an operation, then let it refuse query parameters that it does not know."""
        super().add_api_operation(path, methods, view_func, **options)
        operation = next(reversed([o for view in [self.path_operations[_uuidstr(path)]] for o in view.operations]))
        known: set[str] = set()
        for model in operation.models:
            if getattr(model, "__ninja_param_source__", "") == "query":
                known |= set(getattr(model, "__ninja_flatten_map__", {}) or model.model_fields)
        operation.view_func = _only(known, operation.view_func)


def _uuidstr(path: str) -> str:
    return path.replace("{uuid:", "{uuidstr:")


def _only(known: set[str], view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def checked(request: HttpRequest, **values: Any) -> Any:
        strange = sorted(set(request.GET) - known)
        if strange:
            raise Invalid(
                errors=[
                    {"field": name[:60], "code": "query.unknown", "message": "unknown query parameter"} for name in strange[:20]
                ]
            )
        return view(request, **values)

    return checked

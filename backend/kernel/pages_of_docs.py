"""Pages of docs/ that are drawn from the code: each is a dotted function in settings.PAGES that returns Markdown."""

from importlib import import_module

from django.conf import settings
from django.urls import get_resolver

from backend.kernel.problems import CATALOGUE


def rendered() -> dict[str, str]:
    """Return every generated page: file name in docs/ -> its text."""
    pages = {}
    for name, dotted in settings.PAGES.items():
        module, _, function = dotted.rpartition(".")
        pages[name] = str(getattr(import_module(module), function)())
    return pages


def problems() -> str:
    """Return the page of everything that can go wrong, from the catalogue of problems."""
    _ = get_resolver().url_patterns  # imports every room's API, and so every problem there is
    lines = [
        "# 问题目录 / Problems", "",
        "由代码生成(`make docs`),请勿手工修改。 Drawn from the code; every `code` is stable and never reused.", "",
        "| code | status | 中文 | English |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    lines += [f"| `{code}` | {kind.status} | {kind.message} | {kind.message_en} |" for code, kind in sorted(CATALOGUE.items())]
    return "\n".join(lines) + "\n"

"""How the story is told: a line and a bar per step, in Chinese or English; whatever is not as it should be ends it."""

import json
from collections.abc import Callable
from typing import Any

WIDTH = 16


class Surprise(Exception):
    """Something else came than was expected."""

    def __init__(self, what: str, *, expected: object, came: object) -> None:
        super().__init__(what)
        self.what, self.expected, self.came = what, expected, came

    def lines(self) -> list[str]:
        """Return what is printed."""
        return [
            f"出乎意料 / surprise: {self.what}",
            f"  应为 / expected: {_short(self.expected)}",
            f"  实为 / came: {_short(self.came)}",
        ]


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 1500 else text[:1500] + " …"


class Teller:
    """Prints the story; `steps` is set to how many there will be before the first."""

    def __init__(self, *, lang: str, write: Callable[[str], Any]) -> None:
        self._english, self._write = lang == "en", write
        self.steps, self._told = 1, 0

    def chapter(self, zh: str, en: str) -> None:
        """Begin a chapter."""
        self._write(f"\n== {en if self._english else zh} ==")

    def step(self, zh: str, en: str) -> None:
        """Say that a step of the story went as it should."""
        self._told += 1
        full = round(WIDTH * self._told / self.steps)
        bar = "█" * full + "░" * (WIDTH - full)
        self._write(f"{bar} {self._told:>2}/{self.steps}  {en if self._english else zh}")

    def note(self, zh: str, en: str) -> None:
        """Say something beside the story."""
        self._write(f"{'':{WIDTH}}        · {en if self._english else zh}")

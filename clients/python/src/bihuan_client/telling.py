"""How sending goes, told to a person: a line for what happened, and progress for what takes longer than two seconds."""

import sys
import time
from typing import TextIO

from bihuan_client.queue import Item
from bihuan_client.rules import HELD, Answer
from bihuan_client.words import act, say

PATIENCE_S = 2.0
STEP = 0.1  # without a terminal, a line every tenth


class Telling:
    """Writes to `out` (standard error by default)."""

    def __init__(self, language: str, out: TextIO | None = None) -> None:
        self.language, self.out = language, out or sys.stderr
        self._began, self._shown, self._open = 0.0, 0.0, False

    def line(self, name: str, **facts: object) -> None:
        """Write a sentence."""
        if self._open:
            self.out.write("\n")
            self._open = False
        self.out.write(say(name, self.language, **facts) + "\n")
        self.out.flush()

    def sending(self, item: Item) -> None:
        """Begin to watch the time."""
        self._began, self._shown = time.monotonic(), 0.0

    def progress(self, item: Item, sent: int) -> None:
        """Show how far a photo is, if it takes its time."""
        share = sent / max(1, item.bytes)
        if time.monotonic() - self._began < PATIENCE_S or share - self._shown < (0.01 if self.out.isatty() else STEP):
            return
        self._shown = share
        text = say("progress", self.language, sent=sent // 1024, all=item.bytes // 1024)
        self.out.write(f"\r{text}" if self.out.isatty() else f"{text}\n")
        self._open = self.out.isatty()
        self.out.flush()

    def known(self, item: Item, answer: Answer) -> None:
        """Say that it is proven, and if so that the server has not judged it yet."""
        kept = answer.said.get("state") if answer.status == HELD else ""
        name = kept if kept in ("held", "quarantined") else "known"
        self.line(name, what=act(item.act, self.language), id=item.id)

    def again(self, item: Item, why: str, pause_s: float) -> None:
        """Say when it is tried again."""
        if pause_s >= PATIENCE_S:
            self.line("again", what=act(item.act, self.language), why=why, pause=round(pause_s))

    def stopped(self, item: Item, answer: Answer) -> None:
        """Say why the server does not want it."""
        why = answer.problem.get("detail") or answer.code or "copy.gone"
        self.line("stopped", what=act(item.act, self.language), id=item.id, why=why)

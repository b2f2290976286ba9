"""Decoders that end badly: the real script whose children do something else."""

from pathlib import Path

import pytest

from media.decode import run
from media.decode.run import JAIL


def jail(patch: pytest.MonkeyPatch, folder: Path, does: str) -> Path:
    """Use a decoder whose children do nothing but `does`, one line of Python."""
    script = folder / "jail.py"
    script.write_text(JAIL.read_text().replace("if __name__ ==", f"def main(format):\n    {does}\n\n\nif __name__ =="))
    patch.setattr(run, "JAIL", script)
    return script

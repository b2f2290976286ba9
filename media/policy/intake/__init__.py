"""What the bytes are (来件判别), by magic, header, dimensions and structure to the end marker; nothing is decoded here.

The parsers read a seekable file in bounded steps and bounded numbers of steps, so that the web process may run them on
anything. What is sound to them is decoded later, in a process that may die of it.
"""

from media.policy.intake.judge import judge
from media.policy.intake.source import Judged

__all__ = ["Judged", "judge"]

"""Rows of the phone's side."""

from sync.models.change import Change
from sync.models.kept_act import Awaited, KeptAct

__all__ = ["Awaited", "Change", "KeptAct"]

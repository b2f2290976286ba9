"""Rows of the phone's side."""

from sync.models.kept_act import Awaited, KeptAct

__all__ = ["Awaited", "KeptAct"]

"""One noun a file."""

from inspections.models.document import Document, DocumentPrint, DocumentSeries, DocumentService
from inspections.models.look_back import LookBackKey, LookBackLot, LookBackTask
from inspections.models.random_draw import RandomDraw

__all__ = [
    "Document",
    "DocumentPrint",
    "DocumentSeries",
    "DocumentService",
    "LookBackKey",
    "LookBackLot",
    "LookBackTask",
    "RandomDraw",
]

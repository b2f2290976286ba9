"""One noun a file."""

from inspections.models.checklist import ChecklistVersion
from inspections.models.document import Document, DocumentPrint, DocumentSeries, DocumentService
from inspections.models.look_back import LookBackKey, LookBackLot, LookBackTask
from inspections.models.random_draw import RandomDraw
from inspections.models.self_inspection import AnswerPart, Schedule, SelfInspection, Submission

__all__ = [
    "AnswerPart",
    "ChecklistVersion",
    "Document",
    "DocumentPrint",
    "DocumentSeries",
    "DocumentService",
    "LookBackKey",
    "LookBackLot",
    "LookBackTask",
    "RandomDraw",
    "Schedule",
    "SelfInspection",
    "Submission",
]

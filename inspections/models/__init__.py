"""One noun a file."""

from inspections.models.document import Document, DocumentPrint, DocumentSeries, DocumentService

__all__ = ["Document", "DocumentPrint", "DocumentSeries", "DocumentService"]

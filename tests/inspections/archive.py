"""What an archive would say of a PDF: an independent validator of PDF/A (ISO 19005-3, level U), not of our making.

It is young and no authority; veraPDF, which is one, was not to be had where this was written.
"""

import page


def archival_faults(pdf: bytes) -> set[str]:
    """Return the rules of PDF/A-3u that a file breaks."""
    report = page.validate_pdf_bytes(pdf, profile="3u")
    assert report.is_compliant == (not report.failures)
    return {failure.rule_id for failure in report.failures}

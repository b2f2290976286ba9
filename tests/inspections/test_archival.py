"""Documents are PDF/A-3u: every sample, as it is kept and as it is made now, and what is printed of drafts and void ones."""

from dataclasses import replace

import pytest
from django.conf import settings

from inspections.documents import dossiers, pages, printing, samples
from inspections.policy.documents import DocumentKind as K
from tests.inspections.archive import archival_faults

pytestmark = pytest.mark.skipif(not printing.can_print(), reason="needs Pango")


def test_the_samples_in_the_repository_are_fit_for_an_archive():
    found = {path.name: archival_faults(path.read_bytes()) for path in (settings.BASE_DIR / "docs" / "documents").glob("*.pdf")}
    assert (len(found), {name: faults for name, faults in found.items() if faults}) == (len(K) + 1, {})


def test_what_is_printed_is_fit_for_an_archive_also_a_draft_a_void_one_and_pictures():
    order = samples.sheet(K.RECTIFICATION_ORDER)
    sheets = [order, replace(order, number="", token="", issued_on=None, signatures=()), replace(order, stamp="作废")]
    found = [archival_faults(printing.printed(pages.page(sheet))) for sheet in sheets]
    found.append(archival_faults(printing.printed(dossiers.page(samples.case([samples.picture(n) for n in range(4)])))))
    assert found == [set()] * 4


def test_a_stream_that_ends_with_a_carriage_return_is_written_so_that_its_end_is_seen():
    """Its bytes and the end of line after them look like one end of line: about every hundredth stream was hit."""
    for number in range(40):
        made = printing.printed(f"<p>第{number}次", variant=printing.ARCHIVAL)
        assert archival_faults(made) == set()
        assert made.count(b"\r\nendstream") == made.count(b"endstream")


def test_the_judge_is_awake():
    made = printing.printed(pages.page(samples.sheet(K.RISK_NOTICE)))
    for part, other in (
        (b"/OutputIntents", b"/OutputIntentx"), (b'pdfaid:part="3"', b'pdfaid:part="2"'), (b"/FontFile2", b"/FontFileX"),
        (b"/ToUnicode", b"/ToUnicodX"), (b"/ID", b"/IX"),
    ):  # fmt: skip
        assert part in made
        assert archival_faults(made.replace(part, other)) != set()

"""Checklists as files: what is exported can be imported again, and nothing in a file does anything but be read."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from inspections.models import ChecklistVersion
from inspections.policy.templates import ItemLevel, Result, When
from inspections.schemas import checklist_files as files
from tests.api import problem
from tests.cast import NOON
from tests.inspections.sheets import an_item, published
from tests.loop import CRITERION

pytestmark = pytest.mark.django_db
ITEMS = (
    an_item("TRY-01", text="=1+1", photo=True, rectification="@清理"),
    an_item("TRY-02", level=ItemLevel.MAJOR, criteria=(CRITERION,), deadline_days=7, basis_verified=False),
    an_item("TRY-03", when=When(("spraying",), "TRY-01", (Result.PROBLEM,))),
)
YAML, XLSX, ANY = ({"Content_Type": kind} for kind in ("application/yaml", files.XLSX_TYPE, files.ANY_TYPE))


@pytest.fixture
def row(cast):
    return published(cast, at=NOON, items=ITEMS, industries=("泵阀",), features=("spraying",))


def workbook(row, **changed):
    """Return the export of a version with some bytes of its members replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files.as_xlsx(row))) as whole, zipfile.ZipFile(out, "w") as made:
        for name in whole.namelist():
            content = whole.read(name)
            for old, new in changed.items():
                content = content.replace(old.encode(), new.encode())
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "raw",
    [b"#", b"[1]", b"a: &x [1]\nb: *x", b"a: 1\na: 2", b"[" * 9000, b"!!python/object:os.system x", b"a: !!int ''", b"\xff\xfe"],
)
def test_what_is_no_plain_yaml_is_refused(api, cast, raw):
    assert problem(api.as_(cast.regulator).post("/checklists/imports", raw, **YAML)) == (422, "request.invalid")


@pytest.mark.parametrize(
    ("raw", "headers", "expected"),
    [
        (b"{}", {}, (415, "request.unsupported_media")),
        (b"a: " + b"x" * 200_000, YAML, (413, "request.too_large")),
        (b"PK\x03\x04" + b"x" * 2000, XLSX, (422, "request.invalid")),
        (b"PK\x03\x04" + b"x" * 2000, ANY, (422, "request.invalid")),
        (b"a: " + b"x" * 200_000, ANY, (413, "request.too_large")),
        (b"x" * 1_100_000, ANY, (413, "request.too_large")),
    ],
)
def test_a_file_of_another_kind_or_size_is_refused(api, cast, raw, headers, expected):
    assert problem(api.as_(cast.regulator).post("/checklists/imports", raw, **headers)) == expected


def test_a_workbook_with_a_cell_at_the_end_of_the_world_is_refused_before_anybody_reads_it(api, cast, row):
    far = workbook(row, **{'r="A2"': 'r="XFD1048576"'})
    reply = api.as_(cast.regulator).post("/checklists/imports", far, **XLSX)
    assert problem(reply) == (422, "request.invalid")
    assert "不是可用的 XLSX" in reply.json()["errors"][0]["message"]


def test_faults_are_told_by_the_row_of_the_spreadsheet(api, cast, row):
    reply = api.as_(cast.regulator).post("/checklists/imports", workbook(row, **{"TRY-02": "try two"}), **XLSX)
    assert problem(reply) == (422, "request.invalid")
    assert [error["field"] for error in reply.json()["errors"]] == ["条目!3.code"]


@pytest.mark.parametrize(("kind", "headers"), [("yaml", YAML), ("xlsx", XLSX), ("yaml", ANY), ("xlsx", ANY)])
def test_what_is_exported_is_imported_again_as_the_next_draft(api, cast, row, kind, headers):
    regulator = api.as_(cast.regulator)
    file = api.as_(cast.employee_a).get(f"/checklists/TRY/versions/1/export?format={kind}")
    assert file["Content-Disposition"] == f'attachment; filename="TRY-1.{kind}"'
    made = regulator.post("/checklists/imports", file.content, **headers)
    assert (made.status_code, made.json()["version"], made.json()["status"]) == (201, 2, "draft")
    draft = ChecklistVersion.objects.get(id=made.json()["id"])
    assert files.document(draft) == files.document(row)
    again = regulator.post(f"/checklists/imports?id={draft.id}", file.content, **headers)
    assert (again.status_code, again.json()["receipt"]) == (200, made.json()["receipt"])


def test_no_cell_of_a_workbook_is_a_formula(row):
    raw = files.as_xlsx(row)
    with zipfile.ZipFile(io.BytesIO(raw)) as whole:
        assert not any(b"<f>" in whole.read(name) for name in whole.namelist())
    cells = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name("条目").to_python()
    assert [cells[1][1], cells[1][8]] == ["=1+1", "@清理"]

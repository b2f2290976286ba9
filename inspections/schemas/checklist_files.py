"""Checklists as files: YAML and XLSX, out and in. What comes in is a draft's form, checked as any other draft.

A workbook is unpacked by us first: what it holds is bounded before the reader, which allocates by the largest cell, sees it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import orjson
import xlsxwriter
import yaml
from django.http import HttpRequest
from pydantic import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from backend.kernel.problems import Invalid, TooLarge, UnsupportedMedia
from backend.kernel.web import body
from inspections.models import ChecklistVersion
from inspections.schemas.checklists import ChecklistIn

YAML_TYPES = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})
ANY_TYPE, ZIP = "application/octet-stream", b"PK\x03\x04"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = {"yaml": 128 * 1024, "xlsx": 1024 * 1024}
MOST_UNPACKED, MOST_MEMBERS = 8 * 1024 * 1024, 60
_CELL = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_SMALL = re.compile(rb"[A-Z]{0,2}[0-9]{1,3}")
UNREAD = ("xl/theme/", "xl/media/", "xl/drawings/", "docProps/", "customXml/")
BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError, KeyError)
HEAD = {"code": "编码", "name": "名称", "applies": "适用", "industries": "行业", "features": "风险特征", "frequency": "频次"}
COLUMNS = {
    "code": "条目编码", "text": "内容", "category": "隐患类别", "level": "级别", "criteria": "判定标准", "basis": "依据",
    "basis_verified": "依据已核实", "deadline_days": "期限(天)", "rectification": "整改建议", "photo": "须拍照",
    "frequency": "频次", "when": "条件(JSON)",
}  # fmt: skip
CONTENT_TYPES = {"yaml": "application/yaml", "xlsx": XLSX_TYPE}
ANYTHING: dict[str, Any] = {}
BYTES = {"type": "string", "format": "binary"}
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One checklist as it is exported: YAML of at most 128 KiB, or an XLSX workbook of at most 1 MiB; "
        "sent under its own content type or under this one",
        "content": {ANY_TYPE: {"schema": BYTES}},
    }
}


def answers_with(*kinds: str) -> dict[str, Any]:
    """Return how an operation is documented that answers a file of one of these content types."""
    content = {kind: {"schema": ANYTHING if kind in YAML_TYPES else BYTES} for kind in kinds}
    return {"responses": {200: {"description": "The file", "content": content}}}


LISTS = frozenset({"industries", "features", "criteria"})
SHEETS = ("检查表", "条目")


def document(row: ChecklistVersion) -> dict[str, Any]:
    """Return a version as the form of a draft: what is exported can be imported again."""
    return {**{name: getattr(row, name) for name in HEAD}, "frequency": str(row.frequency), "items": row.items}


def as_yaml(row: ChecklistVersion) -> bytes:
    """Return a version as YAML."""
    text = yaml.safe_dump(document(row), allow_unicode=True, sort_keys=False, width=120)
    return text.encode()


def as_xlsx(row: ChecklistVersion) -> bytes:
    """Return a version as a workbook of two sheets; every text is text, no cell a formula or an address."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    plain, bold = book.add_format({"quote_prefix": True, "text_wrap": True}), book.add_format({"bold": True})
    told = document(row)
    head, items = (book.add_worksheet(name) for name in SHEETS)
    for place, (name, label) in enumerate(HEAD.items()):
        head.write_string(place, 0, label, bold)
        head.write_string(place, 1, _cell(told[name]), plain)
    for column, label in enumerate(COLUMNS.values()):
        items.write_string(0, column, label, bold)
    for line, item in enumerate(told["items"], start=1):
        for column, name in enumerate(COLUMNS):
            items.write_string(line, column, _cell(item.get(name)), plain)
    items.set_column(1, 1, 60)
    items.freeze_panes(1, 1)
    book.close()
    return out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        return orjson.dumps(value).decode()
    return "" if value is None else str(value)


def read(request: HttpRequest) -> ChecklistIn:
    """Return the draft in a raw body, YAML or XLSX. Raises: UnsupportedMedia, TooLarge, Invalid by row."""
    kind = _kind(request)
    if int(request.headers.get("Content-Length") or 0) > LARGEST[kind]:
        raise TooLarge
    told = from_yaml(request.body) if kind == "yaml" else from_xlsx(request.body)
    body.check(told)
    try:
        return ChecklistIn.model_validate(told)
    except ValidationError as error:
        raise Invalid(errors=[_fault(found, kind) for found in error.errors()[:200]]) from error


def _kind(request: HttpRequest) -> str:
    """Return what a body is by its content type; one that does not tell is a workbook if it begins like one."""
    if request.content_type == ANY_TYPE:
        if int(request.headers.get("Content-Length") or 0) > LARGEST["xlsx"]:
            raise TooLarge
        return "xlsx" if request.body.startswith(ZIP) else "yaml"
    if request.content_type in YAML_TYPES:
        return "yaml"
    if request.content_type != XLSX_TYPE:
        raise UnsupportedMedia(detail="请使用 YAML 或 XLSX", detail_en="Send application/yaml or an XLSX workbook")
    return "xlsx"


def _fault(found: Any, kind: str) -> dict[str, str]:
    place = [str(part) for part in found["loc"]]
    if kind == "xlsx" and place[0] == "items" and len(place) > 1:
        place = [f"{SHEETS[1]}!{int(place[1]) + 2}", *place[2:]]  # the row as the spreadsheet counts it
    return {"field": ".".join(place)[:200], "code": found["type"], "message": found["msg"][:300]}


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases, which a few lines of make a billion, and without a member named twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not taken")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - PyYAML's own signature
        keys = [key.value for key, _ in node.value if isinstance(key.value, str)]
        if len(set(keys)) != len(keys):
            raise yaml.YAMLError("a member is named twice")
        return super().construct_mapping(node, deep)


def from_yaml(raw: bytes) -> dict[str, Any]:
    """Return the mapping in a YAML document. Raises: Invalid."""
    try:
        told = yaml.load(raw, _Loader)  # noqa: S506 - a SafeLoader, made stricter
    except (yaml.YAMLError, ValueError, TypeError, LookupError, RecursionError, AttributeError) as error:
        raise _unreadable("YAML", str(error)) from error
    if not isinstance(told, dict) or not all(isinstance(name, str) for name in told):
        raise _unreadable("YAML", "a mapping is expected")
    return told


def from_xlsx(raw: bytes) -> dict[str, Any]:
    """Return the form of a draft in a workbook. Raises: Invalid."""
    checked = _bounded(raw)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(checked))
        head, items = (book.get_sheet_by_name(name).to_python() for name in SHEETS)
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable("XLSX", str(error)) from error
    named = {str(cells[0]).strip(): cells[1] for cells in head if len(cells) > 1}
    told = {name: _read(name, named.get(label, "")) for name, label in HEAD.items()}
    return {name: value for name, value in told.items() if value is not None} | {"items": list(_items(items))}


def _items(rows: list[list[Any]]) -> Iterator[dict[str, Any]]:
    labels = [str(cell).strip() for cell in rows[0]] if rows else []
    names = {label: name for name, label in COLUMNS.items()}
    for cells in rows[1:]:
        told = {names[label]: cell for label, cell in zip(labels, cells, strict=False) if label in names}
        yield {name: value for name, cell in told.items() if (value := _read(name, cell)) is not None}


def _read(name: str, cell: Any) -> Any:
    """Return a cell as the form wants it; None for what was left empty."""
    text = str(cell).strip() if not isinstance(cell, float) or cell != int(cell) else str(int(cell))
    if text == "":
        return None
    if name in LISTS:
        return [part.strip() for part in re.split(r"[,,、]", text) if part.strip()]
    if name in ("basis_verified", "photo"):
        return {"是": True, "否": False, "True": True, "False": False}.get(text, text)
    if name == "deadline_days":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else text
    return _json(text) if name == "when" else text


def _json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _bounded(raw: bytes) -> bytes:
    """Return a workbook with what was looked at and nothing else; refuse what unpacks to too much, or has cells far away."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(out, "w") as checked:
            members = [member for member in archive.infolist() if not member.filename.startswith(UNREAD)]
            names = {member.filename for member in members}
            if len(members) > MOST_MEMBERS or "xl/workbook.xml" not in names or {"content.xml", "xl/workbook.bin"} & names:
                raise _unreadable("XLSX", "not a plain workbook")
            left = MOST_UNPACKED
            for member in members:
                with archive.open(member) as part:
                    content = part.read(left + 1)
                left -= _near(content, left)
                checked.writestr(member.filename, content)
    except BROKEN as error:
        raise _unreadable("XLSX", str(error)) from error
    return out.getvalue()


def _near(part: bytes, left: int) -> int:
    if len(part) > left:
        raise _unreadable("XLSX", "unpacks to too much")
    far = any(not _SMALL.fullmatch(cell) for cell in _CELL.findall(part))
    if far or b"\x00" in part[:200] or b"<!ENTITY" in part:
        raise _unreadable("XLSX", "at most 999 rows and 702 columns, in UTF-8")
    return len(part)


def _unreadable(kind: str, why: str) -> Invalid:
    said = " ".join(why.split())[:200]
    return Invalid(
        errors=[{"field": "", "code": "file.unreadable", "message": f"{kind}: {said}", "zh": f"不是可用的 {kind} 检查表"}]
    )

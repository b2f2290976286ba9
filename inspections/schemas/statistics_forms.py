"""Bodies, filters, answers and files of the statistics forms."""

import io
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import xlsxwriter
from django.template import Context
from pydantic import BeforeValidator, Field

from backend.kernel.web.fields import Body, Cursor, Id, Limit, Note, Out, QueryFlag, ReceiptOut
from hazards.policy.words import LEVEL_LABELS, STATUS_LABELS, Level, Status
from inspections.actions.statistics_forms import Wanted
from inspections.documents.pages import STYLE, engine
from inspections.models import StatisticsForm
from inspections.policy.statistics import FORM_LABELS, FormStatus, Span

Area = Annotated[float, Field(ge=0, le=1e9), BeforeValidator(lambda value: value if not isinstance(value, (str, bool)) else "no")]
Year = Annotated[int, Field(ge=2000, le=2099)]
Quarter = Annotated[int, Field(ge=1, le=4)]
BASIS = "安全生产事故隐患排查治理暂行规定(安监总局令第16号)第十四条;报送日期为系统参数,待核实"


def _whole(value: Any) -> Any:
    return value if isinstance(value, int) and not isinstance(value, bool) else "no number"


def _query_whole(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 6 else "no number"


class StatisticsFormIn(Body):
    """`POST /statistics-forms`: without a quarter, the form of the year."""

    id: Id | None = None
    enterprise_id: Id
    year: Annotated[Year, BeforeValidator(_whole)]
    quarter: Annotated[Quarter, BeforeValidator(_whole)] | None = None
    area_m2: Area | None = None

    def wanted(self) -> Wanted:
        """Return it as the action takes it."""
        return Wanted(self.enterprise_id, Span(self.year, self.quarter), self.area_m2)


class FormSignatureIn(Body):
    """`POST /statistics-forms/{id}/signatures`."""

    id: Id | None = None
    note: Note = ""


class StatisticsFormFilters(Body):
    """`GET /statistics-forms`."""

    enterprise_id: Id | None = None
    year: Annotated[Year, BeforeValidator(_query_whole)] | None = None
    quarter: Annotated[Quarter, BeforeValidator(_query_whole)] | None = None
    status: FormStatus | None = None
    count: QueryFlag = False
    limit: Limit = 50
    cursor: Cursor | None = None


class FormUnitOut(Out):
    """Whose form it is, as registered when it was filled."""

    name: str
    uscc: str | None
    address: str
    industry: str
    industry_name: str
    contact: str
    phone: str
    area_m2: float | None


class FigureOut(Out):
    """One figure: what it counts, the denominator and rate where there is one, and the hazards that were counted."""

    code: str
    label: str
    definition: str
    count: float
    of: int | None
    rate: float | None
    hazards: list[UUID]


class FormHazardOut(Out):
    """One hazard as it stood at the end of the period."""

    id: UUID
    description: str
    level: Level
    status: Status
    found_on: date
    closed_on: date | None


class FormContentOut(Out):
    """What was frozen; `hazards_left_out`: how many more than the list holds."""

    unit: FormUnitOut
    figures: list[FigureOut]
    hazards: list[FormHazardOut]
    hazards_left_out: int


class StatisticsFormOut(Out):
    """One form. `due_on` is policy, from memory (`due_on_verified` false). `digest`: SHA-256 of the content's RFC 8785 JSON."""

    id: UUID
    enterprise_id: UUID
    year: int
    quarter: int | None
    from_on: date
    to_on: date
    due_on: date
    due_on_verified: Literal[False]
    basis: str
    status: FormStatus
    status_label: str
    content: FormContentOut
    digest: str
    filled_at: datetime
    filled_name: str
    signed_at: datetime | None
    signed_name: str | None


class StatisticsFormCreated(StatisticsFormOut):
    """A form with its receipt."""

    receipt: ReceiptOut


class StatisticsFormsOut(Out):
    """A page of forms, newest first."""

    items: list[StatisticsFormOut]
    next_cursor: str | None
    count: int | None = None


class FormSignatureOut(Out):
    """A signature, with the form as it is now."""

    id: UUID
    kind: Literal["statistics_form_signature"]
    statistics_form: StatisticsFormOut
    receipt: ReceiptOut


def shown(form: StatisticsForm) -> dict[str, Any]:
    """Return a form as every answer shows it."""
    names = ("id", "enterprise_id", "year", "quarter", "due_on", "status", "content", "digest", "filled_at", "filled_name")
    return {
        **{name: getattr(form, name) for name in names}, "from_on": form.span.first, "to_on": form.span.last,
        "due_on_verified": False, "basis": BASIS, "status_label": FORM_LABELS[FormStatus(form.status)],
        "signed_at": form.signed_at, "signed_name": form.signed_name or None,
    }  # fmt: skip


def signature_shown(id: UUID, form: StatisticsForm) -> dict[str, Any]:
    """Return a signature."""
    return {"id": id, "kind": "statistics_form_signature", "statistics_form": shown(form)}


def title(form: StatisticsForm) -> str:
    """Return the heading of a form."""
    return f"{form.year}年{'第' + '一二三四'[form.quarter - 1] + '季度' if form.quarter else '年度'}隐患排查治理情况统计表"


def _rows(form: StatisticsForm) -> list[dict[str, Any]]:
    return [
        {**row, "level": LEVEL_LABELS[Level(row["level"])], "status": STATUS_LABELS[Status(row["status"])]}
        for row in form.content["hazards"]
    ]


def page(form: StatisticsForm, *, with_style: bool = False) -> str:
    """Return a form as a page to be printed."""
    figures = [
        {**f, "number": f"{f['count']:g}", "percent": None if f["rate"] is None else f"{f['rate']:.1%}"}
        for f in form.content["figures"]
    ]
    context = {
        "form": form, "title": title(form), "unit": form.content["unit"], "figures": figures, "rows": _rows(form), "basis": BASIS,
        "left_out": form.content["hazards_left_out"], "style": STYLE.read_text("utf-8") if with_style else "",
    }  # fmt: skip
    return engine().get_template("statistics_form.html").render(Context(context))


def workbook(form: StatisticsForm) -> bytes:
    """Return a form as a workbook; texts are texts, no cell a formula or an address."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    looks = {
        "plain": book.add_format({"quote_prefix": True, "text_wrap": True}), "bold": book.add_format({"bold": True}),
        "percent": book.add_format({"num_format": "0.0%"}),
    }  # fmt: skip
    sheet, listed = book.add_worksheet("统计表"), book.add_worksheet("隐患清单")
    line = _head(sheet, form, looks)
    for figure in form.content["figures"]:
        _figure(sheet, line, figure, looks)
        line += 1
    _list(listed, _rows(form), looks)
    book.close()
    return out.getvalue()


def _head(sheet: Any, form: StatisticsForm, looks: dict[str, Any]) -> int:
    """Write whose form it is and the heads of its columns; return the first line below."""
    unit = form.content["unit"]
    told = {
        "单位": unit["name"], "统一社会信用代码": unit["uscc"] or "", "地址": unit["address"], "行业": unit["industry_name"],
        "统计期": f"{form.span.first}—{form.span.last}", "填报人": form.filled_name, "依据": BASIS,
        "主要负责人": form.signed_name or "(未签字)", "内容摘要 SHA-256": form.digest,
    }  # fmt: skip
    sheet.write_string(0, 0, title(form), looks["bold"])
    for line, (label, value) in enumerate(told.items(), start=1):
        sheet.write_string(line, 0, label, looks["bold"])
        sheet.write_string(line, 1, value, looks["plain"])
    for column, label in enumerate(("指标", "数值", "分母", "比率", "口径")):
        sheet.write_string(len(told) + 2, column, label, looks["bold"])
    return len(told) + 3


def _figure(sheet: Any, line: int, figure: dict[str, Any], looks: dict[str, Any]) -> None:
    sheet.write_string(line, 0, figure["label"], looks["plain"])
    sheet.write_number(line, 1, figure["count"])
    if figure["of"] is not None:
        sheet.write_number(line, 2, figure["of"])
    if figure["rate"] is not None:
        sheet.write_number(line, 3, figure["rate"], looks["percent"])
    sheet.write_string(line, 4, figure["definition"], looks["plain"])


def _list(sheet: Any, rows: list[dict[str, Any]], looks: dict[str, Any]) -> None:
    columns = {"description": "隐患", "level": "级别", "status": "期末状态", "found_on": "发现日期", "closed_on": "销号日期"}
    for column, label in enumerate(columns.values()):
        sheet.write_string(0, column, label, looks["bold"])
    for line, row in enumerate(rows, start=1):
        for column, name in enumerate(columns):
            sheet.write_string(line, column, row[name] or "", looks["plain"])

"""What may be filled in on each kind of document (要素), taken strictly; names and Chinese labels as on the forms.

Everything may be left out of a draft's body: what the hazard, the inspection or the enterprise tells is filled in
(actions/draft.py), and `missing` names what is still lacking then. Field lists: domain.md §5.3 and §2.5.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from backend.kernel.web.fields import Body, Code, Day, Flag, Id, Instant, Money, Name, Text
from inspections.policy.documents import DocumentKind as K

Short = Annotated[Name, StringConstraints(max_length=60)]
Line = Annotated[Text, StringConstraints(max_length=200)]
Clause = Annotated[Text, StringConstraints(max_length=500)]
Officers = Annotated[list[Id], Field(max_length=6)]


class Item(Body):
    """One problem, and by when it is to be put right."""

    text: Clause
    due_on: Day | None = None
    major: Flag = False
    basis: Line | None = None


class Measure(Body):
    """One measure ordered on the spot, with its basis."""

    kind: Literal["remove_at_once", "withdraw_people", "stop_use", "suspend_production", "other"]
    text: Clause
    basis: Line | None = None


class Fixed(Body):
    """One problem and what was done about it."""

    text: Clause
    measures: Clause
    finished_on: Day | None = None


class Served(Body):
    """A document that is handed over."""

    title: Short
    number: Short | None = None
    copies: Annotated[int, Field(ge=1, le=20, strict=True)] = 1


Items = Annotated[list[Item], Field(max_length=50)]
Clauses = Annotated[list[Clause], Field(max_length=50)]


class Party(Body):
    """On every form: whom of the enterprise it names, and where the enterprise is."""

    address: Line | None = Field(None, title="地址")
    person_in_charge: Short | None = Field(None, title="负责人")
    post: Short | None = Field(None, title="职务")
    phone: Short | None = Field(None, title="联系电话")
    remark: Text | None = Field(None, title="备注")


class ByOfficers(Party):
    """On what officers sign: their accounts, the maker's among them."""

    officers: Officers | None = Field(None, title="执法人员")


class SiteInspectionRecord(ByOfficers):
    """现场检查记录."""

    places: Line | None = Field(None, title="检查场所")
    started_at: Instant | None = Field(None, title="检查开始时间")
    ended_at: Instant | None = Field(None, title="检查结束时间")
    mode: Literal["planned", "random", "special_campaign", "complaint", "unannounced", "look_back"] | None = Field(
        None, title="检查方式"
    )
    action_code: Code | None = Field(None, title="行政行为码")
    findings: Clauses | None = Field(None, title="检查情况")


class RectificationOrder(ByOfficers):
    """责令限期整改指令书."""

    items: Items | None = Field(None, title="存在的问题")
    protection: Clause | None = Field(None, title="整改期间的防范措施")


class OnSiteMeasures(ByOfficers):
    """现场处理措施决定书."""

    items: Items | None = Field(None, title="违法违规行为和事故隐患")
    measures: Annotated[list[Measure], Field(max_length=20)] | None = Field(None, title="现场处理措施")


class ReinspectionOpinion(ByOfficers):
    """整改复查意见书."""

    order_number: Short | None = Field(None, title="指令书文号")
    order_on: Day | None = Field(None, title="指令书日期")
    passed: Clauses | None = Field(None, title="已整改到位")
    failed: Items | None = Field(None, title="未整改到位")


class ListingNotice(Party):
    """重大事故隐患挂牌督办通知书."""

    description: Text | None = Field(None, title="重大事故隐患")
    basis: Clause | None = Field(None, title="认定依据")
    finish_on: Day | None = Field(None, title="治理完成期限")
    plan_on: Day | None = Field(None, title="治理方案报送期限")
    signed_by: Short | None = Field(None, title="签发人")


class ExtensionOpinion(Party):
    """延期审批意见书."""

    asked_on: Day | None = Field(None, title="申请日期")
    reason: Text | None = Field(None, title="申请理由")
    outcome: Literal["grant", "refuse"] | None = Field(None, title="审批意见")
    due_on: Day | None = Field(None, title="延期至")
    opinion: Text | None = Field(None, title="意见说明")


class AcceptanceOpinion(Party):
    """验收意见书."""

    asked_on: Day | None = Field(None, title="申请验收日期")
    description: Text | None = Field(None, title="隐患情况")
    outcome: Literal["passed", "failed"] | None = Field(None, title="验收结论")
    opinion: Text | None = Field(None, title="验收意见")


class RiskNotice(Party):
    """风险提示单."""

    risk: Text | None = Field(None, title="风险情况")
    basis: Clause | None = Field(None, title="依据")
    requirement: Text | None = Field(None, title="工作要求")
    reply_on: Day | None = Field(None, title="反馈期限")


class RectificationReport(Party):
    """整改报告单."""

    order_number: Short | None = Field(None, title="指令书文号")
    fixed: Annotated[list[Fixed], Field(max_length=50)] | None = Field(None, title="整改情况")
    responsible: Short | None = Field(None, title="整改责任人")
    cost_cny: Money | None = Field(None, title="整改投入(元)")


class ServiceReceipt(Party):
    """送达回证."""

    served: Annotated[list[Served], Field(max_length=20)] | None = Field(None, title="送达文书")
    how: Literal["direct", "left", "mail", "electronic", "entrusted", "announced"] | None = Field(None, title="送达方式")
    place: Line | None = Field(None, title="送达地点")
    served_at: Instant | None = Field(None, title="送达时间")
    receiver: Short | None = Field(None, title="受送达人")


FORMS: dict[K, type[Party]] = {
    K.SITE_INSPECTION_RECORD: SiteInspectionRecord,
    K.RECTIFICATION_ORDER: RectificationOrder,
    K.ON_SITE_MEASURES: OnSiteMeasures,
    K.REINSPECTION_OPINION: ReinspectionOpinion,
    K.LISTING_NOTICE: ListingNotice,
    K.EXTENSION_OPINION: ExtensionOpinion,
    K.ACCEPTANCE_OPINION: AcceptanceOpinion,
    K.RISK_NOTICE: RiskNotice,
    K.RECTIFICATION_REPORT: RectificationReport,
    K.SERVICE_RECEIPT: ServiceReceipt,
}
# what no draft may lack; one of a group in parentheses is enough
NEEDED: dict[K, tuple[tuple[str, ...], ...]] = {
    K.SITE_INSPECTION_RECORD: (("places",), ("started_at",), ("ended_at",), ("findings",), ("officers",)),
    K.RECTIFICATION_ORDER: (("items",), ("officers",)),
    K.ON_SITE_MEASURES: (("items",), ("measures",), ("officers",)),
    K.REINSPECTION_OPINION: (("passed", "failed"), ("officers",)),
    K.LISTING_NOTICE: (("description",), ("finish_on",), ("plan_on",)),
    K.EXTENSION_OPINION: (("outcome",),),
    K.ACCEPTANCE_OPINION: (("outcome",), ("description",)),
    K.RISK_NOTICE: (("risk",), ("requirement",)),
    K.RECTIFICATION_REPORT: (("fixed",), ("responsible",)),
    K.SERVICE_RECEIPT: (("served",), ("how",), ("receiver",)),
}


def plain(kind: K, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was filled in as plain JSON, without what was left out. Raises: pydantic.ValidationError."""
    return FORMS[kind].model_validate(dict(said)).model_dump(mode="json", exclude_none=True)


def missing(kind: K, said: Mapping[str, Any]) -> list[str]:
    """Return the names of fields that a document of this kind lacks; of alternatives the first."""
    lacking = [group[0] for group in NEEDED[kind] if not any(said.get(name) for name in group)]
    if kind == K.RECTIFICATION_ORDER:
        lacking += [f"items.{n}.due_on" for n, item in enumerate(said.get("items") or []) if not item.get("due_on")]
    if kind == K.EXTENSION_OPINION and said.get("outcome") == "grant" and not said.get("due_on"):
        lacking.append("due_on")
    return lacking

"""Facts that no room produces yet (档案事实): one table of kinds with the shape of their value. Pure.

A later room that produces one of them replaces the origin, and nothing here changes. Kinds of origin `room` are read
from where they are known (the enterprise's file, hazards) and never stored a second time.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Text = Annotated[str, Field(max_length=200)]


class Value(BaseModel):
    """What is said of most facts: the number of the document it rests on, and a word."""

    model_config = ConfigDict(extra="forbid")

    document_no: Text = ""
    note: Text = ""

    @property
    def code(self) -> str:
        """Return the part of the value that the rule asks for."""
        return ""


class Risk(Value):
    """风险等级."""

    level: Literal["red", "orange", "yellow", "blue"]

    @property
    def code(self) -> str:
        """Return the level."""
        return self.level


class Place(Value):
    """三场所三企业."""

    tag: Text

    @property
    def code(self) -> str:
        """Return the tag."""
        return self.tag


class Standard(Value):
    """安全生产标准化等级; 1 is the best."""

    level: Literal[1, 2, 3]

    @property
    def code(self) -> str:
        """Return the level as a word."""
        return str(self.level)


class Certificate(Value):
    """特种作业证: one fact for each that is missing or expired."""

    name: Text = ""


class Accident(Value):
    """生产安全事故. Source: domain.md 6.1, a district's rule: a death, or three serious injuries."""

    deaths: int = Field(0, ge=0, le=10_000)
    serious_injuries: int = Field(0, ge=0, le=10_000)

    @model_validator(mode="after")
    def _grave(self) -> "Accident":
        if not self.deaths and self.serious_injuries < 3:
            raise PydanticCustomError("not_grave", "a death or three serious injuries", {})
        return self


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact. `holds`: it counts while it holds and may have an end; else it counts from its day for a window.

    `factor` is what it counts for in the score, `condition` the veto it brings (document.py); "" for none. `stored` is
    false for what is read from another room.
    """

    label: str
    english: str
    shape: type[Value] = Value
    factor: str = ""
    condition: str = ""
    holds: bool = True
    stored: bool = True

    @property
    def brings(self) -> bool:
        """Return whether it brings points."""
        return self.factor in ("standardisation", "service_contract", "voluntary_insurance")


def _scored(name: str, label: str, english: str, **more: Any) -> dict[str, Kind]:
    return {name: Kind(label, english, factor=name, **more)}


KINDS: dict[str, Kind] = {
    **_scored("risk_level", "企业风险等级", "risk level", shape=Risk, stored=False),
    **_scored("special_place", "三场所三企业特征", "place of special risk", shape=Place, stored=False),
    **_scored("quarterly_report_missing", "季度风险报告未报", "quarterly risk report missing"),
    **_scored("certificate_missing", "特种作业证缺失或过期", "special-operation certificate missing", shape=Certificate),
    **_scored("training_expired", "负责人或安全管理员培训过期", "training expired"),
    **_scored("commitment_not_renewed", "安全承诺未更新", "commitment not renewed"),
    **_scored("emergency_plan_missing", "缺应急预案或演练", "emergency plan or drill missing"),
    **_scored("liability_insurance_missing", "未投保安全生产责任险", "liability insurance missing"),
    **_scored("penalty", "行政处罚", "penalty", holds=False),
    **_scored("order_not_complied", "未执行指令", "order not complied with", holds=False),
    **_scored("formal_talk", "约谈或通报批评", "formal talk or public criticism", holds=False),
    **_scored("standardisation", "安全生产标准化达标", "standardisation level", shape=Standard),
    **_scored("service_contract", "社会化服务合同", "service contract"),
    **_scored("voluntary_insurance", "自愿投保", "voluntary insurance"),
    **_scored("false_report", "虚假上报或虚假照片", "false report or photo", holds=False, condition="obstruction"),
    "fatal_accident": Kind("死亡或重伤事故", "fatal or serious accident", Accident, condition="fatal_recent", holds=False),
    "dishonesty_listed": Kind("列入严重失信主体名单", "listed for serious dishonesty", condition="dishonesty"),
    "obstruction": Kind("拒绝检查、破坏安全设施或伪造数据", "obstruction of inspection", condition="obstruction"),
    "unlicensed": Kind("未登记承租或无证存放危险品", "unregistered tenant or unlicensed goods", condition="unlicensed"),
    "stop_order": Kind("停产停业指令", "order to stop production", condition="stop_order"),
}
STORED = {name: kind for name, kind in KINDS.items() if kind.stored}


def code_of(kind: str, value: dict[str, Any]) -> str:
    """Return what the rule asks of a fact's value. Raises: pydantic.ValidationError for a value of another shape."""
    return KINDS[kind].shape.model_validate(value).code

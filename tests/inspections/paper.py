"""Documents as the tests make them: one good body for every kind, drafted and issued over HTTP."""

from typing import Any

from backend.kernel import ids
from inspections.policy.documents import DocumentKind
from tests.api import Api
from tests.cast import Cast
from tests.inspections import hands

K = DocumentKind
LATER = "2031-01-31"
FIELDS: dict[DocumentKind, dict[str, Any]] = {
    K.SITE_INSPECTION_RECORD: {
        "places": "一号车间、危化品仓库", "started_at": "2026-09-16T09:00:00+08:00", "ended_at": "2026-09-16T10:05:00+08:00",
        "findings": ["配电箱门缺失", "灭火器压力不足"], "mode": "random",
    },
    K.RECTIFICATION_ORDER: {
        "items": [{"text": "配电箱门缺失", "due_on": LATER}, {"text": "安全出口被堵", "due_on": LATER, "major": True}],
    },
    K.ON_SITE_MEASURES: {
        "items": [{"text": "有限空间作业未审批"}],
        "measures": [{"kind": "suspend_production", "text": "污水池作业暂停", "basis": "安全生产法第七十条"}],
    },
    K.REINSPECTION_OPINION: {"passed": ["配电箱门已加装"], "failed": [{"text": "安全出口仍被堵", "due_on": LATER}]},
    K.LISTING_NOTICE: {"description": "煤气柜间距不足", "finish_on": LATER, "plan_on": LATER},
    K.EXTENSION_OPINION: {"outcome": "grant", "due_on": LATER, "opinion": "理由成立"},
    K.ACCEPTANCE_OPINION: {"outcome": "passed", "description": "煤气柜已迁建"},
    K.RISK_NOTICE: {"risk": "台风将至,高处构件有坠落风险", "requirement": "加固或撤离", "reply_on": LATER},
    K.RECTIFICATION_REPORT: {
        "fixed": [{"text": "配电箱门缺失", "measures": "已加装", "finished_on": "2026-09-20"}],
        "responsible": "李工", "cost_cny": 320.5,
    },
    K.SERVICE_RECEIPT: {
        "served": [{"title": "责令限期整改指令书", "number": "（永）应急责改〔2026〕1号"}], "how": "direct", "receiver": "张三",
        "served_at": "2026-09-16T10:10:00+08:00",
    },
}  # fmt: skip
MAKERS = {
    K.LISTING_NOTICE: "regulator",
    K.RECTIFICATION_REPORT: "owner_a",
    K.RISK_NOTICE: "grid_worker",
    K.SERVICE_RECEIPT: "grid_worker",
}
BY_TWO = {K.SITE_INSPECTION_RECORD, K.RECTIFICATION_ORDER, K.ON_SITE_MEASURES, K.REINSPECTION_OPINION}


def body(cast: Cast, kind: DocumentKind = K.RECTIFICATION_ORDER, **more: Any) -> dict[str, Any]:
    """Return a draft of this kind about A; `fields` of `more` override single fields."""
    fields = FIELDS[kind] | more.pop("fields", {})
    if kind in BY_TWO:
        fields = {"officers": [str(cast.inspector.id), str(cast.inspector_2.id)]} | fields
    return {"id": str(ids.new()), "kind": kind.value, "enterprise_id": str(cast.a.id), "fields": fields} | more


def drafted(cast: Cast, kind: DocumentKind = K.RECTIFICATION_ORDER, *, by: str = "", **more: Any) -> dict[str, Any]:
    """Return a draft as it was answered."""
    return _sent(_maker(cast, kind, by), "/documents", body(cast, kind, **more))


def issued(cast: Cast, kind: DocumentKind = K.RECTIFICATION_ORDER, *, by: str = "", **more: Any) -> dict[str, Any]:
    """Return a document that was drafted, signed by all who must and issued by one person, as it was answered."""
    maker = _maker(cast, kind, by)
    made = _sent(maker, "/documents", body(cast, kind, **more))
    if made["missing_signatures"]:
        hands.everybody_signs(cast, by or MAKERS.get(kind, "inspector"), made)
    shown: dict[str, Any] = _sent(maker, f"/documents/{made['id']}/issues", {})["document"]
    return shown


def _maker(cast: Cast, kind: DocumentKind, by: str) -> Api:
    return Api().as_(getattr(cast, by or MAKERS.get(kind, "inspector")))


def _sent(maker: Api, path: str, said: dict[str, Any]) -> dict[str, Any]:
    reply = maker.post(path, said)
    assert reply.status_code == 201, reply.content.decode()
    answered: dict[str, Any] = reply.json()
    return answered

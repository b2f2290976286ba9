"""The permission matrix of yearly plans, campaigns and what does not look like an honest visit."""

from tests.architecture.matrix import GONE, OFFICIALS, everyone, get

REGULATORS, WATCHERS = {"regulator"}, {"regulator", "auditor"}
# made by a regulator of the county or above, for his own region
NOT_HIS = {
    f"regulator/{where}": (403, "programme.not_your_move") for where in ("neighbour", "same_region", "look_alike", "foreign")
}
# read wherever the county is above, or within
OUT_OF_SIGHT = dict.fromkeys(("grid_worker/foreign", "inspector/foreign", "regulator/foreign", "regulator/neighbour"), GONE)
AUDITED = {**OUT_OF_SIGHT, "auditor/foreign": GONE}
PLAN = {"region": "330324", "year": 2026, "name": "年度计划", "reason": "调整", "targets": [{"name": "全部"}]}


def campaign(world, caller):
    """Return a campaign of the county."""
    return {"region": "330324", "name": "粉尘专项", "from": world.day(0), "to": world.day(30)}


PROGRAMMES = [
    everyone("GET /inspection-plans", door={*OFFICIALS}),
    everyone("POST /inspection-plans", door=REGULATORS, status=201, body=PLAN, but=NOT_HIS),
    everyone("GET /inspection-plans/{inspection_plan}", door={*OFFICIALS}, but=OUT_OF_SIGHT),
    everyone("GET /inspection-plans/{inspection_plan}/events", door={*OFFICIALS, "auditor"}, but=AUDITED),
    everyone("GET /campaigns/{campaign}/events", door={*OFFICIALS, "auditor"}, but=AUDITED),
    everyone("GET /campaigns", door={*OFFICIALS}),
    everyone("POST /campaigns", door=REGULATORS, status=201, body=campaign, but=NOT_HIS),
    everyone("GET /campaigns/{campaign}", door={*OFFICIALS}, but=OUT_OF_SIGHT),
    everyone("GET /inspection-anomalies", door=WATCHERS),
    get("/inspection-anomalies?region=330324009", door=WATCHERS),
]

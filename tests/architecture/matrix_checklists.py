"""The permission matrix of the checklists: everybody who inspects or is inspected reads, regulators of a county write."""

import yaml

from backend.kernel import ids
from tests.architecture.matrix import READERS, everyone
from tests.loop import CATEGORY

REGULATORS = {"regulator"}
BELOW = {f"regulator/{town}": (403, "auth.no_duty") for town in ("same_region", "look_alike", "foreign")}
ITEM = {"code": "NEW-01", "text": "通道畅通", "category": CATEGORY, "basis": "消防法第二十八条", "deadline_days": 3}
CHECKLISTS = [
    everyone("GET /checklists", door=READERS),
    everyone("GET /checklists/{code}", door=READERS),
    everyone("GET /checklists/{code}/versions/{number}", door=READERS),
    everyone("GET /checklists/{checklist}/events", door={*READERS, "auditor"}),
    everyone(
        "POST /checklists", door=REGULATORS, status=201, but=BELOW,
        body=lambda w, c: {"id": str(ids.new()), "code": "NEW", "name": "新表", "items": [ITEM]},
    ),
    everyone("GET /checklists/{code}/versions/{number}/export?format=xlsx", door=READERS),
    everyone(
        "POST /checklists/imports", door=REGULATORS, status=201, but=BELOW, headers={"Content-Type": "application/yaml"},
        body=yaml.safe_dump({"code": "NEW", "name": "新表", "items": [ITEM]}).encode(),
    ),
    everyone("POST /checklists/{draft}/publications", door=REGULATORS, status=201, body={}, but=BELOW),
    everyone("POST /checklists/{checklist}/retirements", door=REGULATORS, status=201, body={}, but=BELOW),
]  # fmt: skip

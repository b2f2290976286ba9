"""The permission matrix of random draws and look-backs."""

from tests.architecture.matrix import GONE, Row, day, everyone

REGULATORS, DRAW_READERS = {"regulator"}, {"regulator", "inspector", "auditor"}
LOOKERS = {"grid_worker", "inspector", "regulator"}
TOWN = "330324009"
# a draw of the county's is nothing that a town's people oversee
ABOVE = {f"{role}/own": GONE for role in ("inspector", "auditor")}
BELOW = {f"regulator/{town}": (403, "auth.no_duty") for town in ("same_region", "look_alike", "foreign")}
DRAWS = [
    # the county and above draw, each in its own region
    Row(
        "POST /draws",
        lambda w, c: {"pool": {"region": TOWN}, "count": 1, "inspectors": {"region": TOWN}, "reveal_on": day(w, 3)},
        {"regulator": ("own", "parent")}, REGULATORS, but=BELOW,
    ),
    everyone("GET /draws", door=DRAW_READERS),
    *[
        Row(f"GET /draws/{{draw}}{part}", None, dict.fromkeys(DRAW_READERS, "sees"), DRAW_READERS, status=200,
            situation="drawn", but=ABOVE | {"regulator/same_region": GONE})
        for part in ("", "/events")
    ],
    # nobody reveals before its day
    Row("POST /draws/{draw}/reveals", {}, {"regulator": ("own", "parent")}, REGULATORS, status=409, situation="drawn",
        but=BELOW),
    everyone("GET /look-backs", door=LOOKERS),
]  # fmt: skip
PUBLIC = {
    "GET /public/draws", "GET /public/draws/{draw}", "GET /public/look-backs", "GET /public/look-back-keys",
}  # fmt: skip

"""Places: a node of the region tree with its ancestors. Scope is equality on an ancestor column, never a text prefix."""

from dataclasses import asdict, dataclass

LEVELS = ("province", "city", "county", "town", "village", "grid")
DIGITS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village", 15: "grid"}
LABELS = {"province": "省", "city": "设区市", "county": "县(市、区)", "town": "乡镇(街道)", "village": "村(社区)", "grid": "网格"}


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place: one code per level, "" where it has none (龙港 has no real towns, most places no village code)."""

    province: str = ""
    city: str = ""
    county: str = ""
    town: str = ""
    village: str = ""
    grid: str = ""

    @property
    def code(self) -> str:
        """Return the code of the smallest area that is known."""
        return next((getattr(self, level) for level in reversed(LEVELS) if getattr(self, level)), "")

    def columns(self) -> dict[str, str]:
        """Return the six ancestor columns, to be written to a row that stands here."""
        return asdict(self)

"""A few hundred invented enterprises, the same for the same seed: names, trades, towns, grids."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from demo import codes
from demo.cast import GRID_AB, GRID_C, LONGGANG_TOWN, OUBEI, Firm, fixed, grid_of

SEED = 20261


@dataclass(frozen=True, slots=True)
class Town:
    """A town of the demo world: how many grids it has, its share of the enterprises, and about where its middle lies."""

    code: str
    name: str
    county: str
    grids: int
    share: int
    latitude: float
    longitude: float
    trades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade: what its companies are called after, the GB/T 4754 code, risk features."""

    word: str
    industry: str
    features: tuple[str, ...] = ()


TRADES = {
    "valve": Trade("泵阀", "C3443", ("spraying",)),
    "button": Trade("纽扣", "C4119", ("combustible_dust",)),
    "toy": Trade("教玩具", "C2451", ("spraying",)),
    "shoe": Trade("鞋业", "C1952", ()),
    "print": Trade("印刷包装", "C2319", ("confined_space",)),
    "weave": Trade("塑编", "C2923", ()),
    "electric": Trade("电器", "C3823", ()),
    "cast": Trade("铸造", "C3391", ("metal_smelting", "combustible_dust")),
    "wood": Trade("木业家具", "C2110", ("combustible_dust", "spraying")),
    "food": Trade("食品", "C1432", ("ammonia_refrigeration",)),
    "farm": Trade("农产品加工", "C1371", ("confined_space",)),
}
TOWNS = [
    Town(OUBEI, "瓯北街道", "永嘉县", 8, 22, 28.0391, 120.6557, ("valve", "valve", "valve", "cast", "shoe", "electric")),
    Town("330324007", "黄田街道", "永嘉县", 4, 9, 28.0466, 120.7012, ("shoe", "shoe", "valve", "electric")),
    Town("330324006", "三江街道", "永嘉县", 3, 7, 28.0612, 120.7335, ("shoe", "valve", "print")),
    Town("330324008", "乌牛街道", "永嘉县", 4, 9, 28.0527, 120.7891, ("valve", "electric", "wood")),
    Town("330324001", "东城街道", "永嘉县", 2, 4, 28.1549, 120.6966, ("print", "food", "electric")),
    Town("330324002", "北城街道", "永嘉县", 2, 4, 28.1662, 120.6903, ("food", "wood")),
    Town("330324003", "南城街道", "永嘉县", 2, 4, 28.1453, 120.6889, ("print", "electric")),
    Town("330324102", "桥头镇", "永嘉县", 3, 8, 28.1366, 120.4902, ("button", "button", "weave")),
    Town("330324104", "桥下镇", "永嘉县", 4, 10, 28.1251, 120.5604, ("toy", "toy", "wood")),
    Town("330324111", "沙头镇", "永嘉县", 2, 3, 28.2301, 120.7204, ("farm", "wood")),
    Town("330324108", "岩头镇", "永嘉县", 2, 2, 28.3447, 120.7171, ("farm", "food")),
    Town("330324106", "碧莲镇", "永嘉县", 1, 2, 28.2872, 120.5301, ("farm",)),
    Town(LONGGANG_TOWN, "龙港市", "龙港市", 6, 16, 27.5784, 120.5523, ("print", "print", "weave", "weave", "food")),
]
_FIRST = "晨启恒瑞宏新博嘉星远卓立盛凯飞信诚华泰通"
_SECOND = "帆航峰岳澜原舟锐源光桥沃腾宇禾川晟铭达邦"
_ROADS = ["东瓯路", "罗浮大街", "双塔路", "阳光大道", "楠江路", "工业一路", "创业路", "码头路"]

A = Firm(
    fixed("a"), codes.made_up("330324", 1), "永嘉县甲子泵阀有限公司(演示)", "C3443", OUBEI, GRID_AB,
    28.0391, 120.6557, "瓯北街道东瓯工业区演示路1号", "small", "orange", ("spraying", "confined_space"),
)  # fmt: skip
B = Firm(
    fixed("b"), codes.made_up("330324", 2), "永嘉县乙丑塑编有限公司(演示)", "C2923", OUBEI, GRID_AB,
    28.0402, 120.6571, "瓯北街道东瓯工业区演示路3号", "small", "yellow",
)  # fmt: skip
C = Firm(
    fixed("c"), codes.made_up("330383", 3), "龙港市丙寅印刷有限公司(演示)", "C2319", LONGGANG_TOWN, GRID_C,
    27.5784, 120.5523, "龙港市世纪大道演示园区5号", "small", "yellow",
)  # fmt: skip
FIRMS = {"a": A, "b": B, "c": C}


def grids() -> Iterator[tuple[str, str, Town]]:
    """Yield code, name and town of every grid."""
    for town in TOWNS:
        for number in range(1, town.grids + 1):
            yield grid_of(town.code, number), f"{town.name}第{number}网格", town


def others(count: int) -> Iterator[Firm]:
    """Yield `count` further enterprises; the first ones of a longer list are those of a shorter one."""
    dice = random.Random(SEED)  # noqa: S311 - a fixed seed is the point
    names: set[str] = set()
    for number in range(1, count + 1):
        town = dice.choices(TOWNS, [town.share for town in TOWNS])[0]
        yield _firm(number, town, dice, names)


def _firm(number: int, town: Town, dice: random.Random, names: set[str]) -> Firm:
    trade = TRADES[dice.choice(town.trades)]
    while (name := f"{town.county}{dice.choice(_FIRST)}{dice.choice(_SECOND)}{trade.word}有限公司(演示)") in names:
        pass
    names.add(name)
    return Firm(
        fixed(f"firm-{number}"), codes.made_up(town.code[:6], 100 + number), name, trade.industry, town.code,
        grid_of(town.code, dice.randint(1, town.grids)),
        round(town.latitude + dice.uniform(-0.012, 0.012), 6), round(town.longitude + dice.uniform(-0.014, 0.014), 6),
        f"{town.name}{dice.choice(_ROADS)}{dice.randint(1, 299)}号",
        dice.choices(["micro", "small", "medium", "large"], [35, 50, 13, 2])[0],
        dice.choices(["blue", "yellow", "orange", "red"], [40, 40, 17, 3])[0],
        tuple(f for f in trade.features if dice.random() < 0.6),
    )  # fmt: skip

"""The people of the demo world beside the cast: owners and officers, grid workers, inspectors. All invented."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from accounts.policy.roles import Role
from demo import firms
from demo.cast import GRID_AB, GRID_C, LONGGANG, LONGGANG_TOWN, OUBEI, Firm, fixed

_SURNAMES = "陈林黄郑王李周吴徐叶朱潘胡金戴谢蔡何"
_GIVEN = [
    "文军", "丽华", "国强", "晓燕", "志远", "美玲", "海波", "秀珍", "建平", "雪梅",
    "永康", "春兰", "立新", "小红", "大伟", "玉洁", "光明", "佩芬", "一鸣", "少云",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extra:
    """Somebody who is not in the cast, with one duty: at an enterprise, or over a region or grid."""

    id: UUID
    name: str
    phone: str
    role: Role
    enterprise_id: UUID | None = None
    region: str = ""
    licence_no: str = ""


def _name(phone: str) -> str:
    dice = random.Random(f"{firms.SEED}:{phone}")  # noqa: S311 - a fixed seed is the point
    return dice.choice(_SURNAMES) + dice.choice(_GIVEN)


def _official(key: str, number: int, role: Role, region: str) -> Extra:
    phone = f"+861370577{number:04d}"
    licence = f"浙C-演示-1{number:03d}" if role is Role.INSPECTOR else ""
    return Extra(fixed(key), _name(phone), phone, role, None, region, licence)


def officials() -> Iterator[Extra]:
    """Yield the regulator of 龙港, a grid worker for each grid and two inspectors for each town, the cast's excepted."""
    yield _official("regulator_far", 1, Role.REGULATOR, LONGGANG)
    inspectors = {OUBEI: 0, LONGGANG_TOWN: 1}
    number = 1
    for town in firms.TOWNS:
        for nth in range(inspectors.get(town.code, 2)):
            number += 1
            yield _official(f"inspector-{town.code}-{nth}", number, Role.INSPECTOR, town.code)
    for code, _, _ in firms.grids():
        if code not in (GRID_AB, GRID_C):
            number += 1
            yield _official(f"grid_worker-{code}", number, Role.GRID_WORKER, code)


def owner(firm: Firm, number: int) -> Extra:
    """Return the invented owner of an enterprise."""
    phone = f"+861360577{number:04d}"
    return Extra(fixed(f"owner-{firm.id}"), _name(phone), phone, Role.OWNER, firm.id)


def officer(firm: Firm, number: int) -> Extra:
    """Return the invented officer of an enterprise."""
    phone = f"+861350577{number:04d}"
    return Extra(fixed(f"officer-{firm.id}"), _name(phone), phone, Role.OFFICER, firm.id)

"""The cast of the demo world: who is who, with ids, phones and second factors that scripts may rely on.

Everything here is made up. Plain values only: the loader makes rows of them, the journey logs in with them.
"""

import base64
import hashlib
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from accounts.policy.roles import NEEDS_SECOND_FACTOR, Role

YONGJIA, LONGGANG, WENZHOU = "330324", "330383", "3303"
OUBEI, LONGGANG_TOWN = "330324009", "330383198"


def fixed(name: str) -> UUID:
    """Return the id that something named so has in every demo world."""
    return uuid5(NAMESPACE_URL, f"bihuan-demo:{name}")


def grid_of(town: str, number: int) -> str:
    """Return the code of a town's grid: no village code is known, so three zeros stand for it."""
    return f"{town}000{number:03d}"


GRID_AB, GRID_C = grid_of(OUBEI, 1), grid_of(LONGGANG_TOWN, 1)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the cast: `scope` is the key of an enterprise, a region or grid code, or "" for an administrator."""

    key: str
    name: str
    role: Role
    scope: str
    number: int

    @property
    def id(self) -> UUID:
        """Return the account's id."""
        return fixed(self.key)

    @property
    def phone(self) -> str:
        """Return the made-up mobile number in E.164."""
        return f"+8613905770{self.number:03d}"

    @property
    def totp_secret(self) -> str | None:
        """Return the secret (base32) of the second factor, for roles that need one."""
        if self.role not in NEEDS_SECOND_FACTOR:
            return None
        return base64.b32encode(hashlib.sha256(f"bihuan-demo-totp:{self.key}".encode()).digest()[:20]).decode()

    @property
    def licence_no(self) -> str:
        """Return the made-up licence number of an inspector."""
        return f"浙C-演示-{self.number:03d}" if self.role is Role.INSPECTOR else ""


CAST = {
    key: Member(key, name, role, scope, number)
    for number, (key, name, role, scope) in enumerate(
        [
            ("owner_a", "郑建国", Role.OWNER, "a"),
            ("officer_a", "李安全", Role.OFFICER, "a"),
            ("employee_a", "王小勤", Role.EMPLOYEE, "a"),
            ("owner_b", "陈塑华", Role.OWNER, "b"),
            ("officer_b", "吴细心", Role.OFFICER, "b"),
            ("officer_far", "林远帆", Role.OFFICER, "c"),
            ("grid_worker", "周网格", Role.GRID_WORKER, GRID_AB),
            ("grid_worker_far", "黄海滨", Role.GRID_WORKER, GRID_C),
            ("inspector", "徐执法", Role.INSPECTOR, OUBEI),
            ("inspector_2", "朱同行", Role.INSPECTOR, OUBEI),
            ("inspector_far", "蔡龙江", Role.INSPECTOR, LONGGANG_TOWN),
            ("county_inspector", "胡县局", Role.INSPECTOR, YONGJIA),
            ("regulator", "潘监管", Role.REGULATOR, YONGJIA),
            ("regulator_city", "金市局", Role.REGULATOR, WENZHOU),
            ("agency", "何托管", Role.AGENCY, "a"),
            ("auditor", "戴审计", Role.AUDITOR, WENZHOU),
            ("admin", "谢管理", Role.ADMIN, ""),
        ],
        start=1,
    )
}


@dataclass(frozen=True, slots=True)
class Firm:
    """An enterprise of the demo world; degrees are WGS-84."""

    id: UUID
    uscc: str
    name: str
    industry: str
    region: str
    grid: str
    latitude: float
    longitude: float
    address: str
    size_class: str = "small"
    risk: str = "yellow"
    risk_features: tuple[str, ...] = ()

"""Roles (职责) and what kind of scope each has; lifecycle.md §2."""

from enum import StrEnum


class Role(StrEnum):
    """What a duty lets a person be. One person may hold several."""

    OWNER = "owner"
    OFFICER = "officer"
    EMPLOYEE = "employee"
    GRID_WORKER = "grid_worker"
    INSPECTOR = "inspector"
    REGULATOR = "regulator"
    AGENCY = "agency"
    AUDITOR = "auditor"
    ADMIN = "admin"


LABELS = {
    Role.OWNER: "主要负责人",
    Role.OFFICER: "安全管理员",
    Role.EMPLOYEE: "员工",
    Role.GRID_WORKER: "网格员",
    Role.INSPECTOR: "执法人员",
    Role.REGULATOR: "监管干部",
    Role.AGENCY: "社会化服务机构",
    Role.AUDITOR: "审计员",
    Role.ADMIN: "系统管理员",
}
CHOICES = [(role.value, label) for role, label in LABELS.items()]
MEMBERS = frozenset({Role.OWNER, Role.OFFICER, Role.EMPLOYEE})
BOUND_TO_ENTERPRISE = MEMBERS | {Role.AGENCY}
OFFICIALS = frozenset({Role.GRID_WORKER, Role.INSPECTOR, Role.REGULATOR})
BOUND_TO_REGION = OFFICIALS | {Role.AUDITOR}
NEEDS_SECOND_FACTOR = frozenset({Role.INSPECTOR, Role.REGULATOR, Role.AUDITOR, Role.ADMIN})
# 三员分立: an administrator or auditor holds no business duty beside it
EXCLUSIVE = frozenset({Role.ADMIN, Role.AUDITOR})
EVERYBODY = frozenset(Role)

"""`manage.py serve`: everything of the embedded default in one process tree. `make run` calls it."""

from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from backend.kernel import clock, preparation
from backend.kernel.calendar import YearUnknown
from backend.kernel.supervisor import Child, Supervisor

HOST = "127.0.0.1"


def _answers() -> bool:
    """Return whether the web server answers already."""
    try:
        with urlopen(f"http://{HOST}:{settings.PORT}/api/v1/health/live", timeout=1):
            return True
    except OSError:
        return False


class Command(BaseCommand):
    help = "接口、网页与后台任务一起启动 / serve API, pages and background work"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not preparation.port_is_free(HOST, settings.PORT):
            raise CommandError(f"端口 {settings.PORT} 已被占用,请换一个:PORT=8001 make run / port {settings.PORT} is taken")
        try:
            preparation.prepare(at=clock.now())
        except YearUnknown as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"数据库无法连接 / the database cannot be reached: {error}") from error
        children = [Child(["web"]), Child(["work"])]
        if settings.DEMO and "demo" in get_commands():
            children.append(Child(["demo", "--history", "--if-empty"], lasting=False))
        self._welcome()
        Supervisor(children, _answers).run()

    def _welcome(self) -> None:
        lines = [f"闭环 Bihuan  {settings.PUBLIC_URL}  (接口 {settings.PUBLIC_URL}/api/v1, 接口说明 /api/v1/openapi.json)"]
        if settings.DEMO:
            lines.append("演示数据:登录短信写入 " + settings.SMS_URL.removeprefix("file://"))
            lines.append("名单 / cast: .venv/bin/python manage.py demo    令牌 / token: .venv/bin/python manage.py token 手机号")
        lines.append("按 Ctrl-C 停止 / press Ctrl-C to stop")
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

"""`manage.py journey`: tells the whole loop as a story over HTTP against a running server."""

import logging
from io import StringIO
from pathlib import Path
from typing import Any

from bihuan_client.errors import ClientError
from bihuan_client.words import say
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from backend.kernel import clock
from demo.cast import CAST
from demo.journey import story
from demo.journey.codes import SmsFile
from demo.journey.run import Run
from demo.journey.telling import Surprise, Teller


class Command(BaseCommand):
    help = "用一个故事走完隐患闭环 / tell the whole loop as a story over HTTP"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--url", default=f"http://127.0.0.1:{settings.PORT}", help="服务地址 / where the server is")
        parser.add_argument("--photos", type=Path, help="照片文件夹;不给则自绘 / a folder of photos; drawn ones if left out")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")
        parser.add_argument(
            "--token", action="append", default=[], metavar="KEY=TOKEN", help="已有会话 / a session made elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        tokens = dict(self._token(text) for text in options["token"])
        if options["photos"] is not None and not options["photos"].is_dir():
            raise CommandError(f"没有这个文件夹 / no such folder: {options['photos']}")
        teller = Teller(lang=options["lang"], write=self._write)
        run = Run(
            url=options["url"], teller=teller, sms=SmsFile(settings.SMS_URL), tokens=tokens, token_of=self._issue, at=clock.now()
        )
        try:
            story.tell(run, photos=options["photos"])
        except Surprise as surprise:
            raise CommandError("\n".join(surprise.lines())) from surprise
        except ClientError as error:
            raise CommandError(f"{say(error.name, 'zh', **error.facts)} / {say(error.name, 'en', **error.facts)}") from error
        self._write("\n闭环走完,一切如料。" if options["lang"] == "zh" else "\nThe loop is closed, and all was as it should be.")

    def _token(self, text: str) -> tuple[str, str]:
        key, _, token = text.partition("=")
        if key not in CAST or not token:
            raise CommandError(f"--token 应为 KEY=TOKEN / --token is KEY=TOKEN: {text.partition('=')[0]}")
        return key, token

    def _issue(self, phone: str) -> str:
        out = StringIO()
        call_command("token", phone, stdout=out)
        return out.getvalue().strip().split("\n")[-1]

    def _write(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

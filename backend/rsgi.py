"""The application as the web server calls it: bodies first, then a thread."""

from django.conf import settings

from backend.kernel.front.bodies import Bodies, Limits
from backend.kernel.front.front import Front
from backend.wsgi import application as wsgi

_folder = settings.VAR_DIR / "bodies"
_folder.mkdir(parents=True, exist_ok=True)
application = Front(wsgi, threads=settings.WEB_THREADS, bodies=Bodies(_folder, Limits()))

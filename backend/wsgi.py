"""The WSGI application; `backend.rsgi` stands before it."""

import os

from django.core.wsgi import get_wsgi_application

from backend.kernel import keepalive, lifeline

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
if server := os.environ.pop("BIHUAN_WEB", ""):
    lifeline.tie(parent=int(server))
    keepalive.soon()
application = get_wsgi_application()

"""One settings file for the embedded default and for production; what differs is read from `env`."""

import secrets
from typing import Any

import dj_database_url

from backend import env as environment
from backend.celery import FOLLOWERS, LISTENERS, TIMETABLE
from backend.kernel import files

env = environment.load()
BASE_DIR = environment.ROOT
VAR_DIR = env.var
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """Return SECRET_KEY; the embedded default keeps one it made itself in VAR_DIR."""
    if env.SECRET_KEY:
        return env.SECRET_KEY
    file = VAR_DIR / "secret.key"
    files.write_once(file, secrets.token_hex(32).encode())
    return file.read_text()


SECRET_KEY = _secret_key()
DEBUG = env.DEBUG
DEMO = env.DEMO
PRODUCTION = env.production
ALLOWED_HOSTS = [host.strip() for host in env.ALLOWED_HOSTS.split(",") if host.strip()]
PUBLIC_URL = (env.PUBLIC_URL or f"http://127.0.0.1:{env.PORT}").rstrip("/")
RATE_SCALE = env.RATE_SCALE or (100.0 if DEMO else 1.0)
TRUSTED_PROXIES = env.TRUSTED_PROXIES
PORT, WEB_THREADS, WEB_WORKERS, WORKERS = env.PORT, env.WEB_THREADS, env.WEB_WORKERS, env.WORKERS

INSTALLED_APPS = [
    "backend.kernel",
    "accounts",
    "notifications",
    "media",
    "enterprises",
    "hazards",
    "inspections",
    "grading",
    "oversight",
    "sync",
    "demo",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
MIDDLEWARE = [
    "backend.kernel.web.middleware.request_id",
    "media.middleware.resumable",
    "backend.kernel.web.middleware.one_shape",
    "backend.kernel.web.middleware.Anticipated",
    "accounts.middleware.limited",
    "backend.kernel.web.middleware.head",
    "accounts.login.guard.Guard",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ROOT_URLCONF = "backend.urls"
WSGI_APPLICATION = "backend.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
# photos are read piece by piece; nothing else is larger than the 1 MiB of /sync/acts
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 50
DATA_UPLOAD_MAX_NUMBER_FILES = 12
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024


def _database() -> dict[str, Any]:
    """Return the one database: SQLite in VAR_DIR, or what DATABASE_URL names."""
    config: dict[str, Any] = dict(dj_database_url.parse(env.DATABASE_URL or f"sqlite:///{VAR_DIR / 'bihuan.sqlite3'}"))
    if "sqlite" in config["ENGINE"]:
        pragmas = "journal_mode=WAL synchronous=FULL foreign_keys=ON wal_autocheckpoint=0 temp_store=MEMORY cache_size=-20000"
        config["CONN_MAX_AGE"] = None
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "".join(f"PRAGMA {pragma};" for pragma in pragmas.split()),
        }
        return config
    limits = "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=15s -c synchronous_commit=on"
    config["CONN_MAX_AGE"] = 0
    # one empty query per request: a connection that died while it lay in the pool is replaced instead of costing a 503
    config["CONN_HEALTH_CHECKS"] = True
    # the pool doubles its pauses between attempts until it gives up, by default for five minutes: after an outage the
    # database would be back long before anybody is served; two seconds, then the next request tries anew
    pool = {"min_size": 1, "max_size": env.WEB_THREADS + 2, "timeout": 3, "reconnect_timeout": 2}
    config["OPTIONS"] = {"options": limits, "pool": pool}
    return config


DATABASES = {"default": _database()}
CACHES: dict[str, Any] = {
    "default": (
        {"BACKEND": "backend.kernel.cache.Cache", "LOCATION": env.REDIS_URL}
        if env.REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}
REDIS_URL = env.REDIS_URL
STORAGE_URL = env.STORAGE_URL or f"file://{VAR_DIR / 'media'}"
SMS_URL = env.SMS_URL or f"file://{VAR_DIR / 'sms.jsonl'}"
SMS_SECRET, SMS_TIMEOUT = env.SMS_SECRET, env.SMS_TIMEOUT
RECEIPT_KEY_FILE = env.RECEIPT_KEY_FILE or VAR_DIR / "receipt.key"
AUDIT_KEY_FILE = env.AUDIT_KEY_FILE or VAR_DIR / "audit.key"
JOB_HINTS = ["backend.hints.hint"] if env.REDIS_URL else []
CATALOGUE_DIR = BASE_DIR / "catalogue"
# commands that fill what a new or changed database needs; each changes nothing when run again
AFTER_MIGRATE = ["load_catalogue", "load_checklists", "keep_day_keys", "fill_changes", "prepare_storage", "plan_self_inspections"]
# what rooms tell `doctor`: functions of an instant that return findings
FINDINGS = ["media.actions.park.findings", "grading.queries.recomputations.findings"]
# pages of docs/ drawn from the code: file name -> function that returns its text
PAGES = {
    "lifecycle.md": "hazards.pages.lifecycle", "problems.md": "backend.kernel.pages_of_docs.problems",
    "visits.md": "inspections.pages.of_visits",
}  # fmt: skip

# Accounts: allauth headless, app client only (api.md §2)
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 180 * 24 * 3600
ACCOUNT_ADAPTER = "accounts.login.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
# resending to an unknown number raises in the library; asking again does the same
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = False
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# our own limits stand in front of it (accounts/login/limits.py)
ACCOUNT_RATE_LIMITS = False
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "accounts.login.adapter.Tokens"  # noqa: S105 - the name of a class
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "闭环"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False
SOCIALACCOUNT_ADAPTER = "accounts.login.oidc.Adapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if env.OIDC_URL:
    app = {"provider_id": "gov", "name": "政务账号", "client_id": env.OIDC_CLIENT_ID, "secret": env.OIDC_SECRET}
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {"APPS": [{**app, "settings": {"server_url": env.OIDC_URL}}]}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname).1s %(name)s %(message)s"},
        "json": {"()": "backend.kernel.logs.JSONLines"},
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": env.LOG_FORMAT}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "fontTools": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}

__all__ = ["FOLLOWERS", "LISTENERS", "TIMETABLE"]

"""Every setting of operations.md: read once, from the environment or `.env`, refused with a sentence when it is bad."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlparse

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
# option of an s3:// address -> the form of its value
S3_OPTIONS = {
    "region": r"[a-z0-9-]{1,40}", "secure": "[01]", "style": "path|virtual", "public": r"https?://[^/?#@]+",
    "sse": "AES256|aws:kms", "kms": r"[A-Za-z0-9:/_-]{1,200}",
}  # fmt: skip
SCHEMES = {
    "DATABASE_URL": ("sqlite", "postgresql", "postgres"), "REDIS_URL": ("redis", "rediss"), "STORAGE_URL": ("file", "s3"),
    "SMS_URL": ("file", "http", "https"), "PUBLIC_URL": ("http", "https"), "OIDC_URL": ("http", "https"),
}  # fmt: skip
HERE = ("127.0.0.1", "localhost", "::1")
SECRET_WORDS = ("KEY", "SECRET", "PASSWORD", "TOKEN")


class BadSetting(SystemExit):
    """A setting that cannot be used: the start stops with a sentence that names it."""


class Env(BaseSettings):
    """The variables, their types and defaults. Adding one here makes `doctor` print it and the README table due."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", case_sensitive=True, env_ignore_empty=True)

    PORT: int = Field(8000, ge=1, le=65535)
    VAR_DIR: Path = Path("var")
    SECRET_KEY: str = ""
    ALLOWED_HOSTS: str = "127.0.0.1,localhost,[::1]"
    DEBUG: bool = False
    DEMO: bool = False
    DATABASE_URL: str = ""
    REDIS_URL: str = ""
    STORAGE_URL: str = ""
    SMS_URL: str = ""
    RECEIPT_KEY_FILE: Path | None = None
    AUDIT_KEY_FILE: Path | None = None
    PUBLIC_URL: str = ""
    TRUSTED_PROXIES: int = Field(0, ge=0, le=5)
    LOG_FORMAT: Literal["plain", "json"] = "plain"
    RATE_SCALE: float = Field(0, ge=0, le=10_000, allow_inf_nan=False)
    OIDC_URL: str = ""
    OIDC_CLIENT_ID: str = ""
    OIDC_SECRET: str = ""
    SMS_SECRET: str = ""
    SMS_TIMEOUT: float = Field(10, gt=0, le=60)
    WEB_THREADS: int = Field(8, ge=1, le=64)
    WEB_WORKERS: int = Field(1, ge=1, le=64)
    WORKERS: int = Field(2, ge=1, le=32)

    @field_validator(*SCHEMES)
    @classmethod
    def _known_scheme(cls, value: str, info: ValidationInfo) -> str:
        known = SCHEMES[info.field_name or ""]
        try:
            place = urlparse(value)
            _ = place.port
        except ValueError as error:
            raise ValueError(f"{info.field_name} is no address: {error}") from error
        if value and place.scheme not in known:
            raise ValueError(f"{info.field_name} begins with {' or '.join(f'{scheme}://' for scheme in known)}")
        if place.scheme in ("http", "https") and not place.hostname:
            raise ValueError(f"{info.field_name} names no host")
        return value

    @field_validator("STORAGE_URL")
    @classmethod
    def _whole_bucket(cls, value: str) -> str:
        place = urlparse(value)
        if place.scheme != "s3":
            return value
        if not place.hostname or not place.path.strip("/"):
            raise ValueError("an s3:// address names a host and a bucket")
        for name, said in parse_qsl(place.query, keep_blank_values=True):
            if not re.fullmatch(S3_OPTIONS.get(name, "(?!)"), said):
                raise ValueError(f"{name}={said!r} is no option of an s3:// address")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> "Env":
        if self.production and self.SECRET_KEY and len(self.SECRET_KEY) < 50:
            raise ValueError("SECRET_KEY must have at least 50 characters in production")
        if self.production and not self.SECRET_KEY:
            raise ValueError("SECRET_KEY is required in production")
        broker = urlparse(self.REDIS_URL)
        if (self.DEBUG or self.DEMO) and self.REDIS_URL and broker.hostname not in HERE:
            raise ValueError("DEBUG and DEMO are never on together with production settings: REDIS_URL names another machine")
        if self.SMS_URL.startswith("http") and len(self.SMS_SECRET) < 16:
            raise ValueError("SMS_SECRET must have at least 16 characters when SMS_URL is an HTTP gateway")
        if self.production and "*" in self.ALLOWED_HOSTS:
            raise ValueError("ALLOWED_HOSTS must name hosts in production")
        if self.production and not broker.password and broker.hostname not in HERE:
            raise ValueError("REDIS_URL must carry a password in production, unless Redis is on this machine")
        if self.production and self.RATE_SCALE > 1:
            raise ValueError("RATE_SCALE above 1 is refused in production")
        if self.OIDC_URL and not self.OIDC_CLIENT_ID:
            raise ValueError("OIDC_URL needs OIDC_CLIENT_ID")
        return self

    @property
    def production(self) -> bool:
        """Return whether this runs for real: a broker is configured and neither DEMO nor DEBUG is asked for."""
        return bool(self.REDIS_URL) and not (self.DEMO or self.DEBUG)

    @property
    def var(self) -> Path:
        """Return the absolute directory of everything this installation writes."""
        return self.VAR_DIR if self.VAR_DIR.is_absolute() else ROOT / self.VAR_DIR

    def source(self, name: str) -> str:
        """Return where the value of `name` came from, for doctor."""
        return "environment" if name in os.environ else ("default" if name not in self.model_fields_set else ".env")


def shown(name: str, value: object) -> str:
    """Return a value as doctor may print it: secrets masked, passwords inside addresses too."""
    text = "" if value is None else str(value)
    if "URL" in name:
        return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", text)
    return "***" if text and any(word in name for word in SECRET_WORDS) and not name.endswith("_FILE") else text


@lru_cache(maxsize=1)
def load() -> Env:
    """Return the settings of this process, or stop the start with a sentence for each bad one."""
    try:
        return Env()
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors()]
        raise BadSetting("设置有误 / bad setting: " + "; ".join(lines)) from None

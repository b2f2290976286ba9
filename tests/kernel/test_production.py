"""What only production does: names its hosts, insists on TLS, refuses unsafe settings in one sentence."""

import pytest

from backend import env as environment
from backend.env import BadSetting
from tests.api import Api, problem

GOOD = {"REDIS_URL": "redis://:secret@redis:6379/0", "SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "bihuan.example"}


@pytest.fixture
def started(monkeypatch):
    def start(**variables):
        for name in environment.Env.model_fields:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        environment.load.cache_clear()
        return environment.load()

    yield start
    environment.load.cache_clear()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"RATE_SCALE": "2"}, "RATE_SCALE"),
        ({"REDIS_URL": "redis://redis:6379/0"}, "REDIS_URL"),
        ({"REDIS_URL": "gopher://redis"}, "REDIS_URL"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"DEMO": "1"}, "DEMO"),
        ({"DEBUG": "1", "SECRET_KEY": "short", "ALLOWED_HOSTS": "*", "RATE_SCALE": "100"}, "DEBUG"),
        ({"DATABASE_URL": "foo"}, "DATABASE_URL"),
        ({"DATABASE_URL": "redis://elsewhere"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://u@host:eighty/x"}, "DATABASE_URL"),
        ({"PUBLIC_URL": "notaurl"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://"}, "PUBLIC_URL"),
        ({"RATE_SCALE": "nan"}, "finite"),
        ({"PORT": "99999"}, "PORT"),
        ({"PORT": "eighty"}, "PORT"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"SMS_URL": "https://sms.example/send"}, "SMS_SECRET"),
        ({"STORAGE_URL": "s3://k:s@storage:8333"}, "STORAGE_URL"),
        ({"STORAGE_URL": "s3://k:s@storage:8333/photos?regoin=local"}, "regoin"),
        ({"STORAGE_URL": "s3://k:s@storage:8333/photos?style=paht"}, "style"),
        ({"STORAGE_URL": "s3://k:s@storage:8333/photos?public=https://x/y"}, "public"),
        ({"STORAGE_URL": "s3://k:s@storage:8333/photos?sse="}, "sse"),
    ],
)
def test_a_bad_setting_stops_the_start_with_a_sentence_that_names_it(started, changed, named):
    with pytest.raises(BadSetting, match=named):
        started(**GOOD | changed)


def test_good_production_settings_start(started):
    assert started(**GOOD).production
    assert not started(**GOOD | {"REDIS_URL": "redis://127.0.0.1:6379/0"}, DEMO="1").production
    whole = (
        "s3://k:s@storage:8333/photos?region=local&public=https://photos.example.cn:8443&style=path&secure=0&sse=aws:kms&kms=k1"
    )
    assert whole == started(**GOOD, STORAGE_URL=whole).STORAGE_URL


def test_doctor_shows_where_a_value_came_from_and_masks_secrets(started):
    env = started(**GOOD)
    assert (env.source("SECRET_KEY"), env.source("PORT")) == ("environment", "default")
    assert environment.shown("SECRET_KEY", env.SECRET_KEY) == "***"
    assert environment.shown("REDIS_URL", env.REDIS_URL) == "redis://:***@redis:6379/0"
    assert environment.shown("RECEIPT_KEY_FILE", "var/receipt.key") == "var/receipt.key"


@pytest.mark.django_db
def test_a_foreign_host_name_is_refused_and_tls_insisted_on_in_production(settings):
    settings.PRODUCTION = True
    assert Api().get("/health/live")["Strict-Transport-Security"].startswith("max-age=63072000")
    assert problem(Api().get("/health/live", Host="evil.example")) == (400, "request.malformed")
    settings.PRODUCTION = False
    assert "Strict-Transport-Security" not in Api().get("/health/live")

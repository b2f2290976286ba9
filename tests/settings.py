"""Settings of the test suite: the product's own, read under an environment that no developer's `.env` reaches."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from backend import env as environment

VAR = Path(tempfile.mkdtemp(prefix="bihuan-test-"))
atexit.register(shutil.rmtree, VAR, ignore_errors=True)

OUTSIDE = {"DATABASE_URL", "REDIS_URL"}  # the only two that a caller chooses
for name in set(environment.Env.model_fields) - OUTSIDE:
    os.environ.pop(name, None)
os.environ |= {"VAR_DIR": str(VAR), "RATE_SCALE": "10000", "SECRET_KEY": "for-tests-only-" * 5, "DEMO": "0"}
os.environ["REDIS_URL"] = ""
environment.Env.model_config["env_file"] = None
environment.load.cache_clear()

from backend import settings as product  # noqa: E402 - the environment above has to stand first

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})
DATABASES = product.DATABASES
DATABASES["default"]["TEST"] = {"NAME": None}
if "options" in DATABASES["default"].get("OPTIONS", {}):
    # a test holds its transaction open however long a busy machine lets it wait
    DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"
if "options" in DATABASES["default"].get("OPTIONS", {}):
    # a test holds its transaction open however long the machine lets it wait
    DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # a file and not memory: threads of one test need connections of their own
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
# Argon2 as in production costs 64 ms a hash; only tests about hashing put it back
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

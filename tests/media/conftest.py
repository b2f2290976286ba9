"""Photos of a test lie in a folder of its own; whatever happens, no temp file stays there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import boto3
import pytest
from moto.server import ThreadedMotoServer

from backend.kernel import ids
from media.storage import store as store_in_use
from media.storage.s3 import S3Store
from tests.api import Api
from tests.cable import Cable
from tests.cast import Cast


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Give the folder of the store."""
    settings.STORAGE_URL = f"file://{tmp_path / 'media'}"
    yield tmp_path / "media"
    spools = (tmp_path / "media" / "spool", tmp_path / "spool")
    left = [path.name for spool in spools for path in spool.glob("*") if not path.name.endswith("-kept")]
    assert left == [], "a temp file was left behind"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[tuple[str, int]]:
    """Give host and port of a server that speaks S3. It believes every signature: tests/media/policies.py does not."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    yield moto.get_host_and_port()
    moto.stop()


@pytest.fixture
def wire(s3_server: tuple[str, int]) -> Iterator[Cable]:
    """Give the wire between the product and that server."""
    cable = Cable(s3_server)
    yield cable
    cable.thaw()
    cable.cut()


@pytest.fixture
def s3_url(wire: Cable, s3_server: tuple[str, int]) -> str:
    """Give the address, by the wire, of a bucket of the test's own; phones reach it past the wire."""
    name, real = f"photos-{ids.new().hex[-12:]}", "http://{}:{}".format(*s3_server)
    options = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=real, **options).create_bucket(Bucket=name)
    return f"s3://key:secret@127.0.0.1:{wire.port}/{name}?region=us-east-1&public={real}"


@pytest.fixture
def s3(s3_url: str, settings: Any, tmp_path: Path) -> S3Store:
    """Let the product keep its photos in that bucket, and give its store."""
    settings.STORAGE_URL, settings.VAR_DIR = s3_url, tmp_path
    return cast(S3Store, store_in_use())


@pytest.fixture
def officer(api: Api, cast: Cast) -> Api:
    """Give a client of the officer of A."""
    return api.as_(cast.officer_a)

"""Photos of a test lie in a folder of its own; whatever happens, no temp file stays there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api import Api
from tests.cast import Cast


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Give the folder of the store."""
    settings.STORAGE_URL = f"file://{tmp_path / 'media'}"
    yield tmp_path / "media"
    left = [path.name for path in (tmp_path / "media" / "spool").glob("*") if not path.name.endswith("-kept")]
    assert left == [], "a temp file was left behind"


@pytest.fixture
def officer(api: Api, cast: Cast) -> Api:
    """Give a client of the officer of A."""
    return api.as_(cast.officer_a)

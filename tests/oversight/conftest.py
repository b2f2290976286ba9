import pytest

from tests.story import Story


@pytest.fixture
def story(api, cast, frozen):
    return Story(api, cast, frozen)

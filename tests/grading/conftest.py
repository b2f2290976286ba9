import pytest

from tests.grading.contests import Contest
from tests.story import Story


@pytest.fixture
def story(api, cast, frozen):
    return Story(api, cast, frozen)


@pytest.fixture
def contest(api, cast, frozen):
    return Contest(api, cast, frozen)

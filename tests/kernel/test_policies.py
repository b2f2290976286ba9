"""Policies: versioned documents; the one in force at an instant decides, and the empty table means the defaults."""

import pytest
from pydantic import BaseModel, ValidationError

from backend.kernel import policies
from backend.kernel.models import PolicyVersion
from tests.cast import DAY, NOON, SECOND, fixed

pytestmark = pytest.mark.django_db


class Rates(BaseModel):
    share: float = 0.05


@pytest.fixture
def rates():
    yield policies.register("test.rates", Rates)
    policies.KINDS.pop("test.rates")


def adopt(version, since, **document):
    PolicyVersion.objects.create(
        id=fixed(f"p{version}"), kind="test.rates", version=version, effective_from=since, document=document, reason="试行"
    )
    policies.forget()


def test_without_a_version_the_defaults_are_in_force(rates):
    assert rates(NOON) == policies.InForce(0, Rates())


def test_a_version_is_in_force_from_its_instant_on_and_the_latest_wins(rates):
    adopt(1, NOON, share=0.1)
    adopt(2, NOON + DAY, share=0.2)
    found = [(rates(at).version, rates(at).document.share) for at in (NOON - SECOND, NOON, NOON + DAY - SECOND, NOON + DAY)]
    assert found == [(0, 0.05), (1, 0.1), (1, 0.1), (2, 0.2)]


def test_a_document_that_does_not_fit_is_not_used_in_silence(rates):
    adopt(1, NOON, share="much")
    with pytest.raises(ValidationError):
        rates(NOON)


def test_versions_are_read_once_every_few_seconds(rates, statements):
    with statements() as ran:
        for _ in range(10):
            rates(NOON)
    assert len(ran) == 1
    assert policies.as_public(PolicyVersion(kind="test.rates", version=1, effective_from=NOON, document={}))["version"] == 1

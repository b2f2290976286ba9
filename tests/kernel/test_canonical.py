"""RFC 8785, on the vectors of its own appendices."""

import pytest
import rfc8785

from backend.kernel import canonical


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ([333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001], "[333333333.3333333,1e+30,4.5,0.002,1e-27]"),
        ({"\u20ac": "Euro", "\r": "CR", "\ufb33": "Dalet", "1": "One", "\U0001f600": "Smiley", "\u0080": "Control", "ö": "o"},
         '{"\\r":"CR","1":"One","\u0080":"Control","ö":"o","€":"Euro","😀":"Smiley","\ufb33":"Dalet"}'),
        ("€$\u000f\nA'B\"\\\\\"/", '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        (-0.0, "0"),
    ],
)  # fmt: skip
def test_canonical_json_is_as_the_rfc_prints_it(value, text):
    assert canonical.dumps(value) == text.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, {1: "a"}])
def test_what_json_cannot_carry_is_refused(value):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical.dumps(value)


def test_the_order_of_members_does_not_change_the_digest():
    assert canonical.digest({"a": 1, "b": 2}) == canonical.digest({"b": 2, "a": 1})
    assert canonical.digest({"a": 1}) != canonical.digest({"a": 2})

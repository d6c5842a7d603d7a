"""A handler's body as bytes, and the numbers that JSON cannot hold."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from metermock.errors import NotJsonError
from metermock.server.json_body import encoded, json_bytes

NAN = float("nan")


@pytest.mark.parametrize("rows", [0, 1, 40])
@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: [value], lambda value: {"a": (value,)}])
def test_an_odd_number_is_refused_however_large_the_body(rows: int, wrap: Any) -> None:
    """NaN is found behind no, few and many other objects; with a finite number there, all is written."""
    body = {"rows": [{"n": number, "none": None} for number in range(rows)], "last": wrap(NAN)}
    with pytest.raises(NotJsonError, match="last"):
        json_bytes(body)

    body["last"] = wrap(1.5)

    assert json.loads(json_bytes(body))["rows"] == body["rows"]


def test_parts_that_are_written_already_stay_as_they_are() -> None:
    """A written part may say null."""
    assert json_bytes({"part": orjson.Fragment(b"[null]")}) == b'{"part":[null]}'


def test_integers_beyond_64_bits_are_written_with_all_their_digits() -> None:
    """JSON bounds no integer (RFC 8259, 6): a schema may have one as a bound, and a client may send one."""
    body = {
        "wei": [10**30, -(2**63) - 1, (2**64,)],
        "fits": [2**64 - 1, -(2**63)],
        "part": orjson.Fragment(b"1"),
    }

    assert json_bytes(body) == (
        b'{"wei":[1000000000000000000000000000000,-9223372036854775809,[18446744073709551616]],'
        b'"fits":[18446744073709551615,-9223372036854775808],"part":1}'
    )


def test_what_is_no_json_at_all_is_refused_as_before() -> None:
    """The second try is for integers alone."""
    with pytest.raises(TypeError, match="set"):
        encoded({"big": 10**30, "set": {1}})

"""Formats of numbers and texts: what the registry of OpenAPI says of them is what is checked, everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.formats import NUMBER_FORMATS, TEXT_FORMATS
from mockade.errors import SetupError
from tests.contract.documents import violations_of, words_at
from tests.contracts import contract, crud
from tests.harness import Mock
from tests.middleware.one_operation import fault, handler

NUMBERS: dict[str, tuple[list[float], list[float]]] = {
    "int8": ([-128, 127, 1.0], [-129, 128, 1.5]),
    "int16": ([-32768, 32767], [-32769, 32768]),
    "int32": ([-(2**31), 2**31 - 1], [-(2**31) - 1, 2**31, 0.5]),
    "int64": ([-(2**63), 2**63 - 1], [2**63, 1e19]),
    "uint8": ([0, 255], [-1, 256]),
    "uint16": ([0, 65535], [-1, 65536]),
    "uint32": ([0, 2**32 - 1], [-1, 2**32]),
    "uint64": ([0, 2**64 - 1], [-1, 1e20]),
    "double-int": ([2**53 - 1], [2**53, 0.5]),
    "float": ([3.4e38, -3.4e38, 0.1, 16777217, 1e-60], [3.5e38, -1e39, 10**40]),
    "double": ([1.7e308, -1.7e308, 2**70], [10**309]),
    "sf-integer": ([999_999_999_999_999], [10**15, 0.5]),
    "sf-decimal": ([999_999_999_999.999, 0.001], [0.0001, 10**12]),
}
"""By format, numbers that are of it, and that are not."""

TEXTS: dict[str, tuple[list[str], list[str]]] = {
    "semver": (["1.2.3-rc.1+b"], ["1.2", "01.2.3"]),
    "byte": (["", "aGk=", "+/+/"], ["aGk", "a", "@@@", "aGk=\n", "_-_-"]),
    "base64url": (["aGk", "aGk=", "_-_-"], ["a", "+/+/"]),
    "char": (["x", "é"], ["", "xy"]),
    "int64": (["9223372036854775807", "-1"], ["9223372036854775808", "1.5", "one"]),
    "uint64": (["18446744073709551615"], ["-1", "18446744073709551616"]),
    "decimal": (["-12.50", "3"], ["1e3", "1.", "12,5"]),
    "decimal128": (["1e3", "NaN", "-INF"], ["inf", f"1.{'2' * 40}"]),
    "date-time-local": (["2026-01-05T12:00:00"], ["2026-01-05T12:00:00Z", "2026-02-30T12:00:00"]),
    "time-local": (["12:00:00.5"], ["12:00:00Z", "25:00:00"]),
    "http-date": (
        ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"],
        ["Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "1994-11-06"],
    ),
    "media-range": (["*/*", "text/*;q=0.5", "application/json"], ["json", "a/b/c"]),
    "sf-binary": ([":aGk=:"], ["aGk="]),
    "sf-boolean": (["?1"], ["true"]),
    "sf-string": (['"a \\" b"'], ["a", '"é"', '"\\a"']),
    "sf-token": (["*a/b:c"], ["1a", '"a"']),
}
"""By format, texts that are of it, and that are not."""


@pytest.mark.parametrize("format", NUMBER_FORMATS)
def test_a_number_is_of_its_format_or_a_violation_at_the_line_of_the_format(
    tmp_path: Path, format: str
) -> None:
    good, bad = NUMBERS[format]
    for type_ in ("number", ["number", "null"]):
        schema = {"type": type_, "format": format}
        for number in good:
            assert violations_of(tmp_path, schema, number, version="3.1.0") == []
        for number in bad:
            (violation,) = violations_of(tmp_path, schema, number, version="3.1.0")
            assert (violation.rule, violation.expected) == ("format", format)
            assert words_at(violation.source).startswith('"format"')


@pytest.mark.parametrize("format", TEXT_FORMATS)
def test_a_text_is_of_its_format_or_a_violation(tmp_path: Path, format: str) -> None:
    good, bad = TEXTS[format]
    for text in good:
        assert violations_of(tmp_path, {"type": "string", "format": format}, text) == []
    for text in bad:
        (violation,) = violations_of(tmp_path, {"type": "string", "format": format}, text)
        assert (violation.rule, violation.expected) == ("format", format)


def test_a_format_and_bounds_hold_both_and_the_narrower_is_told(tmp_path: Path) -> None:
    schema = {"type": "number", "format": "int32", "maximum": 10, "minimum": -1e12, "multipleOf": 1.5}
    assert violations_of(tmp_path, schema, 9) == []
    (most,) = violations_of(tmp_path, schema, 12)
    assert (most.rule, most.expected) == ("maximum", 10)
    (least,) = violations_of(tmp_path, schema, -6e9)
    assert least.message == (
        "-6000000000.0 is not a valid int32, which is a whole number from -2147483648 to 2147483647."
    )
    assert [one.rule for one in violations_of(tmp_path, schema, 1.5)] == ["format"]


def test_a_format_of_numbers_says_nothing_of_texts_nor_an_unknown_one_of_anything(tmp_path: Path) -> None:
    assert violations_of(tmp_path, {"format": "int32"}, "text") == []
    assert violations_of(tmp_path, {"format": "byte"}, 5) == []
    assert violations_of(tmp_path, {"type": "number", "format": "furlong"}, 1e300) == []


COUNT = {"type": "integer", "format": "int32"}
WIDGET = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "count": COUNT, "data": {"type": "string", "format": "byte"}},
}
LARGE = 2**31


def widgets() -> str:
    paths: dict[str, Any] = crud("/widgets", {"$ref": "#/components/schemas/Gadget"}, WIDGET)
    paths["/widgets"]["get"]["parameters"] = [{"name": "least", "in": "query", "schema": COUNT}]
    return contract(paths, {"Gadget": WIDGET})


def test_formats_hold_in_bodies_parameters_and_rows(serve: Callable[..., Mock]) -> None:
    mock = serve(widgets(), "widgets: [{id: a, count: 2147483647, data: aGk=}]")
    assert mock.post("/widgets", json={"count": LARGE, "data": "@"}).status_code == 400
    assert [one.pointer for one in mock.last.violations] == ["/count", "/data"]
    assert mock.get(f"/widgets?least={LARGE}").status_code == 400
    assert mock.get("/widgets?least=5").status_code == 200
    assert mock.put("/widgets/a", json={"id": "a", "count": LARGE}).status_code == 400


@pytest.mark.parametrize("row", [f"{{id: a, count: {LARGE}}}", "{id: a, data: '@'}"])
def test_a_row_of_the_fixtures_that_breaks_a_format_stops_the_start(
    serve: Callable[..., Mock], row: str
) -> None:
    with pytest.raises(SetupError, match="not a valid"):
        serve(widgets(), f"widgets: [{row}]")


def test_an_answer_that_breaks_a_format_is_the_mocks_fault(serve: Callable[..., Mock]) -> None:
    paths: dict[str, Any] = {"/one": {"get": {"operationId": "answer", "responses": {}}}}
    header = {"X-Left": {"schema": {"type": "integer", "format": "uint8"}}}
    content = {"application/json": {"schema": COUNT}}
    paths["/one"]["get"]["responses"]["200"] = {"description": "", "headers": header, "content": content}
    assert fault(serve(contract(paths), handlers=handler(f"return {LARGE}")))["violations"]
    assert fault(serve(contract(paths), handlers=handler('return Reply(1, headers={"X-Left": "256"})')))
    assert serve(contract(paths), handlers=handler("return 5")).get("/one").json() == 5

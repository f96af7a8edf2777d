"""What an Accept means, by RFC 9110 (12.5.1): the closest range counts, then its quality, then our order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.contract.negotiation import accepted, chosen, in_order, media_range
from tests.contract.documents import contract_of

Picked = Callable[..., tuple[str, bool] | None]
TYPES = ("application/vnd.acme+json", "text/csv", "text/plain")


@pytest.fixture
def picked(tmp_path: Path) -> Picked:
    """The media type that is sent of those that are documented, and whether loosely."""

    def pick(accept: str, *types: str) -> tuple[str, bool] | None:
        documented = {one: {"schema": {"type": "string"}} for one in types}
        responses = {"200": {"description": "", "content": documented}}
        (operation,) = contract_of(tmp_path, paths={"/one": {"get": {"responses": responses}}}).operations
        choice = chosen(in_order(operation.responses["200"].contents.values()), accept)
        return choice and (choice.content.sent_as, choice.loosely)

    return pick


@pytest.mark.parametrize(
    ("accept", "types", "sent"),
    [
        ("text/csv", TYPES, "text/csv"),
        ("TEXT/CSV", TYPES, "text/csv"),
        ("text/csv;q=0.5, text/plain;q=0.9", TYPES, "text/plain"),
        ("text/*", TYPES, "text/csv"),
        ("text/*, text/csv;q=0", TYPES, "text/plain"),
        ("text/*;q=0.3, text/plain;q=0.2, */*;q=0.1", TYPES, "text/csv"),
        ("*/*, text/plain", TYPES, "text/plain"),
        ("application/vnd.acme+json;q=0, */*", TYPES, "text/csv"),
        ("image/png, */*;q=0.001", TYPES, "application/vnd.acme+json"),
        ("", TYPES, "application/vnd.acme+json"),
        ("nonsense", TYPES, "application/vnd.acme+json"),
        ("text/html;level=1", ("text/html", "text/html;level=1"), "text/html;level=1"),
        ("application/json", ("application/json; charset=utf-8",), "application/json; charset=utf-8"),
        ("application/json;charset=UTF-8", ("application/json",), "application/json"),
        ('application/json;v="2"', ("application/json;v=1", "application/json;v=2"), "application/json;v=2"),
        ("application/xml", ("application/*",), "application/xml"),
        ("application/hal+json, text/yaml;q=0.1", ("*/*",), "application/hal+json"),
        ("image/webp", ("image/*",), "image/webp"),
        ("text/csv;q=nine", TYPES, "text/csv"),
        ('text/plain;x="a,b";q=0.1, text/csv;q=0.2', ("text/csv", "text/plain;x=a,b"), "text/csv"),
    ],
)
def test_the_media_type_that_fits_best_is_sent(
    picked: Picked, accept: str, types: tuple[str, ...], sent: str
) -> None:
    assert picked(accept, *types) == (sent, False)


@pytest.mark.parametrize(
    ("accept", "types"),
    [
        ("image/png", TYPES),
        ("application/vnd.acme+json;q=0, text/*;q=0", TYPES),
        ("*/*;q=0", TYPES),
        ("application/json;v=3", ("application/json;v=2",)),
        ("image/png", ("application/*",)),
        ("application/pdf", ("*/*",)),
        ("application/json, application/vnd.acme+json;q=0", TYPES[:1]),
        ("*/json", ("application/json",)),
    ],
)
def test_nothing_is_sent_that_is_not_taken(picked: Picked, accept: str, types: tuple[str, ...]) -> None:
    assert picked(accept, *types) is None


@pytest.mark.parametrize(
    ("accept", "types"),
    [
        ("application/json", ("application/vnd.acme+json",)),
        ("application/xml", ("application/problem+xml",)),
        ("application/json;odata=verbose", ("application/json",)),
    ],
)
def test_what_is_commonly_meant_is_sent_and_told(picked: Picked, accept: str, types: tuple[str, ...]) -> None:
    assert picked(accept, *types) == (types[0], True)


def test_an_accept_of_any_length_is_read_in_no_time() -> None:
    assert len(accepted("a/b;x=" * 100_000)) <= 1
    assert len(accepted("a/b," * 100_000)) == 500
    assert media_range("no type").subtype == ""

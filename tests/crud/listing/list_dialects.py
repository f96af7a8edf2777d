"""Lists in the ways in which the world pages them: a contract of all of them, and a client for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from tests.contracts import answers, body, contract
from tests.harness import Mock

Follow = Callable[[httpx.Response, str], str]
"""From an answer and the query that asked for it, the query of the next page; empty where there is none."""


def shop(home: Path, spec: str) -> Iterator[Mock]:
    """For a fixture of a module: a mock of one contract, whose worlds start without rows."""
    for folder, text in (("specs", spec), ("fixtures", "{}")):
        (home / folder).mkdir()
        (home / folder / "shop.yaml").write_text(text, encoding="utf-8")
    with Mock(home=home) as mock:
        yield mock


def parameter(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": kind, **more}}


def told(**types: Any) -> dict[str, Any]:
    """Properties: a type's name with `?` where it takes null, or a schema."""
    return {
        name: one
        if isinstance(one, dict)
        else {"type": one.rstrip("?"), **({"nullable": True} if one[-1] == "?" else {})}
        for name, one in types.items()
    }


def holding(**types: Any) -> dict[str, Any]:
    return {"type": "object", "properties": told(**types)}


@dataclass(frozen=True)
class Dialect:
    """One way of paging: its parameters, what stands beside `data`, and how a client goes on."""

    parameters: list[dict[str, Any]]
    beside: dict[str, Any]
    start: str
    """The first query; `{size}` is the size of a page."""
    follow: Follow
    headers: dict[str, Any] = field(default_factory=dict)
    is_stable: bool = True
    """Whether rows may go while a client pages."""
    required: tuple[str, ...] = ()
    by_key: bool = False
    """Whether a client goes on from the key of the last row, which then has to be there still."""


def replaced(query: str, name: str, value: Any) -> str:
    kept = [part for part in query.split("&") if part.partition("=")[0] != name]
    return "&".join([*kept, f"{name}={quote(str(value))}"])


def with_query(name: str, find: Callable[[Any], Any]) -> Follow:
    """The first query with what `find` finds in the body added under `name`."""

    def follow(answer: httpx.Response, query: str) -> str:
        value = find(answer.json())
        return "" if value in (None, "") else replaced(query, name, value)

    return follow


def by_url(find: Callable[[Any], Any]) -> Follow:
    def follow(answer: httpx.Response, _: str) -> str:
        url = find(answer.json())
        return urlsplit(url).query if url else ""

    return follow


def by_last_id(name: str) -> Follow:
    def find(body: Any) -> Any:
        return body["data"][-1]["id"] if body["has_more"] else None

    return with_query(name, find)


def by_link(answer: httpx.Response, _: str) -> str:
    links = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("link", ""))
    return next((urlsplit(url).query for url, rel in links if rel == "next"), "")


def by_header(answer: httpx.Response, query: str) -> str:
    value = answer.headers.get("x-next-page", "")
    return replaced(query, "page", value) if value else ""


def by_offset(answer: httpx.Response, query: str) -> str:
    found = answer.json()
    after = found["offset"] + len(found["data"])
    return replaced(query, "offset", after) if after < found["total"] else ""


def by_number(answer: httpx.Response, query: str) -> str:
    found = answer.json()
    return "" if found["last"] else replaced(query, "page", found["number"] + 1)


LIMIT = parameter("limit", "integer", minimum=1)
URI = {"type": "string", "format": "uri", "nullable": True}

DIALECTS = {
    "offset": Dialect(
        [LIMIT, parameter("offset", "integer", default=0)],
        told(total="integer", limit="integer", offset="integer"),
        "limit={size}",
        by_offset,
        is_stable=False,
    ),
    "django": Dialect(
        [LIMIT, parameter("offset", "integer")],
        told(count="integer", next=URI, previous=URI),
        "limit={size}",
        by_url(lambda body: body["next"]),
        is_stable=False,
    ),
    "github": Dialect(
        [parameter("per_page", "integer", default=30), parameter("page", "integer", default=1)],
        {},
        "per_page={size}",
        by_link,
        headers={"Link": {"schema": {"type": "string"}}},
        is_stable=False,
    ),
    "gitlab": Dialect(
        [parameter("per_page", "integer"), parameter("page", "integer")],
        {},
        "per_page={size}",
        by_header,
        headers={"X-Next-Page": {"schema": {"type": "integer"}}, "X-Total": {"schema": {"type": "integer"}}},
        is_stable=False,
    ),
    "spring": Dialect(
        [parameter("size", "integer", default=20), parameter("page", "integer")],
        told(totalElements="integer", totalPages="integer", number="integer", size="integer", last="boolean"),
        "size={size}",
        by_number,
        is_stable=False,
    ),
    "odata": Dialect(
        [parameter("$top", "integer"), parameter("$skip", "integer"), parameter("$count", "boolean")],
        {"@odata.nextLink": {"type": "string"}, "@odata.count": {"type": "integer"}},
        "$top={size}",
        by_url(lambda body: body.get("@odata.nextLink")),
        is_stable=False,
    ),
    "json api numbers": Dialect(
        [parameter("page[number]", "integer"), parameter("page[size]", "integer")],
        told(links=holding(next="string?", prev="string?", first="string", last="string")),
        "page[size]={size}",
        by_url(lambda body: body["links"]["next"]),
        is_stable=False,
    ),
    "json api cursors": Dialect(
        [
            {
                "name": "page",
                "in": "query",
                "style": "deepObject",
                "schema": holding(after="string", before="string", size="integer"),
            }
        ],
        told(links=holding(next="string?", prev="string?")),
        "page[size]={size}",
        by_url(lambda body: body["links"]["next"]),
    ),
    "slack": Dialect(
        [LIMIT, parameter("cursor")],
        told(response_metadata=holding(next_cursor="string")),
        "limit={size}",
        with_query("cursor", lambda body: body["response_metadata"].get("next_cursor")),
        required=("response_metadata",),
    ),
    "notion": Dialect(
        [parameter("page_size", "integer"), parameter("start_cursor")],
        told(next_cursor="string?", has_more="boolean"),
        "page_size={size}",
        with_query("start_cursor", lambda body: body["next_cursor"] if body["has_more"] else None),
    ),
    "stripe": Dialect(
        [LIMIT, parameter("starting_after"), parameter("ending_before")],
        told(has_more="boolean"),
        "limit={size}",
        by_last_id("starting_after"),
        by_key=True,
    ),
    "anthropic": Dialect(
        [LIMIT, parameter("after_id"), parameter("before_id")],
        told(first_id="string?", last_id="string?", has_more="boolean"),
        "limit={size}",
        with_query("after_id", lambda body: body["last_id"] if body["has_more"] else None),
        by_key=True,
    ),
    "dynamodb": Dialect(
        [LIMIT, parameter("exclusiveStartKey")],
        told(lastEvaluatedKey="string"),
        "limit={size}",
        with_query("exclusiveStartKey", lambda body: body.get("lastEvaluatedKey")),
    ),
    "google": Dialect(
        [parameter("maxResults", "integer"), parameter("pageToken")],
        told(nextPageToken="string"),
        "maxResults={size}",
        with_query("pageToken", lambda body: body.get("nextPageToken")),
    ),
    "marker": Dialect(
        [parameter("max-items", "integer"), parameter("marker")],
        told(IsTruncated="boolean", NextMarker="string"),
        "max-items={size}",
        with_query("marker", lambda body: body["NextMarker"] if body["IsTruncated"] else None),
    ),
    "kubernetes": Dialect(
        [LIMIT, parameter("continue")],
        told(metadata=holding(**{"continue": "string", "remainingItemCount": "integer"})),
        "limit={size}",
        with_query("continue", lambda body: body.get("metadata", {}).get("continue")),
    ),
    "continuation": Dialect(
        [LIMIT, parameter("continuationToken")],
        told(continuationToken="string?"),
        "limit={size}",
        with_query("continuationToken", lambda body: body["continuationToken"]),
    ),
    "relay": Dialect(
        [parameter("first", "integer"), parameter("after")],
        told(page_info=holding(has_next_page="boolean", end_cursor="string?")),
        "first={size}",
        with_query("after", lambda body: body["page_info"]["end_cursor"]),
    ),
    "facebook": Dialect(
        [LIMIT, parameter("after"), parameter("before")],
        told(paging=holding(cursors=holding(after="string", before="string"), next={"type": "string"})),
        "limit={size}",
        by_url(lambda body: body.get("paging", {}).get("next")),
    ),
    "hal": Dialect(
        [LIMIT, parameter("cursor")],
        told(_links=holding(self=holding(href="string"), next=holding(href="string"))),
        "limit={size}",
        by_url(lambda body: body["_links"].get("next", {}).get("href")),
    ),
    "numbers as cursors": Dialect(
        [LIMIT, parameter("cursor", "integer")],
        told(next_cursor="integer?"),
        "limit={size}",
        with_query("cursor", lambda body: body["next_cursor"]),
    ),
    "rel and href": Dialect(
        [LIMIT, parameter("cursor")],
        told(links={"type": "array", "items": holding(rel="string", href="string")}),
        "limit={size}",
        by_url(lambda body: next((one["href"] for one in body["links"] if one["rel"] == "next"), None)),
    ),
}

ROW = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "level": {"type": "integer"}, "name": {"type": "string"}},
}
SORT = parameter("sort")


def path_of(name: str) -> str:
    return "/" + name.replace(" ", "-")


def dialects_contract() -> str:
    """A collection for each dialect, at its name."""
    paths: dict[str, Any] = {}
    for name, one in DIALECTS.items():
        listing = {
            "type": "object",
            "required": ["data", *one.required],
            "properties": {"data": {"type": "array", "items": ROW}, **one.beside},
        }
        headers = {"headers": one.headers} if one.headers else {}
        paths[path_of(name)] = {
            "get": {"parameters": [*one.parameters, SORT], **answers(200, listing, **headers)},
            "post": {"requestBody": body(ROW), **answers(201, ROW)},
        }
        paths[path_of(name) + "/{id}"] = {"get": answers(200, ROW), "delete": answers(204)}
    return contract(paths)

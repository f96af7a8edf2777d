"""All rows of a list: its pages followed for as long as an answer says that there are more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from benchmarks.corpus.contracts import Operation
from benchmarks.corpus.encoding import Request, text
from benchmarks.corpus.ids import Ids
from benchmarks.corpus.paths import form, noun
from benchmarks.corpus.things import Row, plain, rows
from benchmarks.corpus.trial import Reply, Trial
from benchmarks.corpus.values import Unmade

MOST_PAGES = 25

_NEXT = (
    "next",
    "nexturl",
    "nextlink",
    "nextpage",
    "nextpageurl",
    "odatanextlink",
    "nextpageuri",
    "href",
    "url",
)
_TOKENS = (
    "nextpagetoken",
    "nexttoken",
    "nextcursor",
    "cursornext",
    "endcursor",
    "nextmarker",
    "continuationtoken",
)
_TOKENS += ("continuation", "next", "cursor", "after", "marker", "pagetoken", "nextpage")
_CURSORS = ("cursor", "after", "startingafter", "pagetoken", "marker", "nexttoken", "continuationtoken")
_CURSORS += ("continuation", "pageafter", "pagecursor", "token", "startafter", "nextpagetoken", "nextcursor")
_PAGES = ("page", "pagenumber", "pageno", "pageindex", "pagenum", "currentpage")
_OFFSETS = ("offset", "skip", "start", "startat", "startindex", "from", "pageoffset", "first")
_TOTALS = ("total", "totalcount", "count", "totalitems", "totalresults", "totalrecords", "totalelements")
_MORE = ("hasmore", "hasnext", "hasnextpage", "more", "morepages", "moreresults", "ismore")


class Listing(NamedTuple):
    rows: list[Row]
    why: str = ""
    """Why there is no list; empty where there is one."""


def listed(trial: Trial, operation: Operation, ids: Ids, row: Mapping[str, Any]) -> Listing:
    """The rows of a list, all pages of it; what it must be filtered by is taken of `row`."""
    try:
        first = request = trial.requests.make(operation, ids.values, row=row)
    except Unmade as error:
        return Listing([], f"no valid request could be made: {error}")
    found: list[Row] = []
    before: list[Row] | None = None
    for _ in range(MOST_PAGES):
        reply = trial.send(operation, ids, request)
        if not reply.ok:
            return Listing(found, reply.why)
        page = rows(reply.verdict.value, noun(form(operation.path)))
        if page is None:
            return Listing(found, "the answer shows no list")
        if not page or page == before:
            break
        found += page
        before = page
        query = next(_onward(operation, reply, request, page, len(found)), None)
        if query is None:
            break
        path, _, old = first.target.partition("?")
        request = first._replace(target=f"{path}?{_merged(old, query)}")
    return Listing(found)


def _merged(query: str, more: Mapping[str, str]) -> str:
    return urlencode({**dict(parse_qsl(query, keep_blank_values=True)), **more}, quote_via=quote)


def _onward(
    operation: Operation, reply: Reply, request: Request, page: list[Row], seen: int
) -> Iterator[dict[str, str]]:
    """The parameters that ask for the next page, where the answer says that there is one."""
    for part in reply.headers.get("link", "").split(","):
        link = re.match(r"\s*<([^>]*)>(.*)", part)
        if link and re.search(r'rel="?next\b', link[2]):
            yield dict(parse_qsl(urlsplit(link[1]).query))
    facts = dict(_facts(reply.verdict.value))
    for name in _NEXT:
        if isinstance(facts.get(name), str) and "?" in facts[name]:
            yield dict(parse_qsl(urlsplit(facts[name]).query))
    asked = {plain(str(one.value.get("name"))): str(one.value["name"]) for one in _in_query(operation)}
    cursor = next((asked[one] for one in _CURSORS if one in asked), "")
    for name in _TOKENS:
        if cursor and isinstance(facts.get(name), str | int) and facts[name] not in ("", True, False):
            yield {cursor: text(facts[name])}
    more = any(facts.get(name) is True for name in _MORE)
    if more and cursor and "id" in page[-1]:
        yield {cursor: text(page[-1]["id"])}
    if more or any(_greater(facts.get(name), seen) for name in _TOTALS):
        sent = dict(parse_qsl(urlsplit(request.target).query))
        for name in _OFFSETS:
            if name in asked:
                yield {asked[name]: str(seen)}
        for name in _PAGES:
            if name in asked:
                now = sent.get(asked[name], text(facts.get(name, 1)))
                yield {asked[name]: str(int(now) + 1 if now.isdecimal() else 2)}


def _in_query(operation: Operation) -> Iterator[Any]:
    return (one for one in operation.parameters if one.value.get("in") == "query" and one.value.get("name"))


def _greater(value: Any, seen: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > seen


def _facts(answer: Any, depth: int = 3) -> Iterator[tuple[str, Any]]:
    """What stands beside the rows, whatever it is wrapped in; the outermost of a name counts."""
    if isinstance(answer, dict) and depth:
        for value in answer.values():
            yield from _facts(value, depth - 1)
        for name, value in answer.items():
            if isinstance(value, dict) and plain(name) == "next" and isinstance(value.get("href"), str):
                yield "next", value["href"]
            elif not isinstance(value, dict | list):
                yield plain(name), value

"""What can be told of one page of a list: totals, numbers, and the ways to its neighbours."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mockade.crud.listing.paging import PageRequest, Paging
from mockade.crud.listing.query_fields import QueryField, SentQuery

Way = Literal["url", "cursor", "page", "offset"]
"""How a neighbour is told of: by its URL, or by what a parameter is for it."""

LINKS = ("self", "first", "previous", "next", "last")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """One page of a list, and what leads away from it."""

    paging: Paging
    request: PageRequest
    sent: SentQuery
    url: str
    """Of the list, without a query."""
    total: int
    shown: int
    before: Callable[[], int]
    """How many rows of the list are before the first one shown; asked only where it is told."""
    has_more: bool
    has_previous: bool
    next_cursor: Callable[[], str | None]
    """What the cursor parameter is for the rows after those shown; None where nothing can be."""
    previous_cursor: Callable[[], str | None]
    key_at: Callable[[int], str | None]
    """The own key of a row that is shown, by its index; None where several make it, or no row is shown."""

    def value(self, fact: str) -> Any:
        """A fact that is no link; None where there is none, such as the first row's number of no rows."""
        match fact:
            case "total":
                return self.total
            case "count":
                return self.shown
            case "pages":
                return self._pages()
            case "last_page":
                return self._pages() - 1 + self.paging.first_page
            case "page":
                return self._page()
            case "size":
                return self.shown if self.request.size is None else self.request.size
            case "offset":
                return self.before() + self.paging.first_offset
            case "from" | "to" if self.shown:
                return self.before() + (1 if fact == "from" else self.shown)
            case "has_more":
                return self.has_more
            case "has_previous":
                return self.has_previous
            case "is_last":
                return not self.has_more
            case "is_first":
                return not self.has_previous
            case "is_empty":
                return not self.shown
            case "first_key" | "last_key":
                return self.key_at(0 if fact == "first_key" else -1)
        return None

    def link(self, fact: str, way: Way) -> str | None:
        """A neighbour, as text; None where there is none, or no parameter leads there."""
        if way == "url":
            changes = self._changes(fact)
            return None if changes is None else self._url(changes)
        field: QueryField | None = getattr(self.paging, "after" if way == "cursor" else way)
        return None if field is None or not self._is_there(fact) else self._step(fact, field)

    def links(self) -> dict[str, str]:
        """The URLs of all neighbours that there are, by their names of RFC 8288."""
        urls = {fact: self.link(fact, "url") for fact in LINKS}
        return {"prev" if fact == "previous" else fact: url for fact, url in urls.items() if url is not None}

    def _is_there(self, fact: str) -> bool:
        return {"next": self.has_more, "previous": self.has_previous}.get(fact, True)

    def _changes(self, fact: str) -> Mapping[str, str | None] | None:
        """What of the query is another for a neighbour."""
        way = self.request.way
        if fact == "self":
            return {}
        if way is None or not self._is_there(fact):
            return None
        paging = self.paging
        others = {one.name: None for one in (paging.after, paging.before, paging.page, paging.offset) if one}
        if way is paging.after and fact == "first":
            return others
        value = self._step(fact, way)
        if value is None:
            return None
        backwards = way is paging.after and fact == "previous" and paging.before is not None
        field = paging.before if backwards and paging.before is not None else way
        return {**others, field.name: value}

    def _step(self, fact: str, field: QueryField) -> str | None:
        """What the field is for a neighbour."""
        size = self.request.size or 0
        if field is self.paging.page:
            here, first, last = self._page(), self.paging.first_page, self.value("last_page")
            steps = {"self": here, "first": first, "previous": here - 1, "next": here + 1, "last": last}
            return str(steps[fact])
        if field is self.paging.offset:
            here, last = self.before(), (self._pages() - 1) * size
            steps = {
                "self": here, "first": 0, "previous": max(0, here - size), "next": here + size, "last": last
            }  # fmt: skip
            return str(steps[fact] + self.paging.first_offset)
        if fact == "next":
            return self.next_cursor()
        return self.previous_cursor() if fact == "previous" else None

    def _url(self, changes: Mapping[str, str | None]) -> str:
        query = self.sent.changed(changes)
        return f"{self.url}?{query}" if query else self.url

    def _page(self) -> int:
        if self.request.page is not None:
            return self.request.page
        number = self.before() // self.request.size if self.request.size else int(self.before() > 0)
        return number + self.paging.first_page

    def _pages(self) -> int:
        return max(1, math.ceil(self.total / self.request.size)) if self.request.size else 1

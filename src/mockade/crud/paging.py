"""Paging of lists: which rows a request asks for, and what its answer says of the others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

_SIZES = ("limit", "page_size", "pageSize", "per_page", "perPage", "size")
_TOTALS = ("total", "count", "totalCount", "total_count", "totalItems", "total_items")
_PAGES = ("pages", "totalPages", "total_pages", "pageCount", "page_count")
_MORE = ("hasMore", "has_more", "hasNext", "has_next")

PARAMETERS = frozenset({*_SIZES, "offset", "page"})
"""The query parameters that page; they filter nothing."""


class Page(NamedTuple):
    """A part of a list: at most `size` rows (None: all) after the first `start`."""

    size: int | None
    start: int

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Page:
        """The page that the usual parameters ask for; pages count from 1."""
        size = next((query[name] for name in _SIZES if isinstance(query.get(name), int)), None)
        if size is None or size < 0:
            size = None
        page, offset = query.get("page"), query.get("offset")
        if isinstance(page, int) and page > 0 and size is not None:
            return cls(size, (page - 1) * size)
        return cls(size, max(0, offset) if isinstance(offset, int) else 0)

    def end(self, total: int) -> int:
        return total if self.size is None else min(self.start + self.size, total)

    def cut(self, rows: Sequence[T]) -> Sequence[T]:
        return rows[self.start : self.end(len(rows))]

    def facts(self, total: int) -> dict[str, Any]:
        """What an envelope may say of the page, by every usual name of it."""
        return {
            **dict.fromkeys(_TOTALS, total),
            **dict.fromkeys(_MORE, self.end(total) < total),
            **dict.fromkeys(_PAGES, math.ceil(total / self.size) if self.size else 1),
        }

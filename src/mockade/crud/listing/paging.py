"""Paging of lists: which parameters page, and which part of a list a request asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from mockade.contract.name_words import joined
from mockade.crud.listing.query_fields import QueryField, QueryRemarks
from mockade.crud.listing.spelling import vocabulary

SIZES = vocabulary(
    """limit pagesize perpage maxresults pagelimit maxitems maxkeys pagelength pagelen itemsperpage
    resultsperpage maxpagesize rpp take limitcount numresults numberofresults maxcount
    recordsperpage pagemaxsize"""
)
_WEAK_SIZES = vocabulary("size count first rows max top num results")
OFFSETS = vocabulary(
    """offset skip startindex startat firstresult pageoffset skipcount startposition rowoffset
    offsetindex startfrom"""
)
_WEAK_OFFSETS = vocabulary("start from begin")
PAGES = vocabulary("page pagenumber pageno pagenum pageindex currentpage pagepage pageid pagenr")
_WEAK_PAGES = vocabulary("p number")
AFTER = vocabulary(
    """cursor startcursor startingafter pagetoken nexttoken nextpagetoken startmarker continuationtoken
    continuation pageafter pagecursor nextcursor aftercursor cursorafter paginationtoken searchafter
    startkey exclusivestartkey lastid lastkey sinceid afterid skiptoken scrollid bookmark starttoken
    pagemarker listmarker lastevaluatedkey continue startafter batchtoken nextbatch"""
)
_WEAK_AFTER = vocabulary("after marker next nextpage token position")
BEFORE = vocabulary(
    """endingbefore pagebefore beforecursor cursorbefore prevcursor previouscursor beforeid
    previouspagetoken prevtoken previoustoken maxid endbefore"""
)
_WEAK_BEFORE = vocabulary("before previous prev")

_FROM_ZERO = re.compile(
    r"\b(zero|0)[- ](based|indexed)|\b(start|begin|count)\w* (at|from|with) (0|zero)\b", re.I
)

_LARGEST = 10**15
"""Pages and offsets beyond are as far behind the end as this."""


@dataclass(frozen=True, slots=True)
class Paging:
    """The parameters that page an operation's list; None for those that it does not have."""

    size: QueryField | None = None
    offset: QueryField | None = None
    page: QueryField | None = None
    after: QueryField | None = None
    before: QueryField | None = None
    first_page: int = 1
    """The number of the first page."""
    first_offset: int = 0
    """The number of the first row."""

    @property
    def position(self) -> QueryField | None:
        """What a client goes on with; None where paging cannot be followed."""
        return self.after or self.page or self.offset

    @property
    def roles(self) -> dict[str, str]:
        """What each parameter is, by its name."""
        size = self.size.word("default") if self.size and self.position else None
        found = {
            self.size: "the size of a page" + (f", {size} by default" if size is not None else ""),
            self.offset: f"how many rows to skip, counted from {self.first_offset}",
            self.page: f"the number of the page, counted from {self.first_page}",
            self.after: "a cursor: the rows after it",
            self.before: "a cursor: the rows before it",
        }
        return {field.name: role for field, role in found.items() if field is not None}

    def request(self, sent: Mapping[str, Any], remarks: QueryRemarks) -> PageRequest:
        """The page that a request asks for by what it `sent`, by name."""
        size = self._size(sent, remarks)
        after, before = (
            str(sent[one.name]) if one is not None and one.name in sent else None
            for one in (self.after, self.before)
        )
        start, page = 0, self._number(self.page, self.first_page, sent, remarks)
        offset = self._number(self.offset, self.first_offset, sent, remarks)
        if page is not None and page > self.first_page:
            # Nobody knows how much a page without a size holds: the first one holds all.
            start = (page - self.first_page) * size if size is not None else _LARGEST
        elif offset is not None:
            start = offset - self.first_offset
        way: QueryField | None = self.position
        if after is None and before is None:
            way = next(
                (one for one, given in ((self.page, page), (self.offset, offset)) if given is not None), way
            )
        return PageRequest(size, start, after, before, page, way)

    def _size(self, sent: Mapping[str, Any], remarks: QueryRemarks) -> int | None:
        if self.size is None:
            return None
        default = whole_number(self.size.word("default"))
        default = None if default is None or default < 1 or self.position is None else min(default, _LARGEST)
        given = sent.get(self.size.name)
        if given is None:
            return default
        size = whole_number(given)
        if size is None or size < 0:
            wrong = f"{str(given)[:80]!r} is no size of a page: a whole number from 0 on is expected."
            instead = "all rows are shown." if default is None else f"{default} is taken."
            remarks.refuse(self.size, given, wrong, instead)
            return default
        if size == 0 and self.position is not None:
            remarks.remark(self.size, given, "A page of 0 rows shows none, and leads to no other page.")
        return min(size, _LARGEST)

    @staticmethod
    def _number(
        field: QueryField | None, first: int, sent: Mapping[str, Any], remarks: QueryRemarks
    ) -> int | None:
        """A page's or a row's number, None where none was sent."""
        given = sent.get(field.name) if field is not None else None
        if field is None or given is None:
            return None
        number = whole_number(given)
        if number is None or number < first:
            wrong = (
                f"{str(given)[:80]!r} is too small or no number: a whole number from {first} on is expected."
            )
            remarks.refuse(field, given, wrong, f"{first} is taken.")
            return first
        return min(number, _LARGEST)


class PageRequest(NamedTuple):
    """At most `size` rows (None: all) of a list, after the first `start`, or after or before a cursor."""

    size: int | None
    start: int
    after: str | None
    before: str | None
    page: int | None
    """The number of the page that was asked for."""
    way: QueryField | None
    """The parameter by which the next page is asked for."""


def whole_number(value: Any) -> int | None:
    """A value as the whole number that it is or says; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,30}", value.strip(), re.ASCII):
        return int(value)
    return value if isinstance(value, int) else None


def find_paging(
    fields: Sequence[QueryField], own: frozenset[str], told: frozenset[str] = frozenset()
) -> Paging:
    """The parameters that page.

    `own` are the names of those that the rows have a property for: what is also a common word, such as
    `size`, pages only where other parameters do. `told` are the names, run together, of what stands beside
    the list.
    """
    found: dict[str, QueryField] = {}
    for role, names in _STRONG.items():
        for field in fields:
            if role not in found and _name(field) in names and _can_be(role, field):
                found[role] = field
    pages = bool(found.keys() & {"offset", "page", "after"}) or bool(told & (AFTER | _NEXT))
    names_there = {_name(field) for field in fields}
    if {"first", "max"} <= names_there and not pages:  # Keycloak's
        found["offset"] = next(field for field in fields if _name(field) == "first")
    for role, names in _WEAK.items():
        for field in fields:
            is_own = field.name in own and (not pages or role == "before")
            if role in found or field in found.values() or is_own or _name(field) not in names:
                continue
            if _COUNTERPARTS.get(_name(field), frozenset()) & names_there or not _can_be(role, field):
                continue
            if role in ("after", "before") and not _is_cursor(field, told, sized="size" in found):
                continue
            found[role] = field
    for role in ("offset", "page"):
        # A token goes by the name of a number: what comes beside the list says so.
        if role in found and "after" not in found and _is_token(found[role], told):
            found["after"] = found.pop(role)
    first_page = _first(found.get("page"), 1, told, spring=True)
    first_offset = _first(found.get("offset"), 0, told, spring=False)
    return Paging(**found, first_page=first_page, first_offset=first_offset)


_NEXT = vocabulary("nextpagetoken nextcursor nexttoken hasmore endcursor nextmarker")

_STRONG = {"size": SIZES, "offset": OFFSETS, "page": PAGES, "after": AFTER, "before": BEFORE}
_WEAK = {
    "size": _WEAK_SIZES,
    "offset": _WEAK_OFFSETS,
    "page": _WEAK_PAGES,
    "after": _WEAK_AFTER,
    "before": _WEAK_BEFORE,
}


_COUNTERPARTS = {"from": frozenset({"to", "until"}), "start": frozenset({"end", "stop"})}
"""What makes the ends of a range of two names, and of the first no offset."""


def _is_cursor(field: QueryField, told: frozenset[str], *, sized: bool) -> bool:
    """Whether a common word such as `after` is a cursor, by what else there is."""
    is_told = bool(told & (_NEXT | {"next", "nextpage", "cursor", "previous", "after", "before"}))
    return is_told or (sized and _name(field) != "token")


def _name(field: QueryField) -> str:
    return re.sub(r"^(pagination|paging|paginate|list)(?=.)", "", joined(field.name)) or joined(field.name)


def _can_be(role: str, field: QueryField) -> bool:
    if not field.takes_scalars or field.scalar_types == {"boolean"}:
        return False
    if role in ("after", "before"):
        is_weak = _name(field) in _WEAK_AFTER | _WEAK_BEFORE
        return not (is_weak and (field.format.startswith("date") or field.speaks_of_time))
    is_weak = _name(field) in _WEAK_OFFSETS
    if field.format.startswith("date") or (is_weak and field.speaks_of_time):
        return False
    if is_weak and not field.takes_integers:
        return False
    return field.takes_integers or field.scalar_types == {"string"}


def _is_token(field: QueryField, told: frozenset[str]) -> bool:
    return not field.takes_integers and bool(told & _NEXT or f"next{_name(field)}" in told)


def _first(field: QueryField | None, usual: int, told: frozenset[str], *, spring: bool) -> int:
    """The number of the first page or row, as its schema or what stands beside the list lets guess."""
    if field is None:
        return usual
    default, least = (whole_number(field.word(word)) for word in ("default", "minimum"))
    for said in (default, least):
        if said in (0, 1):
            return said
    if _FROM_ZERO.search(field.description):
        return 0
    if spring:
        return 0 if {"totalelements", "totalpages"} <= told and "number" in told else usual
    return 1 if {"itemsperpage", "totalresults"} <= told else usual  # SCIM and OpenSearch

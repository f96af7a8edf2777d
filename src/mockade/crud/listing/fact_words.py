"""The names by which answers tell of a page, beside its rows and in headers."""

from __future__ import annotations

from mockade.crud.listing.spelling import meanings, vocabulary
from mockade.crud.roles.naming import Words

_NUMBERS = meanings(
    total="""total total_count total_items total_results total_elements total_records total_rows total_size
        total_entries total_hits total_number total_objects records_total records_filtered
        results_total items_total count_total num_found found num_results full_count odata_count""",
    count="""number_of_elements returned result_count results_count items_returned current_item_count
        results_size returned_count item_count items_count num_returned count_returned""",
    pages="pages total_pages page_count pages_total num_pages number_of_pages page_total pages_count",
    last_page="last_page max_page final_page",
    page="page page_number page_no page_num current_page page_index this_page page_current current",
    size="""limit page_size per_page items_per_page max_results page_limit results_per_page take
        page_length page_len records_per_page""",
    offset="""offset skip start_index start_at start page_offset start_position current_offset
        first_result skipped""",
)
_FLAGS = meanings(
    has_more="""has_more has_next has_next_page more more_available is_more is_truncated truncated
        has_more_items has_more_results more_results more_items next_page next more_pages has_more_pages
        has_next_result is_next_page""",
    has_previous="has_previous has_prev has_previous_page has_prev_page has_less prev previous",
    is_last="last is_last is_last_page last_page done end_of_list is_complete",
    is_first="first is_first is_first_page first_page",
    is_empty="empty is_empty",
)

_NEIGHBOURS = meanings(
    next="next following",
    previous="prev previous preceding",
    first="first",
    last="last",
    self="self current this",
)
_OF_NEIGHBOURS = vocabulary(
    """url uri link href page token cursor marker offset start index key id path results set batch
    record records position skip number continuation after"""
)
URL_WORDS = vocabulary("url uri link links href")
TOKEN_WORDS = vocabulary("token cursor cursors marker key id after before continuation")
OFFSET_WORDS = vocabulary("offset start index skip position")

CONTAINERS = vocabulary(
    """meta metadata page pages paging pagination paginate pager paginator links link info cursor
    cursors navigation listing pageable header next previous prev first last self"""
)
"""Words of the objects that describe a list."""


def number_fact(said: str, around: frozenset[str]) -> str:
    """What a number of this name is; `around` are the names beside it, all run together."""
    if said == "count":
        others = around - {"count"}
        return "count" if any(_NUMBERS.get(one) == "total" for one in others) else "total"
    if said == "number":
        return "page" if around & {"totalpages", "totalelements"} else ""
    if said == "size":
        return (
            "size"
            if around & {"totalpages", "totalelements", "page", "number", "total", "totalcount"}
            else ""
        )
    if said in ("from", "to"):
        return said if around & {"currentpage", "perpage", "lastpage"} else ""
    return _NUMBERS.get(
        said.removeprefix("pagination").removeprefix("paging") or said, _NUMBERS.get(said, "")
    )


def flag_fact(said: str) -> str:
    """What a truth value of this name is; empty where it says nothing of a page."""
    return _FLAGS.get(said, "")


def edge_fact(name: Words) -> str:
    """The row of the page whose key a name asks for: `first_id`, `last_id`; else empty."""
    return f"{name[0]}_key" if name in (("first", "id"), ("last", "id")) else ""


def neighbour(name: Words) -> str:
    """The neighbour that a name is about: `next`, `next_page_token`, `@odata.nextLink`; else empty."""
    rest = name[1:] if name[:1] == ("odata",) else name
    if rest in (("end", "cursor"), ("last", "evaluated", "key")):
        return "next"
    if rest and rest[0] == "start" and rest[1:] == ("cursor",):
        return "previous"
    if rest and rest[0] in _NEIGHBOURS and set(rest[1:]) <= _OF_NEIGHBOURS:
        return _NEIGHBOURS[rest[0]]
    return ""

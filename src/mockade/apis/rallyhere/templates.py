"""Session types and regions, as the product's developers configured them."""

from __future__ import annotations

from typing import Any

from mockade.handling import Call


def get_all_session_templates(call: Call) -> dict[str, Any]:
    return {"templates": {template["session_type"]: template for template in call.rows("templates")}}


def get_session_template_by_type(call: Call, session_type: str) -> dict[str, Any]:
    """An unknown type is 404 with the code that entering by one has; nothing public says so."""
    return call.rows("templates").get(session_type)


def get_all_regions(call: Call, cursor: int, page_size: int) -> dict[str, Any]:
    """A page of the regions in their sort order; the cursor counts those before it, 0 ends (documented)."""
    regions = sorted(call.rows("regions"), key=lambda region: (region["sort_order"], region["region_id"]))
    end = cursor + page_size
    return {"regions": regions[cursor:end], "cursor": end if end < len(regions) else 0}

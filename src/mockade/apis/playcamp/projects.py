"""The project of the caller: its key decides it; and what a project has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockade.handling import Call, Refusal


def project_of(call: Call) -> str:
    """The project of the caller's key; a key without a `project` in the fixtures has one of its own."""
    return str(call.caller.facts.get("project", call.caller.id))


def in_project(call: Call, name: str | int) -> str:
    """The index key of `name` in the caller's project, so that no other project's row can be found."""
    return f"{project_of(call)}/{name}"


def need_known_credit(call: Call, body: Mapping[str, Any]) -> None:
    """Refuse what the fixtures do not list for the key; the contract has no operation that makes them."""
    unknown = unknown_credit(body, call.caller.facts)
    if unknown and call.behaviour["unknown_campaign_or_creator"] == "refuse":
        raise Refusal(404, "NOT_FOUND", f"{unknown} not found")


def unknown_credit(body: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Which of the campaign and creator that `body` names is not among `facts`; empty when both are."""
    if "campaignId" in body and body["campaignId"] not in facts.get("campaigns", ()):
        return "Campaign"
    if "creatorKey" in body and body["creatorKey"] not in facts.get("creators", ()):
        return "Creator"
    return ""

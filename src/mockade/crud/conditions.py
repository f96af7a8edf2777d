"""Conditional requests (RFC 9110, section 13) on rows: entity tags, and times of change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from typing import Any

import orjson

from mockade.contract.contract import Contract
from mockade.contract.document import Node
from mockade.contract.entity_tags import CONDITION_HEADERS, is_listed
from mockade.contract.headers import Header
from mockade.contract.operations import Operation
from mockade.crud.listing.comparing import moment
from mockade.crud.row_faults import documented_status
from mockade.crud.server_values import is_time_of_birth, is_update_time
from mockade.errors import Refusal
from mockade.handling import Call, Row
from mockade.state.clock import timestamp
from mockade.state.ids import fingerprint

_MOST_SHOWN = 200
"""Characters of a condition that a refusal shows."""

_CHANGED_AT = "last-modified"
"""What is kept beside a row that has no property for it: when it was last changed, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an operation on one row honours of a request's conditions, and what it tells for the next one."""

    operation: Operation
    properties: Mapping[str, Node]
    """Of a row."""
    is_asked: bool
    """Whether its contract has a place for a condition that fails, or for the header of one."""
    has_tags: bool
    """Whether answers about an item have an ETag, documented or not."""
    has_times: bool
    """Whether any answer of the contract documents Last-Modified."""

    def check(self, call: Call, row: Row | None) -> None:
        """Refuses with 412 what is meant for another state of `row`, with 428 what does not say which.

        `row` is None where there is none yet, and the request would make it.
        """
        asked, responses = call.preconditions, self.operation.responses
        if not self.is_asked:
            return
        tag = row_tag(row) if row is not None else ""
        if "if-match" in asked:
            if not is_listed(asked["if-match"], tag, is_strong=True):
                raise self._failed(f"If-Match is {asked['if-match'][:_MOST_SHOWN]}, and {_state(tag)}")
        elif "if-unmodified-since" in asked:
            since = _seconds(asked["if-unmodified-since"])
            if since is not None and row is not None and int(self._changed_at(row)) > since:
                when = formatdate(self._changed_at(row), usegmt=True)
                raise self._failed(f"If-Unmodified-Since has passed: the row was changed at {when}")
        elif "428" in responses and row is not None and "if-none-match" not in asked:
            message = f"Send If-Match with the ETag of the row that you mean to change: now it is {tag}."
            raise Refusal(428, "precondition_required", message)
        is_read = self.operation.method in ("GET", "HEAD")
        if not is_read and is_listed(asked.get("if-none-match", ""), tag):
            raise self._failed(f"If-None-Match is {asked['if-none-match'][:_MOST_SHOWN]}, and {_state(tag)}")

    def is_unchanged(self, call: Call, row: Row) -> bool:
        """Whether a read is to be answered with 304 for its If-Modified-Since."""
        asked = call.preconditions
        if "304" not in self.operation.responses or "if-none-match" in asked or not self.has_times:
            return False
        since = _seconds(asked.get("if-modified-since", ""))
        return since is not None and int(self._changed_at(row)) <= since

    def headers(self, row: Row, status: int) -> dict[str, str]:
        """The ETag and the Last-Modified of a row, in the forms that the contract admits."""
        response = self.operation.response(status)
        documented = response.headers if response is not None else {}
        found = {}
        if self.has_tags or "etag" in documented:
            tag = row_tag(row)
            found["ETag"] = _admitted(documented.get("etag"), tag, f"W/{tag}", tag.strip('"'))
        if "last-modified" in documented:
            at = self._changed_at(row)
            found["Last-Modified"] = _admitted(
                documented["last-modified"], formatdate(at, usegmt=True), timestamp(at)
            )
        return {name: value for name, value in found.items() if value}

    def changed(self, call: Call, row: Row) -> Row:
        """The row, with the time of this change beside it where somebody may ask for it."""
        if self.has_times and self._time_in(row, is_update_time) is None:
            row.beside[_CHANGED_AT] = call.seconds()
        return row

    def _changed_at(self, row: Row) -> float:
        """When a row was last changed, in seconds since 1970; 0 where nothing tells."""
        at = self._time_in(row, is_update_time)
        if at is None:
            at = row.beside.get(_CHANGED_AT)
        if at is None:
            at = self._time_in(row, is_time_of_birth)
        return at or 0.0

    def _time_in(self, row: Row, is_wanted: Any) -> float | None:
        for name, node in self.properties.items():
            if name in row and is_wanted(name, node):
                at = _seconds(row[name])
                if at is not None:
                    return at
        return None

    def _failed(self, why: str) -> Refusal:
        status = documented_status(self.operation, (412, 409, 422, 400), otherwise=412)
        return Refusal(status, "precondition_failed", f"{why}. Read it again, and decide anew.")


def conditions_of(contract: Contract, operation: Operation, properties: Mapping[str, Node]) -> Conditions:
    """The conditions of an operation; what its contract says elsewhere about the same item counts too."""
    facts = contract.document.memo(conditions_of)
    if not facts:
        facts["paths"] = {one.path for one in contract.operations if _is_asked(one) and one.method != "POST"}
        facts["times"] = any(
            "last-modified" in response.headers
            for one in contract.operations
            for response in one.responses.values()
        )
    has_tags = operation.path in facts["paths"]
    return Conditions(operation, properties, _is_asked(operation), has_tags, facts["times"])


def _is_asked(operation: Operation) -> bool:
    if {"412", "428"} & operation.responses.keys():
        return True
    return any(
        one.where == "header" and one.name.lower() in CONDITION_HEADERS for one in operation.parameters
    )


def row_tag(row: Row) -> str:
    """The strong entity tag of a row: it changes whenever the row does."""
    return fingerprint(orjson.dumps(row))


def _state(tag: str) -> str:
    return f"the row's ETag is {tag}" if tag else "there is no such row"


def _seconds(value: Any) -> float | None:
    """Seconds since 1970 of a time that a row holds, or that HTTP writes in any of its three forms.

    None where it is no time, or one that no date can say. Without a zone, as in asctime's form, it is in UTC.
    """
    at = moment(value)
    try:
        if at is None and isinstance(value, str):
            read = parsedate_to_datetime(value)
            at = (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
        return at if at is not None and datetime.fromtimestamp(at, UTC) else None
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None


def _admitted(header: Header | None, *forms: str) -> str:
    """The first form that a header's schema admits; empty where it admits none."""
    return next((form for form in forms if header is None or header.admits(form)), "")

"""The control API: its contract and handlers, served like any other API.

The contract is `control.yaml` beside this file. Unlike an API's handlers, these see all worlds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from mockade.catalogue.api import Api, build_api
from mockade.catalogue.fixtures import Fixtures
from mockade.catalogue.loading import CONTROL_API
from mockade.contract.contract import Contract
from mockade.contract.document import Document
from mockade.contract.violations import Violation
from mockade.control.call import ControlCall, RunningMock
from mockade.control.clock import advance_clock, get_clock, set_clock
from mockade.control.contracts import get_operation, read_code
from mockade.control.coverage import read_coverage
from mockade.control.credentials import list_credentials, mint_credential
from mockade.control.due import list_due_events, move_due_event
from mockade.control.entry_rows import list_entry_rows
from mockade.control.event_stream import stream_journal
from mockade.control.faults import add_fault, clear_faults, delete_fault, list_faults
from mockade.control.findings import list_findings
from mockade.control.journal import find_exchanges, get_exchange, read_journal
from mockade.control.moving import export_world, import_world
from mockade.control.row_forms import describe_collections, list_references
from mockade.control.rows import delete_row, get_row, list_collections, list_rows, patch_row, put_row
from mockade.control.snapshots import (
    delete_snapshot,
    get_snapshot,
    list_snapshots,
    put_snapshot,
    restore_snapshot,
    take_snapshot,
)
from mockade.control.status import get_health, get_readiness, list_apis
from mockade.control.undo import undo_entry
from mockade.control.worlds import (
    create_world,
    delete_world,
    fork_world,
    get_world,
    list_worlds,
    reset_world,
    rewind_world,
)
from mockade.dialects import Dialect, summary
from mockade.errors import Refusal, problem_details

__all__ = [
    "ControlCall",
    "RunningMock",
    "add_fault",
    "advance_clock",
    "clear_faults",
    "control_api",
    "create_world",
    "delete_fault",
    "delete_row",
    "delete_snapshot",
    "delete_world",
    "describe_collections",
    "dialect",
    "export_world",
    "find_exchanges",
    "fork_world",
    "get_clock",
    "get_exchange",
    "get_health",
    "get_operation",
    "get_readiness",
    "get_row",
    "get_snapshot",
    "get_world",
    "import_world",
    "list_apis",
    "list_collections",
    "list_credentials",
    "list_due_events",
    "list_entry_rows",
    "list_faults",
    "list_findings",
    "list_references",
    "list_rows",
    "list_snapshots",
    "list_worlds",
    "mint_credential",
    "move_due_event",
    "patch_row",
    "put_row",
    "put_snapshot",
    "read_code",
    "read_coverage",
    "read_journal",
    "reset_world",
    "restore_snapshot",
    "rewind_world",
    "set_clock",
    "stream_journal",
    "take_snapshot",
    "undo_entry",
]

FILE = Path(__file__).parent / "control.yaml"

TOKEN = "token"
"""Its one security scheme."""


def _problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal's `violations` are those of a document or row against the contract of its API."""
    problem = problem_details(refusal.status, refusal.message)
    violations = refusal.detail.get("violations")
    return (
        {**problem, "violations": [violation.as_data() for violation in violations]}
        if violations
        else problem
    )


def _violations(violations: Sequence[Violation]) -> dict[str, Any]:
    return {
        **problem_details(400, summary(violations)),
        "violations": [violation.as_data() for violation in violations],
    }


dialect = Dialect(errors=_problem, component="Problem", violations=_violations)


@lru_cache(maxsize=4)
def control_api(token: str) -> Api:
    """The control API, which requires `token` unless that is empty. A second mock has the same.

    Few are kept: a test run may start many servers, each with a token of its own.
    """
    operator = {TOKEN: {token: {"caller": "operator"}}}
    return build_api(_contract(), Fixtures(FILE.name, operator), sys.modules[__name__])


@cache
def _contract() -> Contract:
    """Compiled once, whatever the token."""
    return Contract(Document(FILE, CONTROL_API))

"""Which properties of a row an action changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.document import Document
from mockade.contract.name_words import split_words
from mockade.contract.properties import properties
from mockade.crud.outcomes import outcomes
from tests.contracts import contract

Changes = Callable[..., dict[str, Any]]


@pytest.fixture
def changes(tmp_path: Path) -> Changes:
    """What an action changes in a row of these properties; MOMENT stands for the moment of it."""

    def found(action: str, rows: dict[str, Any], *, undone: bool = False) -> dict[str, Any]:
        path = tmp_path / "shop.yaml"
        path.write_text(contract({}, {"Row": {"type": "object", "properties": rows}}), encoding="utf-8")
        schema = Document(path).component("schemas", "Row")
        several = outcomes(split_words(action), properties(schema), undone=undone)
        return {one.name: MOMENT if one.value is None else one.value for one in several}

    return found


MOMENT = "the moment of it"
ORDER = ["draft", "open", "paid", "shipped", "on_hold", "canceled", "closed", "refunded"]
JOB = ["QUEUED", "RUNNING", "PAUSED", "STOPPED", "FAILED", "COMPLETED"]
ACCOUNT = ["pending", "active", "inactive", "suspended", "deleted"]
ARTICLE = ["draft", "inReview", "approved", "rejected", "published", "archived"]


@pytest.mark.parametrize(
    ("action", "values", "value"),
    [
        ("cancel", ORDER, "canceled"),
        ("cancel", ["new", "cancelled"], "cancelled"),
        ("cancel", ["ACTIVE", "CANCELLING", "CANCELLED"], "CANCELLED"),
        ("cancel-order", ORDER, "canceled"),
        ("pay", ORDER, "paid"),
        ("markAsPaid", ORDER, "paid"),
        ("mark_shipped", ORDER, "shipped"),
        ("ship", ORDER, "shipped"),
        ("hold", ORDER, "on_hold"),
        ("close", ORDER, "closed"),
        ("reopen", ORDER, "open"),
        ("void", ["open", "voided"], "voided"),
        ("start", JOB, "RUNNING"),
        ("pause", JOB, "PAUSED"),
        ("resume", JOB, "RUNNING"),
        ("stop", JOB, "STOPPED"),
        ("complete", JOB, "COMPLETED"),
        ("complete", ["todo", "done"], "done"),
        ("start", ["Starting", "Started", "Stopped"], "Started"),
        ("activate", ACCOUNT, "active"),
        ("deactivate", ACCOUNT, "inactive"),
        ("suspend", ACCOUNT, "suspended"),
        ("publish", ARTICLE, "published"),
        ("approve", ARTICLE, "approved"),
        ("reject", ARTICLE, "rejected"),
        ("archive", ARTICLE, "archived"),
        ("deny", ["asked", "granted", "denied"], "denied"),
        ("enable", ["enabled", "disabled"], "enabled"),
        ("disable", ["enabled", "disabled"], "disabled"),
        ("freeze", ["free", "frozen"], "frozen"),
        ("duplicate", ORDER, None),
        ("send-invoice", ORDER, None),
        ("cancel", ["canceled_by_us", "canceled_by_them", "open"], None),
        ("close", ["closed"], None),
    ],
)
def test_a_status_takes_the_one_value_that_the_verb_names(
    changes: Changes, action: str, values: list[str], value: str | None
) -> None:
    rows = {"id": {"type": "string"}, "status": {"type": "string", "enum": values}}
    assert changes(action, rows) == ({"status": value} if value else {})


def test_of_several_properties_it_is_the_status(changes: Changes) -> None:
    options = {"type": "string", "enum": ["open", "closed"]}
    assert changes("close", {"door": options, "payment_status": options, "status": options}) == {
        "status": "closed"
    }
    assert changes("close", {"door": options}) == {"door": "closed"}


@pytest.mark.parametrize(
    ("action", "values", "status"),
    [
        ("unarchive", ["open", "shipped"], {}),
        ("unarchive", ["open", "archived"], {"status": "open"}),
        ("deactivate", ["active", "inactive"], {"status": "inactive"}),
        ("enable", ["active", "off"], {"status": "active"}),
    ],
)
def test_a_status_that_does_not_tell_of_what_a_flag_says_stays(
    changes: Changes, action: str, values: list[str], status: dict[str, str]
) -> None:
    flags = {"archived": {"type": "boolean"}, "active": {"type": "boolean"}, "enabled": {"type": "boolean"}}
    flag = {"unarchive": {"archived": False}, "deactivate": {"active": False}, "enable": {"enabled": True}}
    rows = {"status": {"type": "string", "enum": values}, **flags}
    assert changes(action, rows) == flag[action] | status


@pytest.mark.parametrize(
    ("action", "rows", "changed"),
    [
        ("archive", {"archived": {"type": "boolean"}}, {"archived": True}),
        ("unarchive", {"isArchived": {"type": "boolean"}}, {"isArchived": False}),
        ("lock", {"locked": {"type": "boolean", "readOnly": True}}, {"locked": True}),
        ("disable", {"enabled": {"type": "boolean"}}, {"enabled": False}),
        ("deactivate", {"active": {"type": "boolean"}}, {"active": False}),
        ("resume", {"paused": {"type": "boolean"}}, {"paused": False}),
        ("star", {"starred": {"type": ["boolean", "null"]}}, {"starred": True}),
        ("cancel", {"cancelled_at": {"type": "string", "format": "date-time"}}, {"cancelled_at": MOMENT}),
        ("publish", {"publishedOn": {"type": "string", "format": "date"}}, {"publishedOn": MOMENT}),
        ("capture", {"captured_at": {"type": "integer"}}, {"captured_at": MOMENT}),
        ("cancel", {"cancelled_by": {"type": "string"}, "cancellable": {"type": "string"}}, {}),
    ],
)
def test_a_flag_and_a_moment_of_the_verbs_participle_are_set(
    changes: Changes, action: str, rows: Any, changed: Any
) -> None:
    assert changes(action, rows) == changed


def test_what_is_undone_has_the_other_value(changes: Changes) -> None:
    rows = {"starred": {"type": "boolean"}}
    assert changes("star", rows, undone=True) == {"starred": False}

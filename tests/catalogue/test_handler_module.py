"""What a module may define by a conventional name, and what is said of a value of another type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.files import find_files
from mockade.catalogue.handler_module import HandlerModule
from mockade.catalogue.loading import load_apis
from mockade.errors import SetupError
from tests.contracts import contract, crud

Write = Callable[..., Path]

MODULE = """
from mockade.dialects import Dialect, flat_error
from mockade.handling import Collection, Switch
from mockade.outbox import Outbox

def rot(call, key): pass
def request(call, rows): pass
def ended(call, rows, outcome): pass
def get_widgets(call): return []
def on_start(call): pass
def vet_caller(caller): return ""
def dialect(behaviour): return None
def _private(call): pass
def other(text): pass

behaviour = [Switch("greeting", "hello", "nobody says")]
timeline = (rot,)
collections = (Collection("widgets", holds="Widget", indexes={"new": lambda row: []}),)
outbox = Outbox("widgets", "new", request, ended)
"""


def load(home: Write, lines: str) -> HandlerModule:
    folder = home(specs={"shop.yaml": contract(crud("/widgets"))}, apis={"shop.py": lines})
    return load_apis(find_files(folder))["shop"].module


def test_the_conventional_names_are_read_and_all_else_that_takes_a_call_is_a_handler(home: Write) -> None:
    module = load(home, MODULE)
    assert [switch.name for switch in module.behaviour] == ["greeting"]
    assert list(module.events) == ["rot"]
    assert [collection.name for collection in module.collections] == ["widgets"]
    assert module.outbox is not None
    assert module.dialect is not None
    assert module.on_start is not None
    assert module.vet_caller is not None
    assert list(module.handlers) == ["get_widgets"]
    assert module.file is not None
    assert module.file.name == "shop.py"


def test_an_api_without_a_module_defines_nothing(home: Write) -> None:
    (api,) = load_apis(find_files(home(specs={"shop.yaml": contract(crud("/widgets"))}))).values()
    assert api.module.file is None
    assert not api.module.handlers
    assert api.module.place_of_error(ValueError()) is None


def test_values_of_a_wrong_type_stop_the_start_all_together(home: Write) -> None:
    lines = """
def _rot(call, key): pass
behaviour = ("greeting", "hello", "nobody says")
timeline = _rot
collections = 3
outbox = dialect = on_start = vet_caller = "text"
"""
    with pytest.raises(SetupError) as stopped:
        load(home, lines)
    findings = [str(finding) for finding in stopped.value.findings]
    assert [finding.partition("apis/shop.py: ")[2].partition(", not ")[0] for finding in findings] == [
        "`behaviour` of these handlers is a tuple of Switch",
        "`timeline` of these handlers is a tuple of functions",
        "`collections` of these handlers is a tuple of Collection",
        "`outbox` of these handlers is an Outbox",
        "`dialect` of these handlers is a Dialect or a function that makes one",
        "`on_start` of these handlers is a function",
        "`vet_caller` of these handlers is a function",
    ]

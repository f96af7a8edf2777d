"""Steps of JSON pointers."""

from __future__ import annotations

from pathlib import Path

import pytest

import mockade
from mockade.contract.json_pointer import escaped, unescaped


@pytest.mark.parametrize(
    ("step", "written"), [("a", "a"), ("a/b", "a~1b"), ("m~n", "m~0n"), ("~1", "~01"), ("", "")]
)
def test_a_step_is_written_and_read_as_the_rfc_has_it(step: str, written: str) -> None:
    assert escaped(step) == written
    assert unescaped(written) == step


def test_nobody_writes_one_anew() -> None:
    sources = Path(mockade.__file__).parent.rglob("*.py")
    anew = [one.name for one in sources if '"~1"' in one.read_text(encoding="utf-8").replace("'", '"')]
    assert anew == ["json_pointer.py"]

"""Whole numbers of the command line: what is none is told with what to write."""

from __future__ import annotations

import pytest

from tests.cli.commands import run


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("rows", "--rows", "abc", "x"), "'abc' is no whole number: write one from 0 to 1000."),
        (("rows", "--rows", "1001", "x"), "1001 is out of bounds: write one from 0 to 1000."),
        (("rows", "--seed", "1.5", "x"), "'1.5' is no whole number: write one from -9223372036854775808 to"),
        (("serve", "--worlds", "0"), "0 is out of bounds: write one from 1 on."),
        (("fault", "add", "--status", "abc"), "'abc' is no whole number: write one from 200 to 599."),
    ],
)
def test_what_is_no_such_number_is_told_with_what_to_write(words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert sentence in result.stderr

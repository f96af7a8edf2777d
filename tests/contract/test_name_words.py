"""A name's words, however they are put together."""

from __future__ import annotations

import pytest

from mockade.contract.name_words import joined, split_words


@pytest.mark.parametrize(
    "name", ["firstName", "first_name", "FIRST_NAME", "first-name", "FirstName", "first name"]
)
def test_a_name_s_words_are_the_same_in_every_spelling(name: str) -> None:
    assert split_words(name) == ("first", "name")
    assert joined(name) == "firstname"


def test_words_with_capitals_and_digits_are_told_apart() -> None:
    assert split_words("userID") == ("user", "id")
    assert split_words("HTTPServer2") == ("http", "server", "2")
    assert split_words("日本") == ()

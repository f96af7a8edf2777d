"""The words for keys and moments."""

from __future__ import annotations

import pytest

from mockade.contract.name_words import split_words
from mockade.contract.vocabulary import CREATED, KEYS, MOMENT_ENDS, UPDATED


@pytest.mark.parametrize("words", [KEYS, MOMENT_ENDS, (*CREATED, *UPDATED)])
def test_each_word_is_one_as_names_are_split_and_stands_once(words: tuple[str, ...]) -> None:
    assert [split_words(one) for one in words] == [(one,) for one in words]
    assert len(set(words)) == len(words)

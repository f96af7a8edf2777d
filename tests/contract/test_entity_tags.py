"""Lists of entity tags in conditions, as RFC 9110 reads and compares them."""

from __future__ import annotations

import pytest

from mockade.contract.entity_tags import is_listed


@pytest.mark.parametrize(
    ("condition", "tag", "is_weakly", "is_strongly"),
    [
        ('"a"', '"a"', True, True),
        ('"a"', '"b"', False, False),
        ('"z", "a"', '"a"', True, True),
        ('"z","a"', '"a"', True, True),
        ('"z", "a,b"', '"a,b"', True, True),
        ('"a,b"', '"a"', False, False),
        ('"a, b", "c"', '", "', False, False),
        ('W/"a"', '"a"', True, False),
        ('"a"', 'W/"a"', True, False),
        ('W/"a"', 'W/"a"', True, False),
        ('w/"a"', '"b"', False, False),
        ('"", "a"', '""', True, True),
        ('"*"', '"a"', False, False),
        (" * ", '"a"', True, True),
        ("*", "", False, False),
        ('"a"', "", False, False),
        ("", '"a"', False, False),
        ("z, a", "a", True, True),
        ("a, b", "a, b", True, True),
        ('"a', '"a"', True, True),
        ('W/"é\\"', '"é\\"', True, False),
    ],
)
def test_a_list_of_entity_tags_holds_a_tag_by_weak_or_strong_comparison(
    condition: str, tag: str, is_weakly: bool, is_strongly: bool
) -> None:
    assert is_listed(condition, tag) is is_weakly
    assert is_listed(condition, tag, is_strong=True) is is_strongly

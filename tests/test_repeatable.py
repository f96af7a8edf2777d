"""The same seed and the same requests give the same bytes: answers, journals, and what a fork says."""

from __future__ import annotations

import pytest

from tests.harness import Mock
from tests.test_promises import CONTRACTS, NAMES, family, good_request

V1 = "/_mockade/v1"


def play(mock: Mock, name: str, prefix: str = "") -> list[tuple[int, bytes]]:
    """Every operation twice, some nonsense between, and time that moves."""
    answers = []
    for _ in range(2):
        for operation in CONTRACTS[name].operations:
            request = good_request(mock.apis[name], operation)
            answers.append(request.send(mock, path=prefix + request.path))
            if operation.body is not None:
                answers.append(request.send(mock, path=prefix + request.path, body={"no": ["such", 1]}))
        answers.append(mock.get(f"{prefix}/nowhere"))
        answers.append(mock.post(f"{prefix}{V1}/clock/advance", json={"by": "31m"}))
    return [(answer.status_code, answer.content) for answer in answers]


@pytest.mark.parametrize("name", NAMES)
def test_two_runs_give_byte_identical_answers_and_journals(name: str) -> None:
    runs = []
    for _ in range(2):
        with Mock(*family(name), seed=7) as mock:
            runs.append((play(mock, name), mock.get(f"{V1}/journal?format=ndjson&secrets=true").content))
    assert runs[0] == runs[1]
    assert len(runs[0][1].splitlines()) >= len(runs[0][0])


@pytest.mark.parametrize("name", NAMES)
def test_a_fork_answers_as_its_origin_would_have(name: str) -> None:
    with Mock(*family(name)) as mock:
        play(mock, name)
        mock.post(f"{V1}/fork", json={"name": "fork"})
        assert play(mock, name, "/@fork") == play(mock, name)


def test_another_seed_gives_other_ids() -> None:
    made = []
    for seed in (1, 2):
        with Mock("meshmap", seed=seed) as mock:
            operation = next(one for one in CONTRACTS["meshmap"].operations if one.method == "POST")
            made.append(good_request(mock.apis["meshmap"], operation).send(mock).content)
    assert made[0] != made[1]

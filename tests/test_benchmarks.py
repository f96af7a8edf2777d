"""The bench's own arithmetic, its generated contract, and what it says; the figures are nobody's promise."""

from __future__ import annotations

import io
import json
import sys
from argparse import ArgumentTypeError
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from benchmarks import contracts, growth, holding, host, load, loading, marks, plot, report, throughput
from benchmarks.__main__ import main, sizes
from benchmarks.figures import Figure, Mark, figure, ratio
from benchmarks.peers import ALL, MOCKADE, PEERS
from benchmarks.processes import Answer, Failed, Process
from benchmarks.work import FIRST, WORKS, Work
from mockade.contract.contract import Contract
from mockade.settings import Settings

BY_NAME = {work.name: work for work in WORKS}


def test_a_ratio_is_taken_round_by_round() -> None:
    assert ratio([10, 1, 30], [5, 1, 10]) == Figure(2, 1, 3)
    assert figure([3, 1, 2]) == Figure(2, 1, 3)


@pytest.mark.parametrize(
    ("most", "found", "verdict"),
    [(False, 1, "missed"), (False, 2, "must"), (False, 3, "aim"), (True, 3, "must"), (True, 4, "missed")],
)
def test_a_mark_is_missed_met_or_aimed_at(most: bool, found: float, verdict: str) -> None:
    mark = Mark("x", "x", 3 if most else 2, 2 if most else 3, most)
    assert mark.judged(figure([found]))["verdict"] == verdict
    assert mark.judged(None)["verdict"] == "not measured"


def test_the_generated_contract_is_sound_and_always_the_same(tmp_path: Path) -> None:
    made = contracts.contract()
    assert made == contracts.contract() != contracts.contract(seed=1)
    path = tmp_path / "large.json"
    path.write_text(json.dumps(made), encoding="utf-8")
    assert len(Contract.load(path).operations) == contracts.OPERATIONS
    few = contracts.contract(operations=6)["paths"].values()
    assert sum(len(item.keys() - {"parameters"}) for item in few) == 6


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("openapi: 3.0.3\ninfo: [\n", "This is not YAML"),
        ("hello\n", "an OpenAPI document is an object."),
        ('{"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {}}', "no operation"),
    ],
)
def test_a_contract_that_cannot_be_loaded_is_told_in_words(
    text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {"Mockade": loading.loaders()["Mockade"]}
    monkeypatch.setattr(loading, "loaders", lambda: ours)
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    seconds, failed = loading.loads(path, 1)
    assert not seconds
    assert why in failed["Mockade"]
    assert "raise" not in failed["Mockade"]


def test_a_numbered_request_is_as_long_as_its_template() -> None:
    playtime = BY_NAME["playtime"]
    assert playtime.varies
    assert not BY_NAME["get"].varies
    for number in (7, playtime.wraps - 1):
        assert len(playtime.numbered(number).body) == len(playtime.body)
    assert f'"match-{FIRST + 7}"' in playtime.numbered(7).body
    assert f"n % {playtime.wraps}" in load.script(playtime)


def test_each_peer_is_asked_only_for_work_that_there_is() -> None:
    assert {name for peer in PEERS for name in peer.works} == set(ALL) == set(BY_NAME)
    assert MOCKADE.works == ALL
    assert all(peer.lacks for peer in PEERS if peer is not MOCKADE)


def test_a_bench_that_is_interrupted_at_its_start_stops_the_servers_that_are_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Process] = []

    def interrupted(process: Process, _work: Work) -> float:
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(Process, "first_answer", interrupted)
    with pytest.raises(KeyboardInterrupt), throughput.field((), tmp_path):
        pass
    assert [process.process.poll() is not None for process in started] == [True]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["start", "--contract", __file__], "--contract is for the part `loading`"),
        (["start", "--sessions", "10"], "--sessions is for the part `growth`"),
        (["start", "--out", f"{__file__}/below"], "Nothing can be written to"),
        (["strat"], "There is no part 'strat'"),
    ],
)
def test_what_would_come_to_nothing_is_refused_before_anything_is_measured(
    arguments: list[str], why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", *arguments])
    with pytest.raises(SystemExit):
        main()
    assert why in capsys.readouterr().err


def test_another_status_than_the_work_has_ends_the_bench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(["true"], 1, tmp_path / "log")
    monkeypatch.setattr(throughput, "ask", lambda _port, _work: Answer(200, {}, b""))
    with pytest.raises(Failed, match="200 in the place of 304"):
        throughput._warm_up(process, BY_NAME["get-304"], 1, tmp_path)
    process.stop()


def test_the_tables_show_what_was_measured_and_name_who_was_missing() -> None:
    one = figure([100.0, 200.0, 300.0]).as_json()
    results = {
        "machine": {"cores": "2"},
        "load": [0.1, 0.2],
        "settings": {"rounds": 3},
        "marks": [Mark("a mark", "x", 2, 3).judged(None)],
        "throughput": [
            {
                "work": "GET",
                "peer": "Mockade",
                "rate": one,
                "p50_ms": one,
                "p99_ms": one,
                "cpu_us": None,
                "mockade_to_it": one,
            }
        ],
        "peers": {"Prism": {"lacks": "state", "missing": "not installed (make bench-peers)"}},
    }
    told = report.tables(results)
    assert "200 (100 to 300)" in told
    assert "not measured" in told
    assert "Prism was not measured: not installed (make bench-peers)" in told
    assert "Growth" not in told
    assert plot.rates(results["throughput"]).count("<rect") == 2


def test_the_plot_of_growth_says_what_it_counts_in_the_words_of_the_tables() -> None:
    one = {"axis": "sessions", "at": "10", "name": "join", "work": "POST create-or-join session"}
    drawn = plot.growth([{**one, "rate": {"median": 5.0}}])
    assert "Requests a second by sessions" in drawn
    assert "POST create-or-join session" in drawn


def test_growth_is_judged_only_where_it_was_measured() -> None:
    verdicts = {one["name"]: one["verdict"] for one in marks.of_growth([], [])}
    assert set(verdicts.values()) == {"not measured"}
    million = {
        "sessions": 1_000_000, "bytes": 1500, "json_bytes": 400, "fork_us": 1, "reset_us": 2, "rewind_us": 3,
    }  # fmt: skip
    assert [one["verdict"] for one in marks.of_growth([], [million])] == [
        "must", "not measured", "aim", "not measured",
    ]  # fmt: skip


def test_worlds_and_sessions_are_visited_one_after_the_other() -> None:
    assert (
        growth.in_worlds(BY_NAME["get"], 3).numbered(4).path == f"/@w-{FIRST + 1}/session/v1/session/casual-1"
    )
    assert growth.session_read(10).numbered(12).path == f"/session/v1/session/s-{FIRST + 2}"


def test_sizes_of_worlds_are_growing_numbers() -> None:
    assert sizes("10,1000") == (10, 1000)
    for text in ("", "x", "0", "10,5", "10,10", "10,"):
        with pytest.raises(ArgumentTypeError, match="growing numbers"):
            sizes(text)


def test_the_measured_world_weighs_its_sessions_and_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "OTHERS", 100)
    app, worlds, api = host.application(Settings(journal=10))
    report = io.StringIO()
    assert list(host.milestones(worlds, api, [3], report)) == [0]
    weighed = json.loads(report.getvalue())
    assert weighed["sessions"] == 3
    assert weighed["json_bytes"] == pytest.approx(400, rel=0.2)
    assert min(weighed[f"{act}_us"] for act in ("fork", "reset", "rewind")) > 0
    read = growth.session_read(3).numbered(2)
    assert TestClient(app).get(read.path, headers=read.headers).status_code == 200


def test_what_a_worker_holds_is_weighed(tmp_path: Path) -> None:
    found = {one.name: one.bytes for one in holding.held(tmp_path, 5, 5, 5)}
    assert len(found) == 6
    assert found["process"] > 20 * 2**20
    asked = [holding.in_world(holding.READ, number).path for number in range(2)]
    assert asked == ["/@w0/apps/game-sessions/session-open", "/@w1/apps/game-sessions/session-open"]

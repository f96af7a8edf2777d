"""The bench's command line: what to measure, how long, and where the results go."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import (
    contracts,
    growth,
    loading,
    machine,
    marks,
    plot,
    report,
    stalls,
    startup,
    stores,
    throughput,
)
from benchmarks.figures import figure
from benchmarks.peers import CONNEXION, PEERS
from benchmarks.processes import Failed

PARTS = ("throughput", "start", "memory", "loading", "growth", "stalls", "stores")
RESULTS = Path(__file__).parent / "results"


class Length(NamedTuple):
    """How much of everything a run does."""

    rounds: int
    seconds: float
    warm: int
    starts: int
    requests: int
    loads: int
    growth: growth.Scale
    stalls: int
    """Sessions beside the 50,000 that are always there."""


FULL = Length(5, 5, 20_000, 7, 100_000, 5, growth.FULL, 50_000)
QUICK = Length(3, 1, 5_000, 3, 10_000, 2, growth.QUICK, 1_000)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench ARGS='…'",
        description="Measures Mockade beside its peers, and as a world grows: docs/performance.md.",
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; without any, all of them"
    )
    parser.add_argument(
        "--quick", action="store_true", help="about fifteen minutes in all: fewer rounds, smaller worlds"
    )
    parser.add_argument(
        "--contract",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a contract that `loading` loads too",
    )
    parser.add_argument("--sessions", type=sizes, metavar="N,…", help="the worlds that `growth` measures")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where the results go: benchmarks/results, and there a folder for the parts that are named",
    )
    asked = parser.parse_args()
    strange = [part for part in asked.parts if part not in PARTS]
    if strange:
        parser.error(f"There is no part {strange[0]!r}. There are: {', '.join(PARTS)}.")
    parts = tuple(asked.parts) or PARTS
    # So that one part's results do not take the place of another's.
    out: Path = asked.out or RESULTS / "-".join(asked.parts)
    if asked.contract and "loading" not in parts:
        parser.error("--contract is for the part `loading`, which is not among those named.")
    if asked.sessions and "growth" not in parts:
        parser.error("--sessions is for the part `growth`, which is not among those named.")
    absent = [path for path in asked.contract if not path.is_file()]
    if absent:
        parser.error(f"There is no contract {absent[0]}.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"Nothing can be written to {out}: {error.strerror}.")
    if shutil.which("wrk") is None:
        sys.exit("The bench drives servers with wrk, which is not installed. On Debian: apt-get install wrk")
    # Its servers are sessions of their own: whoever ends the bench must let it end them.
    for told in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(told) is not signal.SIG_IGN:  # as under nohup
            signal.signal(told, signal.default_int_handler)
    length = QUICK if asked.quick else FULL
    if asked.sessions:
        length = length._replace(growth=length.growth._replace(sessions=asked.sessions))
    results = begun(length)
    try:
        with tempfile.TemporaryDirectory(prefix="mockade-bench-") as folder:
            measure(results, parts, length, asked.contract, Path(folder))
    except Failed as failure:
        if results["marks"]:  # what took long is not to be lost
            write(results, out)
        sys.exit(f"The bench came to no end: {failure}")
    except KeyboardInterrupt:
        sys.exit("The bench was stopped before its end. Its servers are stopped too; nothing was written.")
    write(results, out)


def sizes(text: str) -> tuple[int, ...]:
    """Numbers of sessions, the smallest first. Raises ArgumentTypeError for anything else."""
    try:
        found = tuple(int(one) for one in text.split(","))
    except ValueError:
        found = ()
    if not found or found[0] < 1 or list(found) != sorted(set(found)):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of growing numbers, like 10,1000.")
    return found


def begun(length: Length) -> dict[str, Any]:
    """Results of which only the circumstances are known."""
    return {
        "machine": machine.described(),
        "load": [machine.busy()],
        "settings": {
            "rounds": length.rounds,
            "seconds a run": length.seconds,
            "rounds of growth": length.growth.rounds,
            "requests to warm up": length.warm,
            "requests for memory": length.requests,
        },
        "marks": [],
    }


def measure(
    results: dict[str, Any], parts: tuple[str, ...], length: Length, files: list[Path], folder: Path
) -> None:
    """Add what each part measures as soon as it is there. Raises Failed, which leaves the rest out."""
    if {"throughput", "start", "memory"} & {*parts}:
        _beside_peers(parts, length, folder, results)
    if "loading" in parts:
        _loading(length, files, folder, results)
    if "growth" in parts:
        records, results["inside"] = growth.sessions(length.growth, folder)
        results["growth"] = records + growth.others(length.growth, folder)
        results["marks"] += marks.of_growth(results["growth"], results["inside"])
    if "stalls" in parts:
        waits = stalls.measured(length.stalls, folder)
        results["stalls"] = stalls.as_json(waits)
        results["marks"] += stalls.judged(waits)
    if "stores" in parts:
        runs = stores.measured(length.rounds, length.seconds, folder)
        results["stores"] = stores.as_json(runs)
        results["marks"] += stores.judged(runs)
    results["load"].append(machine.busy())


def _beside_peers(parts: tuple[str, ...], length: Length, folder: Path, results: dict[str, Any]) -> None:
    with throughput.field(PEERS, folder) as there:
        results["peers"] = {
            peer.name: {"lacks": peer.lacks, "missing": there.missing.get(peer.name, "")} for peer in PEERS
        }
        for name, why in there.missing.items():
            print(f"  {name} is missing: {why}", flush=True)
        if "throughput" in parts:
            runs = throughput.rounds(there, length.rounds, length.seconds, length.warm)
            results["throughput"] = throughput.told(there, runs)
            results["marks"] += marks.of_rates(runs, {work.name: work.title for work in there.works})
            tails = throughput.tails(there, length.rounds, length.seconds, runs)
            results["tails"] = [one.as_json() for one in tails]
            results["marks"] += marks.of_tails(tails)
        present, read = there.present, there.works[0]
    if "start" in parts:
        starts = startup.starts(present, there.files, read, length.starts, folder)
        results["starts"] = {name: figure(took).as_json() for name, took in starts.items()}
        results["marks"] += marks.of_starts(starts)
        if CONNEXION in present:
            runs = startup.short_runs(CONNEXION, there.files, read, length.starts, folder)
            results["short runs"] = {name: figure(took).as_json() for name, took in runs.items()}
            results["marks"] += marks.of_short_runs(runs)
    if "memory" in parts:
        results["memory"] = startup.weights(present, there.files, read, length.requests, folder)
        results["marks"] += marks.of_memory(results["memory"])


def _loading(length: Length, files: list[Path], folder: Path, results: dict[str, Any]) -> None:
    generated = folder / "large.json"
    generated.write_text(json.dumps(contracts.contract()), encoding="utf-8")
    results["loading"] = []
    for path in (generated, *files):
        seconds, failed = loading.loads(path.resolve(), length.loads)
        made = f"Generated, {contracts.OPERATIONS} operations"
        results["loading"].append(
            {
                "contract": made if path is generated else path.name,
                "bytes": path.stat().st_size,
                "seconds": {name: figure(took).as_json() for name, took in seconds.items()},
                "failed": failed,
            }
        )
        if path is generated:
            results["marks"] += marks.of_loading(seconds)


def write(results: dict[str, Any], folder: Path) -> None:
    """The tables to the terminal and to `bench.md`, all of it to `bench.json`, and the plots."""
    told = report.tables(results)
    (folder / "bench.md").write_text(told, encoding="utf-8")
    (folder / "bench.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    drawn = {"rates.svg": (plot.rates, "throughput"), "growth.svg": (plot.growth, "growth")}
    files = ["bench.md", "bench.json"]
    for name, (draw, part) in drawn.items():
        if results.get(part):
            (folder / name).write_text(draw(results[part]), encoding="utf-8")
            files.append(name)
    print(f"\n{told}\nWritten to {folder}, in the place of what was there: {', '.join(files)}.")


if __name__ == "__main__":
    main()

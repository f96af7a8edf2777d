"""The command line of the reliability runs: which, how much, and where the results go."""

from __future__ import annotations

import argparse
import json
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.processes import ROOT, Failed
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.page import outcomes, page
from benchmarks.reliability.redis_server import version
from benchmarks.reliability.runs import RUNS, TABLES, chosen

PAGE = ROOT / "docs" / "reliability.md"
RESULTS = ROOT / "benchmarks" / "results"
TOLD = ("processor", "cores", "memory", "system", "python", "uvicorn", "connexion")


def main(arguments: Sequence[str] | None = None) -> None:
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        names = chosen(asked.names)
    except ValueError as error:
        parser.error(f"There is no run '{error}'. There are: {', '.join((*RUNS, *TABLES))}.")
    # Its servers are sessions of their own: whoever ends the runs must let them end these.
    for told in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(told) is not signal.SIG_IGN:  # as under nohup
            signal.signal(told, signal.default_int_handler)
    results: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "command": f"make soak ARGS='{shlex.join(arguments)}'" if arguments else "make soak",
        "version": machine.commit(),
        "machine": {name: value for name, value in machine.described().items() if name in TOLD},
        "load": [machine.busy()],
        "runs": {},
    }
    if any(RUNS[name].table == "stores" for name in names) and (store := version()):
        results["machine"]["store"] = store
    scale = Scale(asked.requests, asked.rounds, asked.connections)
    try:
        for name in names:
            results["runs"][name] = tried(name, scale)
    except KeyboardInterrupt:
        sys.exit("The runs were stopped before their end. Their servers are stopped; nothing was written.")
    results["load"].append(machine.busy())
    _write(results, asked.out, asked.page or (None if asked.names else PAGE))
    if any(run["lost"] for run in results["runs"].values()):
        sys.exit(1)


def tried(name: str, scale: Scale) -> dict[str, Any]:
    """What one run comes to, in a folder of its own that is gone afterwards."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mockade-soak-") as folder:
        try:
            outcome = RUNS[name].act(scale, Path(folder))
        except Failed as failure:
            outcome = Outcome({}, [f"It came to no end: {failure}"], {})
    seconds = time.perf_counter() - started
    lost = f"lost {len(outcome.lost)} things" if outcome.lost else "nothing lost"
    print(f"  {RUNS[name].title}: {lost}, {seconds:.0f} s", flush=True)
    for one in outcome.lost:
        print(f"    {one}", flush=True)
    return {**outcome.as_json(), "seconds": seconds}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make soak ARGS='…'",
        description="Tries at length what must not lose anything: docs/reliability.md.",
        epilog="A run of all writes the tables of docs/reliability.md; others theirs where --page says so. "
        "Ends with 1 where something was lost.",
    )
    default = Scale()
    parser.add_argument(
        "names",
        nargs="*",
        metavar="RUN",
        help=f"{', '.join(RUNS)}; {' or '.join(TABLES)} for all of a table; without any, all of them",
    )
    for name, text in (
        ("requests", "mixed requests"),
        ("rounds", "kills; the other runs do a share of it, 50 clock jumps for each"),
        ("connections", "idle connections; a hundredth of it, slow readers"),
    ):
        value = getattr(default, name)
        parser.add_argument(
            f"--{name}", type=_count, default=value, metavar="N", help=f"{text} ({value:,} without it)"
        )
    parser.add_argument(
        "--out", type=Path, default=RESULTS, metavar="DIR", help="for the JSON: benchmarks/results"
    )
    parser.add_argument("--page", type=Path, metavar="FILE", help="where the tables go")
    return parser


def _count(text: str) -> int:
    try:
        number = int(text.replace(",", "").replace("_", ""))
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on.")
    return number


def _write(results: dict[str, Any], out: Path, into: Path | None) -> None:
    """The tables to the terminal and the page, all of it to `reliability.json`."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "reliability.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"\n{outcomes(results, results['runs'])}\n\nWritten: {out / 'reliability.json'}")
    if into is not None:
        into.write_text(page(into.read_text(encoding="utf-8"), results), encoding="utf-8")
        print(f"Written: {into}")


if __name__ == "__main__":
    main()

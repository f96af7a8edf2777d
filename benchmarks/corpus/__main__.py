"""The corpus' command line: which contracts, whether with the peers, and where the results go."""

from __future__ import annotations

import argparse
import json
import random
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.corpus import directory, page, pool, tally
from benchmarks.corpus import peers as others
from benchmarks.corpus.pool import Result, Subject
from benchmarks.processes import ROOT

PAGE = ROOT / "docs" / "corpus.md"
RESULTS = ROOT / "benchmarks" / "results"
BESIDE = 40
"""On how many contracts the peers are tried."""


def main(arguments: Sequence[str] | None = None) -> None:
    arguments = sys.argv[1:] if arguments is None else arguments
    chosen = _parser().parse_args(arguments)
    why = directory.missing(chosen.directory)
    if why:
        sys.exit(why)
    subjects = directory.chosen(
        chosen.directory, every=chosen.all, sample=chosen.sample, seed=chosen.seed, only=chosen.only
    )
    if not subjects:
        sys.exit("There is no such contract: --only takes a provider's name, or provider/file.")
    load = [machine.busy()]
    results, bundled = pool.tried(subjects, chosen.workers, _progress(len(subjects)))
    found: dict[str, Any] = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "command": _command(arguments),
        "version": machine.commit(),
        "machine": {key: value for key, value in machine.described().items() if key not in ("java", "wrk")},
        "sums": tally.summed(results, bundled),
    }
    _save(found, results, chosen.out)  # the peers take long, and may be interrupted
    if chosen.peers:
        beside = _beside(subjects, chosen.peers, chosen.seed)
        print(f"Beside the peers: {len(beside)} contracts", flush=True)
        found["peers"] = others.compared(beside, results, chosen.workers)
    found["load"] = [*load, machine.busy()]
    whole = not chosen.only and not chosen.sample and chosen.directory == directory.DIRECTORY
    _write(found, results, chosen.out, chosen.page or (PAGE if whole else None))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make corpus ARGS='…'",
        description="Tries Mockade on published contracts: docs/corpus.md.",
        epilog="A run of all contracts writes docs/corpus.md; others where --page says so.",
    )
    parser.add_argument("--all", action="store_true", help="all contracts, not one of each provider")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="so many of them, by chance")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="what chance begins with (0)")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="a provider's, or provider/file; again for more",
    )
    parser.add_argument(
        "--peers", type=int, nargs="?", const=BESIDE, default=0, metavar="N",
        help=f"Prism and Scalar beside it, on so many of the contracts ({BESIDE})",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="contracts tried at a time (2)")
    parser.add_argument(
        "--directory",
        type=Path,
        default=directory.DIRECTORY,
        metavar="DIR",
        help="a folder of contracts in JSON",
    )
    parser.add_argument(
        "--out", type=Path, default=RESULTS, metavar="DIR", help="for the JSON: benchmarks/results"
    )
    parser.add_argument("--page", type=Path, metavar="FILE", help="where the page goes")
    return parser


def _progress(whole: int) -> Any:
    done = 0

    def report(result: Result) -> None:
        nonlocal done
        done += 1
        good = sum(one["verdict"] == "answered" for one in result["answers"])
        up = "started" if tally.started(result) else "did not start"
        outcome = f"{good} of {result['operations']} answered" if tally.started(result) else result["failed"]
        print(f"  {done}/{whole} {result['name']}: {up}, {outcome}  {result['seconds']:.1f} s", flush=True)

    return report


def _beside(subjects: Sequence[Subject], number: int, seed: int) -> list[Subject]:
    return sorted(random.Random(seed).sample(subjects, min(number, len(subjects))))


def _command(arguments: Sequence[str]) -> str:
    return f"make corpus ARGS='{shlex.join(arguments)}'" if arguments else "make corpus"


def _save(found: dict[str, Any], results: list[Result], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**found, "results": results}, indent=1) + "\n"
    (out / "corpus.json").write_text(text, encoding="utf-8")


def _write(found: dict[str, Any], results: list[Result], out: Path, into: Path | None) -> None:
    """The page to the terminal and to its file, all of it to `corpus.json`."""
    text = page.page(found)
    print(f"\n{text}")
    _save(found, results, out)
    print(f"Written: {out / 'corpus.json'}")
    if into is not None:
        into.write_text(text, encoding="utf-8")
        print(f"Written: {into}")


if __name__ == "__main__":
    main()

"""The commands that judge what was asked before: `verify` of a running server, `report` of saved journals."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from mockade.cli.control import with_world
from mockade.cli.coverage_options import threshold_options
from mockade.cli.numbers import WholeNumber
from mockade.cli.options import (
    BAD_SETUP,
    ENVIRONMENT,
    all_of,
    exit_on_setup_error,
    home_option,
    print_error,
    print_warning,
)
from mockade.cli.reporting import fail_on_option, report_option
from mockade.cli.run_options import har_option
from mockade.errors import Finding, Place, SetupError
from mockade.reports.output_paths import identity

_verification_options = all_of(
    fail_on_option,
    report_option,
    threshold_options,
    har_option,
    click.option(
        "--api",
        "names",
        metavar="FILE|DIR|URL|NAME",
        multiple=True,
        envvar="MOCKADE_API",
        show_envvar=True,
        help="A contract that was served, for its lines and its coverage; those of bundled APIs are known.",
    ),
    home_option,
)


@click.command(context_settings=ENVIRONMENT)
@with_world
@click.option(
    "--since",
    metavar="ID",
    type=WholeNumber(0),
    default=0,
    help="Only entries of the journal after this one.",
)
@_verification_options
def verify(remote: Any, since: int, **options: Any) -> None:
    """Say whether what was asked of a running server's world kept the contract.

    Ends with 1 where it was broken, or what --fail-on says came, and with 2 where that cannot be told.
    """
    from mockade.cli.verification import Verification

    remote.look()  # reading the journal would make a world that is not there
    with exit_on_setup_error():
        verification = Verification("verify", scheme=remote.url.partition(":")[0], **options)
        code = verification.verify(_without_gaps(remote, since), [one["name"] for one in remote.apis()])
    sys.exit(code)


def _without_gaps(remote: Any, since: int) -> Iterator[Any]:
    """The entries after one, and a warning of those that the journal has dropped.

    Raises SetupError where the journal never came to that entry.
    """
    last = max(0, since - 1)
    for entry in remote.journal.each(after=last):
        missing = entry["id"] - max(last, since) - 1
        if missing > 0:
            many = f"{missing:,} entries are" if missing > 1 else "An entry is"
            print_warning(
                f"{many} missing before #{entry['id']}: the journal of {remote.world!r} has dropped what was "
                "older. With a larger --journal the server keeps more."
            )
        last = entry["id"]
        if last > since:
            yield entry
    if last < since:
        message = f"The journal of {remote.world!r} never came to #{since}."
        mend = "Was its server started again, or its world made again? Leave --since out."
        raise SetupError([Finding(Place(remote.url), message, mend)])


@click.command(context_settings=ENVIRONMENT)
@click.argument("journals", metavar="JOURNAL...", nargs=-1, required=True)
@_verification_options
def report(journals: tuple[str, ...], **options: Any) -> None:
    """Say whether what saved journals tell of kept the contract, as one run.

    A JOURNAL is a file of NDJSON, as --journal-out writes it; - is stdin. Several are shards of one run.
    Ends with 1 where the contract was broken, or what --fail-on says came, and with 2 where that cannot be
    told.
    """
    from mockade.cli.saved_journals import SavedJournals
    from mockade.cli.verification import Verification

    named = [journal if journal == "-" else identity(journal) for journal in journals]
    twice = next((one for at, one in enumerate(journals) if named.index(named[at]) != at), None)
    if twice is not None:
        raise click.UsageError(f"{twice} is named twice: its entries would be counted twice.")
    with exit_on_setup_error():
        saved = SavedJournals(journals)
        code = Verification("report", journals=journals, **options).verify(saved, empty=saved.empty)
    for place in saved.cut:
        print_error(
            f"{place}: This line was cut off in the middle of an entry: the run was killed, or the file is "
            "not whole. What stands before it was judged."
        )
    sys.exit(code or (BAD_SETUP if saved.cut else 0))

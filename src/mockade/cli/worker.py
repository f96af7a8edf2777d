"""The program of a worker: `serve` on a socket that it was given, beside others."""

import gc

# As in `__main__`: looking for garbage while modules are loaded takes a tenth of what the loading does.
gc.disable()
import os  # noqa: E402  # after gc.disable()
import sys  # noqa: E402

import click  # noqa: E402

from mockade.cli.options import exit_on_setup_error  # noqa: E402
from mockade.cli.streams import watched_streams  # noqa: E402
from mockade.workers.link import Link  # noqa: E402

gc.freeze()


def main() -> None:
    """Serve what is ordered over the socket that the last argument is the descriptor of."""
    link = Link(int(sys.argv[-1]))
    try:
        order = link.order()
    except EOFError as error:
        sys.exit(str(error))
    # What is loaded from here on may come from the files that are served.
    from mockade.cli.worker_serving import served

    with watched_streams(), click.Context(click.Command("serve"), color=order.color or None):
        with exit_on_setup_error():
            serving = served(order, link)
            code = 0 if serving.run() else 1
        is_printed = serving.close()
    if not is_printed:
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()

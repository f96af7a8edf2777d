"""The run of a worker, of its order."""

from __future__ import annotations

import socket

from mockade.cli.printer import LinePrinter
from mockade.cli.serving import Serving, Sharing
from mockade.cli.shared_files import FileLock
from mockade.launch import Port
from mockade.server.listener import url_of
from mockade.workers.link import Link, Order


def served(order: Order, link: Link) -> Serving:
    """A worker that is ready to run. Raises SetupError with all that keeps it from being so."""
    listener = socket.socket(fileno=order.listener)
    port = Port(listener, url_of(listener, order.arguments["host"]))
    sharing = Sharing(
        LinePrinter(FileLock(order.lock)),
        link.retiring,
        order.is_first,
        lambda lines: link.ready(introduction=lines),
    )
    return Serving(**{**order.arguments, "port": port}, sharing=sharing)

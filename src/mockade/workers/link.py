"""What a worker is given at its start, and what it and the supervisor tell each other over a socket."""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Any, NamedTuple

RETIRE = b"retire\n"
"""What a worker is told once another has its place. The socket's end says that the supervisor is gone."""

ORPHANED = 15.0
"""Seconds that a worker has to end by itself when the supervisor is gone."""

_LENGTH = struct.Struct(">I")


class Order(NamedTuple):
    """What a worker is to serve and where; given over the socket, for arguments and environment are seen."""

    arguments: dict[str, Any]
    """Of the command, by name."""
    listener: int
    """The descriptor of the socket that clients connect to."""
    lock: int
    """That of a file, to be locked while lines are written to stdout."""
    is_first: bool
    """Whether it is the first of all: what is to be done or told once is its business."""
    color: bool
    """Whether its stderr, which is passed on, is shown by a terminal."""

    def encoded(self) -> bytes:
        data = pickle.dumps(self)
        return _LENGTH.pack(len(data)) + data


def received(end: socket.socket, size: int) -> bytes:
    """What the other end said, of so many bytes; nothing where it is gone."""
    try:
        return end.recv(size)
    except ConnectionResetError:  # it went with something unread
        return b""


class Link:
    """A worker's end of the socket."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._socket = socket.socket(fileno=descriptor)
        self.retiring = threading.Event()
        """Set when another has this worker's place."""

    def order(self) -> Order:
        """What to do; from then on what the supervisor says is heard. Raises EOFError where it is gone."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        order: Order = pickle.loads(self._read(length))
        for one in (order.listener, order.lock):
            os.set_inheritable(one, False)
        threading.Thread(target=self._listen, name="mockade-link", daemon=True).start()
        return order

    def ready(self, **report: Any) -> None:
        """Say that requests are answered."""
        with suppress(OSError):  # where the supervisor is gone this process is about to be told to end
            self._socket.sendall(json.dumps(report).encode() + b"\n")

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = received(self._socket, size - len(data))
            if not more:
                raise EOFError("The supervisor is gone.")
            data += more
        return data

    def _listen(self) -> None:
        heard = b""
        while more := received(self._socket, 64):
            heard += more
            if heard.endswith(RETIRE):
                self.retiring.set()
        # Without it nobody would end this process, nor start another once it dies.
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(ORPHANED)
        os._exit(1)

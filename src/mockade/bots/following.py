"""Players who follow the time of a running server's world, over restarts of the server."""

from __future__ import annotations

import time
from collections.abc import Callable

from mockade.bots.players import Players, ServerGone
from mockade.bots.served_world import ServedWorld
from mockade.client.http import UNREACHABLE, ControlError
from mockade.client.remote import Remote

POLL = 0.25
"""Seconds between two looks at the world's clock."""


def follow_time(players: Players, world: ServedWorld, remote: Remote, note: Callable[[str], object]) -> None:
    """Let the players act as the world's time goes on, until all have left, or Ctrl-C has them leave.

    A server that goes is waited for; `note` is called with a sentence about each such turn. Raises
    ScriptFailure where the script cannot go on, and ControlError where the server refuses.
    """
    begin = True
    while True:
        try:
            if begin:
                players.start()
                note(_begun(players, remote))
                begin = False
            players.act(world.now())
            if players.next_due is None:
                note("All players have left.")
                return
            time.sleep(POLL)
        except (ServerGone, ControlError) as error:
            if isinstance(error, ControlError) and error.status != UNREACHABLE:
                raise
            begin = True
            note(f"The server at {remote.url} has gone; the players begin anew when it is back.")
            if not _is_back(world):
                return
        except KeyboardInterrupt:
            _leave(players)
            return


def _leave(players: Players) -> None:
    """Let the players leave; a second Ctrl-C ends that too, and so does a server that is gone."""
    try:
        players.leave()
    except (ServerGone, KeyboardInterrupt):
        return


def _is_back(world: ServedWorld) -> bool:
    """Wait for a server to come back; False where Ctrl-C came first."""
    while True:
        try:
            time.sleep(POLL)
            world.now()
            return True
        except ServerGone:
            continue
        except KeyboardInterrupt:
            return False


def _begun(players: Players, remote: Remote) -> str:
    clock = remote.clock.get()
    stands = "" if clock["mode"] == "real" else ", frozen: they act as it is advanced"
    names = ", ".join(players.names[:5])
    more = f" and {len(players) - 5} more" if len(players) > 5 else ""
    return f"{names}{more} play in the world {remote.world!r}; its time is {clock['now']}{stands}."

"""A request that is run again where others were first with its world, as it came the first time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields

from mockade.asgi import Message, Receive, Scope, Send
from mockade.middleware.context import CONTEXT_KEY, KEPT_FAULT, RequestContext
from mockade.middleware.recorder import NUMBER
from mockade.stores.shared_world import SharedWorld
from mockade.worlds.journal import Exchange


class RerunRequest:
    """A request that may be run several times, by what was received of it; its answer is held meanwhile."""

    __slots__ = (
        "_at",
        "_given",
        "_held",
        "_receive",
        "_received",
        "_send",
        "before_stream",
        "context",
        "is_sent",
        "scope",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.context: RequestContext = scope[CONTEXT_KEY]
        self._given = dict(scope)
        self._receive = receive
        self._received: list[Message] = []
        self._at = 0
        self._send = send
        self._held: list[Message] = []
        self.before_stream: Callable[[], Awaitable[None]] | None = None
        """What is waited for before an answer begins that is not held back."""
        self.is_sent = False
        """Whether it is being answered already: by a stream, or a refusal of what is still coming."""

    @property
    def world(self) -> SharedWorld:
        world = self.context.world
        if not isinstance(world, SharedWorld):
            raise TypeError(f"{world.name!r} is no world of a store")
        return world

    @property
    def is_change(self) -> bool:
        """Whether it changed its world when it was run last."""
        routed: RequestContext = self.scope[CONTEXT_KEY]  # another than it came with
        return routed.is_change

    async def receive(self) -> Message:
        if self._at == len(self._received):
            self._received.append(await self._receive())
        self._at += 1
        return self._received[self._at - 1]

    def rewind(self) -> None:
        self._at = 0

    async def send(self, message: Message) -> None:
        if self.is_sent:
            await self._send(message)
            return
        self._held.append(message)
        if message.get("more_body", False):
            if self.before_stream is not None:
                await self.before_stream()
            await self.send_held()
            self.is_sent = True

    def name_entry(self, entry: Exchange | None) -> None:
        """Have the answer that is held name an entry of the journal, which has its number now."""
        if entry is not None and entry.id and self._held:
            start = self._held[0]
            start["headers"] = [*start["headers"], (NUMBER, b"%d" % entry.id)]

    async def send_held(self) -> None:
        held, self._held = self._held, []
        for message in held:
            await self._send(message)

    def run_again(self, *, is_counted: bool = False) -> None:
        """Be as it came; `is_counted` says whether the rules of faults have counted it for good."""
        routed: RequestContext = self.scope[CONTEXT_KEY]
        fault = self.scope.get(KEPT_FAULT, routed.fault)
        self.scope.clear()
        self.scope.update(self._given)
        if is_counted:
            self.scope[KEPT_FAULT] = fault
        _as_it_came(self.context)
        self._held = []
        self._at = 0


def _as_it_came(context: RequestContext) -> None:
    """Take back all that a run of the request has filled in."""
    exchange = context.exchange
    fresh = Exchange(exchange.method, exchange.path, exchange.world, query=exchange.query)
    for name in Exchange.__slots__:
        if name != "request_headers":
            setattr(exchange, name, getattr(fresh, name))
    plain = RequestContext(
        context.world,
        exchange,
        context.is_internal,
        context.world_refusal,
        base_url=context.base_url,
        accept=context.accept,
    )
    for field in fields(RequestContext):
        setattr(context, field.name, getattr(plain, field.name))

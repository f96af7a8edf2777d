"""Store middleware: an answer goes out when the store has confirmed the state that it was made of."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from mockade.asgi import App, Receive, Scope, Send
from mockade.errors import EngineRefusal, RunAgain
from mockade.middleware.receiving import receive_body
from mockade.middleware.rerun_request import RerunRequest
from mockade.settings import MOCKADE_PATH, Settings
from mockade.state.clock import steady_time
from mockade.stores import attempts
from mockade.stores.attempts import Attempt, NotReady
from mockade.stores.interface import StoreError, StoreFull
from mockade.stores.shared_world import AGAIN, SharedWorld
from mockade.stores.worker import StoreWorker
from mockade.worlds.memoized import remembering

MOST_TRIES = 50
"""How often a request is run where others change its world each time before it is done."""

READY = f"{MOCKADE_PATH}/v1/ready"


class StoreMiddleware:
    """Runs a request on this process's copy of its world, and again where others were first.

    It stands in the list only where worlds are kept in a store. What comes after it knows of that only that a
    request may be run again (FaultMiddleware counts it once). It is run as a whole, by what was
    received of it: its answer is held back meanwhile, but for the control API's streams.
    """

    def __init__(self, app: App, worker: StoreWorker, settings: Settings) -> None:
        self._app = app
        self._worker = worker
        self._rounds = worker.rounds
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = RerunRequest(scope, receive, send)
        try:
            if request.context.is_internal:
                with remembering():
                    is_done = await self._control(request)
            else:
                is_done = await self._call(request)
            reason = "" if is_done else BUSY
        except StoreError as error:
            reason = str(error)
        if reason:
            await self._refuse(request, reason)

    async def _call(self, request: RerunRequest) -> bool:
        """Whether it was answered; else the world was another each time."""
        world, arrived, tries = request.world, steady_time(), 0
        is_counted = False
        for _ in range(MOST_TRIES):
            if not world.is_loaded:
                await self._worker.loader.load(world)
            if world.faults.rules:
                await self._receive_whole(request)
            proposals = world.proposals
            try:
                await self._app(request.scope, request.receive, request.send)
                if request.is_sent:
                    return True
                number = await self._rounds.confirm(world, arrived)
            except RunAgain:
                number = AGAIN
            except StoreFull:
                # Others may have wanted the change that there was no room for.
                tries += 1
                if request.is_change or tries == MOST_TRIES:
                    raise
                number = AGAIN
            if number != AGAIN:
                request.context.exchange.id = number
                await request.send_held()
                return True
            # What was asked since then has its count in it: faults are looked for before anything is awaited.
            is_counted = is_counted or world.committed > proposals
            request.run_again(is_counted=is_counted)
        return False

    async def _receive_whole(self, request: RerunRequest) -> None:
        """Have the body before faults are counted: what is counted while it comes might be so twice."""
        most, patience = self._settings.max_body, self._settings.patience
        with suppress(Exception):  # whoever reads it for its own sake says so
            await receive_body(request.scope, request.receive, most=most, patience=patience)
        request.rewind()

    async def _control(self, request: RerunRequest) -> bool:
        """As `_call`, for the control API, which may ask for any world, and change it in several steps."""
        arrived = steady_time()
        if request.context.exchange.path == READY:
            await self._worker.connection.ping()
        attempt = Attempt[SharedWorld]()
        token = attempts.begin(attempt)
        request.before_stream = partial(self._wait_for_reads, attempt)
        try:
            for _ in range(MOST_TRIES):
                try:
                    await self._app(request.scope, request.receive, request.send)
                    if request.is_sent or await self._confirm(attempt, arrived):
                        request.name_entry(attempt.entry)
                        await request.send_held()
                        return True
                except NotReady as needed:
                    self._undo(attempt)
                    await self._prepare(attempt, needed, arrived)
                finally:
                    self._let_go(attempt)
                request.run_again()
                attempt.begin_again()
                await self._hold_torn(attempt)
            return False
        finally:
            self._let_go(attempt)
            attempts.end(attempt, token)

    def _undo(self, attempt: Attempt[SharedWorld]) -> None:
        """Take back what it did, before it waits: it is not to hold what others wait for."""
        for world in list(attempt.held):
            self._rounds.undo(world)
        self._let_go(attempt)

    async def _hold_torn(self, attempt: Attempt[SharedWorld]) -> None:
        """Hold the worlds in which it was undone from now on, with nothing under way.

        Its turn is its own, too: other calls of this process would use it up.
        """
        torn, attempt.torn = attempt.torn, []
        for world in torn:
            attempt.hold(world)
            await self._rounds.heard(world)
            attempt.held[world] = world.replaced
            if not world.is_loaded:
                attempt.fresh.discard(world)

    async def _look_again(self, attempt: Attempt[SharedWorld], name: str) -> None:
        """Have it find of the world of a name what others have made of it in the store."""
        attempt.has_names = False
        stale = self._worker.worlds.local_of(name)
        if stale is not None:
            await self._rounds.unload(stale)
            attempt.fresh.discard(stale)

    async def _prepare(self, attempt: Attempt[SharedWorld], needed: NotReady, arrived: float) -> None:
        """Have the worlds that a request asks for as the store has them."""
        worker = self._worker
        if not needed.worlds:
            await worker.learn_names()
            attempt.has_names = True
        await worker.refresh(needed.worlds, arrived, with_journals=needed.with_journals)
        attempt.fresh.update(needed.worlds)
        if needed.with_journals:
            attempt.journals.update(needed.worlds)
        if len(needed.worlds) == 1:  # whoever follows a journal asks for one
            worker.watch(needed.worlds[0])

    async def _confirm(self, attempt: Attempt[SharedWorld], arrived: float) -> bool:
        """Whether what it did stands; else it is undone, and to be done again."""
        worker = self._worker
        if not await self._are_read(attempt):
            attempt.torn = list(attempt.held)
            self._undo(attempt)
            return False
        for name in attempt.removed:
            await worker.delete(name)
        for world, replaced in attempt.made.items():
            if not await worker.loader.make(world, replaced):
                await self._look_again(attempt, world.name)
                return False
            worker.journals.will_grow(world)
        if attempt.is_torn:
            attempt.torn = list(attempt.held)
            self._undo(attempt)
            return False
        for world in self._let_go(attempt):
            if world.is_confirmed and not world.journal.unnumbered:
                continue
            if await self._rounds.confirm(world, arrived, wants_number=False) == AGAIN:
                attempt.torn = [world]
                return False
        return True

    async def _are_read(self, attempt: Attempt[SharedWorld]) -> bool:
        """Whether the store has taken what calls of others had done in the worlds that it has read."""
        for world, number in list(attempt.reads.items()):
            if world in attempt.held:
                continue  # what it has changed is confirmed with what it was made of
            self._rounds.want(world)
            try:
                if await number == AGAIN:
                    return False
            except StoreFull:
                return False
        return True

    async def _wait_for_reads(self, attempt: Attempt[SharedWorld]) -> None:
        """Return when an answer that is not held back may go out. Raises NotReady: it is to be made again."""
        try:
            are_read = await self._are_read(attempt)
        except StoreError:  # whoever is asked next says so
            are_read = False
        if not are_read:
            raise NotReady

    def _let_go(self, attempt: Attempt[SharedWorld]) -> list[SharedWorld]:
        """Let what it did, and what others wait with for that, be confirmed; the worlds that it changed."""
        held = attempt.let_go()
        for world in held:
            self._rounds.let_go(world)
        return held

    async def _refuse(self, request: RerunRequest, reason: str) -> None:
        """Answer 503 in the API's own words, without a look at any world."""
        request.run_again()
        refusal = EngineRefusal("store_unavailable", reason, headers={"Retry-After": "1"})
        request.context.outage = refusal
        await self._app(request.scope, request.receive, request.send)
        await request.send_held()
        self._rounds.want(request.world)  # its entry wants a number


BUSY = (
    f"Others changed this world each of the {MOST_TRIES} times that the call was run, before it was done: "
    "send it again a little later."
)

/** Server-sent events by fetch: EventSource cannot send the token. */

import { inWorld, request } from "./api.js";

const SLOWEST = 5000;

/** The events in a text: whole blocks, and what is left of the last. */
function parsed(text) {
  const blocks = text.split("\n\n");
  const rest = blocks.pop();
  const events = [];
  let seen = null;
  for (const block of blocks) {
    const event = { id: null, name: "", data: "" };
    for (const line of block.split("\n")) {
      if (line.startsWith("id: ")) event.id = line.slice(4);
      else if (line.startsWith("event: ")) event.name = line.slice(7);
      else if (line.startsWith("data: ")) event.data = line.slice(6);
    }
    seen = event.id || seen;
    if (event.name) events.push({ name: event.name, data: JSON.parse(event.data) });
  }
  return { events, rest, seen };
}

const isHidden = () => document.visibilityState === "hidden";

/** Promises that the page is seen, or was stopped. */
const seenAgain = (signal) => new Promise((done) => {
  const look = () => {
    if (isHidden() && !signal.aborted) return;
    document.removeEventListener("visibilitychange", look);
    done();
  };
  document.addEventListener("visibilitychange", look);
  signal.addEventListener("abort", look);
  look();
});

/** Stops what a page does that nobody sees: a browser has six connections to a server for all its tabs. */
function whileSeen(signal) {
  const stop = new AbortController();
  const look = () => isHidden() && stop.abort();
  document.addEventListener("visibilitychange", look);
  return { signal: AbortSignal.any([signal, stop.signal]), end: () => document.removeEventListener("visibilitychange", look) };
}

/**
 * Follow a world while the page is seen, until `signal` says stop, over all interruptions. `onEvents` gets lists of events,
 * `onState` "live", "away" (the server is), or what refuses: { status, message }.
 */
export async function follow(world, { onEvents, onState, signal }) {
  let last = null;
  let wait = 250;
  while (!signal.aborted) {
    await seenAgain(signal);
    const seen = whileSeen(signal);
    try {
      const headers = last ? { "Last-Event-ID": last } : {};
      const answer = await request("GET", inWorld(world, "/events?summary=true&after=0"), { headers, signal: seen.signal });
      if (!answer.ok) {
        const problem = await answer.json().catch(() => ({}));
        onState({ status: answer.status, message: problem.detail || `The server answered ${answer.status}.` });
      } else {
        wait = 250;
        onState("live");
        let isGone = false;
        last = await read(answer.body.getReader(), (events) => {
          isGone ||= events.some((one) => one.name === "gone");
          onEvents(events);
        }, last);
        if (!isHidden()) onState(isGone ? { status: 410, message: `The world ${world} was deleted.` } : "away");
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isHidden()) onState("away");
    } finally {
      seen.end();
    }
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(wait * 2, SLOWEST);
  }
}

/** Reads to the end, whatever that is; what `onEvents` has got so far counts. Promises the last event's id. */
async function read(reader, onEvents, last) {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return last;
      text += decoder.decode(value, { stream: true });
      const { events, rest, seen } = parsed(text);
      text = rest;
      last = seen || last;
      if (events.length) onEvents(events);
    }
  } catch {
    return last;
  }
}

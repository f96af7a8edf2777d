/** The world's clock, and what is to come by it. */

import { html, useEffect, useState } from "../vendor/htm-preact.js";
import { ask, get, inWorld, segment } from "./api.js";
import { useKeys } from "./keys.js";
import { Empty, Field, Problem, attempt, toast, useAnswer, useCalm } from "./parts.js";
import { href } from "./router.js";
import { relative, visible } from "./words.js";

const LEAPS = ["1s", "1m", "10m", "1h", "1d"];
const PACES = [0.1, 1, 10, 60, 3600];
const HERE = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

/** The clock's now at each second, reckoned from when it was asked. */
function useTicking(clock) {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, []);
  return clock ? new Date(clock.now).getTime() + (Date.now() - clock.asked) * clock.rate : 0;
}

export default function Time({ route, journal }) {
  const { world } = route;
  const [turn, setTurn] = useState(0);
  const [by, setBy] = useState("30s");
  const [to, setTo] = useState("");
  const last = useCalm(journal.last);
  const of = [world, turn, last];
  const [clock, error] = useAnswer(async () => ({ ...(await get(inWorld(world, "/clock"))), asked: Date.now() }), of);
  const [coming] = useAnswer(() => get(inWorld(world, "/timeline")), of);
  const now = useTicking(clock);
  const act = (method, path, body, said) => attempt(async () => {
    await ask(method, inWorld(world, path), body);
    if (said) toast(said);
    setTurn((count) => count + 1);
  });
  const put = (body, said) => act("PUT", "/clock", body, said);
  const forward = (duration) => act("POST", "/clock/advance", { by: duration }, `${duration} later. What was due by then has happened.`);
  useKeys({ "+": forward(by) });
  if (error) return html`<div class="page"><${Problem} error=${error} /></div>`;
  if (!clock) return null;
  const isFrozen = clock.mode === "frozen";
  const iso = new Date(now).toISOString();
  return html`<div class="page"><header><h1>Time</h1><span class="tag">${isFrozen ? "frozen" : clock.rate === 1 ? "running" : `running ×${clock.rate}`}</span></header>
    <section class="panel" aria-label="Clock">
      <p class="big">${iso.slice(0, 10)} ${iso.slice(11, 19)} <small>UTC</small></p>
      <p class="quiet">${HERE.format(now)} in your zone</p>
      <div class="bar">
        ${isFrozen ? html`<button class="button primary" onClick=${put({ mode: "real", now: clock.now }, "The clock runs on from where it stood.")}>Let it run</button>`
          : html`<button class="button primary" onClick=${put({ mode: "frozen" }, "The clock stands still.")}>Freeze</button>`}
        <button class="button" onClick=${put({ mode: "real" }, "The clock agrees with the machine's.")}>As the machine's</button>
      </div>
      <form class="bar" onSubmit=${forward(by)}><${Field} label="Advance by"><input value=${by} required pattern="([0-9]+([.][0-9]+)?(ms|s|m|h|d))+" title="such as 1h30m" onInput=${(event) => setBy(event.target.value)} /><//>
        <button class="button low">Advance</button>
        ${LEAPS.map((one) => html`<button type="button" class="button low" onClick=${forward(one)}>+${one}</button>`)}</form>
      <form class="bar" onSubmit=${put({ mode: "frozen", now: to ? `${to}Z` : undefined }, "The clock stands there.")}><${Field} label="Stand at (UTC)"><input type="datetime-local" step="1" required value=${to} onInput=${(event) => setTo(event.target.value.length === 16 ? `${event.target.value}:00` : event.target.value)} /><//>
        <button class="button low">Set</button></form>
      <div class="bar" role="group" aria-label="Pace"><span class="quiet">Pace</span>${PACES.map((rate) => html`<button class=${`toggle ${!isFrozen && clock.rate === rate ? "chosen" : ""}`}
        aria-pressed=${!isFrozen && clock.rate === rate} onClick=${put({ mode: "real", now: iso, rate }, `${rate} seconds of the world in one.`)}>×${rate}</button>`)}</div>
    </section>
    <section class="panel"><h2>What is to come</h2>
      ${coming && !coming.events.length && html`<${Empty} title="Nothing is due."><p>What handlers set for later stands here, on the world's own time.</p><//>`}
      ${coming && coming.events.length > 0 && html`<ol class="axis"><li class="now"><b>now</b> <span class="quiet">${iso.slice(11, 19)}</span></li>
        ${coming.events.map(({ at, api, action, key }) => html`<li key=${`${api} ${action} ${key}`}>
          <b title=${at}>${relative(at, now)}</b><code>${api}.${action}</code><span>${visible(key)}</span><time class="quiet">${at}</time>
          <button class="link" onClick=${act("PUT", `/timeline/${segment(api)}/${segment(action)}/${segment(key)}`, { at: iso }, `${action} of ${key} has happened.`)}>Bring it forward to now</button>
          <button class="link" onClick=${forward(`${Math.max(0, Math.ceil(new Date(at).getTime() - now))}ms`)}>Advance to it</button></li>`)}</ol>`}
    </section>
    <p class="quiet">What has happened is in the <a href=${href({ world, page: "timeline" })}>timeline</a>. Set back, the clock undoes nothing: rewind there.</p>
  </div>`;
}

/** What is shown where there is nothing to show: a page that is none, a world that is not there, a token that is asked for. */

import { html, useEffect, useState } from "../vendor/htm-preact.js";
import { ask, forgetToken, get, worldUrl } from "./api.js";
import { Empty, attempt, copy, toast } from "./parts.js";
import { PAGES, go, href } from "./router.js";
import { visible } from "./words.js";

export function Unknown({ route }) {
  const [asked] = route.rest;
  const [isWorld, setWorld] = useState(false);
  useEffect(() => { get("/worlds").then(({ worlds }) => setWorld(worlds.some((one) => one.name === asked)), () => {}); }, [asked]);
  return html`<${Empty} title=${`There is no page ${visible(route.rest.join("/"))} here.`}>
    ${isWorld && html`<p><a href=${href({ world: asked, page: "timeline" })}>The timeline of the world ${asked}</a></p>`}
    <p>There are ${PAGES.map((page, at) => html`${at ? ", " : ""}<a key=${page} href=${href({ world: route.world, page })}>${page}</a>`)}.</p><//>`;
}

/** Instead of every page of a world that is not there: to ask for its rows would make it. */
function AbsentWorld({ world, onMade }) {
  const make = attempt(async () => { await ask("POST", "/worlds", { name: world }); onMade(); toast(`${world} begins as the fixtures say.`); });
  const url = worldUrl(world);
  return html`<${Empty} title=${`There is no world ${visible(world)}.`}>
    <p>A client's first request makes it: point one at <code>${url}</code></p>
    <div class="bar"><button class="button" onClick=${() => copy(url, "The address")}>Copy the address</button>
      <button class="button" onClick=${make}>Make it now</button>
      <button class="button primary" onClick=${() => go({ world: "default", page: "timeline" })}>Go to default</button></div><//>`;
}

/** Why no page of the world can be shown, with what to do about it; `state` is what refused to be followed. */
export function Refusal({ world, state, onMade }) {
  if (state.status === 404 || state.status === 410) return html`<${AbsentWorld} world=${world} onMade=${onMade} />`;
  if (state.status === 401) {
    return html`<${Empty} title="This mock asks for a token."><p>It is what <code>--token</code> said, or what <code>mockade serve</code> printed at its start.</p>
      <button class="button primary" onClick=${() => { forgetToken(); location.reload(); }}>Give it</button><//>`;
  }
  return html`<${Empty} title="The server refuses to show it."><p>${visible(state.message)}</p><//>`;
}

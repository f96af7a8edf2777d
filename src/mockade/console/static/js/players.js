/** Who may call: the credentials of a world, what they may, and new ones. */

import { html, useState } from "../vendor/htm-preact.js";
import { ask, get, inWorld } from "./api.js";
import { useKeys } from "./keys.js";
import { Dialog, Elided, Empty, Field, Problem, When, attempt, copy, useAnswer } from "./parts.js";
import { decoded, href } from "./router.js";
import { plural, visible } from "./words.js";

function Mint({ world, apis, callers, onDone, onClose }) {
  const [api, setApi] = useState(apis[0] || "");
  const [caller, setCaller] = useState("");
  const [like, setLike] = useState("");
  const [may, setMay] = useState("");
  const mint = attempt(async () => {
    const permissions = may.split(/[\s,]+/).filter(Boolean);
    const made = await ask("POST", inWorld(world, "/credentials"), {
      api, ...(caller ? { caller } : {}), ...(like ? { like } : {}), ...(permissions.length ? { permissions } : {}),
    });
    await copy(made.secret, `The secret of ${made.caller}`);
    onDone();
  });
  return html`<${Dialog} title="A new player" onClose=${onClose}><form onSubmit=${mint}>
    <${Field} label="API"><select value=${api} autofocus onChange=${(event) => setApi(event.target.value)}>${apis.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}</select><//>
    <${Field} label="Who" hint="Drawn where it is left empty."><input value=${caller} onInput=${(event) => setCaller(event.target.value)} /><//>
    <${Field} label="Like" hint="Whose permissions and facts it has."><select value=${like} onChange=${(event) => setLike(event.target.value)}><option value="">nobody</option>
      ${callers.filter((one) => one.api === api).map((one) => html`<option key=${one.secret} value=${one.caller}>${one.caller}</option>`)}</select><//>
    <${Field} label="May" hint="Words with spaces between them; all that the contract knows where it is left empty."><input value=${may} onInput=${(event) => setMay(event.target.value)} /><//>
    <footer><button class="button primary">Make and copy the secret</button></footer>
  </form><//>`;
}

/** Who plays by a script, as far as this world's journal tells. */
function Scripted({ world, players, clock, api }) {
  const command = `mockade play ${api || "NAME"} --players 5 --world ${world}`;
  const start = html`<button class="link" title="Copy the command" onClick=${() => copy(command, "The command")}><code>${command}</code></button>`;
  if (!players.size) return html`<p class="quiet">No scripted player has called here. They join by ${start}</p>`;
  return html`<section class="panel"><header class="bar spread"><h2>Scripted players</h2><span class="quiet">More join by ${start}</span></header>
    <div class="scroll"><table class="grid cards"><thead><tr><th>Player</th><th>Calls</th><th>Last</th><th></th></tr></thead>
      <tbody>${[...players].map(([name, { calls, last }]) => html`<tr key=${name}><td data-label="Player"><b>${visible(decoded(name))}</b></td>
        <td data-label="Calls">${calls.toLocaleString("en")}</td><td data-label="Last"><span>${visible(last.operation || last.request.path)} ${last.response.status || "none"} · <${When} time=${last.time} clock=${clock} /></span></td>
        <td class="acts"><a class="button" href=${href({ world, page: "timeline", query: { text: `(${name})` } })}>Calls</a></td></tr>`)}</tbody></table></div></section>`;
}

export default function Players({ route, journal, clock }) {
  const { world } = route;
  const [turn, setTurn] = useState(0);
  const [text, setText] = useState("");
  const [isMinting, setMinting] = useState(false);
  const [found, error] = useAnswer(() => get(inWorld(world, "/credentials?secrets=true")), [world, turn]);
  const [served] = useAnswer(() => get("/apis"), []);
  useKeys({ n: () => setMinting(true) });
  if (error) return html`<div class="page"><${Problem} error=${error} /></div>`;
  if (!found) return null;
  const wanted = text.toLowerCase();
  const shown = found.credentials.filter((one) => `${one.api} ${one.caller} ${one.permissions.join(" ")}`.toLowerCase().includes(wanted));
  const show = (one) => (one.length > 30 ? `${one.slice(0, 14)}…${one.slice(-8)}` : one);
  return html`<div class="page">
    <header><h1>Players</h1><div class="bar"><input type="search" data-search aria-label="Search players" placeholder="Search   /" value=${text} onInput=${(event) => setText(event.target.value)} />
      <button class="button primary" onClick=${() => setMinting(true)}>New player</button></div></header>
    ${(found.open || []).length > 0 && html`<p class="quiet">Any well-formed credential is taken by ${found.open.map((one) => `${one.api} (${one.scheme})`).join(", ")}.</p>`}
    ${shown.length ? html`<div class="scroll"><table class="grid cards"><thead><tr><th>Who</th><th>API</th><th>Scheme</th><th>May</th><th>Secret</th><th></th></tr></thead>
      <tbody>${shown.map((one) => html`<tr key=${`${one.api} ${one.scheme} ${one.secret}`}>
        <td data-label="Who"><b><${Elided} text=${visible(one.caller)} tail=${8} /></b>${one.refused && html` <span class="tag bad">refused: ${one.refused}</span>`}</td><td data-label="API">${one.api}</td><td data-label="Scheme">${one.scheme}</td>
        <td data-label="May" title=${one.permissions.join("\n")}>${one.unrestricted ? "everything" : one.permissions.length ? plural(one.permissions.length, "permission") : "nothing"}</td>
        <td class="key" data-label="Secret">${visible(show(one.secret))}</td>
        <td class="acts"><button class="button" onClick=${() => copy(one.secret, `The secret of ${one.caller}`)}>Copy</button>
          <a class="button" href=${href({ world, page: "timeline", query: { caller: one.caller } })}>Calls</a></td></tr>`)}</tbody></table></div>`
      : html`<${Empty} title=${found.credentials.length ? "Nobody is like that." : "No credentials."}><p>${found.credentials.length ? "Look for somebody else." : "The contracts ask for none, or any is taken."}</p><//>`}
    ${isMinting && html`<${Mint} world=${world} apis=${served ? served.apis.map((one) => one.name) : []} callers=${found.credentials}
      onDone=${() => { setMinting(false); setTurn((count) => count + 1); }} onClose=${() => setMinting(false)} />`}
    <${Scripted} world=${world} players=${journal.players} clock=${clock} api=${served && served.apis.length ? served.apis[0].name : ""} />
  </div>`;
}

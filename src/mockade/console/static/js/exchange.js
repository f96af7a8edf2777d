/** One exchange: what was asked, what came of it, why, and what can be done about it. */

import { html, useState } from "../vendor/htm-preact.js";
import { ask, get, inWorld, segment } from "./api.js";
import { Body, CodeFrame, Diff } from "./code.js";
import { asCurl, asFixtures, asHar, asPytest } from "./copying.js";
import { FaultOnce, ForkDialog, NextTime } from "./exchange_dialogs.js";
import { useKeys } from "./keys.js";
import { Menu, Problem, When, attempt, copy, save, toast, useAnswer } from "./parts.js";
import { plural, visible } from "./words.js";

const WHO = {
  handler: "A handler answered", shape: "Generated CRUD answered, from rows", example: "The contract's example answered",
  generated: "Generated from the schema", stub: "Nobody answers this operation yet", engine: "Mockade refused it in the API's words",
  fault: "A fault was met", timeline: "It was due on the timeline", control: "Changed through the control API",
  nobody: "The client hung up", mockade: "A bug on our side",
};

const NO_ROWS = "There is no row to make a fixture of: this removed rows, was refused, or its answer came of the contract alone. State exports whole collections.";

const Headers = ({ headers }) => html`<details class="headers"><summary>${plural(Object.keys(headers).length, "header")}</summary>
  <dl>${Object.entries(headers).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${visible(value)}</dd></div>`)}</dl>
</details>`;

const Violation = ({ one, isNotice }) => html`<article class=${`violation ${isNotice ? "notice" : ""}`}>
  <p><b class=${`tag ${isNotice ? "warn" : "bad"}`}>${one.rule}</b> ${visible(one.message)}</p>
  <p class="quiet">${one.where} <code>${visible(one.pointer) || "/"}</code></p>
  ${one.contract && html`<${CodeFrame} place=${one.contract} />`}
</article>`;

function Changes({ changes, api }) {
  if (!changes.length) return null;
  return html`<section><h3>${plural(changes.length, "row")} changed</h3>
    ${changes.map((one, at) => html`<article class="change" key=${at}>
      <h4>${one.before ? (one.after ? "Changed" : "Removed") : "Added"} <code>${one.api && one.api !== api ? `${one.api}.` : ""}${one.collection}</code> ${visible(one.key)}</h4>
      <${Diff} before=${one.before} after=${one.after} />
    </article>`)}
  </section>`;
}

function Who({ entry }) {
  const [operation] = useAnswer(async () => (entry.api && entry.operation && entry.request
    ? get(`/apis/${segment(entry.api)}/operations/${segment(entry.operation)}`) : null), [entry.id]);
  return html`<p class="who">${WHO[entry.answered_by] || entry.answered_by}
    ${operation && operation.handler && entry.answered_by === "handler" && html`: <code>${operation.handler}</code>`}
    ${entry.operation && html` · <code>${entry.api ? `${entry.api}.` : ""}${entry.operation}</code>`}
    ${entry.caller && html` · as <b>${visible(entry.caller)}</b>`}
    ${operation && html` · <code>${operation.contract}</code>`}</p>`;
}

export function Exchange({ world, id, clock, onClose }) {
  const [entry, error] = useAnswer(() => get(inWorld(world, `/journal/${id}`)), [world, id]);
  const [dialog, setDialog] = useState("");
  const whole = () => get(inWorld(world, `/journal/${id}?secrets=true`));
  const copied = (form, what) => attempt(async () => copy(form(await whole()), what));
  const rewind = attempt(async () => {
    await ask("POST", inWorld(world, `/journal/${id}/rewind`));
    toast(`${world} is as it was just before #${id}.`);
  });
  const fixture = attempt(async () => {
    const { rows } = await get(inWorld(world, `/journal/${id}/rows`));
    if (!rows.length) throw new Error(NO_ROWS);
    asFixtures(rows).forEach(([api, text]) => save(`${api}.yaml`, text, "application/yaml"));
    toast(`${plural(rows.length, "row")} saved: lay the file into the fixtures/ of a home, or beside your contract.`);
  });
  const isAsked = Boolean(entry && entry.request);
  useKeys({
    c: () => isAsked && (copied(asCurl, "curl")(), true),
    r: () => entry && (rewind(), true),
    f: () => entry && (setDialog("fork"), true),
  });
  if (error) {
    return html`<aside class="detail" aria-label=${`Exchange ${id}`}>
      <header><h2>#${id}</h2><button class="icon" aria-label="Close" onClick=${onClose}>✕</button></header><${Problem} error=${error} /></aside>`;
  }
  if (!entry) return html`<aside class="detail" aria-label=${`Exchange ${id}`} aria-busy="true"></aside>`;
  const { request, response } = entry;
  return html`<aside class="detail" aria-label=${`Exchange ${id}`}>
    <header>
      <h2><span class="number">#${id}</span> ${request ? `${request.method} ` : `${entry.operation} `}<code>${visible(request ? request.path + (request.query ? `?${request.query}` : "") : "")}</code></h2>
      <button class="icon" aria-label="Close" title="Close (Esc)" onClick=${onClose}>✕</button>
    </header>
    <div class="actions">
      <button class="button" onClick=${rewind} title="State, timeline and clock as they were just before (r)">Rewind to before</button>
      <button class="button" onClick=${() => setDialog("fork")} title="Another world of that moment (f)">Fork here</button>
      ${isAsked && html`<${NextTime} world=${world} entry=${entry} onMore=${() => setDialog("fault")} />
        <${Menu} label="Copy as" items=${[
          ["curl", copied(asCurl, "curl")], ["pytest", copied(asPytest, "The test")], ["HAR", copied(asHar, "The HAR")],
          ["JSON", copied((one) => JSON.stringify(one, null, 2), "The entry")]]} />`}
      ${(isAsked || entry.changes.length > 0) && html`<button class="button" onClick=${fixture}
        title="The rows that it changed, as it left them, or that its answer shows, as a fixture file has them">Make this a fixture</button>`}
    </div>
    ${entry.reason && html`<p class="reason">${visible(entry.reason)}</p>`}
    <${Who} entry=${entry} />
    ${entry.violations.length > 0 && html`<section><h3 class="bad">${plural(entry.violations.length, "violation")} of the contract</h3>
      ${entry.violations.map((one, at) => html`<${Violation} key=${at} one=${one} />`)}</section>`}
    ${entry.notices.length > 0 && html`<section><h3>${plural(entry.notices.length, "notice")}</h3>
      ${entry.notices.map((one, at) => html`<${Violation} key=${at} one=${one} isNotice />`)}</section>`}
    ${entry.traceback && html`<section><h3 class="bad">Traceback</h3><pre class="code" tabindex="0">${visible(entry.traceback)}</pre></section>`}
    ${request && html`<section><h3>Request</h3><${Headers} headers=${request.headers} /><${Body} body=${request.body} bytes=${request.body_base64} label="Request body" /></section>
      <section><h3>Answer <span class="status-word">${response.status || "none"}</span></h3>
      <${Headers} headers=${response.headers} /><${Body} body=${response.body} bytes=${response.body_base64} label="Answer body" /></section>`}
    <${Changes} changes=${entry.changes} api=${entry.api} />
    <p class="quiet"><${When} time=${entry.time} clock=${clock} /> · <time>${entry.time}</time></p>
    ${dialog === "fork" && html`<${ForkDialog} world=${world} at=${id} onClose=${() => setDialog("")} />`}
    ${dialog === "fault" && html`<${FaultOnce} world=${world} entry=${entry} onClose=${() => setDialog("")} />`}
  </aside>`;
}

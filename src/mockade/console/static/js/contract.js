/** What is served: the operations, who answers each, and how much of it was tried. */

import { html, useState } from "../vendor/htm-preact.js";
import { get, inWorld, segment, worldUrl } from "./api.js";
import { CodeFrame } from "./code.js";
import { Dialog, Empty, Problem, useAnswer, useCalm } from "./parts.js";
import { go, href } from "./router.js";
import { plural, visible } from "./words.js";

const TONES = { handler: "good", shape: "good", example: "", generated: "warn", stub: "bad" };

const swagger = (world, api) => `${worldUrl(world)}/_mockade/docs/${segment(api)}/`;

const KINDS = { operations: "operations", statuses: "statuses", parameters: "parameters", properties: "properties", enum_values: "enum values", branches: "branches" };
const all = ({ seen, refused, never }) => seen + refused + never;

function Untried({ world, api, operation }) {
  const [found] = useAnswer(() => get(inWorld(world, `/coverage?items=missing&api=${segment(api)}`)), [world, api, operation]);
  const one = found && found.apis.flatMap((each) => each.operations).find((each) => each.operation === operation);
  if (!one || !(one.items || []).length) return null;
  return html`<details><summary>Never tried: ${plural(one.items.length, "part")}</summary><ul>${one.items.slice(0, 200).map((item) => html`<li key=${item.id}>
    ${item.where} <code>${visible(item.name)}</code> <small>${item.line}</small></li>`)}</ul></details>`;
}

function Findings({ api }) {
  const [found] = useAnswer(() => get(`/apis/${segment(api)}/findings`), [api]);
  const [open, setOpen] = useState(null);
  if (!found) return html`<p class="quiet">Looking for what is wrong with it …</p>`;
  const rest = !found.whole && html`<p class="quiet">It is large: <code>mockade validate</code> may find more.</p>`;
  if (!found.findings.length) return rest || html`<p class="quiet">Nothing is wrong with it, its examples and fixtures, says <code>mockade validate</code>.</p>`;
  return html`${rest}<details><summary>${plural(found.findings.length, "finding")} of <code>mockade validate</code></summary><ul class="findings">${found.findings.map((one, at) => html`<li key=${at}>
    <span class=${`tag ${one.severity === "error" ? "bad" : one.severity === "warning" ? "warn" : ""}`}>${one.rule || one.severity}</span> ${visible(one.message)} <span class="quiet">${visible(one.mend)}</span>
    <button class="link" aria-expanded=${open === at} onClick=${() => setOpen(open === at ? null : at)}><code>${one.place}</code></button>
    ${open === at && html`<${CodeFrame} place=${one.place} />`}</li>`)}</ul></details>`;
}

function Operation({ api, operation, route, onClose }) {
  const [found, error] = useAnswer(() => get(`/apis/${segment(api)}/operations/${segment(operation)}`), [api, operation]);
  return html`<${Dialog} wide title=${operation} onClose=${onClose}>
    ${error && html`<${Problem} error=${error} />`}
    ${found && html`<div class="panel bare"><p><b>${found.method}</b> <code>${found.path}</code> <span class=${`tag ${TONES[found.answered_by]}`}>${found.answered_by}</span></p>
      ${found.summary && html`<p>${visible(found.summary)}</p>`}${found.description && html`<p class="quiet pre">${visible(found.description)}</p>`}
      <p>Documented: ${found.statuses.join(", ") || "nothing"}</p>
      <${Untried} world=${route.world} api=${api} operation=${operation} />
      ${found.handler && html`<h3>Handler</h3><${CodeFrame} place=${found.handler} />`}
      <h3>Contract</h3><${CodeFrame} place=${found.contract} />
      <div class="bar"><a class="button" href=${href({ world: route.world, page: "timeline", query: { operation } })}>Its calls</a>
        <a class="button" href=${swagger(route.world, api)} target="_blank" rel="noopener">Try it in Swagger UI</a></div></div>`}
  <//>`;
}

function Totals({ totals }) {
  return html`<dl class="totals">${Object.entries(KINDS).filter(([kind]) => totals[kind] && all(totals[kind])).map(([kind, words]) => {
    const { seen } = totals[kind];
    const part = Math.round((seen / all(totals[kind])) * 100);
    return html`<div key=${kind}><dt>${words}</dt><dd>${seen} of ${all(totals[kind])}
      <div class="meter" role="img" aria-label=${`${part} percent of the ${words} seen`}><i style=${{ width: `${part}%` }}></i></div></dd></div>`;
  })}</dl>`;
}

function Served({ api, covered, text, route, onOpen }) {
  const tried = new Map((covered ? covered.operations : []).map((one) => [one.operation, one]));
  const shown = api.operations.filter((one) => `${one.operation} ${one.method} ${one.path} ${one.answered_by}`.toLowerCase().includes(text));
  if (text && !shown.length) return null;
  const said = (one) => {
    if (!covered) return "…";
    const found = tried.get(one.operation);
    if (!found || !found.count) return html`<span class="quiet">never asked</span>`;
    return html`<span>${found.count.toLocaleString("en")}${found.state === "refused" ? html` <span class="tag warn">refused alone</span>` : ""}</span>`;
  };
  return html`<section class="panel"><header class="bar spread"><h2>${visible(api.title)} <small>${api.name}</small></h2>
      <a href=${swagger(route.world, api.name)} target="_blank" rel="noopener">Swagger UI</a></header>
    <p class="quiet">${api.base_urls.map((one) => html`<code key=${one}>${one || "/"}</code> `)}</p>
    ${covered && html`<${Totals} totals=${covered.totals} />`}
    <${Findings} api=${api.name} />
    <div class="scroll"><table class="grid cards"><thead><tr><th>Operation</th><th>Request</th><th>Answered by</th><th>Calls</th></tr></thead>
      <tbody>${shown.map((one) => html`<tr key=${one.operation}><td data-label="Operation"><button class="link" onClick=${() => onOpen(api.name, one.operation)}>${one.operation}</button></td>
        <td class="key" data-label="Request">${one.method} ${one.path}</td><td data-label="Answered by"><span class=${`tag ${TONES[one.answered_by]}`}>${one.answered_by}</span></td>
        <td data-label="Calls">${said(one)}</td></tr>`)}</tbody></table></div>
  </section>`;
}

export default function Contract({ route, journal }) {
  const [found, error] = useAnswer(() => get("/apis"), []);
  const last = useCalm(journal.last);
  const [coverage] = useAnswer(() => get(inWorld(route.world, "/coverage?items=none")), [route.world, last]);
  const [text, setText] = useState("");
  const [api, operation] = route.rest;
  const open = (...rest) => go({ ...route, rest });
  if (error) return html`<div class="page"><${Problem} error=${error} /></div>`;
  if (!found) return null;
  return html`<div class="page"><header><h1>Contract</h1>
      <input class="narrow" type="search" data-search aria-label="Search operations" placeholder="Search operations   /" value=${text} onInput=${(event) => setText(event.target.value)} /></header>
    ${!found.apis.length && html`<${Empty} title="Nothing is served." />`}
    ${found.apis.map((one) => html`<${Served} key=${one.name} api=${one} route=${route} text=${text.toLowerCase()} onOpen=${open}
      covered=${coverage && coverage.apis.find((each) => each.api === one.name)} />`)}
    ${operation && html`<${Operation} key=${operation} api=${api} operation=${operation} route=${route} onClose=${() => go({ ...route, rest: [] })} />`}
  </div>`;
}

/** What is served: the operations, who answers each, and how much of it was tried. */

import { html, useState } from "../vendor/htm-preact.js";
import { get, segment, worldUrl } from "./api.js";
import { CodeFrame } from "./code.js";
import { Dialog, Empty, Problem, useAnswer } from "./parts.js";
import { go, href } from "./router.js";
import { plural, visible } from "./words.js";

const TONES = { handler: "good", shape: "good", example: "", generated: "warn", stub: "bad" };

const swagger = (world, api) => `${worldUrl(world)}/_mockade/docs/${segment(api)}/`;

function Operation({ api, operation, route, onClose }) {
  const [found, error] = useAnswer(() => get(`/apis/${segment(api)}/operations/${segment(operation)}`), [api, operation]);
  return html`<${Dialog} wide title=${operation} onClose=${onClose}>
    ${error && html`<${Problem} error=${error} />`}
    ${found && html`<div class="panel bare"><p><b>${found.method}</b> <code>${found.path}</code> <span class=${`tag ${TONES[found.answered_by]}`}>${found.answered_by}</span></p>
      ${found.summary && html`<p>${visible(found.summary)}</p>`}${found.description && html`<p class="quiet pre">${visible(found.description)}</p>`}
      <p>Documented: ${found.statuses.join(", ") || "nothing"}</p>
      ${found.handler && html`<h3>Handler</h3><${CodeFrame} place=${found.handler} />`}
      <h3>Contract</h3><${CodeFrame} place=${found.contract} />
      <div class="bar"><a class="button" href=${href({ world: route.world, page: "timeline", query: { operation } })}>Its calls</a>
        <a class="button" href=${swagger(route.world, api)} target="_blank" rel="noopener">Try it in Swagger UI</a></div></div>`}
  <//>`;
}

function Calls({ journal, text, route, onOpen, api }) {
  const counts = {};
  for (const one of journal.entries) if (one.api === api.name && one.request) counts[one.operation] = (counts[one.operation] || 0) + 1;
  const tried = api.operations.filter((one) => counts[one.operation]).length;
  const shown = api.operations.filter((one) => `${one.operation} ${one.method} ${one.path} ${one.answered_by}`.toLowerCase().includes(text));
  const part = api.operations.length ? Math.round((tried / api.operations.length) * 100) : 0;
  if (text && !shown.length) return null;
  return html`<section class="panel"><header class="bar spread"><h2>${visible(api.title)} <small>${api.name}</small></h2>
      <a href=${swagger(route.world, api.name)} target="_blank" rel="noopener">Swagger UI</a></header>
    <p class="quiet">${api.base_urls.map((one) => html`<code key=${one}>${one || "/"}</code> `)}</p>
    <p>${tried} of ${plural(api.operations.length, "operation")} tried in ${route.world} (${part} %)</p>
    <div class="meter" role="img" aria-label=${`${part} percent tried`}><i style=${{ width: `${part}%` }}></i></div>
    <div class="scroll"><table class="grid cards"><thead><tr><th>Operation</th><th>Request</th><th>Answered by</th><th>Calls</th></tr></thead>
      <tbody>${shown.map((one) => html`<tr key=${one.operation}><td data-label="Operation"><button class="link" onClick=${() => onOpen(api.name, one.operation)}>${one.operation}</button></td>
        <td class="key" data-label="Request">${one.method} ${one.path}</td><td data-label="Answered by"><span class=${`tag ${TONES[one.answered_by]}`}>${one.answered_by}</span></td>
        <td data-label="Calls">${counts[one.operation] || html`<span class="quiet">none</span>`}</td></tr>`)}</tbody></table></div>
  </section>`;
}

export default function Contract({ route, journal }) {
  const [found, error] = useAnswer(() => get("/apis"), []);
  const [text, setText] = useState("");
  const [api, operation] = route.rest;
  const open = (...rest) => go({ ...route, rest });
  if (error) return html`<div class="page"><${Problem} error=${error} /></div>`;
  if (!found) return null;
  return html`<div class="page"><header><h1>Contract</h1>
      <input class="narrow" type="search" data-search aria-label="Search operations" placeholder="Search operations   /" value=${text} onInput=${(event) => setText(event.target.value)} /></header>
    ${!found.apis.length && html`<${Empty} title="Nothing is served." />`}
    ${found.apis.map((one) => html`<${Calls} key=${one.name} api=${one} journal=${journal} route=${route} text=${text.toLowerCase()} onOpen=${open} />`)}
    ${operation && html`<${Operation} key=${operation} api=${api} operation=${operation} route=${route} onClose=${() => go({ ...route, rest: [] })} />`}
  </div>`;
}

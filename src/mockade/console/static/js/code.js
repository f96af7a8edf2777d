/** Code as it is read: JSON in colours, lines of the contract, and what differs between two rows. */

import { html, useState } from "../vendor/htm-preact.js";
import { get } from "./api.js";
import { useAnswer } from "./parts.js";
import { isObject, own, same } from "./json.js";
import { pretty, shortly, visible } from "./words.js";

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;
const MOST = 60000;

function coloured(text) {
  const parts = [];
  let at = 0;
  for (const found of text.matchAll(TOKENS)) {
    const [all, string, colon, word] = found;
    parts.push(text.slice(at, found.index));
    const kind = string ? (colon ? "key" : "string") : word ? "word" : "number";
    parts.push(html`<span class=${kind}>${string || all}</span>`, colon || "");
    at = found.index + all.length;
  }
  parts.push(text.slice(at));
  return parts;
}

/** A body, JSON or text. What is very long is cut until somebody asks for the rest; what is no text has its bytes escaped. */
export function Body({ body, bytes, label }) {
  const [isWhole, setWhole] = useState(false);
  if (body === null || body === undefined) return html`<p class="quiet">No body.</p>`;
  const text = pretty(body);
  const shown = isWhole ? text : text.slice(0, MOST);
  return html`${bytes && html`<p class="quiet">No text: bytes that are none stand as <code>\\xff</code>.</p>`}
    <pre class="code" tabindex="0" aria-label=${label}>${typeof body === "string" ? shown : coloured(shown)}</pre>
    ${shown.length < text.length && html`<button class="link" onClick=${() => setWhole(true)}>
      Show all ${text.length.toLocaleString("en")} characters</button>`}`;
}

/** The lines of a contract or a handler around `file:line:column`. */
export function CodeFrame({ place }) {
  const [code, error] = useAnswer(() => get(`/code?place=${encodeURIComponent(place)}`), [place]);
  if (error) return html`<p class="quiet"><code>${place}</code></p>`;
  if (!code) return html`<pre class="code frame"> </pre>`;
  return html`<figure class="frame">
    <figcaption><code>${visible(place)}</code></figcaption>
    <pre class="code" tabindex="0" aria-label=${`Lines of ${code.file}`}>${code.lines.map(({ number, text }) => html`<span
      key=${number} class=${`line ${number === code.line ? "meant" : ""}`}><i>${number}</i>${visible(text) || " "}
</span>`)}</pre>
  </figure>`;
}

/** The fields in which two values differ, as deep as objects go: `[path, before, after]`; absent is undefined. */
function differences(before, after, path = "") {
  if (same(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [[path, before, after]];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .flatMap((name) => differences(own(before, name), own(after, name), path ? `${path}.${name}` : name));
}

/** A row before and after, as lines that went and lines that came. */
export function Diff({ before, after }) {
  const lines = before && after ? differences(before, after)
    : Object.entries(before || after || {}).map(([name, value]) => (before ? [name, value, undefined] : [name, undefined, value]));
  return html`<table class="diff"><tbody>${lines.flatMap(([path, was, is]) => [
    was !== undefined && html`<tr class="was" key=${`-${path}`}><th scope="row">${visible(path)}</th><td aria-label="before">− ${shortly(was, 300)}</td></tr>`,
    is !== undefined && html`<tr class="is" key=${`+${path}`}><th scope="row">${visible(path)}</th><td aria-label="after">+ ${shortly(is, 300)}</td></tr>`,
  ])}</tbody></table>`;
}

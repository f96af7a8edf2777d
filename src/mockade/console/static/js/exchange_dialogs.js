/** What is asked before something is done about an exchange: a fork's name, and what to answer next time. */

import { html, useState } from "../vendor/htm-preact.js";
import { ask, inWorld } from "./api.js";
import { Dialog, Field, attempt, copy, toast } from "./parts.js";
import { go } from "./router.js";
import { NAME_PATTERN } from "./words.js";

/** Fork a world, as it was before entry `at` where there is one. */
export function ForkDialog({ world, at, snapshot, onClose }) {
  const [name, setName] = useState(at ? `${world}-before-${at}` : `${world}-fork`);
  const fork = attempt(async () => {
    await ask("POST", inWorld(world, "/fork"), { name, ...(at ? { at } : {}), ...(snapshot ? { snapshot } : {}) });
    onClose();
    toast(`${name} is a world of its own now.`);
    go({ world: name, page: "state", query: { against: world } });
  });
  return html`<${Dialog} title=${at ? `Fork ${world} as it was before #${at}` : `Fork ${world}`} onClose=${onClose}>
    <form onSubmit=${fork}>
      <${Field} label="Name of the new world" hint="a-z, 0-9, '.', '_' and '-'">
        <input value=${name} required autofocus pattern=${NAME_PATTERN} onInput=${(event) => setName(event.target.value)} /><//>
      <footer><button class="button primary">Fork</button></footer>
    </form>
  <//>`;
}

const ANSWERS = ["400", "401", "403", "404", "409", "422", "429", "500", "503"];
const KINDS = [["status", "a status"], ["delay", "a delay"], ["empty", "no answer"], ["reset", "a reset connection"], ["half", "half an answer"]];

/** What a fault does, of the form's words. */
export function doing(kind, value) {
  if (kind === "status") return { status: Number(value) };
  return kind === "delay" ? { delay_ms: Number(value) } : { drop: kind };
}

export function FaultOnce({ world, entry, onClose }) {
  const [kind, setKind] = useState("status");
  const [value, setValue] = useState("503");
  const [isCaller, setCaller] = useState(false);
  const [isPath, setPath] = useState(false);
  const set = attempt(async () => {
    const match = {
      ...(entry.api ? { api: entry.api } : {}), ...(entry.operation ? { operation: entry.operation } : {}),
      ...(isCaller && entry.caller ? { caller: entry.caller } : {}), ...(isPath || !entry.operation ? { path: entry.request.path } : {}),
    };
    await ask("POST", inWorld(world, "/faults"), { match, do: doing(kind, value), count: 1 });
    onClose();
    toast("The next request like this meets it, once.");
  });
  const choose = (next) => {
    setKind(next);
    setValue(next === "delay" ? "3000" : "503");
  };
  return html`<${Dialog} title="Answer this next time with …" onClose=${onClose}>
    <form onSubmit=${set}>
      <${Field} label="What"><select value=${kind} onChange=${(event) => choose(event.target.value)} autofocus>
        ${KINDS.map(([one, label]) => html`<option value=${one}>${label}</option>`)}</select><//>
      ${kind === "status" && html`<${Field} label="Status" hint="A documented one comes in its documented form, any other in the API's words.">
        <input type="number" min="200" max="599" required list="statuses" value=${value} onInput=${(event) => setValue(event.target.value)} />
        <datalist id="statuses">${ANSWERS.map((one) => html`<option value=${one} />`)}</datalist><//>`}
      ${kind === "delay" && html`<${Field} label="Milliseconds"><input type="number" min="0" max="600000" required value=${value}
        onInput=${(event) => setValue(event.target.value)} /><//>`}
      ${entry.caller && html`<label class="check"><input type="checkbox" checked=${isCaller} onChange=${(event) => setCaller(event.target.checked)} /> Only for ${entry.caller}</label>`}
      ${entry.operation && html`<label class="check"><input type="checkbox" checked=${isPath} onChange=${(event) => setPath(event.target.checked)} /> Only for ${entry.request.path}</label>`}
      <footer>
        ${kind === "status" && html`<button type="button" class="link" onClick=${() => copy(`Prefer: code=${value}`, "The header")}>Copy as a header: Prefer: code=${value}</button>`}
        <button class="button primary">Set for the next one</button>
      </footer>
    </form>
  <//>`;
}

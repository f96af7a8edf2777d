/** What is asked before something is done about an exchange: a fork's name, and what to answer next time. */

import { html, useState } from "../vendor/htm-preact.js";
import { ask, get, inWorld, segment } from "./api.js";
import { Dialog, Field, Menu, attempt, copy, toast, useAnswer } from "./parts.js";
import { go } from "./router.js";
import { NAME_PATTERN, visible } from "./words.js";

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

const matching = (entry) => ({
  ...(entry.api ? { api: entry.api } : {}), ...(entry.operation ? { operation: entry.operation } : { path: entry.request.path }),
});

/** One click, and the next request of the kind gets what the contract documents, or what goes wrong at times. */
export function NextTime({ world, entry, onMore }) {
  const [operation] = useAnswer(async () => (entry.api && entry.operation
    ? get(`/apis/${segment(entry.api)}/operations/${segment(entry.operation)}`) : null), [entry.id]);
  const once = (what, does) => [what, attempt(async () => {
    const { id } = await ask("POST", inWorld(world, "/faults"), { match: matching(entry), do: does, count: 1 });
    const undo = attempt(async () => { await ask("DELETE", inWorld(world, `/faults/${id}`)); toast("It answers as ever."); });
    toast(`The next ${entry.operation || entry.request.path} gets ${what}, once.`, { undo });
  })];
  const examples = Object.entries(operation ? operation.examples : {})
    .flatMap(([status, names]) => names.map((example) => once(`${status}, example ${visible(example)}`, { status: Number(status), example })));
  const documented = (operation ? operation.statuses : []).filter((status) => /^[2-5]\d\d$/.test(status));
  const statuses = [...new Set([...documented, "503"])].map((status) => once(status, { status: Number(status) }));
  return html`<${Menu} label="Answer next time with" items=${[
    ...statuses.slice(0, 12), ...examples.slice(0, 8), once("its answer 3 s late", { delay_ms: 3000 }), once("no answer", { drop: "empty" }), ["more …", onMore]]} />`;
}

export function FaultOnce({ world, entry, onClose }) {
  const [kind, setKind] = useState("status");
  const [value, setValue] = useState("503");
  const [isCaller, setCaller] = useState(false);
  const [isPath, setPath] = useState(false);
  const set = attempt(async () => {
    const match = { ...matching(entry), ...(isCaller ? { caller: entry.caller } : {}), ...(isPath ? { path: entry.request.path } : {}) };
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
      ${entry.caller && html`<label class="check"><input type="checkbox" checked=${isCaller} onChange=${(event) => setCaller(event.target.checked)} /> Only for ${visible(entry.caller)}</label>`}
      ${entry.operation && html`<label class="check"><input type="checkbox" checked=${isPath} onChange=${(event) => setPath(event.target.checked)} /> Only for ${visible(entry.request.path)}</label>`}
      <footer>
        ${kind === "status" && html`<button type="button" class="link" onClick=${() => copy(`Prefer: code=${value}`, "The header")}>Copy as a header: Prefer: code=${value}</button>`}
        <button class="button primary">Set for the next one</button>
      </footer>
    </form>
  <//>`;
}

/** Misbehaviour on demand: rules that requests meet. */

import { html, useState } from "../vendor/htm-preact.js";
import { ask, get, inWorld } from "./api.js";
import { doing } from "./exchange_dialogs.js";
import { asText } from "./json.js";
import { useKeys } from "./keys.js";
import { Dialog, Empty, Field, Problem, attempt, toast, useAnswer, useCalm } from "./parts.js";
import { plural, visible } from "./words.js";

const RECIPES = { slow: "a lognormal delay, median 800 ms", flaky: "every fifth is a 503", down: "all are 503", "rate-limited": "10 in 60 s, then 429", cut: "three of ten end half-way" };
const KINDS = { status: "a status", delay: "a delay", empty: "no answer", reset: "a reset connection", half: "half an answer" };

function NewFault({ world, operations, onDone, onClose }) {
  const [form, setForm] = useState({ recipe: "", kind: "status", value: "503" });
  const [error, setError] = useState(null);
  const set = (name) => (event) => setForm({ ...form, [name]: event.target.value, ...(name === "kind" ? { value: event.target.value === "delay" ? "3000" : "503" } : {}) });
  const add = async (event) => {
    event.preventDefault();
    const match = {};
    for (const name of ["operation", "caller", "path"]) if (form[name]) match[name] = form[name];
    if (form.nth) match.nth = Number(form.nth);
    if (form.chance) match.probability = Number(form.chance) / 100;
    try {
      await ask("POST", inWorld(world, "/faults"), {
        ...(form.recipe ? { recipe: form.recipe } : { do: doing(form.kind, form.value) }), match, ...(form.count ? { count: Number(form.count) } : {}),
      });
      onDone();
    } catch (refused) {
      setError(refused);
    }
  };
  return html`<${Dialog} wide title="A new fault" onClose=${onClose}><form onSubmit=${add}>
    ${error && html`<${Problem} error=${error} />`}
    <div class="form-grid">
      <${Field} label="Recipe" hint="A rule under a name."><select value=${form.recipe} autofocus onChange=${set("recipe")}><option value="">my own</option>
        ${Object.entries(RECIPES).map(([name, words]) => html`<option key=${name} value=${name}>${name}: ${words}</option>`)}</select><//>
      ${!form.recipe && html`<${Field} label="What"><select value=${form.kind} onChange=${set("kind")}>${Object.entries(KINDS).map(([name, words]) => html`<option key=${name} value=${name}>${words}</option>`)}</select><//>`}
      ${!form.recipe && form.kind === "status" && html`<${Field} label="Status"><input type="number" min="200" max="599" required value=${form.value} onInput=${set("value")} /><//>`}
      ${!form.recipe && form.kind === "delay" && html`<${Field} label="Milliseconds"><input type="number" min="0" max="600000" required value=${form.value} onInput=${set("value")} /><//>`}
      <${Field} label="Operation" hint="Any, where it is left empty."><input list="operations" value=${form.operation || ""} onInput=${set("operation")} /><datalist id="operations">${operations.map((one) => html`<option key=${one} value=${one} />`)}</datalist><//>
      <${Field} label="Path" hint="* stands for any text."><input placeholder="/shops/*/items" value=${form.path || ""} onInput=${set("path")} /><//>
      <${Field} label="Caller"><input value=${form.caller || ""} onInput=${set("caller")} /><//>
      <${Field} label="Only the nth" hint="Of those that match."><input type="number" min="1" value=${form.nth || ""} onInput=${set("nth")} /><//>
      <${Field} label="Chance, in percent" hint="Drawn from the world's seed."><input type="number" min="0" max="100" step="any" value=${form.chance || ""} onInput=${set("chance")} /><//>
      <${Field} label="How often" hint="For ever, where it is left empty."><input type="number" min="1" value=${form.count || ""} onInput=${set("count")} /><//>
    </div><footer><button class="button primary">Set it</button></footer></form><//>`;
}

const NAMES = { delay_ms: "delay", retry_after: "Retry-After", drop: "connection", nth: "only the", probability: "chance" };
const share = (value) => `${+(value * 100).toPrecision(4)} %`;

/** A condition or an action in words. */
function worded(name, value) {
  if (name === "delay_ms") {
    if (typeof value === "number") return `${value} ms`;
    return value.distribution === "uniform" ? `${value.lower} to ${value.upper} ms` : `lognormal, median ${value.median} ms, sigma ${value.sigma}`;
  }
  if (name === "rate") return `over ${value.limit} in ${value.seconds ?? value.per}${value.seconds ? " s" : ""}`;
  if (name === "probability") return share(value);
  if (name === "nth") return `${value}.`;
  if (name === "drop") return KINDS[value];
  return asText(value);
}

const said = (facts) => Object.entries(facts).map(([name, value]) => `${NAMES[name] || name} ${worded(name, value)}`).join(", ");

export default function Faults({ route, journal }) {
  const { world } = route;
  const [turn, setTurn] = useState(0);
  const [isNew, setNew] = useState(false);
  const last = useCalm(journal.last);
  const [found, error] = useAnswer(() => get(inWorld(world, "/faults")), [world, turn, last]);
  const [served] = useAnswer(() => get("/apis"), []);
  const again = () => { setNew(false); setTurn((count) => count + 1); };
  useKeys({ n: () => setNew(true) });
  const drop = (rule) => attempt(async () => {
    await ask("DELETE", inWorld(world, `/faults/${rule.id}`));
    const { match, do: does, count } = rule;
    toast(`Fault ${rule.id} is gone.`, { undo: attempt(async () => { await ask("POST", inWorld(world, "/faults"), { match, do: does, ...(count ? { count } : {}) }); again(); }) });
    again();
  });
  const clear = attempt(async () => { await ask("DELETE", inWorld(world, "/faults")); toast("It behaves again."); again(); });
  if (error) return html`<div class="page"><${Problem} error=${error} /></div>`;
  if (!found) return null;
  return html`<div class="page"><header><h1>Faults</h1><div class="bar">
      ${found.faults.length > 0 && html`<button class="button" onClick=${clear}>Behave again</button>`}
      <button class="button primary" onClick=${() => setNew(true)}>New fault</button></div></header>
    ${found.faults.length ? html`<div class="scroll"><table class="grid cards"><thead><tr><th>#</th><th>Requests</th><th>Meet</th><th>Left</th><th>Matched</th><th>Applied</th><th></th></tr></thead>
      <tbody>${found.faults.map((one) => html`<tr key=${one.id}><td data-label="#">${one.id}</td><td data-label="Requests" title=${said(one.match)}>${visible(said(one.match)) || "all"}</td><td data-label="Meet" title=${said(one.do)}>${visible(said(one.do))}</td>
        <td data-label="Left">${one.count ? (one.count - one.applied > 0 ? one.count - one.applied : html`<span class="tag">used up</span>`) : "∞"}</td><td data-label="Matched">${one.matched}</td><td data-label="Applied"><b>${one.applied}</b></td>
        <td class="acts"><button class="button" onClick=${drop(one)}>Delete</button></td></tr>`)}</tbody></table></div>
        <p class="quiet">${plural(found.faults.length, "rule")}; the first that matches a request applies.</p>`
      : html`<${Empty} title="Everything behaves."><p>Let requests be slow, refused, cut off or limited, to see what a client makes of it.</p>
        <button class="button" onClick=${() => setNew(true)}>Set a fault</button><//>`}
    ${isNew && html`<${NewFault} world=${world} operations=${served ? served.apis.flatMap((one) => one.operations.map((each) => each.operation)) : []} onDone=${again} onClose=${() => setNew(false)} />`}
  </div>`;
}

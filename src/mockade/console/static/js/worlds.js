/** All worlds: made, forked, reset, deleted, and their snapshots. */

import { html, useState } from "../vendor/htm-preact.js";
import { ask, get, inWorld, segment, send, worldUrl } from "./api.js";
import { ForkDialog } from "./exchange_dialogs.js";
import { useKeys } from "./keys.js";
import { Dialog, Empty, Field, Menu, Problem, attempt, copy, save, toast, useAnswer, useCalm } from "./parts.js";
import { go, href } from "./router.js";
import { NAME_PATTERN, hue, plural, relative } from "./words.js";

function NewWorld({ onDone, onClose }) {
  const [name, setName] = useState("");
  const [seed, setSeed] = useState("");
  const make = attempt(async () => {
    await ask("POST", "/worlds", { name, ...(seed ? { seed: Number(seed) } : {}) });
    onDone();
  });
  return html`<${Dialog} title="A new world" onClose=${onClose}><form onSubmit=${make}>
    <${Field} label="Name" hint="a-z, 0-9, '.', '_' and '-'. It begins as the fixtures say.">
      <input value=${name} required autofocus pattern=${NAME_PATTERN} onInput=${(event) => setName(event.target.value)} /><//>
    <${Field} label="Seed" hint="Where its ids and chance come from; the server's own where it is left empty.">
      <input type="number" step="1" value=${seed} onInput=${(event) => setSeed(event.target.value)} /><//>
    <footer><button class="button primary">Make it</button></footer>
  </form><//>`;
}

function TakeSnapshot({ world, onDone, onClose }) {
  const [name, setName] = useState("");
  const take = attempt(async () => {
    await ask("POST", inWorld(world, "/snapshots"), { name });
    onDone();
  });
  return html`<${Dialog} title=${`A snapshot of ${world}`} onClose=${onClose}><form onSubmit=${take}>
    <${Field} label="Name" hint="Rows, what is to come, the clock, the seed and credentials are kept under it.">
      <input value=${name} required autofocus pattern=${NAME_PATTERN} onInput=${(event) => setName(event.target.value)} /><//>
    <footer><button class="button primary">Keep it</button></footer>
  </form><//>`;
}

function Snapshots({ world, turn, onChange, onFork }) {
  const [found, error] = useAnswer(() => get(inWorld(world, "/snapshots")), [world, turn]);
  const act = (method, name, path, said) => attempt(async () => {
    await ask(method, inWorld(world, `/snapshots/${segment(name)}${path}`));
    toast(said);
    onChange();
  });
  const drop = (name) => attempt(async () => {
    const kept = await get(inWorld(world, `/snapshots/${segment(name)}?secrets=true`));
    await ask("DELETE", inWorld(world, `/snapshots/${segment(name)}`));
    onChange();
    toast(`Snapshot ${name} is gone.`, { undo: attempt(async () => { await ask("PUT", inWorld(world, `/snapshots/${segment(name)}`), kept); onChange(); }) });
  });
  const exported = (name) => attempt(async () => save(`${name}.json`, JSON.stringify(await get(inWorld(world, `/snapshots/${segment(name)}`)), null, 2), "application/json"));
  if (error) return html`<${Problem} error=${error} />`;
  if (!found || !found.snapshots.length) return html`<p class="quiet">No snapshot of ${world} yet.</p>`;
  return html`<div class="scroll"><table class="grid cards"><thead><tr><th>Snapshot</th><th>Taken, by the world's clock</th><th>Rows</th><th></th></tr></thead>
    <tbody>${found.snapshots.map(({ name, time, rows }) => html`<tr key=${name}><td data-label="Snapshot"><b>${name}</b></td><td data-label="Taken">${time}</td><td data-label="Rows">${rows.toLocaleString("en")}</td>
      <td class="acts"><div class="bar end"><button class="button" onClick=${act("POST", name, "/restore", `${world} is as in ${name}.`)}>Restore</button>
        <${Menu} label="More" items=${[["Fork", () => onFork(name)], ["Export", exported(name)], ["Delete", drop(name)]]} /></div></td></tr>`)}</tbody></table></div>`;
}

export default function Worlds({ route, journal }) {
  const here = route.world;
  const [turn, setTurn] = useState(0);
  const [dialog, setDialog] = useState(null);
  const [found, error] = useAnswer(() => get("/worlds"), [turn, useCalm(journal.last)]);
  const again = () => { setDialog(null); setTurn((count) => count + 1); };
  useKeys({ n: () => setDialog({ kind: "new" }) });
  const reset = (name) => attempt(async () => {
    const { entry } = await send("POST", inWorld(name, "/reset"));
    const undo = attempt(async () => { await ask("POST", inWorld(name, `/journal/${entry}/rewind`)); again(); });
    toast(`${name} is as at its start.`, { undo });
    again();
  });
  const drop = (name) => attempt(async () => {
    await ask("DELETE", inWorld(name, ""));
    toast(`${name} is gone.`);
    if (name === here) go({ world: "default", page: "worlds" });
    again();
  });
  if (error) return html`<div class="page"><${Problem} error=${error} /></div>`;
  const worlds = found ? found.worlds : [];
  return html`<div class="page">
    <header><h1>Worlds</h1><button class="button primary" onClick=${() => setDialog({ kind: "new" })}>New world</button></header>
    <div class="scroll"><table class="grid cards">
      <thead><tr><th>World</th><th>Address for clients</th><th>Clock</th><th>Rows</th><th>Entries</th><th>Last use</th><th></th></tr></thead>
      <tbody>${worlds.map((one) => html`<tr key=${one.name} class=${one.name === here ? "selected" : ""}>
        <td data-label="World"><span><span class="swatch" style=${{ "--of": hue(one.name) }}></span><a href=${href({ world: one.name, page: "worlds" })} aria-current=${one.name === here ? "true" : undefined}><b>${one.name}</b></a>${one.name === here ? html` <span class="tag">acting here</span>` : ""}</span></td>
        <td data-label="Address"><button class="link" title="Copy" onClick=${() => copy(worldUrl(one.name), "The address")}><code>${worldUrl(one.name)}</code></button></td>
        <td data-label="Clock" title=${one.clock.now}><span>${one.clock.now.slice(0, 19).replace("T", " ")} <span class="tag">${one.clock.mode}${one.clock.mode === "real" && one.clock.rate !== 1 ? ` ×${one.clock.rate}` : ""}</span></span></td>
        <td data-label="Rows">${one.rows.toLocaleString("en")}</td><td data-label="Entries">${one.exchanges.toLocaleString("en")}</td>
        <td data-label="Last use">${one.idle ? relative(Date.now() - one.idle * 1000, Date.now()) : "—"}</td>
        <td class="acts"><${Menu} label="Act" items=${[
          ["Fork", () => setDialog({ kind: "fork", world: one.name })],
          ["Take a snapshot", () => setDialog({ kind: "snapshot", world: one.name })],
          ["Reset", reset(one.name)],
          ...(one.name === "default" ? [] : [["Delete", () => setDialog({ kind: "delete", world: one.name })]]),
        ]} /></td></tr>`)}</tbody>
    </table></div>
    ${worlds.length === 1 && html`<${Empty} title="One world so far.">
      <p>Another is made by its first request: point a client at <code>${worldUrl("NAME")}</code>, or fork this one.</p><//>`}
    <section class="panel"><header class="bar spread"><h2>Snapshots of ${here}</h2>
      <button class="button" onClick=${() => setDialog({ kind: "snapshot", world: here })}>Take one</button></header>
      <${Snapshots} world=${here} turn=${turn} onChange=${again} onFork=${(snapshot) => setDialog({ kind: "fork", world: here, snapshot })} /></section>
    ${dialog && dialog.kind === "new" && html`<${NewWorld} onDone=${again} onClose=${() => setDialog(null)} />`}
    ${dialog && dialog.kind === "fork" && html`<${ForkDialog} world=${dialog.world} snapshot=${dialog.snapshot} onClose=${() => setDialog(null)} />`}
    ${dialog && dialog.kind === "snapshot" && html`<${TakeSnapshot} world=${dialog.world} onDone=${again} onClose=${() => setDialog(null)} />`}
    ${dialog && dialog.kind === "delete" && html`<${Dialog} title=${`Delete ${dialog.world}?`} onClose=${() => setDialog(null)}>
      <p>Its ${plural(worlds.find((one) => one.name === dialog.world)?.rows || 0, "row")}, journal and snapshots go. This cannot be undone: fork it first to keep them.</p>
      <form onSubmit=${drop(dialog.world)}><footer><button type="button" class="button" autofocus onClick=${() => setDialog(null)}>Keep it</button>
        <button class="button danger">Delete</button></footer></form><//>`}
  </div>`;
}

/** The rows behind the answers, as tables: edited, added, duplicated, deleted, exported. */

import { html, useEffect, useMemo, useRef, useState } from "../vendor/htm-preact.js";
import { ask, get, inWorld, segment, send } from "./api.js";
import { Diff } from "./code.js";
import { asText, own, same } from "./json.js";
import { useKeys } from "./keys.js";
import { Empty, Menu, Problem, attempt, failed, save, toast, useAnswer, useCalm } from "./parts.js";
import { go, href } from "./router.js";
import { RowEditor, keyOf, rowsPath } from "./row_editor.js";
import { shortly, visible } from "./words.js";
import { yaml } from "./yaml.js";

const MOST = 1000;
/** Rows that are drawn before somebody asks for more. */
const DRAWN = 100;

const order = (one, other) => (typeof one === "number" && typeof other === "number" ? one - other
  : asText(one ?? "").localeCompare(asText(other ?? ""), "en", { numeric: true }));

/** A name that may be broken where its words end. */
const Breakable = ({ text }) => html`<b class="name">${visible(text).split(/(?<=[_-])/).map((part) => html`${part}<wbr />`)}</b>`;

/** How many rows the other world has, where it has more or fewer. */
function differs(against, api, name, count) {
  const there = own(own(against, api), name) ?? 0;
  return against && there !== count ? ` (${there.toLocaleString("en")})` : "";
}

function Collections({ route, counts, against }) {
  return html`<nav class="side" aria-label="Collections">${Object.entries(counts).filter(([, all]) => Object.keys(all).length).map(([api, collections]) => html`<div key=${api}>
    <h3>${visible(api)}</h3>
    ${Object.entries(collections).map(([name, count]) => html`<a key=${name} href=${href({ ...route, rest: [api, name] })}
      aria-current=${route.rest[0] === api && route.rest[1] === name ? "page" : undefined}><${Breakable} text=${name} /> <span>${count.toLocaleString("en")}${differs(against, api, name, count)}</span></a>`)}
  </div>`)}</nav>
  <select class="choose" aria-label="Collection" onChange=${(event) => go({ ...route, rest: JSON.parse(event.target.value) })}>
    ${Object.entries(counts).flatMap(([api, collections]) => Object.entries(collections).map(([name, count]) => html`<option key=${`${api} ${name}`}
      value=${JSON.stringify([api, name])} selected=${route.rest[0] === api && route.rest[1] === name}>${visible(`${api} · ${name}`)} (${count.toLocaleString("en")})</option>`))}</select>`;
}

/** Rows that differ between two worlds: `[key, here, there]`. */
function compared(rows, others, described) {
  const there = new Map(others.map((row) => [keyOf(row, described), row]));
  const here = new Map(rows.map((row) => [keyOf(row, described), row]));
  return [...new Set([...here.keys(), ...there.keys()])]
    .filter((key) => !same(here.get(key), there.get(key)))
    .map((key) => [key, here.get(key) || null, there.get(key) || null]);
}

function Comparison({ world, against, api, collection, rows, described }) {
  const [others, error] = useAnswer(() => get(`${rowsPath(against, api, collection)}?limit=${MOST}`), [against, api, collection, rows]);
  if (error) return html`<${Problem} error=${error} />`;
  const found = others ? compared(rows, others.rows, described) : [];
  return html`<section class="panel"><h2>${against} compared with ${world}</h2>
    ${others && !found.length && html`<p class="quiet">The rows of ${visible(collection)} are the same in both.</p>`}
    ${found.map(([key, here, there]) => html`<article class="change" key=${key}><h4>${visible(key)}</h4><${Diff} before=${there} after=${here} /></article>`)}
  </section>`;
}

const shown = (row, name, most) => (own(row, name) === undefined ? "" : shortly(own(row, name), most));

function Table({ route, api, collection, page, described, onEdit, onDelete, onDuplicate }) {
  const [at, setAt] = useState(0);
  const { sort, down, text } = route.query;
  const rows = useMemo(() => {
    const wanted = (text || "").toLowerCase();
    const found = page.rows.filter((row) => !wanted || JSON.stringify(row).toLowerCase().includes(wanted));
    if (sort) found.sort((one, other) => order(own(one, sort), own(other, sort)) * (down ? -1 : 1));
    return found;
  }, [page, sort, down, text]);
  const columns = useMemo(() => [...new Set(page.rows.slice(0, 100).flatMap((row) => Object.keys(row)))], [page]);
  const [most, setMost] = useState(DRAWN);
  const box = useRef(null);
  useEffect(() => { if (at) box.current.querySelector("tr.selected")?.scrollIntoView({ block: "nearest" }); }, [at]);
  const step = (by) => () => setAt((was) => Math.max(0, Math.min(Math.min(most, rows.length) - 1, was + by)));
  useKeys({ j: step(1), ArrowDown: step(1), k: step(-1), ArrowUp: step(-1), Enter: (event) => (rows[at] && !event.target.closest("button, a, summary") ? (onEdit(keyOf(rows[at], described)), true) : false) });
  const sortBy = (name) => go({ ...route, query: { ...route.query, sort: name, down: sort === name && !down ? "yes" : "" } }, { replace: true });
  if (!rows.length) {
    return html`<${Empty} title=${page.rows.length ? "No row is like that." : `${visible(collection)} has no rows.`}>
      <p>${page.rows.length ? "Look for something else." : "Add one, or let a client make it."}</p><//>`;
  }
  return html`<div class="scroll" ref=${box} tabindex="0" aria-label=${`Rows of ${collection}`}><table class="grid"><thead><tr>${columns.map((name) => html`<th key=${name} aria-sort=${sort === name ? (down ? "descending" : "ascending") : undefined}>
      <button onClick=${() => sortBy(name)}>${visible(name)}${sort === name ? (down ? " ↓" : " ↑") : ""}</button></th>`)}<th class="acts"><span class="unseen">Act</span></th></tr></thead>
    <tbody>${rows.slice(0, most).map((row, position) => {
      const key = keyOf(row, described);
      return html`<tr key=${key} class=${position === at ? "selected" : ""} onClick=${() => setAt(position)} onDblClick=${() => onEdit(key)}>
        ${columns.map((name, column) => html`<td key=${name} class=${column ? "" : "key"} title=${shown(row, name, 400)}>${
          column ? shown(row, name) : html`<button class="link" onClick=${() => onEdit(key)}>${shown(row, name) || shortly(key) || "(empty)"}</button>`}</td>`)}
        <td class="acts"><${Menu} label="Act" items=${[["Edit", () => onEdit(key)], ["Duplicate", () => onDuplicate(row)], ["Delete", () => onDelete(key, row)]]} /></td>
      </tr>`;
    })}</tbody></table></div>
    ${rows.length > most && html`<button class="button" onClick=${() => setMost(most + DRAWN * 5)}>Show more of ${rows.length.toLocaleString("en")}</button>`}`;
}

function Rows({ route, api, collection, turn, onChange, described }) {
  const { world, rest, query } = route;
  const [draft, setDraft] = useState(null);
  const [page, error] = useAnswer(() => get(`${rowsPath(world, api, collection)}?limit=${MOST}`), [world, api, collection, turn]);
  const open = rest[2];
  const edit = (key) => go({ ...route, rest: [api, collection, key] });
  const close = () => { setDraft(null); if (open) go({ ...route, rest: [api, collection] }); };
  const done = () => { close(); onChange(); };
  const add = () => setDraft(Object.fromEntries((described ? described.properties : []).filter((one) => one.required)
    .map((one) => [one.name, one.schema.default ?? (one.enum.length ? one.enum[0] : { string: "", integer: 0, number: 0, boolean: false, array: [], object: {} }[one.types[0]] ?? null)])));
  useKeys({ n: add });
  const duplicate = (row) => {
    const copy = { ...row };
    const name = described && described.key;
    if (name && typeof copy[name] === "string") copy[name] = `${copy[name]}-copy`;
    delete copy._key;
    setDraft(copy);
  };
  const drop = async (key, row) => {
    try {
      const path = `${rowsPath(world, api, collection)}/${segment(key)}`;
      const { entry } = await send("DELETE", path);
      const undo = attempt(async () => {
        // What no journal keeps is written again, at the end and where there is none.
        const put = () => ask("PUT", path, row, { headers: { "If-None-Match": "*" } });
        await (entry ? ask("POST", inWorld(world, `/journal/${entry}/undo`)).catch((refused) => {
          if (refused.status !== 404) throw refused;
          return put();
        }) : put());
        onChange();
        toast(`${key} is back.`);
      });
      onChange();
      toast(`${key} is deleted.`, { undo });
    } catch (refused) {
      failed(refused);
    }
  };
  const exported = attempt(async () => {
    let rows = [];
    for (let next = ""; next !== null;) {
      const part = await get(`${rowsPath(world, api, collection)}?limit=10000${next ? `&after=${segment(next)}` : ""}`);
      rows = rows.concat(part.rows);
      next = part.next;
    }
    save(`${api}.yaml`, yaml({ [collection]: rows }), "application/yaml");
  });
  if (error) return html`<${Problem} error=${error} />`;
  if (!page) return null;
  return html`<div class="rows">
    <header class="bar spread"><input type="search" data-search aria-label="Search rows" placeholder="Search rows   /" value=${query.text || ""}
        onInput=${(event) => go({ ...route, query: { ...query, text: event.target.value } }, { replace: true })} />
      <div class="bar"><button class="button" onClick=${exported}>Export as fixture</button><button class="button primary" onClick=${add}>Add a row</button></div></header>
    ${page.next !== null && html`<p class="note">These are the first ${MOST.toLocaleString("en")} rows: searching and sorting look at no others. A row further on has its address: <code>#/${world}/state/${visible(api)}/${visible(collection)}/KEY</code></p>`}
    ${query.against && html`<${Comparison} world=${world} against=${query.against} api=${api} collection=${collection} rows=${page.rows} described=${described} />`}
    <${Table} route=${route} api=${api} collection=${collection} page=${page} described=${described} onEdit=${edit} onDelete=${drop} onDuplicate=${duplicate} />
    ${draft && html`<${RowEditor} isNew world=${world} api=${api} collection=${collection} described=${described} row=${draft} onDone=${done} onClose=${close} />`}
    ${open && !draft && html`<${RowEditor} key=${open} world=${world} api=${api} collection=${collection} described=${described} row=${open} onDone=${done} onClose=${close} />`}
  </div>`;
}

function Against({ route }) {
  const [found] = useAnswer(() => get("/worlds"), [route.world]);
  const others = found ? found.worlds.map((one) => one.name).filter((name) => name !== route.world) : [];
  if (!others.length) return null;
  return html`<select aria-label="Compare with another world" value=${route.query.against || ""}
      onChange=${(event) => go({ ...route, query: { ...route.query, against: event.target.value } }, { replace: true })}>
    <option value="">Compare with …</option>${others.map((name) => html`<option value=${name}>${name}</option>`)}</select>`;
}

export default function State({ route, journal }) {
  const { world, rest, query } = route;
  const [turn, setTurn] = useState(0);
  const last = useCalm(journal.last);
  const [counts, error] = useAnswer(() => get(inWorld(world, "/state")), [world, turn, last]);
  const [against] = useAnswer(() => (query.against ? get(inWorld(query.against, "/state")) : Promise.resolve(null)), [query.against, turn]);
  const first = counts ? Object.entries(counts).flatMap(([api, all]) => Object.entries(all).map(([name, count]) => [api, name, count])) : [];
  const [api, collection] = rest.length > 1 ? rest : first.find((one) => one[2]) || first[0] || [];
  const [described] = useAnswer(() => (api ? get(`/apis/${segment(api)}/collections`) : Promise.resolve(null)), [api]);
  if (error) return html`<div class="page"><${Problem} error=${error} /></div>`;
  if (!counts) return null;
  if (!first.length) return html`<${Empty} title="No API here keeps rows."><p>Its answers come from the contract: see Contract.</p><//>`;
  return html`<div class="page"><header><h1>State</h1><${Against} route=${route} /></header>
    <div class="two"><${Collections} route=${{ ...route, rest: [api, collection] }} counts=${counts} against=${against} />
      <${Rows} key=${`${world} ${api} ${collection}`} route=${{ ...route, rest: [api, collection, ...rest.slice(2)] }} api=${api} collection=${collection} turn=${`${turn} ${last}`}
        onChange=${() => setTurn((count) => count + 1)} described=${described && described.collections.find((one) => one.api === api && one.collection === collection)} /></div></div>`;
}

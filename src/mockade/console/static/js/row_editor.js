/** One row: edited or added, and never over what a client made of it meanwhile. */

import { html, useState } from "../vendor/htm-preact.js";
import { get, inWorld, segment, send } from "./api.js";
import { Diff } from "./code.js";
import { asText, own, rebased } from "./json.js";
import { Dialog, Problem, toast, useAnswer } from "./parts.js";
import { href } from "./router.js";
import { RowForm } from "./row_form.js";
import { plural, visible } from "./words.js";

export const rowsPath = (world, api, collection) => inWorld(world, `/state/${segment(api)}/${segment(collection)}`);

/** What a collection knows a row by; empty where the row does not say. */
export const keyOf = (row, described) => asText(own(row, "_key") ?? own(row, (described && described.key) || "id") ?? "");

function References({ world, api, collection, row }) {
  const [found] = useAnswer(() => get(`${rowsPath(world, api, collection)}/${segment(row)}/references`), [world, api, collection, row]);
  if (!found) return html`<p class="quiet">…</p>`;
  if (!found.references.length) return html`<p class="quiet">No row refers to it.</p>`;
  return html`<details><summary>${plural(found.references.length, "row refers", "rows refer")} to it</summary><ul>${found.references.map((one, at) => html`<li key=${at}>
    <a href=${href({ world, page: "state", rest: [one.api, one.collection, one.key] })}>${visible(one.collection)} ${visible(one.key)}</a> <small>${visible(one.property)}</small></li>`)}</ul></details>`;
}

/** What a client made of the row while it was open here, and what to do about it. */
function Newer({ stored, newer, onTheirs, onBoth }) {
  return html`<div class="problem" role="alert"><p>${newer.row ? "A client changed it while it was open here:" : "It was deleted while it was open here."}</p>
    ${newer.row && html`<${Diff} before=${stored.row} after=${newer.row} />`}
    <div class="bar"><button type="button" class="button" onClick=${onBoth}>${newer.row ? "Put my changes on top" : "Add it again"}</button>
      <button type="button" class="button" onClick=${onTheirs}>${newer.row ? "Drop mine" : "Leave it deleted"}</button></div></div>`;
}

const FRESH = { "If-None-Match": "*" };

export function RowEditor({ world, api, collection, described, row, isNew, onDone, onClose }) {
  const [error, setError] = useState(null);
  const [newer, setNewer] = useState(null);
  const [taken, setTaken] = useState(null);
  const [mine, setMine] = useState(null);
  const path = (key) => `${rowsPath(world, api, collection)}/${segment(key)}`;
  const read = async () => {
    const { data, tag } = await send("GET", path(row));
    return { row: data, headers: { "If-Match": tag } };
  };
  const [loaded, missing] = useAnswer(() => (isNew ? Promise.resolve({ row, headers: FRESH }) : read()), [row]);
  const stored = taken || loaded;
  const write = async (values) => {
    try {
      const key = isNew ? keyOf(values, described) : row;
      if (!key) throw new Error(`Give the row its key, ${(described && described.key) || "_key"}.`);
      await send("PUT", path(key), values, { headers: stored.headers });
      toast(`${key} is ${isNew ? "added" : "saved"}.`);
      onDone();
    } catch (refused) {
      setError(refused);
      if (refused.status !== 412 || isNew) return;
      setError(null);
      setMine(values);
      setNewer(await read().catch(() => ({ row: null, headers: FRESH })));
    }
  };
  const take = (values) => { setTaken({ ...newer, form: values }); setNewer(null); };
  return html`<${Dialog} wide title=${isNew ? `A new row of ${visible(collection)}` : `${visible(collection)} ${visible(row)}`} onClose=${onClose}>
    ${missing && html`<${Problem} error=${missing} />`}
    ${!isNew && !missing && html`<${References} world=${world} api=${api} collection=${collection} row=${row} />`}
    ${newer && html`<${Newer} stored=${stored} newer=${newer} onTheirs=${() => (newer.row ? take(newer.row) : onClose())}
      onBoth=${() => take(newer.row ? rebased(stored.row, mine, newer.row) : mine)} />`}
    ${stored && html`<${RowForm} key=${stored.headers["If-Match"]} row=${stored.form || stored.row} properties=${described ? described.properties : []} error=${error}
      label=${isNew ? "Add" : "Save"} isHeld=${Boolean(newer)} onSave=${write} onCancel=${onClose} />`}
  <//>`;
}

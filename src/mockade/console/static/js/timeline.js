/** The first page: what was asked, as it comes, newest first. */

import { html, useEffect, useMemo, useRef, useState } from "../vendor/htm-preact.js";
import { Exchange } from "./exchange.js";
import { useKeys } from "./keys.js";
import { Elided, Empty, When, copy } from "./parts.js";
import { go } from "./router.js";
import { VirtualList } from "./virtual.js";
import { plural, visible } from "./words.js";
import { worldUrl } from "./api.js";

const STATUSES = ["2xx", "3xx", "4xx", "5xx", "none"];

const shade = (status) => (!status ? "bad" : status < 400 ? "good" : status < 500 ? "warn" : "bad");

/** How much of the end of a path tells it from others: its last two parts, where they are short. */
function tailOf(target) {
  const [last, before] = target.split("?")[0].split("/").reverse();
  const query = target.length - target.split("?")[0].length;
  const two = last.length + (before || "").length + 2;
  return Math.min(query, 20) + (two <= 36 ? two : last.length + 1);
}

function Row({ entry, isSelected, onOpen, clock }) {
  const { request, response } = entry;
  const target = request ? request.path + (request.query ? `?${request.query}` : "") : entry.reason || "";
  const status = response ? response.status || "—" : "";
  return html`<div class=${`row ${isSelected ? "selected" : ""}`} role="option" aria-selected=${isSelected}
      aria-label=${`${request ? `${request.method} ${target}` : entry.operation}, ${status || entry.answered_by}`}
      id=${`entry-${entry.id}`} onClick=${() => onOpen(entry.id)}>
    <span class=${`status ${response ? shade(response.status) : "none"}`}>${status || "·"}</span>
    <span class="method">${request ? request.method : entry.answered_by}</span>
    ${request ? html`<${Elided} class="path" text=${visible(target)} tail=${tailOf(target)} />`
      : html`<span class="path plain" title=${visible(target)}>${visible(target)}</span>`}
    <span class="about">
      ${entry.violations.length > 0 && html`<b class="tag bad" title="Violations of the contract">⚠ ${entry.violations.length}</b>`}
      ${entry.changed > 0 && html`<span class="tag" title=${plural(entry.changed, "row") + " changed"}>Δ ${entry.changed}</span>`}
      ${entry.operation && html`<span class="operation" title=${visible(entry.operation)}>${visible(entry.operation)}</span>`}
      ${entry.caller && html`<${Elided} class="caller" text=${visible(entry.caller)} tail=${6} />`}
    </span>
    <span class="when"><${When} time=${entry.time} clock=${clock} /></span>
  </div>`;
}

const Choice = ({ label, value, options, onChange }) => html`<select aria-label=${label} value=${value || ""}
    class=${value ? "chosen" : ""} onChange=${(event) => onChange(event.target.value)}>
  <option value="">${label}</option>
  ${options.map((one) => html`<option key=${one} value=${one}>${visible(one)}</option>`)}
</select>`;

function Filters({ filter, onFilter, journal }) {
  const set = (name) => (value) => onFilter({ ...filter, [name]: value });
  return html`<div class="filters" role="search">
    <input type="search" data-search placeholder="Search paths, messages, callers …   /" aria-label="Search"
      value=${filter.text || ""} onInput=${(event) => set("text")(event.target.value)} />
    <${Choice} label="Operation" value=${filter.operation} options=${[...journal.operations].sort()} onChange=${set("operation")} />
    <${Choice} label="Status" value=${filter.status} options=${STATUSES} onChange=${set("status")} />
    <${Choice} label="Caller" value=${filter.caller} options=${[...journal.callers].sort()} onChange=${set("caller")} />
    <button class=${`toggle ${filter.violations ? "chosen" : ""}`} aria-pressed=${Boolean(filter.violations)}
      onClick=${() => set("violations")(filter.violations ? "" : "yes")}>⚠ Violations${journal.broken ? ` ${journal.broken}` : ""}</button>
  </div>`;
}

function Nothing({ world, journal, onFilter }) {
  if (journal.entries.length) {
    return html`<${Empty} title="No request is like that.">
      <p>${plural(journal.entries.length, "entry", "entries")} did not match.</p>
      <button class="button" onClick=${() => onFilter({})}>Show all</button>
    <//>`;
  }
  const url = worldUrl(world);
  return html`<${Empty} title="No request yet.">
    <p>Point your client at <code>${url}</code></p>
    <button class="button" onClick=${() => copy(url, "The address")}>Copy the address</button>
  <//>`;
}

function useNarrow() {
  const media = useRef(matchMedia("(max-width: 899px)")).current;
  const [isNarrow, setNarrow] = useState(media.matches);
  useEffect(() => {
    const look = () => setNarrow(media.matches);
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, []);
  return isNarrow;
}

export function Timeline({ route, journal, clock, state }) {
  const isNarrow = useNarrow();
  const filter = route.query;
  const open = Number(route.rest[0]) || 0;
  const known = useRef(null);
  const said = JSON.stringify(filter);
  if (known.current !== said) {
    known.current = said;
    journal.setFilter(filter);
  }
  const { shown } = journal;
  const count = shown.length;
  const position = (id) => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (shown[middle].id < id) low = middle + 1;
      else high = middle;
    }
    return low < count && shown[low].id === id ? count - 1 - low : -1;
  };
  const selected = open ? position(open) : -1;
  const to = (rest, query = filter, replace = true) => go({ ...route, rest, query }, { replace });
  const step = (by) => () => {
    if (!count) return;
    const at = selected < 0 ? 0 : Math.max(0, Math.min(count - 1, selected + by));
    to([String(shown[count - 1 - at].id)]);
  };
  useKeys({
    j: step(1), ArrowDown: step(1), k: step(-1), ArrowUp: step(-1),
    Enter: () => (open ? false : step(0)()),
    Escape: (event) => (event.target.blur && event.target.matches("input, select, textarea") ? event.target.blur() : open ? to([]) : false),
  });
  // What is the same object as before is not drawn again: rows stay while others come, and so does what is open.
  const of = [route.world, open, said, clock];
  const drawn = useMemo(() => new WeakMap(), of);
  const row = (at) => {
    const entry = shown[count - 1 - at];
    if (!drawn.has(entry)) {
      drawn.set(entry, html`<${Row} key=${entry.id} entry=${entry} clock=${clock} isSelected=${entry.id === open}
        onOpen=${(id) => to([String(id)], filter, Boolean(open))} />`);
    }
    return drawn.get(entry);
  };
  const detail = useMemo(() => open > 0 && html`<${Exchange} key=${`${route.world} ${open}`} world=${route.world} id=${open}
    clock=${clock} onClose=${() => to([])} />`, of);
  return html`<div class=${`timeline ${open ? "open" : ""}`}>
    <section class="list" aria-label="Exchanges">
      <${Filters} filter=${filter} journal=${journal} onFilter=${(query) => to(route.rest, query)} />
      ${journal.lost > 0 && html`<p class="note">${plural(journal.lost, "entry", "entries")} were forgotten before they could be shown; --journal keeps more.</p>`}
      ${typeof state === "object" && html`<p class="note bad">${state.message}</p>`}
      ${count ? html`<${VirtualList} count=${count} height=${isNarrow || open ? 58 : 40} row=${row} selected=${selected} chosen=${open}
          newest=${shown[count - 1].id} label="Exchanges, newest first" active=${selected < 0 ? undefined : `entry-${open}`} />`
        : html`<${Nothing} world=${route.world} journal=${journal} onFilter=${(query) => to([], query)} />`}
    </section>
    ${detail}
  </div>`;
}

/** What all pages are made of. Everything that is shown is text: nothing here makes HTML of a string. */

import { html, useCallback, useEffect, useRef, useState } from "../vendor/htm-preact.js";
import { useKeys } from "./keys.js";
import { exact, relative, visible, worldNow } from "./words.js";

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

let tell = () => {};

/** A message at the edge of the page for a while; `undo` is a button in it. */
export const toast = (text, options = {}) => tell({ text, id: Math.random(), ...options });

export const failed = (error) => toast(error.message, { isBad: true });

export function Toasts() {
  const [toasts, setToasts] = useState([]);
  const drop = useCallback((id) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const undo = (one) => { drop(one.id); one.undo(); };
  useKeys({ u: () => { const one = toasts.findLast((each) => each.undo); return one ? (undo(one), true) : false; } });
  tell = (one) => {
    setToasts((all) => [...all.slice(-3), one]);
    setTimeout(() => drop(one.id), one.undo || one.isBad ? 12000 : 4000);
  };
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.map((one) => html`<div key=${one.id} class=${`toast ${one.isBad ? "bad" : ""}`}>
      <span>${visible(one.text)}</span>
      ${one.undo && html`<button class="link" title="Undo (u)" onClick=${() => undo(one)}>Undo</button>`}
      <button class="link quiet" aria-label="Dismiss" onClick=${() => drop(one.id)}>✕</button>
    </div>`)}
  </div>`;
}

/** Runs what is promised, and tells what refuses it. */
export const attempt = (act) => async (event) => {
  if (event && event.preventDefault) event.preventDefault();
  try {
    return await act(event);
  } catch (error) {
    failed(error);
    return undefined;
  }
};

/** What a promise came to: `[value, error, again]`. It is asked anew when one of `of` changes. */
export function useAnswer(asked, of) {
  const [state, setState] = useState({ value: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isWanted = true;
    Promise.resolve().then(asked).then(
      (value) => isWanted && setState({ value, error: null }),
      (error) => isWanted && setState((before) => ({ value: before.value, error })),
    );
    return () => { isWanted = false; };
  }, [...of, turn]);
  return [state.value, state.error, () => setTurn((count) => count + 1)];
}

/** A value that changes often, as it is now and again: what hangs on it is asked anew no more than every two seconds. */
export function useCalm(value, pause = 2000) {
  const [calm, setCalm] = useState(value);
  const newest = useRef(value);
  const timer = useRef(null);
  newest.current = value;
  useEffect(() => {
    if (value !== calm && !timer.current) {
      timer.current = setTimeout(() => { timer.current = null; setCalm(newest.current); }, pause);
    }
  }, [value, calm]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return calm;
}

let ticking = [];
setInterval(() => ticking.forEach((tick) => tick(Date.now())), 1000);

function useNow() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    ticking.push(setNow);
    return () => { ticking = ticking.filter((one) => one !== setNow); };
  }, []);
  return now;
}

/** A moment that the world has had, seen from its own now. */
export function When({ time, clock }) {
  const now = worldNow(clock, useNow());
  const isSetBack = new Date(time).getTime() > now + 5000; // the clock was, since: nothing here is to come
  return html`<time dateTime=${time} title=${exact(time)}>${isSetBack ? DAY.format(new Date(time)) : relative(time, now)}</time>`;
}

/** A text of which the beginning gives way where there is no room: what tells one from another stands at its end. */
export function Elided({ text, tail, ...rest }) {
  const at = Math.max(0, text.length - tail);
  return html`<span ...${rest} class=${`elided ${rest.class || ""}`} title=${text}><span>${text.slice(0, at)}</span><span>${text.slice(at)}</span></span>`;
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(`${what} copied.`);
}

export function save(name, text, type = "text/plain") {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export const Empty = ({ title, children }) => html`<div class="empty"><h2>${title}</h2>${children}</div>`;

export const Problem = ({ error }) => html`<div class="problem" role="alert">
  <p>${visible(error.message)}</p>
  ${(error.violations || []).length > 0 && html`<ul>${error.violations.map((one, at) => html`<li key=${at}>
    <code>${visible(one.pointer || one.where)}</code> ${visible(one.message)} <small>${one.contract}</small></li>`)}</ul>`}
</div>`;

/** A dialog of the browser's own: it keeps the focus, and Escape closes it. */
export function Dialog({ title, onClose, children, wide }) {
  const box = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current.showModal();
    (box.current.querySelector("[autofocus], form input, form select, form textarea") || box.current).focus();
    return () => before && before.focus && before.focus();
  }, []);
  return html`<dialog ref=${box} tabindex="-1" class=${wide ? "wide" : ""} aria-label=${title} onClose=${onClose}
      onClick=${(event) => event.target === box.current && onClose()}>
    <div class="dialog">
      <header><h2>${title}</h2><button class="icon" aria-label="Close" onClick=${onClose}>✕</button></header>
      ${children}
    </div>
  </dialog>`;
}

export const Field = ({ label, hint, children, wide }) => html`<label class=${`field ${wide ? "wide" : ""}`}>
  <span>${label}</span>${children}${hint && html`<small>${hint}</small>`}
</label>`;

let menus = 0;

/** A menu of actions under a button: `[[label, act], …]`. It is a popover, so that no table cuts it off. */
export function Menu({ label, items }) {
  const list = useRef(null);
  const button = useRef(null);
  const id = useRef(`menu-${menus += 1}`).current;
  const place = (event) => {
    if (event.newState !== "open") return;
    const { left, bottom, top } = button.current.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = list.current;
    list.current.style.left = `${Math.max(8, Math.min(left, innerWidth - offsetWidth - 8))}px`;
    list.current.style.top = `${bottom + offsetHeight + 8 > innerHeight ? Math.max(8, top - offsetHeight - 4) : bottom + 4}px`;
    list.current.querySelector("button").focus();
  };
  const move = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const all = [...list.current.querySelectorAll("button")];
    all[(all.indexOf(document.activeElement) + by + all.length) % all.length].focus();
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<span class="menu"><button type="button" class="button" ref=${button} popovertarget=${id} aria-haspopup="true">${label}<i aria-hidden="true"> ▾</i></button>
    <ul id=${id} popover="auto" ref=${list} onToggle=${place} onKeyDown=${move}>${items.map(([text, act]) => html`<li key=${text}>
      <button type="button" onClick=${(event) => { list.current.hidePopover(); act(event); }}>${text}</button></li>`)}</ul></span>`;
}

/** The frame around the pages: where one is, in which world, and whether what is shown is of now. */

import { html, render, useEffect, useErrorBoundary, useMemo, useRef, useState } from "../vendor/htm-preact.js";
import { get, inWorld, onTokenAsked } from "./api.js";
import { follow } from "./events.js";
import { Journal } from "./journal.js";
import { KEYS, useKeys } from "./keys.js";
import { Dialog, Field, Problem, Toasts, copy, useCalm } from "./parts.js";
import { Refusal, Unknown } from "./places.js";
import { PAGES, go, here, href } from "./router.js";
import { Timeline } from "./timeline.js";
import { MACHINE, hue, worldNow } from "./words.js";
import { worldUrl } from "./api.js";

const NAMES = { timeline: "Timeline", worlds: "Worlds", state: "State", time: "Time", players: "Players", faults: "Faults", contract: "Contract" };
const ICONS = {
  timeline: "M4 6h16M4 12h10M4 18h13", worlds: "M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
  state: "M4 5h16v14H4zM4 10h16M10 10v9", time: "M12 4a8 8 0 100 16 8 8 0 000-16zM12 8v4l3 2",
  players: "M12 12a4 4 0 100-8 4 4 0 000 8zM4 20c1-4 4-6 8-6s7 2 8 6", faults: "M13 3L5 14h6l-1 7 8-11h-6z", contract: "M6 3h9l4 4v14H6zM9 12h7M9 16h5",
};
/** The status of what cannot be followed, but shown all the same: a server without a journal. */
const NO_JOURNAL = 409;

const LOADERS = {
  worlds: () => import("./worlds.js"), state: () => import("./state.js"), time: () => import("./time.js"),
  players: () => import("./players.js"), faults: () => import("./faults.js"), contract: () => import("./contract.js"),
};

function useRoute() {
  const [route, setRoute] = useState(here());
  useEffect(() => {
    const moved = () => setRoute(here());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return route;
}

/** A world's journal while it grows. What comes is shown ten times a second, however much that is. */
function useJournal(world, turn) {
  const [, setTurn] = useState(0);
  const [[of, state], setOf] = useState([world, "asking"]);
  const setState = (now) => setOf([world, now]);
  const journal = useMemo(() => {
    let isWaiting = false;
    return new Journal(() => {
      if (isWaiting) return;
      isWaiting = true;
      setTimeout(() => { isWaiting = false; setTurn((count) => count + 1); }, 100);
    });
  }, [world]);
  useEffect(() => {
    const stop = new AbortController();
    follow(world, {
      onState: setState,
      signal: stop.signal,
      onEvents: (events) => journal.take(events),
    });
    return () => stop.abort();
  }, [journal, turn]);
  return [journal, of === world ? state : "asking"];
}

/** The world's clock as it was when it was asked, and is asked again as entries come; the same object while it goes on as it did. */
function useClock(world, turn) {
  const [clock, setClock] = useState(MACHINE);
  useEffect(() => {
    let isWanted = true;
    const look = () => get(inWorld(world, "")).then((found) => {
      const asked = { now: new Date(found.clock.now).getTime(), asked: Date.now(), rate: found.clock.rate };
      const goesOn = (was) => was.rate === asked.rate && Math.abs(worldNow(was) - asked.now) < 2000 * Math.max(1, asked.rate);
      if (isWanted) setClock((was) => (goesOn(was) ? was : asked));
    }, () => {});
    look();
    const timer = setInterval(look, 10000);
    return () => { isWanted = false; clearInterval(timer); };
  }, [world, turn]);
  return clock;
}

/** Which world the whole console acts in. */
function WorldSwitch({ route, field }) {
  const [names, setNames] = useState([route.world]);
  const look = () => get("/worlds").then((answer) => setNames(answer.worlds.map((one) => one.name)), () => {});
  useEffect(() => { look(); }, [route.world, route.page]);
  const all = names.includes(route.world) ? names : [route.world, ...names];
  return html`<label class="world"><span>World</span>
    <select ref=${field} value=${route.world} onFocus=${look} aria-label="World"
        onChange=${(event) => go({ world: event.target.value, page: route.page })}>
      ${all.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
    </select>
  </label>`;
}

function TokenDialog({ ask }) {
  const [token, setToken] = useState("");
  const give = (value) => (event) => { event.preventDefault(); ask.done(value); };
  return html`<${Dialog} title="This mock asks for a token" onClose=${() => ask.done(null)}>
    <form onSubmit=${give(token)}>
      <p>${ask.wasWrong ? "That was not it. " : ""}It is what <code>--token</code> said, or what <code>mockade serve</code> printed at its start. This tab keeps it.</p>
      <${Field} label="Token"><input type="password" required autofocus autocomplete="off" value=${token} onInput=${(event) => setToken(event.target.value)} /><//>
      <footer><button class="button primary">Go on</button></footer>
    </form>
  <//>`;
}

function Help({ onClose }) {
  return html`<${Dialog} title="Keyboard" onClose=${onClose}>
    <dl class="keys">${KEYS.map(([keys, what]) => html`<div key=${keys}><dt>${keys.split("  ").map((one) => html`<kbd>${one}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>
  <//>`;
}

/** What is in it, or what is wrong with that: the frame around it stays, and with it the way to other pages. */
function Guarded({ children }) {
  const [error] = useErrorBoundary();
  return error ? html`<div class="page"><${Problem} error=${{ message: `This page cannot be shown: ${error.message}. Another may; what it does is in the control API, too.` }} /></div>` : children;
}

function Page({ name, ...given }) {
  const [modules, setModules] = useState({});
  useEffect(() => {
    if (!modules[name]) LOADERS[name]().then((module) => setModules((all) => ({ ...all, [name]: module })));
  }, [name]);
  return modules[name] ? html`<${modules[name].default} ...${given} />` : null;
}

function App() {
  const route = useRoute();
  const { world, page } = route;
  const [turn, setTurn] = useState(0);
  const [journal, state] = useJournal(world, turn);
  const isRefused = typeof state === "object" && state.status !== NO_JOURNAL;
  const clock = useClock(world, `${page} ${useCalm(journal.last)}`);
  const [help, setHelp] = useState(false);
  const [asked, setAsked] = useState(null);
  const switcher = useRef(null);
  useEffect(() => onTokenAsked((wasWrong) => new Promise((answer) => {
    setAsked({ wasWrong, done: (token) => { setAsked(null); answer(token); } });
  })), []);
  useEffect(() => { document.title = `${NAMES[page] || "No such page"} · ${world} · Mockade`; }, [page, world]);
  useKeys({
    "?": () => setHelp(true),
    "/": () => { const field = document.querySelector("[data-search]"); if (!field) return false; field.focus(); return true; },
    w: () => switcher.current && switcher.current.focus(),
    Escape: (event) => (event.target.matches("input, select, textarea") ? event.target.blur() : false),
    ...Object.fromEntries(PAGES.map((name, at) => [String(at + 1), () => go({ world, page: name })])),
  });
  const word = state === "live" ? "Live" : typeof state === "object" ? "Not following" : "Waiting for the server";
  return html`<div class="shell" style=${{ "--hue": hue(world) }}>
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.getElementById("main").focus(); }}>Skip to the page</a>
    <nav aria-label="Pages">
      <a class="brand" href=${href({ world, page: "timeline" })} aria-label="Mockade, timeline"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M8 23V10l8 8 8-8v13" /></svg><span>Mockade</span></a>
      ${PAGES.map((name) => html`<a key=${name} href=${href({ world, page: name })} aria-current=${name === page ? "page" : undefined}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${ICONS[name]} /></svg><span>${NAMES[name]}</span></a>`)}
    </nav>
    <header class="top">
      <${WorldSwitch} route=${route} field=${switcher} />
      <button class="link address" title="Copy the address for clients" onClick=${() => copy(worldUrl(world), "The address")}>${worldUrl(world)}</button>
      <span class=${`live ${state === "live" ? "on" : ""}`} title=${word}><i></i><span>${word}</span></span>
      <button class="icon" aria-label="Keyboard help" title="Keyboard (?)" onClick=${() => setHelp(true)}>?</button>
    </header>
    <main id="main" tabindex="-1" aria-label=${NAMES[page] || "No such page"}><${Guarded} key=${`${world} ${page}`}>
      ${page === "unknown" ? html`<${Unknown} route=${route} />`
        : isRefused ? html`<${Refusal} world=${world} state=${state} onMade=${() => setTurn((count) => count + 1)} />`
        : state === "asking" ? null
        : page === "timeline" ? html`<${Timeline} key=${world} route=${route} journal=${journal} clock=${clock} state=${state} />`
        : html`<${Page} key=${`${world} ${page}`} name=${page} route=${route} journal=${journal} clock=${clock} />`}
    <//></main>
    ${help && html`<${Help} onClose=${() => setHelp(false)} />`}
    ${asked && html`<${TokenDialog} ask=${asked} />`}
    <${Toasts} />
  </div>`;
}

render(html`<${App} />`, document.getElementById("app"));

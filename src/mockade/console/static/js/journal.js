/** The entries that were followed so far, and those of them that a filter lets through; oldest first. */

const MOST = 20000;
const SHED = 2000;

/** What the players of `mockade play` call themselves. */
const PLAYER = /^mockade-play\/\S+ \((.*)\)$/;

const family = (status) => (status ? `${Math.floor(status / 100)}xx` : "none");

/** What a text is looked for in, in lower case. */
function words(entry) {
  const request = entry.request;
  return [
    `#${entry.id}`, entry.agent, request && request.method, request && request.path, request && request.query,
    entry.operation, entry.caller, entry.reason, entry.answered_by,
    ...entry.violations.map((one) => `${one.pointer} ${one.message}`),
  ].filter(Boolean).join(" ").toLowerCase();
}

function matcher(filter) {
  const texts = (filter.text || "").toLowerCase().split(/\s+/).filter(Boolean);
  return (entry) => {
    if (filter.violations && !entry.violations.length) return false;
    if (filter.operation && entry.operation !== filter.operation) return false;
    if (filter.caller && entry.caller !== filter.caller) return false;
    if (filter.status && (!entry.response || family(entry.response.status) !== filter.status)) return false;
    if (!texts.length) return true;
    const found = words(entry);
    return texts.every((text) => found.includes(text));
  };
}

export class Journal {
  constructor(onChange) {
    this._onChange = onChange;
    this._wanted = () => true;
    this.clear();
  }

  clear() {
    this.entries = [];
    this.shown = [];
    this.operations = new Set();
    this.callers = new Set();
    this.players = new Map();
    this.broken = 0;
    this.lost = 0;
    this._onChange();
  }

  /** The number of the newest entry. */
  get last() {
    return this.entries.length ? this.entries[this.entries.length - 1].id : 0;
  }

  setFilter(filter) {
    this._wanted = matcher(filter);
    this.shown = this.entries.filter(this._wanted);
  }

  /** Take in a list of events of the stream. */
  take(events) {
    for (const { name, data } of events) {
      if (name === "anew") this.clear();
      else if (name === "lost") this.lost += data.last - data.first + 1;
      else if (name === "exchange") this._add(data);
    }
    if (this.entries.length > MOST) {
      const first = this.entries[SHED].id;
      this.entries = this.entries.slice(SHED);
      const at = this.shown.findIndex((one) => one.id >= first);
      this.shown = at < 0 ? [] : this.shown.slice(at);
    }
    this._onChange();
  }

  _add(entry) {
    this.entries.push(entry);
    if (entry.operation) this.operations.add(entry.operation);
    if (entry.caller) this.callers.add(entry.caller);
    const player = PLAYER.exec(entry.agent || "");
    if (player) {
      const known = this.players.get(player[1]);
      this.players.set(player[1], { calls: (known ? known.calls : 0) + 1, last: entry });
    }
    if (entry.violations.length) this.broken += 1;
    if (this._wanted(entry)) this.shown.push(entry);
  }
}

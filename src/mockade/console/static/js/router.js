/** Addresses behind the `#`: `#/world/page/more/of/it?filter=…`. */

import { NAME_PATTERN } from "./words.js";

export const PAGES = ["timeline", "worlds", "state", "time", "players", "faults", "contract"];

const NAME = new RegExp(`^${NAME_PATTERN}$`);

/** The world that stands before the console's own path: `/@name/_mockade/`. */
function firstWorld() {
  const found = /^\/(?:@|%40)([a-z0-9][a-z0-9._-]{0,63})\//.exec(location.pathname);
  return found ? found[1] : "default";
}

export function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Where one is. Of a page that is none `page` is "unknown", and `rest` what was asked for. */
export function here() {
  const [path, ...queries] = location.hash.replace(/^#\/?/, "").split("?");
  const query = queries.join("?");
  const parts = path.split("/").map(decoded).filter(Boolean);
  const hasWorld = PAGES.includes(parts[1]) && NAME.test(parts[0]);
  const known = hasWorld ? parts.slice(1) : parts;
  const isKnown = !parts.length || PAGES.includes(known[0]);
  return {
    world: hasWorld ? parts[0] : firstWorld(),
    page: isKnown ? known[0] || "timeline" : "unknown",
    rest: isKnown ? known.slice(1) : parts,
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

export function href({ world, page, rest = [], query = {} }) {
  const said = new URLSearchParams(Object.entries(query).filter(([, value]) => value)).toString();
  const path = [world, page, ...rest].map(encodeURIComponent).join("/");
  return `#/${path}${said ? `?${said}` : ""}`;
}

/** Go there; a `replace` leaves nothing to go back to. */
export function go(to, { replace = false } = {}) {
  const address = href(to);
  if (replace) {
    history.replaceState(null, "", address);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = address;
  }
}

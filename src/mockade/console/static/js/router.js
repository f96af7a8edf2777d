/** Addresses behind the `#`: `#/world/page/more/of/it?filter=…`. */

export const PAGES = ["timeline", "worlds", "state", "time", "players", "faults", "contract"];

/** The world that stands before the console's own path: `/@name/_mockade/`. */
function firstWorld() {
  const found = /^\/(?:@|%40)([a-z0-9][a-z0-9._-]{0,63})\//.exec(location.pathname);
  return found ? found[1] : "default";
}

export function here() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [world, page, ...rest] = path.split("/").map((one) => {
    try {
      return decodeURIComponent(one);
    } catch {
      return one;
    }
  });
  return {
    world: world || firstWorld(),
    page: PAGES.includes(page) ? page : "timeline",
    rest: rest.filter(Boolean),
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

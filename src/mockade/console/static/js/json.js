/** JSON that loses nothing: a number of more digits than a double has stays as it was written. */

const isLong = (value) => typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER;
const exact = (name, value, context) => (isLong(value) && context && JSON.rawJSON ? JSON.rawJSON(context.source) : value);

export const parse = (text) => JSON.parse(text, exact);

const isRaw = (value) => Boolean(JSON.isRawJSON && JSON.isRawJSON(value));

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !isRaw(value);

/** A member of an object, undefined where it has none of its own: rows have a `constructor` at times. */
export const own = (object, name) => (object && Object.hasOwn(object, name) ? object[name] : undefined);

/** A value as it is read: a text as it is, all else as JSON. */
export const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value) ?? "");

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** What `mine` made of `base`, made of `theirs` as well: members that it changed, added or left out. */
export function rebased(base, mine, theirs) {
  const result = new Map(Object.entries(theirs));
  for (const name of new Set([...Object.keys(base), ...Object.keys(mine)])) {
    if (same(own(base, name), own(mine, name))) continue;
    if (Object.hasOwn(mine, name)) result.set(name, mine[name]);
    else result.delete(name);
  }
  return Object.fromEntries(result);
}

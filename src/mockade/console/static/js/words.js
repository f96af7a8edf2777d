/** Values as words: times, numbers, bodies. */

import { asText } from "./json.js";

const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" });
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [Infinity, "day", 86400]];

/** "5s ago", "in 2h": seen from `now`, in milliseconds. */
export function relative(time, now) {
  const seconds = (new Date(time).getTime() - now) / 1000;
  if (Math.abs(seconds) < 1.5) return "now";
  const [, unit, size] = STEPS.find(([below]) => Math.abs(seconds) < below);
  return RELATIVE.format(Math.round(seconds / size), unit);
}

/** A moment in the reader's zone, and as the world has it. */
export const exact = (time) => `${EXACT.format(new Date(time))} here · ${time} in the world`;

/** A clock that agrees with this machine's. */
export const MACHINE = { now: 0, asked: 0, rate: 1 };

/** What a clock says, in milliseconds since 1970, `at` that time of this machine. */
export const worldNow = (clock, at = Date.now()) => clock.now + (at - clock.asked) * clock.rate;

export const plural = (count, word, many = `${word}s`) => `${count.toLocaleString("en")} ${count === 1 ? word : many}`;

/** What no reader sees, or what turns the text around, as a sign that can be seen. */
export function visible(text) {
  return text
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (one) => (one === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + one.charCodeAt(0))))
    .replace(/[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function pretty(body) {
  return visible(typeof body === "string" ? body : JSON.stringify(body, null, 2));
}

export const shortly = (value, most = 80) => {
  const text = visible(asText(value).slice(0, most + 1));
  return text.length > most ? `${text.slice(0, most)}…` : text;
};

/** A colour of its own for each world, and the calm blue for `default`. */
export function hue(world) {
  if (world === "default") return 262;
  let sum = 7;
  for (const sign of world) sum = (sum * 31 + sign.codePointAt(0)) % 9973;
  return (sum * 47) % 360;
}

/** What a world or a snapshot may be called, as an input's pattern: with the flag `v` a `-` has to be escaped. */
export const NAME_PATTERN = "[a-z0-9][a-z0-9._\\-]{0,63}";

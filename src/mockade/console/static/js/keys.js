/** The keyboard: each page says what its keys do, and the last to say so wins. */

import { useEffect, useRef } from "../vendor/htm-preact.js";

const layers = [];

const isTyping = (target) => target.closest && target.closest("input, textarea, select, [contenteditable]");

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) && event.key !== "Escape") return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  for (const layer of [...layers].reverse()) {
    const act = layer.current[event.key];
    if (act && act(event) !== false) {
      event.preventDefault();
      return;
    }
  }
});

/** `{ j: next, k: before }`; one that answers false lets the key through. */
export function useKeys(keys) {
  const layer = useRef(keys);
  layer.current = keys;
  useEffect(() => {
    layers.push(layer);
    return () => layers.splice(layers.indexOf(layer), 1);
  }, []);
}

export const KEYS = [
  ["1 – 7", "go to a page"],
  ["w", "choose a world"],
  ["/", "search"],
  ["j  k", "next, previous"],
  ["Enter", "open"],
  ["Esc", "close, leave a field"],
  ["c", "copy an exchange as curl"],
  ["f", "fork the world at an exchange"],
  ["r", "rewind to before an exchange"],
  ["n", "new: row, world, fault or credential"],
  ["+", "advance the clock, on the page Time"],
  ["u", "undo what was just deleted or reset"],
  ["?", "this help"],
];

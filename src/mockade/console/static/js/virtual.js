/** A list that holds no more rows than can be seen. What comes on top does not move what is looked at. */

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/htm-preact.js";

const BEYOND = 6;

/**
 * `count` rows of `height` pixels, each made by `row(at)`; the one at `selected` is scrolled into sight when
 * another is `chosen`.
 * `newest` names the first row: where it changes while the list is scrolled, the rows stay where they are.
 */
export function VirtualList({ count, height, row, selected, chosen, newest, label, active }) {
  const box = useRef(null);
  const [view, setView] = useState({ top: 0, size: 800 });
  const before = useRef({ count, newest });
  const look = () => {
    const { scrollTop, clientHeight } = box.current;
    setView((was) => {
      const is = { top: Math.floor(scrollTop / height), size: clientHeight };
      return was.top === is.top && was.size === is.size ? was : is;
    });
  };
  useEffect(() => {
    const watch = new ResizeObserver(look);
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [height]);
  const tall = useRef(height);
  useLayoutEffect(() => {
    box.current.scrollTop *= height / tall.current;
    tall.current = height;
  }, [height]);
  useLayoutEffect(() => {
    const added = count - before.current.count;
    if (added > 0 && newest !== before.current.newest && box.current.scrollTop > height / 2) {
      box.current.scrollTop += added * height;
    }
    before.current = { count, newest };
  }, [count, newest]);
  useLayoutEffect(() => {
    if (selected < 0) return;
    const { scrollTop, clientHeight } = box.current;
    const top = selected * height;
    if (top < scrollTop) box.current.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) box.current.scrollTop = top + height - clientHeight;
  }, [chosen]);
  const first = Math.max(0, Math.min(view.top, count - 1) - BEYOND);
  const last = Math.min(count, view.top + Math.ceil(view.size / height) + BEYOND);
  const rows = [];
  for (let at = first; at < last; at += 1) rows.push(row(at));
  return html`<div class="virtual" ref=${box} onScroll=${look} tabindex="0" role="listbox" aria-label=${label} aria-activedescendant=${active}>
    <div style=${{ height: `${count * height}px` }} role="presentation">
      <div style=${{ transform: `translateY(${first * height}px)` }} role="presentation">${rows}</div>
    </div>
  </div>`;
}

/** Which world the whole console acts in. */

import { html, useEffect, useState } from "../vendor/htm-preact.js";
import { get } from "./api.js";
import { go } from "./router.js";

export function WorldSwitch({ route, field }) {
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

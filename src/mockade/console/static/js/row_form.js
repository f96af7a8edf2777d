/** A row as a form that is made from the contract, or as JSON. What the contract refuses is told with its place. */

import { html, useState } from "../vendor/htm-preact.js";
import { Field, Problem } from "./parts.js";

const DEEP = new Set(["object", "array"]);
const INPUTS = { date: "date", email: "email", uri: "url" };

/** How a value is asked for: "choice", "yes", "number", "text" or "json". */
function kindOf(property, value) {
  if (property && property.enum.length) return "choice";
  const types = property ? property.types : [];
  if (types.length !== 1 || (value !== null && typeof value === "object")) {
    if (typeof value === "string" && !types.length) return "text";
    return types.length === 1 && !DEEP.has(types[0]) && value === null ? simple(types[0]) : "json";
  }
  return simple(types[0]);
}

function simple(type) {
  if (type === "boolean") return "yes";
  if (type === "integer" || type === "number") return "number";
  return type === "string" ? "text" : "json";
}

function hint({ schema, nullable, read_only: isReadOnly }) {
  const words = [schema.format, schema.pattern && `like ${schema.pattern}`];
  if (schema.minimum !== undefined || schema.maximum !== undefined) words.push(`${schema.minimum ?? "…"} to ${schema.maximum ?? "…"}`);
  if (schema.maxLength !== undefined) words.push(`at most ${schema.maxLength} characters`);
  words.push(nullable && "may be null", isReadOnly && "the server's own for clients");
  return [schema.description, words.filter(Boolean).join(", ")].filter(Boolean).join(" · ").slice(0, 240);
}

function Value({ name, property, value, onValue }) {
  const kind = kindOf(property, value);
  const [text, setText] = useState(kind === "json" ? JSON.stringify(value, null, 2) ?? "" : "");
  const isAbsent = value === undefined;
  if (kind === "choice") {
    const said = property.enum.map((one) => JSON.stringify(one));
    return html`<select value=${isAbsent ? "" : JSON.stringify(value)} onChange=${(event) => onValue(event.target.value === "" ? undefined : JSON.parse(event.target.value))}>
      <option value="">absent</option>${said.map((one) => html`<option value=${one}>${one.replace(/^"|"$/g, "")}</option>`)}
      ${property.nullable && !said.includes("null") && html`<option value="null">null</option>`}</select>`;
  }
  if (kind === "yes") {
    return html`<select value=${String(value)} onChange=${(event) => onValue({ true: true, false: false, null: null }[event.target.value])}>
      <option value="undefined">absent</option><option value="true">true</option><option value="false">false</option>
      ${property.nullable && html`<option value="null">null</option>`}</select>`;
  }
  if (kind === "number") {
    return html`<input type="number" step=${property.types[0] === "integer" ? 1 : "any"} value=${value ?? ""} placeholder=${value === null ? "null" : "absent"}
      onInput=${(event) => onValue(event.target.value === "" ? (property.nullable && value === null ? null : undefined) : Number(event.target.value))} />`;
  }
  if (kind === "text") {
    const placeholder = value === null ? "null" : isAbsent ? "absent" : "";
    return html`<input type=${INPUTS[property && property.schema.format] || "text"} value=${value ?? ""} placeholder=${placeholder}
      onInput=${(event) => onValue(event.target.value === "" && isAbsent ? undefined : event.target.value)} />`;
  }
  const typed = (event) => {
    setText(event.target.value);
    try {
      onValue(event.target.value.trim() === "" ? undefined : JSON.parse(event.target.value));
      event.target.setCustomValidity("");
    } catch (error) {
      event.target.setCustomValidity(`${name} is no JSON: ${error.message}`);
    }
  };
  return html`<textarea rows="4" spellcheck="false" value=${text} placeholder="absent" onInput=${typed}></textarea>`;
}

export function RowForm({ row, properties, error, label, onSave, onCancel }) {
  const [draft, setDraft] = useState(row);
  const [isJson, setJson] = useState(!properties.length);
  const [text, setText] = useState(JSON.stringify(row, null, 2));
  const known = new Map(properties.map((one) => [one.name, one]));
  const names = [...new Set([...Object.keys(row).filter((name) => known.has(name)), ...known.keys(), ...Object.keys(row)])];
  const set = (name) => (value) => setDraft((before) => {
    const after = { ...before, [name]: value };
    if (value === undefined) delete after[name];
    return after;
  });
  const turn = (toJson) => {
    if (toJson) setText(JSON.stringify(draft, null, 2));
    else {
      try {
        setDraft(JSON.parse(text));
      } catch {
        return;
      }
    }
    setJson(toJson);
  };
  const submit = (event) => {
    event.preventDefault();
    if (!isJson) {
      onSave(draft);
      return;
    }
    const field = event.target.querySelector("textarea");
    try {
      onSave(JSON.parse(text));
    } catch (fault) {
      field.setCustomValidity(`This is no JSON: ${fault.message}`);
      field.reportValidity();
    }
  };
  return html`<form onSubmit=${submit}>
    <div class="tabs" role="group" aria-label="As a form or as JSON">
      <button type="button" class=${`toggle ${isJson ? "" : "chosen"}`} aria-pressed=${!isJson} onClick=${() => turn(false)}>Form</button>
      <button type="button" class=${`toggle ${isJson ? "chosen" : ""}`} aria-pressed=${isJson} onClick=${() => turn(true)}>JSON</button>
    </div>
    ${error && html`<${Problem} error=${error} />`}
    ${isJson ? html`<textarea aria-label="The row as JSON" spellcheck="false" rows="18" value=${text}
        onInput=${(event) => { event.target.setCustomValidity(""); setText(event.target.value); }}></textarea>`
      : html`<div class="form-grid">${names.map((name) => {
        const property = known.get(name) || { name, types: [], enum: [], nullable: false, schema: {}, required: false };
        return html`<${Field} key=${name} label=${`${name}${property.required ? " *" : ""}`} hint=${hint(property)} wide=${kindOf(property, draft[name]) === "json"}>
          <${Value} name=${name} property=${property} value=${draft[name]} onValue=${set(name)} /><//>`;
      })}</div>`}
    <footer><button type="button" class="button" onClick=${onCancel}>Cancel</button><button class="button primary">${label}</button></footer>
  </form>`;
}

/** A row as a form that is made from the contract, or as JSON. What the contract refuses is told with its place. */

import { html, useRef, useState } from "../vendor/htm-preact.js";
import { asText, own, parse } from "./json.js";
import { Field, Problem } from "./parts.js";
import { shortly, visible } from "./words.js";

const DEEP = new Set(["object", "array"]);
/** Which keyboard a phone shows. What a value has to be is said by the contract, and not by the browser. */
const KEYBOARDS = { email: "email", uri: "url", "uri-reference": "url" };
const LONG = 80;

/** How a value is asked for: "choice", "yes", "number", "text" or "json". */
function kindOf(property, value) {
  const { types } = property;
  if (property.enum.length) return "choice";
  if (value !== null && typeof value === "object") return "json";
  if (types.length === 1) return DEEP.has(types[0]) ? "json" : simple(types[0], value);
  return typeof value === "string" && !types.length ? "text" : "json";
}

/** As its type says, but for a value of another type, which is shown as it is. */
function simple(type, value) {
  const isAbsent = value === null || value === undefined;
  if (type === "boolean") return isAbsent || typeof value === "boolean" ? "yes" : "json";
  if (type === "integer" || type === "number") return isAbsent || typeof value === "number" ? "number" : "json";
  return type === "string" && (isAbsent || typeof value === "string") ? "text" : "json";
}

function numberOf(text) {
  try {
    return parse(text);
  } catch {
    return Number(text); // as in .5
  }
}

function hint({ schema, nullable, read_only: isReadOnly }) {
  const words = [schema.format, schema.pattern && `like ${schema.pattern}`];
  if (schema.minimum !== undefined || schema.maximum !== undefined) words.push(`${schema.minimum ?? "…"} to ${schema.maximum ?? "…"}`);
  if (schema.maxLength !== undefined) words.push(`at most ${schema.maxLength} characters`);
  words.push(nullable && "may be null", isReadOnly && "the server's own for clients");
  return visible([schema.description, words.filter(Boolean).join(", ")].filter(Boolean).join(" · ").slice(0, 240));
}

function Value({ name, property, value, onValue }) {
  const kind = useRef(kindOf(property, value)).current; // what is typed turns no field into another
  const isLong = useRef(typeof value === "string" && (value.length > LONG || /[\r\n]/.test(value))).current;
  const [text, setText] = useState(JSON.stringify(value, null, 2) ?? "");
  const isAbsent = value === undefined;
  if (kind === "choice") {
    const said = property.enum.map((one) => JSON.stringify(one));
    return html`<select value=${isAbsent ? "" : JSON.stringify(value)} onChange=${(event) => onValue(event.target.value === "" ? undefined : parse(event.target.value))}>
      <option value="">absent</option>${said.map((one) => html`<option value=${one}>${visible(one.replace(/^"|"$/g, ""))}</option>`)}
      ${!isAbsent && value !== null && !said.includes(JSON.stringify(value)) && html`<option value=${JSON.stringify(value)}>${shortly(value)}, which is none of them</option>`}
      ${property.nullable && !said.includes("null") && html`<option value="null">null</option>`}</select>`;
  }
  if (kind === "yes") {
    return html`<select value=${String(value)} onChange=${(event) => onValue({ true: true, false: false, null: null }[event.target.value])}>
      <option value="undefined">absent</option><option value="true">true</option><option value="false">false</option>
      ${property.nullable && html`<option value="null">null</option>`}</select>`;
  }
  if (kind === "number") {
    return html`<input type="number" step=${property.types[0] === "integer" ? 1 : "any"} value=${asText(value ?? "")} placeholder=${value === null ? "null" : "absent"}
      onInput=${(event) => onValue(event.target.value === "" ? undefined : numberOf(event.target.value))} />`;
  }
  if (kind === "text") {
    const asked = { value: value ?? "", placeholder: value === null ? "null" : isAbsent ? "absent" : "", onInput: (event) => onValue(event.target.value) };
    // A field of one line would lose the ends of lines.
    if (isLong) return html`<textarea rows="4" class="words" ...${asked}></textarea>`;
    return html`<input type="text" inputmode=${KEYBOARDS[property.schema.format]} ...${asked} />`;
  }
  const typed = (event) => {
    setText(event.target.value);
    try {
      onValue(event.target.value.trim() === "" ? undefined : parse(event.target.value));
      event.target.setCustomValidity("");
    } catch (error) {
      event.target.setCustomValidity(`${name} is no JSON: ${error.message}`);
    }
  };
  return html`<textarea rows="4" spellcheck="false" value=${text} placeholder="absent" onInput=${typed}></textarea>`;
}

/** Leaves a value out, or makes it null: what cannot be typed into a field. */
function Without({ property, value, onValue }) {
  if (["choice", "yes", "json"].includes(kindOf(property, value))) return null;
  return html`<div class="without">${value !== undefined && !property.required && html`<button type="button" class="link" aria-label=${`Leave ${property.name} out`} onClick=${() => onValue(undefined)}>leave out</button>`}
    ${value !== null && property.nullable && html`<button type="button" class="link" aria-label=${`Null for ${property.name}`} onClick=${() => onValue(null)}>null</button>`}</div>`;
}

export function RowForm({ row, properties, error, label, isHeld, onSave, onCancel }) {
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
        setDraft(parse(text));
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
      onSave(parse(text));
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
        const value = own(draft, name);
        return html`<div key=${name} class=${kindOf(property, value) === "json" ? "wide" : ""}>
          <${Field} label=${`${visible(name)}${property.required ? " *" : ""}`} hint=${hint(property)}><${Value} name=${name} property=${property} value=${value} onValue=${set(name)} /><//>
          <${Without} property=${property} value=${value} onValue=${set(name)} /></div>`;
      })}</div>`}
    <footer><button type="button" class="button" onClick=${onCancel}>Cancel</button><button class="button primary" disabled=${isHeld}>${label}</button></footer>
  </form>`;
}

/** Writes YAML of JSON values: plain where that is sure to be read as the same text, else in quotes. */

const PLAIN = /^[A-Za-z_][A-Za-z0-9_./@-]*( [A-Za-z0-9_./@-]+)*$/;
const WORDS = /^(true|false|null|yes|no|on|off|y|n|[.]inf|[.]nan)$/i;

const scalar = (value) => (typeof value === "string" && PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value));
const isEmpty = (value) => value === null || typeof value !== "object" || Object.keys(value).length === 0;

function lines(value, indent) {
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (isEmpty(item)) return [`${indent}- ${scalar(item)}`];
      const [first, ...rest] = lines(item, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value).flatMap(([name, item]) => (isEmpty(item)
    ? [`${indent}${scalar(name)}: ${scalar(item)}`]
    : [`${indent}${scalar(name)}:`, ...lines(item, `${indent}  `)]));
}

export const yaml = (value) => `${isEmpty(value) ? scalar(value) : lines(value, "").join("\n")}\n`;

"use strict";
// The card of a work by template 1: what its signer read (manifests.md). It never changes.

const cardWidth = 64, listLimit = 8;
const cardHidden = new RegExp("[\\0-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5"
  + "\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff"
  + "\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]", "u");
const columns = (scalar) => {
  const value = scalar.codePointAt(0);
  return value < 0x1100 || (value >= 0x1e00 && value <= 0x22ff) ? 1 : 2;
};

/** A number as Swift writes it. */
function decimalText(value) {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const form = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential());
  const [, sign, first, rest = "", power] = form, exponent = Number(power), digits = first + rest;
  if (exponent < -4 || Math.abs(value) > 2 ** 54) {
    const number = `${Math.abs(exponent)}`.padStart(2, "0");
    return `${sign}${first}${rest && "."}${rest}e${exponent < 0 ? "-" : "+"}${number}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

/** A string or a number, as it was written. */
const shown = (value) => (value instanceof Decimal ? decimalText(value.value) : `${value}`);

/** One value of a card behind its label, in lines of 80 columns. */
function cardLines(label, text, keepsBreaks) {
  const lines = [`[S] ${label.padEnd(12)}`];
  let used = 0;
  const breakLine = () => {
    lines.push("[S] ".padEnd(16));
    used = 0;
  };
  const put = (scalar) => {
    if (used + columns(scalar) > cardWidth) breakLine();
    lines[lines.length - 1] += scalar;
    used += columns(scalar);
  };
  (keepsBreaks ? text.split("\n") : [text]).forEach((paragraph, place) => {
    if (place > 0) breakLine();
    for (const word of paragraph.split(" ").filter(Boolean)) {
      const scalars = [...word].flatMap((one) => cardHidden.test(one) ? [...spelledOut(one)] : one);
      const length = scalars.reduce((sum, scalar) => sum + columns(scalar), 0);
      if (used > 0 && used + 1 + length > cardWidth) breakLine();
      if (used > 0) put(" ");
      scalars.forEach(put);
    }
  });
  return lines.map((line) => line.replace(/ +$/, "") + "\n").join("");
}

/** A row of rules.json: a label, and the first of its forms whose places are all there. */
function cardRow([label, ...forms], scope) {
  const at = (path) => path.split(".").reduce(
    (value, name) => (value instanceof Map ? value.get(name) : value?.[name]), scope);
  if (Array.isArray(forms[0])) return cardList(at(label) ?? [], forms);
  for (const form of forms) {
    const places = [...form.matchAll(/\{([\w.]+)\}/g)].map(([, path]) => at(path));
    if (places.includes(undefined)) continue;
    const text = form.replace(/\{[\w.]+\}/g, () => shown(places.shift()));
    return cardLines(label, text, label === "Text");
  }
  return "";
}

/** The rows of each member of a list; the first label stands once. */
function cardList(list, rows) {
  const rest = list.length - listLimit;
  const first = list.slice(0, listLimit).flatMap((one, number) =>
    rows.map(([label, ...forms], row) =>
      cardRow([number > 0 && row === 0 ? "" : label, ...forms], one)));
  return first.join("") + (rest > 0 ? cardLines("", `and ${rest} more`) : "");
}

/** The text of the card of a provenance manifest. */
function cardText({ predicate, subjects, predicateType }) {
  const [log, size = ""] = predicate.get("seen")?.get("checkpoint").split("\n") ?? [];
  const extensions = predicate.get("ext")?.size;
  const actions = predicate.get("actions")?.map((action) => ({ action }));
  const own = Object.entries({ log, size, extensions, actions, subjects, predicateType });
  return rules.card.map((row) => cardRow(row, new Map([...predicate, ...own]))).join("");
}

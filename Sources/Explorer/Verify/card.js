"use strict";
// The card of a work by template 1: what its signer read (manifests.md). It never changes.

const cardWidth = 64, listLimit = 8;
const cardHidden = new RegExp(rules.patterns.hidden.join(""), "u");
const codePoint = (scalar) => scalar.codePointAt(0).toString(16);
const spelledOut = (scalar) => `<U+${codePoint(scalar).toUpperCase().padStart(4, "0")}>`;
const columns = (scalar) => {
  const value = scalar.codePointAt(0);
  return value < 0x1100 || (value >= 0x1e00 && value <= 0x22ff) ? 1 : 2;
};

/** A number as Swift writes it. */
function decimalText(value) {
  const text = Object.is(value, -0) ? "-0" : `${value}`, size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-4 && size <= 2 ** 54);
  if (isPlain) return text.includes(".") ? text : `${text}.0`;
  return value.toExponential().replace(/([+-])(\d)$/, (_, sign, digit) => `${sign}0${digit}`);
}

/** A string or a number, as it was written. */
const shown = (value) => (value instanceof Decimal ? decimalText(value.value) : `${value}`);

/** One value of a card behind its label, in lines of 80 columns. */
function cardLines(label, text, keepsBreaks) {
  const lines = [""], put = (scalar) => { lines[lines.length - 1] += scalar; };
  const width = (scalars) => [...scalars].reduce((sum, scalar) => sum + columns(scalar), 0);
  (keepsBreaks ? text.split("\n") : [text]).forEach((paragraph, place) => {
    if (place > 0) lines.push("");
    for (const word of paragraph.split(" ").filter(Boolean)) {
      const scalars = [...word].flatMap((one) => cardHidden.test(one) ? [...spelledOut(one)] : one);
      const used = width(lines.at(-1));
      if (used > 0 && used + 1 + width(scalars) > cardWidth) lines.push("");
      else if (used > 0) put(" ");
      for (const scalar of scalars) {
        if (width(lines.at(-1) + scalar) > cardWidth) lines.push("");
        put(scalar);
      }
    }
  });
  const labels = [label.padEnd(12), ...Array(lines.length).fill(" ".repeat(12))];
  const whole = lines.map((line, place) => `[S] ${labels[place]}${line}`.replace(/ +$/, "") + "\n");
  return whole.join("");
}

/** A row of rules.json: a label, and the first of its forms whose places are all there. */
function cardRow([label, ...forms], scope) {
  if (Array.isArray(forms[0])) return cardList(at(scope, label) ?? [], forms);
  for (const form of forms) {
    const places = [...form.matchAll(/\{([\w.]+)\}/g)].map(([, path]) => at(scope, path));
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

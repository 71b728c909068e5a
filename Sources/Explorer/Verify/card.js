"use strict";
// The card of a work by template 1: what its signer read (manifests.md). It never changes.

const cardWidth = 64, cardList = 8;
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

/** A string, a number or nothing, as it was written. */
function shown(value) {
  if (value instanceof Decimal) return decimalText(value.value);
  return typeof value === "string" || typeof value === "number" ? `${value}` : "";
}

/** One value of a card behind its label, in lines of 80 columns. */
function cardLines(label, text, keepsBreaks) {
  const lines = [`[S] ${label.padEnd(12)}`];
  let used = 0, word = [];
  const put = (scalar, width) => {
    lines[lines.length - 1] += scalar;
    used += width;
  };
  const breakLine = () => {
    lines.push("[S] ".padEnd(16));
    used = 0;
  };
  const endWord = () => {
    const length = word.reduce((sum, scalar) => sum + columns(scalar), 0);
    if (used > 0 && length > 0 && used + 1 + length > cardWidth) breakLine();
    if (used > 0 && length > 0) put(" ", 1);
    for (const scalar of word) {
      if (used + columns(scalar) > cardWidth) breakLine();
      put(scalar, columns(scalar));
    }
    word = [];
  };
  for (const scalar of text) {
    const isBreak = scalar === "\n" && keepsBreaks;
    if (scalar === " " || isBreak) endWord();
    else word.push(...(cardHidden.test(scalar) ? spelledOut(scalar) : scalar));
    if (isBreak) breakLine();
  }
  endWord();
  return lines.map((line) => line.replace(/ +$/, "") + "\n").join("");
}

/** The text of the card of a provenance manifest. */
function cardText({ predicate, subjects, predicateType }) {
  let card = "";
  const at = (...path) => path.reduce(
    (value, name) => (value instanceof Map ? value.get(name) : undefined), predicate);
  const write = (label, text, keepsBreaks = false) => {
    if (typeof text === "string") card += cardLines(label, text, keepsBreaks);
  };
  /** Writes a form whose places are shown values, where `value` is there. */
  const form = (label, value, parts, ...values) => {
    if (value !== undefined) write(label, String.raw({ raw: parts }, ...values.map(shown)));
  };
  const list = (label, value, each = write) => {
    const values = Array.isArray(value) ? value : [], rest = values.length - cardList;
    values.slice(0, cardList).forEach((one, place) => each(place === 0 ? label : "", one));
    if (rest > 0) write("", `and ${rest} more`);
  };
  const of = (one, name) => (one instanceof Map ? one.get(name) : undefined);
  write("CARD 1", "what the signer states; this card proves none of it");
  write("Title", at("record", "title"));
  write("Creator", at("creator", "name"));
  write("", at("creator", "id"));
  write("Event", at("event"));
  const captured = at("capturedAt"), within = of(captured, "uncertaintySeconds");
  const clock = [of(captured, "at"), of(captured, "clock")], isWithin = within !== undefined;
  if (isWithin) form("Captured", captured, ["", ", clock ", ", within ", " s"], ...clock, within);
  else form("Captured", captured, ["", ", clock ", ""], ...clock);
  write("PoP", at("pop"));
  write("Language", at("record", "lang"));
  write("Text", at("record", "text"), true);
  const edition = at("edition"), inventory = at("inventory"), geo = at("geo");
  form("Edition", edition, ["copy ", " of ", ""], of(edition, "serial"), of(edition, "total"));
  write("Drop", at("edition", "drop"));
  write("Milestone", at("milestone"));
  list("Made from", at("parents"), (label, parent) => {
    const entry = of(parent, "entry"), kind = entry === undefined ? " sha256 " : " entry ";
    form(label, parent, ["", kind, ""], of(parent, "relation"), entry ?? of(parent, "sha256"));
  });
  list("Actions", at("actions"));
  form("Inventory", inventory, ["", ": ", ""], of(inventory, "system"), of(inventory, "ref"));
  const bounds = of(geo, "bounds");
  if (Array.isArray(bounds) && bounds.length === 4) {
    form("Place", geo, ["west ", ", south ", ", east ", ", north ", ""], ...bounds);
    form("", geo, ["", ", ", " m a sample"], of(geo, "crs"), of(geo, "groundSampleDistanceM"));
  }
  list("Fingerprint", at("perceptualHashes"), (label, hash) => {
    const values = ["alg", "quality", "profile"].map((name) => of(hash, name));
    form(label, hash, ["", ", quality ", ", profile ", ""], ...values);
    write("", of(hash, "value"));
  });
  write("C2PA", at("c2pa", "manifestURN"));
  write("", at("c2pa", "manifestStoreSha256"));
  const seen = at("seen", "checkpoint"), [log, size = ""] = shown(seen).split("\n");
  form("Seen", seen, ["log ", " at size ", ""], log, size);
  list("Files", subjects, (label, { name, mediaType, digest }) => {
    write(label, (name || "without a name") + (mediaType ? `, ${mediaType}` : ""));
    write("SHA-256", digest);
  });
  const extra = at("ext");
  if (extra instanceof Map) write("Extension", `members that are not recognised: ${extra.size}`);
  write("Type", predicateType);
  return card;
}

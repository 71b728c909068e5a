"use strict";
// The form of manifests (manifests.md): the shapes are data of the program's, shapes.json.

const manifestLimit = 256 * 1024;
const types = Object.fromEntries(Object.entries({
  provenance: "provenance", milestone: "milestone", reconciliation: "reconciliation",
  postmortem: "postmortem", telemetry: "telemetry", policy: "policy", key: "key",
  logKey: "log-key", erasure: "erasure",
}).map(([name, type]) => [name, `urn:colophon:${type}:v1`]));
const controlTypes = [types.policy, types.key, types.logKey, types.erasure];
const isOurs = (type) => type.startsWith("urn:colophon:");
const isKnownType = (type) => !isOurs(type) || Object.values(types).includes(type);
const isAboutFiles = (type) => type === types.provenance || !isOurs(type);

const shapes = JSON.parse(document.getElementById("shapes").textContent);
const isURIText = (text) => /^[A-Za-z0-9!#-/:;=?@[\]_~]*$/.test(text);
const isURI = (text) => text !== "" && text.length <= 255 && isURIText(text);
const hasScheme = (text) => /^[A-Za-z][A-Za-z0-9+.-]*:./.test(text);

/** Reads a time of encoding.md §6: {seconds, nanoseconds}; null where it is none. */
function readTime(text) {
  const found = new RegExp(rules.patterns.time).exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
  const [sign, hours, minutes] = [found[8] === "-" ? -1 : 1, +(found[9] ?? 0), +(found[10] ?? 0)];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDate = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  const isClock = hour < 24 && minute < 60 && second < 60 && hours < 24 && minutes < 60;
  if (!isDate || !isClock) return null;
  const offset = sign * (hours * 60 + minutes) * 60;
  const seconds = date.getTime() / 1000 + (hour * 60 + minute) * 60 + second - offset;
  return { seconds, nanoseconds: Number((found[7] ?? "").padEnd(9, "0")) };
}
const isAfter = (one, other) => one.seconds > other.seconds
  || (one.seconds === other.seconds && one.nanoseconds > other.nanoseconds);

function isOrigin(text) {
  const found = new RegExp(rules.patterns.origin).exec(text);
  return isURI(text) && found !== null && Number(found[1] ?? 1) < 65536;
}

/** The rules of texts that are more than a pattern, by their words. */
const textRules = {
  "must be an origin: host in lower case and path, no scheme": isOrigin,
  "must be a log's Ed25519 vkey string NAME+HASH+KEY": (text) => holds(() => {
    const key = readVerifierKey(text);
    return key.type === 1 && isOrigin(key.name);
  }),
  "must be a coseKey: base64url of the key's required members": (text) =>
    holds(() => coseKeyOf(text)),
  "must be a time YYYY-MM-DDThh:mm:ss[.f](Z|±hh:mm) that exists in the calendar": readTime,
  "must be a time YYYY-MM-DDThh:mm:ssZ that exists": (text) => text.length === 20 && readTime(text),
  "must be a predicate type of 1 to 255 URI characters that is not a control type": (text) =>
    isURI(text) && !controlTypes.includes(text),
};

/** Whether `text` keeps the rule that has these words. */
function keepsRule(text, words) {
  if (words in textRules) return Boolean(textRules[words](text));
  const [pattern, limit, flags] = rules.patterns.texts[words];
  return text.length <= limit && new RegExp(pattern, flags).test(text);
}

/** Checks JSON against a shape; a refusal's field is the path of the member. */
function checkShape(value, shape, path = "") {
  const check = (condition, words, field = path) =>
    need(condition, "shape", { field: field || "manifest", words });
  const member = (name) => [path, printable(name)].filter(Boolean).join(".");
  const { low, high } = shape;
  if (shape.object || shape.map) {
    check(value instanceof Map, "must be an object");
    const fields = new Map((shape.object ?? []).map((field) => [field[0], field]));
    check(value.size <= (shape.upTo ?? value.size), `must have at most ${shape.upTo} members`);
    for (const [name, content] of value) {
      const inner = shape.map ?? fields.get(name)?.[2], isNamed = [...name].length;
      const isName = !shape.map || (isNamed > 0 && isNamed < 256);
      check(isName, "must have a name of 1 to 255 characters", member(name));
      check(inner || !shape.isClosed, "is not a member of this object", member(name));
      if (inner) checkShape(content, inner, member(name));
    }
    for (const [name, isRequired] of fields.values()) {
      check(!isRequired || value.has(name), "is missing", member(name));
    }
  } else if (shape.tuple) {
    const isFit = Array.isArray(value) && value.length === shape.tuple.length;
    check(isFit, `must be an array of ${shape.tuple.length} elements`);
    value.forEach((one, place) => checkShape(one, shape.tuple[place], `${path}[${place}]`));
  } else if (shape.array) {
    const count = low === high ? `${low}` : `${low} to ${high}`;
    check(Array.isArray(value), "must be an array");
    check(value.length >= low && value.length <= high, `must have ${count} elements`);
    value.forEach((one, place) => checkShape(one, shape.array, `${path}[${place}]`));
    const isFit = !shape.isDistinct || new Set(value).size === value.length;
    check(isFit, "must not have the same element twice");
  } else if (shape.either) {
    const isFit = (one) => holds(() => checkShape(value, one, path) === undefined);
    check(shape.either.some(isFit), shape.rule);
  } else if (shape.text) {
    check(typeof value === "string", "must be a string");
    check(keepsRule(value, shape.text), shape.text);
  } else if (shape.oneOf) {
    const list = shape.oneOf.map((choice) => `"${choice}"`).join(", ");
    const words = shape.oneOf.length === 1 ? `must be ${list}` : `must be one of ${list}`;
    check(shape.oneOf.includes(value), words);
  } else if (shape.integer || shape.number) {
    const [least, most] = shape.integer ?? shape.number;
    const number = shape.number ? numberOf(value) : value;
    const isFit = typeof number === "number" && number >= least && number <= most;
    check(isFit, shape.rule ?? `must be an integer from ${least} to ${most}`);
  }
}
const numberOf = (value) => (value instanceof Decimal ? value.value : value);

function checkWindow(window, field) {
  const [from, to] = ["from", "to"].map((name) => readTime(window?.get(name)));
  need(!window || !isAfter(from, to), "type.window", { field });
}

/** What the types ask for beside their shapes. */
const typeRules = tableOf({
  [types.provenance]({ predicate }) {
    const edition = predicate.get("edition"), geo = predicate.get("geo");
    need(!edition || edition.get("serial") <= edition.get("total"), "type.serial");
    const [west, south, east, north] = geo?.get("bounds").map(numberOf) ?? [0, 0, 0, 0];
    const isDegrees = geo?.get("crs") === "EPSG:4326";
    const far = Math.max(Math.abs(west), Math.abs(east));
    need(south <= north, "type.south");
    const isWithin = far <= 180 && Math.max(Math.abs(south), Math.abs(north)) <= 90;
    need(!isDegrees || isWithin, "type.degrees");
    need(isDegrees || west <= east, "type.west");
  },
  [types.milestone]({ predicate }) {
    checkWindow(predicate.get("observed")?.get("window"), "predicate.observed.window");
  },
  [types.telemetry]({ predicate }) { checkWindow(predicate.get("window"), "predicate.window"); },
  [types.reconciliation]({ predicate }) {
    checkWindow(predicate.get("window"), "predicate.window");
    let last = 0;
    predicate.get("serials").forEach((range, place) => {
      const [from, to] = range instanceof Map ? [range.get("from"), range.get("to")] : range;
      need(last < from && from <= to, "type.serials", { place });
      last = to;
    });
  },
  [types.policy]({ predicate, subjects }) {
    const origin = predicate.get("origin");
    need(subjects[0].name === `https://${origin}`, "type.origin");
    need(predicate.get("noteKey").startsWith(`${origin}+`), "type.noteKey");
  },
  [types.key]({ predicate }) {
    const operation = predicate.get("operation"), roles = predicate.get("roles");
    const [from, to] = ["notBefore", "notAfter"].map((name) => readTime(predicate.get(name)));
    need((operation === "retire") === predicate.has("signedUntil"), "type.signedUntil");
    need(operation === "revoke" || !predicate.has("suspectFrom"), "type.suspectFrom");
    need(roles.join() === [...roles].sort().join(), "type.roles");
    need(!isAfter(from, to), "registry.window");
  },
  [types.logKey]({ predicate }) {
    const [which, from] = [predicate.get("which"), predicate.get("suspectFrom")];
    const words = Object.keys(textRules)[which === "note" ? 1 : 2];
    for (const name of ["old", "new"]) {
      const isFit = keepsRule(predicate.get(name), words);
      need(isFit, "type.handover", { name, words });
    }
    need(predicate.get("old") !== predicate.get("new"), "type.differ");
    need(from === undefined || which !== "ledger", "type.suspectWhich");
    need(from === undefined || (from > 0 && from <= predicate.get("lastSize")), "type.suspectSize");
  },
});

const subjectMembers = tableOf({
  [types.milestone]: "milestone", [types.postmortem]: "milestone", [types.reconciliation]: "drop",
});

/**
 * Reads a manifest: {bytes, digest, subjects, digests, predicateType, predicate}. It has the form
 * of its type, and that of a work has the card that its signer read.
 */
function readManifest(bytes) {
  const limit = manifestLimit, count = bytes.length;
  need(count <= limit, "manifest.size", { limit, count });
  const json = within("manifest.json", () => new JSONReader(bytes).document());
  const check = (condition, field, words) => need(condition, "shape", { field, words });
  check(json instanceof Map, "manifest", "must be an object");
  const type = json.get("predicateType");
  check(type !== undefined, "predicateType", "is missing");
  check(typeof type === "string", "predicateType", "must be a string");
  need(isKnownType(type), "manifest.type", { type: printable(type) });
  checkShape(json, shapes[isOurs(type) ? type : "foreign"]);
  const predicate = json.get("predicate") ?? new Map(), digest = digestOf(bytes);
  const subjects = json.get("subject").map((subject) => ({
    name: subject.get("name") ?? "", digest: subject.get("digest").get("sha256"),
    mediaType: subject.get("mediaType"),
  }));
  const digests = [...new Set(subjects.map((subject) => subject.digest).filter(Boolean))];
  const manifest = { bytes, digest, subjects, digests, predicateType: type, predicate };
  const [{ name, digest: first }] = subjects, member = subjectMembers[type];
  need(digests.length > 0, "manifest.noDigest");
  need(!isOurs(type) || digests.length === subjects.length, "manifest.digestTwice");
  need(isAboutFiles(type) || first === digestOf(encodeText(name)), "manifest.uri");
  need(!member || predicate.get(member) === name, "manifest.member", { member });
  typeRules[type]?.(manifest);
  const card = type === types.provenance ? predicate.get("card") : undefined;
  const isCard = card?.get("template") !== 1
    || card.get("sha256") === digestOf(encodeText(cardText(manifest)));
  need(isCard, "manifest.card");
  return manifest;
}

/** A member of a control manifest; a time in POSIX seconds. */
function fact({ predicate }, name, kind) {
  const value = predicate.get(name);
  return kind === "time" && value !== undefined ? readTime(value).seconds : value;
}

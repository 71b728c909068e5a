"use strict";
// The form of manifests (manifests.md): the shapes are data of the program's, shapes.json.

const manifestLimit = 256 * 1024;
const { types } = rules, controlTypes = rules.controls.map((name) => types[name]);
const isOurs = (type) => type.startsWith("urn:colophon:");
const isKnownType = (type) => !isOurs(type) || Object.values(types).includes(type);
const isAboutFiles = (type) => type === types.provenance || !isOurs(type);

const shapes = table("shapes");

/** Reads a time of encoding.md §6: {seconds, nanoseconds}; null where it is none. */
function readTime(text) {
  const [, clock = "", fraction = "", sign, hours = 0, minutes = 0] =
    new RegExp(rules.patterns.time).exec(text) ?? [];
  const date = new Date(`${clock}Z`), offset = (hours * 60 + Number(minutes)) * 60;
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(clock)) return null;
  const seconds = date.getTime() / 1000 - (sign === "-" ? -offset : offset);
  return { seconds, nanoseconds: Number(fraction.padEnd(9, "0")) };
}
const isAfter = (one, other) => one.seconds > other.seconds
  || (one.seconds === other.seconds && one.nanoseconds > other.nanoseconds);

const originRule = "must be an origin: host in lower case and path, no scheme";

/** The rules of texts that are more than a pattern, by their words. */
const textRules = {
  "must be a log's Ed25519 vkey string NAME+HASH+KEY": (text) => holds(() => {
    const key = readVerifierKey(text);
    return key.type === 1 && keepsRule(key.name, originRule);
  }),
  "must be a coseKey: base64url of the key's required members": (text) =>
    holds(() => coseKeyOf(text)),
  "must be a time YYYY-MM-DDThh:mm:ss[.f](Z|±hh:mm) that exists in the calendar": readTime,
  "must be a time YYYY-MM-DDThh:mm:ssZ that exists": (text) => text.length === 20 && readTime(text),
};

/** Whether `text` keeps the rule that has these words. */
function keepsRule(text, words) {
  if (words in textRules) return Boolean(textRules[words](text));
  const [pattern, limit, flags] = rules.patterns.texts[words];
  return text.length <= limit && new RegExp(pattern, flags).test(text);
}

/** Checks JSON against a shape; a refusal's member is the path there, of names and places. */
function checkShape(value, shape, path = []) {
  const check = (condition, text, ...names) =>
    need(condition, "shape", { at: [...path, ...names], text });
  const { low, high, map, object: fields = [], array, tuple, oneOf } = shape;
  if (shape.object || map) {
    check(value instanceof Map, "must be an object");
    check(!(value.size > shape.upTo), `must have at most ${shape.upTo} members`);
    for (const [name, content] of value) {
      const inner = map ?? fields.find(([one]) => one === name)?.[2], { length } = [...name];
      check(!map || (length > 0 && length < 256), "must have a name of 1 to 255 characters", name);
      check(inner || !shape.isClosed, "is not a member of this object", name);
      if (inner) checkShape(content, inner, [...path, name]);
    }
    const missing = fields.find(([name, isRequired]) => isRequired && !value.has(name)) ?? [];
    check(missing.length === 0, "is missing", missing[0]);
  } else if (array || tuple) {
    const count = low === high ? `${low}` : `${low} to ${high}`, size = tuple?.length;
    const isList = Array.isArray(value) && value.length === (size ?? value.length);
    check(isList, tuple ? `must be an array of ${size} elements` : "must be an array");
    const isFit = tuple || (value.length >= low && value.length <= high);
    check(isFit, `must have ${count} elements`);
    value.forEach((one, place) => checkShape(one, array ?? tuple[place], [...path, place]));
    const isDistinct = !shape.isDistinct || new Set(value).size === value.length;
    check(isDistinct, "must not have the same element twice");
  } else if (shape.either) {
    const isFit = (one) => holds(() => checkShape(value, one) === undefined);
    check(shape.either.some(isFit), shape.rule);
  } else if (shape.text) {
    check(typeof value === "string", "must be a string");
    check(keepsRule(value, shape.text), shape.text);
  } else if (oneOf) {
    const list = oneOf.map((choice) => `"${choice}"`).join(", ");
    check(oneOf.includes(value), oneOf.length === 1 ? `must be ${list}` : `must be one of ${list}`);
  } else if (shape.integer || shape.number) {
    const [least, most] = shape.integer ?? shape.number;
    const number = shape.number ? numberOf(value) : value;
    const isFit = typeof number === "number" && number >= least && number <= most;
    check(isFit, shape.rule ?? `must be an integer from ${least} to ${most}`);
  }
}

/** The place of the first range of serials that is not above those before it. */
function fallIn(ranges) {
  const bounds = ranges.flatMap((range) =>
    range instanceof Map ? [range.get("from"), range.get("to")] : range);
  const fall = bounds.findIndex((bound, place) =>
    (place % 2 === 1 ? bound < bounds[place - 1] : bound <= (bounds[place - 1] ?? 0)));
  return fall < 0 ? undefined : fall >> 1;
}

/**
 * Reads a manifest: {bytes, digest, subjects, digests, predicateType, predicate}. It has the form
 * of its type, and that of a work has the card that its signer read.
 */
function readManifest(bytes) {
  const limit = manifestLimit, count = bytes.length;
  need(count <= limit, "manifest.size", { limit, count });
  const json = within("manifest.json", () => new JSONReader(bytes).document());
  const type = mapOf(json).get("predicateType");
  check("json", { json, type });
  need(isKnownType(type), "manifest.type", { strange: type });
  checkShape(json, shapes[isOurs(type) ? type : "foreign"]);
  const predicate = json.get("predicate") ?? new Map(), digest = digestOf(bytes);
  const subjects = json.get("subject").map((one) => ({
    name: one.get("name") ?? "", digest: at(one, "digest.sha256"), mediaType: one.get("mediaType"),
  }));
  const digests = [...new Set(subjects.map((subject) => subject.digest).filter(Boolean))];
  const fall = type === types.reconciliation ? fallIn(predicate.get("serials")) : undefined;
  const manifest = { bytes, digest, subjects, digests, predicateType: type, predicate, fall };
  const [{ name, digest: first }] = subjects;
  need(digests.length > 0, "manifest.noDigest");
  need(!isOurs(type) || digests.length === subjects.length, "manifest.digestTwice");
  need(isAboutFiles(type) || first === digestOf(encodeText(name)), "manifest.uri");
  return check(isOurs(type) ? type : "any", manifest);
}

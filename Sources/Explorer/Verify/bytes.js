"use strict";
// Bytes and what they spell: SHA-256, base64, CBOR, COSE and JSON (encoding.md).
//
// The files of this folder are read in the order bytes, card, keys, shapes, records, kit, verifier,
// words, page. All but the last two are the verifier: it knows no page and no words, asks nobody,
// and believes only the kit. What it asks of bytes stands in checks.json, where a row can say it.
// What it finds and refuses has a name: rules.json has its words, which are the program's.

/** A table that the page carries, by its name. */
const table = (name) => JSON.parse(document.getElementById(name).textContent);
const rules = { ...table("rules"), ...table("checks") };
const encodeText = (text) => new TextEncoder().encode(text);
const strictUTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of these bytes; null where they are not UTF-8. */
function textOf(bytes) {
  try { return strictUTF8.decode(bytes); } catch { return null; }
}

/** The bytes of all parts, one after the other. */
function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((offset, part) => (whole.set(part, offset), offset + part.length), 0);
  return whole;
}
const isBytes = (value, count = value?.length) =>
  value instanceof Uint8Array && value.length === count;
const equal = (one, other) =>
  one.length === other.length && one.every((byte, place) => byte === other[place]);
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bigInt = (bytes) => BigInt("0x0" + hexOf(bytes));
const bigIntLE = (bytes) => bigInt(bytes.slice().reverse());

/** A number where that is exact, else a BigInt: so integers that are equal are identical. */
const largestInteger = 2 ** 53 - 1;
const integer = (value) =>
  value <= largestInteger && value >= -largestInteger ? Number(value) : value;
const isSize = (value) => Number.isInteger(value) && value >= 0;
const isInt64 = (value) => Number.isInteger(value)
  || (typeof value === "bigint" && BigInt.asIntN(64, value) === value);
const isUnsigned = (value) => isSize(value) || (typeof value === "bigint" && value > 0);

/** A table that has its own rows alone: a name that anybody chose finds nothing else in it. */
const tableOf = (rows) => Object.assign(Object.create(null), rows);

/** The bytes as a text of a character each, and back. */
const charactersOf = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** The bytes of base64; null where it is not that, or not their one spelling. */
function fromBase64(text) {
  try {
    const characters = atob(text);
    return btoa(characters) === text ? bytesOf(characters) : null;
  } catch { return null; }
}
const fromBase64URL = (text) => /[^\w-]/.test(text) ? null
  : fromBase64(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat(-text.length & 3));
const base64URL = (bytes) => btoa(charactersOf(bytes))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// MARK: SHA-256 (FIPS 180-4)

const roundConstants = new Int32Array(64), firstState = new Int32Array(8);
const schedule = new Int32Array(64);
// The first 32 bits behind the point of the square and cube roots of the first primes.
for (let number = 2, found = 0; found < 64; number++) {
  const fraction = (root) => Math.floor(root % 1 * 2 ** 32);
  if (Array.from({ length: number - 2 }, (_, i) => i + 2).some((d) => number % d === 0)) continue;
  if (found < 8) firstState[found] = fraction(Math.sqrt(number));
  roundConstants[found++] = fraction(Math.cbrt(number));
}

/** Hashes a stream, a part at a time, in memory of one size. */
class SHA256 {
  #state = firstState.slice();
  #rest = new Uint8Array(64);
  #count = 0;

  update(bytes) {
    const held = this.#count % 64, view = new DataView(bytes.buffer, bytes.byteOffset);
    let at = Math.min(64 - held, bytes.length);
    this.#rest.set(bytes.subarray(0, at), held);
    this.#count += bytes.length;
    if (held + at < 64) return this;
    hashBlock(this.#state, new DataView(this.#rest.buffer), 0);
    for (; at + 64 <= bytes.length; at += 64) hashBlock(this.#state, view, at);
    this.#rest.set(bytes.subarray(at));
    return this;
  }

  digest() {
    const count = this.#count, digest = new DataView(new ArrayBuffer(32));
    const tail = new DataView(new ArrayBuffer((count % 64 < 56 ? 64 : 128) - count % 64));
    tail.setUint8(0, 0x80);
    tail.setBigUint64(tail.byteLength - 8, BigInt(count) * 8n);
    this.update(new Uint8Array(tail.buffer));
    this.#state.forEach((word, place) => digest.setInt32(4 * place, word));
    return new Uint8Array(digest.buffer);
  }
}

/** Hashes the 64 bytes at `at`. A call for each block: in a loop over blocks it would be slower. */
function hashBlock(state, view, at) {
  const w = schedule, k = roundConstants;
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2];
    w[i] = ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[i - 7]
      + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) + w[i - 16] | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const first = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7))
      + (g ^ e & (f ^ g)) + k[i] + w[i] | 0;
    const second = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10))
      + (a & b | c & (a | b)) | 0;
    h = g;
    g = f;
    f = e;
    e = d + first | 0;
    d = c;
    c = b;
    b = a;
    a = first + second | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => { state[place] += word; });
}
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), new SHA256()).digest();
const digestOf = (...parts) => hexOf(sha256(...parts));

// MARK: Refusals

/** Why bytes are refused: the row of rules.json that `key` names, and the values of its words. */
class Refusal extends Error {
  constructor(key, values = {}) {
    super(key);
    Object.assign(this, { key, values, reason: rules.refusals[key][0] });
  }
}
function need(condition, key, values) { if (!condition) throw new Refusal(key, values); }

/** This error where it is a refusal; each other is a fault of the page's own. */
function refusalIn(error) {
  if (error instanceof Refusal) return error;
  throw error;
}
/** What `read` gives, and the refusal that it ended with: one of them is null. */
async function tried(read) {
  try { return [await read(), null]; } catch (error) { return [null, refusalIn(error)]; }
}
/** Whether `read` gives something true and refuses nothing. */
function holds(read) {
  try { return Boolean(read()); } catch (error) { return !refusalIn(error); }
}
/** Runs `read`; a refusal in it becomes that of `key`, whose rule has the words of it. */
function within(key, read, values = {}) {
  try { return read(); } catch (error) {
    throw new Refusal(key, { ...values, words: refusalIn(error) });
  }
}

// MARK: Checks that checks.json lists

/** The value at a path such as "edition.serial", through maps, objects and lists. */
const at = (scope, path) => path.split(".").reduce(
  (value, name) => (value instanceof Map ? value.get(name) : value?.[name]), scope);
const numberOf = (value) => (value instanceof Decimal ? value.value : value);

/** What a row may ask of a value; `other` is the value at the path that its argument is. */
const tests = {
  none: (value) => value === undefined,
  is: (value, wanted) => value === wanted,
  in: (value, list) => list.includes(value),
  has: (value, item) => value.includes(item),
  matches: (value, pattern) => typeof value === "string" && new RegExp(pattern, "u").test(value),
  keeps: (value, words) => keepsRule(value, words),
  size: (value) => isSize(value),
  unsigned: (value) => isUnsigned(value),
  within: (value, [low, high = Infinity]) => numberOf(value) >= low && numberOf(value) <= high,
  bytes: (value, count) => isBytes(value, count ?? value?.length),
  map: (value) => value instanceof Map,
  list: (value, range) => Array.isArray(value) && tests.within(value.length, range),
  each: (value, [test, argument]) => value.every((item) => tests[test](item, argument)),
  sorted: (value) => value.join() === [...value].sort().join(),
  uri: (text, field) => check("uri", { text, field, length: text && encodeText(text).length }),
  card: (value, nothing, other, scope) => value === digestOf(encodeText(cardText(scope))),
  all: (value, name, other, scope) => check(name, scope),
  where: (value, [wanted, then, otherwise], other, scope) =>
    check(value === wanted ? then : otherwise, scope),
  equals: (value, path, other) => value === other,
  uriOf: (value, path, other) => value === `https://${other}`,
  copyOf: (value, path, other) => other === `${value.get("drop")}#${value.get("serial")}`,
  beginsWith: (value, path, other) => value.startsWith(`${other}+`),
  sameList: (value, path, other) => value.join() === other.join(),
  among: (value, path, other) => other.includes(value),
  below: (value, path, other) => value < (other ?? Infinity),
  notAbove: (value, path, other) => !(numberOf(value) > numberOf(other)),
  notAfter: (value, path, other) => !isAfter(readTime(value), readTime(other)),
};

/**
 * Holds a value to the list of this name, of rows [path, test, argument, key of the refusal]. A
 * test behind "?" is only of what is there; one behind "!" must fail.
 */
function check(name, scope) {
  for (const [path, mark, argument, key] of rules.checks[name]) {
    const value = at(scope, path), other = typeof argument === "string" && at(scope, argument);
    const test = tests[mark.replace(/^[?!]/, "")], isOpen = mark[0] === "?" && value === undefined;
    const isFit = isOpen || Boolean(test(value, argument, other, scope)) === (mark[0] !== "!");
    if (!isFit) throw new Refusal(key, { ...scope, path, argument });
  }
  return scope;
}

/** The members of a map by the names in rows [name, label, is optional], undefined where absent. */
function named(map, rows) {
  const odd = [...map.keys()].find((label) => !rows.some((row) => row[1] === label));
  const missing = rows.find(([, label, isOptional]) => !isOptional && !map.has(label))?.[1];
  const members = Object.fromEntries(rows.map(([name, label]) => [name, map.get(label)]));
  return { ...members, odd, missing };
}

// MARK: CBOR (RFC 8949 §4.2.1)

const headerMembers = 1024;

/** Reads deterministic CBOR: integers as `integer`s, byte strings Uint8Array, maps Map. */
class CBORReader {
  constructor(bytes, { offset = 0, end = bytes.length, depth = 8, members = Infinity } = {}) {
    Object.assign(this, { bytes, offset, end, maximumDepth: depth, members });
  }
  static decode(bytes, limits) {
    const reader = new CBORReader(bytes, limits), item = reader.item(1);
    reader.finish();
    return item;
  }
  finish() { this.check(this.offset === this.end, "trailingBytes"); }
  check(condition, rule, offset = this.offset) { need(condition, `cbor.${rule}`, { offset }); }

  head() {
    const { offset, bytes } = this;
    this.check(offset < this.end, "truncated");
    const major = bytes[offset] >> 5, information = bytes[offset] & 31;
    const isOpen = information === 31 && ![0, 1, 6].includes(major);
    this.check(information < 28 || isOpen, "notWellFormed");
    this.offset += 1;
    const count = information < 24 || isOpen ? 0 : 1 << information - 24;
    this.check(count <= this.end - this.offset, "truncated", this.end);
    const content = bytes.subarray(this.offset, this.offset += count);
    const argument = count === 0 ? information : integer(bigInt(content));
    const isShort = major === 7 || argument >= (count === 1 ? 24 : 2 ** (4 * count));
    this.check(count === 0 || isShort, "notShortest", offset);
    return { offset, major, information, argument };
  }

  /** The number of things of `size` bytes or more in an item: no more than bytes are left. */
  count(head, size) {
    this.check(head.information !== 31, "indefiniteLength", head.offset);
    this.check(head.argument <= Math.floor((this.end - this.offset) / size), "truncated", this.end);
    return head.argument;
  }
  string(head) {
    const count = this.count(head, 1);
    const bytes = this.bytes.subarray(this.offset, this.offset += count);
    const string = head.major === 2 ? bytes : textOf(bytes);
    this.check(string !== null, "invalidUTF8", head.offset);
    return string;
  }

  item(depth, head = this.head()) {
    const { major, argument, offset } = head;
    if (major < 2) return major === 0 ? argument : integer(-1n - BigInt(argument));
    if (major < 4) return this.string(head);
    if (major === 7) return this.simple(head);
    this.check(depth <= this.maximumDepth, "tooDeep", offset);
    this.check(major < 6 || argument === 18, "unknownTag", offset);
    if (major === 6) return { tag: argument, item: this.item(depth + 1) };
    const count = this.count(head, major - 3);
    this.check(count <= this.members, "tooManyMembers", offset);
    this.members -= count;
    if (major === 5) return this.map(count, depth);
    return Array.from({ length: count }, () => this.item(depth + 1));
  }

  map(count, depth) {
    const map = new Map();
    for (let last = ""; map.size < count;) {
      const head = this.head(), { major, argument, offset } = head;
      const isKey = major === 3 || (major < 2 && argument < 2n ** 63n);
      this.check(isKey, "badKey", offset);
      const label = this.item(depth, head);
      const encoding = charactersOf(this.bytes.subarray(offset, this.offset));
      this.check(encoding !== last, "duplicateKey", offset);
      this.check(encoding > last, "unsortedKeys", offset);
      map.set(label, this.item(depth + 1));
      last = encoding;
    }
    return map;
  }

  simple({ information, argument, offset }) {
    if (information > 19 && information < 23) return [false, true, null][information - 20];
    this.check(information < 31 && (information !== 24 || argument >= 32), "notWellFormed", offset);
    this.check(false, information > 24 ? "floatingPoint" : "simpleValue", offset);
  }
}

/** The head of an item whose argument has at most 32 bits. */
function cborHead(major, argument) {
  const count = argument < 24 ? 0 : argument < 0x100 ? 1 : argument < 0x10000 ? 2 : 4;
  const bytes = Array.from({ length: count }, (_, i) => argument >>> 8 * (count - 1 - i) & 255);
  return Uint8Array.of(major << 5 | [argument, 24, 25, 0, 26][count], ...bytes);
}
const cborBytes = (content) => join(cborHead(2, content.length), content);
const cborItem = (item) => isBytes(item) ? cborBytes(item)
  : cborHead(item < 0 ? 1 : 0, item < 0 ? -1 - item : item);

// MARK: COSE_Sign1 (RFC 9052 §4)

/** Reads a tagged COSE_Sign1: {sealed, header: what is in it, unprotected, payload, signature}. */
function readSign1(bytes) {
  const reader = new CBORReader(bytes);
  const string = () => {
    const head = reader.head();
    reader.check(head.major === 2, "notSign1", head.offset);
    return reader.string(head);
  };
  const tag = reader.head();
  reader.check(tag.major === 6 && tag.argument === 18, "notTagged", tag.offset);
  const array = reader.head();
  reader.check(array.information !== 31, "indefiniteLength", array.offset);
  reader.check(array.major === 4 && array.argument === 4, "notSign1", array.offset);
  const sealed = string(), end = reader.offset, offset = end - sealed.length;
  const inner = new CBORReader(bytes, { offset, end, members: headerMembers });
  const header = sealed.length > 0 ? inner.item(1) : new Map();
  inner.check(header instanceof Map, "protectedNotMap", offset);
  inner.finish();
  reader.members = headerMembers;
  const unprotected = reader.item(3);
  reader.check(unprotected instanceof Map, "notSign1", end);
  const isDetached = bytes[reader.offset] === 0xf6;
  reader.offset += isDetached ? 1 : 0;
  const payload = isDetached ? null : string(), signature = string();
  reader.finish();
  return { sealed, header, unprotected, payload, signature };
}

/** What a COSE signature covers: the Sig_structure of RFC 9052 §4.4. */
const toBeSigned = (sealed, payload) => join(
  cborHead(4, 4), cborHead(3, 10), encodeText("Signature1"),
  cborBytes(equal(sealed, [0xa0]) ? [] : sealed), cborBytes([]), cborBytes(payload));

// MARK: JSON (RFC 8259, encoding.md §3)

/** A number that is not written as an integer. */
class Decimal { constructor(value) { this.value = value; } }

const jsonDepth = 16;

/** A string up to its end, or up to what may not stand in it: characters of UTF-8, as bytes. */
const stringStart = new RegExp(rules.patterns.string.join(""), "y");

/** Reads one JSON value: objects as Map, integers as numbers, other numbers as Decimal. */
class JSONReader {
  constructor(bytes) { Object.assign(this, { bytes, text: charactersOf(bytes), at: 0 }); }
  check(condition, rule, offset = this.at) { need(condition, `json.${rule}`, { offset }); }
  /** Takes what a sticky pattern finds; empty where that is nothing. */
  take(pattern) {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [""];
    this.at += found.length;
    return found;
  }
  /** Takes what must be there. */
  expect(pattern) {
    const found = this.take(pattern), isEnd = this.at === this.text.length;
    this.check(found, isEnd ? "unexpectedEnd" : "unexpectedByte");
    return found;
  }
  skip() { this.take(/[ \t\n\r]+/y); }

  document() {
    this.check(!this.text.startsWith("\xef\xbb\xbf"), "byteOrderMark");
    const value = this.value(1);
    this.skip();
    this.check(this.at === this.text.length, "trailingBytes");
    return value;
  }

  value(depth) {
    this.skip();
    const mark = this.text[this.at], word = { t: "true", f: "false", n: "null" }[mark];
    for (const character of word ?? "") this.expect(new RegExp(character, "y"));
    if (word) return JSON.parse(word);
    if (mark === "\"") return this.string();
    if (mark !== "{" && mark !== "[") return this.number();
    this.check(depth <= jsonDepth, "tooDeep");
    this.at += 1;
    this.skip();
    const [end, read] = mark === "{" ? [/\}/y, new Map()] : [/\]/y, []];
    for (let isFirst = true; !this.take(end); isFirst = false) {
      if (!isFirst) this.expect(/,/y);
      if (mark === "{") this.member(read, depth + 1);
      else read.push(this.value(depth + 1));
      this.skip();
    }
    return read;
  }
  member(read, depth) {
    this.skip();
    const start = this.at, name = this.string();
    this.check(!read.has(name), "duplicateName", start);
    this.skip();
    this.expect(/:/y);
    read.set(name, this.value(depth));
  }

  string() {
    const start = this.at;
    this.expect(stringStart);
    if (this.take(/"/y)) return JSON.parse(textOf(this.bytes.subarray(start, this.at)));
    const rest = this.text.slice(this.at);
    const [, rule] = rules.patterns.strings.find(([pattern]) => new RegExp(pattern).test(rest));
    this.check(false, rule, rule === "unexpectedEnd" ? this.text.length : this.at);
  }

  number() {
    const start = this.at, digits = /[0-9]+/y;
    const whole = this.take(/-/y) + (this.take(/0/y) || this.expect(digits));
    const rest = (this.take(/\./y) && this.expect(digits))
      + (this.take(/[eE][+-]?/y) && this.expect(digits));
    const number = Number(this.text.slice(start, this.at));
    const isDecimal = whole === "-0" || rest !== "";
    this.check(isDecimal || Math.abs(number) <= largestInteger, "integerOutOfRange", start);
    this.check(Number.isFinite(number), "numberOutOfRange", start);
    return isDecimal ? new Decimal(number) : number;
  }
}

"use strict";
// Bytes and what they spell: SHA-256, base64, CBOR, COSE and JSON (encoding.md).
//
// The files of this folder are read in the order bytes, card, keys, shapes, records, kit, verifier,
// words, page. All but the last two are the verifier: it knows no page, asks nobody, and believes
// only the kit. What it says stands in rules.json, in the words of the program.

const rules = JSON.parse(document.getElementById("rules").textContent);
const encodeText = (text) => new TextEncoder().encode(text);
const strictUTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const looseUTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

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
const compare = (one, other) => {
  const place = one.findIndex((byte, place) => byte !== other[place]);
  if (place < 0) return one.length - other.length;
  return place < other.length ? one[place] - other[place] : 1;
};
const equal = (one, other) => one.length === other.length && compare(one, other) === 0;
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
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

// MARK: Text for people

const codePoint = (scalar) => scalar.codePointAt(0).toString(16);
const spelledOut = (scalar) => `<U+${codePoint(scalar).toUpperCase().padStart(4, "0")}>`;

/** The beginning of a text of anybody's, in ASCII, for a message: SafeText.excerpt. */
function printable(text) {
  let excerpt = "";
  for (const scalar of text) {
    if (excerpt.length >= 64) return excerpt + "...";
    excerpt += scalar === "\\" ? "\\\\"
      : /^[\x21-\x7e]$/.test(scalar) ? scalar : `\\u{${codePoint(scalar)}}`;
  }
  return excerpt;
}

/** A time of POSIX seconds, as the program writes it. */
function instant(seconds, separator = " ", zone = " UTC") {
  if (!(seconds >= -62135596800 && seconds <= 253402300799)) return `${seconds} s after 1970`;
  const text = new Date(Number(seconds) * 1000).toISOString();
  return text.slice(0, 10) + separator + text.slice(11, 19) + zone;
}
const fill = (form, values) => form.replace(/\{(\w+)\}/g, (_, place) => values[place]);

// MARK: Refusals

/** Why bytes are refused: `key` names the row of rules.json with its reason, field and rule. */
class Refusal extends Error {
  constructor(key, values = {}) {
    const [reason, field, rule] = rules.refusals[key].map((form) => fill(form, values));
    super((field && `${field}: `) + rule);
    Object.assign(this, { key, reason, rule });
  }
}
function need(condition, key, values) { if (!condition) throw new Refusal(key, values); }

/** What `read` gives, and the refusal that it ended with: one of them is null. */
async function tried(read) {
  try { return [await read(), null]; } catch (error) {
    if (error instanceof Refusal) return [null, error];
    throw error;
  }
}
/** Whether `read` gives something true and refuses nothing. */
function holds(read) {
  try { return Boolean(read()); } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
/** Runs `read`; a refusal in it becomes that of `key`, whose rule has the words of it. */
function within(key, read, values = {}) {
  try { return read(); } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(key, { ...values, words: error.message });
  }
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
    let argument = information;
    this.offset += 1;
    if (information > 23 && information < 28) {
      const count = 1 << information - 24;
      this.check(count <= this.end - this.offset, "truncated", this.end);
      argument = integer(bigInt(bytes.subarray(this.offset, this.offset += count)));
      const isShort = major === 7 || argument >= (count === 1 ? 24 : 2 ** (4 * count));
      this.check(isShort, "notShortest", offset);
    }
    return { offset, major, information, argument };
  }

  /** The number of things of `size` bytes or more in an item: no more than bytes are left. */
  count(head, size) {
    this.check(head.information !== 31, "indefiniteLength", head.offset);
    this.check(head.argument <= Math.floor((this.end - this.offset) / size), "truncated", this.end);
    return head.argument;
  }
  content(head) {
    const count = this.count(head, 1);
    return this.bytes.subarray(this.offset, this.offset += count);
  }
  text(head) {
    const text = textOf(this.content(head));
    this.check(text !== null, "invalidUTF8", head.offset);
    return text;
  }
  take(count, head) {
    this.check(count <= this.members, "tooManyMembers", head.offset);
    this.members -= count;
    return count;
  }

  item(depth) {
    const head = this.head(), { major, argument, offset } = head;
    if (major === 0) return argument;
    if (major === 1) return integer(-1n - BigInt(argument));
    if (major === 2) return this.content(head);
    if (major === 3) return this.text(head);
    if (major === 7) return this.simple(head);
    this.check(depth <= this.maximumDepth, "tooDeep", offset);
    if (major === 5) return this.map(head, depth);
    this.check(major === 4 || argument === 18, "unknownTag", offset);
    if (major === 6) return { tag: argument, item: this.item(depth + 1) };
    const count = this.take(this.count(head, 1), head), items = [];
    while (items.length < count) items.push(this.item(depth + 1));
    return items;
  }

  map(head, depth) {
    const count = this.take(this.count(head, 2), head), map = new Map();
    for (let last = null; map.size < count;) {
      const start = this.offset, label = this.label();
      const bytes = this.bytes.subarray(start, this.offset);
      const order = last === null ? -1 : compare(last, bytes);
      this.check(order !== 0, "duplicateKey", start);
      this.check(order < 0, "unsortedKeys", start);
      map.set(label, this.item(depth + 1));
      last = bytes;
    }
    return map;
  }

  label() {
    const head = this.head(), { major, argument, offset } = head;
    if (major === 3) return this.text(head);
    this.check(major < 2 && argument < 2n ** 63n, "badKey", offset);
    return major === 0 ? argument : integer(-1n - BigInt(argument));
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
    return reader.content(head);
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
  if (sealed.length > 0) inner.finish();
  reader.members = headerMembers;
  const unprotected = reader.item(3);
  reader.check(unprotected instanceof Map, "notSign1", end);
  reader.check(reader.offset < reader.end, "truncated");
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

/** What needs no escape in a string: characters of UTF-8, as bytes. */
const plainText = new RegExp("(?:[ !#-\\[\\]-\\x7f]|[\\xc2-\\xdf][\\x80-\\xbf]"
  + "|(?:\\xe0[\\xa0-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]|\\xed[\\x80-\\x9f])[\\x80-\\xbf]"
  + "|(?:\\xf0[\\x90-\\xbf]|[\\xf1-\\xf3][\\x80-\\xbf]|\\xf4[\\x80-\\x8f])[\\x80-\\xbf]{2})*", "y");

/** Reads one JSON value: objects as Map, integers as numbers, other numbers as Decimal. */
class JSONReader {
  constructor(bytes) { Object.assign(this, { bytes, text: charactersOf(bytes), at: 0 }); }
  check(condition, rule, offset = this.at) { need(condition, `json.${rule}`, { offset }); }
  unexpected() {
    this.check(false, this.at < this.text.length ? "unexpectedByte" : "unexpectedEnd");
  }
  /** Takes what a sticky pattern finds; empty where that is nothing. */
  match(pattern) {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [""];
    this.at += found.length;
    return found;
  }
  take(character) {
    const isNext = this.text[this.at] === character;
    this.at += isNext ? 1 : 0;
    return isNext;
  }
  expect(character) { if (!this.take(character)) this.unexpected(); }
  skip() { this.match(/[ \t\n\r]+/y); }

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
    for (const character of word ?? "") this.expect(character);
    if (word) return JSON.parse(word);
    if (mark === "\"") return this.string();
    if (mark !== "{" && mark !== "[") return this.number();
    this.check(depth <= jsonDepth, "tooDeep");
    this.at += 1;
    this.skip();
    const [end, read] = mark === "{" ? ["}", new Map()] : ["]", []];
    if (this.take(end)) return read;
    for (;;) {
      if (mark === "{") this.member(read, depth);
      else read.push(this.value(depth + 1));
      this.skip();
      if (this.take(end)) return read;
      this.expect(",");
    }
  }

  member(read, depth) {
    this.skip();
    const start = this.at;
    if (this.text[start] !== "\"") this.unexpected();
    const name = this.string();
    this.check(!read.has(name), "duplicateName", start);
    this.skip();
    this.expect(":");
    read.set(name, this.value(depth + 1));
  }

  string() {
    const start = this.at;
    this.at += 1;
    for (;;) {
      this.match(plainText);
      if (this.take("\"")) return JSON.parse(textOf(this.bytes.subarray(start, this.at)));
      const next = this.text[this.at];
      this.check(next, "unexpectedEnd");
      this.check(next >= " ", "controlCharacter");
      this.check(next === "\\", "invalidUTF8");
      this.escape();
    }
  }

  escape() {
    const start = this.at;
    if (this.match(/\\["\\/bfnrt]/y)) return;
    this.check(start + 1 < this.text.length, "unexpectedEnd", start + 1);
    this.check(this.text[start + 1] === "u", "invalidEscape");
    const unit = this.codeUnit(start);
    this.check(unit > 0, "nullCharacter", start);
    if (unit < 0xd800 || unit > 0xdfff) return;
    const isFirst = unit < 0xdc00 && this.text.startsWith("\\u", this.at);
    const second = isFirst ? this.codeUnit(start) : 0;
    this.check(second >= 0xdc00 && second <= 0xdfff, "unpairedSurrogate", start);
  }
  codeUnit(start) {
    const digits = this.match(/\\u[0-9a-fA-F]{0,4}/y).slice(2);
    this.check(digits.length === 4 || this.at < this.text.length, "unexpectedEnd");
    this.check(digits.length === 4, "invalidEscape", start);
    return parseInt(digits, 16);
  }

  number() {
    const start = this.at, digits = () => this.match(/[0-9]+/y) || this.unexpected();
    this.take("-");
    if (!this.take("0")) digits();
    const whole = this.text.slice(start, this.at);
    if (this.take(".")) digits();
    if (this.match(/[eE][+-]?/y)) digits();
    const number = Number(this.text.slice(start, this.at));
    const isDecimal = whole === "-0" || start + whole.length < this.at;
    this.check(isDecimal || Math.abs(number) <= largestInteger, "integerOutOfRange", start);
    this.check(Number.isFinite(number), "numberOutOfRange", start);
    return isDecimal ? new Decimal(number) : number;
  }
}

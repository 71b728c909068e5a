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

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
function base64URL(bytes) {
  let text = "", bits = 0, count = 0;
  for (const byte of bytes) {
    bits = (bits << 8 | byte) & 0xffff;
    for (count += 8; count >= 6;) text += (alphabet + "-_")[bits >> (count -= 6) & 63];
  }
  return count > 0 ? text + (alphabet + "-_")[bits << 6 - count & 63] : text;
}

/** The bytes of base64url; null where it is not that, or its last character has more bits. */
function fromBase64URL(text, symbols = alphabet + "-_") {
  const bytes = new Uint8Array(text.length * 3 >> 2);
  let bits = 0, count = 0, place = 0;
  for (const character of text) {
    const value = symbols.indexOf(character);
    if (value < 0) return null;
    bits = (bits << 6 | value) & 0xffff;
    if ((count += 6) >= 8) bytes[place++] = bits >> (count -= 8);
  }
  return count < 6 && (bits & (1 << count) - 1) === 0 ? bytes : null;
}
const fromBase64 = (text) =>
  text.length % 4 === 0 ? fromBase64URL(text.replace(/={1,2}$/, ""), alphabet + "+/") : null;

// MARK: SHA-256 (FIPS 180-4)

const roundConstants = new Int32Array(64), firstState = new Int32Array(8);
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
  #words = new Int32Array(64);
  #count = 0;

  update(bytes) {
    const held = this.#count % 64, start = held > 0 ? Math.min(64 - held, bytes.length) : 0;
    this.#count += bytes.length;
    this.#rest.set(bytes.subarray(0, start), held);
    if (held > 0 && held + start < 64) return this;
    if (held > 0) this.#blocks(this.#rest, 0, 64);
    const end = bytes.length - (bytes.length - start) % 64;
    this.#blocks(bytes, start, end);
    this.#rest.set(bytes.subarray(end));
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

  #blocks(bytes, start, end) {
    const w = this.#words, k = roundConstants, state = this.#state;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    let [s0, s1, s2, s3, s4, s5, s6, s7] = state;
    for (let at = start; at < end; at += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15], y = w[i - 2];
        w[i] = ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[i - 7]
          + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) + w[i - 16] | 0;
      }
      let a = s0, b = s1, c = s2, d = s3, e = s4, f = s5, g = s6, h = s7;
      // Sixteen rounds, in each of which the names move on by one; so no value has to. They are
      // written out: calls cost a third of the rate where a browser does not put them in line.
      for (let i = 0; i < 64; i += 16) {
        h = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7))
          + (g ^ e & (f ^ g)) + k[i] + w[i] | 0; d = d + h | 0;
        h = h + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10))
          + (a & b | c & (a | b)) | 0;
        g = g + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7))
          + (f ^ d & (e ^ f)) + k[i + 1] + w[i + 1] | 0; c = c + g | 0;
        g = g + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10))
          + (h & a | b & (h | a)) | 0;
        f = f + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7))
          + (e ^ c & (d ^ e)) + k[i + 2] + w[i + 2] | 0; b = b + f | 0;
        f = f + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10))
          + (g & h | a & (g | h)) | 0;
        e = e + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7))
          + (d ^ b & (c ^ d)) + k[i + 3] + w[i + 3] | 0; a = a + e | 0;
        e = e + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10))
          + (f & g | h & (f | g)) | 0;
        d = d + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7))
          + (c ^ a & (b ^ c)) + k[i + 4] + w[i + 4] | 0; h = h + d | 0;
        d = d + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10))
          + (e & f | g & (e | f)) | 0;
        c = c + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7))
          + (b ^ h & (a ^ b)) + k[i + 5] + w[i + 5] | 0; g = g + c | 0;
        c = c + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10))
          + (d & e | f & (d | e)) | 0;
        b = b + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7))
          + (a ^ g & (h ^ a)) + k[i + 6] + w[i + 6] | 0; f = f + b | 0;
        b = b + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10))
          + (c & d | e & (c | d)) | 0;
        a = a + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7))
          + (h ^ f & (g ^ h)) + k[i + 7] + w[i + 7] | 0; e = e + a | 0;
        a = a + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10))
          + (b & c | d & (b | c)) | 0;
        h = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7))
          + (g ^ e & (f ^ g)) + k[i + 8] + w[i + 8] | 0; d = d + h | 0;
        h = h + ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10))
          + (a & b | c & (a | b)) | 0;
        g = g + ((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7))
          + (f ^ d & (e ^ f)) + k[i + 9] + w[i + 9] | 0; c = c + g | 0;
        g = g + ((h >>> 2 | h << 30) ^ (h >>> 13 | h << 19) ^ (h >>> 22 | h << 10))
          + (h & a | b & (h | a)) | 0;
        f = f + ((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7))
          + (e ^ c & (d ^ e)) + k[i + 10] + w[i + 10] | 0; b = b + f | 0;
        f = f + ((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10))
          + (g & h | a & (g | h)) | 0;
        e = e + ((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7))
          + (d ^ b & (c ^ d)) + k[i + 11] + w[i + 11] | 0; a = a + e | 0;
        e = e + ((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10))
          + (f & g | h & (f | g)) | 0;
        d = d + ((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7))
          + (c ^ a & (b ^ c)) + k[i + 12] + w[i + 12] | 0; h = h + d | 0;
        d = d + ((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10))
          + (e & f | g & (e | f)) | 0;
        c = c + ((h >>> 6 | h << 26) ^ (h >>> 11 | h << 21) ^ (h >>> 25 | h << 7))
          + (b ^ h & (a ^ b)) + k[i + 13] + w[i + 13] | 0; g = g + c | 0;
        c = c + ((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10))
          + (d & e | f & (d | e)) | 0;
        b = b + ((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7))
          + (a ^ g & (h ^ a)) + k[i + 14] + w[i + 14] | 0; f = f + b | 0;
        b = b + ((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10))
          + (c & d | e & (c | d)) | 0;
        a = a + ((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7))
          + (h ^ f & (g ^ h)) + k[i + 15] + w[i + 15] | 0; e = e + a | 0;
        a = a + ((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10))
          + (b & c | d & (b | c)) | 0;
      }
      s0 = s0 + a | 0; s1 = s1 + b | 0; s2 = s2 + c | 0; s3 = s3 + d | 0;
      s4 = s4 + e | 0; s5 = s5 + f | 0; s6 = s6 + g | 0; s7 = s7 + h | 0;
    }
    state.set([s0, s1, s2, s3, s4, s5, s6, s7]);
  }
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
  constructor(key, values = {}, before = "") {
    const [reason, field, rule] = rules.refusals[key].map((form) => fill(form, values));
    super((field && `${field}: `) + before + rule);
    Object.assign(this, { key, reason, field, rule: before + rule });
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
const jsonToken = new RegExp(
  "([{}\\[\\]:,])|(\"(?:[^\"\\\\\\0-\\x1f]|\\\\(?:[\"\\\\/bfnrt]|u[0-9a-fA-F]{4}))*\")"
  + "|(-?(?:0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?)|(true|false|null)", "yu");

/** The longest text that these bytes begin with, which are not UTF-8. */
function validBeginning(bytes) {
  let length = 0, offset = 0;
  const text = looseUTF8.decode(bytes);
  for (const scalar of text) {
    const own = encodeText(scalar);
    if (!equal(own, bytes.subarray(offset, offset + own.length))) break;
    [length, offset] = [length + scalar.length, offset + own.length];
  }
  return text.slice(0, length);
}

/** Why no token stands at `at`, and where; `isCut` where other bytes follow the text. */
function jsonFault(text, at, isCut, isValue) {
  const content = /(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
  const literal = ["true", "false", "null"].find((word) => word[0] === text[at]);
  const prefix = isValue ? literal ?? "" : "";
  let place = at;
  while (place - at < prefix.length && text[place] === prefix[place - at]) place += 1;
  if (text[at] !== "\"") {
    return [place < text.length || isCut ? "unexpectedByte" : "unexpectedEnd", place];
  }
  content.lastIndex = at + 1;
  const end = at + 1 + content.exec(text)[0].length, rest = /^\\(u[0-9a-fA-F]{0,3})?$/;
  if (end === text.length) return [isCut ? "invalidUTF8" : "unexpectedEnd", end];
  if (text[end] !== "\\") return ["controlCharacter", end];
  return rest.test(text.slice(end)) ? ["unexpectedEnd", text.length] : ["invalidEscape", end];
}

/** Reads one JSON value: objects as Map, integers as numbers, other numbers as Decimal. */
function readJSON(bytes) {
  // Of bytes that are not UTF-8 the text before the first such is read: it fails at its end.
  const whole = textOf(bytes), text = whole ?? validBeginning(bytes);
  let at = 0;
  const check = (condition, rule, place = at) => {
    if (condition) return;
    throw new Refusal(`json.${rule}`, { offset: encodeText(text.slice(0, place)).length });
  };
  check(!text.startsWith("\ufeff"), "byteOrderMark");
  const skip = () => { while (" \t\n\r".includes(text[at] ?? "-")) at += 1; };
  const next = (isValue = false) => {
    skip();
    jsonToken.lastIndex = at;
    const token = jsonToken.exec(text);
    if (!token) check(false, ...jsonFault(text, at, whole === null, isValue));
    at += token[0].length;
    return token;
  };
  const value = ([word, mark, string, number, fraction, power], depth) => {
    const start = at - word.length;
    if (string) {
      const read = JSON.parse(string);
      check(!/\p{Cs}/u.test(read), "unpairedSurrogate", start);
      check(!read.includes("\0"), "nullCharacter", start);
      return read;
    }
    if (number) {
      const read = Number(number), isDecimal = fraction || power || Object.is(read, -0);
      check(isDecimal || Math.abs(read) <= largestInteger, "integerOutOfRange", start);
      check(Number.isFinite(read), "numberOutOfRange", start);
      return isDecimal ? new Decimal(read) : read;
    }
    if (!mark) return JSON.parse(word);
    check(mark === "{" || mark === "[", "unexpectedByte", start);
    check(depth <= jsonDepth, "tooDeep", start);
    const end = mark === "{" ? "}" : "]", read = mark === "{" ? new Map() : [];
    let token = next(mark === "[");
    if (token[0] === end) return read;
    for (;;) {
      if (mark === "[") read.push(value(token, depth + 1));
      else {
        check(token[2], "unexpectedByte", at - token[0].length);
        const place = at - token[0].length, name = value(token, depth);
        check(!read.has(name), "duplicateName", place);
        const colon = next();
        check(colon[0] === ":", "unexpectedByte", at - colon[0].length);
        read.set(name, value(next(true), depth + 1));
      }
      token = next();
      if (token[0] === end) return read;
      check(token[0] === ",", "unexpectedByte", at - token[0].length);
      token = next(mark === "[");
    }
  };
  const read = value(next(true), 1);
  skip();
  check(at === text.length && whole !== null, "trailingBytes");
  return read;
}

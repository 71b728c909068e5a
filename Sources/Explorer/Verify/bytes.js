"use strict";
// Bytes and what they spell: SHA-256, base64, CBOR, COSE and JSON (encoding.md).
//
// The files of this folder are read in the order bytes, keys, manifests, records, verifier, page.
// All but the last are the verifier: it knows no page, asks nobody, and believes only the kit.

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
const isBytes = (value, count) =>
    value instanceof Uint8Array && (count === undefined || value.length === count);
const equal = (one, other) =>
    one.length === other.length && one.every((byte, place) => byte === other[place]);
const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const bigInt = (bytes) => BigInt("0x0" + hexOf(bytes));
const bigIntLE = (bytes) => bigInt(bytes.slice().reverse());

/** Orders byte strings by their bytes; for encoded labels that is the order of CBOR. */
function compare(one, other) {
    const place = one.findIndex((byte, place) => byte !== other[place]);
    return place < 0 ? one.length - other.length
        : place < other.length ? one[place] - other[place] : 1;
}

/** A number where that is exact, else a BigInt: so integers that are equal are identical. */
const largestInteger = 2 ** 53 - 1;
const integer = (value) =>
    value <= largestInteger && value >= -largestInteger ? Number(value) : value;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** base64url without padding. */
function base64URL(bytes, symbols = alphabet + "-_") {
    let text = "", bits = 0, count = 0;
    for (const byte of bytes) {
        bits = (bits << 8 | byte) & 0xffff;
        for (count += 8; count >= 6;) text += symbols[bits >> (count -= 6) & 63];
    }
    return count > 0 ? text + symbols[bits << 6 - count & 63] : text;
}
const base64 = (bytes) => {
    const text = base64URL(bytes, alphabet + "+/");
    return text + "=".repeat((4 - text.length % 4) % 4);
};

/** The bytes of base64url; null where it is not that, or bits of the last character are unused. */
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
const fromBase64 = (text) => text.length % 4 !== 0 ? null
    : fromBase64URL(text.replace(/={1,2}$/, ""), alphabet + "+/");

// MARK: SHA-256 (FIPS 180-4)

const roundConstants = new Int32Array(64), firstState = new Int32Array(8);
// The first 32 bits behind the point of the square and cube roots of the first primes.
for (let number = 2, found = 0; found < 64; number++) {
    const fraction = (root) => Math.floor(root % 1 * 2 ** 32);
    if (Array.from({ length: number - 2 }, (_, i) => i + 2).some((d) => number % d === 0)) continue;
    if (found < 8) firstState[found] = fraction(Math.sqrt(number));
    roundConstants[found++] = fraction(Math.cbrt(number));
}
const sum0 = (x) => (x >>> 2 | x << 30) ^ (x >>> 13 | x << 19) ^ (x >>> 22 | x << 10);
const sum1 = (x) => (x >>> 6 | x << 26) ^ (x >>> 11 | x << 21) ^ (x >>> 25 | x << 7);
const ifElse = (x, y, z) => z ^ x & (y ^ z);
const most = (x, y, z) => x & y | z & (x | y);

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
        let [s0, s1, s2, s3, s4, s5, s6, s7] = state;
        for (let at = start; at < end; at += 64) {
            for (let i = 0, p = at; i < 16; i++, p += 4) {
                w[i] = bytes[p] << 24 | bytes[p + 1] << 16 | bytes[p + 2] << 8 | bytes[p + 3];
            }
            for (let i = 16; i < 64; i++) {
                const x = w[i - 15], y = w[i - 2];
                w[i] = ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[i - 7]
                    + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) + w[i - 16] | 0;
            }
            let a = s0, b = s1, c = s2, d = s3, e = s4, f = s5, g = s6, h = s7;
            // Eight rounds, in each of which the names move on by one; so no value has to.
            for (let i = 0; i < 64; i += 8) {
                h = h + sum1(e) + ifElse(e, f, g) + k[i] + w[i] | 0;
                d = d + h | 0; h = h + sum0(a) + most(a, b, c) | 0;
                g = g + sum1(d) + ifElse(d, e, f) + k[i + 1] + w[i + 1] | 0;
                c = c + g | 0; g = g + sum0(h) + most(h, a, b) | 0;
                f = f + sum1(c) + ifElse(c, d, e) + k[i + 2] + w[i + 2] | 0;
                b = b + f | 0; f = f + sum0(g) + most(g, h, a) | 0;
                e = e + sum1(b) + ifElse(b, c, d) + k[i + 3] + w[i + 3] | 0;
                a = a + e | 0; e = e + sum0(f) + most(f, g, h) | 0;
                d = d + sum1(a) + ifElse(a, b, c) + k[i + 4] + w[i + 4] | 0;
                h = h + d | 0; d = d + sum0(e) + most(e, f, g) | 0;
                c = c + sum1(h) + ifElse(h, a, b) + k[i + 5] + w[i + 5] | 0;
                g = g + c | 0; c = c + sum0(d) + most(d, e, f) | 0;
                b = b + sum1(g) + ifElse(g, h, a) + k[i + 6] + w[i + 6] | 0;
                f = f + b | 0; b = b + sum0(c) + most(c, d, e) | 0;
                a = a + sum1(f) + ifElse(f, g, h) + k[i + 7] + w[i + 7] | 0;
                e = e + a | 0; a = a + sum0(b) + most(b, c, d) | 0;
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

const hidden = new RegExp(
    "[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800\\u{1D159}\\u{16FE4}]", "u");
const markLimit = 8;
const codePoint = (scalar) => scalar.codePointAt(0).toString(16);
const spelledOut = (scalar) => `<U+${codePoint(scalar).toUpperCase().padStart(4, "0")}>`;

/** The text with each character spelled out that is not drawn or moves others: SafeText. */
function safeText(text) {
    let marks = 0;
    return Array.from(text, (scalar) => {
        if (hidden.test(scalar)) return spelledOut(scalar);
        marks = /[\p{Mn}\p{Me}]/u.test(scalar) ? marks + 1 : 0;
        return marks > markLimit ? spelledOut(scalar) : scalar;
    }).join("");
}

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
    if (seconds < -62135596800 || seconds > 253402300799) return `${seconds} s after 1970`;
    const text = new Date(Number(seconds) * 1000).toISOString();
    return text.slice(0, 10) + separator + text.slice(11, 19) + zone;
}

// MARK: Refusals

/** Why bytes are refused: a reason, by which the verdict is found, the field, and its rule. */
class Refusal extends Error {
    constructor(reason, field, rule) {
        super(field === "" ? rule : `${field}: ${rule}`);
        Object.assign(this, { reason, field, rule });
    }
}
function need(condition, reason, field, rule) {
    if (!condition) throw new Refusal(reason, field, rule);
}

/** Runs `read`; a refusal in it becomes one of this reason and field, with `words` before it. */
function within(reason, field, words, read) {
    try { return read(); } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        throw new Refusal(reason, field, words + error.message);
    }
}

// MARK: CBOR (RFC 8949 §4.2.1)

const headerMembers = 1024;
const cut = "the input ends inside an item", malformed = "the initial byte is not well-formed CBOR";

/** Reads deterministic CBOR: integers as `integer`s, byte strings Uint8Array, maps Map. */
class CBORReader {
    constructor(bytes, { offset = 0, end = bytes.length, depth = 8, members = Infinity } = {}) {
        Object.assign(this, { bytes, offset, end, maximumDepth: depth, members });
    }

    static decode(bytes, limits) { return new CBORReader(bytes, limits).whole(); }

    whole() {
        const item = this.item(1);
        this.finish();
        return item;
    }
    finish() { if (this.offset !== this.end) this.fail("bytes follow the item"); }
    fail(rule, offset = this.offset) {
        throw new Refusal("malformed", "", `byte ${offset}: ${rule}`);
    }

    head() {
        const { offset, bytes } = this;
        if (offset >= this.end) this.fail(cut);
        const major = bytes[offset] >> 5, information = bytes[offset] & 31;
        let argument = information;
        this.offset += 1;
        if (information > 23 && information < 28) {
            const count = 1 << information - 24;
            if (count > this.end - this.offset) this.fail(cut, this.end);
            argument = integer(bigInt(bytes.subarray(this.offset, this.offset += count)));
            if (major !== 7 && argument < (count === 1 ? 24 : 2 ** (4 * count))) {
                this.fail("an integer or a length is not in its shortest form", offset);
            }
        } else if (information > 23 && (information < 31 || [0, 1, 6].includes(major))) {
            this.fail(malformed, offset);
        }
        return { offset, major, information, argument };
    }

    /** The number of things of `size` bytes or more in an item: no more than bytes are left. */
    count(head, size) {
        if (head.information === 31) this.fail("the length is indefinite", head.offset);
        if (head.argument > Math.floor((this.end - this.offset) / size)) this.fail(cut, this.end);
        return head.argument;
    }
    content(head) {
        const count = this.count(head, 1);
        return this.bytes.subarray(this.offset, this.offset += count);
    }
    text(head) {
        return textOf(this.content(head)) ?? this.fail("a text is not valid UTF-8", head.offset);
    }
    take(count, head) {
        if (count > this.members) {
            this.fail("arrays and maps have more members than a header may have", head.offset);
        }
        this.members -= count;
        return count;
    }

    item(depth) {
        const head = this.head(), { major, argument } = head;
        if (major === 0) return argument;
        if (major === 1) return integer(-1n - BigInt(argument));
        if (major === 2) return this.content(head);
        if (major === 3) return this.text(head);
        if (major === 7) return this.simple(head);
        if (depth > this.maximumDepth) {
            this.fail("arrays, maps and tags are nested too deeply", head.offset);
        }
        if (major === 5) return this.map(head, depth);
        if (major === 6) {
            if (argument !== 18) this.fail("tags other than 18 are not used here", head.offset);
            return { tag: argument, item: this.item(depth + 1) };
        }
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
            if (order === 0) this.fail("two members of a map have the same key", start);
            if (order > 0) {
                this.fail("the keys of a map are not in the order of their encodings", start);
            }
            map.set(label, this.item(depth + 1));
            last = bytes;
        }
        return map;
    }

    label() {
        const head = this.head();
        if (head.major === 3) return this.text(head);
        if (head.major > 1 || head.argument > 9223372036854775807n) {
            this.fail("a key of a map is neither an integer of 64 bits nor a text", head.offset);
        }
        return head.major === 0 ? head.argument : integer(-1n - BigInt(head.argument));
    }

    simple({ information, argument, offset }) {
        if (information >= 20 && information <= 22) return [false, true, null][information - 20];
        if (information === 31 || (information === 24 && argument < 32)) {
            this.fail(malformed, offset);
        }
        this.fail(information > 24 ? "floating-point numbers are not used here"
            : "simple values other than false, true and null are not used here", offset);
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

const notSign1 =
    "a COSE_Sign1 is [protected bstr, unprotected map, payload bstr / nil, signature bstr]";

/** Reads a tagged COSE_Sign1: {protected, header, unprotected, payload or null, signature}. */
function readSign1(bytes) {
    const reader = new CBORReader(bytes);
    const string = () => {
        const head = reader.head();
        if (head.major !== 2) reader.fail(notSign1, head.offset);
        return reader.content(head);
    };
    const tag = reader.head();
    if (tag.major !== 6 || tag.argument !== 18) {
        reader.fail("a COSE_Sign1 begins with tag 18", tag.offset);
    }
    const array = reader.head();
    if (array.information === 31) reader.fail("the length is indefinite", array.offset);
    if (array.major !== 4 || array.argument !== 4) reader.fail(notSign1, array.offset);
    const sealed = string(), end = reader.offset, offset = end - sealed.length;
    const inner = new CBORReader(bytes, { offset, end, members: headerMembers });
    const header = sealed.length > 0 ? inner.item(1) : new Map();
    if (!(header instanceof Map)) inner.fail("the protected header is not a map", offset);
    inner.offset = sealed.length > 0 ? inner.offset : end;
    inner.finish();
    reader.members = headerMembers;
    const unprotected = reader.item(3);
    if (!(unprotected instanceof Map)) reader.fail(notSign1, end);
    if (reader.offset >= reader.end) reader.fail(cut);
    const isDetached = bytes[reader.offset] === 0xf6;
    reader.offset += isDetached ? 1 : 0;
    const payload = isDetached ? null : string(), signature = string();
    reader.finish();
    return { protected: sealed, header, unprotected, payload, signature };
}

/** What a COSE signature covers: the Sig_structure of RFC 9052 §4.4. */
function toBeSigned(sealed, payload) {
    const isEmpty = equal(sealed, [0xa0]);
    return join(
        cborHead(4, 4), cborHead(3, 10), encodeText("Signature1"),
        cborBytes(isEmpty ? new Uint8Array() : sealed), cborBytes(new Uint8Array()),
        cborBytes(payload));
}

// MARK: JSON (RFC 8259, encoding.md §3)

/** A number that is not written as an integer. */
class Decimal { constructor(value) { this.value = value; } }

const jsonDepth = 16;
const escapes = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", "\"": "\"", "\\": "\\", "/": "/" };

/** Reads one JSON value: objects as Map, integers as numbers, other numbers as Decimal. */
function readJSON(bytes) {
    // Of bytes that are not UTF-8 the text before the first such is read: it fails at its end.
    const whole = textOf(bytes), text = whole ?? validBeginning(bytes);
    let at = 0;
    const fail = (rule, place = at) => {
        const offset = encodeText(text.slice(0, place)).length;
        throw new Refusal("malformed", "", `${rule} (byte ${offset})`);
    };
    const isMore = () => at < text.length || whole === null;
    const unexpected = () => fail(isMore() ? "unexpected byte" : "the value is cut short");
    const match = (pattern) => {
        pattern.lastIndex = at;
        const found = pattern.exec(text)?.[0] ?? "";
        at += found.length;
        return found;
    };
    const take = (character) => text[at] === character && ++at > 0;
    const skip = () => match(/[ \t\n\r]+/y);
    const list = (end, read) => {
        at += 1;
        skip();
        if (take(end)) return;
        for (;;) {
            skip();
            read();
            skip();
            if (take(end)) return;
            if (!take(",")) unexpected();
        }
    };
    const value = (depth) => {
        skip();
        const next = text[at];
        if (next === "\"") return string();
        if ("[{".includes(next ?? " ") && depth > jsonDepth) {
            fail("arrays and objects are nested too deep");
        }
        if (next === "[") {
            const elements = [];
            list("]", () => elements.push(value(depth + 1)));
            return elements;
        }
        if (next === "{") {
            const members = new Map();
            list("}", () => {
                const start = at;
                if (text[at] !== "\"") unexpected();
                const name = string();
                if (members.has(name)) fail("the name of a member appears twice", start);
                skip();
                if (!take(":")) unexpected();
                members.set(name, value(depth + 1));
            });
            return members;
        }
        const literal = { t: ["true", true], f: ["false", false], n: ["null", null] }[next];
        if (literal === undefined) return number();
        for (const character of literal[0]) if (!take(character)) unexpected();
        return literal[1];
    };
    const string = () => {
        at += 1;
        for (let content = "";;) {
            content += match(/[^"\\\u0000-\u001f]+/y);
            if (take("\"")) return content;
            if (text[at] === "\\") content += escape();
            else if (at < text.length) fail("a control character in a string must be escaped");
            else whole === null ? fail("a string must be valid UTF-8") : unexpected();
        }
    };
    const escape = () => {
        const start = at++, character = text[at];
        if (character === undefined) unexpected();
        at += 1;
        if (Object.hasOwn(escapes, character)) return escapes[character];
        if (character !== "u") fail("invalid escape in a string", start);
        const unit = codeUnit(start);
        if (unit === 0) fail("a string must not contain U+0000", start);
        if (unit >> 11 !== 27) return String.fromCharCode(unit);
        const isPair = unit < 0xdc00 && take("\\") && take("u");
        const trail = isPair ? codeUnit(start) : 0;
        if (trail >> 10 !== 55) fail("an escaped surrogate must have its partner", start);
        return String.fromCharCode(unit, trail);
    };
    const codeUnit = (start) => {
        const digits = match(/[0-9a-fA-F]{1,4}/y);
        if (digits.length === 4) return parseInt(digits, 16);
        if (!isMore()) unexpected();
        fail("invalid escape in a string", start);
    };
    const number = () => {
        const start = at, isNegative = take("-"), isZero = take("0");
        const digits = () => match(/[0-9]+/y) === "" && unexpected();
        if (!isZero) digits();
        let isInteger = !(isNegative && isZero);
        if (take(".")) { isInteger = false; digits(); }
        if (match(/[eE][+-]?/y) !== "") { isInteger = false; digits(); }
        const read = Number(text.slice(start, at));
        if (isInteger && Math.abs(read) > largestInteger) {
            fail("an integer must be within ±(2^53-1)", start);
        }
        if (!Number.isFinite(read)) fail("a number must be finite as binary64", start);
        return isInteger ? read : new Decimal(read);
    };
    if (text.startsWith("\ufeff")) fail("it must not begin with a byte order mark (U+FEFF)");
    const read = value(1);
    skip();
    if (isMore()) fail("nothing may follow the value");
    return read;
}

/** The longest text that these bytes begin with, which are not UTF-8. */
function validBeginning(bytes) {
    const text = looseUTF8.decode(bytes);
    let length = 0, offset = 0;
    for (const scalar of text) {
        const own = encodeText(scalar);
        if (!equal(own, bytes.subarray(offset, offset + own.length))) break;
        [length, offset] = [length + scalar.length, offset + own.length];
    }
    return text.slice(0, length);
}

"use strict";
// Trees, keys, signatures, signed notes and the policy of witnesses (log.md, encoding.md §7).

// MARK: Merkle trees (RFC 9162 §2.1)

const leafHash = (leaf) => sha256(Uint8Array.of(0), leaf);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);
const isWhole = (size) => (BigInt(size) & BigInt(size) - 1n) === 0n;

/** Of each sibling on the way up from a leaf, above `start`, whether it stands on the left. */
function sides(index, size, start = 0) {
  const found = [];
  let node = BigInt(index) >> BigInt(start), last = BigInt(size) - 1n >> BigInt(start);
  for (; last > 0n; [node, last] = [node >> 1n, last >> 1n]) {
    if (node % 2n === 1n || node < last) found.push(node % 2n === 1n);
  }
  return found;
}
const growthSides = (oldSize, size) =>
  sides(oldSize - 1, size, /0*$/.exec(oldSize.toString(2))[0].length);

/** Reads an inclusion or a consistency proof: {isOfEntry, size, path} and index or oldSize. */
function readProof(bytes, isOfEntry) {
  const proof = within("proofCBOR", () => CBORReader.decode(bytes));
  const [first, second, path] = check("proof", { proof }).proof;
  if (isOfEntry) return checkPath({ isOfEntry, size: first, index: second, path }, "proof");
  const grown = { isOfEntry, size: second, oldSize: first, path, count: path.length };
  check("growth", grown);
  const isOpen = first > 0 && first < second;
  const expected = isOpen ? growthSides(first, second).length + (isWhole(first) ? 0 : 1) : 0;
  need(path.length === expected, "proof.length", { ...grown, expected });
  return grown;
}

/** Checks a proof of an entry but for its hashes; gives it back. */
function checkPath(proof, reader) {
  const { index, size, path } = proof, count = path.length;
  need(index < size, `${reader}.outside`, { index, size });
  const expected = sides(index, size).length;
  need(count === expected, `${reader}.length`, { index, count, expected });
  return proof;
}

/** The root of the tree that has `leaf`, a leaf's hash, at the proof's place. */
function inclusionRoot({ size, index, path }, leaf) {
  const isOnLeft = sides(index, size);
  return path.reduce((node, sibling, level) =>
    isOnLeft[level] ? nodeHash(sibling, node) : nodeHash(node, sibling), leaf);
}

/** The root of the newer tree; refuses a path that does not lead from the older root. */
function newerRoot({ oldSize, size, path }, older) {
  need(oldSize > 0, "growth.nothing");
  if (oldSize === size) return older;
  const isOnLeft = growthSides(oldSize, size), siblings = isWhole(oldSize) ? path : path.slice(1);
  let prefix = isWhole(oldSize) ? older : path[0], root = prefix;
  siblings.forEach((sibling, level) => {
    root = isOnLeft[level] ? nodeHash(sibling, root) : nodeHash(root, sibling);
    if (isOnLeft[level]) prefix = nodeHash(sibling, prefix);
  });
  need(equal(prefix, older), "growth.oldRoot");
  return root;
}

// MARK: Keys and signatures

const p25519 = 2n ** 255n - 19n, order25519 = 2n ** 252n + 27742317777372353535851937790883648493n;
const orderEight = 0x05fc536d880238b13933c6d303acdfd5f098eff289f4c345b027b2c28f95e826n;
const smallOrder = [0n, 1n, p25519 - 1n, orderEight, p25519 - orderEight];
const p256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const b256 = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const order256 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Why 32 bytes are no point that is taken: "nonCanonical", "smallOrder"; null where they are. */
function pointFault(bytes) {
  const encoding = bigIntLE(bytes), y = encoding % 2n ** 255n, isNegative = encoding !== y;
  if (y >= p25519 || (isNegative && (y === 1n || y === p25519 - 1n))) return "nonCanonical";
  return smallOrder.includes(y) ? "smallOrder" : null;
}

const isOnP256 = (x, y) =>
  x < p256 && y < p256 && (y * y - x * x * x + 3n * x - b256) % p256 === 0n;

const power25519 = (base, exponent) => exponent === 0n ? 1n
  : power25519(base * base % p25519, exponent >> 1n) * (exponent % 2n === 1n ? base : 1n) % p25519;

function isOnCurve25519(bytes) {
  // x² = (y² - 1) / (d y² + 1) with d = -121665/121666; times squares, which change nothing.
  const y = bigIntLE(bytes) % 2n ** 255n, square = y * y % p25519;
  const ratio = (square - 1n) * (121666n - 121665n * square) * 121666n % p25519;
  return power25519(ratio + p25519, (p25519 - 1n) / 2n) <= 1n;
}

/** The keys that are known, by kty and crv (or alg): [algorithm, labels, bytes of each, fault]. */
const keyTypes = {
  "1/6": [-8, [-2], 32, (x) => pointFault(x) ?? (isOnCurve25519(x) ? null : "notOnCurve")],
  "2/1": [-7, [-2, -3], 32, (x, y) => isOnP256(bigInt(x), bigInt(y)) ? null : "notOnCurve"],
  "7/-49": [-49, [-1], 1952, () => null],
};

/** The key of Ed25519 with this point. */
const edKey = (x) => coseKey(new Map([[1, 1], [-1, 6], [-2, x]]));

/**
 * A COSE_Key with exactly the members of its thumbprint (RFC 9679 §4), in their order: {algorithm,
 * raw, id: the hex of its thumbprint, text}. Refuses a point that no key has.
 */
function coseKey(members) {
  need(members instanceof Map && isInt64(members.get(1)), "key.members");
  const type = members.get(1), other = members.get(type === 7 ? 3 : -1);
  need(isInt64(other) || ![1, 2, 7].includes(type), "key.members");
  const [algorithm, labels, expected, faultOf] = keyTypes[`${type}/${other}`] ?? [];
  need(algorithm, "key.unsupported");
  const parts = labels.map((label) => members.get(label)), [x, y] = parts;
  need(parts.every((part) => isBytes(part)) && members.size === 2 + parts.length, "key.members");
  const odd = parts.find((part) => part.length !== expected);
  need(!odd, "key.length", { count: odd?.length, expected });
  const fault = faultOf(x, y);
  need(fault === null, `key.${fault}`);
  const encoded = join(cborHead(5, members.size), ...[...members].flat().map(cborItem));
  const raw = algorithm === -7 ? join([4], x, y) : x;
  return { algorithm, raw, id: digestOf(encoded), text: base64URL(encoded) };
}

function coseKeyOf(text) {
  const bytes = fromBase64URL(text);
  need(bytes, "key.notBase64");
  return coseKey(within("key.encoding", () => CBORReader.decode(bytes)));
}

const algorithmOf = (code) => Number.isInteger(code)
  ? { "-8": -8, "-19": -8, "-7": -7, "-9": -7, "-49": -49 }[code] : undefined;
const signatureSize = (algorithm) => (algorithm === -49 ? 3309 : 64);

/** What a browser calls an algorithm, and why two halves are no signature that is taken. */
const algorithms = {
  "-8": [{ name: "Ed25519" }, (point, scalar) =>
    pointFault(point) ?? (bigIntLE(scalar) < order25519 ? null : "nonCanonical")],
  "-7": [{ name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }, (...halves) => {
    const [r, s] = halves.map(bigInt), isIn = [r, s].every((one) => one > 0n && one < order256);
    return isIn ? s <= order256 / 2n ? null : "highS" : "nonCanonical";
  }],
};

/** The algorithms that this browser verifies; all that WebCrypto has, until the page asks it. */
let browserAlgorithms = [-8, -7];

/** Refuses a signature that does not hold; one that the browser cannot verify as "means". */
async function checkSignature(key, signature, message) {
  const { algorithm } = key, expected = signatureSize(algorithm), count = signature.length;
  const [web, faultOf] = algorithms[algorithm] ?? [], { subtle } = globalThis.crypto;
  need(count === expected, "signature.length", { count, expected });
  const fault = faultOf?.(signature.subarray(0, 32), signature.subarray(32)) ?? null;
  need(fault === null, `signature.${fault}`);
  need(browserAlgorithms.includes(algorithm), "means");
  key.imported ??= subtle.importKey("raw", key.raw, web, false, ["verify"]);
  need(await subtle.verify(web, await key.imported, signature, message), "signature.mismatch");
}

// MARK: Notes and checkpoints (C2SP signed-note, tlog-checkpoint)

const noteLines = 100, decimalLimit = 2n ** 63n - 1n;
const decimal = (text) => /^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= decimalLimit
  ? integer(BigInt(text)) : null;

/** Reads "NAME+ID+KEY": {name, id, type, raw, key: of Ed25519, text}. */
function readVerifierKey(text) {
  need(text !== null, "vkey.malformedName");
  const [, name, id, encoded = ""] = /^([^+]*)\+([^+]*)\+(.*)$/su.exec(text) ?? [];
  const bytes = fromBase64(encoded) ?? new Uint8Array(), [type] = bytes, raw = bytes.subarray(1);
  const isEd = type === 1 || type === 4, expected = isEd ? 32 : type === 6 ? 1312 : raw.length;
  check("vkey", { name, id, type, count: raw.length, expected });
  need(!isEd || holds(() => edKey(raw)), "vkey.unusableKey");
  const named = type === 2 ? [raw] : [encodeText(name), Uint8Array.of(10, type), raw];
  const isOwn = [5, 255].includes(type) || digestOf(...named).startsWith(id);
  need(isOwn, "vkey.wrongKeyID");
  return { name, id, type, raw, key: isEd ? edKey(raw) : null, text };
}

/** Reads a signed note that is a checkpoint: {text, lines, origin, size, root}. */
function readCheckpoint(bytes) {
  const offset = bytes.findIndex((byte) => byte < 0x20 && byte !== 10), note = textOf(bytes);
  const blank = (note ?? "").lastIndexOf("\n\n") + 1, rest = (note ?? "").slice(blank + 1);
  check("note", { count: bytes.length, offset, note, blank, rest, end: note?.at(-1) });
  const rows = rest.slice(0, -1).split("\n"), lines = rows.slice(0, noteLines).map((row) => {
    const [, name, encoded] = /^— (.*) ([^ ]*)$/su.exec(row) ?? [];
    const content = fromBase64(encoded);
    check("noteLine", { name, content });
    return { name, id: hexOf(content.subarray(0, 4)), signature: content.subarray(4) };
  });
  const parts = note.slice(0, blank - 1).split("\n"), [origin] = parts, size = decimal(parts[1]);
  const root = fromBase64(parts[2]), { length } = encodeText(origin);
  check("checkpoint", { rows, parts, size, root, length });
  need(size > 0 || equal(root, sha256()), "note.wrongEmptyRoot");
  return { text: encodeText(note.slice(0, blank)), lines, origin, size, root, verdicts: new Map() };
}

/** What a key says of a checkpoint: absent, valid, cosigned at a time, unsupported, invalid. */
async function keyVerdict(key, checkpoint) {
  let joined = { kind: "absent" };
  for (const line of checkpoint.lines) {
    if (line.id !== key.id || line.name !== key.name) continue;
    const verdict = await lineVerdict(key, line.signature, checkpoint.text);
    if (verdict.kind === "invalid") return verdict;
    if (joined.kind === "absent" || verdict.time < joined.time) joined = verdict;
  }
  return joined;
}

async function lineVerdict(key, signature, text) {
  if (key.key === null) return { kind: "unsupported" };
  const isTimed = key.type === 4, start = isTimed ? 8 : 0, { length } = signature;
  const time = integer(bigInt(signature.subarray(0, start)));
  const isTime = length === 72 && time > 0 && time <= decimalLimit;
  if (isTimed && !isTime) return { kind: "invalid" };
  const message = isTimed ? join(encodeText(`cosignature/v1\ntime ${time}\n`), text) : text;
  const [, fault] = await tried(() =>
    checkSignature(key.key, signature.subarray(start), message));
  if (fault) return { kind: fault.reason === "means" ? "unsupported" : "invalid" };
  return isTimed ? { kind: "cosigned", time } : { kind: "valid" };
}

const covers = (term, size) => term.first <= size && size <= (term.last ?? Infinity);
const rank = ["unknown", "unsupported", "otherOrigin", "signed", "notInForce", "invalid"];

/** Verifies a checkpoint as one of `origin`, whose keys have `terms`, and of `tree` if there is. */
async function openCheckpoint(checkpoint, origin, terms, tree = null) {
  let verdict = checkpoint.verdicts.get(origin) ?? { kind: "unknown" };
  for (const { key } of checkpoint.verdicts.has(origin) ? [] : terms) {
    const { kind } = await keyVerdict(key, checkpoint);
    const isIn = terms.some((term) => term.key.text === key.text && covers(term, checkpoint.size));
    const valid = key.name !== checkpoint.origin ? "otherOrigin" : isIn ? "signed" : "notInForce";
    const found = { valid, invalid: kind, unsupported: kind }[kind] ?? "unknown";
    if (rank.indexOf(found) > rank.indexOf(verdict.kind)) verdict = { kind: found, key };
  }
  checkpoint.verdicts.set(origin, verdict);
  check("head", { ...checkpoint, ...verdict, expected: origin, tree });
  return checkpoint;
}

// MARK: The policy of witnesses (C2SP tlog-policy)

const smallFileBytes = 1024 * 1024;

/** The bytes as characters of a byte each, without a mark, lines ended by LF: PlainText.lines. */
const plainLines = (bytes) =>
  charactersOf(bytes).replace(/^\xef\xbb\xbf/, "").replace(/\r\n?/g, "\n");

/** Reads a policy: {logs: [key], witnesses: [{name, key}], groups, quorum}, names as bytes. */
function readPolicy(bytes) {
  const text = plainLines(bytes), lines = text.split("\n"), count = text.length;
  const offset = text.search(/[\0-\x08\x0b-\x1f\x7f]/);
  check("policy", { mark: hexOf(bytes.subarray(0, 2)), count });
  const before = text.slice(0, Math.max(0, offset)).split("\n");
  atLine(before.length, () => need(offset < 0, "policy.controlCharacter", { offset }));
  atLine(lines.length, () => need(lines.at(-1) === "", "policy.unterminated"));
  const policy = { logs: [], witnesses: [], groups: [], quorum: null };
  lines.forEach((line, place) => atLine(place + 1, () => {
    const words = line.split(/[ \t]+/).filter(Boolean);
    if (words.length > 0 && !words[0].startsWith("#")) addPolicyLine(policy, words);
  }));
  need(policy.quorum !== null, "policy.noQuorum");
  return policy;
}

/** Runs `read`; a refusal in it names the line. */
function atLine(line, read) {
  try { return read(); } catch (error) { throw Object.assign(refusalIn(error), { line }); }
}

/** Adds a line: its words are of a log, a witness, a group with its members, or the quorum. */
function addPolicyLine(policy, words) {
  const [keyword, word, third, ...rest] = words, { logs, witnesses, groups } = policy;
  const [low, high = Infinity] = tableOf(rules.policyWords)[keyword] ?? [], count = words.length;
  need(keyword !== "quorum" || policy.quorum === null, "policy.quorumTwice");
  need(low, "policy.unknownKeyword", { keyword });
  need(count >= low && count <= high, "policy.wrongWordCount", { keyword });
  const encoded = { log: word, witness: third }[keyword], isQuorum = keyword === "quorum";
  const key = encoded && within("policy.malformedKey", () =>
    readVerifierKey(textOf(bytesOf(encoded))));
  const keys = [...logs, ...witnesses.map((one) => one.key)];
  const isTwice = keys.some((one) => key && equal(one.raw, key.raw));
  const names = ["none", ...[...witnesses, ...groups].map((one) => one.name)];
  const taken = groups.flatMap((group) => group.members), members = isQuorum ? [word] : rest;
  const member = members.find((one, place) =>
    !names.includes(one) || taken.includes(one) || members.indexOf(one) < place);
  const threshold = tableOf({ any: 1, all: members.length })[third] ?? decimal(third);
  const list = { log: logs, witness: witnesses, group: groups }[keyword] ?? [];
  check(`policy.${keyword}`, { word, key, isTwice, names, members, member, threshold, list });
  const group = { name: word, threshold, members }, witness = { name: word, key };
  if (isQuorum) policy.quorum = word;
  else list.push({ log: key, witness, group }[keyword]);
}

/** The times that are known, in their order. */
const ordered = (times) => times.filter((time) => (time ?? null) !== null)
  .sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));

/** When the quorum had seen a head, by the times of its witnesses; null where it had not. */
function quorumTime(policy, times) {
  const all = new Map(times);
  for (const { name, threshold, members } of policy.groups) {
    const seen = ordered(members.map((one) => all.get(one)));
    if (seen.length >= threshold) all.set(name, seen[threshold - 1]);
  }
  return policy.quorum === "none" ? null : all.get(policy.quorum) ?? null;
}

const pastSkew = 3600;
const isBefore = (time, other) => other > time && BigInt(other) - BigInt(time) > pastSkew;

/** What each witness says of a head that the log signed at `time`: {verdicts, bad, quorum}. */
async function evaluatePolicy(policy, checkpoint, time = null) {
  checkpoint.witnessed ??= await Promise.all(
    policy.witnesses.map((witness) => keyVerdict(witness.key, checkpoint)));
  const verdicts = checkpoint.witnessed.map((verdict) =>
    verdict.kind === "cosigned" && time !== null && isBefore(verdict.time, time)
      ? { kind: "tooEarly" } : verdict);
  const times = policy.witnesses.map(({ name }, place) => [name, verdicts[place].time]);
  const bad = policy.witnesses.find((_, place) => verdicts[place].kind === "invalid") ?? null;
  return { verdicts, bad, quorum: quorumTime(policy, times) };
}

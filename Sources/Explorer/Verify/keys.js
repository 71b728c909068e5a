"use strict";
// Trees, keys, signatures, signed notes and the policy of witnesses (log.md, encoding.md §7).

// MARK: Merkle trees (RFC 9162 §2.1)

const leafHash = (leaf) => sha256(Uint8Array.of(0), leaf);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);
const bitCount = (number) => number.toString(2).replaceAll("0", "").length;
const isRight = (index, level) => (BigInt(index) >> BigInt(level) & 1n) === 1n;

/** Where the ways up from a leaf and from the last leaf meet, and the siblings on the way there. */
function pathShape(index, size, start = 0) {
  const difference = BigInt(index) ^ BigInt(size) - 1n;
  const fork = difference === 0n ? 0 : difference.toString(2).length;
  return { index, start, fork, count: fork - start + bitCount(BigInt(index) >> BigInt(fork)) };
}
const growthShape = (oldSize, size) =>
  pathShape(oldSize - 1, size, /0*$/.exec(oldSize.toString(2))[0].length);

/** Reads an inclusion or a consistency proof: {isOfEntry, size, path} and index or oldSize. */
function readProof(bytes, isOfEntry) {
  const item = within("proofCBOR", () => CBORReader.decode(bytes));
  const [first, second, path] = Array.isArray(item) && item.length === 3 ? item : [];
  need(isSize(first) && isSize(second) && Array.isArray(path), "proofForm");
  need(path.every((node) => isBytes(node, 32)), "proofPath");
  const [size, index, oldSize] = isOfEntry ? [first, second] : [second, undefined, first];
  if (isOfEntry) checkPath(index, size, path, "proof");
  else {
    need(oldSize <= size, "proof.order", { oldSize, size });
    const { count } = growthShape(Math.max(1, oldSize), Math.max(1, size));
    const expected = oldSize > 0 && oldSize < size ? count + (bitCount(oldSize) > 1) : 0;
    need(path.length === expected, "proof.length", { count: path.length, expected });
  }
  return { isOfEntry, size, index, oldSize, path };
}

function checkPath(index, size, path, reader) {
  need(index < size, `${reader}.outside`, { index, size });
  const expected = pathShape(index, size).count, count = path.length;
  need(count === expected, `${reader}.length`, { index, count, expected });
}

/** The root of the tree that has `leaf`, a leaf's hash, at the proof's place. */
function inclusionRoot({ size, index, path }, leaf) {
  const { fork } = pathShape(index, size);
  return path.reduce((node, sibling, level) => level < fork && !isRight(index, level)
    ? nodeHash(node, sibling) : nodeHash(sibling, node), leaf);
}

/** The root of the newer tree; refuses a path that does not lead from the older root. */
function newerRoot({ oldSize, size, path }, older) {
  need(oldSize > 0, "growth.nothing");
  if (oldSize === size) return older;
  const { index, start, fork } = growthShape(oldSize, size), isWhole = bitCount(oldSize) === 1;
  let prefix = isWhole ? older : path[0], root = prefix;
  path.slice(isWhole ? 0 : 1).forEach((sibling, place) => {
    const isOnLeft = start + place >= fork || isRight(index, start + place);
    root = isOnLeft ? nodeHash(sibling, root) : nodeHash(root, sibling);
    if (isOnLeft) prefix = nodeHash(sibling, prefix);
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

function isOnCurve25519(bytes) {
  // x² = (y² - 1) / (d y² + 1) with d = -121665/121666; times squares, which change nothing.
  const y = bigIntLE(bytes) % 2n ** 255n, square = y * y % p25519;
  let base = (square - 1n) * (121666n - 121665n * square) * 121666n % p25519, power = 1n;
  base = (base + p25519) % p25519;
  for (let exponent = (p25519 - 1n) / 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) power = power * base % p25519;
    base = base * base % p25519;
  }
  return power <= 1n;
}

/** The keys that are known, by kty and crv (or alg): [algorithm, labels, bytes of each]. */
const keyTypes = { "1/6": [-8, [-2], 32], "2/1": [-7, [-2, -3], 32], "7/-49": [-49, [-1], 1952] };

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
  const [algorithm, labels, expected] = keyTypes[`${type}/${other}`] ?? [];
  need(algorithm, "key.unsupported");
  const parts = labels.map((label) => members.get(label)), [x, y] = parts;
  need(parts.every((part) => isBytes(part)) && members.size === 2 + parts.length, "key.members");
  const odd = parts.find((part) => part.length !== expected);
  need(!odd, "key.length", { count: odd?.length, expected });
  const fault = algorithm === -8 ? pointFault(x) : null;
  need(fault === null, `key.${fault}`);
  need(algorithm !== -8 || isOnCurve25519(x), "key.notOnCurve");
  need(algorithm !== -7 || isOnP256(bigInt(x), bigInt(y)), "key.notOnCurve");
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
const webNames = {
  "-8": { name: "Ed25519" }, "-7": { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
};

/** The algorithms that this browser verifies; all that WebCrypto has, until the page asks it. */
let browserAlgorithms = [-8, -7];

/** Refuses a signature that does not hold; one that the browser cannot verify as "means". */
async function checkSignature(key, signature, message) {
  const { algorithm } = key, expected = signatureSize(algorithm), half = signature.subarray(0, 32);
  need(signature.length === expected, "signature.length", { count: signature.length, expected });
  if (algorithm === -8) {
    const fault = pointFault(half), isScalar = bigIntLE(signature.subarray(32)) < order25519;
    need(fault === null && isScalar, `signature.${fault ?? "nonCanonical"}`);
  } else if (algorithm === -7) {
    const [r, s] = [bigInt(half), bigInt(signature.subarray(32))];
    need(r > 0n && r < order256 && s > 0n && s < order256, "signature.nonCanonical");
    need(s <= order256 / 2n, "signature.highS");
  }
  need(browserAlgorithms.includes(algorithm), "means");
  const web = webNames[algorithm], { subtle } = globalThis.crypto;
  key.imported ??= subtle.importKey("raw", key.raw, web, false, ["verify"]);
  need(await subtle.verify(web, await key.imported, signature, message), "signature.mismatch");
}

// MARK: Notes and checkpoints (C2SP signed-note, tlog-checkpoint)

const noteBytes = 128 * 1024, noteLines = 100, decimalLimit = 2n ** 63n - 1n;
const isKeyName = (name) => name !== "" && !/[\0-\x1f+\p{White_Space}]/u.test(name);
const decimal = (text) => /^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) <= decimalLimit
  ? integer(BigInt(text)) : null;

/** Reads "NAME+ID+KEY": {name, id, type, raw, key: of Ed25519, text}. */
function readVerifierKey(text) {
  need(text !== null, "vkey.malformedName");
  const [, name, id, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/su.exec(text) ?? [];
  need(name !== undefined, "vkey.malformed");
  need(isKeyName(name), "vkey.malformedName");
  need(/^[0-9a-f]{8}$/.test(id), "vkey.malformedKeyID");
  const bytes = fromBase64(encoded);
  need(bytes?.length > 1, "vkey.malformedBase64");
  const type = bytes[0], raw = bytes.subarray(1), expected = { 1: 32, 4: 32, 6: 1312 }[type];
  need([1, 2, 4, 5, 6, 255].includes(type), "vkey.unassignedType", { type });
  need(raw.length === (expected ?? raw.length), "vkey.length", { count: raw.length, expected });
  const isEd = type === 1 || type === 4;
  need(!isEd || holds(() => edKey(raw)), "vkey.unusableKey");
  const named = type === 2 ? [raw] : [encodeText(name), Uint8Array.of(10, type), raw];
  const isOwn = [5, 255].includes(type) || digestOf(...named).startsWith(id);
  need(isOwn, "vkey.wrongKeyID");
  return { name, id, type, raw, key: isEd ? edKey(raw) : null, text };
}

/** Reads a signed note that is a checkpoint: {text, lines, origin, size, root}. */
function readCheckpoint(bytes) {
  const check = (condition, key, values) => need(condition, `note.${key}`, values);
  check(bytes.length <= noteBytes, "tooLong", { count: bytes.length, limit: noteBytes });
  const offset = bytes.findIndex((byte) => byte < 0x20 && byte !== 10), note = textOf(bytes);
  check(offset < 0, "controlCharacter", { offset });
  check(note !== null, "notUTF8");
  const blank = note.lastIndexOf("\n\n") + 1;
  check(blank > 0, "noBlankLine");
  check(blank + 1 < note.length, "noSignatures");
  check(note.endsWith("\n"), "unterminated");
  const rows = note.slice(blank + 1, -1).split("\n");
  const lines = rows.slice(0, noteLines).map((row) => {
    const [, name, encoded] = /^— (.*) ([^ ]*)$/su.exec(row) ?? [];
    check(name !== undefined, "malformedSignatureLine");
    check(isKeyName(name), "malformedKeyName");
    const content = fromBase64(encoded);
    check(content, "malformedBase64");
    check(content.length > 4, "emptySignature");
    return { name, id: hexOf(content.subarray(0, 4)), signature: content.subarray(4) };
  });
  check(rows.length <= noteLines, "tooManySignatures", { limit: noteLines });
  const parts = note.slice(0, blank - 1).split("\n"), [origin] = parts;
  check(parts.length > 2, "missingLine", { count: parts.length });
  check(parts.length === 3, "extensionLine");
  const size = decimal(parts[1]), root = fromBase64(parts[2]);
  check(size !== null, "malformedSize");
  check(isBytes(root, 32), "malformedRoot");
  check(origin !== "" && encodeText(origin).length <= 255, "malformedOrigin");
  check(size > 0 || equal(root, sha256()), "wrongEmptyRoot");
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
  const isCosignature = key.type === 4;
  const time = isCosignature ? integer(bigInt(signature.subarray(0, 8))) : undefined;
  const isTimed = signature.length === 72 && time > 0 && time <= decimalLimit;
  if (isCosignature && !isTimed) return { kind: "invalid" };
  const message = isCosignature ? join(encodeText(`cosignature/v1\ntime ${time}\n`), text) : text;
  const content = isCosignature ? signature.subarray(8) : signature;
  const [, refusal] = await tried(() => checkSignature(key.key, content, message));
  if (refusal) return { kind: refusal.reason === "means" ? "unsupported" : "invalid" };
  return isCosignature ? { kind: "cosigned", time } : { kind: "valid" };
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
  const { kind, key } = verdict, { size } = checkpoint;
  const isOwn = checkpoint.origin === origin;
  need(isOwn, "head.otherOrigin", { origin: checkpoint.origin, expected: origin });
  need(kind !== "invalid", "head.badSignature", { name: key?.name });
  need(kind !== "notInForce", "head.notInForce");
  need(!tree || size === tree.size, "head.otherSize", { size, expected: tree?.size });
  need(!tree || equal(checkpoint.root, tree.root), "head.otherRoot");
  need(kind === "signed", "head.unknownKey");
  return checkpoint;
}

// MARK: The policy of witnesses (C2SP tlog-policy)

const policyCount = 256, smallFileBytes = 1024 * 1024;
const isMarked = (bytes) => equal(bytes.subarray(0, 3), [0xef, 0xbb, 0xbf]);

/** The bytes as characters of a byte each, without a mark, lines ended by LF: PlainText.lines. */
const plainLines = (bytes) =>
  charactersOf(isMarked(bytes) ? bytes.subarray(3) : bytes).replace(/\r\n?/g, "\n");
const shownWord = (word) => looseUTF8.decode(bytesOf(word));

/** Reads a policy: {logs: [key], witnesses: [{name, key}], groups, quorum}, names as bytes. */
function readPolicy(bytes) {
  const text = plainLines(bytes), lines = text.split("\n"), limit = smallFileBytes;
  need(!["fffe", "feff"].includes(hexOf(bytes.subarray(0, 2))), "policy.utf16");
  need(text.length <= limit, "policy.tooLong", { count: text.length, limit });
  const offset = text.search(/[\0-\x08\x0b-\x1f\x7f]/);
  atLine(text.slice(0, Math.max(0, offset)).split("\n").length, () =>
    need(offset < 0, "policy.controlCharacter", { offset }));
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
function atLine(number, read) {
  try { return read(); } catch (error) {
    if (error instanceof Refusal) error.message = `line ${number}: ${error.message}`;
    throw error;
  }
}

/** Adds a line: its words are of a log, a witness, a group with its members, or the quorum. */
function addPolicyLine(policy, words) {
  const [keyword, name, third, ...rest] = words;
  const check = (condition, rule, one) =>
    need(condition, `policy.${rule}`, { name: one, word: shownWord(keyword), limit: policyCount });
  const { logs, witnesses, groups } = policy, count = words.length;
  const [isLog, isWitness, isGroup, isQuorum] = ["log", "witness", "group", "quorum"]
    .map((one) => one === keyword);
  const [low, high, list] = tableOf({
    log: [2, 3, logs], witness: [3, 4, witnesses], group: [4, Infinity, groups],
    quorum: [2, 2, policy.quorum === null ? [] : null],
  })[keyword] ?? [];
  const isDefined = (one) => [...witnesses, ...groups].some((other) => other.name === one);
  check(list !== null, "quorumTwice");
  check(list, "unknownKeyword");
  check(count >= low && count <= high, "wrongWordCount");
  const read = (word) =>
    within("policy.malformedKey", () => readVerifierKey(textOf(bytesOf(word))));
  const key = isLog ? read(name) : isWitness ? read(third) : null;
  check(!isLog || key.type !== 4, "wrongKeyType", key?.name);
  const members = isGroup ? rest : [], shown = shownWord(name);
  check(!members.includes("none"), "reservedName");
  const threshold = isGroup
    ? tableOf({ any: 1, all: members.length })[third] ?? decimal(third) : 0;
  check(threshold !== null, "malformedThreshold", shown);
  check(list.length < policyCount, "tooMany");
  check(!isWitness || key.type !== 1, "wrongKeyType", key?.name);
  check(isLog || isQuorum || name !== "none", "reservedName");
  check(isLog || isQuorum || !isDefined(name), "nameTwice", shown);
  const keys = [...logs, ...witnesses.map((witness) => witness.key)];
  check(!key || keys.every((other) => !equal(other.raw, key.raw)), "keyTwice", key?.name);
  const taken = groups.flatMap((group) => group.members);
  members.forEach((member, place) => {
    check(isDefined(member), "undefinedName", shownWord(member));
    const isTaken = taken.includes(member) || members.indexOf(member) < place;
    check(!isTaken, "memberTwice", shownWord(member));
  });
  check(!isGroup || (threshold > 0 && threshold <= members.length), "thresholdOutOfRange", shown);
  check(!isQuorum || name === "none" || isDefined(name), "undefinedName", shown);
  if (isQuorum) policy.quorum = name;
  else list.push(isLog ? key : isGroup ? { name, threshold, members } : { name, key });
}

const ordered = (times) =>
  [...times].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));

/** When the quorum had seen a head, by the times of its witnesses; null where it had not. */
function quorumTime(policy, times) {
  const all = new Map(times);
  for (const { name, threshold, members } of policy.groups) {
    const seen = ordered(members.filter((one) => all.has(one)).map((one) => all.get(one)));
    if (seen.length >= threshold) all.set(name, seen[threshold - 1]);
  }
  return policy.quorum === "none" ? null : all.get(policy.quorum) ?? null;
}

const pastSkew = 3600;
const isBefore = (time, other) => other > time && BigInt(other) - BigInt(time) > pastSkew;

/** What each witness says of a head that the log signed at `time`: {verdicts, quorum}. */
async function evaluatePolicy(policy, checkpoint, time = null) {
  checkpoint.witnessed ??= await Promise.all(
    policy.witnesses.map((witness) => keyVerdict(witness.key, checkpoint)));
  const verdicts = checkpoint.witnessed.map((verdict) =>
    verdict.kind === "cosigned" && time !== null && isBefore(verdict.time, time)
      ? { kind: "tooEarly" } : verdict);
  const times = policy.witnesses.map(({ name }, place) => [name, verdicts[place].time])
    .filter(([, seen]) => seen !== undefined);
  return { verdicts, quorum: quorumTime(policy, times) };
}

"use strict";
// Trees, keys, signatures, signed notes and the policy of witnesses (log.md, encoding.md §7).

// MARK: Merkle trees (RFC 9162 §2.1)

const leafHash = (leaf) => sha256(Uint8Array.of(0), leaf);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);
const bitCount = (number) => number.toString(2).replaceAll("0", "").length;

/** The level at which the ways up from a leaf and from the last leaf meet. */
function forkLevel(index, size) {
    const difference = BigInt(index) ^ BigInt(size) - 1n;
    return difference === 0n ? 0 : difference.toString(2).length;
}
const isRight = (index, level) => (BigInt(index) >> BigInt(level) & 1n) === 1n;

/** Why a path is none for its numbers, in the words of ProofError; null where it is one. */
function pathFault(kind, first, second, count) {
    let expected;
    if (kind === "inclusion") {
        const [size, index] = [first, second];
        if (index >= size) return `leafOutsideTree(leafIndex: ${index}, treeSize: ${size})`;
        const fork = forkLevel(index, size);
        expected = fork + bitCount(BigInt(index) >> BigInt(fork));
    } else {
        if (first > second) return `sizesOutOfOrder(old: ${first}, new: ${second})`;
        const { start, fork, index } = growthShape(first, second);
        expected = first > 0 && first < second
            ? fork - start + bitCount(BigInt(index) >> BigInt(fork)) + (bitCount(first) > 1) : 0;
    }
    return count === expected ? null : `wrongPathLength(${count}, expected: ${expected})`;
}

/** The root of the tree that has `leaf`, a leaf's hash, at the proof's place. */
function inclusionRoot({ size, index, path }, leaf) {
    const fork = forkLevel(index, size);
    return path.reduce((node, sibling, level) => level < fork && !isRight(index, level)
        ? nodeHash(node, sibling) : nodeHash(sibling, node), leaf);
}

function growthShape(oldSize, newSize) {
    const index = oldSize - 1, start = (/0*$/.exec(oldSize.toString(2)))[0].length;
    return { index, start, fork: oldSize > 0 && newSize > 0 ? forkLevel(index, newSize) : 0 };
}

/** The root of the newer tree, or why none follows from the older root. */
function newerRoot({ oldSize, size, path }, older) {
    if (oldSize === 0) return { fault: "nothingToProve" };
    if (oldSize === size) return { root: older };
    const { index, start, fork } = growthShape(oldSize, size);
    const isComplete = bitCount(oldSize) === 1;
    let prefix = isComplete ? older : path[0], root = prefix;
    path.slice(isComplete ? 0 : 1).forEach((sibling, place) => {
        const isOnLeft = start + place >= fork || isRight(index, start + place);
        root = isOnLeft ? nodeHash(sibling, root) : nodeHash(root, sibling);
        if (isOnLeft) prefix = nodeHash(sibling, prefix);
    });
    return equal(prefix, older) ? { root } : { fault: "oldRootDiffers" };
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
    const encoding = bigIntLE(bytes), y = encoding % 2n ** 255n;
    const isNegative = encoding !== y;
    if (y >= p25519 || (isNegative && (y === 1n || y === p25519 - 1n))) return "nonCanonical";
    return smallOrder.includes(y) ? "smallOrder" : null;
}

function isOnCurve25519(bytes) {
    // x² = (y² - 1) / (d y² + 1) with d = -121665/121666; times what changes no square.
    const y = bigIntLE(bytes) % 2n ** 255n, square = y * y % p25519;
    let base = (square - 1n) * (121666n - 121665n * square) * 121666n % p25519, power = 1n;
    base = (base + p25519) % p25519;
    for (let exponent = (p25519 - 1n) / 2n; exponent > 0n; exponent >>= 1n) {
        if (exponent & 1n) power = power * base % p25519;
        base = base * base % p25519;
    }
    return power <= 1n;
}

function isOnCurve256(x, y) {
    const [a, b] = [bigInt(x), bigInt(y)];
    return a < p256 && b < p256 && (b * b - a * a * a + 3n * a - b256) % p256 === 0n;
}

/** A public key: {algorithm, raw, encoded, id: the hex of its thumbprint, text}. */
function makeKey(algorithm, raw, encoded) {
    return { algorithm, raw, encoded, id: digestOf(encoded), text: base64URL(encoded) };
}

/** The key of Ed25519 with this point; refuses a point that no key has. */
function edKey(x) {
    const words = { nonCanonical: "is not canonical", smallOrder: "has small order" };
    const fault = isBytes(x, 32) ? words[pointFault(x)] : null;
    need(isBytes(x, 32), "", "", `a member of the key has ${x.length} bytes instead of 32`);
    need(!fault, "", "", `the key's point ${fault}`);
    need(isOnCurve25519(x), "", "", "the key's point is not on the curve");
    return makeKey(-8, x, join([0xa3, 1, 1, 0x20, 6, 0x21], cborBytes(x)));
}

/** A COSE_Key with exactly the members of its thumbprint (RFC 9679 §4). */
function coseKey(members) {
    const type = members.get(1), other = members.get(type === 7 ? 3 : -1);
    const wrong = "the key has not exactly the members of its thumbprint (RFC 9679 §4)";
    need(Number.isInteger(type) && (Number.isInteger(other) || ![1, 2, 7].includes(type)), "", "",
        wrong);
    const kind = { "1/6": [-2], "2/1": [-2, -3], "7/-49": [-1] }[`${type}/${other}`];
    need(kind, "", "", "the key is neither Ed25519, P-256 nor ML-DSA-65");
    const parts = kind.map((label) => members.get(label));
    need(parts.every((part) => isBytes(part)) && members.size === 2 + parts.length, "", "", wrong);
    if (type === 1) return edKey(parts[0]);
    const size = type === 2 ? 32 : 1952, short = parts.find((part) => part.length !== size);
    need(!short, "", "", `a member of the key has ${short?.length} bytes instead of ${size}`);
    if (type === 7) {
        return makeKey(-49, parts[0], join([0xa3, 1, 7, 3, 0x38, 48, 0x20], cborBytes(parts[0])));
    }
    need(isOnCurve256(...parts), "", "", "the key's point is not on the curve");
    const encoded = join([0xa4, 1, 2, 0x20, 1, 0x21], cborBytes(parts[0]), [0x22],
        cborBytes(parts[1]));
    return makeKey(-7, join([4], ...parts), encoded);
}

function coseKeyOf(text) {
    const bytes = fromBase64URL(text);
    need(bytes, "", "", "the key is not base64url without padding");
    const item = within("", "", "the key is not deterministic CBOR: ",
        () => CBORReader.decode(bytes));
    need(item instanceof Map, "", "",
        "the key has not exactly the members of its thumbprint (RFC 9679 §4)");
    return coseKey(item);
}

const algorithmOf = (code) => ({ "-8": -8, "-19": -8, "-7": -7, "-9": -7, "-49": -49 })[code];
const signatureSize = (algorithm) => algorithm === -49 ? 3309 : 64;
const algorithmName = { "-8": "Ed25519", "-7": "ES256", "-49": "ML-DSA-65" };
const webNames = {
    "-8": { name: "Ed25519" }, "-7": { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
};

/** What tells whether a browser verifies: RFC 8032 §7.1 (test 2), RFC 6979 A.2.5 with the low s. */
const samples = [
    [-8, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "r",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"],
    [-7, "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299", "sample",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        + "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"],
];

/** The algorithms that this browser verifies; all that WebCrypto has, before it was asked. */
let browserAlgorithms = [-8, -7];

/** Finds out which the browser verifies: a signature that holds does, with a byte more it does not. */
async function askBrowser() {
    const able = [];
    for (const [algorithm, raw, words, signature] of samples) {
        const key = { algorithm, raw: fromHex(raw) }, message = encodeText(words);
        const judge = (bytes) => checkSignature(key, fromHex(signature), bytes)
            .then(() => true, () => false);
        if (await judge(message) && !await judge(join(message, [0]))) able.push(algorithm);
    }
    browserAlgorithms = able;
}

/** Refuses a signature that does not hold; one of an algorithm the browser lacks as "means". */
async function checkSignature(key, signature, message) {
    const { algorithm } = key, size = signatureSize(algorithm);
    const refuse = (words) => need(false, "signature", "", words);
    if (signature.length !== size) {
        refuse(`the signature has ${signature.length} bytes instead of ${size}`);
    }
    if (algorithm === -8) {
        const fault = pointFault(signature.subarray(0, 32));
        if (fault === "smallOrder") refuse("the point R of the signature has small order");
        if (fault || bigIntLE(signature.subarray(32)) >= order25519) {
            refuse("a point or scalar of the signature is not canonical");
        }
    } else if (algorithm === -7) {
        const [r, s] = [bigInt(signature.subarray(0, 32)), bigInt(signature.subarray(32))];
        if (r === 0n || r >= order256 || s === 0n || s >= order256) {
            refuse("a point or scalar of the signature is not canonical");
        }
        if (s > order256 / 2n) {
            refuse("the ECDSA signature has a high s; the signer must replace s by n - s");
        }
    }
    need(browserAlgorithms.includes(algorithm), "means", "",
        `this browser cannot verify ${algorithmName[algorithm]}`);
    const web = webNames[algorithm], { subtle } = globalThis.crypto;
    key.imported ??= subtle.importKey("raw", key.raw, web, false, ["verify"]);
    if (!await subtle.verify(web, await key.imported, signature, message)) {
        refuse("the signature does not verify under the key");
    }
}

// MARK: Notes and checkpoints (C2SP signed-note, tlog-checkpoint)

/** Why a checkpoint is not opened: `kind` is that of CheckpointRefusal. */
class CheckpointRefusal extends Error {
    constructor(kind, words) { super(words); this.kind = kind; }
}
const isKeyName = (name) => name !== null && name !== "" && !/[\0-\x1f+\p{White_Space}]/u.test(name);
const decimalLimit = 2n ** 63n - 1n;
const decimal = (text) => /^(0|[1-9][0-9]*)$/.test(text) && text.length < 20
    && BigInt(text) <= decimalLimit ? integer(BigInt(text)) : null;

/** Reads "NAME+ID+KEY": {name, id, type, raw, key: for Ed25519, text}. */
function readVerifierKey(text) {
    const refuse = (condition, words) => need(condition, "", "", words);
    const [, name, id, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/su.exec(text) ?? [];
    refuse(name !== undefined, "it is not of the form NAME+ID+KEY");
    refuse(isKeyName(name), "its name is empty, or has a space, a control character or a \"+\"");
    refuse(/^[0-9a-f]{8}$/.test(id), "its ID is not eight lower-case hexadecimal digits");
    const bytes = fromBase64(encoded);
    refuse(bytes?.length > 1, "its last part is not base64 of a type and a key");
    const type = bytes[0], raw = bytes.subarray(1);
    refuse([1, 2, 4, 5, 6, 255].includes(type), `no key has the type ${type}`);
    const size = { 1: 32, 4: 32, 6: 1312 }[type] ?? raw.length;
    refuse(raw.length === size, `its key has ${raw.length} bytes, where its type asks for ${size}`);
    let key = null;
    if (type === 1 || type === 4) {
        try { key = edKey(raw); } catch { refuse(false, "it is no Ed25519 key that can be used"); }
    }
    const hashed = type === 2 ? raw : join(encodeText(name), [10, type], raw);
    const isOwn = [5, 255].includes(type) || digestOf(hashed).startsWith(id);
    refuse(isOwn, "its ID is not that of its name and key");
    return { name, id, type, raw, key, text };
}

/** Reads a signed note that is a checkpoint: {text, lines, origin, size, root}. */
function readCheckpoint(bytes) {
    const check = (condition, words) => {
        if (condition) return;
        throw new CheckpointRefusal("malformed", `is not a signed checkpoint: ${words}`);
    };
    const [limit, lineLimit] = [128 * 1024, 100];
    check(bytes.length <= limit, `it has ${bytes.length} bytes, more than ${limit}`);
    const control = bytes.findIndex((byte) => byte < 0x20 && byte !== 10);
    check(control < 0, `its byte ${control} is a control character`);
    const note = textOf(bytes);
    check(note !== null, "it is not UTF-8");
    const blank = note.lastIndexOf("\n\n") + 1;
    check(blank > 0, "no blank line ends its text");
    check(blank + 1 < note.length, "it has no signature line");
    check(note.endsWith("\n"), "its last line does not end with a line feed");
    const rows = note.slice(blank + 1, -1).split("\n");
    const lines = rows.slice(0, lineLimit).map((row) => {
        const space = row.lastIndexOf(" ");
        check(row.startsWith("— ") && space >= 2,
            "a line below its text is not of the form \"— NAME BASE64\"");
        const name = row.slice(2, Math.max(2, space)), content = fromBase64(row.slice(space + 1));
        check(isKeyName(name),
            "the name of a key is empty, or has a space, a control character or a \"+\"");
        check(content, "a signature is not base64 of one spelling");
        check(content.length > 4, "a signature is empty");
        return { name, id: hexOf(content.subarray(0, 4)), signature: content.subarray(4) };
    });
    check(rows.length <= lineLimit, `it has more than ${lineLimit} signature lines`);
    const parts = note.slice(0, blank - 1).split("\n");
    check(parts.length > 2, `its text has ${parts.length} lines; origin, size and root are three`);
    check(parts.length === 3, "a line follows its root");
    const [origin, size, root] = [parts[0], decimal(parts[1]), fromBase64(parts[2])];
    check(size !== null, "its size is not a decimal number of one spelling up to 2^63 - 1");
    check(isBytes(root ?? 0, 32), "its root is not base64 of 32 bytes");
    check(origin !== "" && encodeText(origin).length <= 255,
        "its origin is empty, has more than 255 bytes or a control character");
    check(size > 0 || equal(root, sha256()), "its size is 0, and its root is not that of the empty tree");
    return { text: encodeText(note.slice(0, blank)), lines, origin, size, root, opened: new Map() };
}

/** What a key says of a checkpoint: absent, valid, cosigned with a time, unsupported, invalid. */
async function keyVerdict(key, checkpoint) {
    let joined = { kind: "absent" };
    for (const line of checkpoint.lines) {
        if (line.id !== key.id || line.name !== key.name) continue;
        const verdict = await lineVerdict(key, line.signature, checkpoint.text);
        if (verdict.kind === "invalid") return verdict;
        if (joined.kind === "absent") joined = verdict;
        else if (joined.kind === "cosigned" && verdict.time < joined.time) joined = verdict;
    }
    return joined;
}

async function lineVerdict(key, signature, text) {
    if (key.key === null) return { kind: "unsupported" };
    let message = text, time;
    if (key.type === 4) {
        time = integer(bigInt(signature.subarray(0, 8)));
        if (signature.length !== 72 || time === 0 || time > decimalLimit) return { kind: "invalid" };
        message = join(encodeText(`cosignature/v1\ntime ${time}\n`), text);
        signature = signature.subarray(8);
    }
    try { await checkSignature(key.key, signature, message); } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { kind: error.reason === "means" ? "unsupported" : "invalid" };
    }
    return key.type === 4 ? { kind: "cosigned", time } : { kind: "valid" };
}

const covers = (term, size) => term.first <= size && size <= (term.last ?? Infinity);

/**
 * Verifies a checkpoint as one of `origin`, whose keys have `terms`, and, where it is given, of
 * `tree`: {size, root}. Throws a CheckpointRefusal.
 */
async function openCheckpoint(checkpoint, origin, terms, tree = null) {
    const ranks = ["unknown", "unsupported", "otherOrigin", "signed", "notInForce", "invalid"];
    let verdict = checkpoint.opened.get(origin);
    if (!verdict) {
        verdict = { kind: "unknown" };
        for (const { key } of terms) {
            const { kind } = await keyVerdict(key, checkpoint);
            const found = kind === "invalid" || kind === "unsupported" ? kind
                : kind !== "valid" ? "unknown"
                : key.name !== checkpoint.origin ? "otherOrigin"
                : terms.some((term) => term.key.text === key.text && covers(term, checkpoint.size))
                    ? "signed" : "notInForce";
            if (ranks.indexOf(found) > ranks.indexOf(verdict.kind)) verdict = { kind: found, key };
        }
        checkpoint.opened.set(origin, verdict);
    }
    const refuse = (kind, words) => { throw new CheckpointRefusal(kind, words); };
    if (checkpoint.origin !== origin) {
        refuse("otherOrigin", `is of origin ${checkpoint.origin}, not ${origin}`);
    }
    if (verdict.kind === "invalid") {
        refuse("badSignature", `has a signature of ${verdict.key.name} that does not verify`);
    }
    if (verdict.kind === "notInForce") {
        refuse("notInForce", "is signed by a key that was not in force at its size");
    }
    if (tree && checkpoint.size !== tree.size) {
        refuse("otherSize", `is of size ${checkpoint.size}, the proof beside it of size ${tree.size}`);
    }
    if (tree && !equal(checkpoint.root, tree.root)) {
        refuse("otherRoot",
            "has another root than the proof beside it leads to: not this statement");
    }
    if (verdict.kind !== "signed") refuse("unknownKey", "is signed by no key that is known here");
    return checkpoint;
}

// MARK: The policy (C2SP tlog-policy)

const policyCount = 256, smallFileBytes = 1024 * 1024;

/** The text without a byte order mark, its lines ended by LF alone: PlainText.lines. */
const plainLines = (bytes) => {
    const marked = equal(bytes.subarray(0, 3), [0xef, 0xbb, 0xbf]) ? bytes.subarray(3) : bytes;
    return Array.from(marked, (byte) => String.fromCharCode(byte)).join("")
        .replace(/\r\n?/g, "\n");
};
const bytesOfBinary = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const shownWord = (word) => looseUTF8.decode(bytesOfBinary(word));

/** Reads a policy: {logs: [key], witnesses: [{name, key}], groups, quorum}, words as bytes. */
function readPolicy(bytes) {
    const refuse = (condition, words, line = null) => need(condition, "", "",
        (line === null ? "" : `line ${line}: `) + words);
    const isUTF16 = ["fffe", "feff"].includes(hexOf(bytes.subarray(0, 2)));
    refuse(!isUTF16, "it is UTF-16 text: save it as UTF-8");
    const text = plainLines(bytes), rows = text.split("\n");
    refuse(text.length <= smallFileBytes, `it has ${text.length} bytes, more than ${smallFileBytes}`);
    const control = text.search(/[\0-\x08\x0b-\x1f\x7f]/);
    refuse(control < 0, `byte ${control} is a control character`,
        text.slice(0, Math.max(0, control)).split("\n").length);
    refuse(text === "" || text.endsWith("\n"), "its last line does not end with a line feed",
        rows.length);
    const policy = { logs: [], witnesses: [], groups: [], quorum: null };
    rows.forEach((row, place) => {
        const words = row.split(/[ \t]+/).filter((word) => word !== "");
        if (words.length === 0 || words[0].startsWith("#")) return;
        addPolicyLine(policy, words, (condition, rule) => refuse(condition, rule, place + 1));
    });
    refuse(policy.quorum !== null, "it has no quorum line");
    return policy;
}

function addPolicyLine(policy, words, refuse) {
    const [keyword, name] = words, isDefined = (word) =>
        [...policy.witnesses, ...policy.groups].some((one) => one.name === word);
    const count = { log: [2, 3], witness: [3, 4], group: [4, Infinity], quorum: [2, 2] }[keyword];
    if (keyword === "quorum") refuse(policy.quorum === null, "it has two quorum lines");
    refuse(count, `a line begins with "${shownWord(keyword)}", not with log, witness, group or quorum`);
    refuse(words.length >= count[0] && words.length <= count[1],
        `a "${keyword}" line has too few or too many words`);
    const key = (word) => {
        let read = null;
        try { read = readVerifierKey(textOf(bytesOfBinary(word)) ?? "+0+"); } catch (error) {
            refuse(false, `a key in it cannot be read: ${error.message}`);
        }
        refuse(read.type !== (keyword === "log" ? 4 : 1), "a log has the key of a witness, or a "
            + `witness that of a log: ${read.name}`);
        return read;
    };
    const tooMany = `it has more than ${policyCount} logs, more than ${policyCount} witnesses or so `
        + "many groups";
    const checkName = () => {
        refuse(name !== "none", "\"none\" is no name of a witness, a group or a member");
        refuse(!isDefined(name), `"${shownWord(name)}" is defined twice`);
    };
    const checkKey = (read) => {
        const all = [...policy.logs, ...policy.witnesses.map((witness) => witness.key)];
        refuse(!all.some((other) => equal(other.raw, read.raw)),
            `the public key of ${read.name} stands in it twice`);
        return read;
    };
    if (keyword === "log") {
        const read = key(name);
        refuse(policy.logs.length < policyCount, tooMany);
        policy.logs.push(checkKey(read));
    } else if (keyword === "witness") {
        const read = key(words[2]);
        refuse(policy.witnesses.length < policyCount, tooMany);
        checkName();
        policy.witnesses.push({ name, key: checkKey(read) });
    } else if (keyword === "group") {
        const members = words.slice(3);
        refuse(!members.includes("none"), "\"none\" is no name of a witness, a group or a member");
        const threshold = { any: 1, all: members.length }[words[2]] ?? decimal(words[2]);
        refuse(threshold !== null,
            `the threshold of the group "${shownWord(name)}" is neither any nor all nor a number`);
        refuse(policy.groups.length < policyCount, tooMany);
        checkName();
        const taken = new Set(policy.groups.flatMap((group) => group.members));
        for (const member of members) {
            refuse(isDefined(member), `"${shownWord(member)}" is used before a line defines it`);
            refuse(!taken.has(member), `"${shownWord(member)}" is a member twice`);
            taken.add(member);
        }
        refuse(threshold >= 1 && threshold <= members.length,
            `the group "${shownWord(name)}" has fewer members than it asks for, or asks for none`);
        policy.groups.push({ name, threshold, members });
    } else {
        refuse(name === "none" || isDefined(name),
            `"${shownWord(name)}" is used before a line defines it`);
        policy.quorum = name;
    }
}

/** The time at which the quorum had seen a head, by those of its witnesses; null where not. */
function quorumTime(policy, times) {
    const all = new Map(times);
    for (const { name, threshold, members } of policy.groups) {
        const seen = members.filter((member) => all.has(member)).map((member) => all.get(member))
            .sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
        if (seen.length >= threshold) all.set(name, seen[threshold - 1]);
    }
    return policy.quorum === "none" ? null : all.get(policy.quorum) ?? null;
}

const pastSkew = 3600;

/** What each witness says of a head that the log signed at `time`: {verdicts, quorum}. */
async function evaluatePolicy(policy, checkpoint, time = null) {
    checkpoint.witnessed ??= await Promise.all(
        policy.witnesses.map((witness) => keyVerdict(witness.key, checkpoint)));
    const verdicts = checkpoint.witnessed.map((verdict) => verdict.kind === "cosigned"
        && time !== null && verdict.time < time && time - Number(verdict.time) > pastSkew
        ? { kind: "tooEarly", time: verdict.time } : verdict);
    const times = policy.witnesses.map(({ name }, place) => [name, verdicts[place]])
        .filter(([, verdict]) => verdict.kind === "cosigned").map(([name, { time }]) => [name, time]);
    return { verdicts, quorum: quorumTime(policy, times) };
}

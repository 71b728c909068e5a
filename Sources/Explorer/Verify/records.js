"use strict";
// Statements, receipts and records (statement.md, record.md, log.md §6), the registry of who may
// sign (registry.md), and the trust kit (trust-kit.md).

const typePrefix = "application/vnd.colophon.", inToto = "application/vnd.in-toto+json";
const uriLimit = 255, nonceBytes = 16, fileLimit = 4 * 1024 * 1024, receiptLimit = 136 * 1024;
const isSize = (value) => Number.isInteger(value) && value >= 0;
const isURIText = (text) => /^[A-Za-z0-9!#-/:;=?@[\]_~]*$/.test(text);
const hasScheme = (text) => /^[A-Za-z][A-Za-z0-9+.-]*:./.test(text);
const shownID = (id) => base64URL(fromHex(id));
const shownLabel = (label) => typeof label === "string" ? `"${printable(label)}"` : `${label}`;

function checkURI(text, field, needsScheme = false) {
    need(typeof text === "string", "malformed", field, "must be text");
    const count = encodeText(text).length, isFit = count >= 1 && count <= uriLimit;
    need(isFit, "malformed", field, `must have 1 to ${uriLimit} characters`);
    need(isURIText(text), "malformed", field, "must hold only the characters of a URI (RFC 3986)");
    need(!needsScheme || hasScheme(text), "malformed", field,
        "must be a URI with a scheme, like https://");
    return text;
}

// MARK: Statements

/** Reads the statement in transport form: its leaf, its name and all that it says. */
function readStatement(bytes, { isLeaf = false, known = () => null } = {}) {
    const form = within("malformed", "statement", "must be a deterministic COSE_Sign1: ",
        () => readSign1(bytes));
    const { header, payload, signature } = form, fault = (...rest) => need(false, ...rest);
    need([64, 3309].includes(signature.length), "malformed", "signature",
        "must have the length of a known algorithm's");
    const isBare = form.unprotected.size === 0;
    const leaf = isBare ? bytes : join([0xd2, 0x84], cborBytes(form.protected), [0xa0],
        payload === null ? [0xf6] : cborBytes(payload), cborBytes(signature));
    const id = digestOf(leaf), before = known(id);
    if (before) return { ...before, beside: form.unprotected };
    need(isBare || !isLeaf, "malformed", "unprotected header", "must be empty in a leaf");
    const type = header.get(16), isControl = type === `${typePrefix}control.v1+cose`;
    if (!isControl && type !== `${typePrefix}statement.v1+cose`) {
        const isOther = typeof type === "string" || type >= 0;
        if (isOther) fault("unknownType", "typ", "is not a statement type known here");
        fault("malformed", "typ", "must be there, as text");
    }
    const limit = (isControl ? 24 : 8) * 1024;
    need(leaf.length <= limit, "tooLarge", "statement", `must not exceed ${limit} bytes`);
    checkLabels(header, isControl);
    const algorithm = Number.isInteger(header.get(1)) ? algorithmOf(header.get(1)) : undefined;
    need(algorithm, "algorithm", "alg", "must be -8 (EdDSA), -7 (ES256) or -49 (ML-DSA-65)");
    need(signature.length === signatureSize(algorithm), "malformed", "signature",
        `must be ${signatureSize(algorithm)} bytes for alg ${algorithm}`);
    need(isBytes(header.get(4), 32), "malformed", "kid", "must be 32 bytes, the key's thumbprint");
    const keyID = hexOf(header.get(4)), claims = readClaims(header.get(15));
    const chain = header.has(-65538) ? readChain(header.get(-65538)) : null;
    const body = isControl ? controlBody(payload) : envelopeBody(header, payload);
    const { predicate, manifest } = body, { audience } = claims;
    const isBound = [types.milestone, types.reconciliation].includes(predicate);
    need(audience !== null || !(isControl || isBound), "audience", "aud",
        `is mandatory ${isControl ? "in control statements" : `for predicate ${predicate}`}`);
    need(chain || !isControl, "malformed", "chain", "is mandatory in control statements");
    return {
        leaf, id, algorithm, keyID, ...claims, chain, ...body, signature,
        signed: toBeSigned(form.protected, manifest ? manifest.bytes : payload),
        beside: form.unprotected,
    };
}

function checkLabels(header, isControl) {
    const mandatory = [1, 4, 15, 16, ...(isControl ? [3, -65538] : [258, 259, -65537, -65539])];
    for (const label of header.keys()) {
        const isKnown = mandatory.includes(label) || (!isControl && label === -65538);
        need(isKnown, "malformed", "protected header", `must not hold label ${shownLabel(label)}`);
    }
    const absent = mandatory.find((label) => !header.has(label));
    need(absent === undefined, "malformed", "protected header", `must hold label ${absent}`);
    const expect = (label, value, field, words) =>
        need(header.get(label) === value, "malformed", field, `must be ${words}`);
    if (isControl) return expect(3, inToto, "content type", `text(${inToto})`);
    expect(258, -16, "payload-hash-alg", "negative(15)");
    expect(259, inToto, "preimage content type", `text(${inToto})`);
}

function readClaims(claims) {
    need(claims instanceof Map, "malformed", "CWT claims", "must be a map");
    const other = [...claims.keys()].find((label) => ![1, 2, 3, 6, 7].includes(label));
    need(other === undefined, "malformed", "CWT claims", `must not hold claim ${shownLabel(other)}`);
    const issuer = checkURI(claims.get(1), "iss", true), subject = checkURI(claims.get(2), "sub");
    const audience = claims.has(3) ? checkURI(claims.get(3), "aud") : null;
    const issuedAt = claims.get(6);
    need(isSize(issuedAt), "malformed", "iat", "must be POSIX seconds, at most 2^53-1");
    need(isBytes(claims.get(7), nonceBytes), "malformed", "cti", "must be 16 bytes");
    return { issuer, subject, audience, issuedAt };
}

function readChain(item) {
    const [id, sequence, previous] = Array.isArray(item) && item.length === 3 ? item : [];
    const isForm = isBytes(id) && sequence >= 0 && isBytes(previous, 32);
    need(isForm, "malformed", "chain", "must be [id: 16 bytes, seq, prev: 32 bytes]");
    need(id.length === nonceBytes, "malformed", "chain.id", "must be 16 bytes");
    need(isSize(sequence), "malformed", "chain.seq", "must not exceed 2^53-1");
    need((sequence === 0) === previous.every((byte) => byte === 0), "malformed", "chain.prev",
        "must be zero exactly where seq is 0");
    return { id: hexOf(id), sequence, previous: hexOf(previous) };
}

function controlBody(payload) {
    need(payload, "malformed", "payload", "must be the manifest's bytes");
    need(payload.length <= 16384, "tooLarge", "payload", "must not exceed 16384 bytes");
    const manifest = readManifest(payload), predicate = manifest.predicateType;
    need(isControlType(predicate), "predicate", "predicateType",
        "only a control predicate may be in a control statement");
    return { manifest, predicate, digest: manifest.digest, subjects: [] };
}

function envelopeBody(header, payload) {
    need(payload && payload.length === 32, "malformed", "payload",
        "must be 32 bytes, the manifest's SHA-256");
    const predicate = header.get(-65539), items = header.get(-65537);
    need(typeof predicate === "string" && predicate !== "", "malformed", "predicate",
        "must be text, the manifest's predicateType");
    need(!isControlType(predicate), "predicate", "predicate",
        "a control predicate must be in a control statement");
    const limit = isOurs(predicate) ? subjectLimit : foreignSubjectLimit;
    need(Array.isArray(items) && items.length >= 1 && items.length <= limit, "malformed",
        "subjects", `must be an array of 1 to ${limit} digests`);
    need(items.every((item) => isBytes(item, 32)), "malformed", "subjects",
        "must each be 32 bytes, a SHA-256 digest");
    const subjects = items.map(hexOf), isDistinct = new Set(subjects).size === subjects.length;
    need(isDistinct, "malformed", "subjects", "must be distinct");
    return { manifest: null, predicate, digest: hexOf(payload), subjects };
}

/** Checks that a manifest is the one of a statement over a digest (statement.md §6). */
function checkManifest(statement, manifest) {
    need(manifest.digest === statement.digest, "mismatch", "manifest",
        `has SHA-256 ${manifest.digest}, the statement is about ${statement.digest}`);
    need(manifest.predicateType === statement.predicate, "mismatch", "predicate",
        "must be the manifest's predicateType");
    need(manifest.digests.join() === statement.subjects.join(), "mismatch", "subjects",
        "must be the manifest's subject digests, each once and in order");
    const facts = manifest.predicate;
    if (statement.predicate === types.telemetry) {
        need(manifest.subjects[0].name === statement.issuer, "mismatch", "subject[0].name",
            "must be the statement's iss");
    }
    if (statement.predicate !== types.provenance) return;
    need(facts.get("pop") === statement.issuer, "mismatch", "predicate.pop",
        "must be the statement's iss");
    const edition = facts.get("edition");
    const own = edition && `${edition.get("drop")}#${edition.get("serial")}`;
    need(!edition || statement.subject === own, "mismatch", "sub",
        `must be drop#serial of the manifest's edition: ${own}`);
}

// MARK: Receipts and records

/** Reads an inclusion or a consistency proof: {kind, size, path} and index or oldSize. */
function readProof(bytes, kind) {
    const item = within("malformed", "receipt proof", "must be deterministic CBOR: ",
        () => CBORReader.decode(bytes));
    const [first, second, nodes] = Array.isArray(item) && item.length === 3 ? item : [];
    need(isSize(first) && isSize(second) && Array.isArray(nodes), "malformed", "receipt proof",
        "must be [integer, integer, [path]]");
    need(nodes.every((node) => isBytes(node, 32)), "malformed", "receipt proof",
        "must have a path of 32-byte hashes");
    const fault = pathFault(kind, first, second, nodes.length);
    need(fault === null, "malformed", "receipt proof", `cannot be one: ${fault}`);
    return kind === "inclusion" ? { kind, size: first, index: second, path: nodes }
        : { kind, oldSize: first, size: second, path: nodes };
}

/** Reads a receipt of a record (log.md §6). */
function readReceipt(bytes) {
    const check = (condition, field, rule) => need(condition, "malformed", field, rule);
    check(bytes.length <= receiptLimit, "receipt", `must not exceed ${receiptLimit} bytes`);
    const form = within("malformed", "receipt", "must be a COSE_Sign1: ", () => readSign1(bytes));
    const { header, unprotected, signature } = form;
    check(form.payload === null, "receipt payload", "must be detached (nil)");
    check(header.size === 4 && [1, 4, 15, 395].every((label) => header.has(label)),
        "receipt header", "must hold exactly 1, 4, 15 and 395");
    const algorithm = Number.isInteger(header.get(1)) ? algorithmOf(header.get(1)) : undefined;
    need(algorithm, "algorithm", "receipt alg", "must be -8, -7 or -49");
    check(isBytes(header.get(4), 32), "receipt kid", "must be 32 bytes");
    check(header.get(395) === 1, "receipt vds", "must be 1 (RFC9162_SHA256)");
    const claims = header.get(15) instanceof Map ? header.get(15) : new Map();
    const [issuer, origin, issuedAt] = [1, 2, 6].map((label) => claims.get(label));
    check(claims.size === 3 && typeof issuer === "string" && typeof origin === "string"
        && isSize(issuedAt), "receipt claims", "must be exactly iss, sub and iat");
    checkURI(origin, "receipt sub");
    check(issuer === `https://${origin}`, "receipt iss", "must be https:// and the origin");
    check(signature.length === signatureSize(algorithm), "receipt signature",
        `must be ${signatureSize(algorithm)} bytes for its alg`);
    const checkpointLabel = "c2sp.org/tlog-checkpoint";
    for (const label of unprotected.keys()) {
        check(label === 396 || label === checkpointLabel, `receipt label ${shownLabel(label)}`,
            "unrecognised part: damaged, or made by a newer version");
    }
    const note = unprotected.has(checkpointLabel) ? unprotected.get(checkpointLabel) : null;
    check(note === null || isBytes(note), "receipt checkpoint", "must be a byte string");
    const proofs = unprotected.get(396) instanceof Map ? [...unprotected.get(396)] : [];
    const [kind, list] = proofs.length === 1 ? proofs[0] : [];
    check([-1, -2].includes(kind) && Array.isArray(list) && list.length === 1 && isBytes(list[0]),
        "receipt proofs", "must hold one proof, at -1 or -2");
    const proof = readProof(list[0], kind === -1 ? "inclusion" : "consistency");
    return {
        algorithm, keyID: hexOf(header.get(4)), origin, issuedAt, signature, note, proof,
        signedOver: (root) => toBeSigned(form.protected, root),
    };
}

/** Whether receipts stand by rising size for each origin, and none twice (record.md §2). */
const areInOrder = (receipts) => receipts.every((one, place) =>
    receipts.slice(0, place).filter((other) => other.origin === one.origin).every((other) =>
        other.proof.size < one.proof.size
            || (other.proof.size === one.proof.size && other.proof.kind !== one.proof.kind)));

/** Reads a record: {statement, manifest: bytes or null, receipts, issuers, anchors}. */
function readRecord(bytes, known) {
    need(bytes.length <= fileLimit, "tooLarge", "file", `must not exceed ${fileLimit} bytes`);
    const statement = readStatement(bytes, { known });
    const record = { statement, manifest: null, receipts: [], issuers: [], anchors: [] };
    const list = (value, field, limit, words, isFit) => {
        const count = Array.isArray(value) ? value.length : 0;
        need(count >= 1 && count <= limit, "malformed", field,
            `must be an array of 1 to ${limit} ${words}`);
        need(value.every(isFit), "malformed", field, `must be an array of ${words}`);
        return value;
    };
    const strings = (value, field, limit) =>
        list(value, field, limit, "byte strings", (item) => isBytes(item));
    for (const [label, value] of statement.beside) {
        if (label === -65540) {
            need(isBytes(value), "malformed", "manifest", "must be a byte string");
            record.manifest = value;
        } else if (label === 394) record.receipts = strings(value, "receipts", 8);
        else if (label === -65541) record.issuers = strings(value, "issuer", 4);
        else if (label === -65542) {
            record.anchors = list(value, "anchors", 16, "maps", (item) => item instanceof Map);
        } else {
            need(false, "malformed", `label ${shownLabel(label)}`,
                "unrecognised part: damaged, or made by a newer version");
        }
    }
    need(!statement.manifest || !record.manifest, "malformed", "manifest",
        "is inside a control statement, not beside it");
    return record;
}

// MARK: The registry

/** Which key of the ledger signs which sizes of the tree, one after the other. */
class KeyHistory {
    constructor(terms, doubts = []) { Object.assign(this, { terms, doubts }); }
    get current() { return this.terms.at(-1).key; }
    isInForce(id, size) { return this.terms.some((term) => term.key.id === id && covers(term, size)); }
    doubt(size) {
        return this.doubts.filter(({ from, to }) => from <= size && size <= to)
            .reduce((one, other) => !one || other.until < one.until ? other : one, null);
    }

    /** This with `key` from the size above `lastSize` on. */
    handedOver(key, lastSize, suspectFrom, time) {
        need(lastSize > (this.terms.at(-2)?.last ?? -1), "schema", "predicate.lastSize",
            "must be above that of the handover before");
        const doubt = suspectFrom === undefined ? []
            : [{ from: suspectFrom, to: lastSize, until: time }];
        const last = { ...this.terms.at(-1), last: lastSize };
        return new KeyHistory([...this.terms.slice(0, -1), last, { key, first: lastSize + 1 }],
            [...this.doubts, ...doubt]);
    }
}

const keyOf = (text, field) =>
    within("schema", field, "must be a coseKey string: ", () => coseKeyOf(text));

/** What a `key` statement says. */
function keyFacts({ predicate }) {
    const facts = Object.fromEntries(predicate);
    for (const name of ["notBefore", "notAfter", "signedUntil"]) {
        facts[name] = facts[name] && readTime(facts[name]).seconds;
    }
    return facts;
}

/** The state that the control statements leave, applied in their order (registry.md). */
class Registry {
    static async begin(statement) {
        need(statement.predicate === types.policy, "predicate", "entry 0",
            "must be a policy statement");
        const { chain } = statement, policy = statement.manifest.predicate;
        need(chain.sequence === 0, "outOfTurn", "chain.seq", "must be 0 in entry 0");
        const origin = policy.get("origin"), recovery = policy.get("recoveryKey");
        const note = noteKeyOf(policy.get("noteKey"), "predicate.noteKey", origin);
        const own = (name) => keyOf(policy.get(name), `predicate.${name}`);
        const [receipt, ledger] = [own("receiptKey"), own("ledgerKey")];
        const recoveryKey = recovery ? own("recoveryKey") : null;
        const ids = [note.key.id, receipt.id, ledger.id, ...(recovery ? [recoveryKey.id] : [])];
        need(new Set(ids).size === ids.length, "schema", "policy keys",
            "must each have one purpose");
        const history = (key) => new KeyHistory([{ key, first: 0 }]);
        const registry = Object.assign(new Registry(), {
            origin, policy, recoveryKey, chainID: chain.id, newest: statement.id, sequence: 1,
            newestIndex: 0, latest: statement.issuedAt, keys: new Map(), hasGaps: false,
            noteKeys: history(note), receiptKeys: history(receipt), ledgerKeys: history(ledger),
            purposes: new Set(ids),
        });
        registry.#checkOwnKeys(policy.get("algorithms"), ledger, "predicate.algorithms");
        registry.#checkForm(statement);
        await registry.#checkLedgerSignature(statement);
        return registry;
    }

    copy() {
        return Object.assign(new Registry(), this,
            { keys: new Map(this.keys), purposes: new Set(this.purposes) });
    }
    get uri() { return `https://${this.origin}`; }
    limit(name) { return this.policy.get("limits").get(name); }

    /** Applies the next control statement, at `index`: first its form, signer and turn. */
    async apply(statement, index) {
        need(statement.manifest, "predicate", "typ", "must be a control statement's");
        this.#checkForm(statement);
        await this.#checkAuthority(statement);
        this.#checkTurn(statement);
        this.replay(statement, index);
    }

    /** Applies a control statement whose signer has been checked. */
    replay(statement, index) {
        this.#checkIndex(index);
        const { manifest, predicate, issuedAt } = statement, facts = manifest.predicate;
        const next = this.#successor(issuedAt);
        if (predicate === types.key) this.#applyKey(keyFacts(manifest), index, next);
        else if (predicate === types.logKey) this.#applyHandover(facts, issuedAt, next);
        else if (predicate === types.policy) {
            const same = ["origin", "noteKey", "receiptKey", "ledgerKey", "recoveryKey"];
            need(same.every((name) => facts.get(name) === this.policy.get(name)), "schema",
                "predicate", "origin and keys must equal those of entry 0");
            next.algorithms = facts.get("algorithms");
            this.#checkLockOut(next);
            this.policy = facts;
        } else this.#checkLockOut(next);
        this.#move(statement, index, this.sequence + 1, next);
    }

    /** Applies a `key` statement above the kit's tree: what lies between is not known. */
    async applyLater(statement, index) {
        this.#checkForm(statement);
        await this.#checkAuthority(statement);
        const { sequence } = statement.chain;
        if (sequence <= this.sequence) this.#checkTurn(statement); else this.hasGaps = true;
        this.#checkIndex(index);
        const next = this.#successor(statement.issuedAt);
        this.#applyKey(keyFacts(statement.manifest), index, next);
        this.#move(statement, index, sequence + 1, next);
    }

    #move(statement, newestIndex, sequence, { latest }) {
        Object.assign(this, { newest: statement.id, newestIndex, sequence, latest });
    }
    #checkIndex(index) {
        need(index > this.newestIndex && index <= largestInteger, "outOfTurn", "index",
            "must be above the newest control statement's");
        need(this.sequence > 1 || index === 1, "outOfTurn", "index",
            "must be 1 for the second control statement");
    }
    #checkForm(statement) {
        const { subject, audience, chain, manifest } = statement, [own] = manifest.subjects;
        need(subject === this.uri, "mismatch", "sub",
            `must be ${this.uri} in a control statement`);
        need(audience === this.origin, "audience", "aud", `must be ${this.origin}`);
        need(own.name === subject && own.digest === digestOf(encodeText(subject)), "mismatch",
            "subject", "must be sub with the SHA-256 of its bytes");
        need(chain.id === this.chainID, "mismatch", "chain.id", "must be entry 0's");
        this.#checkAlgorithm(statement);
    }
    #checkAlgorithm({ algorithm }) {
        const listed = this.policy.get("algorithms");
        need(listed.includes(algorithm), "algorithm", "alg",
            `must be one that the policy lists: [${listed.join(", ")}]`);
    }
    #checkTurn({ chain }) {
        need(chain.sequence === this.sequence && chain.previous === this.newest, "outOfTurn",
            "chain", `must have seq ${this.sequence} and prev ${shownID(this.newest)}, `
            + "the newest control statement");
    }

    async #checkAuthority(statement) {
        const { predicate, keyID, issuer } = statement, isFirst = this.sequence === 1;
        if (isFirst || predicate === types.logKey) {
            need(!isFirst || predicate === types.key, "predicate", "entry 1",
                "must be the first administrator's key");
            return this.#checkLedgerSignature(statement);
        }
        if (this.recoveryKey && keyID === this.recoveryKey.id) {
            const own = `${this.uri}/recovery`;
            need(issuer === own, "issuer", "iss", `must be ${own} for the recovery key`);
            const isAdmin = predicate === types.key
                && statement.manifest.predicate.get("roles").includes("admin");
            need(isAdmin, "role", "predicateType", "the recovery key may only replace administrators");
            return checkStatementSignature(statement, this.recoveryKey);
        }
        const held = this.keys.get(keyID), isRetired = held?.state === "retired";
        need(!(isRetired && held.roles.includes("admin")), "keyState", "kid",
            "is a retired administrator's, who changes nothing any more: "
            + "have an administrator in use sign");
        const record = this.judgeKey(statement);
        need(record.roles.includes("admin"), "role", "predicateType",
            `${predicate} needs a key of role admin`);
        await checkStatementSignature(statement, record.key);
    }
    async #checkLedgerSignature(statement) {
        const key = this.ledgerKeys.current;
        need(statement.keyID === key.id, "role", "kid", "must be the ledger key in force");
        need(statement.issuer === this.uri, "issuer", "iss",
            `must be ${this.uri} for the ledger key`);
        await checkStatementSignature(statement, key);
    }

    #applyHandover(facts, time, next) {
        const which = facts.get("which"), name = `${which}Keys`, field = "predicate.new";
        const key = which === "note" ? noteKeyOf(facts.get("new"), field, this.origin)
            : keyOf(facts.get("new"), field);
        const claimed = which === "note" ? key.key.id : key.id;
        need(facts.get("old") === this[name].current.text, "keyState", "predicate.old",
            "must be the key in force");
        need(!this.purposes.has(claimed), "schema", field, "has another purpose in this ledger");
        if (which === "ledger") next.ledgerKey = key;
        this.#checkLockOut(next);
        this[name] = this[name].handedOver(
            key, facts.get("lastSize"), facts.get("suspectFrom"), time);
        this.purposes.add(claimed);
    }

    #applyKey(change, index, next) {
        const key = keyOf(change.coseKey, "predicate.coseKey"), { operation, roles } = change;
        const isAdmin = operation === "add" && roles.includes("admin");
        need(this.sequence > 1 || isAdmin, "schema", "entry 1", "must add a key of role admin");
        const old = this.keys.get(key.id);
        if (!old) {
            need(operation === "add", "keyState", "predicate.operation",
                "must be add in the first statement about a key");
            need(!this.purposes.has(key.id), "schema", "predicate.coseKey",
                "has another purpose in this ledger");
        }
        const { issuer, notBefore, notAfter } = change;
        const record = old ? this.#changed(old, change, index) : {
            key, issuer, roles, notBefore, notAfter, state: "added", additions: [index],
            changedAt: index, reason: change.reason,
        };
        next.record = record;
        this.#checkLockOut(next);
        this.purposes.add(key.id);
        this.keys.set(key.id, record);
    }

    #changed(old, change, index) {
        const { operation, notBefore, notAfter, suspectFrom, signedUntil, reason } = change;
        const refuse = (condition, name, rule) =>
            need(condition, "keyState", `predicate.${name}`, rule);
        refuse(change.issuer === old.issuer, "issuer", `must stay ${old.issuer} for this key`);
        refuse(change.roles.join() === old.roles.join(), "roles",
            "must stay the same for this key");
        if (old.state === "revoked") {
            refuse(operation === "revoke", "coseKey",
                "was revoked: that is final; add another key");
            refuse(notBefore === old.notBefore && notAfter === old.notAfter, "notBefore",
                "and notAfter must stay those of the revoked key");
            const below = old.suspectFrom === undefined ? "" : `, below ${old.suspectFrom}`;
            refuse(suspectFrom < (old.suspectFrom ?? Infinity), "suspectFrom",
                `must be there${below}: the key is revoked already`);
            return { ...old, suspectFrom };
        }
        const state = { add: "added", retire: "retired", revoke: "revoked" }[operation];
        const additions = operation === "add" ? [...old.additions, index] : old.additions;
        return {
            ...old, notBefore, notAfter, changedAt: index, state, additions, suspectFrom,
            signedUntil, reason,
        };
    }

    #successor(issuedAt) {
        return {
            algorithms: this.policy.get("algorithms"), ledgerKey: this.ledgerKeys.current,
            record: null, latest: Math.max(this.latest, issuedAt),
        };
    }
    #checkOwnKeys(algorithms, ledgerKey, field) {
        const own = [["ledger key", ledgerKey], ["recovery key", this.recoveryKey]];
        for (const [name, key] of own) {
            const code = key?.algorithm;
            need(!key || algorithms.includes(code), "lockOut", field,
                `the policy must list ${code}, the algorithm of the ${name}, which could sign `
                + `nothing otherwise; the list would be [${algorithms.join(", ")}]: put ${code} `
                + "into it");
        }
    }

    /** Refuses what leaves nobody who can change the ledger (registry.md §9). */
    #checkLockOut({ algorithms, ledgerKey, record, latest }) {
        if (this.hasGaps) return;
        this.#checkOwnKeys(algorithms, ledgerKey, ledgerKey.id === this.ledgerKeys.current.id
            ? "predicate.algorithms" : "predicate.new");
        const canSign = ({ key, roles, state, notBefore, notAfter }) => roles.includes("admin")
            && state === "added" && algorithms.includes(key.algorithm)
            && notBefore <= latest && latest <= notAfter;
        const others = [...this.keys.values()].filter(({ key }) => key.id !== record?.key.id);
        if ((record && canSign(record)) || others.some(canSign)) return;
        const isPolicy = algorithms !== this.policy.get("algorithms");
        const field = !record?.roles.includes("admin") ? (isPolicy ? "predicate.algorithms" : "iat")
            : record.state !== "added" ? "predicate.operation"
            : latest < record.notBefore ? "predicate.notBefore"
            : latest > record.notAfter ? "predicate.notAfter" : "predicate.coseKey";
        need(false, "lockOut", field, "must leave an administrator who can sign: a key of role "
            + "admin in use, of an algorithm that the policy lists, with notBefore <= "
            + `${instant(latest, "T", "Z")} <= notAfter (the newest iat of a control statement); `
            + "add one first");
    }

    /** Judges whether the key may sign this type, but for the clock (registry.md §5). */
    judgeSigner(statement) {
        this.#checkAlgorithm(statement);
        const { leaf, predicate, subjects } = statement, bytes = this.limit("statementBytes");
        need(leaf.length <= bytes, "tooLarge", "statement",
            `must not exceed the policy's ${bytes} bytes`);
        const limit = this.limit("subjects");
        need(!isOurs(predicate) || subjects.length <= limit, "tooLarge", "subjects",
            `must not exceed the policy's ${limit}`);
        const record = this.judgeKey(statement);
        need(this.policy.get("predicateTypes").includes(predicate), "predicate", "predicate",
            "must be one that the policy lists");
        const role = isOurs(predicate) ? "pop" : "ci";
        need(record.roles.includes(role), "role", "predicate",
            `${predicate} needs a key of role ${role}`);
    }

    judgeKey({ keyID, issuer, algorithm, issuedAt }) {
        const record = this.keys.get(keyID);
        need(record, "unknownKey", "kid", "must be a key that the ledger has registered");
        need(issuer === record.issuer, "issuer", "iss",
            `must be ${record.issuer}, the issuer of this key`);
        need(record.key.algorithm === algorithm, "algorithm", "alg",
            `must be ${record.key.algorithm}, that of the key`);
        const { state, signedUntil, notBefore, notAfter } = record;
        const isDrained = state === "retired" && issuedAt > signedUntil;
        need(!isDrained, "keyState", "iat",
            `must not be after ${instant(Math.max(0, signedUntil ?? 0))}: the key is retired`);
        need(state !== "revoked", "keyState", "kid", "is revoked: nothing is admitted after it");
        need(issuedAt >= notBefore, "keyState", "iat",
            `must not be before ${instant(notBefore, "T", "Z")}, the key's notBefore`);
        need(issuedAt <= notAfter, "keyState", "iat",
            `must not be after ${instant(notAfter, "T", "Z")}, the key's notAfter`);
        return record;
    }

    /** The doubt about the keys that signed a head of this size; null where there is none. */
    doubt(size, withReceipt) {
        const doubts = [this.noteKeys.doubt(size), withReceipt ? this.receiptKeys.doubt(size) : null];
        return doubts.filter(Boolean).sort((one, other) => one.until - other.until)[0] ?? null;
    }
}

async function checkStatementSignature(statement, key) {
    need(key.algorithm === statement.algorithm, "algorithm", "alg",
        `must be ${key.algorithm}, that of the key`);
    try { await checkSignature(key, statement.signature, statement.signed); } catch (error) {
        throw error instanceof Refusal
            ? new Refusal(error.reason, "signature", error.message) : error;
    }
}

function noteKeyOf(text, field, origin) {
    const key = within("schema", field, "must be a vkey: ", () => readVerifierKey(text));
    need(key.type === 1 && key.name === origin, "schema", field,
        "must be an Ed25519 log key whose name is the origin");
    return key;
}

// MARK: The trust kit

const kitLimit = 64 * 1024 * 1024;
const kitNames = ["policy", "genesis", "registry.cbor", "receipt-keys.cbor", "tsa.pem", "calendars"];

/** What is trusted: everything follows from the genesis, but the choices of the policy. */
class TrustKit {
    /** Reads and verifies a kit in one file; a refusal names the file and the rule. */
    static async read(bytes) {
        const refuse = (condition, file, rule) => need(condition, "kit", file, rule);
        const files = TrustKit.#files(bytes, refuse), kit = new TrustKit();
        const genesis = plainLines(files.genesis);
        const pinned = genesis.length === 44 && genesis.endsWith("\n")
            ? fromBase64URL(genesis.slice(0, -1)) : null;
        refuse(pinned, "genesis", "must be an EntryID of 43 characters and LF");
        for (const name of ["receipt-keys.cbor", "tsa.pem"]) {
            refuse(!(files[name]?.length > smallFileBytes), name,
                `must not exceed ${smallFileBytes} bytes`);
        }
        kit.hasTimestampRoots = files["tsa.pem"] !== undefined;
        kit.calendars = files.calendars ? TrustKit.#calendars(files.calendars, refuse) : [];
        const rows = TrustKit.#rows(files["registry.cbor"], refuse);
        kit.policy = within("kit", "policy", "must be a tlog-policy: ",
            () => readPolicy(files.policy));
        const isPinned = rows.controls[0].index === 0 && rows.controls[0].id === hexOf(pinned);
        refuse(isPinned, "registry.cbor", "must begin with the entry that genesis pins, at index 0");
        Object.assign(kit, { genesis: hexOf(pinned), controls: rows.controls });
        await kit.#fold();
        await kit.#readHead(rows, refuse);
        kit.#readKeys(files["receipt-keys.cbor"], refuse);
        await kit.#readTime(rows, refuse);
        return kit;
    }

    static #files(bytes, refuse) {
        refuse(bytes.length <= kitLimit, "", `must not exceed ${kitLimit} bytes`);
        refuse(bytes[0] >= 0xa4 && bytes[0] <= 0xa6, "", "must be a map of 4 files or more");
        const map = within("kit", "", "must be deterministic CBOR: ",
            () => CBORReader.decode(bytes, { depth: 1 }));
        for (const [name, content] of map) {
            refuse(kitNames.includes(name), "", "must hold no file of another name");
            refuse(isBytes(content), name, "must be a byte string");
        }
        const absent = kitNames.slice(0, 4).find((name) => !map.has(name));
        refuse(!absent, absent, "is missing");
        return Object.fromEntries(map);
    }

    static #calendars(bytes, refuse) {
        const text = plainLines(bytes), urls = text.slice(0, -1).split("\n");
        const check = (condition, rule) => refuse(condition, "calendars", rule);
        check(text.length <= 16384, "must not exceed 16384 bytes");
        check(text.endsWith("\n"), "must have a URL a line, each with LF");
        urls.forEach((url, place) => {
            const isURL = /^https?:\/\/./.test(url) && url.length <= uriLimit && isURIText(url);
            check(isURL, `line ${place + 1} must be an http:// or https:// URL`);
            check(urls.indexOf(url) === place, `line ${place + 1} must not repeat another`);
        });
        check(urls.length <= 16, "must not exceed 16 URLs");
        return urls;
    }

    static #rows(bytes, refuse) {
        const check = (condition, rule) => refuse(condition, "registry.cbor", rule);
        const item = within("kit", "registry.cbor", "must be deterministic CBOR: ",
            () => CBORReader.decode(bytes));
        const [note, head, rows] = Array.isArray(item) && item.length === 3 ? item : [];
        check(isBytes(note) && isBytes(head) && Array.isArray(rows) && rows.length > 0,
            "must be [note, head, [+ [leaf, index, path]]]");
        const receipt = within("kit", "registry.cbor", "head: ", () => readReceipt(head));
        let last = -1;
        const controls = rows.map((row) => {
            const [leaf, index, path] = Array.isArray(row) && row.length === 3 ? row : [];
            check(isBytes(leaf) && isSize(index) && Array.isArray(path),
                "must hold entries [leaf, index, path]");
            check(path.every((node) => isBytes(node, 32)),
                `entry ${index} must have a path of 32-byte hashes`);
            const statement = within("kit", "registry.cbor", `entry ${index}: `,
                () => readStatement(leaf, { isLeaf: true }));
            check(index > last, "must rise by index");
            last = index;
            return { ...statement, index, path };
        });
        return { note, receipt, controls };
    }

    async #fold() {
        let index = 0;
        try {
            this.first = await Registry.begin(this.controls[0]);
            this.registry = this.first.copy();
            for (const control of this.controls.slice(1)) {
                ({ index } = control);
                await this.registry.apply(control, index);
            }
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            throw new Refusal(error.reason === "means" ? "means" : "kit", "registry.cbor",
                `entry ${index} does not fold: ${error.message}`);
        }
        Object.assign(this, { origin: this.registry.origin, byID: new Map(), erasures: new Map() });
        for (const control of this.controls) {
            this.byID.set(control.id, control);
            const facts = control.manifest.predicate;
            if (control.predicate !== types.erasure || this.erasures.has(facts.get("sha256"))) continue;
            this.erasures.set(facts.get("sha256"), { entry: control.index, reason: facts.get("reason") });
        }
    }

    async #opened(bytes, words, tree) {
        try {
            return await openCheckpoint(
                readCheckpoint(bytes), this.origin, this.registry.noteKeys.terms, tree);
        } catch (error) {
            if (!(error instanceof CheckpointRefusal)) throw error;
            throw new Refusal("kit", "registry.cbor", `${words}: ${error.message}`);
        }
    }

    async #readHead({ note, controls }, refuse) {
        this.head = await this.#opened(note, "note", null);
        const { size, root } = this.head;
        for (const { index, path, leaf } of controls) {
            const fault = pathFault("inclusion", size, index, path.length);
            refuse(fault === null, "registry.cbor", `entry ${index}: ${fault}`);
            refuse(equal(inclusionRoot({ size, index, path }, leafHash(leaf)), root), "registry.cbor",
                `entry ${index} is not in the tree of the note`);
        }
        this.size = size;
    }

    #readKeys(bytes, refuse) {
        const name = "receipt-keys.cbor", { origin, registry } = this;
        const map = within("kit", name, "must be deterministic CBOR: ",
            () => CBORReader.decode(bytes));
        this.receiptKeys = new Map();
        for (const [log, items] of map instanceof Map ? map : []) {
            refuse(typeof log === "string" && Array.isArray(items) && items.length > 0, name,
                "must be a map from origin to COSE_KeySet");
            const keys = items.map((item) => {
                refuse(item instanceof Map, name, `${log}: each key must be a map`);
                return within("kit", name, `${log}: `, () => TrustKit.#setMember(item));
            });
            this.receiptKeys.set(log, keys);
        }
        const ids = (keys) => keys.map((key) => key.id ?? key.text).sort().join();
        const own = this.receiptKeys.get(origin) ?? [];
        const terms = (history) => [...new Set(history.terms.map((term) => term.key))];
        refuse(ids(own) === ids(terms(registry.receiptKeys)), name,
            `must hold exactly the receipt keys of ${origin}'s registry`);
        const texts = (keys) => [...new Set(keys.map((key) => key.text))].sort().join();
        const listed = this.policy.logs.filter((key) => key.name === origin);
        refuse(texts(listed) === texts(terms(registry.noteKeys)), "policy",
            `must list exactly the note keys of ${origin}'s registry`);
    }

    static #setMember(item) {
        const bare = new Map(item);
        bare.delete(2);
        if (bare.get(1) !== 7) bare.delete(3);
        const key = coseKey(bare), kid = item.get(2);
        need(isBytes(kid) && hexOf(kid) === key.id, "", "", "the key's kid is not its thumbprint");
        need(item.get(3) === key.algorithm, "", "", "the key's alg is not that of its type");
        return key;
    }

    async #readTime({ receipt, controls }, refuse) {
        const check = (condition, rule) => refuse(condition, "registry.cbor", rule);
        const { proof } = receipt, last = controls.at(-1), { size, root } = this.head;
        check(proof.kind === "inclusion" && proof.index === last.index && proof.size === size
            && equal(inclusionRoot(proof, leafHash(last.leaf)), root)
            && receipt.origin === this.origin,
            "head must be the receipt of the last entry in the note's tree");
        const key = this.receiptKey(receipt);
        check(key && key.algorithm === receipt.algorithm
            && this.registry.receiptKeys.isInForce(key.id, size),
            "head must be signed by the registry's receipt key of its size");
        check(receipt.note, "head must carry its checkpoint");
        await this.#opened(receipt.note, "head: checkpoint", { size, root });
        try { await checkSignature(key, receipt.signature, receipt.signedOver(root)); } catch (error) {
            if (error.reason === "means") throw error;
            check(!(error instanceof Refusal), `head: signature: ${error.message}`);
            throw error;
        }
        this.time = receipt.issuedAt;
    }

    receiptKey({ origin, keyID }) {
        return this.receiptKeys.get(origin)?.find((key) => key.id === keyID) ?? null;
    }
    logTerms(origin) {
        return origin === this.origin ? this.registry.noteKeys.terms
            : this.policy.logs.filter((key) => key.name === origin).map((key) => ({ key, first: 0 }));
    }

    /** The registry as it stood below `index`. */
    registryBelow(index) {
        if (index > this.registry.newestIndex) return this.registry;
        const past = this.first.copy();
        for (const control of this.controls.slice(1)) {
            if (control.index < index) past.replay(control, control.index);
        }
        return past;
    }
}

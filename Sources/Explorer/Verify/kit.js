"use strict";
// The registry of who may sign (registry.md), and the trust kit that it is folded from
// (trust-kit.md). That a ledger locks nobody out is the program's to check: it changes no signer.

/** Which key of the ledger signs which sizes of the tree, one after the other. */
class KeyHistory {
  constructor(terms, doubts = []) { Object.assign(this, { terms, doubts }); }
  get current() { return this.terms.at(-1).key; }
  isInForce(id, size) {
    return this.terms.some((term) => term.key.id === id && covers(term, size));
  }
  doubtsAbout(size) { return this.doubts.filter(({ from, to }) => from <= size && size <= to); }

  /** This with `key` from the size above `last` on; a stolen one was in doubt from `from` on. */
  handedOver(key, last, from, until) {
    need(last > (this.terms.at(-2)?.last ?? -1), "handover.size");
    const doubts = from === undefined ? [] : [{ from, to: last, until }];
    const ended = [...this.terms.slice(0, -1), { ...this.terms.at(-1), last }];
    return new KeyHistory([...ended, { key, first: last + 1 }], [...this.doubts, ...doubts]);
  }
}

const keyOf = (text, field) => within("registry.coseKey", () => coseKeyOf(text), { field });
function noteKeyOf(text, field, origin) {
  const key = within("registry.vkey", () => readVerifierKey(text), { field });
  need(key.type === 1 && key.name === origin, "registry.noteKey", { field });
  return key;
}

async function checkStatementSignature({ algorithm, signature, signed }, key) {
  need(key.algorithm === algorithm, "signature.algorithm", { algorithm: key.algorithm });
  await checkSignature(key, signature, signed);
}

/** The state that the control statements leave, applied in their order. */
class Registry {
  static async begin(statement) {
    const { manifest, chain } = statement;
    need(statement.predicate === types.policy, "registry.genesis");
    need(chain.sequence === 0, "registry.first");
    const origin = fact(manifest, "origin");
    const own = (name) => keyOf(fact(manifest, name), `predicate.${name}`);
    const note = noteKeyOf(fact(manifest, "noteKey"), "predicate.noteKey", origin);
    const [receipt, ledger] = [own("receiptKey"), own("ledgerKey")];
    const recovery = manifest.predicate.has("recoveryKey") ? own("recoveryKey") : null;
    const ids = [note.key.id, receipt.id, ledger.id, ...(recovery ? [recovery.id] : [])];
    need(new Set(ids).size === ids.length, "registry.purposes");
    const history = (key) => new KeyHistory([{ key, first: 0 }]);
    const registry = Object.assign(new Registry(), {
      origin, recovery, chainID: chain.id, newest: statement.id, sequence: 1, newestIndex: 0,
      keys: new Map(), purposes: new Set(ids), manifest,
      noteKeys: history(note), receiptKeys: history(receipt), ledgerKeys: history(ledger),
    });
    registry.#readPolicy(manifest);
    registry.#checkForm(statement);
    await registry.#checkLedgerSignature(statement);
    return registry;
  }

  copy() {
    const [keys, purposes] = [new Map(this.keys), new Set(this.purposes)];
    return Object.assign(new Registry(), this, { keys, purposes });
  }
  get uri() { return `https://${this.origin}`; }

  #readPolicy(manifest) {
    this.policy = Object.fromEntries([...manifest.predicate, ...fact(manifest, "limits")]);
  }

  /** Applies the next control statement, at `index`: first its form, its signer and its turn. */
  async apply(statement, index) {
    need(statement.manifest, "registry.control");
    this.#checkForm(statement);
    await this.#checkAuthority(statement);
    this.#checkTurn(statement);
    this.replay(statement, index);
  }

  /** Applies a control statement whose signer has been checked. */
  replay({ manifest, predicate, issuedAt, id }, index, sequence = this.sequence) {
    need(index > this.newestIndex && index <= largestInteger, "registry.index");
    need(this.sequence > 1 || index === 1, "registry.second");
    if (predicate === types.key) this.#applyKey(manifest, index);
    else if (predicate === types.logKey) this.#applyHandover(manifest, issuedAt);
    else if (predicate === types.policy) {
      const same = ["origin", "noteKey", "receiptKey", "ledgerKey", "recoveryKey"];
      const isSame = (name) => manifest.predicate.get(name) === this.manifest.predicate.get(name);
      need(same.every(isSame), "registry.policy");
      this.#readPolicy(manifest);
    }
    Object.assign(this, { newest: id, newestIndex: index, sequence: sequence + 1 });
  }

  /** Applies a `key` statement above the kit's tree: what lies between is not known. */
  async applyLater(statement, index) {
    this.#checkForm(statement);
    await this.#checkAuthority(statement);
    const { sequence } = statement.chain;
    if (sequence <= this.sequence) this.#checkTurn(statement);
    this.replay(statement, index, sequence);
  }

  #checkForm({ subject, audience, chain, manifest, algorithm }) {
    const { uri, origin } = this, [own] = manifest.subjects;
    need(subject === uri, "registry.sub", { uri });
    need(audience === origin, "registry.aud", { origin });
    need(manifest.subjects.length === 1 && own.name === subject, "registry.subject");
    need(chain.id === this.chainID, "registry.chain");
    this.#checkAlgorithm(algorithm);
  }
  #checkAlgorithm(algorithm) {
    const { algorithms } = this.policy;
    need(algorithms.includes(algorithm), "registry.alg", { list: `[${algorithms.join(", ")}]` });
  }
  #checkTurn({ chain }) {
    const { sequence, newest } = this, isNext = chain.sequence === sequence;
    need(isNext && chain.previous === newest, "registry.turn", { sequence, id: shownID(newest) });
  }

  async #checkAuthority(statement) {
    const { predicate, keyID, issuer, manifest } = statement, isFirst = this.sequence === 1;
    need(!isFirst || predicate === types.key, "registry.entryOne");
    if (isFirst || predicate === types.logKey) return this.#checkLedgerSignature(statement);
    if (keyID === this.recovery?.id) {
      const uri = `${this.uri}/recovery`;
      need(issuer === uri, "registry.recoveryIssuer", { uri });
      need(predicate === types.key, "registry.recovery");
      need(fact(manifest, "roles").includes("admin"), "registry.recovery");
      return checkStatementSignature(statement, this.recovery);
    }
    const held = this.keys.get(keyID), isRetired = held?.state === "retired";
    need(!isRetired || !held.roles.includes("admin"), "registry.retiredAdmin");
    const record = this.judgeKey(statement);
    need(record.roles.includes("admin"), "registry.admin", { predicate });
    await checkStatementSignature(statement, record.key);
  }
  async #checkLedgerSignature(statement) {
    const { uri } = this, key = this.ledgerKeys.current;
    need(statement.keyID === key.id, "registry.ledgerKey");
    need(statement.issuer === uri, "registry.ledgerIssuer", { uri });
    await checkStatementSignature(statement, key);
  }

  #applyHandover(manifest, time) {
    const which = fact(manifest, "which"), name = `${which}Keys`, field = "predicate.new";
    const text = fact(manifest, "new"), isNote = which === "note";
    const key = isNote ? noteKeyOf(text, field, this.origin) : keyOf(text, field);
    const { id } = isNote ? key.key : key, from = fact(manifest, "suspectFrom");
    need(fact(manifest, "old") === this[name].current.text, "handover.old");
    need(!this.purposes.has(id), "registry.purpose", { field });
    this[name] = this[name].handedOver(key, fact(manifest, "lastSize"), from, time);
    this.purposes.add(id);
  }

  #applyKey(manifest, index) {
    const key = keyOf(fact(manifest, "coseKey"), "predicate.coseKey"), old = this.keys.get(key.id);
    const read = (name, kind) => fact(manifest, name, kind), operation = read("operation");
    const state = { add: "added", retire: "retired", revoke: "revoked" }[operation];
    const change = {
      key, state, issuer: read("issuer"), roles: read("roles"), reason: read("reason"),
      notBefore: read("notBefore", "time"), notAfter: read("notAfter", "time"),
      suspectFrom: read("suspectFrom"), changedAt: index,
      signedUntil: read("signedUntil", "time"),
      additions: [...old?.additions ?? [], ...(operation === "add" ? [index] : [])],
    };
    const isAdmin = operation === "add" && change.roles.includes("admin");
    need(this.sequence > 1 || isAdmin, "registry.firstAdmin");
    need(change.notBefore <= change.notAfter, "registry.window");
    need(old || operation === "add", "registry.mustAdd");
    need(old || !this.purposes.has(key.id), "registry.purpose", { field: "predicate.coseKey" });
    this.purposes.add(key.id);
    this.keys.set(key.id, old ? this.#changed(old, change) : change);
  }

  #changed(old, change) {
    need(change.issuer === old.issuer, "registry.sameIssuer", { issuer: old.issuer });
    need(change.roles.join() === old.roles.join(), "registry.sameRoles");
    if (old.state !== "revoked") return change;
    const { suspectFrom, notBefore, notAfter } = change;
    need(change.state === "revoked", "registry.final");
    need(notBefore === old.notBefore && notAfter === old.notAfter, "registry.sameWindow");
    const known = old.suspectFrom === undefined ? "" : `, below ${old.suspectFrom}`;
    need(suspectFrom < (old.suspectFrom ?? Infinity), "registry.suspectFrom", { known });
    return { ...old, suspectFrom };
  }

  /** Judges whether the key may sign this type, but for the clock (registry.md §5). */
  judgeSigner(statement) {
    const { leaf, predicate, subjects } = statement, { policy } = this;
    this.#checkAlgorithm(statement.algorithm);
    need(leaf.length <= policy.statementBytes, "judge.bytes", { limit: policy.statementBytes });
    const isFew = !isOurs(predicate) || subjects.length <= policy.subjects;
    need(isFew, "judge.subjects", { limit: policy.subjects });
    const record = this.judgeKey(statement), role = isOurs(predicate) ? "pop" : "ci";
    need(policy.predicateTypes.includes(predicate), "judge.predicate");
    need(record.roles.includes(role), "judge.role", { predicate, role });
  }

  judgeKey({ keyID, issuer, algorithm, issuedAt }) {
    const record = this.keys.get(keyID), { state, notBefore, notAfter, signedUntil } = record ?? {};
    need(record, "judge.unknown");
    need(issuer === record.issuer, "judge.issuer", { issuer: record.issuer });
    need(record.key.algorithm === algorithm, "judge.alg", { algorithm: record.key.algorithm });
    const isDrained = state === "retired" && issuedAt > signedUntil;
    need(!isDrained, "judge.retired", { time: instant(Math.max(0, signedUntil)) });
    need(state !== "revoked", "judge.revoked");
    need(issuedAt >= notBefore, "judge.early", { time: instant(notBefore, "T", "Z") });
    need(issuedAt <= notAfter, "judge.late", { time: instant(notAfter, "T", "Z") });
    return record;
  }

  /** The doubt about the keys that signed a head of this size; null where there is none. */
  doubt(size, withReceipt) {
    const histories = [this.noteKeys, ...(withReceipt ? [this.receiptKeys] : [])];
    const doubts = histories.flatMap((history) => history.doubtsAbout(size));
    return doubts.sort((one, other) => one.until - other.until)[0] ?? null;
  }
}

// MARK: The trust kit

const kitLimit = 64 * 1024 * 1024;
const kitNames =
  ["policy", "genesis", "registry.cbor", "receipt-keys.cbor", "tsa.pem", "calendars"];

/** What is trusted: everything follows from the genesis, but the choices of the policy. */
class TrustKit {
  /** Reads and verifies a kit in one file; a refusal names the file in it and the rule. */
  static async read(bytes) {
    const files = TrustKit.#files(bytes), kit = new TrustKit(), genesis = plainLines(files.genesis);
    const isForm = genesis.length === 44 && genesis.endsWith("\n");
    const pinned = isForm ? fromBase64URL(genesis.slice(0, -1)) : null;
    need(pinned, "kit.genesis");
    for (const file of ["receipt-keys.cbor", "tsa.pem", "calendars"]) {
      const limit = file === "calendars" ? 16384 : smallFileBytes;
      need(!(files[file]?.length > limit), "kit.fileSize", { file, limit });
    }
    kit.hasTimestampRoots = files["tsa.pem"] !== undefined;
    const rows = TrustKit.#rows(files["registry.cbor"]);
    kit.policy = within("kit.policy", () => readPolicy(files.policy));
    Object.assign(kit, { genesis: hexOf(pinned), controls: rows.controls });
    const [first] = rows.controls, isPinned = first.index === 0 && first.id === kit.genesis;
    need(isPinned, "kit.pinned");
    await kit.#fold();
    await kit.#readHead(rows);
    kit.#readKeys(files["receipt-keys.cbor"]);
    await kit.#readTime(rows);
    return kit;
  }

  static #files(bytes) {
    need(bytes.length <= kitLimit, "kit.size", { limit: kitLimit });
    need(bytes[0] >= 0xa4 && bytes[0] <= 0xa6, "kit.map");
    const map = within("kit.cbor", () => CBORReader.decode(bytes, { depth: 1 }));
    for (const [file, content] of map) {
      need(kitNames.includes(file), "kit.otherFile");
      need(isBytes(content), "kit.bytes", { file });
    }
    const file = kitNames.slice(0, 4).find((name) => !map.has(name));
    need(!file, "kit.missing", { file });
    return Object.fromEntries(map);
  }

  static #rows(bytes) {
    const item = within("kit.registryCBOR", () => CBORReader.decode(bytes));
    const [note, head, rows] = Array.isArray(item) && item.length === 3 ? item : [];
    const isForm = isBytes(note) && isBytes(head) && Array.isArray(rows) && rows.length > 0;
    need(isForm, "kit.registry");
    const receipt = within("kit.head", () => readReceipt(head));
    let last = -1;
    const controls = rows.map((row) => {
      const [leaf, index, path] = Array.isArray(row) && row.length === 3 ? row : [];
      need(isBytes(leaf) && isSize(index) && Array.isArray(path), "kit.row");
      need(path.every((node) => isBytes(node, 32)), "kit.path", { index });
      const statement = within("kit.entry", () => readStatement(leaf, { isLeaf: true }), { index });
      need(index > last, "kit.order");
      last = index;
      return { ...statement, index, path };
    });
    return { note, receipt, controls };
  }

  async #fold() {
    const [first, ...later] = this.controls;
    let index = 0;
    const [, refusal] = await tried(async () => {
      this.first = await Registry.begin(first);
      this.registry = this.first.copy();
      for (const control of later) {
        index = control.index;
        await this.registry.apply(control, index);
      }
    });
    if (refusal?.reason === "means") throw refusal;
    need(!refusal, "kit.fold", { index, words: refusal?.message });
    Object.assign(this, { origin: this.registry.origin, byID: new Map(), erasures: new Map() });
    for (const control of this.controls) {
      const { id, predicate, manifest, index: entry } = control;
      this.byID.set(id, control);
      const digest = predicate === types.erasure ? fact(manifest, "sha256") : null;
      if (!digest || this.erasures.has(digest)) continue;
      this.erasures.set(digest, { entry, reason: fact(manifest, "reason") });
    }
  }

  async #readHead({ note, controls }) {
    const { terms } = this.registry.noteKeys;
    const open = () => openCheckpoint(readCheckpoint(note), this.origin, terms);
    const [head, refusal] = await tried(open);
    need(head, "kit.note", { words: refusal?.rule });
    const { size, root } = head;
    for (const { index, path, leaf } of controls) {
      checkPath(index, size, path, "kit");
      const own = inclusionRoot({ size, index, path }, leafHash(leaf));
      need(equal(own, root), "kit.tree", { index });
    }
    Object.assign(this, { head, size });
  }

  #readKeys(bytes) {
    const { origin, registry, policy } = this;
    const map = within("kit.keysCBOR", () => CBORReader.decode(bytes));
    this.receiptKeys = new Map();
    for (const [log, items] of map instanceof Map ? map : []) {
      const isSet = typeof log === "string" && Array.isArray(items) && items.length > 0;
      need(isSet, "kit.keys");
      const read = (item) => within("kit.key", () => TrustKit.#setMember(item), { log });
      this.receiptKeys.set(log, items.map(read));
    }
    const sorted = (keys) => keys.map((key) => key.text).sort().join();
    const once = (keys) => [...new Map(keys.map((key) => [key.text, key])).values()];
    const known = ({ terms }) => sorted(once(terms.map((term) => term.key)));
    const isOwn = sorted(this.receiptKeys.get(origin) ?? []) === known(registry.receiptKeys);
    need(isOwn, "kit.ownKeys", { origin });
    const listed = once(policy.logs.filter((key) => key.name === origin));
    need(sorted(listed) === known(registry.noteKeys), "kit.noteKeys", { origin });
  }

  static #setMember(item) {
    need(item instanceof Map, "key.map");
    const bare = new Map([...item].filter(([label]) =>
      label !== 2 && (label !== 3 || item.get(1) === 7)));
    const key = coseKey(bare), kid = item.get(2);
    need(isBytes(kid) && hexOf(kid) === key.id, "key.wrongThumbprint");
    need(item.get(3) === key.algorithm, "key.wrongAlgorithm");
    return key;
  }

  async #readTime({ receipt, controls }) {
    const { proof, issuedAt, note } = receipt, last = controls.at(-1), { size, root } = this.head;
    const isLast = proof.isOfEntry && proof.index === last.index && proof.size === size
      && equal(inclusionRoot(proof, leafHash(last.leaf)), root) && receipt.origin === this.origin;
    need(isLast, "kit.last");
    const key = this.receiptKey(receipt), isKey = key?.algorithm === receipt.algorithm;
    need(isKey && this.registry.receiptKeys.isInForce(key.id, size), "kit.headKey");
    need(note, "kit.headNote");
    const { terms } = this.registry.noteKeys;
    const open = () => openCheckpoint(readCheckpoint(note), this.origin, terms, { size, root });
    const [, refusal] = await tried(open);
    need(!refusal, "kit.headCheckpoint", { words: refusal?.rule });
    const message = receipt.signedOver(root);
    const [, fault] = await tried(() => checkSignature(key, receipt.signature, message));
    if (fault?.reason === "means") throw fault;
    need(!fault, "kit.headSignature", { words: fault?.rule });
    this.time = issuedAt;
  }

  receiptKey({ origin, keyID }) {
    return this.receiptKeys.get(origin)?.find((key) => key.id === keyID) ?? null;
  }
  logTerms(origin) {
    if (origin === this.origin) return this.registry.noteKeys.terms;
    return this.policy.logs.filter((key) => key.name === origin).map((key) => ({ key, first: 0 }));
  }

  /** The registry as it stood below `index`. */
  registryBelow(index) {
    const past = this.first.copy();
    for (const control of this.controls.slice(1)) {
      if (control.index < index) past.replay(control, control.index);
    }
    return past;
  }
}

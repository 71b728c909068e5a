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

  /** This with `key` from the size above `last` on; a stolen one was in doubt from `from` on. */
  handedOver(key, last, from, until) {
    need(last > (this.terms.at(-2)?.last ?? -1), "handover.size");
    const doubts = from === undefined ? [] : [{ first: from, last, until }];
    const ended = [...this.terms.slice(0, -1), { ...this.terms.at(-1), last }];
    return new KeyHistory([...ended, { key, first: last + 1 }], [...this.doubts, ...doubts]);
  }
}

const keyOf = (text, path) => within("registry.coseKey", () => coseKeyOf(text), { path });
function noteKeyOf(text, path, origin) {
  const key = within("registry.vkey", () => readVerifierKey(text), { path });
  need(key.type === 1 && key.name === origin, "registry.noteKey", { path });
  return key;
}

async function checkStatementSignature({ algorithm, signature, signed }, key) {
  need(key.algorithm === algorithm, "signature.algorithm", { algorithm: key.algorithm });
  await checkSignature(key, signature, signed);
}

/**
 * The state that the control statements leave, applied in their order. Where it refuses a change
 * it is not used any more.
 */
class Registry {
  static async begin(statement) {
    const { manifest, chain, id } = check("genesis", statement), { predicate } = manifest;
    const origin = predicate.get("origin");
    const note = noteKeyOf(predicate.get("noteKey"), "predicate.noteKey", origin);
    const [receipt, ledger, recovery] = ["receiptKey", "ledgerKey", "recoveryKey"]
      .map((name) => predicate.has(name) && keyOf(predicate.get(name), `predicate.${name}`));
    const ids = [note.key, receipt, ledger, recovery].filter(Boolean).map((key) => key.id);
    need(new Set(ids).size === ids.length, "registry.purposes");
    const history = (key) => new KeyHistory([{ key, first: 0 }]);
    const registry = Object.assign(new Registry(), {
      origin, recovery, chainID: chain.id, newest: id, sequence: 1, newestIndex: 0,
      keys: new Map(), purposes: new Set(ids), manifest,
      noteKeys: history(note), receiptKeys: history(receipt), ledgerKeys: history(ledger),
    });
    registry.#readPolicy(manifest);
    registry.#hold("control.form", statement);
    await registry.#checkLedgerSignature(statement);
    return registry;
  }

  copy() {
    const [keys, purposes] = [new Map(this.keys), new Set(this.purposes)];
    return Object.assign(new Registry(), this, { keys, purposes });
  }
  get uri() { return `https://${this.origin}`; }
  get recoveryURI() { return `${this.uri}/recovery`; }

  #readPolicy({ predicate }) {
    this.policy = Object.fromEntries([...predicate, ...predicate.get("limits")]);
  }

  /** Holds a statement, and what is known of its key, to a list of checks.json. */
  #hold(name, statement) {
    return check(name, { ...statement, registry: this, record: this.keys.get(statement.keyID) });
  }

  /** Applies the next control statement, at `index`: first its form, its signer and its turn. */
  async apply(statement, index) {
    need(statement.manifest, "registry.control");
    this.#hold("control.form", statement);
    await this.#checkAuthority(statement);
    this.#hold("control.turn", statement);
    this.replay(statement, index);
  }

  /** Applies a control statement whose signer has been checked. */
  replay(statement, index, sequence = this.sequence) {
    const { manifest, predicate, issuedAt, id: newest } = statement;
    need(index > this.newestIndex && index <= largestInteger, "registry.index");
    need(this.sequence > 1 || index === 1, "registry.second");
    if (predicate === types.key) this.#applyKey(manifest, index);
    else if (predicate === types.logKey) this.#applyHandover(manifest, issuedAt);
    else if (predicate === types.policy) {
      this.#hold("control.policy", statement);
      this.#readPolicy(manifest);
    }
    Object.assign(this, { newest, newestIndex: index, sequence: sequence + 1 });
  }

  /** Applies a `key` statement above the kit's tree: what lies between is not known. */
  async applyLater(statement, index) {
    this.#hold("control.form", statement);
    await this.#checkAuthority(statement);
    const { sequence } = statement.chain;
    if (sequence <= this.sequence) this.#hold("control.turn", statement);
    this.replay(statement, index, sequence);
  }

  async #checkAuthority(statement) {
    const { predicate, keyID } = statement, isFirst = this.sequence === 1;
    need(!isFirst || predicate === types.key, "registry.entryOne");
    if (isFirst || predicate === types.logKey) return this.#checkLedgerSignature(statement);
    if (keyID === this.recovery.id) {
      this.#hold("control.recovery", statement);
      return checkStatementSignature(statement, this.recovery);
    }
    const { record } = this.#hold("control.admin", statement);
    await checkStatementSignature(statement, record.key);
  }
  async #checkLedgerSignature(statement) {
    this.#hold("control.ledger", statement);
    await checkStatementSignature(statement, this.ledgerKeys.current);
  }

  #applyHandover({ predicate }, time) {
    const { which, old, new: text, suspectFrom, lastSize } = Object.fromEntries(predicate);
    const name = `${which}Keys`, path = "predicate.new", isNote = which === "note";
    const key = isNote ? noteKeyOf(text, path, this.origin) : keyOf(text, path);
    const { id } = isNote ? key.key : key;
    need(old === this[name].current.text, "handover.old");
    need(!this.purposes.has(id), "registry.purpose", { path });
    this[name] = this[name].handedOver(key, lastSize, suspectFrom, time);
    this.purposes.add(id);
  }

  #applyKey({ predicate }, index) {
    const members = Object.fromEntries(predicate), { operation, suspectFrom } = members;
    const key = keyOf(members.coseKey, "predicate.coseKey"), old = this.keys.get(key.id);
    const [notBefore, notAfter, signedUntil] = ["notBefore", "notAfter", "signedUntil"]
      .map((name) => readTime(members[name])?.seconds);
    const state = { add: "added", retire: "retired", revoke: "revoked" }[operation];
    const additions = [...old?.additions ?? [], ...(operation === "add" ? [index] : [])];
    const change = {
      ...members, key, state, notBefore, notAfter, signedUntil, changedAt: index, additions,
    };
    const isTaken = this.purposes.has(key.id), known = old?.suspectFrom, isNew = !old;
    check("key", { registry: this, operation, change, old, isNew, isTaken, known });
    this.purposes.add(key.id);
    this.keys.set(key.id, old?.state === "revoked" ? { ...old, suspectFrom } : change);
  }

  /** Judges whether the key may sign this type, but for the clock (registry.md §5). */
  judgeSigner(statement) {
    const isOwn = isOurs(statement.predicate), count = isOwn ? statement.subjects.length : 0;
    this.#hold("judge.signer", { ...statement, count, role: isOwn ? "pop" : "ci" });
  }
  judgeKey(statement) { return this.#hold("judge.key", statement); }

  /** The doubt about the keys that signed a head of this size; null where there is none. */
  doubt(size, withReceipt) {
    const histories = [this.noteKeys, ...(withReceipt ? [this.receiptKeys] : [])];
    const doubts = histories.flatMap((one) => one.doubts).filter((doubt) => covers(doubt, size));
    return doubts.sort((one, other) => one.until - other.until)[0] ?? null;
  }
}

// MARK: The trust kit

const kitLimit = 64 * 1024 * 1024;

/** What is trusted: everything follows from the genesis, but the choices of the policy. */
class TrustKit {
  /** Reads and verifies a kit in one file; a refusal names the file in it and the rule. */
  static async read(bytes) {
    const files = TrustKit.#files(bytes), kit = new TrustKit(), genesis = plainLines(files.genesis);
    const pinned = /^[^]{43}\n$/.test(genesis) ? fromBase64URL(genesis.slice(0, -1)) : null;
    need(pinned, "kit.genesis");
    for (const [, file, , limit] of rules.members.kit) {
      need(!(files[file]?.length > limit), "kit.fileSize", { file, limit });
    }
    kit.hasTimestampRoots = files["tsa.pem"] !== undefined;
    const rows = TrustKit.#rows(files["registry.cbor"]), { controls } = rows, [first] = controls;
    kit.policy = within("kit.policy", () => readPolicy(files.policy));
    Object.assign(kit, { genesis: hexOf(pinned), controls });
    need(first.index === 0 && first.id === kit.genesis, "kit.pinned");
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
      need(rules.members.kit.some((row) => row[1] === file), "kit.otherFile");
      need(isBytes(content), "kit.bytes", { file });
    }
    const { missing: file } = named(map, rules.members.kit);
    need(!file, "kit.missing", { file });
    return Object.fromEntries(map);
  }

  static #rows(bytes) {
    const registry = within("kit.registryCBOR", () => CBORReader.decode(bytes));
    const [note, head, rows] = check("registry", { registry }).registry;
    const receipt = within("kit.head", () => readReceipt(head));
    let last = -1;
    const controls = rows.map((row) => {
      const [leaf, index, path] = check("row", { row }).row;
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
    need(!refusal, "kit.fold", { index, words: refusal });
    this.origin = this.registry.origin;
    this.byID = new Map(this.controls.map((control) => [control.id, control]));
  }

  async #readHead({ note, controls }) {
    const [head, refusal] = await tried(() => this.#open(note));
    need(head, "kit.note", { rule: refusal });
    const { size, root } = head;
    for (const { index, path, leaf } of controls) {
      const proof = checkPath({ index, size, path }, "kit");
      need(equal(inclusionRoot(proof, leafHash(leaf)), root), "kit.tree", { index });
    }
    Object.assign(this, { head, size });
  }
  async #open(note, tree) {
    return openCheckpoint(readCheckpoint(note), this.origin, this.logTerms(this.origin), tree);
  }

  #readKeys(bytes) {
    const { origin, registry, policy } = this;
    const map = within("kit.keysCBOR", () => CBORReader.decode(bytes));
    this.receiptKeys = new Map();
    for (const [log, items] of mapOf(map)) {
      check("keySet", { log, items });
      const read = (item) => within("kit.key", () => TrustKit.#setMember(item), { log });
      this.receiptKeys.set(log, items.map(read));
    }
    const texts = (keys) => keys.map((key) => key.text).sort();
    const once = (keys) => [...new Set(texts(keys))].join();
    const known = ({ terms }) => once(terms.map((term) => term.key));
    const own = texts(this.receiptKeys.get(origin) ?? []).join();
    need(own === known(registry.receiptKeys), "kit.ownKeys", { origin });
    const listed = once(policy.logs.filter((key) => key.name === origin));
    need(listed === known(registry.noteKeys), "kit.noteKeys", { origin });
  }

  static #setMember(item) {
    need(item instanceof Map, "key.map");
    const isOwn = (label) => label !== 2 && (label !== 3 || item.get(1) === 7);
    const key = coseKey(new Map([...item].filter(([label]) => isOwn(label)))), kid = item.get(2);
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
    const [, refusal] = await tried(() => this.#open(note, { size, root }));
    need(!refusal, "kit.headCheckpoint", { rule: refusal });
    await checkReceiptSignature(key, receipt, root, "kit.headSignature");
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
    const past = this.first.copy(), below = this.controls.filter((one) => one.index < index);
    for (const control of below.slice(1)) past.replay(control, control.index);
    return past;
  }
}

/** Checks the signature of a receipt over a root; a refusal is that of `refused`. */
async function checkReceiptSignature(key, { signature, signedOver }, root, refused) {
  const [, rule] = await tried(() => checkSignature(key, signature, signedOver(root)));
  if (rule?.reason === "means") throw rule;
  need(!rule, refused, { rule });
}

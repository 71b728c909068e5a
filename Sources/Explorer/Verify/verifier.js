"use strict";
// What a record proves, by a trust kit and nothing else (verification.md): a row of steps, each of
// which gives a value and findings. What each finding says stands in rules.json.

const levels = { // Each with the checks that must hold for it, beside those before it.
  signed: ["signature", "issuer"], logged: ["receipt"], witnessed: ["cosignatures"],
  timestamped: ["timestamp"], anchored: ["anchor"],
};
const levelNames = Object.keys(levels);
const checks = ["statement", "manifest", "artifact", "aud", "receipt", "signature", "issuer",
  "cosignatures", "timestamp", "anchor", "seen", "complete"];
const isHolding = ({ verdict }) => verdict === "ok" || verdict === "suspect";

/** The reasons that a newer kit or program may know better about: unknown. All others are false. */
const openReasons = {
  form: ["unknownType"], signedManifest: ["predicate"], receipt: ["unknownKey", "unknownHead"],
  keyStatement: ["unknownKey"], laterControl: ["outOfTurn", "unknownKey"],
  aboveKit: ["predicate", "algorithm", "tooLarge"],
  unproven: ["predicate", "algorithm", "tooLarge"],
  onceValid: ["predicate", "algorithm", "tooLarge", "keyState"],
};
const verdictOf = ({ reason }, question = "receipt") =>
  reason === "means" ? "notChecked" : openReasons[question]?.includes(reason) ? "unknown" : "false";

/** One verification: what is known so far, and what was found. */
class Verification {
  constructor(kit, time) {
    Object.assign(this, {
      kit, time, findings: [], heads: [], growths: [], checkpoints: [], index: null,
      believed: [kit.head], readings: new Map(), notBefore: null, existedBy: null, isDamaged: false,
      loggedAt: null, completeAt: null,
    });
  }

  /** Notes the finding of this name, [check, verdict, detail] in rules.json. */
  note(name, values = {}, verdict = rules.findings[name][1]) {
    const [check, , detail] = rules.findings[name];
    this.findings.push({ check, verdict, detail: fill(detail, values) });
  }

  async run(bytes, artifact) {
    const [record, refusal] = await tried(() => readRecord(bytes));
    if (refusal) {
      this.note("badStatement", { words: refusal.message }, verdictOf(refusal, "form"));
      this.isDamaged = bytes.length <= fileLimit && !holds(() => readSign1(bytes));
      return this;
    }
    Object.assign(this, { record, statement: record.statement });
    this.note("statement", { id: shownID(this.statement.id) });
    await this.#readManifest();
    this.#matchArtifact(artifact);
    await this.#proveHeads();
    this.#matchAudience();
    await this.#judgeSigner(await this.#readKeyStatements());
    await this.#readSeen();
    await this.#placeAnchors();
    await this.#believeHeads();
    await this.#judgeQuorum();
    await this.#boundBySeen();
    this.#agreeOnTimes();
    const { length: count } = record.completes;
    this.note(count > 0 ? "unread.complete" : "no.complete", { count });
    return this;
  }

  // MARK: Manifest, artifact, audience

  async #readManifest() {
    const { statement, manifest: bytes } = this.record;
    this.manifest = statement.manifest;
    if (statement.manifest) return this.note("manifestInside");
    if (!bytes) return this.note("noManifest");
    const [manifest, refusal] = await tried(() => {
      const read = readManifest(bytes);
      checkManifest(statement, read);
      return read;
    });
    this.manifest = manifest;
    if (manifest) return this.note("manifest", { digest: manifest.digest });
    const question = digestOf(bytes) === statement.digest ? "signedManifest" : "otherManifest";
    this.note("badManifest", { words: refusal.message }, verdictOf(refusal, question));
  }

  #matchArtifact(artifact) {
    const { predicate: type, subjects, digest } = this.statement, isFiles = isAboutFiles(type);
    const isSubject = subjects.includes(artifact), values = { digest: artifact, type };
    if (artifact === null) return this.note(isFiles ? "noArtifact" : "artifactOfNone", values);
    if (digest === artifact) return this.note("artifactIsManifest");
    if (isSubject && isFiles) return this.note("artifact", values);
    if (isSubject && !isKnownType(type)) return this.note("artifactUnknown", values);
    this.note(isFiles ? "otherArtifact" : "artifactNotNamed", values);
  }

  #matchAudience() {
    const { audience } = this.statement;
    if (audience === null) return this.note("noAudience");
    const proven = this.heads.map((head) => head.origin);
    const origins = proven.length > 0 ? proven : [this.kit.origin];
    const origin = origins.find((one) => one !== audience);
    this.note(origin === undefined ? "audience" : "otherAudience", { audience, origin });
  }

  // MARK: Heads

  /** Reads a checkpoint once; opens it as one of `origin`, or of the origin that it names. */
  #read(bytes) {
    const key = hexOf(bytes);
    if (!this.readings.has(key)) this.readings.set(key, readCheckpoint(bytes));
    return this.readings.get(key);
  }
  async #open(bytes, tree = null, origin = this.#read(bytes).origin) {
    return openCheckpoint(this.#read(bytes), origin, this.kit.logTerms(origin), tree);
  }

  #contradicts({ origin, size, root }) {
    return this.believed.some((other) =>
      other.origin === origin && other.size === size && !equal(other.root, root));
  }
  #believe(head) {
    const isNew = !this.#contradicts(head);
    if (isNew) this.believed.push(head);
    return isNew;
  }

  async #checkReceipt(receipt, root) {
    const { kit } = this, { origin, keyID, proof, algorithm, signature } = receipt;
    need(kit.receiptKeys.has(origin), "receiptKey.origin", { origin });
    const key = kit.receiptKey(receipt);
    need(key, "receiptKey.unknown");
    need(key.algorithm === algorithm, "receiptKey.algorithm");
    const [, fault] = await tried(() => checkSignature(key, signature, receipt.signedOver(root)));
    if (fault?.reason === "means") throw fault;
    need(!fault, "receiptKey.signature", { words: fault?.rule });
    const isIn = origin !== kit.origin || kit.registry.receiptKeys.isInForce(keyID, proof.size);
    need(isIn, "receiptKey.term");
  }

  async #proveHeads() {
    const own = [], isReceipt = ({ check }) => check === "receipt";
    for (const bytes of this.record.receipts) {
      const [receipt, refusal] = await tried(() => readReceipt(bytes));
      if (refusal) this.note("badReceipt", { words: refusal.message }, verdictOf(refusal));
      else {
        own.push(receipt);
        await this.#proveHead(receipt);
      }
    }
    const isDamaged = this.findings.some((one) => isReceipt(one) && one.verdict === "false");
    if (!own.some(({ proof }) => proof.isOfEntry) && !isDamaged) this.note("noReceipt");
    if (!areInOrder(own)) this.note("receiptOrder");
    this.heads.forEach(({ origin, index }, place) => {
      for (const other of this.heads.slice(0, place)) {
        const isOther = other.origin === origin && other.index !== index;
        if (isOther) this.note("twoPositions", { one: other.index, other: index });
      }
    });
    this.index = this.heads.find((head) => head.origin === this.kit.origin)?.index ?? null;
  }

  async #proveHead(receipt) {
    const { kit } = this, { proof, origin, note } = receipt, { isOfEntry, index, size } = proof;
    if (!isOfEntry && !note) return this.note("growthNote");
    let root = isOfEntry ? inclusionRoot(proof, leafHash(this.statement.leaf)) : null;
    if (!isOfEntry) {
      const [, fault] = await tried(() => this.#open(note, null, origin));
      const isOpen = !fault || fault.reason === "unknownHead";
      if (!isOpen) return this.note("growthCheckpoint", { words: fault.rule }, verdictOf(fault));
      root = this.#read(note).root;
    }
    const [, fault] = await tried(() => this.#checkReceipt(receipt, root));
    const isSigned = !fault, values = { words: fault?.rule };
    if (fault) this.note(isOfEntry ? "receiptFault" : "growthFault", values, verdictOf(fault));
    if (!note) return isSigned && this.note("receiptPosition");
    const head = await this.#openHead(note, origin, { size, root });
    if (!head || (fault && verdictOf(fault) === "false")) return;
    if (!isOfEntry) return this.growths.push({ origin, proof, newer: head });
    const time = isSigned ? receipt.issuedAt : null;
    const doubt = origin === kit.origin ? kit.registry.doubt(size, isSigned) : null;
    const finding = this.findings.length;
    this.heads.push({ origin, index, size, time, doubt, checkpoint: head, finding });
    this.note("receipt", { index, size, origin, by: time === null ? "" : `, by ${instant(time)}` });
    const isAhead = time !== null && time > this.time + kit.registry.policy.maxAhead;
    if (isAhead) this.note("future", { time: instant(time) });
  }

  /** The head of a receipt's checkpoint where it is to be believed; its fault is noted. */
  async #openHead(bytes, origin, tree) {
    const [head, fault] = await tried(() => this.#open(bytes, tree, origin));
    if (fault?.reason === "unknownHead") await this.#noteStranger(this.#read(bytes));
    else if (fault) this.note("checkpointFault", { words: fault.rule });
    else if (!this.#believe(head)) this.note("receiptSplit", head);
    else {
      this.checkpoints.push(head);
      return head;
    }
    return null;
  }

  async #noteStranger(checkpoint) {
    const { policy } = this.kit, { verdicts } = await evaluatePolicy(policy, checkpoint);
    const bad = verdicts.findIndex(({ kind }) => kind === "invalid");
    if (bad < 0) this.note("stranger");
    else this.note("strangerCosigned", policy.witnesses[bad].key);
  }

  // MARK: Key statements

  async #readKeyStatements() {
    const { kit, record } = this, extended = kit.registry.copy();
    if (record.issuers.length === 0) return kit.registry;
    const [, refusal] = await tried(async () => {
      const links = [];
      let signer = this.statement.keyID, bound = this.index ?? Infinity;
      for (const bytes of record.issuers) {
        const link = await this.#readLink(bytes, signer, bound);
        links.unshift(link);
        [signer, bound] = [link.statement.keyID, link.place];
      }
      for (const { statement, place } of links) {
        if (place >= kit.size) await extended.applyLater(statement, place);
      }
    });
    if (!refusal) return extended;
    this.note("keyStatements", { words: refusal.message }, verdictOf(refusal, "keyStatement"));
    return kit.registry;
  }

  async #readLink(bytes, signer, bound) {
    const { kit } = this, link = readRecord(bytes, (id) => kit.byID.get(id)), { statement } = link;
    const isBare = !link.manifest && !link.issuers.length && !link.anchors.length
      && !link.completes.length;
    need(isBare && link.receipts.length > 0, "link.parts");
    need(statement.manifest && statement.predicate === types.key, "link.type");
    const { manifest, id } = statement, known = kit.byID.get(id);
    const key = keyOf(fact(manifest, "coseKey"), "coseKey");
    const adds = known ? kit.registry.keys.get(signer)?.additions.includes(known.index)
      : fact(manifest, "operation") === "add" && key.id === signer;
    need(adds, "link.adds");
    const places = new Set(), receipts = [];
    for (const content of link.receipts) {
      const receipt = readReceipt(content), place = await this.#placeOfLink(statement, receipt);
      receipts.push(receipt);
      if (place !== null) places.add(place);
    }
    need(places.size <= 1 && areInOrder(receipts), "link.receipts");
    const [place] = places;
    need(place !== undefined, "link.unknown");
    need(place < bound, "link.before");
    need(place >= kit.size || known?.index === place, "link.inKit");
    return { statement, place };
  }

  async #placeOfLink(statement, receipt) {
    const { origin, proof, note } = receipt, { size, index } = proof;
    need(origin === this.kit.origin && proof.isOfEntry && note, "link.receipt");
    const root = inclusionRoot(proof, leafHash(statement.leaf));
    const [, fault] = await tried(() => this.#checkReceipt(receipt, root)), words = fault?.rule;
    need(!fault || verdictOf(fault) !== "false", "link.badReceipt", { words });
    if (fault) this.note("linkReceipt", { words }, verdictOf(fault));
    const [head, refusal] = await tried(() => this.#open(note, { size, root }, origin));
    const isStranger = refusal?.reason === "unknownHead";
    need(!refusal || isStranger, "link.badCheckpoint", { words: refusal?.rule });
    if (isStranger) this.note("linkStranger");
    need(isStranger || this.#believe(head), "link.split", { size });
    return isStranger ? null : index;
  }

  // MARK: The signer

  async #judgeSigner(extended) {
    const { kit, statement, index } = this, isLater = index !== null && index >= kit.size;
    const newest = isLater ? extended : kit.registry, record = newest.keys.get(statement.keyID);
    this.signer = { issuer: null, keyID: statement.keyID, state: "unknown", revocation: null };
    if (statement.manifest) return this.#judgeControl(newest);
    if (!record) {
      this.note("unknownKey");
      return this.note("unknownIssuer", { size: kit.size });
    }
    const [, fault] = await tried(() => checkStatementSignature(statement, record.key));
    if (fault) {
      this.note("badSignature", { words: fault.rule }, verdictOf(fault, "signature"));
      return this.note("nobody");
    }
    this.note("signature", record);
    this.#nameSigner(record, index);
    const past = isLater || index === null ? newest : kit.registryBelow(index);
    const count = this.manifest?.bytes.length ?? 0, limit = past.policy.manifestBytes;
    const verdictHere = (refusal) => verdictOf(refusal, this.#question(refusal.reason));
    const isLarge = count > limit;
    if (isLarge) this.note("manifestSize", { count, limit }, verdictHere({ reason: "tooLarge" }));
    const [, refusal] = await tried(() => {
      past.judgeSigner(statement);
      need(!kit.controls.some((control) => control.index === index), "judge.place", { index });
    });
    const words = refusal ? this.#refused(refusal) : this.#standing(record.issuer);
    this.note("issuer", { words }, refusal ? verdictHere(refusal) : this.#doubtful);
  }

  #nameSigner({ issuer, key, state, changedAt: entry, suspectFrom: from, reason }, index) {
    const isSuspect = state === "revoked" && index !== null && from <= index && index < entry;
    const quoted = reason ? ` ("${reason}")` : "";
    const words = fill(rules.words.revoked, { entry, quoted });
    const revocation = state === "revoked" ? { entry, from, words } : null;
    this.signer = { issuer, keyID: key.id, state: isSuspect ? "suspect" : state, revocation };
  }
  get #doubtful() { return this.signer.state === "suspect" ? "suspect" : "ok"; }
  get #doubt() {
    const { state, revocation } = this.signer;
    return state === "suspect" ? `${fill(rules.words.suspect, revocation)}; ` : "";
  }

  #standing(issuer) {
    const { kit: { size, time }, index, signer: { revocation } } = this, doubt = this.#doubt;
    const where = index === null ? ""
      : index < size ? ` at entry ${index}` : "; later changes unknown";
    const words = fill(rules.words.standing, { issuer, where, size, time: instant(time) });
    return doubt + words + (revocation && !doubt ? `; later ${revocation.words}` : "");
  }
  #refused({ reason, message }) {
    const { index, signer: { revocation } } = this;
    if (reason !== "keyState" || !revocation) return message;
    if (index === null) return fill(rules.words.revokedUnlogged, revocation);
    if (index < revocation.entry) return message;
    return fill(rules.words.revokedBefore, { ...revocation, index });
  }

  /** Where the entry stands, seen from the kit, for somebody who judges a refusal. */
  #question(reason) {
    const { kit, index, statement } = this;
    if (index !== null) return index < kit.size ? "belowKit" : "aboveKit";
    const isOnce = reason === "keyState" && kit.controls.some((control) =>
      control.predicate === types.key
      && keyOf(fact(control.manifest, "coseKey"), "").id === statement.keyID
      && holds(() => kit.registryBelow(control.index + 1).judgeKey(statement)));
    return isOnce ? "onceValid" : "unproven";
  }

  async #judgeControl(newest) {
    const { kit, statement, index } = this, known = kit.byID.get(statement.id);
    if (known && index !== null && index !== known.index) {
      return this.note("controlElsewhere", { known: known.index, index });
    }
    if (known) {
      this.#nameControlSigner(kit.registry, known.index);
      this.note("controlKnown");
      const words = this.#doubt + fill(rules.words.control, known);
      return this.note("issuer", { words }, this.#doubtful);
    }
    if (index !== null && index < kit.size) return this.note("controlAbsent");
    const place = index ?? Math.max(kit.size, newest.newestIndex + 1);
    const [, refusal] = await tried(() => newest.copy().apply(statement, place));
    if (refusal) {
      const isSignature = ["signature", "means"].includes(refusal.reason);
      return this.note(isSignature ? "badSignature" : "issuer", { words: refusal.message },
        verdictOf(refusal, "laterControl"));
    }
    this.#nameControlSigner(newest, index);
    this.note("controlSigned");
    this.note("controlFollows");
  }

  #nameControlSigner(registry, index) {
    const { keyID, issuer } = this.statement, record = registry.keys.get(keyID);
    if (record) return this.#nameSigner(record, index);
    const term = registry.ledgerKeys.terms.find(({ key }) => key.id === keyID);
    const state = term?.last === undefined ? "added" : "retired";
    this.signer = { issuer, keyID, state, revocation: null };
  }

  // MARK: Anchors, witnesses, seen

  /** Reads when the quorum had seen the head that the signer names. */
  async #readSeen() {
    const isWork = this.manifest?.predicateType === types.provenance;
    const note = isWork ? this.manifest.predicate.get("seen")?.get("checkpoint") : undefined;
    this.seen = { note: note === undefined ? null : encodeText(note), time: null, by: [] };
    if (!this.seen.note) return;
    const [head, fault] = await tried(() => this.#open(this.seen.note)), { policy } = this.kit;
    Object.assign(this.seen, { head, fault });
    if (!head) return;
    const { verdicts, quorum } = await evaluatePolicy(policy, head);
    if (quorum === null || verdicts.some(({ kind }) => kind === "invalid")) return;
    const by = policy.witnesses.filter((_, place) => verdicts[place].kind === "cosigned");
    Object.assign(this.seen, { time: quorum, by: by.map(({ name }) => shownWord(name)) });
  }

  async #placeAnchors() {
    const places = this.heads.map(({ origin, index }) => ({ origin, index }));
    const count = { timestamp: 0, anchor: 0 }, unread = { timestamp: 0, anchor: 0 };
    for (const map of this.record.anchors) {
      const type = map.get("type"), check = type === "rfc3161" ? "timestamp" : "anchor";
      count[check] += 1;
      const [, fault] = await tried(() => this.#placeAnchor(map, places));
      if (fault) this.note(`bad.${check}`, { words: fault.message });
      else if (["rfc3161", "opentimestamps"].includes(type)) unread[check] += 1;
      else this.note("anchorType", { type });
    }
    for (const check of ["timestamp", "anchor"]) {
      const isNameless = check === "timestamp" && !this.kit.hasTimestampRoots;
      const name = isNameless ? "nameless" : `unread.${check}`;
      if (unread[check] > 0) this.note(name, { count: unread[check] });
      else if (count[check] === 0) this.note(`no.${check}`);
    }
  }

  async #placeAnchor(map, places) {
    const [type, note, evidence, path, header] =
      ["type", "checkpoint", "evidence", "inclusion", "header"].map((name) => map.get(name));
    const areBytes = [note, evidence, path].every((part) => isBytes(part));
    const isForm = typeof type === "string" && areBytes, hasHeader = map.has("header");
    const isHeader = type === "opentimestamps" && isBytes(header, 80);
    need(map.size === (hasHeader ? 5 : 4) && isForm, "anchor.form");
    need(!hasHeader || isHeader, "anchor.header");
    const proof = readProof(path, true), { size, index } = proof;
    const root = inclusionRoot(proof, leafHash(this.statement.leaf));
    const [opened, fault] = await tried(() => this.#open(note, { size, root }));
    need(!["head.otherRoot", "head.otherSize"].includes(fault?.key), "anchor.other");
    need(opened || fault.reason === "unknownHead", "anchor.checkpoint", { words: fault?.rule });
    const head = this.#read(note), { origin } = head;
    need(head.lines.length === 1, "anchor.lines");
    need(opened ? this.#believe(head) : !this.#contradicts(head), "anchor.split", { size });
    const other = places.find((one) => one.origin === origin && one.index !== index);
    need(!other, "anchor.position", { other: other?.index, index });
    if (opened) places.push({ origin, index });
  }

  /** Leaves out heads that a thief may have signed, where others show the entry. */
  async #believeHeads() {
    const doubted = [];
    for (const head of this.heads.filter((one) => one.doubt)) {
      const { quorum } = await evaluatePolicy(this.kit.policy, head.checkpoint, head.time);
      if (quorum === null || quorum > head.doubt.until) doubted.push(head);
    }
    const others = this.heads.filter((head) => !doubted.includes(head));
    const isAlone = others.length === 0;
    for (const { finding, doubt } of doubted) {
      const form = isAlone ? rules.words.thief : rules.words.notCounted;
      this.findings[finding].verdict = isAlone ? "suspect" : "unknown";
      this.findings[finding].detail += fill(form, { time: instant(doubt.until) });
    }
    if (!isAlone) this.heads = others;
    const times = this.heads.map((head) => head.time).filter((time) => time !== null);
    this.loggedAt = ordered(times)[0] ?? null;
  }

  async #judgeQuorum() {
    const { policy } = this.kit, { witnesses } = policy;
    let bad = null;
    for (const checkpoint of this.checkpoints) {
      const { verdicts } = await evaluatePolicy(policy, checkpoint);
      bad ??= witnesses[verdicts.findIndex(({ kind }) => kind === "invalid")] ?? null;
    }
    const evaluations = [];
    for (const { checkpoint, time } of bad ? [] : this.heads) {
      evaluations.push(await evaluatePolicy(policy, checkpoint, time));
    }
    this.witnesses = witnesses.map((witness, place) => witnessStanding(
      witness, evaluations.map(({ verdicts }) => verdicts[place]), witness === bad));
    const times = ordered(evaluations.map(({ quorum }) => quorum).filter((time) => time !== null));
    [this.completeAt, this.freshAt] = [times[0] ?? null, times.at(-1) ?? null];
    if (bad) return this.note("badCosignature", bad.key);
    if (policy.quorum === "none") return this.note("noQuorum");
    if (this.completeAt !== null) return this.note("cosignatures", { words: this.#seenWords() });
    if (this.heads.length === 0) return this.note("noHead");
    const mayCount = ({ kind }) => ["cosigned", "unsupported", "tooEarly"].includes(kind);
    const mayBe = evaluations.some(({ verdicts }) => {
      const counted = witnesses.filter((_, place) => mayCount(verdicts[place]));
      return quorumTime(policy, counted.map(({ name }) => [name, 1])) !== null;
    });
    this.note("shortfall", { words: this.#shortfall() }, mayBe ? "unknown" : "absent");
  }

  get seenBy() {
    return this.witnesses.filter(({ earliest }) =>
      earliest !== null && earliest <= this.completeAt);
  }
  #seenWords() {
    const { completeAt: time, freshAt: newest } = this, names = this.#names(this.seenBy, true);
    const words = fill(rules.words.seenBy, { names, time: instant(time) });
    return words + (newest > time ? `, newest ${instant(newest)}` : "");
  }
  #shortfall() {
    const by = (verdict) => this.witnesses.filter((witness) => witness.verdict === verdict);
    const signed = by("ok"), early = by("unknown").filter((one) => one.isTooEarly);
    const strange = by("unknown").filter((one) => !one.isTooEarly);
    const part = (list, form, isCounted) =>
      list.length > 0 ? fill(form, { names: this.#names(list, isCounted) }) : "";
    return (part(signed, rules.words.signedBy, true) || rules.words.noneSigned)
      + part(strange, rules.words.strange) + part(early, rules.words.early);
  }
  #names(list, isCounted = false) {
    const words = list.slice(0, 4).map(({ name }) => name).join(", ")
      + (list.length > 4 ? ` and ${list.length - 4} more` : "");
    return words + (isCounted ? ` (${list.length} of ${this.witnesses.length})` : "");
  }

  async #boundBySeen() {
    const { seen, growths, manifest } = this, isProven = growths.length > 0;
    if (!manifest) return this.note("seenNoManifest", {}, isProven ? "notChecked" : "absent");
    if (!seen.note) return this.note(isProven ? "seenNoHead" : "seenNone");
    const isStranger = seen.fault?.reason === "unknownHead";
    const words = isStranger ? rules.words.seenStranger : seen.fault?.rule;
    if (seen.fault) return this.note("seenFault", { words }, verdictOf(seen.fault));
    const { head } = seen, { origin, size, root } = head;
    if (this.#contradicts(head)) return this.note("seenSplit", head);
    const own = this.heads.filter((one) => one.origin === origin);
    const holder = own.find((one) => one.index < size);
    if (holder) return this.note("seenHolds", { size, index: holder.index });
    if (!isProven) return this.note("seenUnproven");
    for (const { origin: log, proof, newer } of growths) {
      const isFrom = log === origin && proof.oldSize === size && proof.size > size;
      if (!isFrom) return this.note("seenBegin", { words: "" });
      const [whole, fault] = await tried(() => newerRoot(proof, root));
      if (fault) return this.note("seenBegin", { words: `: ${fault.rule}` });
      if (!equal(whole, newer.root)) return this.note("seenLead");
    }
    const isLinked = growths.some(({ newer }) => own.some((one) => one.size === newer.size));
    if (!isLinked) return this.note("seenUnlinked");
    this.note("seen", { size });
    this.notBefore = { size, time: seen.time, by: seen.by };
  }

  #agreeOnTimes() {
    const { time: seen } = this.seen, isWrong = (time) => seen !== null && isBefore(time, seen);
    const values = (time) => ({ time: instant(time), seen: instant(seen) });
    for (const { doubt, time } of this.heads) {
      if (!doubt && time !== null && isWrong(time)) this.note("headTime", values(time));
    }
    const { completeAt: time } = this;
    if (time !== null && isWrong(time)) this.note("quorumTime", values(time));
    else this.existedBy = time;
  }
}

function witnessStanding({ name, key }, verdicts, isBad) {
  const times = ordered(verdicts.map(({ time }) => time).filter((time) => time !== undefined));
  const has = (kind) => verdicts.some((verdict) => verdict.kind === kind);
  const isTooEarly = has("tooEarly");
  const other = isTooEarly || has("unsupported") ? "unknown" : "absent";
  const verdict = isBad ? "false" : times.length > 0 ? "ok" : other;
  const [earliest, newest] = [times[0] ?? null, times.at(-1) ?? null];
  return { name: shownWord(name), key, verdict, isTooEarly, earliest, newest };
}

// MARK: The answer

/** Verifies a record by a kit: the report, as of `time`, now in POSIX seconds. */
async function verifyRecord(kit, bytes, artifact, time, require) {
  const report = await new Verification(kit, time).run(bytes, artifact);
  const found = checks.flatMap((check) => report.findings.filter((one) => one.check === check));
  const isFound = (verdict, check) =>
    found.some((one) => one.verdict === verdict && (!check || one.check === check));
  const hasQuorum = kit.policy.quorum !== "none";
  const required = require ?? (hasQuorum ? "witnessed" : "logged");
  const passedOver = [
    ...(hasQuorum ? [] : ["witnessed"]), ...(kit.hasTimestampRoots ? [] : ["timestamped"])];
  let reached = null;
  for (const level of levelNames) {
    const isReached = levels[level].every((check) =>
      found.some((finding) => finding.check === check && isHolding(finding)));
    if (!isReached && !passedOver.includes(level)) break;
    if (isReached) reached = level;
  }
  Object.assign(report, {
    findings: found, required, passedOver, reached, isAboutArtifact: isFound("ok", "artifact"),
    isSuspect: isFound("suspect"), isHeadSuspect: isFound("suspect", "receipt"),
  });
  return Object.assign(report, { outcome: outcomeOf(report) });
}

function outcomeOf(report) {
  const { required, reached, findings } = report;
  const refuted = findings.filter((one) => one.verdict === "false");
  if (report.isDamaged) return "damaged";
  if (refuted.some(({ check }) => check !== "artifact")) return "false";
  if (refuted.length > 0) return "anotherFile";
  if (report.isSuspect) return "suspect";
  const isReached = levelNames.indexOf(reached) >= levelNames.indexOf(required);
  if (!isReached || report.passedOver.includes(required)) return "unproven";
  return report.isAboutArtifact ? "verified" : "recordOnly";
}

"use strict";
// What a record proves, by a trust kit and nothing else (verification.md): a row of steps, each of
// which gives a value and findings. The words of a finding, by its name, stand in rules.json.

const { levels } = rules, levelNames = Object.keys(levels);
const isHolding = ({ verdict }) => verdict === "ok" || verdict === "suspect";

/** A refusal for a reason that a newer kit or program may know better about is no falsehood. */
const verdictOf = ({ reason }, question = "receipt") => reason === "means" ? "notChecked"
  : rules.open[question]?.includes(reason) ? "unknown" : "false";

/** One verification: what is known so far, and what was found. */
class Verification {
  constructor(kit, time) {
    Object.assign(this, {
      kit, time, findings: [], heads: [], growths: [], checkpoints: [], index: null,
      believed: [kit.head], readings: new Map(), notBefore: null, existedBy: null, isDamaged: false,
      loggedAt: null, completeAt: null,
    });
  }

  /** Notes the finding of this name, [check, verdict, words] in rules.json. */
  note(name, values = {}, verdict = rules.findings[name][1]) {
    this.findings.push({ check: rules.findings[name][0], verdict, name, values });
  }

  async run(bytes, artifact) {
    const [record, words] = await tried(() => readRecord(bytes));
    if (words) {
      this.note("badStatement", { words }, verdictOf(words, "form"));
      this.isDamaged = bytes.length <= fileLimit && !holds(() => readSign1(bytes));
      return this;
    }
    Object.assign(this, { record, statement: record.statement });
    this.note("statement", record.statement);
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
    const { statement, manifest: bytes } = this.record, known = statement.manifest;
    this.manifest = known;
    if (known || !bytes) return this.note(known ? "manifestInside" : "noManifest");
    const read = () => check("ties", { ...statement, manifest: readManifest(bytes) }).manifest;
    const [manifest, words] = await tried(read);
    this.manifest = manifest;
    if (manifest) return this.note("manifest", manifest);
    const question = digestOf(bytes) === statement.digest ? "signedManifest" : "otherManifest";
    this.note("badManifest", { words }, verdictOf(words, question));
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
    const { audience } = this.statement, proven = this.heads.map((head) => head.origin);
    const origins = proven.length > 0 ? proven : [this.kit.origin];
    const origin = origins.find((one) => one !== audience);
    if (audience === undefined) return this.note("noAudience");
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
  async #evaluate(checkpoint, time) { return evaluatePolicy(this.kit.policy, checkpoint, time); }

  #contradicts({ origin, size, root }) {
    return this.believed.some((other) =>
      other.origin === origin && other.size === size && !equal(other.root, root));
  }
  #believe(head) { return !this.#contradicts(head) && this.believed.push(head); }

  async #checkReceipt(receipt, root) {
    const { kit } = this, { origin, keyID, proof } = receipt, key = kit.receiptKey(receipt);
    check("receiptKey", { ...receipt, keys: kit.receiptKeys.get(origin), key });
    await checkReceiptSignature(key, receipt, root, "receiptKey.signature");
    const isIn = origin !== kit.origin || kit.registry.receiptKeys.isInForce(keyID, proof.size);
    need(isIn, "receiptKey.term");
  }

  async #proveHeads() {
    const own = [];
    for (const bytes of this.record.receipts) {
      const [receipt, words] = await tried(() => readReceipt(bytes));
      if (words) this.note("badReceipt", { words }, verdictOf(words));
      else {
        own.push(receipt);
        await this.#proveHead(receipt);
      }
    }
    const isFalse = this.findings.some((one) => one.check === "receipt" && one.verdict === "false");
    if (!own.some(({ proof }) => proof.isOfEntry) && !isFalse) this.note("noReceipt");
    if (!areInOrder(own)) this.note("receiptOrder");
    this.heads.forEach(({ origin, index: other }, place) => this.heads.slice(0, place)
      .filter((head) => head.origin === origin && head.index !== other)
      .forEach(({ index: one }) => this.note("twoPositions", { one, other })));
    this.index = this.heads.find((head) => head.origin === this.kit.origin)?.index ?? null;
  }

  async #proveHead(receipt) {
    const { kit } = this, { proof, origin, note } = receipt, { isOfEntry, index, size } = proof;
    let root = isOfEntry ? inclusionRoot(proof, leafHash(this.statement.leaf)) : null;
    if (!isOfEntry) {
      if (!note) return this.note("growthNote");
      const [, rule] = await tried(() => this.#open(note, null, origin));
      const isOpen = !rule || rule.reason === "unknownHead";
      if (!isOpen) return this.note("growthCheckpoint", { rule }, verdictOf(rule));
      root = this.#read(note).root;
    }
    const [, fault] = await tried(() => this.#checkReceipt(receipt, root));
    const name = isOfEntry ? "receiptFault" : "growthFault";
    if (fault) this.note(name, { rule: fault }, verdictOf(fault));
    if (!note && !fault) this.note("receiptPosition");
    if (!note) return;
    const head = await this.#openHead(note, origin, { size, root });
    if (!head || (fault && verdictOf(fault) === "false")) return;
    if (!isOfEntry) return this.growths.push({ origin, proof, newer: head });
    const by = fault ? null : receipt.issuedAt;
    const doubt = origin === kit.origin ? kit.registry.doubt(size, !fault) : null;
    this.note("receipt", { index, size, origin, by });
    const finding = this.findings.at(-1);
    this.heads.push({ origin, index, size, time: by, doubt, checkpoint: head, finding });
    const isAhead = by !== null && by > this.time + kit.registry.policy.maxAhead;
    if (isAhead) this.note("future", { time: by });
  }

  /** The head of a receipt's checkpoint where it is to be believed; its fault is noted. */
  async #openHead(bytes, origin, tree) {
    const [head, rule] = await tried(() => this.#open(bytes, tree, origin));
    if (rule?.reason === "unknownHead") {
      const { bad } = await this.#evaluate(this.#read(bytes));
      this.note(bad ? "strangerCosigned" : "stranger", bad?.key);
    } else if (rule) this.note("checkpointFault", { rule });
    else if (!this.#believe(head)) this.note("receiptSplit", head);
    else {
      this.checkpoints.push(head);
      return head;
    }
    return null;
  }

  // MARK: Key statements

  async #readKeyStatements() {
    const { kit, record } = this, extended = kit.registry.copy(), links = [];
    const [, words] = await tried(async () => {
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
    if (!words) return extended;
    this.note("keyStatements", { words }, verdictOf(words, "keyStatement"));
    return kit.registry;
  }

  async #readLink(bytes, signer, bound) {
    const { kit } = this, link = readRecord(bytes, (id) => kit.byID.get(id));
    const { statement, receipts: all } = check("link", link), known = kit.byID.get(statement.id);
    const { predicate } = statement.manifest, key = keyOf(predicate.get("coseKey"), "coseKey");
    const adds = known ? kit.registry.keys.get(signer)?.additions.includes(known.index)
      : predicate.get("operation") === "add" && key.id === signer;
    need(adds, "link.adds");
    const places = new Set(), receipts = [];
    for (const content of all) {
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
    const [, fault] = await tried(() => this.#checkReceipt(receipt, root));
    need(!fault || verdictOf(fault) !== "false", "link.badReceipt", { rule: fault });
    if (fault) this.note("linkReceipt", { rule: fault }, verdictOf(fault));
    const [head, rule] = await tried(() => this.#open(note, { size, root }, origin));
    const isStranger = rule?.reason === "unknownHead";
    need(!rule || isStranger, "link.badCheckpoint", { rule });
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
    const [, rule] = await tried(() => record && checkStatementSignature(statement, record.key));
    if (!record) this.note("unknownKey");
    if (rule) this.note("badSignature", { rule }, verdictOf(rule, "signature"));
    if (!record || rule) return this.note(record ? "nobody" : "unknownIssuer", kit);
    this.note("signature", record);
    this.#nameSigner(record, index);
    const past = isLater || index === null ? newest : kit.registryBelow(index);
    const count = this.manifest?.bytes.length ?? 0, limit = past.policy.manifestBytes;
    const isLarge = count > limit, large = { reason: "tooLarge" };
    if (isLarge) this.note("manifestSize", { count, limit }, this.#verdictHere(large));
    const [, words] = await tried(() => {
      past.judgeSigner(statement);
      need(!kit.controls.some((control) => control.index === index), "judge.place", { index });
    });
    if (words) this.note("refused", { words }, this.#verdictHere(words));
    else this.note("standing", {}, this.#doubtful);
  }

  #nameSigner({ issuer, key, state: now, changedAt: entry, suspectFrom: from, reason }, index) {
    const isSuspect = now === "revoked" && index !== null && from <= index && index < entry;
    const revocation = now === "revoked" ? { entry, from, reason } : null;
    this.signer = { issuer, keyID: key.id, state: isSuspect ? "suspect" : now, revocation };
  }
  get #doubtful() { return this.signer.state === "suspect" ? "suspect" : "ok"; }

  /** The verdict for a refusal of the signer, by where the entry stands, seen from the kit. */
  #verdictHere(refusal) {
    const { kit, index, statement } = this, held = kit.registry.keys.get(statement.keyID);
    if (index !== null) return verdictOf(refusal, index < kit.size ? "belowKit" : "aboveKit");
    const isOnce = refusal.reason === "keyState" && kit.controls.some((control) =>
      at(control, "manifest.predicate.coseKey") === held.key.text
      && holds(() => kit.registryBelow(control.index + 1).judgeKey(statement)));
    return verdictOf(refusal, isOnce ? "onceValid" : "unproven");
  }

  async #judgeControl(newest) {
    const { kit, statement, index } = this, known = kit.byID.get(statement.id);
    const isElsewhere = known && index !== null && index !== known.index;
    if (isElsewhere) return this.note("controlElsewhere", { entry: known.index, index });
    if (!known && index !== null && index < kit.size) return this.note("controlAbsent");
    const place = index ?? Math.max(kit.size, newest.newestIndex + 1);
    const [, words] = await tried(() => known || newest.copy().apply(statement, place));
    const isSignature = ["signature", "means"].includes(words?.reason);
    const name = isSignature ? "badControl" : "controlFault";
    if (words) return this.note(name, { words }, verdictOf(words, "laterControl"));
    const registry = known ? kit.registry : newest, { keyID, issuer } = statement;
    const term = registry.ledgerKeys.terms.find(({ key }) => key.id === keyID);
    const own = { issuer, key: { id: keyID }, state: term?.last >= 0 ? "retired" : "added" };
    this.#nameSigner(registry.keys.get(keyID) ?? own, known?.index ?? index);
    this.note(known ? "controlKnown" : "controlSigned");
    if (known) this.note("controlPlace", known, this.#doubtful);
    else this.note("controlFollows");
  }

  // MARK: Anchors, witnesses, seen

  /** Reads when the quorum had seen the head that the signer names. */
  async #readSeen() {
    const isWork = this.manifest?.predicateType === types.provenance;
    const note = isWork ? at(this.manifest, "predicate.seen.checkpoint") : undefined;
    this.seen = { note, time: null, by: [] };
    if (note === undefined) return;
    const [head, fault] = await tried(() => this.#open(encodeText(note)));
    Object.assign(this.seen, { head, fault });
    if (!head) return;
    const { verdicts, quorum, bad } = await this.#evaluate(head), { witnesses } = this.kit.policy;
    if (quorum === null || bad) return;
    const by = witnesses.filter((_, place) => verdicts[place].kind === "cosigned");
    Object.assign(this.seen, { time: quorum, by });
  }

  async #placeAnchors() {
    const places = this.heads.map(({ origin, index }) => ({ origin, index }));
    const count = { timestamp: 0, anchor: 0 }, unread = { timestamp: 0, anchor: 0 };
    for (const map of this.record.anchors) {
      const type = map.get("type"), kind = type === "rfc3161" ? "timestamp" : "anchor";
      const [, words] = await tried(() => this.#placeAnchor(map, places));
      count[kind] += 1;
      if (words) this.note(`bad.${kind}`, { words });
      else if (kind === "timestamp" || type === "opentimestamps") unread[kind] += 1;
      else this.note("anchorType", { type });
    }
    for (const kind of ["timestamp", "anchor"]) {
      const isNameless = kind === "timestamp" && !this.kit.hasTimestampRoots;
      const name = isNameless ? "nameless" : `unread.${kind}`;
      if (unread[kind] > 0) this.note(name, { count: unread[kind] });
      else if (count[kind] === 0) this.note(`no.${kind}`);
    }
  }

  async #placeAnchor(map, places) {
    const anchor = check("anchor", named(map, rules.members.anchor)), { checkpoint: note } = anchor;
    const proof = readProof(anchor.inclusion, true), { size, index } = proof;
    const root = inclusionRoot(proof, leafHash(this.statement.leaf));
    const [opened, rule] = await tried(() => this.#open(note, { size, root }));
    need(!["head.otherRoot", "head.otherSize"].includes(rule?.key), "anchor.other");
    need(opened || rule.reason === "unknownHead", "anchor.checkpoint", { rule });
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
      const { quorum } = await this.#evaluate(head.checkpoint, head.time);
      if (quorum === null || quorum > head.doubt.until) doubted.push(head);
    }
    const others = this.heads.filter((head) => !doubted.includes(head));
    for (const { finding, doubt } of doubted) {
      finding.verdict = others.length === 0 ? "suspect" : "unknown";
      finding.values.doubt = doubt;
    }
    if (others.length > 0) this.heads = others;
    this.loggedAt = ordered(this.heads.map((head) => head.time))[0] ?? null;
  }

  async #judgeQuorum() {
    const { policy } = this.kit, evaluations = [];
    let bad = null;
    for (const checkpoint of this.checkpoints) bad ??= (await this.#evaluate(checkpoint)).bad;
    for (const { checkpoint, time } of bad ? [] : this.heads) {
      evaluations.push(await this.#evaluate(checkpoint, time));
    }
    this.witnesses = policy.witnesses.map((witness, place) => ({
      ...witness, isBad: witness === bad, verdicts: evaluations.map((one) => one.verdicts[place]),
    }));
    const times = ordered(evaluations.map(({ quorum }) => quorum));
    [this.completeAt, this.freshAt] = [times[0] ?? null, times.at(-1) ?? null];
    if (bad) return this.note("badCosignature", bad.key);
    if (policy.quorum === "none") return this.note("noQuorum");
    if (this.completeAt !== null) return this.note("cosignatures");
    if (this.heads.length === 0) return this.note("noHead");
    const mayCount = ({ kind }) => ["cosigned", "unsupported", "tooEarly"].includes(kind);
    const mayBe = evaluations.some(({ verdicts }) => quorumTime(policy, policy.witnesses
      .filter((_, place) => mayCount(verdicts[place])).map(({ name }) => [name, 1])) !== null);
    this.note("shortfall", {}, mayBe ? "unknown" : "absent");
  }

  async #boundBySeen() {
    const { seen, growths, manifest } = this, { head, fault } = seen, isProven = growths.length > 0;
    if (!manifest) return this.note("seenNoManifest", {}, isProven ? "notChecked" : "absent");
    if (seen.note === undefined) return this.note(isProven ? "seenNoHead" : "seenNone");
    if (fault?.reason === "unknownHead") return this.note("seenStranger");
    if (fault) return this.note("seenFault", { rule: fault }, verdictOf(fault));
    const { origin, size, root } = head;
    if (this.#contradicts(head)) return this.note("seenSplit", head);
    const own = this.heads.filter((one) => one.origin === origin);
    const holder = own.find((one) => one.index < size);
    if (holder) return this.note("seenHolds", { size, index: holder.index });
    if (!isProven) return this.note("seenUnproven");
    for (const { origin: log, proof, newer } of growths) {
      const isFrom = log === origin && proof.oldSize === size && proof.size > size;
      if (!isFrom) return this.note("seenBegin");
      const [whole, rule] = await tried(() => newerRoot(proof, root));
      if (rule) return this.note("seenGrowth", { rule });
      if (!equal(whole, newer.root)) return this.note("seenLead");
    }
    const isLinked = growths.some(({ newer }) => own.some((one) => one.size === newer.size));
    if (!isLinked) return this.note("seenUnlinked");
    this.note("seen", { size });
    this.notBefore = { size, time: seen.time, by: seen.by };
  }

  #agreeOnTimes() {
    const { completeAt, seen: { time: seen } } = this;
    const isWrong = (time) => time !== null && seen !== null && isBefore(time, seen);
    for (const { doubt, time } of this.heads) {
      if (!doubt && isWrong(time)) this.note("headTime", { time, seen });
    }
    if (isWrong(completeAt)) this.note("quorumTime", { time: completeAt, seen });
    else this.existedBy = completeAt;
  }
}

// MARK: The answer

/** Verifies a record by a kit: the report, as of `time`, now in POSIX seconds. */
async function verifyRecord(kit, bytes, artifact, time, require) {
  const report = await new Verification(kit, time).run(bytes, artifact);
  const of = (check) => report.findings.filter((one) => one.check === check);
  const isReached = (level) => levels[level].every((check) => of(check).some(isHolding));
  const passedOver = [
    ...(kit.policy.quorum === "none" ? ["witnessed"] : []),
    ...(kit.hasTimestampRoots ? [] : ["timestamped"]),
  ];
  const end = levelNames.findIndex((level) => !isReached(level) && !passedOver.includes(level));
  const isSuspect = ({ verdict }) => verdict === "suspect";
  Object.assign(report, {
    findings: rules.order.flatMap(of), passedOver,
    required: require ?? (passedOver.includes("witnessed") ? "logged" : "witnessed"),
    reached: levelNames.slice(0, end < 0 ? levelNames.length : end).findLast(isReached) ?? null,
    isAboutArtifact: of("artifact").some(({ verdict }) => verdict === "ok"),
    isSuspect: report.findings.some(isSuspect), isHeadSuspect: of("receipt").some(isSuspect),
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

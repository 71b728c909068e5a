"use strict";
// What a record proves, by a trust kit and nothing else (verification.md): a row of steps, each of
// which gives a value and findings. The words are those of the program, case by case.

const checks = [
    "statement", "manifest", "artifact", "aud", "receipt", "signature", "issuer", "cosignatures",
    "timestamp", "anchor", "seen",
];
const levels = { // Each with the checks that must hold for it, beside those before it.
    signed: ["signature", "issuer"], logged: ["receipt"], witnessed: ["cosignatures"],
    timestamped: ["timestamp"], anchored: ["anchor"],
};
const levelNames = Object.keys(levels);
const isHolding = ({ verdict }) => verdict === "ok" || verdict === "suspect";

/** What is refused, and may be known better by a newer kit or program; all else is false. */
const openReasons = {
    form: ["unknownType"], signedManifest: ["predicate"], otherManifest: [], signature: [],
    receipt: ["unknownKey"], keyStatement: ["unknownKey"], laterControl: ["outOfTurn", "unknownKey"],
    anchor: [], belowKit: [], aboveKit: ["predicate", "algorithm", "tooLarge"],
    unproven: ["predicate", "algorithm", "tooLarge"],
    unprovenOnceValid: ["predicate", "algorithm", "tooLarge", "keyState"],
};
function verdictOf(error, question) {
    if (error instanceof CheckpointRefusal) return error.kind === "unknownKey" ? "unknown" : "false";
    if (!(error instanceof Refusal)) throw error;
    if (error.reason === "means") return "notChecked";
    return openReasons[question].includes(error.reason) ? "unknown" : "false";
}

/** One verification: what is known so far, and what was found. */
class Verification {
    constructor(kit, time, isRecordOnly) {
        Object.assign(this, {
            kit, time, isRecordOnly, findings: [], heads: [], growths: [], checkpoints: [],
            believed: [kit.head], readings: new Map(), evidence: [], signer: null,
            notBefore: null, existedBy: null, isDamaged: false, index: null,
        });
    }

    note(check, verdict, detail) { this.findings.push({ check, verdict, detail }); }

    async run(bytes, artifact) {
        try {
            this.record = readRecord(bytes);
        } catch (error) {
            this.note("statement", verdictOf(error, "form"), error.message);
            this.isDamaged = bytes.length <= fileLimit && !holds(() => readSign1(bytes))();
            return this;
        }
        const { statement } = this.record;
        this.statement = statement;
        this.note("statement", "ok", `is one statement, ${shownID(statement.id)}`);
        this.#readManifest();
        this.#matchArtifact(artifact);
        await this.#proveHeads();
        this.#matchAudience();
        const registry = await this.#readKeyStatements();
        await this.#judgeSigner(registry);
        await this.#readSeen();
        await this.#placeAnchors();
        await this.#believeHeads();
        await this.#judgeQuorum();
        this.#boundBySeen();
        this.#agreeOnTimes();
        return this;
    }

    // MARK: Statement, manifest, artifact, audience

    #readManifest() {
        const { statement, manifest } = this.record;
        if (statement.manifest) {
            this.manifest = statement.manifest;
            return this.note("manifest", "ok", "is inside the statement");
        }
        this.manifest = null;
        if (!manifest) {
            return this.note("manifest", "absent",
                "was erased or left out; its digest stays in the statement");
        }
        try {
            const read = readManifest(manifest);
            checkManifest(statement, read);
            this.manifest = read;
            this.note("manifest", "ok", `is the one that the statement names, ${read.digest}`);
        } catch (error) {
            const isSigned = digestOf(manifest) === statement.digest;
            this.note("manifest", verdictOf(error, isSigned ? "signedManifest" : "otherManifest"),
                error.message);
        }
    }

    #matchArtifact(artifact) {
        const { predicate, subjects, digest } = this.statement, isFiles = isAboutFiles(predicate);
        const note = (verdict, detail) => this.note("artifact", verdict, detail);
        const isSubject = subjects.includes(artifact);
        if (artifact === null) {
            if (isFiles) note("notChecked", "no artifact was given");
            else note("absent", `a ${predicate} has no artifact`);
        } else if (digest === artifact) note("ok", "is the manifest that the statement names");
        else if (isSubject && isFiles) {
            note("ok", `has SHA-256 ${artifact}, which the statement names`);
        } else if (isSubject && !isKnownType(predicate)) {
            note("unknown", `whether a ${predicate} names files is not known here`);
        } else if (isFiles) {
            note("false", `has SHA-256 ${artifact}, which this statement is not about`);
        } else note("false", `has SHA-256 ${artifact}; a ${predicate} names none but its manifest`);
    }

    #matchAudience() {
        const { audience } = this.statement;
        if (audience === null) {
            return this.note("aud", "absent", "may be registered in any ledger");
        }
        const origins = this.heads.length > 0 ? this.heads.map((head) => head.origin)
            : [this.kit.origin];
        const other = origins.find((origin) => origin !== audience);
        if (other === undefined) this.note("aud", "ok", `is meant for ${audience}`);
        else this.note("aud", "false", `is meant for ${audience}, not for ${other}`);
    }

    // MARK: Heads

    /** Reads a checkpoint once; as one of `origin`, or of the origin that it names. */
    async #open(bytes, origin = null, tree = null) {
        const key = hexOf(bytes), checkpoint = this.readings.get(key) ?? readCheckpoint(bytes);
        this.readings.set(key, checkpoint);
        const log = origin ?? checkpoint.origin;
        return openCheckpoint(checkpoint, log, this.kit.logTerms(log), tree);
    }

    contradicts(head) {
        return this.believed.some((other) => other.origin === head.origin
            && other.size === head.size && !equal(other.root, head.root));
    }
    believe(head) {
        if (this.contradicts(head)) return false;
        this.believed.push(head);
        return true;
    }

    async #checkReceipt(receipt, root) {
        const { kit } = this, { origin, keyID, proof } = receipt;
        const refuse = (condition, reason, rule) => need(condition, reason, "receipt", rule);
        refuse(kit.receiptKeys.has(origin), "unknownKey",
            `is of ${origin}, which the kit does not know`);
        const key = kit.receiptKey(receipt);
        refuse(key, "unknownKey", "is signed by a receipt key that the kit does not know");
        refuse(key.algorithm === receipt.algorithm, "algorithm",
            "names another algorithm than its key's");
        try { await checkSignature(key, receipt.signature, receipt.signedOver(root)); } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            refuse(error.reason !== "means", "means", error.message);
            refuse(false, "signature",
                `its signature does not verify for this statement: ${error.message}`);
        }
        refuse(origin !== kit.origin || kit.registry.receiptKeys.isInForce(keyID, proof.size),
            "keyState", "is signed by a key that was not in force at its size");
    }

    async #receiptVerdict(receipt, root, context) {
        try {
            await this.#checkReceipt(receipt, root);
            return "ok";
        } catch (error) {
            const verdict = verdictOf(error, "receipt");
            this.note("receipt", verdict, context + error.rule);
            return verdict;
        }
    }

    async #proveHeads() {
        const own = [];
        for (const bytes of this.record.receipts) {
            try { own.push(readReceipt(bytes)); } catch (error) {
                this.note("receipt", verdictOf(error, "receipt"), error.message);
                continue;
            }
            await this.#proveHead(own.at(-1));
        }
        const isDamaged = this.findings.some(
            ({ check, verdict }) => check === "receipt" && verdict === "false");
        if (!own.some((receipt) => receipt.proof.kind === "inclusion") && !isDamaged) {
            this.note("receipt", "absent", "carries none: it is not known to be logged");
        }
        if (!areInOrder(own)) {
            this.note("receipt", "false", "the file's receipts must stand by rising size, none twice");
        }
        this.heads.forEach((one, place) => {
            for (const other of this.heads.slice(0, place)) {
                if (other.origin !== one.origin || other.index === one.index) continue;
                this.note("receipt", "false",
                    `two receipts give two positions, ${other.index} and ${one.index}`);
            }
        });
        this.index = this.heads.find((head) => head.origin === this.kit.origin)?.index ?? null;
    }

    async #proveHead(receipt) {
        const { kit } = this, { proof, origin, note } = receipt;
        const isOfEntry = proof.kind === "inclusion";
        if (!isOfEntry && !note) {
            return this.note("receipt", "false",
                "a consistency receipt must carry the newer checkpoint");
        }
        let root;
        if (isOfEntry) root = inclusionRoot(proof, leafHash(this.statement.leaf));
        else {
            try {
                root = (await this.#open(note, origin).catch((error) => {
                    if (error.kind !== "unknownKey") throw error;
                    return readCheckpoint(note);
                })).root;
            } catch (error) {
                return this.note("receipt", verdictOf(error), `checkpoint: ${error.message}`);
            }
        }
        const context = isOfEntry ? "" : "for consistency: ";
        const signature = await this.#receiptVerdict(receipt, root, context);
        if (!note) {
            if (signature !== "ok") return;
            return this.note("receipt", "unknown",
                "in the log, position unknown: it carries no checkpoint");
        }
        const head = await this.#openHead(note, origin, { size: proof.size, root });
        if (!head || signature === "false") return;
        if (!isOfEntry) return this.growths.push({ origin, proof, newer: head });
        const time = signature === "ok" ? receipt.issuedAt : null;
        const doubt = origin === kit.origin ? kit.registry.doubt(head.size, signature === "ok") : null;
        this.heads.push({
            origin, index: proof.index, size: head.size, time, doubt, checkpoint: head,
            finding: this.findings.length,
        });
        const moment = time === null ? "" : `, by ${instant(time)}`;
        this.note("receipt", "ok", `entry ${proof.index} of ${head.size} in ${origin}${moment}`);
        if (time !== null && time > this.time + kit.registry.policy.get("maxAhead")) {
            this.note("receipt", "unknown", `its head is from the future, ${instant(time)}`);
        }
    }

    /** The head of a receipt's checkpoint, where it is to be believed; its fault is noted. */
    async #openHead(note, origin, tree) {
        try {
            const head = await this.#open(note, origin, tree);
            if (!this.believe(head)) {
                this.note("receipt", "false",
                    `split view: the log has signed two trees of size ${head.size}`);
                return null;
            }
            this.checkpoints.push(head);
            return head;
        } catch (error) {
            if (!(error instanceof CheckpointRefusal)) throw error;
            if (error.kind === "unknownKey") await this.#noteStranger(note);
            else this.note("receipt", "false", `its checkpoint ${error.message}`);
            return null;
        }
    }

    async #noteStranger(note) {
        const { verdicts } = await evaluatePolicy(this.kit.policy, this.readings.get(hexOf(note)));
        const bad = verdicts.findIndex((verdict) => verdict.kind === "invalid");
        if (bad < 0) {
            return this.note("receipt", "unknown",
                "its checkpoint is signed by no key that the kit knows");
        }
        const { name } = this.kit.policy.witnesses[bad].key;
        this.note("receipt", "false", `its checkpoint has a bad cosignature of ${name}`);
    }

    // MARK: Key statements

    async #readKeyStatements() {
        const { kit, record } = this;
        if (record.issuers.length === 0) return kit.registry;
        try {
            const links = [], extended = kit.registry.copy();
            let signer = this.statement.keyID, bound = this.index ?? Infinity;
            for (const bytes of record.issuers) {
                const link = await this.#readLink(bytes, signer, bound);
                links.unshift(link);
                [signer, bound] = [link.statement.keyID, link.place];
            }
            for (const { statement, place } of links) {
                if (place >= kit.size) await extended.applyLater(statement, place);
            }
            return extended;
        } catch (error) {
            this.note("issuer", verdictOf(error, "keyStatement"), `key statements: ${error.message}`);
            return kit.registry;
        }
    }

    async #readLink(bytes, signer, bound) {
        const { kit } = this, refuse = (condition, rule) => need(condition, "mismatch", "issuer", rule);
        const link = readRecord(bytes, (id) => kit.byID.get(id)), { statement } = link;
        refuse(!link.manifest && link.issuers.length + link.anchors.length === 0
            && link.receipts.length > 0, "must carry receipts and nothing else");
        refuse(statement.predicate === types.key && statement.manifest, "must be a key statement");
        const known = kit.byID.get(statement.id), facts = statement.manifest.predicate;
        const adds = known ? kit.registry.keys.get(signer)?.additions.includes(known.index)
            : keyOf(facts.get("coseKey"), "coseKey").id === signer && facts.get("operation") === "add";
        refuse(adds, "must add the key that signed");
        const places = new Set(), receipts = [];
        for (const content of link.receipts) {
            const receipt = readReceipt(content), place = await this.#placeOfLink(statement, receipt);
            receipts.push(receipt);
            if (place !== null) places.add(place);
        }
        refuse(places.size <= 1 && areInOrder(receipts),
            "must have receipts by rising size, for one position");
        const [place] = places;
        need(place !== undefined, "unknownKey", "issuer", "has no receipt under a key the kit knows");
        refuse(place < bound, "must be logged before what its key signed");
        refuse(place >= kit.size || known?.index === place, "must be in the kit's registry");
        return { statement, place };
    }

    async #placeOfLink(statement, receipt) {
        const refuse = (condition, rule) => need(condition, "mismatch", "issuer", rule);
        const { origin, proof, note } = receipt;
        refuse(origin === this.kit.origin && proof.kind === "inclusion" && note,
            "must carry receipts of this ledger with checkpoints");
        const root = inclusionRoot(proof, leafHash(statement.leaf));
        try { await this.#checkReceipt(receipt, root); } catch (error) {
            const verdict = verdictOf(error, "receipt");
            refuse(verdict !== "false", `has a receipt that ${error.rule}`);
            this.note("receipt", verdict, `of a key statement: ${error.rule}`);
        }
        let head;
        try { head = await this.#open(note, origin, { size: proof.size, root }); } catch (error) {
            refuse(verdictOf(error) === "unknown", `has a receipt whose checkpoint ${error.message}`);
            this.note("receipt", "unknown",
                "of a key statement: its checkpoint is signed by no key that the kit knows");
            return null;
        }
        refuse(this.believe(head), `has a receipt of a split view, size ${head.size}`);
        return proof.index;
    }

    // MARK: The signer

    async #judgeSigner(extended) {
        const { kit, statement, index } = this, isLater = index !== null && index >= kit.size;
        this.signer = { issuer: null, keyID: statement.keyID, state: "unknown", revocation: null };
        const newest = isLater ? extended : kit.registry;
        if (statement.manifest) return this.#judgeControl(newest);
        const record = newest.keys.get(statement.keyID);
        if (!record) {
            this.note("signature", "unknown", "is by a key that the kit does not know");
            return this.note("issuer", "unknown",
                `the kit, of tree size ${kit.size}, does not know the key`);
        }
        try { await checkStatementSignature(statement, record.key); } catch (error) {
            this.note("signature", verdictOf(error, "signature"), error.rule);
            return this.note("issuer", "notChecked", "nothing is known of who signed");
        }
        this.note("signature", "ok", `is by the key of ${record.issuer}`);
        this.#nameSigner(record);
        const past = isLater || index === null ? newest : kit.registryBelow(index);
        this.#checkManifestSize(past);
        try {
            past.judgeSigner(statement);
            need(!kit.controls.some((control) => control.index === index), "mismatch", "receipt",
                `the kit has a control statement at entry ${index}`);
            this.note("issuer", this.signer.state === "suspect" ? "suspect" : "ok",
                this.#standingWords(record));
        } catch (error) {
            this.note("issuer", verdictOf(error, this.#place(error)), this.#refusalWords(error));
        }
    }

    #nameSigner(record, index = this.index) {
        const { changedAt, suspectFrom, state } = record;
        const isSuspect = state === "revoked" && index !== null
            && suspectFrom <= index && index < changedAt;
        const quoted = record.reason ? ` ("${record.reason}")` : "";
        const revocation = state !== "revoked" ? null : {
            entry: changedAt, from: suspectFrom,
            words: `the key was revoked in entry ${changedAt}${quoted}`,
        };
        const { issuer, key } = record;
        this.signer = { issuer, keyID: key.id, state: isSuspect ? "suspect" : state, revocation };
    }

    get doubt() {
        const { state, revocation } = this.signer;
        return state === "suspect"
            ? `${revocation.words} and is suspect from entry ${revocation.from} on` : null;
    }

    #standingWords({ issuer }) {
        const { kit, index, doubt } = this, where = index === null ? ""
            : index < kit.size ? ` at entry ${index}` : "; later changes unknown";
        const words = `the key of ${issuer} was valid${where}, as of tree size ${kit.size}, `
            + instant(kit.time);
        const { revocation } = this.signer;
        return doubt ? `${doubt}; ${words}` : revocation ? `${words}; later ${revocation.words}` : words;
    }

    #refusalWords(error) {
        const { index } = this, { revocation } = this.signer;
        if (error.reason !== "keyState" || !revocation) return error.message;
        if (index === null) {
            return `${revocation.words}, and no receipt shows that this was logged before`;
        }
        return index < revocation.entry ? error.message
            : `${revocation.words}, and this is entry ${index}, after that`;
    }

    #checkManifestSize(registry) {
        const count = this.manifest?.bytes.length ?? 0, limit = registry.limit("manifestBytes");
        if (count <= limit) return;
        const error = new Refusal("tooLarge", "manifest", "");
        this.note("manifest", verdictOf(error, this.#place(error)),
            `has ${count} bytes, more than the policy's ${limit}`);
    }

    #place(error) {
        if (this.index !== null) return this.index < this.kit.size ? "belowKit" : "aboveKit";
        const isOnce = error.reason === "keyState" && this.kit.controls.some((control) =>
            control.predicate === types.key
            && keyOf(control.manifest.predicate.get("coseKey"), "").id === this.statement.keyID
            && holds(() => this.kit.registryBelow(control.index + 1).judgeKey(this.statement))());
        return isOnce ? "unprovenOnceValid" : "unproven";
    }

    async #judgeControl(newest) {
        const { kit, statement, index } = this, known = kit.byID.get(statement.id);
        const note = (check, verdict, detail) => this.note(check, verdict, detail);
        if (known) {
            if (index !== null && index !== known.index) {
                return note("issuer", "false", `the kit has it at entry ${known.index}, not ${index}`);
            }
            this.#nameControlSigner(kit.registry, known.index);
            note("signature", "ok", "was verified with the kit");
            const words = `is control statement of entry ${known.index} in the kit`;
            return note("issuer", this.signer.state === "suspect" ? "suspect" : "ok",
                this.doubt ? `${this.doubt}; ${words}` : words);
        }
        if (index !== null && index < kit.size) {
            return note("issuer", "false", "the kit has no such control statement below its size");
        }
        try {
            await newest.copy().apply(statement, index ?? Math.max(kit.size, newest.newestIndex + 1));
            this.#nameControlSigner(newest, index);
            note("signature", "ok", "is by a key that may change the ledger's control");
            note("issuer", "ok",
                "follows the newest control statement known; later changes unknown");
        } catch (error) {
            const verdict = verdictOf(error, "laterControl");
            note(error.reason === "signature" || verdict === "notChecked" ? "signature" : "issuer",
                verdict, error.message);
        }
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
        const note = this.manifest?.predicateType === types.provenance
            ? this.manifest.predicate.get("seen")?.get("checkpoint") : undefined;
        this.seen = { note, time: null, by: [] };
        if (note === undefined) return;
        try { this.seen.head = await this.#open(encodeText(note)); } catch (error) {
            this.seen.error = error;
            return verdictOf(error);
        }
        const { policy } = this.kit;
        const { verdicts, quorum } = await evaluatePolicy(policy, this.seen.head);
        if (quorum === null || verdicts.some(({ kind }) => kind === "invalid")) return;
        this.seen.time = quorum;
        this.seen.by = policy.witnesses.filter((_, place) => verdicts[place].kind === "cosigned")
            .map(({ name }) => shownWord(name));
    }

    async #placeAnchors() {
        const places = this.heads.map(({ origin, index }) => ({ origin, index }));
        const unchecked = { timestamp: 0, anchor: 0 }, all = { timestamp: 0, anchor: 0 };
        for (const map of this.record.anchors) {
            const type = map.get("type"), check = type === "rfc3161" ? "timestamp" : "anchor";
            all[check] += 1;
            try {
                await this.#placeAnchor(map, places);
                if (["rfc3161", "opentimestamps"].includes(type)) unchecked[check] += 1;
                else this.note(check, "unknown", `one is of a type not known here, ${type}`);
            } catch (error) {
                this.note(check, verdictOf(error, "anchor"), error.message);
            }
        }
        for (const check of ["timestamp", "anchor"]) {
            const isNameless = check === "timestamp" && !this.kit.hasTimestampRoots;
            if (unchecked[check] > 0) {
                this.note(check, "notChecked", `carries ${unchecked[check]}; ${isNameless
                    ? "the kit names no timestamp authority" : "this program cannot check them"}`);
            } else if (all[check] === 0) this.note(check, "absent", "carries none");
        }
    }

    async #placeAnchor(map, places) {
        const [type, note, evidence, path, header] =
            ["type", "checkpoint", "evidence", "inclusion", "header"].map((name) => map.get(name));
        const mismatch = (condition, rule) => need(condition, "mismatch", "anchor", rule);
        need(map.size === (map.has("header") ? 5 : 4) && typeof type === "string" && isBytes(note)
            && isBytes(evidence) && isBytes(path), "malformed", "anchor",
            "must be {type, checkpoint, evidence, inclusion}");
        need(!map.has("header") || (type === "opentimestamps" && isBytes(header, 80)), "malformed",
            "anchor header", "must be 80 bytes, with opentimestamps");
        const proof = readProof(path, "inclusion");
        const root = inclusionRoot(proof, leafHash(this.statement.leaf));
        let isBelieved = true;
        try { await this.#open(note, null, { size: proof.size, root }); } catch (error) {
            if (!(error instanceof CheckpointRefusal)) throw error;
            const isOther = error.kind === "otherRoot" || error.kind === "otherSize";
            mismatch(!isOther, "proves nothing about this entry: its head is not shown to hold it");
            mismatch(error.kind === "unknownKey", `its checkpoint ${error.message}`);
            isBelieved = false;
        }
        const head = this.readings.get(hexOf(note));
        mismatch(head.lines.length === 1,
            "its checkpoint must have one signature line, which is dated with it");
        mismatch(isBelieved ? this.believe(head) : !this.contradicts(head),
            `its checkpoint and another are a split view: two trees of size ${head.size}`);
        const other = places.find((one) => one.origin === head.origin && one.index !== proof.index);
        mismatch(!other, `must agree on the position, ${other?.index} and not ${proof.index}`);
        if (isBelieved) places.push({ origin: head.origin, index: proof.index });
    }

    /** Leaves out heads that a thief may have signed, where others show the entry (§5). */
    async #believeHeads() {
        const doubted = [];
        for (const head of this.heads) {
            if (!head.doubt) continue;
            const { quorum } = await evaluatePolicy(this.kit.policy, head.checkpoint, head.time);
            if (quorum === null || quorum > head.doubt.until) doubted.push(head);
        }
        const others = this.heads.filter((head) => !doubted.includes(head));
        for (const head of doubted) {
            const finding = this.findings[head.finding], { until } = head.doubt;
            finding.verdict = others.length === 0 ? "suspect" : "unknown";
            finding.detail += others.length > 0 ? "; not counted, a thief may have signed it"
                : "; a key of the ledger was stolen, and nothing shows that this head was there "
                    + `before ${instant(until)}, when it was replaced`;
        }
        if (others.length > 0) this.heads = others;
        const times = this.heads.map((head) => head.time).filter((time) => time !== null);
        this.loggedAt = times.length > 0 ? Math.min(...times) : null;
    }

    async #judgeQuorum() {
        const { policy } = this.kit, note = (verdict, detail) => this.note("cosignatures", verdict, detail);
        let bad = null;
        for (const checkpoint of this.checkpoints) {
            const { verdicts } = await evaluatePolicy(policy, checkpoint);
            const place = verdicts.findIndex((verdict) => verdict.kind === "invalid");
            bad ??= place < 0 ? null : policy.witnesses[place];
        }
        const evaluations = bad ? [] : await Promise.all(this.heads.map((head) =>
            evaluatePolicy(policy, head.checkpoint, head.time)));
        this.witnesses = policy.witnesses.map((witness, place) =>
            witnessStanding(witness, evaluations.map(({ verdicts }) => verdicts[place]), witness === bad));
        const times = ordered(evaluations.map((one) => one.quorum).filter((time) => time !== null));
        [this.completeAt, this.freshAt] = [times[0] ?? null, times.at(-1) ?? null];
        if (bad) return note("false", `that of ${bad.key.name} does not verify`);
        if (policy.quorum === "none") return note("absent", "the kit asks for no witnesses");
        if (this.completeAt !== null) return note("ok", `seen by ${namesOf(this.seenBy,
            this.witnesses.length)} by ${instant(this.completeAt)}${this.freshWords}`);
        if (this.heads.length === 0) return note("absent", "no head is proven that could have any");
        const mayBe = evaluations.some(({ verdicts }) => quorumTime(policy, policy.witnesses
            .filter((_, place) => ["cosigned", "unsupported", "tooEarly"].includes(verdicts[place].kind))
            .map(({ name }) => [name, 1])) !== null);
        note(mayBe ? "unknown" : "absent", this.#shortfall());
    }

    get seenBy() {
        return this.witnesses.filter(({ earliest }) => earliest !== null && earliest <= this.completeAt);
    }
    get freshWords() {
        return this.freshAt > this.completeAt ? `, newest ${instant(this.freshAt)}` : "";
    }

    #shortfall() {
        const by = (verdict) => this.witnesses.filter((witness) => witness.verdict === verdict);
        const signed = by("ok"), early = by("unknown").filter((witness) => witness.isTooEarly);
        const strange = by("unknown").filter((witness) => !witness.isTooEarly);
        return "too few for the quorum of the kit's policy: "
            + (signed.length === 0 ? "none has signed"
                : `signed by ${namesOf(signed, this.witnesses.length)}`)
            + (strange.length === 0 ? ""
                : `; of a type that is not checked here: ${namesOf(strange)}`)
            + (early.length === 0 ? ""
                : `; at a time before the head was signed, so not counted: ${namesOf(early)}`);
    }

    #boundBySeen() {
        const { seen } = this, note = (verdict, detail) => this.note("seen", verdict, detail);
        const carriesProof = this.growths.length > 0;
        if (!this.manifest) {
            return note(carriesProof ? "notChecked" : "absent",
                "there is no manifest that names a head");
        }
        if (seen.note === undefined) {
            return carriesProof ? note("false", "a consistency receipt without a head in the manifest")
                : note("absent", "the signer names no head that it had seen");
        }
        if (seen.error) {
            const words = seen.error.kind === "unknownKey" ? "is signed by no key the kit knows"
                : seen.error.message;
            return note(verdictOf(seen.error), `the head named ${words}`);
        }
        const { origin, size, root } = seen.head;
        if (this.contradicts(seen.head)) {
            return note("false", `split view: the log has signed two trees of size ${size}`);
        }
        const own = this.heads.filter((head) => head.origin === origin);
        const holder = own.find((head) => head.index < size);
        if (holder) {
            return note("false",
                `the head named, of size ${size}, already holds entry ${holder.index}`);
        }
        if (!carriesProof) {
            return note("unknown", "nothing proves that the head named is of this log's past");
        }
        for (const { origin: log, proof, newer } of this.growths) {
            const begins = "the consistency receipt does not begin at the head named";
            if (log !== origin || proof.oldSize !== size || proof.size <= size) {
                return note("false", begins);
            }
            const { fault, root: whole } = newerRoot(proof, root);
            if (fault) return note("false", `${begins}: ${fault}`);
            if (!equal(whole, newer.root)) {
                return note("false", "the consistency receipt does not lead to its checkpoint's tree");
            }
        }
        const isLinked = this.growths.some(({ newer }) => own.some((head) => head.size === newer.size));
        if (!isLinked) return note("unknown", "nothing that is proven here leads to the head named");
        note("ok", `signed after the log had ${size} entries`);
        this.notBefore = { size, time: seen.time, by: seen.by };
    }

    #agreeOnTimes() {
        const before = (time) => this.seen.time !== null && this.seen.time > time
            && this.seen.time - time > pastSkew
            ? `is before ${instant(this.seen.time)}, when witnesses had seen the head that the signer `
                + "names" : null;
        for (const { doubt, time } of this.heads) {
            const words = doubt || time === null ? null : before(time);
            if (words) this.note("receipt", "false",
                `contradicts the rest: its head's time, ${instant(time)}, ${words}`);
        }
        const words = this.completeAt === null ? null : before(this.completeAt);
        if (words) {
            this.note("cosignatures", "false",
                `contradicts the rest: ${instant(this.completeAt)} ${words}`);
        } else this.existedBy = this.completeAt;
    }
}

const ordered = (times) => times.sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));

function witnessStanding({ name, key }, verdicts, isBad) {
    const times = ordered(verdicts.filter(({ kind }) => kind === "cosigned").map(({ time }) => time));
    const isTooEarly = verdicts.some(({ kind }) => kind === "tooEarly");
    const isUnknown = isTooEarly || verdicts.some(({ kind }) => kind === "unsupported");
    const verdict = isBad ? "false" : times.length > 0 ? "ok" : isUnknown ? "unknown" : "absent";
    return {
        name: shownWord(name), key, verdict, isTooEarly, earliest: times[0] ?? null,
        newest: times.at(-1) ?? null,
    };
}

function namesOf(witnesses, total = null) {
    const words = witnesses.slice(0, 4).map(({ name }) => name).join(", ")
        + (witnesses.length > 4 ? ` and ${witnesses.length - 4} more` : "");
    return words + (total === null ? "" : ` (${witnesses.length} of ${total})`);
}

// MARK: The answer

/** Verifies a record by a kit: the report, as of `time`, now in POSIX seconds. */
async function verifyRecord(kit, bytes, artifact, time, { isRecordOnly = false, require = null } = {}) {
    const report = await new Verification(kit, time, isRecordOnly).run(bytes, artifact);
    const { findings } = report;
    report.findings = checks.flatMap((check) => findings.filter((one) => one.check === check));
    const hasQuorum = kit.policy.quorum !== "none";
    report.required = require ?? (hasQuorum ? "witnessed" : "logged");
    report.passedOver = [...(hasQuorum ? [] : ["witnessed"]),
        ...(kit.hasTimestampRoots ? [] : ["timestamped"])];
    report.reached = null;
    for (const level of levelNames) {
        const isReached = levels[level].every((check) =>
            findings.some((finding) => finding.check === check && isHolding(finding)));
        if (!isReached && !report.passedOver.includes(level)) break;
        if (isReached) report.reached = level;
    }
    report.isAboutArtifact = findings.some(
        ({ check, verdict }) => check === "artifact" && verdict === "ok");
    report.isSuspect = findings.some(({ verdict }) => verdict === "suspect");
    report.isHeadSuspect = findings.some(
        ({ check, verdict }) => check === "receipt" && verdict === "suspect");
    report.outcome = outcomeOf(report);
    report.obstacle = obstacleOf(report);
    report.erasure = kit.erasures.get(report.statement?.digest) ?? null;
    report.isNewer = isNewerThan(kit, report);
    return report;
}

function outcomeOf(report) {
    if (report.isDamaged) return "damaged";
    const refuted = report.findings.filter(({ verdict }) => verdict === "false");
    if (refuted.some(({ check }) => check !== "artifact")) return "false";
    if (refuted.length > 0) return "anotherFile";
    if (report.isSuspect) return "suspect";
    const { required, reached } = report;
    const isReached = levelNames.indexOf(reached) >= levelNames.indexOf(required);
    if (!isReached || report.passedOver.includes(required)) return "unproven";
    return report.isRecordOnly || report.isAboutArtifact ? "verified" : "recordOnly";
}

function obstacleOf({ required, passedOver, findings }) {
    const needed = levelNames.slice(0, levelNames.indexOf(required) + 1)
        .filter((level) => level === required || !passedOver.includes(level));
    for (const check of needed.flatMap((level) => levels[level])) {
        const all = findings.filter((finding) => finding.check === check);
        if (all.some(isHolding)) continue;
        return all[0] ?? { check, verdict: "absent", detail: "is not examined here" };
    }
    return null;
}

function isNewerThan(kit, { record, index }) {
    if (!record) return false;
    if (index !== null) return index >= kit.size;
    return record.receipts.some((bytes) => holds(() => {
        const { origin, proof } = readReceipt(bytes);
        return origin === kit.origin && proof.kind === "inclusion" && proof.size > kit.size;
    })());
}

"use strict";
// Statements, manifests, receipts and records (statement.md, record.md, log.md §6).

const inToto = "application/vnd.in-toto+json", typePrefix = "application/vnd.colophon.";
const fileLimit = 4 * 1024 * 1024, receiptLimit = 136 * 1024;
const shownID = (id) => base64URL(fromHex(id));
const shownLabel = (label) => (typeof label === "string" ? `"${printable(label)}"` : `${label}`);

function readURI(text, field, needsScheme = false) {
  need(typeof text === "string", "uri.text", { field });
  need(text !== "" && encodeText(text).length <= 255, "uri.length", { field });
  need(isURIText(text), "uri.characters", { field });
  need(!needsScheme || hasScheme(text), "uri.scheme", { field });
  return text;
}

/** Checks that a manifest is the one of a statement over a digest (statement.md §6). */
function checkManifest({ digest, predicate, subjects, issuer, subject }, manifest) {
  need(manifest.digest === digest, "ties.digest", { digest: manifest.digest, signed: digest });
  need(manifest.predicateType === predicate, "ties.predicate");
  need(manifest.digests.join() === subjects.join(), "ties.subjects");
  need(predicate !== types.telemetry || manifest.subjects[0].name === issuer, "ties.name");
  if (predicate !== types.provenance) return;
  need(manifest.predicate.get("pop") === issuer, "ties.pop");
  const edition = fact(manifest, "edition");
  const own = edition && `${edition.get("drop")}#${edition.get("serial")}`;
  need(!edition || subject === own, "ties.sub", { subject: own });
}

// MARK: Statements

/** Reads the statement in transport form: its leaf, its name, and all that it says. */
function readStatement(bytes, { isLeaf = false, known = () => null } = {}) {
  const form = within("statement.form", () => readSign1(bytes));
  const { header, sealed, payload, signature, unprotected: beside } = form;
  need([64, 3309].includes(signature.length), "statement.signature");
  const leaf = beside.size === 0 ? bytes : join([0xd2, 0x84], cborBytes(sealed), [0xa0],
    payload === null ? [0xf6] : cborBytes(payload), cborBytes(signature));
  const id = digestOf(leaf), before = known(id);
  if (before) return { ...before, beside };
  need(beside.size === 0 || !isLeaf, "statement.leaf");
  const type = header.get(16), isControl = type === `${typePrefix}control.v1+cose`;
  need(typeof type === "string" || isUnsigned(type), "statement.typ");
  need(isControl || type === `${typePrefix}statement.v1+cose`, "statement.otherType");
  const limit = (isControl ? 24 : 8) * 1024;
  need(leaf.length <= limit, "statement.size", { limit });
  checkLabels(header, isControl);
  const algorithm = algorithmOf(header.get(1)), count = signatureSize(algorithm);
  need(algorithm, "statement.alg");
  need(signature.length === count, "statement.signatureOf", { count, algorithm });
  need(isBytes(header.get(4), 32), "statement.kid");
  const claims = readClaims(header.get(15)), { audience } = claims;
  const chain = header.has(-65538) ? readChain(header.get(-65538)) : null;
  const body = isControl ? controlBody(payload) : envelopeBody(header, payload);
  const { predicate, manifest } = body;
  const isBound = [types.milestone, types.reconciliation].includes(predicate);
  need(audience !== null || !isControl, "statement.controlAud");
  need(audience !== null || !isBound, "statement.boundAud", { predicate });
  need(chain || !isControl, "statement.controlChain");
  const signed = toBeSigned(sealed, manifest ? manifest.bytes : payload);
  return {
    leaf, id, algorithm, keyID: hexOf(header.get(4)), ...claims, chain, ...body, signature, signed,
    beside,
  };
}

function checkLabels(header, isControl) {
  const mandatory = [1, 4, 15, 16, ...(isControl ? [3, -65538] : [258, 259, -65537, -65539])];
  const isKnown = (label) => mandatory.includes(label) || (!isControl && label === -65538);
  const other = [...header.keys()].find((label) => !isKnown(label));
  need(other === undefined, "label.other", { label: shownLabel(other) });
  const label = mandatory.find((one) => !header.has(one));
  need(label === undefined, "label.missing", { label });
  need(isControl || header.get(258) === -16, "label.hash");
  need(header.get(isControl ? 3 : 259) === inToto, isControl ? "label.content" : "label.preimage");
}

function readClaims(claims) {
  need(claims instanceof Map, "claims.map");
  const other = [...claims.keys()].find((label) => ![1, 2, 3, 6, 7].includes(label));
  need(other === undefined, "claims.other", { label: shownLabel(other) });
  const issuer = readURI(claims.get(1), "iss", true), subject = readURI(claims.get(2), "sub");
  const audience = claims.has(3) ? readURI(claims.get(3), "aud") : null, issuedAt = claims.get(6);
  need(isSize(issuedAt), "claims.iat");
  need(isBytes(claims.get(7), 16), "claims.cti");
  return { issuer, subject, audience, issuedAt };
}

function readChain(item) {
  const [id, sequence, previous] = Array.isArray(item) && item.length === 3 ? item : [];
  need(isBytes(id) && isUnsigned(sequence) && isBytes(previous, 32), "chain.form");
  need(id.length === 16, "chain.id");
  need(isSize(sequence), "chain.seq");
  need((sequence === 0) === previous.every((byte) => byte === 0), "chain.prev");
  return { id: hexOf(id), sequence, previous: hexOf(previous) };
}

function controlBody(payload) {
  need(payload, "control.payload");
  need(payload.length <= 16384, "control.size");
  const manifest = readManifest(payload), predicate = manifest.predicateType;
  need(controlTypes.includes(predicate), "control.predicate");
  return { manifest, predicate, digest: manifest.digest, subjects: [] };
}

function envelopeBody(header, payload) {
  const predicate = header.get(-65539), items = header.get(-65537);
  need(isBytes(payload, 32), "envelope.payload");
  need(typeof predicate === "string" && predicate !== "", "envelope.predicate");
  need(!controlTypes.includes(predicate), "envelope.control");
  const limit = isOurs(predicate) ? 64 : 200, isList = Array.isArray(items) && items.length > 0;
  need(isList && items.length <= limit, "envelope.subjects", { limit });
  need(items.every((item) => isBytes(item, 32)), "envelope.digest");
  const subjects = items.map(hexOf);
  need(new Set(subjects).size === subjects.length, "envelope.distinct");
  return { manifest: null, predicate, digest: hexOf(payload), subjects };
}

// MARK: Receipts and records

/** Reads a receipt of a record. */
function readReceipt(bytes) {
  need(bytes.length <= receiptLimit, "receipt.size", { limit: receiptLimit });
  const form = within("receipt.form", () => readSign1(bytes));
  const { header, unprotected, signature, sealed } = form;
  need(form.payload === null, "receipt.payload");
  const isExact = header.size === 4 && [1, 4, 15, 395].every((label) => header.has(label));
  need(isExact, "receipt.header");
  const algorithm = algorithmOf(header.get(1)), count = signatureSize(algorithm);
  need(algorithm, "receipt.alg");
  need(isBytes(header.get(4), 32), "receipt.kid");
  need(header.get(395) === 1, "receipt.vds");
  const claims = header.get(15) instanceof Map ? header.get(15) : new Map();
  const [issuer, origin, issuedAt] = [1, 2, 6].map((label) => claims.get(label));
  const isText = typeof issuer === "string" && typeof origin === "string";
  need(claims.size === 3 && isText && isSize(issuedAt), "receipt.claims");
  readURI(origin, "receipt sub");
  need(issuer === `https://${origin}`, "receipt.iss");
  need(signature.length === count, "receipt.signature", { count });
  const noteLabel = "c2sp.org/tlog-checkpoint", note = unprotected.get(noteLabel) ?? null;
  const other = [...unprotected.keys()].find((label) => label !== 396 && label !== noteLabel);
  need(other === undefined, "receipt.label", { label: shownLabel(other) });
  need(isBytes(note) || !unprotected.has(noteLabel), "receipt.note");
  const proofs = unprotected.get(396) instanceof Map ? [...unprotected.get(396)] : [];
  const [kind, list] = proofs.length === 1 ? proofs[0] : [];
  const isOne = (kind === -1 || kind === -2) && Array.isArray(list) && list.length === 1;
  need(isOne && isBytes(list[0]), "receipt.proofs");
  const proof = readProof(list[0], kind === -1), keyID = hexOf(header.get(4));
  const signedOver = (root) => toBeSigned(sealed, root);
  return { algorithm, keyID, origin, issuedAt, signature, note, proof, signedOver };
}

/** Whether receipts stand by rising size for each origin, and none twice (record.md §2). */
const areInOrder = (receipts) => receipts.every((one, place) => receipts.slice(0, place)
  .filter((other) => other.origin === one.origin).every(({ proof }) =>
    proof.size < one.proof.size
      || (proof.size === one.proof.size && proof.isOfEntry !== one.proof.isOfEntry)));

/** Reads a record: {statement, manifest: bytes or null, receipts, issuers, anchors,
 * completes}. */
function readRecord(bytes, known) {
  need(bytes.length <= fileLimit, "record.size", { limit: fileLimit });
  const statement = readStatement(bytes, { known });
  const record = {
    statement, manifest: null, receipts: [], issuers: [], anchors: [], completes: [],
  };
  const parts = {
    394: ["receipts", "receipts", 8, "byte strings"],
    "-65541": ["issuers", "issuer", 4, "byte strings"],
    "-65542": ["anchors", "anchors", 16, "maps"],
    "-65544": ["completes", "complete", 2, "byte strings"],
  };
  for (const [label, value] of statement.beside) {
    const [member, field, limit, kind] = parts[typeof label === "number" ? label : ""] ?? [];
    need(member || label === -65540, "record.label", { label: shownLabel(label) });
    if (label === -65540) {
      need(isBytes(value), "record.manifest");
      record.manifest = value;
      continue;
    }
    const isFit = (item) => (kind === "maps" ? item instanceof Map : isBytes(item));
    const isList = Array.isArray(value) && value.length > 0 && value.length <= limit;
    need(isList, "record.count", { field, limit, kind });
    need(value.every(isFit), "record.kind", { field, kind });
    record[member] = value;
  }
  need(!statement.manifest || !record.manifest, "record.control");
  return record;
}

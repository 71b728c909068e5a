"use strict";
// Statements, manifests, receipts and records (statement.md, record.md, log.md §6).

const typePrefix = "application/vnd.colophon.";
const fileLimit = 4 * 1024 * 1024, receiptLimit = 136 * 1024;
const mapOf = (value) => (value instanceof Map ? value : new Map());

// MARK: Statements

/** Reads the statement in transport form: its leaf, its name, and all that it says. */
function readStatement(bytes, { isLeaf = false, known = () => null } = {}) {
  const form = within("statement.form", () => readSign1(bytes));
  const { header, sealed, payload, signature, unprotected: beside } = form, { length } = signature;
  need([64, 3309].includes(length), "statement.signature");
  const leaf = beside.size === 0 ? bytes : join([0xd2, 0x84], cborBytes(sealed), [0xa0],
    payload === null ? [0xf6] : cborBytes(payload), cborBytes(signature));
  const id = digestOf(leaf), before = known(id);
  if (before) return { ...before, beside };
  need(beside.size === 0 || !isLeaf, "statement.leaf");
  const type = header.get(16), isControl = type === `${typePrefix}control.v1+cose`;
  need(typeof type === "string" || isUnsigned(type), "statement.typ");
  need(isControl || type === `${typePrefix}statement.v1+cose`, "statement.otherType");
  const limit = (isControl ? 24 : 8) * 1024, kind = isControl ? "control" : "envelope";
  need(leaf.length <= limit, "statement.size", { limit });
  const algorithm = algorithmOf(header.get(1)), count = signatureSize(algorithm);
  const members = check(kind, { ...named(header, rules.members[kind]), algorithm, count, length });
  const claims = check("claims", named(members.claims, rules.members.claims));
  const chain = members.chain === undefined ? null : readChain(members.chain);
  const body = isControl ? controlBody(payload) : envelopeBody(members, payload);
  const signed = toBeSigned(sealed, body.manifest ? body.manifest.bytes : payload);
  return check(`${kind}.bound`, {
    leaf, id, algorithm, keyID: hexOf(members.keyID), ...claims, chain, ...body, signature, signed,
    beside,
  });
}

function readChain(chain) {
  const [id, sequence, previous] = check("chain", { chain }).chain;
  need((sequence === 0) === previous.every((byte) => byte === 0), "chain.prev");
  return { id: hexOf(id), sequence, previous: hexOf(previous) };
}

function controlBody(payload) {
  const manifest = readManifest(check("payload", { payload }).payload);
  const { predicateType: predicate, digest } = manifest;
  need(controlTypes.includes(predicate), "control.predicate");
  return { manifest, predicate, digest, subjects: [] };
}

function envelopeBody({ predicate, items }, payload) {
  check("body", { predicate, items, payload, limit: isOurs(`${predicate}`) ? 64 : 200 });
  const subjects = items.map(hexOf);
  need(new Set(subjects).size === subjects.length, "envelope.distinct");
  return { manifest: null, predicate, digest: hexOf(payload), subjects };
}

// MARK: Receipts and records

/** Reads a receipt of a record. */
function readReceipt(bytes) {
  need(bytes.length <= receiptLimit, "receipt.size", { limit: receiptLimit });
  const form = within("receipt.form", () => readSign1(bytes)), { sealed, signature } = form;
  const header = named(form.header, rules.members.receipt), algorithm = algorithmOf(header.code);
  const claims = named(mapOf(header.claims), rules.members.receiptClaims);
  const { odd, note, proofs } = named(form.unprotected, rules.members.receiptParts);
  const entries = [...mapOf(proofs)], count = signatureSize(algorithm), { length } = signature;
  const { payload } = form, { origin, issuedAt } = claims;
  check("receipt", { payload, header, algorithm, claims, count, length, odd, note, entries });
  const [[kind, [bytesOfProof]]] = entries, proof = readProof(bytesOfProof, kind === -1);
  const keyID = hexOf(header.keyID), signedOver = (root) => toBeSigned(sealed, root);
  return { algorithm, keyID, origin, issuedAt, signature, note, proof, signedOver };
}

/** Whether receipts stand by rising size for each origin, and none twice (record.md §2). */
const areInOrder = (receipts) => receipts.every(({ origin, proof }, place) =>
  receipts.slice(0, place).every((other) => other.origin !== origin || other.proof.size < proof.size
    || (other.proof.size === proof.size && other.proof.isOfEntry !== proof.isOfEntry)));

/** Reads a record: {statement, manifest: bytes or null}, and lists of its other parts. */
function readRecord(bytes, known) {
  need(bytes.length <= fileLimit, "record.size", { limit: fileLimit });
  const statement = readStatement(bytes, { known }), manifest = null;
  const record = { statement, manifest, receipts: [], issuers: [], anchors: [], completes: [] };
  for (const [odd, value] of statement.beside) {
    const part = rules.parts[typeof odd === "number" ? odd : ""];
    need(part, "record.label", { odd });
    check(part.check, { ...part, value });
    record[part.name] = value;
  }
  need(!statement.manifest || !record.manifest, "record.control");
  return record;
}

"use strict";
// A report in words for a person: those of the program, which the page carries in phrases.json.

const phrases = JSON.parse(document.getElementById("phrases").textContent);
const say = (name, values = {}) => fill(phrases[name], values);
const nameLimit = 4, parentLimit = 4;

const hidden = new RegExp(
  "[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800\\u{1D159}\\u{16FE4}]", "u");
const markLimit = 8;

/** The text with each character spelled out that is not drawn or moves others: SafeText. */
function safeText(text) {
  let marks = 0;
  return Array.from(text, (scalar) => {
    if (!hidden.test(scalar)) marks = /[\p{Mn}\p{Me}]/u.test(scalar) ? marks + 1 : 0;
    return hidden.test(scalar) || marks > markLimit ? spelledOut(scalar) : scalar;
  }).join("");
}

/** The first names of a list, and how many more there are. */
function named(names) {
  const first = names.slice(0, nameLimit).join(", "), count = names.length - nameLimit;
  return count > 0 ? say("andMore", { names: first, count }) : first;
}

/** The first finding that keeps the record from the required level; null where none does. */
function obstacleOf({ required, passedOver, findings }) {
  const needed = levelNames.slice(0, levelNames.indexOf(required) + 1)
    .filter((level) => level === required || !passedOver.includes(level));
  for (const check of needed.flatMap((level) => levels[level])) {
    const all = findings.filter((finding) => finding.check === check);
    const unread = { check, verdict: "absent", detail: "is not examined here" };
    if (!all.some(isHolding)) return all[0] ?? unread;
  }
  return null;
}

function isNewerThan(kit, { record, index }) {
  if (index !== null) return index >= kit.size;
  return (record?.receipts ?? []).some((bytes) => holds(() => {
    const { origin, proof } = readReceipt(bytes);
    return origin === kit.origin && proof.isOfEntry && proof.size > kit.size;
  }));
}

/** The answer in paragraphs, the first of which is the verdict. */
function headline(report) {
  const obstacle = report.obstacle = obstacleOf(report);
  const { outcome, statement, signer, findings, isSuspect, isHeadSuspect } = report;
  const isFiles = !statement || isAboutFiles(statement.predicate);
  const all = findings.filter(({ verdict }) => verdict === "false");
  const isArtifact = ({ check }) => check === "artifact";
  const isUnlogged = obstacle?.check === "receipt" && obstacle.verdict === "absent";
  const unchecked = say(isFiles ? "recordOnly" : "recordOfNoFile");
  const isUnchecked = statement && !report.isAboutArtifact && !all.some(isArtifact);
  const origin = (phrase) => originWords(report, phrase, isUnlogged);
  const { state, revocation } = signer ?? {};
  const suspect = state === "suspect"
    ? `${revocation.words} ${say("suspectFrom", { entry: revocation.from })}`
    : `${say("ledgerKeyStolen")} ${say("thiefMayHaveMade")}`;
  const doubted = () => [`${say("suspect")} ${suspect}`, origin("signedWithKeyOf")];
  const entries = withdrawnBy(report.manifest);
  const word = (phrase) => (entries && origin(phrase) ? `${say("withdraws", { entries })} ` : "")
    + origin(phrase);
  const later = !isSuspect && revocation ? [`${say("later")} ${revocation.words}`] : [];
  const unproven = () =>
    [`${say("unproven")} ${shortfall(report, isUnlogged)}`, origin("signedWithKeyOf")];
  const standing = () => isSuspect ? doubted()
    : obstacle ? unproven() : [word("recordSignedBy"), ...later];
  const other = isFiles ? `${say("anotherFile")} ${say("anotherFileHow")}`
    : say("anotherFileOfNone");
  const falsehoods = [...all.filter((one) => !isArtifact(one)), ...all.filter(isArtifact)]
    .map((one, place) => `${say(place === 0 ? "refuted" : "also")} ${findingWords(one)}`);
  const paragraphs = {
    damaged: () => [say("damaged")], false: () => falsehoods, suspect: doubted, unproven,
    anotherFile: () => [other, ...standing()], recordOnly: () => [unchecked, ...standing()],
    verified: () => [word("signedBy"), ...later],
  }[outcome]();
  const isOpen = outcome !== "false" && isUnchecked && !paragraphs.includes(unchecked);
  if (isOpen) paragraphs.push(unchecked);
  if (outcome !== "false") paragraphs.push(bracket(report));
  const isNamed = isOf(report.manifest, types.provenance) && !!claim(report.manifest, "c2pa");
  const isTold = isNamed && !["false", "damaged"].includes(outcome);
  const carried = isTold ? say("credentialsUnchecked") : "";
  return [...paragraphs, advice(report, isFiles), carried].filter(Boolean);
}

/** Who signed, and where it is logged and seen, in one sentence; empty where nobody is known. */
function originWords(report, phrase, isUnlogged) {
  const { signer, index, kit, loggedAt, reached, witnesses, completeAt, freshAt } = report;
  if (!signer?.issuer) return "";
  const parts = [say(phrase, { issuer: signer.issuer })], isSeen = levelNames.indexOf(reached) > 1;
  if (index !== null) parts.push(say("entryOf", { index, origin: kit.origin }));
  if (loggedAt !== null) parts.push(say("loggedBy", { time: instant(loggedAt) }));
  if (isSeen && completeAt !== null) {
    const names = report.seenBy.map(({ name }) => name), time = instant(completeAt);
    const [count, total] = [names.length, witnesses.length];
    parts.push(say("witnessedBy", { names: named(names), count, total, time }));
    if (freshAt > completeAt) parts.push(say("newest", { time: instant(freshAt) }));
  }
  if (index === null && loggedAt === null && !isUnlogged) parts.push(say("inNoLog"));
  return parts.join(", ");
}

const checkWord = (check) => (check === "aud" ? say("audience") : check);
function findingWords({ check, detail }) {
  const isOwn = check === "signature" && detail.startsWith("the ");
  if (check === "issuer" || isOwn) return detail;
  const isPart = check === "signature" && detail.startsWith("is ");
  if (isPart) return say("theSignature", { detail });
  return say("checked", { check: checkWord(check), detail });
}

/** Why the required level is not reached. */
function shortfall({ obstacle, required: level, reached }, isUnlogged) {
  if (isUnlogged) return say("noReceipt");
  if (!obstacle) return say("levelRequired", { level });
  const reason = findingWords(obstacle);
  return reached === null ? reason : say("levelReached", { level, reached, reason });
}

/** Between which times it was signed; empty where nothing bounds that from below. */
function bracket({ notBefore, existedBy, loggedAt }) {
  if (!notBefore) return "";
  const { size, time, by } = notBefore, seen = { size, names: named(by) };
  const start = time === null ? say("notBeforeHead", { size })
    : `${say("notBefore", { time: instant(time) })} ${say("headSeenBy", seen)}`;
  const by_ = existedBy ?? loggedAt, phrase = existedBy === null ? "notAfterLedger" : "notAfter";
  return `${start} ${by_ === null ? say("notAfterLogged") : say(phrase, { time: instant(by_) })}`;
}

function advice({ outcome, isHeadSuspect, obstacle }, isFiles) {
  const isRecord = outcome === "anotherFile" || outcome === "recordOnly";
  if (outcome === "damaged") return say("adviseAnotherCopy");
  if (outcome === "suspect") return say(isHeadSuspect ? "adviseNewerReceipt" : "pageAdviseAccept");
  if (isRecord && !isFiles) return say("pageAdviseRecordOnly");
  if (outcome === "recordOnly") return say("pageAdviseWork");
  const isUnread = obstacle?.check === "anchor" && obstacle.verdict === "notChecked";
  return outcome === "unproven" && isUnread ? say("pageAdviseHeaders") : "";
}

/** What was found, by its verdict: [verdict, heading, [[check, detail], ...]]. */
function findingGroups({ findings, signer }) {
  const ok = signer?.issuer ? "headingProven" : "headingInOrder";
  const headings = Object.entries({
    false: "headingFalse", suspect: "headingSuspect", ok, unknown: "headingUnknown",
    notChecked: "headingNotChecked", absent: "headingAbsent",
  });
  const rows = (wanted) => findings.filter(({ verdict }) => verdict === wanted)
    .map(({ check, detail }) => [checkWord(check), detail]);
  return headings.map(([verdict, phrase]) => [verdict, say(phrase), rows(verdict)])
    .filter(([, , found]) => found.length > 0);
}

function witnessRows({ witnesses }) {
  const other = { unknown: "witnessUnknown", false: "witnessFalse", absent: "witnessAbsent" };
  return (witnesses ?? []).map(({ name, verdict, earliest, newest }) => {
    if (verdict !== "ok") return [name, say(other[verdict])];
    const values = { time: instant(earliest), newest: instant(newest) };
    return [name, say(newest > earliest ? "sawByNewest" : "sawBy", values)];
  });
}

// MARK: Claims

/** A member of a manifest's predicate by its path; undefined where it is not there. */
const claim = (manifest, ...path) => path.reduce(
  (value, name) => (value instanceof Map ? value.get(name) : undefined), manifest?.predicate);
const isOf = (manifest, type) => manifest?.predicateType === type;

function parentsOf(manifest) {
  const parents = claim(manifest, "parents"), all = Array.isArray(parents) ? parents : [];
  const words = all.slice(0, parentLimit).map((parent) => {
    const [entry, digest, relation] = ["entry", "sha256", "relation"]
      .map((name) => claim({ predicate: parent }, name));
    const name = entry ? say("entryNamed", { entry }) : say("digestNamed", { digest });
    const phrase = { componentOf: "asPart", inputTo: "asInput" }[relation];
    return phrase ? say(phrase, { parent: name }) : name;
  });
  const count = all.length - parentLimit;
  return count > 0 ? [...words, say("more", { count })] : words;
}

/** What a record withdraws; null where it withdraws nothing. */
function withdrawnBy(manifest) {
  const isWork = isOf(manifest, types.provenance);
  if (!isWork || claim(manifest, "event") !== "withdraw") return null;
  return parentsOf(manifest).join(" and ") || say("withdrawsUnnamed");
}

/** What the record claims: [name, value], none of it proven. */
function claimRows({ statement, manifest }) {
  const rows = [], isWork = isOf(manifest, types.provenance);
  const add = (phrase, value) => typeof value === "string" && rows.push([say(phrase), value]);
  if (!statement) return rows;
  if (isWork) {
    const [time, clock] = ["at", "clock"].map((name) => claim(manifest, "capturedAt", name));
    const [serial, total] = ["serial", "total"].map((name) => claim(manifest, "edition", name));
    const event = claim(manifest, "event");
    add("title", claim(manifest, "record", "title"));
    add("creator", claim(manifest, "creator", "name"));
    add("event", event);
    add("captured", clock === undefined ? time : say("atClock", { time, clock }));
    if (serial !== undefined) add("copy", say("copyOf", { serial, total }));
    add("drop", claim(manifest, "edition", "drop"));
    const verb = { correct: "corrects", withdraw: "withdrawsEntry" }[event] ?? "madeFrom";
    for (const parent of parentsOf(manifest)) add(verb, parent);
  } else {
    const isMilestone = isOf(manifest, types.milestone), ext = isMilestone ? ["ext"] : ["none"];
    add("type", statement.predicate);
    add("about", manifest?.subjects[0].name);
    for (const name of ["decision", "slice"]) add(name, isMilestone ? claim(manifest, name) : null);
    add("override", claim(manifest, ...ext, "override"));
  }
  const time = instant(statement.issuedAt), clock = isWork ? clockOf(manifest) : null;
  add("signedAt", clock ? say("atClock", { time, clock }) : time);
  add("issuer", statement.issuer);
  add("thread", statement.subject);
  return rows;
}

/** How the PoP's own clock was kept, as it says (manifests.md §10). */
function clockOf(manifest) {
  const source = claim(manifest, "ext", "popClock", "source");
  const seconds = claim(manifest, "ext", "popClock", "uncertaintySeconds");
  if (!["chrony", "ntpd", "timesyncd", "kernel", "none"].includes(source)) return null;
  if (source === "none") return say("keptByNobody");
  const isNumber = typeof seconds === "number" || seconds instanceof Decimal;
  if (seconds !== undefined && !isNumber) return null;
  return isNumber ? say("goodTo", { source, seconds: shown(seconds) }) : source;
}

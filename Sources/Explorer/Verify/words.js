"use strict";
// A report in words for a person: those of the program, which the page carries in phrases.json.

const phrases = table("phrases");
const fill = (form, values) => form.replace(/\{(\w+)\}/g, (_, place) => values[place]);
const say = (name, values = {}) => fill(phrases[name], values);
const nameLimit = 4, parentLimit = 4, { changes } = rules;

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

// MARK: Values

const looseUTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
const shownWord = (word) => looseUTF8.decode(bytesOf(word));
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const shownID = (id) => base64URL(fromHex(id));

/** The beginning of a text of anybody's, in ASCII, for a message: SafeText.excerpt. */
function printable(text) {
  let excerpt = "";
  for (const scalar of text) {
    if (excerpt.length >= 64) return excerpt + "...";
    excerpt += scalar === "\\" ? "\\\\"
      : /^[\x21-\x7e]$/.test(scalar) ? scalar : `\\u{${codePoint(scalar)}}`;
  }
  return excerpt;
}

/** A time of POSIX seconds, as the program writes it. */
function instant(seconds, separator = " ", zone = " UTC") {
  if (!(seconds >= -62135596800 && seconds <= 253402300799)) return `${seconds} s after 1970`;
  const text = new Date(Number(seconds) * 1000).toISOString();
  return text.slice(0, 10) + separator + text.slice(11, 19) + zone;
}

/** A path of names and places in JSON. */
function memberPath(path) {
  const words = (part) => (typeof part === "number" ? `[${part}]` : `.${printable(part)}`);
  return path.map(words).filter((part) => part !== ".").join("").replace(/^\./, "") || "manifest";
}

/** How values are written that are no words yet, by their names in rules.json. */
const spellings = tableOf({
  time: (value) => instant(value), seen: (value) => instant(value),
  signedUntil: (value) => instant(Math.max(0, value)),
  notBefore: (value) => instant(value, "T", "Z"), notAfter: (value) => instant(value, "T", "Z"),
  by: (value) => (value === null ? "" : `, by ${instant(value)}`),
  known: (value) => (value === undefined ? "" : `, below ${value}`),
  id: shownID, newest: shownID, keyword: shownWord, word: shownWord, member: shownWord,
  odd: (value) => (typeof value === "string" ? `"${printable(value)}"` : `${value}`),
  strange: printable, at: memberPath, algorithms: (value) => `[${value.join(", ")}]`,
  words: messageOf, rule: ruleOf,
});

/** A form of rules.json, with the values at the paths in it. */
const tell = (form, values) => form.replace(/\{([\w.]+)\}/g, (_, path) => {
  const value = at(values, path), spelling = spellings[path.split(".").at(-1)];
  return spelling ? spelling(value) : `${value}`;
});

/** The rule of a refusal, in words. */
function ruleOf({ key, values }) { return tell(rules.refusals[key][2], values); }

/** A refusal in words, with its field. */
function messageOf(refusal) {
  const { key, values, line } = refusal, field = tell(rules.refusals[key][1], values);
  return (line ? `line ${line}: ` : "") + (field && `${field}: `) + ruleOf(refusal);
}

// MARK: Findings

const revokedWords = ({ entry, reason }) =>
  fill(rules.words.revoked, { entry, quoted: reason ? ` ("${reason}")` : "" });

/** The doubt about the signer's key, in front of the rest; empty where there is none. */
function doubtWords({ signer: { state, revocation } }) {
  if (state !== "suspect") return "";
  const { from } = revocation;
  return `${fill(rules.words.suspect, { revoked: revokedWords(revocation), from })}; `;
}

/** What is known of each witness: {name, verdict, earliest, newest, isTooEarly}. */
const standings = ({ witnesses = [] }) => witnesses.map(({ name, verdicts, isBad }) => {
  const times = ordered(verdicts.map(({ time }) => time)), isTimed = times.length > 0;
  const isTooEarly = verdicts.some(({ kind }) => kind === "tooEarly");
  const isOpen = isTooEarly || verdicts.some(({ kind }) => kind === "unsupported");
  const verdict = isBad ? "false" : isTimed ? "ok" : isOpen ? "unknown" : "absent";
  return { name, verdict, isTooEarly, earliest: times[0] ?? null, newest: times.at(-1) ?? null };
});

/** The witnesses that had seen a head by when the quorum was there. */
const seenBy = (report) => standings(report).filter(({ earliest }) =>
  earliest !== null && earliest <= report.completeAt);

/** The names of witnesses. */
const namesOf = (list) => firstOf(list.map(({ name }) => shownWord(name)));
const countedNames = (list, { witnesses }) =>
  `${namesOf(list)} (${list.length} of ${witnesses.length})`;

/** The words of findings that have more than a form. */
const details = tableOf({
  receipt({ verdict, values }) {
    const form = { suspect: rules.words.thief, unknown: rules.words.notCounted }[verdict] ?? "";
    return tell(rules.findings.receipt[2], values) + tell(form, { time: values.doubt?.until });
  },
  standing(finding, report) {
    const { kit: { size, time }, index, signer: { issuer, revocation } } = report;
    const where = index === null ? ""
      : index < size ? ` at entry ${index}` : "; later changes unknown";
    const doubt = doubtWords(report);
    const words = fill(rules.words.standing, { issuer, where, size, time: instant(time) });
    const later = revocation && !doubt ? `; later ${revokedWords(revocation)}` : "";
    return doubt + words + later;
  },
  refused({ values: { words } }, { index, signer: { revocation } }) {
    const isEarlier = index !== null && index < revocation?.entry;
    if (words.reason !== "keyState" || !revocation || isEarlier) return messageOf(words);
    const form = index === null ? rules.words.revokedUnlogged : rules.words.revokedBefore;
    return fill(form, { revoked: revokedWords(revocation), index });
  },
  seenStranger: () => tell(rules.findings.seenStranger[2], rules.words),
  controlPlace: ({ values }, report) => doubtWords(report) + fill(rules.words.control, values),
  cosignatures(finding, report) {
    const { completeAt: time, freshAt: newest } = report;
    const names = countedNames(seenBy(report), report);
    const words = fill(rules.words.seenBy, { names, time: instant(time) });
    return words + (newest > time ? `, newest ${instant(newest)}` : "");
  },
  shortfall(finding, report) {
    const by = (verdict) => standings(report).filter((witness) => witness.verdict === verdict);
    const signed = by("ok"), early = by("unknown").filter((one) => one.isTooEarly);
    const strange = by("unknown").filter((one) => !one.isTooEarly);
    const part = (list, form) => list.length > 0 ? fill(form, { names: namesOf(list) }) : "";
    const own = fill(rules.words.signedBy, { names: countedNames(signed, report) });
    const words = signed.length > 0 ? own : rules.words.noneSigned;
    return rules.findings.shortfall[2] + words
      + part(strange, rules.words.strange) + part(early, rules.words.early);
  },
});

/** The report, whose findings have their words. */
function inWords(report) {
  for (const finding of report.findings) {
    const { name, values } = finding;
    finding.detail = details[name]?.(finding, report) ?? tell(rules.findings[name][2], values);
  }
  return report;
}

/** Whether a kit knows that a manifest was erased: {entry, reason}. */
function erasureIn(kit, digest) {
  const isOf = ({ predicate, manifest }) =>
    predicate === types.erasure && at(manifest, "predicate.sha256") === digest;
  const found = digest && kit.controls.find(isOf);
  return found ? { entry: found.index, reason: at(found, "manifest.predicate.reason") } : null;
}

// MARK: The answer

/** The first names of a list, and how many more there are. */
function firstOf(names) {
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
  const { outcome, statement, manifest, signer, findings, isSuspect } = report;
  const isFiles = !statement || isAboutFiles(statement.predicate);
  const all = findings.filter(({ verdict }) => verdict === "false");
  const isArtifact = ({ check }) => check === "artifact";
  const isUnlogged = obstacle?.check === "receipt" && obstacle.verdict === "absent";
  const unchecked = say(isFiles ? "recordOnly" : "recordOfNoFile");
  const isUnchecked = statement && !report.isAboutArtifact && !all.some(isArtifact);
  const origin = (phrase) => originWords(report, phrase, isUnlogged);
  const { state, revocation } = signer ?? {};
  const suspect = state === "suspect"
    ? `${revokedWords(revocation)} ${say("suspectFrom", { entry: revocation.from })}`
    : `${say("ledgerKeyStolen")} ${say("thiefMayHaveMade")}`;
  const doubted = () => [`${say("suspect")} ${suspect}`, origin("signedWithKeyOf")];
  const entries = withdrawnBy(manifest);
  const word = (phrase) => (entries && origin(phrase) ? `${say("withdraws", { entries })} ` : "")
    + origin(phrase);
  const later = !isSuspect && revocation ? [`${say("later")} ${revokedWords(revocation)}`] : [];
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
  const isTold = isOf(manifest, types.provenance) && !["false", "damaged"].includes(outcome);
  const carried = isTold && claim(manifest, "c2pa") && say("credentialsUnchecked");
  const doubt = isTold && parentDoubt(manifest);
  return [...paragraphs, advice(report, isFiles), carried, doubt].filter(Boolean);
}

/** Who signed, and where it is logged and seen, in one sentence; empty where nobody is known. */
function originWords(report, phrase, isUnlogged) {
  const { signer, index, kit, loggedAt, reached, witnesses, completeAt, freshAt } = report;
  if (!signer?.issuer) return "";
  const parts = [say(phrase, { issuer: signer.issuer })], isSeen = levelNames.indexOf(reached) > 1;
  if (index !== null) parts.push(say("entryOf", { index, origin: kit.origin }));
  if (loggedAt !== null) parts.push(say("loggedBy", { time: instant(loggedAt) }));
  if (isSeen && completeAt !== null) {
    const list = seenBy(report), time = instant(completeAt);
    const [names, count, total] = [namesOf(list), list.length, witnesses.length];
    parts.push(say("witnessedBy", { names, count, total, time }));
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
  const { size, time, by } = notBefore, seen = { size, names: namesOf(by) };
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

function witnessRows(report) {
  const other = { unknown: "witnessUnknown", false: "witnessFalse", absent: "witnessAbsent" };
  return standings(report).map(({ name, verdict, earliest, newest }) => {
    if (verdict !== "ok") return [shownWord(name), say(other[verdict])];
    const values = { time: instant(earliest), newest: instant(newest) };
    return [shownWord(name), say(newest > earliest ? "sawByNewest" : "sawBy", values)];
  });
}

// MARK: Claims

/** A member of a manifest's predicate by its path; undefined where it is not there. */
const claim = (manifest, ...path) => path.reduce(
  (value, name) => (value instanceof Map ? value.get(name) : undefined), manifest?.predicate);
const isOf = (manifest, type) => manifest?.predicateType === type;

/** A list in a manifest's predicate; empty where it is not there, or no list. */
const listIn = (manifest, ...path) => [claim(manifest, ...path)].filter(Array.isArray).flat();

/** The parents of a manifest in words. */
function parentsOf(manifest) {
  const all = listIn(manifest, "parents");
  const words = all.slice(0, parentLimit).map((parent) => {
    const { entry, sha256: digest, relation } = Object.fromEntries(parent);
    const name = entry ? say("entryNamed", { entry }) : say("digestNamed", { digest });
    const phrase = { componentOf: "asPart", inputTo: "asInput" }[relation];
    return phrase ? say(phrase, { parent: name }) : name;
  });
  const count = all.length - parentLimit;
  return count > 0 ? [...words, say("more", { count })] : words;
}

/**
 * That a work looks less like what it was made from than its signer stated, by the signer's own
 * word (manifests.md §11); empty where that is explained, or the distance of a parent is not there.
 */
function parentDoubt(manifest) {
  const all = listIn(manifest, "ext", "parentDistances").map(mapOf).map(Object.fromEntries);
  const known = all.filter(({ alg, profile, entry, distance }) => alg === "pdq"
    && profile === "pdq-1" && typeof entry === "string" && isSize(distance) && distance <= 256);
  // Of two about one parent the first counts; where a parent has none, the nearest is not known.
  const near = new Map(known.reverse().map(({ entry, distance }) => [entry, distance]));
  const whole = listIn(manifest, "parents").filter((one) => one.get("relation") === "parentOf");
  const distance = Math.min(...whole.map((parent) => near.get(parent.get("entry"))));
  // The first row is of what may do anything, the last of what says nothing of it.
  const rank = (action) => changes.findLastIndex((row) => row[2]?.includes(action) ?? true);
  const most = Math.min(changes.length - 1, ...listIn(manifest, "actions").map(rank));
  const [stated, limit] = changes[most], phrase = stated ? "likenessStrays" : "likenessUnstated";
  const isFar = distance > limit && distance < Infinity;
  return isFar ? say(phrase, { stated: phrases[stated], distance }) : "";
}

/** What a record withdraws; null where it withdraws nothing. */
function withdrawnBy(manifest) {
  if (!isOf(manifest, types.provenance) || claim(manifest, "event") !== "withdraw") return null;
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

// MARK: Other records of the same work

/** The phrases about another record, by their rank: the first two take the shown one back. */
const besides = ["withdrawnBy", "correctedBy", "besideWithdraws", "besideCorrects", "besideSame",
  "beside"];

/** What a manifest says that it does to an entry: "withdraw", "correct" or nothing. */
function takesBack({ manifest, index }, shown) {
  const { id, subjects } = shown.statement;
  const event = isOf(manifest, types.provenance) && claim(manifest, "event");
  const named = (name) => listIn(manifest, "parents").map((parent) => at(parent, name));
  // A file means the records that were there: nothing takes back what came later.
  const isLater = index == null || shown.index == null || index > shown.index;
  const isThis = named("entry").includes(shownID(id))
    || (isLater && subjects.some((digest) => named("sha256").includes(digest)));
  return isThis && ["withdraw", "correct"].includes(event) ? event : null;
}

/** How another record of the same work stands to the one that is shown: {rank, words}. */
function besideOf(found, shown) {
  const { index, statement, outcome, signer, manifest } = found;
  const isSame = !!signer?.issuer && signer.issuer === shown.signer?.issuer;
  // A record takes the shown one back where it is proven as well; else it says so, and no more.
  const isAsGood = outcome === "verified" || (outcome === shown.outcome && outcome !== "false");
  const isSure = isSame && isAsGood, phrase = {
    withdraw: isSure ? "withdrawnBy" : "besideWithdraws",
    correct: isSure ? "correctedBy" : "besideCorrects",
  }[takesBack(found, shown)] ?? (isSame ? "besideSame" : "beside");
  const [told] = headline(found), entry = index ?? shownID(statement.id);
  const words = manifest ? told : say("besideUnread", { words: told });
  return { rank: besides.indexOf(phrase), words: say(phrase, { entry, words }) };
}

/** The words about other records: of those that take the shown one back, and of the rest. */
function besideWords(others, shown) {
  const all = others.map((found) => besideOf(found, shown)).sort((a, b) => a.rank - b.rank);
  return [({ rank }) => rank < 2, ({ rank }) => rank >= 2]
    .map((isOne) => all.filter(isOne).map(({ words }) => words));
}

"use strict";
// A report in words for a person: those of the program, which the page carries as `tables.phrases`.

const say = (name, values = {}) => tables.phrases[name].replace(/\{(\w+)\}/g,
    (_, place) => values[place]);
const nameLimit = 4, parentLimit = 4;

/** The first names of a list, and how many more there are. */
const named = (names) => names.length <= nameLimit ? names.join(", ")
    : say("andMore", { names: names.slice(0, nameLimit).join(", "), count: names.length - nameLimit });
/** Joins parts of a sentence by commas. */
const listed = (parts) => parts.join(", ");

/** The answer: paragraphs, the first of which is the verdict. */
function headline(report) {
    const { outcome, statement, signer, findings, obstacle, isHeadSuspect } = report;
    const isFiles = !statement || isAboutFiles(statement.predicate);
    const isRefuted = ({ verdict }) => verdict === "false";
    const isUnlogged = obstacle?.check === "receipt" && obstacle.verdict === "absent";
    const unchecked = say(isFiles ? "recordOnly" : "recordOfNoFile");
    const isUnchecked = statement && !report.isAboutArtifact
        && !findings.some((finding) => finding.check === "artifact" && isRefuted(finding));
    const origin = (phrase) => originWords(report, phrase, isUnlogged);
    const doubt = signer?.state === "suspect"
        ? `${signer.revocation.words} ${say("suspectFrom", { entry: signer.revocation.from })}`
        : isHeadSuspect ? `${say("ledgerKeyStolen")} ${say("thiefMayHaveMade")}` : "";
    const withdrawn = withdrawnBy(report.manifest);
    const word = (phrase) => {
        const words = origin(phrase);
        return words && withdrawn ? `${say("withdraws", { entries: withdrawn })} ${words}` : words;
    };
    const revoked = !report.isSuspect && signer?.revocation
        ? [`${say("later")} ${signer.revocation.words}`] : [];
    const unproven = [`${say("unproven")} ${shortfall(report, isUnlogged)}`, origin("signedWithKeyOf")];
    const standing = () => report.isSuspect
        ? [`${say("suspect")} ${doubt}`, origin("signedWithKeyOf")]
        : obstacle ? unproven : [word("recordSignedBy"), ...revoked];
    const all = findings.filter(isRefuted);
    const falsehoods = [...all.filter(({ check }) => check !== "artifact"),
        ...all.filter(({ check }) => check === "artifact")].map(findingWords);
    const difference = isFiles ? `${say("anotherFile")} ${say("anotherFileHow")}`
        : say("anotherFileOfNone");
    const paragraphs = {
        damaged: () => [say("damaged")],
        false: () => [`${say("refuted")} ${falsehoods[0]}`,
            ...falsehoods.slice(1).map((words) => `${say("also")} ${words}`)],
        anotherFile: () => [difference, ...standing()],
        suspect: () => [`${say("suspect")} ${doubt}`, origin("signedWithKeyOf")],
        unproven: () => unproven,
        recordOnly: () => [unchecked, ...standing()],
        verified: () => [word("signedBy"), ...revoked],
    }[outcome]();
    if (outcome !== "false") {
        if (isUnchecked && !paragraphs.includes(unchecked)) paragraphs.push(unchecked);
        paragraphs.push(bracket(report));
    }
    paragraphs.push(advice(report, isFiles));
    return paragraphs.filter(Boolean);
}

function originWords({ signer, index, kit, loggedAt, reached, ...report }, phrase, isUnlogged) {
    if (!signer?.issuer) return "";
    const parts = [say(phrase, { issuer: signer.issuer })];
    if (index !== null) parts.push(say("entryOf", { index, origin: kit.origin }));
    if (loggedAt !== null) parts.push(say("loggedBy", { time: instant(loggedAt) }));
    if (levelNames.indexOf(reached) > 1 && report.completeAt !== null) {
        const { witnesses, completeAt, freshAt } = report;
        const seenBy = witnesses.filter(({ earliest }) => earliest !== null && earliest <= completeAt);
        parts.push(say("witnessedBy", {
            names: named(seenBy.map(({ name }) => name)), count: seenBy.length,
            total: witnesses.length, time: instant(completeAt),
        }));
        if (freshAt > completeAt) parts.push(say("newest", { time: instant(freshAt) }));
    }
    if (index === null && loggedAt === null && !isUnlogged) parts.push(say("inNoLog"));
    return listed(parts);
}

function findingWords({ check, detail }) {
    if (check === "issuer" || (check === "signature" && detail.startsWith("the "))) return detail;
    if (check === "signature" && detail.startsWith("is ")) return say("theSignature", { detail });
    return say("checked", { check: checkWord(check), detail });
}
const checkWord = (check) => (check === "aud" ? say("audience") : check);

function shortfall({ obstacle, required, reached }, isUnlogged) {
    if (isUnlogged) return say("noReceipt");
    if (!obstacle) return say("levelRequired", { level: required });
    const reason = findingWords(obstacle);
    return reached === null ? reason : say("levelReached", { level: required, reached, reason });
}

function bracket({ notBefore, existedBy, loggedAt }) {
    if (!notBefore) return "";
    const { size, time, by } = notBefore;
    const start = time === null ? say("notBeforeHead", { size })
        : `${say("notBefore", { time: instant(time) })} ${say("headSeenBy", { size, names: named(by) })}`;
    const end = existedBy !== null ? say("notAfter", { time: instant(existedBy) })
        : loggedAt === null ? say("notAfterLogged") : say("notAfterLedger", { time: instant(loggedAt) });
    return `${start} ${end}`;
}

function advice({ outcome, isHeadSuspect, obstacle }, isFiles) {
    if (outcome === "damaged") return say("adviseAnotherCopy");
    if (outcome === "suspect") return say(isHeadSuspect ? "adviseNewerReceipt" : "pageAdviseAccept");
    if (outcome === "anotherFile" || outcome === "recordOnly") {
        if (!isFiles) return say("pageAdviseRecordOnly");
        return outcome === "recordOnly" ? say("pageAdviseWork") : "";
    }
    const isUnread = obstacle?.check === "anchor" && obstacle.verdict === "notChecked";
    return outcome === "unproven" && isUnread ? say("pageAdviseHeaders") : "";
}

/** What was found, by its verdict: [heading, [[check, detail], ...]]. */
function findingGroups({ findings, signer }) {
    const headings = {
        false: "headingFalse", suspect: "headingSuspect",
        ok: signer?.issuer ? "headingProven" : "headingInOrder", unknown: "headingUnknown",
        notChecked: "headingNotChecked", absent: "headingAbsent",
    };
    return Object.entries(headings).map(([verdict, heading]) => [verdict, say(heading),
        findings.filter((finding) => finding.verdict === verdict)
            .map(({ check, detail }) => [checkWord(check), detail])])
        .filter(([, , rows]) => rows.length > 0);
}

function witnessRows({ witnesses }) {
    return (witnesses ?? []).map(({ name, verdict, earliest, newest }) => {
        const time = earliest === null ? "" : instant(earliest);
        const isSeen = verdict === "ok", isFresh = isSeen && newest > earliest;
        const words = isFresh ? say("sawByNewest", { time, newest: instant(newest) })
            : isSeen ? say("sawBy", { time }) : say({
                unknown: "witnessUnknown", false: "witnessFalse", absent: "witnessAbsent",
            }[verdict]);
        return [name, words];
    });
}

// MARK: Claims

const provenanceOf = (manifest) =>
    manifest?.predicateType === types.provenance ? manifest.predicate : null;
const parentPhrase = (facts) =>
    ({ correct: "corrects", withdraw: "withdrawsEntry" })[facts.get("event")] ?? "madeFrom";

function parentsOf(facts) {
    const all = facts.get("parents") ?? [];
    const words = all.slice(0, parentLimit).map((parent) => {
        const name = parent.has("entry") ? say("entryNamed", { entry: parent.get("entry") })
            : say("digestNamed", { digest: parent.get("sha256") });
        const phrase = { componentOf: "asPart", inputTo: "asInput" }[parent.get("relation")];
        return phrase ? say(phrase, { parent: name }) : name;
    });
    const more = all.length - parentLimit;
    return more > 0 ? [...words, say("more", { count: more })] : words;
}

function withdrawnBy(manifest) {
    const facts = provenanceOf(manifest);
    if (facts?.get("event") !== "withdraw") return null;
    return parentsOf(facts).join(" and ") || say("withdrawsUnnamed");
}

/** What the record claims: [name, value], none of it proven. */
function claimRows({ statement, manifest }) {
    if (!statement) return [];
    const rows = [], add = (phrase, value) => value !== undefined && rows.push([say(phrase), value]);
    const facts = provenanceOf(manifest);
    if (facts) {
        add("title", facts.get("record").get("title"));
        add("creator", facts.get("creator").get("name"));
        add("event", facts.get("event"));
        const captured = facts.get("capturedAt"), edition = facts.get("edition");
        if (captured) add("captured", say("atClock",
            { time: captured.get("at"), clock: captured.get("clock") }));
        if (edition) {
            add("copy", say("copyOf", Object.fromEntries(edition)));
            add("drop", edition.get("drop"));
        }
        for (const parent of parentsOf(facts)) add(parentPhrase(facts), parent);
    } else {
        add("type", statement.predicate);
        add("about", manifest?.subjects[0].name);
        const milestone = manifest?.predicateType === types.milestone ? manifest.predicate : null;
        for (const name of ["decision", "slice"]) add(name, milestone?.get(name));
        const override = milestone?.get("ext")?.get("override");
        add("override", typeof override === "string" ? override : undefined);
    }
    const time = instant(statement.issuedAt), clock = clockOf(facts);
    add("signedAt", clock ? say("atClock", { time, clock }) : time);
    add("issuer", statement.issuer);
    add("thread", statement.subject);
    return rows;
}

/** How the PoP's own clock was kept, as it says (manifests.md §10). */
function clockOf(facts) {
    const clock = facts?.get("ext")?.get("popClock");
    const source = clock instanceof Map ? clock.get("source") : null;
    if (!["chrony", "ntpd", "timesyncd", "kernel", "none"].includes(source)) return null;
    if (source === "none") return say("keptByNobody");
    const seconds = clock.get("uncertaintySeconds");
    if (seconds === undefined) return source;
    if (typeof numberOf(seconds) !== "number") return null;
    return say("goodTo", {
        source, seconds: seconds instanceof Decimal ? decimalText(seconds.value) : seconds,
    });
}

"use strict";
// Manifests: JSON of one of our types, or of a foreign one (manifests.md), and their card.
// The shapes of the types are data of the program's own: `tables.shapes`.

const types = Object.fromEntries([
    "provenance", "milestone", "reconciliation", "postmortem", "telemetry", "policy", "key",
    "log-key", "erasure",
].map((name) => [name === "log-key" ? "logKey" : name, `urn:colophon:${name}:v1`]));
const manifestLimit = 256 * 1024, subjectLimit = 64, foreignSubjectLimit = 200;
const isOurs = (type) => type.startsWith("urn:colophon:");
const isControlType = (type) =>
    [types.policy, types.key, types.logKey, types.erasure].includes(type);
const isKnownType = (type) => !isOurs(type) || Object.values(types).includes(type);
const isAboutFiles = (type) => type === types.provenance || !isOurs(type);

/** Reads a time of encoding.md §6: {seconds, nanoseconds}; null where it is none. */
function readTime(text) {
    const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;
    const found = form.exec(text);
    if (!found) return null;
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number);
    const [sign, east, minutes] = [found[8] === "-" ? -1 : 1, +(found[9] ?? 0), +(found[10] ?? 0)];
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    const isDate = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    if (!isDate || hour > 23 || minute > 59 || second > 59 || east > 23 || minutes > 59) return null;
    const seconds = date.getTime() / 1000 + (hour * 60 + minute) * 60 + second
        - sign * (east * 60 + minutes) * 60;
    return { seconds, nanoseconds: Number((found[7] ?? "").padEnd(9, "0")) };
}
const isAfter = (one, other) => one.seconds > other.seconds
    || (one.seconds === other.seconds && one.nanoseconds > other.nanoseconds);

const holds = (read) => (text) => {
    try { return Boolean(read(text)); } catch (error) {
        if (error instanceof Refusal) return false;
        throw error;
    }
};
const fits = (form, limit = Infinity) => (text) => text.length <= limit && form.test(text);
const isURI = (text) => text !== "" && text.length <= 255 && isURIText(text);
const hostName = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const originForm = new RegExp(`^(?:\\[(?=[^\\]]*:)[0-9a-f:.]{2,}\\]|${hostName}(?:\\.${hostName})*)`
    + "(?::([1-9][0-9]*))?(?:/(?!\\.{1,2}(?:/|$))(?:[^/?#[\\]%]|%[0-9a-fA-F]{2})+)*$");
const isOrigin = (text) => isURI(text) && !text.includes("+") && !text.includes("://")
    && Number(originForm.exec(text)?.[1] ?? 65536 * !originForm.test(text)) < 65536;
const token = "[A-Za-z0-9!#$%&'*+.^_`|~-]+", mediaName = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}";

/** What the rules of texts accept, by their words. */
const textRules = {
    "must be a string": () => true,
    "must be 1 to 255 URI characters": isURI,
    "must be a URI with a scheme, of at most 255 characters": (text) => isURI(text) && hasScheme(text),
    "must be 1 to 255 URI characters without \"#\"": (text) => isURI(text) && !text.includes("#"),
    "must begin with urn: and be at most 255 URI characters": (text) => isURI(text) && /^urn:./.test(text),
    "must be an EntryID, 43 characters of base64url": fits(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/),
    "must be an origin: host in lower case and path, no scheme": isOrigin,
    "must be a log's Ed25519 vkey string NAME+HASH+KEY": holds((text) => {
        const key = readVerifierKey(text);
        return key.type === 1 && isOrigin(key.name);
    }),
    "must be a coseKey: base64url of the key's required members": holds(coseKeyOf),
    "must be a time YYYY-MM-DDThh:mm:ss[.f](Z|±hh:mm) that exists in the calendar": holds(readTime),
    "must be a time YYYY-MM-DDThh:mm:ssZ that exists": (text) =>
        text.length === 20 && text.endsWith("Z") && readTime(text) !== null,
    "must be a BCP 47 language tag": fits(new RegExp("^(?:x(?:-[a-z0-9]{1,8})+|"
        + "(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
        + "(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
        + "(?:-x(?:-[a-z0-9]{1,8})+)?)$", "i"), 64),
    "must be a media type, type/subtype": fits(new RegExp(`^${mediaName}/${mediaName}`
        + `(?: *; *${token}=(?:${token}|"[ !#-[\\]-~]*"))*$`), 512),
    "must be EPSG: and a code of 4 to 6 digits": fits(/^EPSG:[1-9][0-9]{3,5}$/),
    "must be an action's name such as c2pa.cropped":
        fits(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+$/, 255),
    "must be a predicate type of 1 to 255 URI characters that is not a control type": (text) =>
        isURI(text) && !isControlType(text),
};

/** Whether `text` keeps the rule that has these words. */
function keepsRule(text, words) {
    const [, low, high] = /^must have (\d+) to (\d+) characters$/.exec(words) ?? [];
    if (low !== undefined) return [...text].length >= low && [...text].length <= high;
    const [, digits] = /^must be (\d+) lower-case hexadecimal digits$/.exec(words) ?? [];
    return digits !== undefined ? text.length === Number(digits) && /^[0-9a-f]*$/.test(text)
        : textRules[words](text);
}

/** Checks JSON against a shape; a refusal's field is the path of the member. */
function checkShape(value, shape, path = "") {
    const refuse = (rule, inner = path) => need(false, "schema", inner || "manifest", rule);
    const member = (name) => (path === "" ? "" : `${path}.`) + printable(name);
    if (shape.object || shape.map) {
        if (!(value instanceof Map)) refuse("must be an object");
        const fields = new Map((shape.object ?? []).map((field) => [field[0], field]));
        if (value.size > (shape.upTo ?? Infinity)) refuse(`must have at most ${shape.upTo} members`);
        for (const [name, content] of value) {
            const isName = !shape.map || keepsRule(name, "must have 1 to 255 characters");
            if (!isName) refuse("must have a name of 1 to 255 characters", member(name));
            const inner = shape.map ?? fields.get(name)?.[2];
            if (inner) checkShape(content, inner, member(name));
            else if (shape.isClosed) refuse("is not a member of this object", member(name));
        }
        for (const [name, isRequired] of fields.values()) {
            if (isRequired && !value.has(name)) refuse("is missing", member(name));
        }
    } else if (shape.array || shape.tuple) {
        const count = shape.tuple?.length, { low, high } = shape;
        if (!Array.isArray(value)) refuse(shape.tuple ? `must be an array of ${count} elements` : "must be an array");
        if (shape.tuple && value.length !== count) refuse(`must be an array of ${count} elements`);
        if (value.length < low || value.length > high) {
            refuse(`must have ${low === high ? low : `${low} to ${high}`} elements`);
        }
        value.forEach((element, place) =>
            checkShape(element, shape.array ?? shape.tuple[place], `${path}[${place}]`));
        if (shape.isDistinct && new Set(value).size < value.length) {
            refuse("must not have the same element twice");
        }
    } else if (shape.either) {
        const isOne = shape.either.some((one) => holds(() => !checkShape(value, one, path))());
        if (!isOne) refuse(shape.rule);
    } else if (shape.text) {
        if (typeof value !== "string") refuse("must be a string");
        if (!keepsRule(value, shape.text)) refuse(shape.text);
    } else if (shape.oneOf) {
        const list = shape.oneOf.map((choice) => `"${choice}"`).join(", ");
        if (!shape.oneOf.includes(value)) refuse(shape.oneOf.length === 1 ? `must be ${list}` : `must be one of ${list}`);
    } else if (shape.integer || shape.number) {
        const [low, high] = shape.integer ?? shape.number;
        const number = shape.number && value instanceof Decimal ? value.value : value;
        const isIn = typeof number === "number" && number >= low && number <= high;
        if (!isIn) refuse(shape.rule ?? `must be an integer from ${low} to ${high}`);
    }
}

/** Reads a manifest: {bytes, digest, subjects, digests, predicateType, predicate}. */
function readManifest(bytes) {
    need(bytes.length <= manifestLimit, "tooLarge", "manifest",
        `must be at most ${manifestLimit} bytes, and is ${bytes.length}`);
    const json = within("malformed", "manifest", "", () => readJSON(bytes));
    need(json instanceof Map, "schema", "manifest", "must be an object");
    const type = json.get("predicateType");
    need(type !== undefined, "schema", "predicateType", "is missing");
    need(typeof type === "string", "schema", "predicateType", "must be a string");
    need(isKnownType(type), "predicate", "predicateType",
        `${printable(type)} is not a type this version knows`);
    checkShape(json, tables.shapes[isOurs(type) ? type : "foreign"]);
    const subjects = json.get("subject").map((subject) => ({
        name: subject.get("name") ?? "", digest: subject.get("digest").get("sha256"),
        mediaType: subject.get("mediaType"),
    }));
    const all = subjects.map((subject) => subject.digest).filter(Boolean);
    const digests = [...new Set(all)], predicate = json.get("predicate") ?? new Map();
    const manifest = { bytes, digest: digestOf(bytes), subjects, digests, predicateType: type, predicate };
    const require = (condition, field, rule) => need(condition, "mismatch", field, rule);
    require(digests.length > 0, "subject", "must have at least one sha256 digest");
    require(!isOurs(type) || digests.length === subjects.length, "subject",
        "must not have the same sha256 digest twice");
    if (!isAboutFiles(type)) checkURISubject(manifest, require);
    if (isOurs(type)) manifestRules[type]?.(manifest, require);
    return manifest;
}

function checkURISubject({ predicateType, subjects: [subject], predicate }, require) {
    require(subject.digest === digestOf(encodeText(subject.name)), "subject[0].digest.sha256",
        "must be the SHA-256 of the subject's name");
    const member = {
        [types.milestone]: "milestone", [types.postmortem]: "milestone",
        [types.reconciliation]: "drop",
    }[predicateType];
    require(!member || predicate.get(member) === subject.name, "subject[0].name",
        `must equal predicate.${member}`);
}

const checkWindow = (window, field, require) => {
    const isReversed = window && isAfter(readTime(window.get("from")), readTime(window.get("to")));
    require(!isReversed, field, "must not end before it begins");
};
const numberOf = (value) => (value instanceof Decimal ? value.value : value);

const manifestRules = {
    [types.provenance](manifest, require) {
        const { predicate } = manifest, edition = predicate.get("edition");
        require(!edition || edition.get("serial") <= edition.get("total"),
            "predicate.edition.serial", "must be an integer from 1 to total");
        const geo = predicate.get("geo"), field = "predicate.geo.bounds";
        if (geo) {
            const [west, south, east, north] = geo.get("bounds").map(numberOf);
            require(south <= north, field, "must have its south not above its north");
            const isWithin = Math.max(Math.abs(west), Math.abs(east)) <= 180
                && Math.max(Math.abs(south), Math.abs(north)) <= 90;
            const isDegrees = geo.get("crs") === "EPSG:4326";
            require(!isDegrees || isWithin, field,
                "must be within 180 degrees west and east and 90 south and north");
            require(isDegrees || west <= east, field, "must have its west not beyond its east");
        }
        const card = predicate.get("card");
        require(card?.get("template") !== 1 || card.get("sha256") === digestOf(encodeText(cardText(manifest))),
            "predicate.card.sha256", "must be the SHA-256 of the card's text by template 1");
    },
    [types.milestone]({ predicate }, require) {
        checkWindow(predicate.get("observed")?.get("window"), "predicate.observed.window", require);
    },
    [types.telemetry]({ predicate }, require) {
        checkWindow(predicate.get("window"), "predicate.window", require);
    },
    [types.reconciliation]({ predicate }, require) {
        checkWindow(predicate.get("window"), "predicate.window", require);
        let last = 0;
        predicate.get("serials").forEach((range, place) => {
            const [from, to] = range instanceof Map ? [range.get("from"), range.get("to")] : range;
            require(last < from && from <= to, `predicate.serials[${place}]`,
                "must rise: from not above to, and above the range before");
            last = to;
        });
    },
    [types.policy]({ predicate, subjects }, require) {
        const origin = predicate.get("origin");
        require(subjects[0].name === `https://${origin}`, "subject[0].name",
            "must be https:// and predicate.origin");
        require(predicate.get("noteKey").startsWith(`${origin}+`), "predicate.noteKey",
            "must bear the name predicate.origin");
    },
    [types.key]({ predicate }, require) {
        const operation = predicate.get("operation"), roles = predicate.get("roles");
        require((operation === "retire") === predicate.has("signedUntil"), "predicate.signedUntil",
            "must be present exactly where operation is \"retire\"");
        require(operation === "revoke" || !predicate.has("suspectFrom"), "predicate.suspectFrom",
            "must be present only where operation is \"revoke\"");
        require(roles.join() === [...roles].sort().join(), "predicate.roles", "must be sorted");
        const [from, to] = ["notBefore", "notAfter"].map((name) => readTime(predicate.get(name)));
        require(!isAfter(from, to), "predicate.notAfter", "must not be before notBefore");
    },
    [types.logKey]({ predicate }, require) {
        const [which, from] = [predicate.get("which"), predicate.get("suspectFrom")];
        const rule = `must be a ${which === "note" ? "log's Ed25519 vkey string NAME+HASH+KEY"
            : "coseKey: base64url of the key's required members"}`;
        for (const member of ["old", "new"]) {
            require(keepsRule(predicate.get(member), rule), `predicate.${member}`, rule);
        }
        require(predicate.get("old") !== predicate.get("new"), "predicate.new",
            "must differ from predicate.old");
        if (from === undefined) return;
        require(which !== "ledger", "predicate.suspectFrom",
            "must be present only where which is \"note\" or \"receipt\"");
        require(from > 0 && from <= predicate.get("lastSize"), "predicate.suspectFrom",
            "must be from 1 to predicate.lastSize");
    },
};

// MARK: The card of a work, by template 1

const cardWidth = 64, cardList = 8;
const cardHidden = new RegExp("[\\0-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5"
    + "\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff"
    + "\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}]", "u");
const columns = (scalar) => {
    const value = scalar.codePointAt(0);
    return value < 0x1100 || (value >= 0x1e00 && value <= 0x22ff) ? 1 : 2;
};

/** A number as Swift writes it. */
function decimalText(value) {
    if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
    const [, sign, first, rest = "", power] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential());
    const exponent = Number(power), digits = first + rest;
    if (exponent < -4 || Math.abs(value) > 2 ** 54) {
        const number = `${Math.abs(exponent)}`.padStart(2, "0");
        return `${sign}${first}${rest && "."}${rest}e${exponent < 0 ? "-" : "+"}${number}`;
    }
    if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
    return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

/** The text of the card of a provenance manifest: what its signer read. */
function cardText({ predicate, subjects, predicateType }) {
    let card = "";
    const shown = (value) => value instanceof Decimal ? decimalText(value.value)
        : typeof value === "string" || typeof value === "number" ? `${value}` : "";
    const write = (label, text, keepsBreaks = false) => {
        if (text === undefined) return;
        let row = `[S] ${label.padEnd(12)}`, used = 0, word = [];
        const breakLine = () => {
            card += row.replace(/ +$/, "") + "\n";
            [row, used] = ["[S] ".padEnd(16), 0];
        };
        const endWord = () => {
            if (word.length === 0) return;
            const parts = [...word.join("")];
            const length = parts.reduce((sum, scalar) => sum + columns(scalar), 0);
            if (used > 0 && used + 1 + length > cardWidth) breakLine();
            if (used > 0) [row, used] = [row + " ", used + 1];
            for (const scalar of parts) {
                if (used + columns(scalar) > cardWidth) breakLine();
                [row, used] = [row + scalar, used + columns(scalar)];
            }
            word = [];
        };
        for (const scalar of text) {
            if (scalar === " ") endWord();
            else if (scalar === "\n" && keepsBreaks) { endWord(); breakLine(); }
            else word.push(cardHidden.test(scalar) ? spelledOut(scalar) : scalar);
        }
        endWord();
        breakLine();
    };
    const list = (label, values, each = write) => {
        values.slice(0, cardList).forEach((value, place) => each(place === 0 ? label : "", value));
        if (values.length > cardList) write("", `and ${values.length - cardList} more`);
    };
    const at = (...path) => path.reduce((value, name) => value?.get(name), predicate);
    write("CARD 1", "what the signer states; this card proves none of it");
    write("Title", at("record", "title"));
    write("Creator", at("creator", "name"));
    write("", at("creator", "id"));
    write("Event", at("event"));
    const within = at("capturedAt", "uncertaintySeconds");
    write("Captured", at("capturedAt") && `${at("capturedAt", "at")}, clock ${at("capturedAt", "clock")}`
        + (within === undefined ? "" : `, within ${shown(within)} s`));
    write("PoP", at("pop"));
    write("Language", at("record", "lang"));
    write("Text", at("record", "text"), true);
    write("Edition", at("edition") && `copy ${at("edition", "serial")} of ${at("edition", "total")}`);
    write("Drop", at("edition", "drop"));
    write("Milestone", at("milestone"));
    list("Made from", (at("parents") ?? []).map((parent) => `${parent.get("relation")} `
        + (parent.has("entry") ? `entry ${parent.get("entry")}` : `sha256 ${parent.get("sha256")}`)));
    list("Actions", at("actions") ?? []);
    write("Inventory", at("inventory") && `${at("inventory", "system")}: ${at("inventory", "ref")}`);
    if (at("geo")) {
        const [west, south, east, north] = at("geo", "bounds").map(shown);
        write("Place", `west ${west}, south ${south}, east ${east}, north ${north}`);
        write("", `${at("geo", "crs")}, ${shown(at("geo", "groundSampleDistanceM"))} m a sample`);
    }
    list("Fingerprint", at("perceptualHashes") ?? [], (label, hash) => {
        write(label, `${hash.get("alg")}, quality ${shown(hash.get("quality"))}, profile ${hash.get("profile")}`);
        write("", hash.get("value"));
    });
    write("C2PA", at("c2pa", "manifestURN"));
    write("", at("c2pa", "manifestStoreSha256"));
    const [log, size = ""] = at("seen", "checkpoint")?.split("\n") ?? [];
    write("Seen", log === undefined ? undefined : `log ${log} at size ${size}`);
    list("Files", subjects, (label, subject) => {
        const name = subject.name || "without a name";
        write(label, subject.mediaType ? `${name}, ${subject.mediaType}` : name);
        write("SHA-256", subject.digest);
    });
    if (at("ext")) write("Extension", `members that are not recognised: ${at("ext").size}`);
    write("Type", predicateType);
    return card;
}

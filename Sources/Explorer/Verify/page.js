"use strict";
// The page: takes files, shows progress, and prints reports. Text enters the document as text only.

const element = (id) => document.getElementById(id);
const isSaved = document.body.dataset.saved === "true";
const partBytes = 256 * 1024, recordsAsked = 8, recordsListed = 100;
const listBytes = 64 * 1024;
const patience = 20000; // Milliseconds.
const chosen = { work: null, record: null };
// The kit, and the reading of one that is under way: the newest, and that of the page itself.
let kit = null, loading = null, ownLoading = null, turn = 0;

/** A new element with text in it, each hidden character spelled out. */
function make(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = safeText(text);
  made.className = className;
  return made;
}

/** What the person must act upon: a file that cannot be read, a kit that cannot be used. */
class Failure extends Error { constructor(words, hint) { super(words); this.hint = hint; } }

function fail(title, words) {
  element("fault").querySelector("h2").textContent = title;
  element("fault").querySelector("p").textContent = safeText(words);
  element("fault").hidden = false;
  element("unready").hidden = true;
}

// MARK: Files

/** Reads a whole file of at most `limit` bytes. */
async function readFile(file, limit) {
  if (file.size > limit) throw new Failure(`${file.name}: is larger than ${limit >> 20} MiB`);
  return new Uint8Array(await partOf(file, 0, file.size));
}

async function partOf(file, start, end) {
  const part = await readable(file, () => file.slice(start, end).arrayBuffer());
  if (part.byteLength !== end - start) throw changed(file);
  return part;
}

/** Opens a file beside its stream, which does not say whether it is gone, or was changed since. */
const lookAt = (file) => partOf(file, Math.max(0, file.size - 1), file.size);

const changed = (file) => new Failure(`${file.name}: was changed while it was used`);

/** What `read` gives; where the file cannot be read it says why. */
async function readable(file, read) {
  try { return await read(); } catch (error) {
    const isGone = error.name === "NotFoundError";
    if (isGone) throw new Failure(`${file.name}: no such file or directory`);
    throw error.name === "NotReadableError" ? changed(file) : error;
  }
}

/** The SHA-256 of a file, read as a stream; null where another choice was made meanwhile. */
async function hashFile(file, own) {
  const hash = new SHA256(), reader = readerOf(file.stream());
  let count = 0, buffer = new ArrayBuffer(partBytes);
  element("bar").value = 0;
  element("progress").hidden = false;
  try {
    await lookAt(file);
    for (;;) {
      const { done, value } = await readable(file, () => reader.read(new Uint8Array(buffer)));
      if (own !== turn) return null;
      if (done) break;
      hash.update(value);
      count += value.length;
      element("bar").value = count / file.size;
      ({ buffer } = value);
    }
    await lookAt(file);
    if (count !== file.size) throw changed(file);
    return hexOf(hash.digest());
  } finally {
    reader.cancel().catch(() => null); // It may have failed, which was told.
    if (own === turn) element("progress").hidden = true;
  }
}

/** A reader that fills one buffer again and again, where the browser has that. */
function readerOf(stream) {
  try { return stream.getReader({ mode: "byob" }); } catch { return stream.getReader(); }
}

/** Whether a file's name ends so; systems that do not tell them apart write capital letters. */
const endsIn = (file, ending) => file.name.toLowerCase().endsWith(ending);

/** Whether a file of another name is taken for a record: by how it begins. */
async function beginsAsRecord(file) {
  if (file === chosen.record) return true;
  if (file === chosen.work || file.size > fileLimit) return false;
  return equal(new Uint8Array(await partOf(file, 0, Math.min(2, file.size))), [0xd2, 0x84]);
}

/** A work and its record among files; null where there are two of a kind. */
async function sorted(files) {
  // A name tells first: a work beside a record may begin as a record does.
  const isNamed = files.some((file) => endsIn(file, ".colophon")), records = [], works = [];
  for (const file of files) {
    const isRecord = isNamed ? endsIn(file, ".colophon") : await beginsAsRecord(file);
    (isRecord ? records : works).push(file);
  }
  const [work = null, record = null] = [works[0], records[0]];
  return Math.max(works.length, records.length) > 1 ? null : { work, record };
}

/**
 * Takes files that were chosen or dropped, and answers; `isKit` where a kit alone is asked for.
 * A `folder` among what was dropped is refused.
 */
async function take(files, isKit = false, folder = null) {
  const own = ++turn;
  clear();
  try {
    if (folder) throw new Failure(say("pageFolder", folder));
    const named = (end) => files.filter((file) => endsIn(file, end));
    if (!isKit && named(".complete").length > 0) throw new Failure(say("pageComplete"));
    const kits = isKit ? files : named(".colophon-kit");
    const others = files.filter((file) => !kits.includes(file));
    // A file alone joins the one that waits for it; else it begins anew.
    const waiting = [chosen.work, chosen.record].filter(Boolean);
    const isJoining = others.length === 1 && waiting.length === 1;
    const joined = isJoining ? await sorted([...waiting, ...others]) : null;
    const pair = joined ?? await sorted(others);
    if (kits.length > 1 || !pair) throw new Failure(say("pageOnePair"));
    if (kits.length > 0) await takeKit(kits[0]);
    if (own !== turn) return;
    if (others.length > 0) Object.assign(chosen, pair);
    await answer(own);
  } catch (error) {
    report(error, own);
  }
}

function clear() {
  for (const id of ["answer", "detail"]) element(id).replaceChildren();
  element("answer").className = "";
  for (const id of ["ask", "progress"]) element(id).hidden = true;
}

function report(error, own) {
  if (own !== turn) return;
  element("progress").hidden = true;
  element("answer").className = "damaged";
  element("answer").replaceChildren(make("h2", wordsOf(error)));
  if (error.hint) element("answer").append(make("p", error.hint));
  if (!isTold(error)) throw error;
}

/** Whether an error is for the person; any other is a fault of the page. */
const isTold = (error) => error instanceof Failure || error instanceof Refusal;
const wordsOf = (error) => error instanceof Refusal ? messageOf(error)
  : isTold(error) ? error.message : say("pageFailed", { reason: error.message });

// MARK: Answers

async function answer(own) {
  const { work, record } = chosen;
  if (!work && !record) return;
  await loading; // Files may be chosen before a kit is there.
  if (!kit) throw new Failure(say("pageKitMissing"));
  const bytes = record ? await readFile(record, fileLimit) : null;
  if (bytes?.length === 0) throw new Failure(`${record.name}: is empty`);
  const digest = work ? await hashFile(work, own) : null;
  if (own !== turn) return;
  if (record) {
    const found = await verify(bytes, digest);
    if (own !== turn) return;
    show(found, [work, record]);
    const isGuess = !found.statement && !endsIn(record, ".colophon");
    if (isGuess) element("answer").append(make("p", say("pageGuess")));
    return;
  }
  element("answer").replaceChildren(make("h2", `${work.name}: no record was chosen`));
  element("digest").textContent = digest;
  element("ask").hidden = isSaved;
}

const verify = async (bytes, digest) => inWords(await verifyRecord(
  kit, bytes, digest, Math.floor(Date.now() / 1000), element("level").value || undefined));

/** Shows a report, and what other records of the list say that the ledger gave, after a click. */
function show(found, files, list = null) {
  const [takers, others] = besideWords(list?.others ?? [], found), words = headline(found);
  const name = files.filter(Boolean).map((file) => file.name).join(", ");
  const erasure = erasureIn(kit, found.statement?.digest), isFalse = found.outcome === "false";
  if (erasure && !isFalse) words.push(say("erased", erasure));
  if (isNewerThan(kit, found) && !isFalse) {
    words.push(say("newerThanKit", { entry: kit.size - 1 }));
  }
  const [first, ...rest] = [...takers, ...words, ...others];
  element("answer").className = takers.length > 0 ? "takenBack" : found.outcome;
  element("answer").replaceChildren(
    make("p", name, "soft"), make("h2", first), ...rest.map((line) => make("p", line)));
  if (list?.from >= 0) element("answer").append(make("p", say("listedMore", list)), linkTo(list));
  const groups = findingGroups(found).map(([, heading, rows]) => [heading, rows]);
  const witnesses = witnessRows(found), claims = claimRows(found);
  if (witnesses.length > 0) groups.push([say("headingWitnesses"), witnesses]);
  if (claims.length > 0) {
    groups.push([say(found.signer?.issuer ? "headingClaimed" : "headingClaimedByNobody"), claims]);
  }
  element("detail").replaceChildren(
    ...groups.flatMap(([heading, rows]) => [make("h2", heading), listOf(rows)]),
    make("p", `${say("asOf", { size: kit.size, time: instant(kit.time) })}: `
      + `${say(list ? "lookedUp" : "notLookedUp", list ?? {})}. ${say("truth")}`));
  element("answer").dataset.outcome = found.outcome;
  element("answer").focus();
}

function listOf(rows) {
  const made = document.createElement("dl");
  for (const [name, words] of rows) made.append(make("dt", name), make("dd", words));
  return made;
}

// MARK: The ledger, asked after a click

async function ask() {
  const own = ++turn, { work } = chosen, { origin } = document.body.dataset;
  const digest = element("digest").textContent, found = [];
  clear();
  try {
    const entries = entriesIn(await get(`subjects/${digest}?limit=${recordsListed}`, listBytes));
    for (const [entry] of entries.slice(0, recordsAsked)) {
      const one = await verify(await get(`entries/${entry}/transparent`, fileLimit), digest);
      const isIt = one.statement && shownID(one.statement.id) === entry;
      if (!isIt) throw new Failure(say("pageOtherRecord", { origin, entry }));
      found.push(one);
    }
    const shown = found.find(({ outcome }) => outcome === "verified") ?? found[0];
    if (!shown) throw new Failure(`${work.name}: ${origin} has no record of this file`);
    const { length } = entries, isOpen = length >= recordsListed, judged = found.length;
    const count = isOpen ? say("orMore", { count: recordsListed }) : length;
    const others = found.filter((one) => one !== shown), from = entries[judged]?.[1];
    if (own === turn) show(shown, [work], { others, count, judged, from, digest });
  } catch (error) {
    report(error, own);
    if (own === turn) element("ask").hidden = false;
  }
}

/** A link to the ledger's own page with the whole list. */
function linkTo({ digest }) {
  const line = make("p", ""), link = make("a", say("pageListed"));
  link.href = `find?q=${digest}`;
  line.append(link);
  return line;
}

/** The entries of a list (http.md §5), which rises by index: [entry, index]. */
function entriesIn(bytes) {
  let list; try { list = JSON.parse(textOf(bytes)); } catch { list = null; }
  const isEntry = (one, place) => isSize(one?.index) && /^[A-Za-z0-9_-]{43}$/.test(one.entry)
    && !(one.index <= list[place - 1]?.index);
  const isList = Array.isArray(list) && list.every(isEntry);
  if (!isList) throw new Failure(`${document.body.dataset.origin} answers with no list of entries`);
  return [...new Map(list.map(({ entry, index }) => [entry, index]))];
}

/** What the ledger answers at `path`, at most `limit` bytes. */
async function get(path, limit) {
  const ledger = document.body.dataset.origin, parts = [], signal = AbortSignal.timeout(patience);
  let count = 0, status = 0;
  try {
    const response = await fetch(path, { credentials: "omit", signal });
    status = response.status;
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done && count <= limit; part = await reader.read()) {
      count += part.value.length;
      parts.push(part.value);
    }
  } catch { throw new Failure(`${ledger} does not answer`); }
  if (status !== 200) throw new Failure(`${ledger} answers ${status} for ${path}`);
  if (count > limit) throw new Failure(`${ledger} answers more than ${limit} bytes for ${path}`);
  return join(...parts);
}

// MARK: The trust kit

/** Reads the kit that the page has, or the ledger's; one that somebody chose meanwhile stays. */
async function loadKit() {
  const packed = element("packed-kit").textContent.trim();
  try {
    const bytes = packed === "" ? await get("trust-kit", kitLimit) : fromBase64(packed);
    const read = await TrustKit.read(bytes);
    if (!kit) useKit(read, null);
  } catch (error) {
    if (!isTold(error)) throw error;
    if (!kit) fail(say("pageKitUnusable"), wordsOf(error));
  }
}

/** Takes a kit of the visitor's own: files that are chosen meanwhile wait for it. */
async function takeKit(file) {
  const reading = readKit(file);
  loading = reading;
  try {
    const read = await reading;
    if (loading === reading) useKit(read, file.name);
  } catch (error) {
    if (loading === reading) loading = ownLoading;
    throw error;
  }
}

async function readKit(file) {
  const bytes = await readFile(file, kitLimit);
  try { return await TrustKit.read(bytes); } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [, field] = rules.refusals[error.key], reason = messageOf(error);
    // The program names the file of a kit, or says that there is none.
    if (field) throw new Failure(`${file.name}: ${reason}`);
    throw new Failure(`${file.name}: ${say("noKit", { reason })}`, say("pageAdviseKit"));
  }
}

function useKit(read, source) {
  kit = read;
  element("fault").hidden = true; // It was that there is no kit.
  const { policy, origin, genesis, size, time } = kit;
  const names = policy.witnesses.map(({ name }) => shownWord(name)).join(", ");
  const quorum = policy.quorum === "none" ? say("quorumNone")
    : say("quorumOf", { names, quorum: shownWord(policy.quorum) });
  const rows = [["ledger", origin], ["genesis", shownID(genesis)],
    ["as of", say("asOf", { size, time: instant(time) }).replace(/^as of /, "")],
    ["witnesses", quorum]];
  element("kit").querySelector("dl").replaceWith(listOf(rows));
  const phrase = source ? "pageKitOwn" : isSaved ? "pageKitSaved" : "pageKitServed";
  const values = { source, origin: document.body.dataset.origin };
  element("source").textContent = safeText(say(phrase, values));
}

/**
 * Finds out what the browser verifies: a signature that holds, and not one of other bytes. The
 * samples are those of RFC 8032 §7.1 (test 2), and of RFC 6979 A.2.5 with the low s.
 */
async function askBrowser() {
  const able = [];
  for (const [algorithm, raw, words, signature] of rules.samples) {
    const key = { algorithm, raw: fromHex(raw) }, message = encodeText(words);
    const judge = (bytes) => checkSignature(key, fromHex(signature), bytes)
      .then(() => true, () => false);
    if (await judge(message) && !await judge(join(message, [0]))) able.push(algorithm);
  }
  browserAlgorithms = able;
}

async function start() {
  // A script that did not run leaves a name unknown, which ends this here.
  void [JSONReader, cardText, evaluatePolicy, readManifest, readRecord, TrustKit, verifyRecord];
  if (!globalThis.crypto?.subtle) {
    if (!isSaved) element("copy").hidden = false; // A file is a secure context.
    return fail(say("pageInsecure"), say("pageInsecureHow"));
  }
  await askBrowser();
  // The hash is made of roots that the browser computes: this is FIPS 180-4's own example.
  const isHash = digestOf(encodeText("abc")).startsWith("ba7816bf8f01cfea");
  if (!isHash) return fail(say("pageOddBrowser"), say("pageOddBrowserHow"));
  if (!browserAlgorithms.includes(-8)) {
    return fail(say("headingNotChecked"), say("pageNoSignatures"));
  }
  element("tool").hidden = false;
  ownLoading = loadKit();
  loading = ownLoading;
  await ownLoading;
  element("unready").hidden = true;
  document.body.dataset.ready = "true";
}

/** A folder among what was dropped: its entry tells, for as a file it only cannot be read. */
const folderIn = ({ items }) => [...items].map((item) => item.webkitGetAsEntry())
  .find((entry) => entry?.isDirectory);

for (const id of ["files", "own-kit"]) {
  element(id).addEventListener("change", () => {
    const files = [...element(id).files];
    element(id).value = ""; // So that the same files can be chosen again.
    if (files.length > 0) take(files, id === "own-kit");
  });
}
element("level").addEventListener("change", () => take([]));
element("send").addEventListener("click", ask);
element("stop").addEventListener("click", () => {
  turn += 1;
  Object.assign(chosen, { work: null, record: null });
  clear();
  element("files").focus(); // The button is gone.
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    document.body.classList.toggle("is-over", name === "dragover");
    if (name === "drop") take([...event.dataTransfer.files], false, folderIn(event.dataTransfer));
  });
}
start().catch((error) => {
  fail(say("pageNotWhole"), wordsOf(error));
  element("tool").hidden = true;
});

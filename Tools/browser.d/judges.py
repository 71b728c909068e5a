"""Two judges of the same bytes: the page's verifier and the program, told apart by their words."""

import base64
import hashlib
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

# What the verifier finds, where the page can say all of it; and whether it says that the work looks
# less like its parent than was stated.
VERDICT = """
  const verdict = async (kit, text, artifact = null, level) => {
    const now = Math.floor(Date.now() / 1000);
    const found = inWords(await verifyRecord(kit, fromBase64(text), artifact, now, level));
    const groups = findingGroups(found).flatMap(([, heading, rows]) => [heading, ...rows.flat()]);
    const told = [...headline(found), ...groups, ...[witnessRows, claimRows].flatMap(
      (rows) => rows(found).flat())].map(safeText);
    if (told.includes("undefined")) throw new Error("a word is missing");
    const findings = found.findings.map(({ check, verdict, detail }) =>
      ({ check, verdict, detail }));
    const doubt = isOf(found.manifest, types.provenance) ? parentDoubt(found.manifest) : "";
    return { outcome: found.outcome, findings, doubt };
  };"""

RECORDS = """(async (texts, artifact, level) => {""" + VERDICT + """
  const said = [];
  for (const text of texts) {
    try { said.push(await verdict(kit, text, artifact, level)); } catch (error) {
      said.push({ error: `the page failed: ${error.stack}` });
    }
  }
  return said;
})"""

KITS = """(async (texts, record) => {""" + VERDICT + """
  const said = [];
  for (const text of texts) {
    try { said.push(await verdict(await TrustKit.read(fromBase64(text)), record)); }
    catch (error) {
      said.push({ error: error instanceof Refusal ? messageOf(error)
        : `the page failed: ${error.stack}` });
    }
  }
  return said;
})"""

IS_NO_KIT = "is no trust kit: "
PATIENCE = 120
BATCH_BYTES = 16 * 1024 * 1024


def packed(data):
    return base64.b64encode(data).decode()


def batches(contents, count):
    """Lists of at most `count` contents, and of 16 MiB where one alone has no more."""
    batch, size = [], 0
    for content in contents:
        if batch and (len(batch) == count or size + len(content) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(content)
        size += len(content)
    if batch:
        yield batch


class Judges:
    """Judges records alone, and kits by a record, in a page that is ready, and by the program."""

    def __init__(self, program, folder):
        self.program, self.folder = str(program), folder / "judged"
        self.folder.mkdir(exist_ok=True)

    def verify(self, *words):
        return subprocess.run([self.program, "verify", *map(str, words), "--json"],
                              capture_output=True, text=True, timeout=PATIENCE)

    def show(self, record):
        return subprocess.run([self.program, "show", str(record), "--json"],
                              capture_output=True, text=True, timeout=PATIENCE)

    def records(self, page, kit, contents, work=None, level=None):
        """What the page and the program say of each record by the page's kit, which is `kit`.

        `work` is the content of the work that each is the record of, as somebody says; without one
        the records are judged alone. `level` is the one that must be reached; else the kit says it.
        """
        digest = json.dumps(work and hashlib.sha256(work).hexdigest())
        pairs = []
        for batch in batches(contents, 250):
            paths = []
            for number, content in enumerate(batch):
                record = self.folder / f"{number}.colophon"
                record.write_bytes(content)
                paths.append(record if work is None else record.with_suffix(""))
                if work is not None:
                    paths[-1].write_bytes(work)
            answer = self.verify(
                *paths, "--trust", kit, *(["--require", level] if level else []))
            wanted = [self.verdict(line) for line in answer.stdout.splitlines()]
            assert len(wanted) == len(batch), answer.stderr[:500]
            texts = json.dumps(list(map(packed, batch)))
            said = page.run(f"{RECORDS}({texts}, {digest}, {json.dumps(level)})", PATIENCE)
            pairs += zip(said, wanted)
            for path in paths:
                path.unlink()
        return pairs

    def kits(self, page, record, contents):
        """What the page and the program say of each kit: its refusal, or of `record` by it."""
        pairs, content = [], record.read_bytes()
        # Elsewhere, so that no work lies beside it.
        record = self.folder / "record.colophon"
        record.write_bytes(content)
        for batch in batches(contents, 50):
            said = page.run(f"{KITS}({json.dumps(list(map(packed, batch)))}, "
                            f"{json.dumps(packed(content))})", PATIENCE)
            with ThreadPoolExecutor(2) as pool:
                wanted = pool.map(lambda one: self.by_kit(record, *one), enumerate(batch))
                pairs += zip(said, wanted)
        return pairs

    def by_kit(self, record, number, content):
        path = self.folder / f"{number}.colophon-kit"
        path.write_bytes(content)
        answer = self.verify(record, "--trust", path)
        if answer.stdout:
            return self.verdict(answer.stdout)
        error = json.loads(answer.stderr.splitlines()[0])["error"]
        return {"error": error.removeprefix(f"{path}: ").removeprefix(IS_NO_KIT)}

    def verdict(self, line):
        answer = json.loads(line)
        said = {name: answer[name] for name in ["outcome", "findings"]}
        likeness = answer.get("parentLikeness")
        return {**said, "far": likeness and not likeness["explained"] and likeness["distance"]}


# What the page leaves to the program (verify-page.md §2): inside of evidence it does not look.
EVIDENCE = ["timestamp", "anchor", "complete"]


def difference(said, wanted):
    """What one judge says and the other does not, in words; empty where they agree.

    Where the page says *not checked here* of evidence, what the program says of it is left out, and
    so is the outcome where it is that evidence that the program calls false.
    """
    rows = lambda judge: [(one["check"], one["verdict"], one["detail"])
                          for one in judge.get("findings", [])]
    open_checks = [check for check, verdict, _ in rows(said)
                   if check in EVIDENCE and verdict == "notChecked"]
    kept = lambda judge: [row for row in rows(judge) if row[0] not in open_checks]
    is_decided = any(check in open_checks and verdict == "false"
                     for check, verdict, _ in rows(wanted))
    outcome = lambda judge: [] if is_decided else [(judge.get("outcome"), judge.get("error"))]
    one, other = [sorted(map(str, kept(judge) + outcome(judge))) for judge in [said, wanted]]
    doubt, far = said.get("doubt", ""), wanted.get("far")
    if (f"distance {far} of 256" not in doubt) if far else doubt:
        one, other = [*one, doubt], [*other, f"distance {far}"]
    if one == other:
        return ""
    return (f"the page says {[row for row in one if row not in other]}, "
            f"the program {[row for row in other if row not in one]}")

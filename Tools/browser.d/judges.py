"""Two judges of the same bytes: the page's verifier and the program, told apart by their words."""

import base64
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

RECORDS = """(async (texts) => {
  const now = Math.floor(Date.now() / 1000), said = [];
  for (const text of texts) {
    try {
      const { outcome, findings } = await verifyRecord(kit, fromBase64(text), null, now);
      said.push({ outcome, findings });
    } catch (error) { said.push({ error: `the page failed: ${error.stack}` }); }
  }
  return said;
})"""

KITS = """(async (texts, record) => {
  const now = Math.floor(Date.now() / 1000), said = [];
  for (const text of texts) {
    try {
      const kit = await TrustKit.read(fromBase64(text));
      const { outcome, findings } = await verifyRecord(kit, fromBase64(record), null, now);
      said.push({ outcome, findings });
    } catch (error) {
      said.push({ error: error instanceof Refusal ? error.message
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
    """Lists of at most `count` contents and 16 MiB, each with the place of its first."""
    batch, first, size = [], 0, 0
    for place, content in enumerate(contents):
        if batch and (len(batch) == count or size + len(content) > BATCH_BYTES):
            yield first, batch
            batch, first, size = [], place, 0
        batch.append(content)
        size += len(content)
    if batch:
        yield first, batch


class Judges:
    """Judges records alone, and kits by a record, in a page that is ready, and by the program."""

    def __init__(self, program, folder):
        self.program, self.folder = str(program), folder / "judged"
        self.folder.mkdir(exist_ok=True)

    def verify(self, *words):
        return subprocess.run([self.program, "verify", *map(str, words), "--json"],
                              capture_output=True, text=True, timeout=PATIENCE)

    def records(self, page, kit, contents):
        """What the page and the program say of each record by the page's kit, which is `kit`."""
        pairs = []
        for _, batch in batches(contents, 250):
            paths = []
            for number, content in enumerate(batch):
                paths.append(self.folder / f"{number}.colophon")
                paths[-1].write_bytes(content)
            answer = self.verify(*paths, "--trust", kit)
            wanted = [self.verdict(line) for line in answer.stdout.splitlines()]
            assert len(wanted) == len(batch), answer.stderr[:500]
            said = page.run(f"{RECORDS}({json.dumps(list(map(packed, batch)))})", PATIENCE)
            pairs += zip(said, wanted)
        return pairs

    def kits(self, page, record, contents):
        """What the page and the program say of each kit: its refusal, or of `record` by it."""
        pairs = []
        for _, batch in batches(contents, 50):
            said = page.run(f"{KITS}({json.dumps(list(map(packed, batch)))}, "
                            f"{json.dumps(packed(record.read_bytes()))})", PATIENCE)
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
        return {name: answer[name] for name in ["outcome", "findings"]}


def difference(said, wanted):
    """What one judge says and the other does not, in words; empty where they agree."""
    if said == wanted:
        return ""
    rows = lambda judge: {(one["check"], one["verdict"], one["detail"])
                          for one in judge.get("findings", [])} | {
                              (judge.get("outcome"), judge.get("error"))}
    return (f"the page says {sorted(map(str, rows(said) - rows(wanted)))}, "
            f"the program {sorted(map(str, rows(wanted) - rows(said)))}")

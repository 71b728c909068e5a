"""Schemas/corpus as a browser and a program take it: kits in one file, works, and the answers."""

import hashlib
import json
import pathlib
import struct
import subprocess

# The last begins with the bytes D2 84, as a record does.
WORKS = ["photo", "es", "print", "late", "after", "seen", "another photo", "smaller", "silent",
         "cut", "\u0484cose"]
KIT_FILES = ["policy", "genesis", "registry.cbor", "receipt-keys.cbor"]


def head(major, argument):
    """The head of a CBOR item (RFC 8949 §3)."""
    for limit, information, form in [
            (24, None, ""), (1 << 8, 24, "B"), (1 << 16, 25, ">H"), (1 << 32, 26, ">I")]:
        if argument < limit:
            first = argument if information is None else information
            return bytes([major << 5 | first]) + (struct.pack(form, argument) if form else b"")
    raise ValueError("no length here has more than 32 bits")


def one_file(folder, changed={}):
    """A kit of a folder in one file (trust-kit.md §4); the names stand by their length."""
    parts = [head(5, len(KIT_FILES))]
    for name in KIT_FILES:
        content = changed.get(name) or (folder / name).read_bytes()
        parts += [head(3, len(name)), name.encode(), head(2, len(content)), content]
    return b"".join(parts)


class Corpus:
    """The cases, with the files that they name in `folder`."""

    def __init__(self, package, folder, programs):
        self.root = package / "Schemas/corpus"
        self.program = pathlib.Path(programs) / "colophon"
        self.cases = json.loads((self.root / "cases.json").read_text())
        self.works, self.kits = {}, {}
        for words in WORKS:
            path = folder / words.replace(" ", "-").lstrip("\u0484")
            path.write_text(words)
            self.works[hashlib.sha256(words.encode()).hexdigest()] = path
        for kit in {case["kit"] for case in self.cases}:
            self.kits[kit] = folder / f"{kit}.colophon-kit"
            self.kits[kit].write_bytes(one_file(self.root / "kits" / kit))

    def record(self, name):
        return self.root / name

    def files(self, case):
        """The work, where there is one, and its record."""
        work = [self.works[case["artifact"]]] if case["artifact"] else []
        return [*work, self.record(case["file"])]

    def answer(self, case):
        """What the program says: its object, and its text; None where the kit is none."""
        level = ["--require", case["require"]] if case["require"] else []
        return self.judge(self.files(case), self.kits[case["kit"]], *level)

    def judge(self, files, kit, *options):
        """What the program says of files by a kit: its object, and its text."""
        words = [self.program, "verify", *files, "--trust", kit, *options]
        run = lambda *more: subprocess.run(
            [*map(str, words), *more], capture_output=True, text=True, timeout=60)
        answer = run("--json")
        if answer.returncode == 2 and not answer.stdout:
            return None, json.loads(answer.stderr)["error"]
        return json.loads(answer.stdout), run("--verbose").stdout

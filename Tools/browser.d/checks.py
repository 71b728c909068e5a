"""The checks of Tools/browser: the verify page in a browser, beside the program; whether everybody
can use each page; and labels.

    checks.py PACKAGE PROGRAMS FOLDER PICTURES SEED SECONDS

FOLDER is empty and temporary. A check is a function; its name says the rule.
"""

import hashlib
import json
import os
import pathlib
import random
import re
import sys
import time
import traceback

import attacks
from access import Access
from choices import Choices
from chromium import Browser, Page
from corpus import Corpus
from judges import Judges, difference
from labels import Labels
from lookups import Lookups
from mutants import Mutator, manifest_records
from pages import ORIGIN, Site
from parents import Parents
from reports import CONTRASTS, REPORT

LARGE = 300 * 1024 * 1024
MEMORY_LIMIT = 20 * 1024 * 1024
HUGE = 512 * 1024 * 1024
LEVELS = [None, "signed", None, "witnessed", "logged", "timestamped", "anchored"]
RECORDS_A_ROUND, KITS_A_ROUND = 200, 20
FAULT_LIMIT = 40

# What the page says of itself, in place of the program's advice about its own options.
OWN_ADVICE = {
    "adviseAccept": "pageAdviseAccept", "adviseRecordOnly": "pageAdviseRecordOnly",
    "adviseWork": "pageAdviseWork", "adviseHeaders": "pageAdviseHeaders",
}


class Checks(Lookups, Choices, Parents):
    """All checks; `pictures` is where they leave what is to be looked at."""

    def __init__(self, package, programs, folder, pictures, seed, seconds):
        self.folder, self.pictures = pathlib.Path(folder), pathlib.Path(pictures)
        self.seed, self.seconds = int(seed), int(seconds)
        self.corpus = Corpus(pathlib.Path(package), self.folder, programs)
        self.verify = pathlib.Path(package) / "Sources/Explorer/Verify"
        self.phrases = json.loads((self.verify / "phrases.json").read_text())
        self.judges = Judges(self.corpus.program, self.folder)
        life = self.folder / "life"
        self.ages = {}
        for age in [f"age-{number}" for number in [1, 2, 3]]:
            self.ages[age] = self.folder / f"{age}.colophon-kit"
            # The page checks no timestamps: without their roots the program does not, either.
            self.ages[age].write_bytes(attacks.without_roots(
                (life / f"{age}.colophon-kit").read_bytes()))
        self.kits = {**self.corpus.kits, **self.ages}
        self.life = {path.stem: path for path in sorted(life.glob("*.colophon"))}
        self.passed, self.failed = 0, 0
        self.browser = Browser("chromium")
        self.labels = Labels(programs, self.folder, self.pictures, self.browser, ORIGIN)
        self.site = Site(self.verify, ORIGIN, self.corpus.kits["good"].read_bytes())

    def close(self):
        self.browser.close()
        self.site.close()

    def check(self, name, function, *arguments):
        """Runs one check, and prints a line about it."""
        try:
            words = function(*arguments)
            self.passed += 1
            print(f"ok {name}" + (f": {words}" if words else ""), flush=True)
        except Exception as error:
            self.failed += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            print(f"not ok {name}: {type(error).__name__} {error} ({where.name} {where.lineno})",
                  flush=True)

    def page(self, url=None, **options):
        """A new page at the site, ready for files."""
        page = Page(self.browser, **options)
        page.open(url or f"{self.site.url}/verify")
        page.until("document.body.dataset.ready")
        return page

    def judge(self, page, paths):
        """Chooses files, and returns what the page says."""
        page.run("document.getElementById('answer').replaceChildren()")
        page.choose("#files", paths)
        page.until("document.querySelector('#answer h2')")
        return page.run(REPORT)

    def done(self, page):
        """Closes a page, of which the browser must have had nothing to say."""
        words = page.complaints()
        page.close()
        assert not words, words

    # MARK: the corpus

    def cases(self):
        for kit in sorted({case["kit"] for case in self.corpus.cases}):
            page = self.page()
            page.choose("#own-kit", [self.corpus.kits[kit]])
            cases = [case for case in self.corpus.cases if case["kit"] == kit]
            answers = [self.corpus.answer(case) for case in cases]
            if answers[0][0] is None:
                self.check(f"kit {kit}: the page refuses it as the program does",
                           self.refused_kit, page, answers[0][1])
                continue
            page.until(f"document.getElementById('source').textContent.includes('{kit}')")
            for case, (answer, text) in zip(cases, answers):
                level = f", {case['require']}" if case["require"] else ""
                work = "" if case["artifact"] else ", no work"
                self.check(f"{case['file']} by {kit}{level}{work}",
                           self.case, page, case, answer, text)
            self.check(f"kit {kit}: the browser complains of nothing", self.done, page)

    def refused_kit(self, page, words):
        page.until("document.querySelector('#answer h2')")
        said = page.run("document.querySelector('#answer h2').textContent")
        assert words in said, f"{said!r} is not {words!r}"
        self.done(page)

    def case(self, page, case, answer, text):
        page.run(f"document.getElementById('level').value = {json.dumps(case['require'] or '')}")
        # Anew: a file alone would join the one that waits for it.
        page.run("Object.assign(chosen, { work: null, record: null })")
        said = self.judge(page, self.corpus.files(case))
        self.same(said, answer, text)
        listed = [[one["check"], one["verdict"]] for one in answer["findings"]]
        assert listed == case["findings"], "the program differs from cases.json"

    def same(self, said, answer, text):
        """What the page said is what the program says.

        The page checks no proofs of completeness (verify-page.md §2): there it says so. What the
        program finds of them is left out, and its answer too where it is that they are false. Nor
        does it read a proof of OpenTimestamps, of which the program names the block: it counts it.
        """
        of_complete = [one for one in answer["findings"] if one["check"] == "complete"]
        is_open = any(one["verdict"] != "absent" or answer.get("complete") for one in of_complete)
        is_decided = any(one["verdict"] == "false" for one in of_complete)
        assert is_decided or said["outcome"] == answer["outcome"], said
        names = {"ok": "headingProven", "suspect": "headingSuspect", "absent": "headingAbsent",
                 "unknown": "headingUnknown", "notChecked": "headingNotChecked",
                 "false": "headingFalse"}
        verdicts = {self.phrases[phrase]: verdict for verdict, phrase in names.items()}
        verdicts[self.phrases["headingInOrder"]] = "ok"
        found = [("aud" if check == self.phrases["audience"] else check, verdicts[heading], detail)
                 for heading, rows in said["groups"] if heading in verdicts
                 for check, detail in rows]
        wanted = [(one["check"], one["verdict"], one["detail"]) for one in answer["findings"]]
        if is_open:
            here = [row for row in found if row[0] == "complete"]
            assert [row[1] for row in here] == ["notChecked"], here
            found, wanted = [[row for row in rows if row[0] != "complete"]
                             for rows in (found, wanted)]
        named = re.compile(r"carries a proof for Bitcoin block \d+, "
                           r"which headers of your own can check")
        wanted = [(*row[:2], "carries 1; this program cannot check them")
                  if row[:2] == ("anchor", "notChecked") and named.fullmatch(row[2]) else row
                  for row in wanted]
        assert sorted(found) == sorted(wanted), set(found) ^ set(wanted)
        words = " ".join(said["words"])
        assert is_decided or self.headline(text) == words, (self.headline(text), said["words"])
        claims = [pair for heading, rows in said["groups"] if heading.startswith("claimed")
                  for pair in rows]
        # The program breaks a long word where its line ends.
        bare = lambda pairs: [[re.sub(r"\s", "", part) for part in pair] for pair in pairs]
        assert bare(self.claims(text)) == bare(claims), (self.claims(text), claims)

    def lines(self, text):
        """The lines of a verdict, without the name in front and commands of the program."""
        lines = [line for line in text.splitlines() if not line.startswith("  hint: ")]
        return [re.sub(r"^.*?: ?", "", lines[0], count=1), *lines[1:]]

    def headline(self, text):
        """The answer of the program in one line, with the page's own advice in it."""
        lines = self.lines(text)
        end = next((place for place, line in enumerate(lines)
                    if place > 0 and not line.startswith(" ")), len(lines))
        words = " ".join(line.strip() for line in lines[:end])
        newer = [line for line in lines if line.startswith("The record is newer")]
        if newer:
            place = lines.index(newer[0])
            words += " " + " ".join(lines[place:place + 2]).removesuffix(":")
        for own, other in OWN_ADVICE.items():
            words = words.replace(self.phrases[own], self.phrases[other])
        return re.sub(" +", " ", words).strip()

    def claims(self, text):
        """The claims of the program's answer, name and value."""
        lines = text.splitlines()
        begin = next((place for place, line in enumerate(lines)
                      if line.startswith("claimed")), len(lines))
        pairs = []
        for line in lines[begin + 1:]:
            if not line.startswith("  "):
                break
            if line[2] != " ":
                name, value = re.fullmatch(r"  (.{12}) ?(.*)", line.ljust(14)).groups()
                pairs.append([name.strip(), value.strip()])
            else:
                pairs[-1][1] += " " + line.strip()
        return pairs

    # MARK: records of a real ledger

    def world(self):
        folder = self.folder / "world"
        kit = folder / "world.colophon-kit"
        page = self.page(width=360, height=800)
        page.choose("#own-kit", [kit])
        page.until("document.getElementById('source').textContent.includes('world')")
        elements = page.run("document.querySelectorAll('script, img, b').length")
        for record in sorted(folder.glob("*.jpg.colophon")):
            self.check(f"{record.name} of a real ledger", self.real, page, record, kit, elements)
        self.check("records of a real ledger: the browser complains of nothing", self.done, page)

    def real(self, page, record, kit, elements):
        work = record.with_suffix("")
        answer, text = self.corpus.judge([work, record], kit)
        page.run("Object.assign(chosen, { work: null, record: null })")
        said = self.judge(page, [work, record])
        self.same(said, answer, text)
        assert page.run("document.querySelectorAll('script, img, b').length") == elements
        assert page.run("document.documentElement.scrollWidth") <= 360
        page.picture(self.pictures / f"{work.stem}-360.png")

    def of_life(self):
        """The records of a ledger that has lived, and those that carry a statement of their key."""
        found = {name: path.read_bytes() for name, path in self.life.items()}
        for name, content in list(found.items()):
            if name.startswith("key-add"):
                for work in ["newest.jpg", "early.jpg"]:
                    found[f"{work} with {name[:14]}"] = attacks.with_header(
                        found[work], attacks.ISSUERS, [content])
        return found

    def records_of_a_ledger_that_has_lived(self, kit, work):
        found, page = self.of_life(), self.with_kit(kit)
        pairs = self.judges.records(page, self.kits[kit], list(found.values()), work)
        return self.agree(page, found, pairs, list(found.values()))

    def lived(self):
        for kit in self.ages:
            for work, words in [(None, "alone"), (b"early.jpg\n", "beside a work")]:
                self.check(f"records of a ledger that has lived, by {kit}, {words}",
                           self.records_of_a_ledger_that_has_lived, kit, work)
            page = self.with_kit(kit, width=360, height=800)
            elements = page.run("document.querySelectorAll('script, img, b').length")
            for name, record in self.life.items():
                if name.endswith(".jpg"):
                    self.check(f"{name} of a ledger that has lived, by {kit}", self.real, page,
                               record, self.kits[kit], elements)
            self.check(f"{kit}: the browser complains of nothing", self.done, page)

    # MARK: works of every kind

    def nothing_is_sent_while_files_are_judged(self):
        page = self.page()
        before = len(self.site.asked)
        said = self.judge(page, [self.corpus.folder_work, self.corpus.record("photo.colophon")])
        assert said["outcome"] == "verified", said
        assert self.site.asked[before:] == [], self.site.asked[before:]
        page.picture(self.pictures / "verified-1440.png")
        self.done(page)

    def files_can_be_dropped(self):
        page = self.page()
        page.drop([self.corpus.folder_work, self.corpus.record("photo.colophon")])
        page.until("document.querySelector('#answer h2')")
        assert page.run(REPORT)["outcome"] == "verified"
        self.done(page)

    def only_the_digest_of_a_work_is_sent_and_after_a_click(self):
        work = self.corpus.folder_work
        digest = hashlib.sha256(work.read_bytes()).hexdigest()
        entry = self.listed(digest, [self.corpus.record("photo.colophon")])[0]
        page = self.page()
        before = len(self.site.asked)
        self.judge(page, [work])
        assert page.run("document.getElementById('digest').textContent") == digest
        assert self.site.asked[before:] == []
        page.picture(self.pictures / "ask-1440.png")
        page.click("#send")
        page.until("document.querySelector('#detail dl')")
        assert page.run(REPORT)["outcome"] == "verified"
        asked = self.site.asked[before:]
        assert asked == [f"/subjects/{digest}?limit=100", f"/entries/{entry}/transparent"], asked
        self.done(page)

    def a_work_that_the_ledger_does_not_know_is_told(self):
        page = self.page()
        unknown = self.folder / "unknown.jpg"
        unknown.write_bytes(b"nobody has signed this")
        self.judge(page, [unknown])
        page.click("#send")
        page.until("document.querySelector('#answer h2')?.textContent.includes('no record of')")
        page.picture(self.pictures / "unknown-1440.png")
        self.done(page)

    def a_large_work_is_hashed_in_memory_that_stays_flat(self):
        path = self.folder / "large.tif"
        block = bytes(range(256)) * 4096
        digest = hashlib.sha256()
        with path.open("wb") as file:
            for _ in range(LARGE // len(block)):
                file.write(block)
                digest.update(block)
        page = self.page()
        self.judge(page, [self.corpus.folder_work, self.corpus.record("photo.colophon")])
        renderers = self.renderers()
        before = {process: (peak_memory(process, reset=True), cpu_seconds(process))
                  for process in renderers}
        start = time.monotonic()
        said = self.judge(page, [path, self.corpus.record("photo.colophon")])
        seconds = time.monotonic() - start
        # The page's renderer is the one that worked; the browser keeps others in reserve.
        busy, process = max((cpu_seconds(each) - before[each][1], each) for each in renderers)
        grown = peak_memory(process) - before[process][0]
        assert said["outcome"] == "anotherFile", said
        assert any(digest.hexdigest() in detail for _, rows in said["groups"] for _, detail in rows)
        path.unlink()
        assert grown <= MEMORY_LIMIT, f"{grown >> 20} MiB more"
        # Printed and not checked: a busy machine makes a core slower, too.
        rate = LARGE / (1 << 20) / busy
        self.done(page)
        return (f"300 MiB at {300 / seconds:.0f} MiB a second, {rate:.0f} MiB a second of a core; "
                f"{grown >> 20} MiB of memory more than for a small one")

    def renderers(self):
        found = self.browser.call("SystemInfo.getProcessInfo")["processInfo"]
        return [process["id"] for process in found if process["type"] == "renderer"]

    def huge(self):
        """A file that takes a while to hash, and no room on the disk."""
        path = self.folder / "huge.tif"
        with path.open("wb") as file:
            file.truncate(HUGE)
        return path

    def begin(self, page, path):
        """Chooses a huge file, and returns while it is being hashed."""
        page.choose("#files", [path])
        page.until("document.getElementById('bar').value > 0.01")

    def a_huge_work_can_be_stopped_while_it_is_hashed(self):
        path, page = self.huge(), self.page()
        self.begin(page, path)
        page.click("#stop")
        page.until("document.getElementById('progress').hidden")
        assert page.run("document.getElementById('answer').childElementCount") == 0
        said = self.judge(page, [self.corpus.folder_work, self.corpus.record("photo.colophon")])
        assert said["outcome"] == "verified", said
        path.unlink()
        self.done(page)

    def a_file_that_changes_while_it_is_hashed_is_told(self):
        path, page = self.huge(), self.page()
        self.begin(page, path)
        # Browsers see a change by the second.
        with path.open("r+b") as file:
            file.write(b"changed")
        os.utime(path, (0, 0))
        page.until("document.querySelector('#answer h2')")
        said = page.run(REPORT)["words"]
        assert said == ["huge.tif: was changed while it was used"], said
        path.unlink()
        self.done(page)

    def a_file_that_is_cut_while_it_is_hashed_is_told(self):
        path, page = self.huge(), self.page()
        self.begin(page, path)
        os.truncate(path, 1 << 20)
        page.until("document.querySelector('#answer h2')")
        said = page.run(REPORT)["words"]
        assert said == ["huge.tif: was changed while it was used"], said
        path.unlink()
        self.done(page)

    def a_file_that_was_changed_since_it_was_chosen_is_told(self):
        path = self.folder / "changing.jpg"
        path.write_bytes(b"before")
        page = self.page()
        self.judge(page, [path])
        path.write_bytes(b"after, and longer")
        page.run("document.getElementById('answer').replaceChildren(); take([chosen.work])")
        page.until("document.querySelector('#answer h2')")
        said = page.run(REPORT)["words"]
        assert said == ["changing.jpg: was changed while it was used"], said
        self.done(page)

    def a_file_that_is_gone_is_told(self):
        path = self.folder / "gone.jpg"
        path.write_bytes(b"here")
        page = self.page()
        self.judge(page, [path])
        path.unlink()
        page.run("document.getElementById('answer').replaceChildren(); take([chosen.work])")
        page.until("document.querySelector('#answer h2')")
        said = page.run(REPORT)["words"]
        assert said == ["gone.jpg: no such file or directory"], said
        self.done(page)

    def an_empty_work_is_hashed_like_any_other(self):
        path = self.folder / "empty.jpg"
        path.write_bytes(b"")
        page = self.page()
        self.judge(page, [path])
        said = page.run("document.getElementById('digest').textContent")
        assert said == hashlib.sha256(b"").hexdigest(), said
        self.done(page)

    def a_browser_without_streams_of_bytes_hashes_as_well(self):
        path = self.folder / "some.tif"
        path.write_bytes(bytes(range(251)) * 40_000)
        page = Page(self.browser)
        page.call("Page.addScriptToEvaluateOnNewDocument", source=(
            "const real = ReadableStream.prototype.getReader; ReadableStream.prototype.getReader "
            "= function (options) { if (options?.mode === 'byob') throw new TypeError('no'); "
            "return real.call(this); };"))
        page.open(f"{self.site.url}/verify")
        page.until("document.body.dataset.ready")
        self.judge(page, [path])
        said = page.run("document.getElementById('digest').textContent")
        assert said == hashlib.sha256(path.read_bytes()).hexdigest(), said
        self.done(page)

    def an_empty_record_is_told_as_by_the_program(self):
        path = self.folder / "empty.colophon"
        path.write_bytes(b"")
        page = self.page()
        self.refused(page, path)

    def a_proof_of_completeness_is_no_work(self):
        path = self.folder / "photo.complete"
        path.write_bytes(bytes([0x82, 0x01]))
        page = self.page()
        # Beside a record it is not taken for another file.
        said = self.judge(page, [path, self.corpus.record("photo.colophon")])["words"]
        assert said == [self.phrases["pageComplete"]], said
        self.done(page)

    def refused(self, page, path):
        """The page refuses a record as the program does."""
        said = self.judge(page, [path])["words"]
        answer = self.judges.verify(path, "--trust", self.corpus.kits["good"])
        error = json.loads(answer.stderr)["error"].removeprefix(f"{path}: ")
        assert said == [f"{path.name}: {error}"], (said, error)
        self.done(page)

    def a_record_by_the_kit_of_another_ledger_is_told(self):
        page = self.with_kit("other")
        files = [self.corpus.folder_work, self.corpus.record("photo.colophon")]
        said = self.judge(page, files)
        answer, text = self.corpus.judge(files, self.corpus.kits["other"])
        self.same(said, answer, text)
        assert said["outcome"] == "unproven", said
        assert "other.example" in page.run("document.querySelector('#kit dl').innerText")
        self.done(page)

    def a_record_over_4_mib_is_told_as_by_the_program(self):
        path = self.folder / "large.colophon"
        path.write_bytes(b"\xd2\x84" + bytes(4 * 1024 * 1024))
        self.refused(self.page(), path)

    def a_name_of_a_file_is_text_and_no_more(self):
        path = self.folder / "<img src=x onerror=alert(1)>\u202egpj.exe"
        path.write_bytes(b"a name")
        page = self.page()
        self.judge(page, [path, self.corpus.record("photo.colophon")])
        said = page.run("document.querySelector('#answer .soft').textContent")
        assert "<img src=x onerror=alert(1)><U+202E>gpj.exe" in said, said
        assert page.run("document.querySelectorAll('main img').length") == 0
        self.done(page)

    # MARK: what somebody made to harm a reader

    def with_kit(self, kit, **options):
        """A page that has chosen a kit of the corpus, or of the ledger that has lived."""
        page = self.page(**options)
        page.choose("#own-kit", [self.kits[kit]])
        page.until(f"document.getElementById('source').textContent.includes('{kit}')")
        return page

    def agree(self, page, names, pairs, contents):
        """The page and the program say the same of each; what they differ about is kept."""
        faults = []
        for name, (said, wanted), content in zip(names, pairs, contents):
            words = difference(said, wanted)
            if words:
                path = self.pictures / f"differs-{len(faults)}.bin"
                path.write_bytes(content)
                faults.append(f"{name} ({path.name}): {words}")
        self.done(page)
        assert not faults, "\n    ".join([f"{len(faults)} differ", *faults[:10]])
        return f"{len(contents)}"

    def hostile_records_are_judged_as_by_the_program(self):
        record = self.corpus.record("photo.colophon").read_bytes()
        found, page = attacks.records(record), self.with_kit("good")
        pairs = self.judges.records(page, self.corpus.kits["good"], list(found.values()))
        return self.agree(page, found, pairs, list(found.values()))

    def hostile_kits_are_judged_as_by_the_program(self):
        found, page = attacks.kits(self.corpus.root / "kits/witnessed"), self.page()
        record = self.corpus.record("photo.colophon")
        pairs = self.judges.kits(page, record, list(found.values()))
        return self.agree(page, found, pairs, list(found.values()))

    def manifests_of_every_kind_are_read_as_by_the_program(self):
        record = self.corpus.record("photo.colophon").read_bytes()
        found = manifest_records(self.corpus.root.parent / "manifests", record)
        page = self.with_kit("good")
        pairs = self.judges.records(page, self.corpus.kits["good"], list(found.values()))
        return self.agree(page, found, pairs, list(found.values()))

    def altered_records_and_kits_are_judged_as_by_the_program(self):
        """Rounds of copies, altered at random from one seed, until the time is over."""
        end, count, number = time.monotonic() + self.seconds, 0, 0
        mutator = Mutator(random.Random(self.seed))
        corpus = [path.read_bytes() for path in sorted(self.corpus.root.glob("*.colophon"))]
        manifests = manifest_records(self.corpus.root.parent / "manifests", corpus[0])
        records = [corpus, list(manifests.values())], [list(self.of_life().values())]
        folder = self.corpus.root / "kits/witnessed"
        policies = [attacks.with_policy(folder, text) for text in attacks.policies(
            (folder / "policy").read_text()).values() if len(text) < 4096]
        kits = [self.kits[kit].read_bytes() for kit in sorted(self.kits)]
        names = ["good", "age-3", "witnessed", "age-2", "old", "age-1"]
        while time.monotonic() < end:
            kit = names[number % len(names)]
            number += 1
            altered = [mutator.copy_of(records[kit in self.ages]) for _ in range(RECORDS_A_ROUND)]
            work = b"photo" if number % 3 else None
            level = LEVELS[number % len(LEVELS)]
            page = self.with_kit(kit)
            pairs = self.judges.records(page, self.kits[kit], altered, work, level)
            self.agree(page, [f"seed {self.seed}, round {number}"] * len(altered), pairs, altered)
            altered = [mutator.copy_of([kits, policies]) for _ in range(KITS_A_ROUND)]
            record = [self.corpus.record("photo.colophon"), self.life["early.jpg"]][number % 2]
            page = self.page()
            pairs = self.judges.kits(page, record, altered)
            self.agree(page, [f"seed {self.seed}, round {number}"] * len(altered), pairs, altered)
            count += RECORDS_A_ROUND + KITS_A_ROUND
        return f"{count} from seed {self.seed}"

    # MARK: browsers

    def the_saved_copy_works_without_a_network(self):
        path = self.folder / "verify.html"
        path.write_bytes(self.site.page(True))
        page = Page(self.browser)
        page.offline()
        page.open(path.as_uri())
        page.until("document.body.dataset.ready")
        said = self.judge(page, [self.corpus.folder_work, self.corpus.record("photo.colophon")])
        assert said["outcome"] == "verified", said
        page.picture(self.pictures / "saved-1440.png")
        refused = page.run("fetch('https://example.org').then(() => 'sent', (e) => e.name)")
        assert refused == "TypeError", refused
        page.browser.events = [event for event in page.browser.events
                               if "example.org" not in json.dumps(event)]
        self.done(page)

    def without_a_secure_context_the_saved_copy_is_offered(self):
        browser = Browser("chromium", ["--host-resolver-rules=MAP ledger.test 127.0.0.1"])
        try:
            page = Page(browser)
            page.open(f"http://ledger.test:{self.site.port}/verify")
            page.until("!document.getElementById('fault').hidden")
            said = page.run("document.getElementById('fault').innerText")
            assert "secure context" in said and "Save a copy" in said, said
            assert page.run("document.getElementById('tool').hidden")
            page.picture(self.pictures / "insecure-1440.png")
            page.close()
        finally:
            browser.close()

    def lacking(self, name):
        page = Page(self.browser)
        page.call("Page.addScriptToEvaluateOnNewDocument", source=(
            "const real = crypto.subtle.importKey.bind(crypto.subtle); crypto.subtle.importKey = "
            "(form, key, kind, ...more) => kind.name === '" + name + "' ? Promise.reject(new "
            "DOMException('no', 'NotSupportedError')) : real(form, key, kind, ...more);"))
        page.open(f"{self.site.url}/verify")
        return page

    def without_ed25519_nothing_is_verified(self):
        page = self.lacking("Ed25519")
        page.until("!document.getElementById('fault').hidden")
        said = page.run("document.getElementById('fault').innerText")
        assert "not checked here" in said and "Ed25519" in said, said
        # A saved copy would be checked by the same browser.
        assert "Save a copy" not in said, said
        assert page.run("document.getElementById('tool').hidden")
        page.close()

    def without_p256_its_signatures_are_not_checked(self):
        page = self.lacking("ECDSA")
        page.until("document.body.dataset.ready")
        work = self.corpus.works[hashlib.sha256(b"es").hexdigest()]
        said = self.judge(page, [work, self.corpus.record("es256.colophon")])
        assert said["outcome"] == "unproven", said
        rows = dict(said["groups"])["not checked here"]
        assert ["signature", "this program cannot check it"] in rows, rows
        page.close()

    def without_scripts_the_page_says_what_to_do(self):
        page = Page(self.browser, width=360, height=800, scripts=False)
        page.open(f"{self.site.url}/verify")
        nodes = page.call("DOM.getDocument", depth=-1)
        text = json.dumps(nodes)
        assert "colophon verify FILE --trust KIT" in text and "needs JavaScript" in text
        page.picture(self.pictures / "no-script-360.png")
        page.close()

    def fits(self, width, dark):
        page = self.page(width=width, height=800, dark=dark)
        name = f"{width}-{'dark' if dark else 'light'}.png"
        page.picture(self.pictures / f"empty-{name}")
        for file in ["photo", "revoked", "suspect"]:
            record = f"{file}.colophon"
            digest = next(one["artifact"] for one in self.corpus.cases if one["file"] == record)
            self.judge(page, [self.corpus.works[digest], self.corpus.record(record)])
            page.picture(self.pictures / f"{file}-{name}")
            wide = page.run("document.documentElement.scrollWidth")
            assert wide <= width, f"{file}: {wide} pixels wide"
            faint = page.run(CONTRASTS)
            assert not faint, faint
        self.done(page)

    def the_keyboard_reaches_everything_in_order(self):
        page = self.page()
        order = []
        for _ in range(4):
            page.key("Tab")
            order.append(page.run("document.activeElement.id || document.activeElement.href"))
        assert order[:3] == ["files", "level", "own-kit"], order
        labels = page.run("[...document.querySelectorAll('input, progress, select')].filter((e) => "
                          "e.labels.length === 0).map((e) => e.id)")
        assert labels == [], f"without a label: {labels}"
        self.judge(page, [self.corpus.folder_work, self.corpus.record("photo.colophon")])
        assert page.run("document.activeElement.id") == "answer"
        assert page.run("document.getElementById('answer').getAttribute('aria-live')") == "polite"
        self.done(page)

    def nothing_is_kept(self):
        page = self.page()
        self.judge(page, [self.corpus.folder_work, self.corpus.record("photo.colophon")])
        kept = page.run("JSON.stringify([document.cookie, localStorage.length, "
                        "sessionStorage.length])")
        assert kept == '["",0,0]', kept
        self.done(page)

    # MARK: everybody

    def everybody(self):
        """Holds every page of the site, and every file for a browser, to WCAG 2.2 (AA)."""
        access = Access(self.browser, self.pictures)
        self.check("each check of a page finds what it is for", self.sighted, access)
        lines = (self.folder / "world/documents").read_text().splitlines()
        for name, url in [line.split(" ", 1) for line in lines]:
            self.check(f"{name}: everybody can use it", self.usable, access, name, url)
            self.check(f"{name}: nothing is lost without scripts", self.whole, access, name, url)
        self.check("verify, judged: everybody can use it", self.judged, access)
        self.check("verify, looked up: everybody can use it", self.looked_up, access)

    def sighted(self, access):
        missed = access.blind_spots()
        assert not missed, "".join(f"\n  {words}" for words in missed)

    def usable(self, access, name, url):
        def ready(page):
            if name.startswith("verify"):
                page.until("document.body.dataset.ready")
        found = access.look(name, url, ready)
        assert not found, "".join(f"\n  {fault}" for fault in found[:FAULT_LIMIT])

    def whole(self, access, name, url):
        scripted, plain = access.without_scripts(url)
        if name.startswith("verify"):
            # What checks files in a browser is a script: without one the page says what to do.
            said = " ".join(plain)
            assert "needs JavaScript" in said and "colophon verify FILE --trust KIT" in said, said
            return
        # An age goes on from one look to the next.
        timeless = lambda texts: [re.sub(r"\b\d+ (s|min|h|d) ago", "ago", text) for text in texts]
        plain, scripted = timeless(plain), timeless(scripted)
        assert plain == scripted, set(scripted) ^ set(plain)
        assert plain, "there is no text"

    def judged(self, access):
        def judge(page):
            page.until("document.body.dataset.ready")
            self.judge(page, [self.corpus.folder_work, self.corpus.record("photo.colophon")])
        found = access.look("judged", f"{self.site.url}/verify", judge)
        assert not found, "".join(f"\n  {fault}" for fault in found[:FAULT_LIMIT])

    def run(self):
        self.corpus.folder_work = self.corpus.works[hashlib.sha256(b"photo").hexdigest()]
        self.cases()
        self.world()
        self.everybody()
        self.lived()
        for check in [
                self.nothing_is_sent_while_files_are_judged, self.files_can_be_dropped,
                self.only_the_digest_of_a_work_is_sent_and_after_a_click,
                self.a_work_that_the_ledger_does_not_know_is_told,
                self.what_takes_a_record_back_stands_first,
                self.what_is_as_well_proven_takes_a_record_back,
                self.a_record_without_its_manifest_is_not_taken_for_harmless,
                self.every_record_of_a_work_is_told_of,
                self.what_another_signer_says_of_a_record_does_not_take_it_back,
                self.records_that_were_not_judged_are_counted,
                self.a_ledger_that_gives_another_record_than_it_lists_is_told,
                self.a_large_work_is_hashed_in_memory_that_stays_flat,
                self.a_huge_work_can_be_stopped_while_it_is_hashed,
                self.a_file_that_changes_while_it_is_hashed_is_told,
                self.a_file_that_is_cut_while_it_is_hashed_is_told,
                self.a_file_that_was_changed_since_it_was_chosen_is_told,
                self.a_file_that_is_gone_is_told, self.an_empty_work_is_hashed_like_any_other,
                self.a_browser_without_streams_of_bytes_hashes_as_well,
                self.without_a_kit_the_page_says_so,
                self.files_that_are_chosen_before_the_kit_is_there_wait_for_it,
                self.files_that_are_chosen_while_a_kit_is_read_wait_for_it,
                self.a_page_that_lacks_a_script_says_that_it_is_not_whole,
                self.a_saved_copy_that_was_altered_or_cut_says_so,
                self.a_work_that_begins_as_a_record_is_a_work_beside_its_record,
                self.a_file_alone_begins_anew_where_none_waits_for_it,
                self.what_is_chosen_as_a_kit_is_a_kit_whatever_its_name,
                self.endings_are_told_in_capital_letters_too,
                self.what_is_no_kit_is_told_as_by_the_program,
                self.a_folder_is_told,
                self.a_work_that_was_stopped_is_forgotten,
                self.an_empty_record_is_told_as_by_the_program,
                self.a_proof_of_completeness_is_no_work,
                self.a_record_over_4_mib_is_told_as_by_the_program,
                self.a_record_by_the_kit_of_another_ledger_is_told,
                self.a_name_of_a_file_is_text_and_no_more,
                self.hostile_records_are_judged_as_by_the_program,
                self.hostile_kits_are_judged_as_by_the_program,
                self.manifests_of_every_kind_are_read_as_by_the_program,
                self.works_far_from_their_parents_are_told_of_as_by_the_program,
                self.altered_records_and_kits_are_judged_as_by_the_program,
                self.the_saved_copy_works_without_a_network,
                self.without_a_secure_context_the_saved_copy_is_offered,
                self.without_ed25519_nothing_is_verified,
                self.without_p256_its_signatures_are_not_checked,
                self.without_scripts_the_page_says_what_to_do,
                self.the_keyboard_reaches_everything_in_order, self.nothing_is_kept]:
            self.check(check.__name__.replace("_", " "), check)
        for width in [360, 1440]:
            for dark in [False, True]:
                name = f"the page fits {width} pixels, {'dark' if dark else 'light'}"
                self.check(name, self.fits, width, dark)
        self.labels.run_all(self.check)
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def peak_memory(process, reset=False):
    """The most memory that a process has had since the last reset, in bytes."""
    folder = pathlib.Path(f"/proc/{process}")
    if reset:
        (folder / "clear_refs").write_text("5")
    status = (folder / "status").read_text()
    return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def cpu_seconds(process):
    """The time of a core that a process has used."""
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    checks = Checks(*sys.argv[1:])
    try:
        code = checks.run()
    finally:
        checks.close()
    sys.exit(code)

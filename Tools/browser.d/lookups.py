"""The checks of a work alone: what the verify page says after the ledger was asked about it."""

import hashlib
import json
import re

import attacks
from pages import FIRST_INDEX, ORIGIN
from reports import CONTRASTS, REPORT


class Lookups:
    """The checks; whoever has them has a page, judges, a site and folders, too."""

    def listed(self, digest, records, more=0):
        """Makes the site list these records of a file, and `more` of no content; their entries."""
        show = lambda record: json.loads(self.judges.show(record).stdout)["entry"]
        entries = [show(record) for record in records]
        for entry, record in zip(entries, records):
            self.site.records[entry] = record.read_bytes()
        self.site.subjects[digest] = entries + [f"{place:043}" for place in range(more)]
        return entries

    def ask(self, page, numbers, more=0, level=""):
        """Asks about a work of the real ledger, by a click; the records that the site lists."""
        folder = self.folder / "world"
        records = [folder / f"rivals/{number}/work.jpg.colophon" for number in numbers]
        work = records[0].with_suffix("")
        self.listed(hashlib.sha256(work.read_bytes()).hexdigest(), records, more)
        page.choose("#own-kit", [folder / "world.colophon-kit"])
        page.until("document.getElementById('source').textContent.includes('world')")
        page.run(f"document.getElementById('level').value = {json.dumps(level)}")
        self.judge(page, [work])
        page.click("#send")
        page.until("document.querySelector('#detail dl') "
                   "|| document.querySelector('#answer.damaged h2')")
        return records

    def asked(self, numbers, more=0, level=""):
        """What the page says of a work of the real ledger, after a click; and each index in it."""
        page = self.page()
        records = self.ask(page, numbers, more, level)
        said = page.run(REPORT)
        said["words"] = [words for words in said["words"]
                         if not words.startswith("The record is newer")]
        said["end"] = page.run("document.querySelector('#detail > p')?.textContent")
        show = lambda record: json.loads(self.judges.show(record).stdout)["receipts"][0]["index"]
        return page, said, [show(record) for record in records]

    def what_takes_a_record_back_stands_first(self):
        for numbers, word in [([1, 2], "WITHDRAWN"), ([3, 4], "CORRECTED")]:
            page, said, (first, second) = self.asked(numbers)
            words = said["words"]
            assert said["outcome"] == "takenBack", said
            assert words[0] == f"{word} by entry {second}, of the same signer", words
            assert f"signed by https://pops.example/berlin, entry {first} of" in words[1], words
            assert "looked up just now: 2;" in said["end"], said["end"]
            assert "nothing was looked up" not in said["end"], said["end"]
            page.picture(self.pictures / f"{word.lower()}-1440.png")
            assert not page.run(CONTRASTS), page.run(CONTRASTS)
            self.done(page)

    def what_is_as_well_proven_takes_a_record_back(self):
        page, said, (_, second) = self.asked([1, 2], level="anchored")
        assert said["outcome"] == "takenBack", said
        assert said["words"][0] == f"WITHDRAWN by entry {second}, of the same signer", said
        assert said["words"][1].startswith('NOT PROVEN: "anchored" is required'), said
        self.done(page)

    def a_record_without_its_manifest_is_not_taken_for_harmless(self):
        folder, page = self.folder / "world", self.page()
        records = [folder / f"rivals/{number}/work.jpg.colophon" for number in [1, 2]]
        work = records[0].with_suffix("")
        entries = self.listed(hashlib.sha256(work.read_bytes()).hexdigest(), records)
        self.site.records[entries[1]] = attacks.without_header(
            records[1].read_bytes(), attacks.MANIFEST)
        page.choose("#own-kit", [folder / "world.colophon-kit"])
        page.until("document.getElementById('source').textContent.includes('world')")
        self.judge(page, [work])
        page.click("#send")
        page.until("document.querySelector('#detail dl')")
        said = page.run(REPORT)["words"]
        end = self.phrases["besideUnread"].removeprefix("{words}")
        assert any(words.endswith(end) for words in said), said
        self.done(page)

    def looked_up(self, access):
        def ready(page):
            page.until("document.body.dataset.ready")
            self.ask(page, [1, 2, 3, 4, 5, 6, 8, 9], more=1)
        found = access.look("looked-up", f"{self.site.url}/verify", ready)
        assert not found, "".join(f"\n  {fault}" for fault in found)

    def every_record_of_a_work_is_told_of(self):
        page, said, (eve, berlin, withdrawal) = self.asked([5, 6, 7])
        words = said["words"]
        assert said["outcome"] == "verified", said
        assert f"signed by https://pops.example/eve, entry {eve} of" in words[0], words
        # What Eve withdraws is Berlin's, and not what is shown.
        assert f"entry {withdrawal}, of the same signer: WITHDRAWS entry " in words[1], words
        assert f"entry {berlin}: signed by https://pops.example/berlin" in words[2], words
        page.picture(self.pictures / "contested-1440.png")
        self.done(page)

    def what_another_signer_says_of_a_record_does_not_take_it_back(self):
        page, said, (berlin, eve, other) = self.asked([8, 9, 10])
        words = said["words"]
        assert said["outcome"] == "verified", said
        assert f"signed by https://pops.example/berlin, entry {berlin} of" in words[0], words
        assert words[1].startswith(f"entry {eve} says that it withdraws this: WITHDRAWS"), words
        assert "https://pops.example/eve" in words[1], words
        assert words[2].startswith(f"entry {other}, of the same signer: signed by"), words
        self.done(page)

    def records_that_were_not_judged_are_counted(self):
        for more, count in [(3, "11"), (92, "100 or more")]:
            page, said, _ = self.asked([8, 9, 10, 1, 2, 3, 4, 5], more)
            line = self.phrases["listedMore"].format(
                count=count, judged=8, **{"from": FIRST_INDEX + 8})
            assert line in said["words"], said["words"]
            link = page.run("document.querySelector('#answer a').getAttribute('href')")
            assert re.fullmatch(r"find\?q=[0-9a-f]{64}", link), link
            self.done(page)

    def a_ledger_that_gives_another_record_than_it_lists_is_told(self):
        folder = self.folder / "world"
        records = [folder / f"rivals/{number}/work.jpg.colophon" for number in [1, 2]]
        digest = hashlib.sha256(records[0].with_suffix("").read_bytes()).hexdigest()
        entries = self.listed(digest, records)
        self.site.records[entries[1]] = records[0].read_bytes()
        page = self.with_kit("good")
        self.judge(page, [records[0].with_suffix("")])
        page.click("#send")
        page.until("document.querySelector('#answer.damaged h2')")
        said = page.run(REPORT)["words"]
        assert said == [f"{ORIGIN} answers with another record than that of entry {entries[1]}"]
        # Nothing is lost: it can be asked again.
        assert not page.run("document.getElementById('ask').hidden")
        self.done(page)

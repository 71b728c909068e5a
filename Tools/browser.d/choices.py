"""The checks of what is chosen and dropped, and of a page that lacks a part."""

import json

from chromium import Page
from pages import SCRIPTS
from reports import REPORT


class Choices:
    """The checks; whoever has them has a page, a corpus, a site and folders, too."""

    # MARK: without a trust kit

    def without_a_kit_the_page_says_so(self):
        pair = [self.corpus.folder_work, self.corpus.record("photo.colophon")]
        self.site.missing.add("/trust-kit")
        try:
            page = self.page()
        finally:
            self.site.missing.clear()
        fault = "document.getElementById('fault').hidden ? '' : " \
                "document.getElementById('fault').innerText"
        assert self.phrases["pageKitUnusable"] in page.run(fault), page.run(fault)
        # A ledger that gives no kit gives no saved copy.
        assert "Save a copy" not in page.run(fault), page.run(fault)
        said = self.judge(page, pair)["words"]
        assert said == [self.phrases["pageKitMissing"]], said
        # What the page said at its start is true still.
        assert self.phrases["pageKitUnusable"] in page.run(fault), page.run(fault)
        page.picture(self.pictures / "no-kit-1440.png")
        # Nothing is lost: with a kit of the visitor's own the files are judged.
        page.choose("#own-kit", [self.corpus.kits["good"]])
        page.until("document.querySelector('#detail dl')")
        assert page.run(REPORT)["outcome"] == "verified", page.run(REPORT)
        assert page.run(fault) == "", page.run(fault)
        page.close()

    def files_that_are_chosen_before_the_kit_is_there_wait_for_it(self):
        self.site.gate.clear()
        try:
            page = Page(self.browser)
            page.open(f"{self.site.url}/verify")
            page.until("!document.getElementById('tool').hidden")
            page.choose("#files", [self.corpus.folder_work, self.corpus.record("photo.colophon")])
            assert page.run(REPORT)["words"] == []
        finally:
            self.site.gate.set()
        page.until("document.querySelector('#detail dl')")
        assert page.run(REPORT)["outcome"] == "verified", page.run(REPORT)
        self.done(page)

    def files_that_are_chosen_while_a_kit_is_read_wait_for_it(self):
        """The answer rests on the kit that is shown; a kit that is none changes nothing."""
        pair = [self.corpus.folder_work, self.corpus.record("photo.colophon")]
        for name, outcome in [("other", "unproven"), ("altered", "damaged")]:
            page = self.page()
            page.run("{ const read = TrustKit.read; globalThis.gate = new Promise((open) => { "
                     "globalThis.openGate = open; }); TrustKit.read = async (bytes) => { "
                     "await gate; return read(bytes); }; }")
            page.choose("#own-kit", [self.corpus.kits[name]])
            page.choose("#files", pair)
            page.run("openGate()")
            page.until("document.querySelector('#answer h2')")
            assert page.run(REPORT)["outcome"] == outcome, page.run(REPORT)
            source = page.run("document.getElementById('source').textContent")
            assert ("yours" in source) == (name == "other"), source
            if name == "altered":
                assert self.judge(page, pair)["outcome"] == "verified"
            self.done(page)

    # MARK: a page that lacks a part

    def broken(self, page, name):
        """The page, which lacks `name`, says that it is not whole, and has no place for files."""
        if name in ["bytes.js", "words.js"]:
            # There are no words without them: nothing more is said than from the start.
            page.browser.wait("Runtime.exceptionThrown", page.session)
        elif name not in ["page.js", "the end"]:
            page.until("!document.getElementById('fault').hidden")
            said = page.run("document.getElementById('fault').innerText")
            assert self.phrases["pageNotWhole"] in said, said
        said = page.run("document.body.innerText")
        assert "take another copy" in said, f"{name}: {said}"
        assert page.run("document.getElementById('tool')?.hidden ?? true"), name
        page.close()

    def a_page_that_lacks_a_script_says_that_it_is_not_whole(self):
        for name in SCRIPTS:
            self.site.missing.add(f"/verify/{name}")
            try:
                page = Page(self.browser)
                page.open(f"{self.site.url}/verify")
                self.broken(page, name)
            finally:
                self.site.missing.clear()
        page = self.page()
        assert "take another copy" not in page.run("document.body.innerText")
        self.done(page)

    def a_saved_copy_that_was_altered_or_cut_says_so(self):
        whole, path = self.site.page(True), self.folder / "altered.html"
        head, *scripts = whole.split(b'<script>"use strict";')
        assert len(scripts) == len(SCRIPTS)
        mark = b'<script>"use strict";'
        for place, name in enumerate(SCRIPTS):
            altered = [*scripts[:place], b" " + scripts[place][1:], *scripts[place + 1:]]
            self.opened(path, mark.join([head, *altered]), name)
        for part in [2 / 3, len(head) / len(whole)]:
            self.opened(path, whole[:int(len(whole) * part)], "the end")

    def opened(self, path, content, name):
        path.write_bytes(content)
        page = Page(self.browser)
        page.open(path.as_uri())
        self.broken(page, name)
        path.unlink()

    # MARK: what a file is

    def a_work_that_begins_as_a_record_is_a_work_beside_its_record(self):
        work = self.folder / "world/cose.jpg"
        record = work.with_name("cose.jpg.colophon")
        anew = "Object.assign(chosen, { work: null, record: null })"
        page = self.page()
        page.choose("#own-kit", [self.folder / "world/world.colophon-kit"])
        page.until("document.getElementById('source').textContent.includes('world')")
        for steps in [[work, record]], [[record, work]], [[record], [work]], [[work], [record]]:
            page.run(anew)
            said = [self.judge(page, paths) for paths in steps][-1]
            assert said["outcome"] == "verified", (steps, said)
        page.run(anew)
        said = self.judge(page, [work])["words"]
        # Alone it is taken for a record, as by the program; the page says what to do.
        assert said == [self.phrases["damaged"], self.phrases["adviseAnotherCopy"],
                        self.phrases["pageGuess"]], said
        # Mail and browsers rename what they do not know.
        renamed = self.folder / "renamed.txt"
        renamed.write_bytes(record.read_bytes())
        other = self.folder / "world/print.jpg"
        for steps, outcome in [([[work.with_name("script.jpg"), renamed]], "anotherFile"),
                               ([[renamed], [other]], "anotherFile"),
                               ([[renamed]], "recordOnly")]:
            page.run(anew)
            said = [self.judge(page, paths) for paths in steps][-1]
            assert said["outcome"] == outcome, (steps, said)
        said = self.judge(page, [work, renamed])["words"]
        assert said == [self.phrases["pageOnePair"]], said
        renamed.unlink()
        self.done(page)

    def a_file_alone_begins_anew_where_none_waits_for_it(self):
        page = self.page()
        work, record = self.corpus.folder_work, self.corpus.record("photo.colophon")
        assert self.judge(page, [work, record])["outcome"] == "verified"
        assert self.judge(page, [record])["outcome"] == "recordOnly"
        assert self.judge(page, [record])["outcome"] == "recordOnly"
        assert self.judge(page, [work])["outcome"] == "verified"
        said = self.judge(page, [work])["words"]
        assert said == [f"{work.name}: no record was chosen"], said
        # A file that waits and is gone keeps nothing from being judged.
        gone = self.folder / "gone.tif"
        gone.write_bytes(b"here")
        self.judge(page, [gone])
        gone.unlink()
        said = self.judge(page, [work])["words"]
        assert said == [f"{work.name}: no record was chosen"], said
        self.done(page)

    # MARK: a kit of the visitor's own

    def what_is_chosen_as_a_kit_is_a_kit_whatever_its_name(self):
        kit = self.corpus.kits["other"].read_bytes()
        for name in ["mykit.cbor", "photo.colophon", "kit.complete", "Kit.COLOPHON-KIT"]:
            path = self.folder / name
            path.write_bytes(kit)
            page = self.page()
            page.choose("#own-kit", [path])
            page.until("document.getElementById('source').textContent.includes('yours')")
            source = page.run("document.getElementById('source').textContent")
            assert source == f"This trust kit is yours: {name}.", source
            path.unlink()
            self.done(page)

    def endings_are_told_in_capital_letters_too(self):
        kit = self.folder / "X.COLOPHON-KIT"
        record = self.folder / "PHOTO.COLOPHON"
        kit.write_bytes(self.corpus.kits["good"].read_bytes())
        record.write_bytes(self.corpus.record("photo.colophon").read_bytes())
        page = self.page()
        said = self.judge(page, [kit, record, self.corpus.folder_work])
        assert said["outcome"] == "verified", said
        source = page.run("document.getElementById('source').textContent")
        assert source == "This trust kit is yours: X.COLOPHON-KIT.", source
        self.done(page)

    def what_is_no_kit_is_told_as_by_the_program(self):
        good = self.corpus.kits["good"].read_bytes()
        page = self.page()
        before = page.run("document.getElementById('source').textContent")
        for number, content in enumerate([
                b"", b"no kit", b"\xff\xd8\xff\xe0", b"\xa0", good[:-1], good + b"\0",
                self.corpus.record("photo.colophon").read_bytes(),
                self.corpus.kits["altered"].read_bytes()]):
            path = self.folder / f"bad-{number}.colophon-kit"
            path.write_bytes(content)
            answer = self.judges.verify(self.corpus.record("photo.colophon"), "--trust", path)
            error = json.loads(answer.stderr.splitlines()[0])["error"].removeprefix(f"{path}: ")
            page.run("document.getElementById('answer').replaceChildren()")
            page.choose("#own-kit", [path])
            page.until("document.querySelector('#answer h2')")
            said = page.run(REPORT)["words"]
            is_none = error.startswith(self.phrases["noKit"].removesuffix("{reason}"))
            hint = [self.phrases["pageAdviseKit"]] if is_none else []
            assert said == [f"{path.name}: {error}", *hint], (said, error)
            path.unlink()
        assert page.run("document.getElementById('source').textContent") == before
        self.done(page)

    # MARK: folders, and a work that was stopped

    def a_folder_is_told(self):
        page = self.page()
        for paths in [[self.corpus.root / "kits/good"],
                      [self.corpus.folder_work, self.corpus.root / "kits/good"]]:
            page.run("document.getElementById('answer').replaceChildren()")
            page.drop(paths)
            page.until("document.querySelector('#answer h2')")
            said = page.run(REPORT)["words"]
            assert said == [self.phrases["pageFolder"].replace("{name}", "good")], said
        self.done(page)

    def a_work_that_was_stopped_is_forgotten(self):
        path, page = self.huge(), self.page()
        record = self.corpus.record("photo.colophon")
        page.choose("#files", [path, record])
        page.until("document.getElementById('bar').value > 0.01")
        page.click("#stop")
        page.until("document.getElementById('progress').hidden")
        # Who uses the keyboard goes on where files are chosen.
        assert page.run("document.activeElement.id") == "files"
        said = self.judge(page, [record])
        assert said["outcome"] == "recordOnly", said
        path.unlink()
        self.done(page)

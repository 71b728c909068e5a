"""The checks of what is chosen and dropped, and of a page that lacks a part."""

from chromium import Page
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

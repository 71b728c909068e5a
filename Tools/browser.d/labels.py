"""The checks of labels: printed as a printer of 300 dpi does, and read again by zbarimg.

A label that looks right may still lead nowhere. So each code is drawn by the browser, read by a
program that is not ours, and compared with the address of the record that it was made of.
"""

import json
import pathlib
import re
import shutil
import subprocess

from chromium import Page

DOTS = 300
CSS_DOTS = 96
MANY = 1_000

# All labels in pixels: their edges, their codes and their texts. A label's own edges are those that
# it was given: the browser would give those of what is on it.
BOXES = """(() => {
  const pixels = (e, name) => Number(e.getAttribute(name)) * DOTS / 2540;
  const box = (r) => ({ x: r.x, y: r.y, width: r.width, height: r.height });
  const labels = [...document.querySelectorAll("svg > svg > svg")].map((e) => e.parentElement);
  return labels.map((label) => {
    const page = label.parentElement.getBoundingClientRect();
    return { x: page.x + pixels(label, "x"), y: page.y + pixels(label, "y"),
      width: pixels(label, "width"), height: pixels(label, "height"),
      code: box(label.querySelector("svg").getBoundingClientRect()),
      texts: [...label.querySelectorAll("text")].map((e) =>
        ({ ...box(e.getBoundingClientRect()), says: e.textContent })) };
  });
})()""".replace("DOTS", str(CSS_DOTS))


class Labels:
    """Labels of the records in FOLDER/world/labels, of which one alone is registered."""

    def __init__(self, programs, folder, pictures, browser, origin):
        self.colophon = pathlib.Path(programs) / "colophon"
        self.world, self.folder = folder / "world", folder / "printed"
        self.pictures, self.browser, self.origin = pictures, browser, origin
        self.records = sorted((self.world / "labels").glob("*.colophon"))
        self.folder.mkdir()

    def sheets(self):
        """The names of all sheets, and how many labels each has."""
        words = self.run("--sheet", "none", "--out", "x.svg")[1]
        names = re.search(r"these are known: (.*)", words)[1].split(", ")
        count = lambda name: int(re.search(r"must be 1 to (\d+)", self.run(
            "--sheet", name, "--start", "0", "--out", "x.svg")[1])[1])
        return {name: count(name) for name in names}

    def run(self, *arguments):
        """Runs `colophon label`, and returns its exit code and its words."""
        done = subprocess.run(
            [self.colophon, "label", *arguments], cwd=self.folder, timeout=120,
            capture_output=True, text=True)
        return done.returncode, " ".join(done.stderr.split())

    def copies(self, count):
        """A folder of as many records, each of the world's in turn; in the order of labels."""
        folder = self.folder / f"{count}"
        if not folder.exists():
            folder.mkdir()
            for number in range(count):
                record = self.records[number % len(self.records)]
                shutil.copy(record, folder / f"{number:04}.jpg.colophon")
        return folder, [self.address(self.records[n % len(self.records)]) for n in range(count)]

    def address(self, record):
        """The address of the entry that a record is, or will be."""
        shown = subprocess.run(
            [self.colophon, "show", record, "--json"], check=True, capture_output=True, timeout=60)
        return f"https://{self.origin}/entries/{json.loads(shown.stdout)['entry']}"

    def lay_out(self, records, out, *more):
        code, words = self.run(
            records, "--unregistered", "--trust", self.world / "world.colophon-kit",
            "--out", out, *more)
        assert code == 0, words
        return self.folder / out

    def read(self, picture):
        """What zbarimg reads in a picture, one text a code."""
        done = subprocess.run(
            ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture],
            capture_output=True, text=True, timeout=120)
        return done.stdout.splitlines()

    def each_code_is_read(self, sheet, count):
        """All labels of a full sheet, each as it is printed; and its lines stay on it."""
        records, addresses = self.copies(count)
        path = self.lay_out(records, f"{sheet}.svg", "--sheet", sheet)
        page = Page(self.browser)
        page.open(path.as_uri())
        labels = page.run(BOXES)
        assert len(labels) == count, f"{len(labels)} labels"
        for number, label in enumerate(labels):
            picture = self.folder / "label.png"
            clip = {key: label[key] for key in ["x", "y", "width", "height"]}
            page.picture(picture, clip, DOTS / CSS_DOTS)
            read = self.read(picture)
            assert read == [addresses[number]], f"label {number}: {read}"
            for text in label["texts"]:
                right, bottom = text["x"] + text["width"], text["y"] + text["height"]
                assert text["x"] >= label["code"]["x"] + label["code"]["width"], text
                assert right <= label["x"] + label["width"], (text, label)
                assert bottom <= label["y"] + label["height"], (text, label)
        page.picture(self.pictures / f"labels-{sheet}.png", scale=2)
        page.close()
        module = labels[0]["code"]["width"] / CSS_DOTS * 25.4
        return f"{count} labels at {DOTS} dpi, codes of {module:.1f} mm"

    def printed(self, records, out, *more):
        """Prints a page; returns the PDF, its pages, their size in points, and all labels."""
        page = Page(self.browser)
        page.open(self.lay_out(records, f"{out}.html", *more).as_uri())
        # On a screen words stand above the sheets, and sheets are as wide as the screen.
        page.call("Emulation.setEmulatedMedia", media="print")
        labels = page.run(BOXES)
        pdf = self.folder / f"{out}.pdf"
        page.print(pdf)
        assert not page.complaints(), page.complaints()
        page.close()
        facts = subprocess.run(
            ["pdfinfo", pdf], check=True, capture_output=True, text=True, timeout=60).stdout
        size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", facts)
        return (pdf, int(re.search(r"Pages: +(\d+)", facts)[1]),
                (round(float(size[1])), round(float(size[2]))), labels)

    def codes(self, pdf, page, labels):
        """What is read where the labels of a page of a PDF lie."""
        read = []
        for label in labels:
            dots = [round(label[key] * DOTS / CSS_DOTS) for key in ["x", "y", "width", "height"]]
            place = [part for name, value in zip(["-x", "-y", "-W", "-H"], dots)
                     for part in [name, str(value)]]
            subprocess.run(
                ["pdftoppm", "-r", str(DOTS), "-gray", "-png", "-singlefile", "-f", str(page),
                 "-l", str(page), *place, pdf, self.folder / "page"], check=True, timeout=120)
            read += self.read(self.folder / "page.png")
        return read

    def a_page_is_printed_as_it_lies_on_the_sheet(self):
        for sheet, size in [("L7651", (595, 842)), ("5160", (612, 792))]:
            count = self.sheets()[sheet]
            records, addresses = self.copies(count)
            pdf, pages, paper, labels = self.printed(
                records, f"paper-{sheet}", "--sheet", sheet)
            assert (pages, paper) == (1, size), (sheet, pages, paper)
            read = self.codes(pdf, 1, labels)
            assert read == addresses, f"{sheet}: {len(read)} of {count}"

    def a_thousand_labels_are_printed_on_forty_eight_pages(self):
        records, addresses = self.copies(MANY)
        pdf, pages, paper, labels = self.printed(records, "many")
        assert (pages, paper) == (48, (595, 842)), (pages, paper)
        # Labels of each page lie where those of the first one do.
        rest = addresses[47 * 21:]
        assert self.codes(pdf, pages, labels[:len(rest)]) == rest
        # On a sheet that was begun the first labels stay free.
        pdf, pages, _, labels = self.printed(records, "begun", "--start", "20")
        assert pages == 49, pages
        assert self.codes(pdf, 1, labels[:2]) == addresses[:2]

    def run_all(self, check):
        for sheet, count in self.sheets().items():
            check(f"labels of {sheet}: each code is read, each line stays on its label",
                  self.each_code_is_read, sheet, count)
        for rule in [self.a_page_is_printed_as_it_lies_on_the_sheet,
                     self.a_thousand_labels_are_printed_on_forty_eight_pages]:
            check("labels: " + rule.__name__.replace("_", " "), rule)

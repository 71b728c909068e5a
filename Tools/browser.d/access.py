"""Holds pages to WCAG 2.2, levels A and AA, as far as a program can: by `access.js` in the page, by
the browser's own tree of names, and by the key Tab.

A document is looked at on four screens: a phone of 360 pixels, one of 320 (1280 at 400 %), 640
(1280 at 200 %) and 1280, each light and dark.
"""

import pathlib
import urllib.parse

from chromium import Page

SCREENS = [(360, False), (360, True), (320, False), (640, False), (1280, False), (1280, True)]
SCRIPT = (pathlib.Path(__file__).parent / "access.js").read_text()
PICTURES = [(360, False), (1280, True)]
STOP_LIMIT = 200

# What the browser must have a name for, by its role.
NAMED = {
    "button", "link", "textbox", "searchbox", "combobox", "checkbox", "progressbar", "image",
    "img", "table", "region", "DisclosureTriangle", "navigation", "search", "heading"}
# A landmark may be nameless where there is one of its kind.
UNLESS_ALONE = {"navigation", "search"}


def faults(page):
    """What is wrong with the document that a page shows now, a line each."""
    return page.run(f"{SCRIPT}.faults()") + nameless(page) + lost_focus(page)


def nameless(page):
    """What the browser tells no name of to who cannot see it."""
    page.call("Accessibility.enable")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    page.call("Accessibility.disable")
    found = [node for node in nodes if not node.get("ignored")
             and node.get("role", {}).get("value") in NAMED
             and not node.get("name", {}).get("value", "").strip()]
    count = lambda role: sum(
        1 for node in nodes
        if not node.get("ignored") and node.get("role", {}).get("value") == role)
    roles = [node["role"]["value"] for node in found]
    return [f"names: a {role} has none" for role in roles
            if role not in UNLESS_ALONE or count(role) > 1]


def lost_focus(page):
    """Goes through the document by Tab: each control once, in the order of the document, seen."""
    stops = page.run(f"{SCRIPT}.stops()")
    # From the start of the document, wherever the focus was.
    page.run("(document.body.tabIndex = -1, document.body.focus(), "
             "document.body.removeAttribute('tabindex'), scrollTo(0, 0))")
    found = []
    for number, words in enumerate(stops[:STOP_LIMIT]):
        page.key("Tab")
        focus = page.run(f"{SCRIPT}.focus()")
        if focus["at"] != number:
            return found + [f"focus: {focus['words']} where {words} is next"]
        if not focus["isMarked"]:
            found.append(f"focus: nobody sees it at {words}")
        if not focus["isThere"]:
            found.append(f"focus: {words} is not on the screen")
    return found


# A document that has nothing wrong, and what each check must find: what is changed in it, and how
# the fault begins.
SOUND = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<title>Sound</title><style>a, button, summary { padding: 1rem; } a:focus, button:focus {
outline: 3px solid #00f; }</style><body><main><h1>One</h1><p>Text with <a href="#x">a link</a>.</p>
<label for="x">Name</label> <input id="x"> <button>Go</button>
<table><caption>Numbers</caption><tr><th scope="col">N</th></tr><tr><td>1</td></tr></table>
<svg role="img" width="9" height="9"><title>A dot</title><desc>It is small.</desc></svg>
<ul><li>One</li></ul></main></body></html>"""
FAULTS = [
    ('lang="en"', "", "language and title"), ("<title>Sound</title>", "", "language and title"),
    ("<h1>One</h1>", "<h2>One</h2>", "one h1"),
    ("</h1>", "</h1><h3>Far</h3>", "one h1"), ("<main>", "<div>", "landmarks"),
    ("</main>", "</main><p>Lost</p>", "landmarks"),
    ('<label for="x">Name</label>', "", "names and references: input"),
    ("<button>Go", "<button>", "names and references: button"),
    ('id="x"', 'id="x" aria-describedby="y"', "names and references: input#x"),
    ("<h1>", '<h1 id="x">', "names and references: two elements"),
    ("<button>", '<button tabindex="2">', "names and references: button"),
    ("<ul>", '<ul tabindex="0">', "names and references: ul"),
    ("<caption>Numbers</caption>", "", "tables"), (' scope="col"', "", "tables"),
    ('<th scope="col">N', '<th scope="col"><div style="width: 1ch; overflow-wrap: anywhere">Number'
     "</div>", "headers of tables"),
    ("<desc>It is small.</desc>", "", "pictures"), ("<title>A dot</title>", "", "pictures"),
    ("<ul>", "<ul>Loose<p>text</p>", "lists"),
    ("<p>", '<p style="color: #888">', "contrast of text"),
    ("<p>", '<p style="color: rgb(0 0 0 / 40%)">', "contrast of text"),
    ("<svg", '<svg fill="#ccc"><title>t</title><desc>d</desc><text y="9">x</text></svg><svg',
     "contrast of text"),
    ("<button>", '<button style="border: 1px solid #eee; background: #fff">',
     "contrast of controls"),
    ('<a href="#x">', '<a href="#x" style="text-decoration: none">', "links are told"),
    ("<ul>", '<ul style="width: 3000px">', "nothing is wider"),
    ("<ul>", '<ul style="width: 9px; overflow: hidden; white-space: nowrap">', "nothing is wider"),
    ("<ul>", '<p><a href="#a" style="padding: 0; font-size: 8px">a</a><a href="#b" style="padding'
     ': 0; font-size: 8px">b</a></p><ul>', "targets"),
    ("<main>", '<main style="display: flex; flex-direction: column-reverse">', "the order"),
    ("outline: 3px solid #00f", "outline: none", "focus: nobody sees it"),
    ("outline: 3px solid #00f", "outline: 3px solid #eee", "focus: nobody sees it"),
    ("<button>", '<button onfocus="this.blur()">', "focus: "),
    ("<ul>", '<a href="#c" style="position: absolute; left: -99rem">c</a><ul>', "focus: "),
    ("<button>Go", '<button aria-label=" ">', "names: a button"),
    ("<ul>", '<svg role="img" width="9" height="9"></svg><ul>', "names: a"),
]


class Access:
    """Looks at documents in a browser, each on every screen."""

    def __init__(self, browser, pictures):
        self.browser, self.pictures = browser, pathlib.Path(pictures)

    def look(self, name, url, prepare=lambda page: None):
        """Returns what is wrong with the document at `url`; `prepare` brings it where it should
        be looked at."""
        found = []
        for width, dark in SCREENS:
            page = Page(self.browser, width=width, height=800, dark=dark)
            try:
                page.open(url)
                prepare(page)
                shade = "dark" if dark else "light"
                found += [f"{width} {shade}: {fault}" for fault in faults(page)]
                if (width, dark) in PICTURES:
                    page.picture(self.pictures / f"access-{name}-{width}-{shade}.png")
                words = page.complaints()
                # A problem is a page, and the browser notes its status.
                found += [word for word in words if "the server responded with" not in word]
            finally:
                page.close()
        return found

    def blind_spots(self):
        """The planted faults that no check finds, and what is found where nothing is planted."""
        missed = [f"found without cause: {fault}" for fault in self._found(SOUND)]
        for old, new, start in FAULTS:
            assert old in SOUND, old
            found = self._found(SOUND.replace(old, new, 1))
            if not any(fault.startswith(start) for fault in found):
                missed.append(f"{start}, for {new or 'nothing'}: {found}")
        return missed

    def _found(self, document):
        page = Page(self.browser, width=360, height=800)
        try:
            page.open("data:text/html;charset=utf-8," + urllib.parse.quote(document))
            return faults(page)
        finally:
            page.close()

    def without_scripts(self, url):
        """The text of the document where no script runs, and where they may."""
        texts = []
        for scripts in [True, False]:
            page = Page(self.browser, width=360, height=800, scripts=scripts)
            try:
                page.open(url)
                texts.append(text(page))
            finally:
                page.close()
        return texts


def text(page):
    """The text that stands in the document, as the browser's tree of names has it."""
    page.call("Accessibility.enable")
    nodes = page.call("Accessibility.getFullAXTree")["nodes"]
    page.call("Accessibility.disable")
    return [node.get("name", {}).get("value", "") for node in nodes
            if node.get("role", {}).get("value") == "StaticText" and not node.get("ignored")]

"""Serves the verify page as the ledger does: from its folder, with its policy, on loopback."""

import base64
import hashlib
import http.server
import json
import pathlib
import re
import threading

SCRIPTS = [f"{name}.js" for name in [
    "bytes", "card", "keys", "shapes", "records", "kit", "verifier", "words", "page"]]
ORIGIN = "ledger.example/prints"
GATE_SECONDS = 15
FIRST_INDEX = 70
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
SERVED = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")


def render(template, values):
    """Renders Mustache: sections, inverted ones, and values with two or three braces."""
    section = re.compile(r"^{{([#^])(\w+)}}\n(.*?)^{{/\2}}\n", re.DOTALL | re.MULTILINE)

    def open_section(match):
        kind, name, inner = match.groups()
        value = values.get(name)
        if kind == "^":
            return "" if value else render(inner, values)
        if isinstance(value, list):
            return "".join(render(inner, {**values, **one}) for one in value)
        return render(inner, values) if value else ""

    text = section.sub(open_section, template)
    text = re.sub(r"{{{(\w+)}}}", lambda match: str(values[match[1]]), text)
    return re.sub(r"{{(\w+)}}", lambda match: escaped(values[match[1]]), text)


def escaped(value):
    text = str(value).lower() if isinstance(value, bool) else str(value)
    for character, name in [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")]:
        text = text.replace(character, name)
    return text


class Site:
    """The page in the folder `folder`, of the ledger `origin`, with the trust kit `kit`."""

    def __init__(self, folder, origin, kit):
        self.folder, self.origin, self.kit = pathlib.Path(folder), origin, kit
        self.subjects, self.records, self.asked = {}, {}, []
        # Paths that are not there, and an event for which the kit waits.
        self.missing, self.gate = set(), threading.Event()
        self.gate.set()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                site.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def page(self, saved):
        """The page as it is served, or as one file with its own policy."""
        read = lambda name: (self.folder / name).read_text()
        scripts = [{"name": name, "content": read(name)} for name in SCRIPTS]
        values = {
            "saved": saved, "origin": self.origin, "file": self.origin.split("/")[0],
            "checks": read("checks.json").strip(), "rules": read("rules.json").strip(),
            "shapes": read("shapes.json").strip(), "phrases": read("phrases.json").strip(),
            "kit": base64.b64encode(self.kit).decode() if saved else "", "scripts": scripts,
            "style": read("verify.css"),
        }
        hashed = lambda text: "'sha256-" + base64.b64encode(
            hashlib.sha256(text.encode()).digest()).decode() + "'"
        values["policy"] = (
            "default-src 'none'; script-src " + " ".join(hashed(one["content"]) for one in scripts)
            + "; style-src " + hashed(values["style"])
            + "; connect-src 'none'; base-uri 'none'; form-action 'none'")
        return render(read("verify.html"), values).encode()

    def answer(self, handler):
        path = handler.path.split("?")[0]
        self.asked.append(handler.path)
        name = path.removeprefix("/verify/")
        if path in self.missing:
            return handler.send_error(404)
        if path == "/verify":
            return self.send(handler, self.page(False), "text/html; charset=utf-8")
        if path == "/verify/offline":
            return self.send(handler, self.page(True), "text/html; charset=utf-8")
        if name in [*SCRIPTS, "verify.css"]:
            content = (self.folder / name).read_bytes()
            return self.send(handler, content, TYPES[pathlib.Path(name).suffix])
        if path == "/trust-kit":
            self.gate.wait(GATE_SECONDS)
            kind = "application/vnd.colophon.trust-kit.v1+cbor"
            return self.send(handler, self.kit, kind)
        digest = path.removeprefix("/subjects/")
        if digest != path:
            entries = [{"index": place, "entry": entry, "location": f"/entries/{entry}"}
                       for place, entry in enumerate(self.subjects.get(digest, []), FIRST_INDEX)]
            return self.send(handler, json.dumps(entries).encode(), "application/json")
        entry = re.fullmatch("/entries/([^/]+)/transparent", path)
        if entry and entry[1] in self.records:
            return self.send(
                handler, self.records[entry[1]], "application/scitt-statement+cose")
        handler.send_error(404)

    def send(self, handler, content, kind):
        handler.send_response(200)
        for name, value in [
                ("Content-Type", kind), ("Content-Length", str(len(content))),
                ("Content-Security-Policy", SERVED), ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store")]:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

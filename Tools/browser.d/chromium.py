"""Drives a Chromium without a screen, by the pipe that it speaks JSON on.

The browser reads commands on descriptor 3 and writes answers and events on descriptor 4, each
message ended by NUL (`--remote-debugging-pipe`). Every wait has an end: a browser that gives
nothing for `PATIENCE` seconds is an error.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 50
MESSAGE_LIMIT = 64 * 1024 * 1024

FLAGS = [
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
    "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-extensions", "--disable-sync", "--mute-audio",
    "--hide-scrollbars", "--force-color-profile=srgb", "--enable-precise-memory-info",
]


class BrowserError(Exception):
    """The browser refused a command, ended, or gave nothing."""


class Browser:
    """A browser with a profile of its own, which goes with it."""

    def __init__(self, program, more=()):
        self.profile = tempfile.mkdtemp(prefix="colophon-browser-")
        to_browser, self.commands = os.pipe()
        self.answers, from_browser = os.pipe()
        flags = [*FLAGS, *more, *([] if os.geteuid() else ["--no-sandbox"])]
        # Descriptors are moved above 4 first: one of them could be 3 or 4 already.
        inner = [os.dup(to_browser), os.dup(from_browser)]

        def place():
            high = [os.dup2(each, 100 + number) for number, each in enumerate(inner)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, *flags, f"--user-data-dir={self.profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=place, close_fds=False)
        for each in [to_browser, from_browser, *inner]:
            os.close(each)
        self.buffer = b""
        self.number = 0
        self.events = []

    def close(self):
        """Ends the browser, and takes its profile away."""
        try:
            self.call("Browser.close")
        except BrowserError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        for each in [self.commands, self.answers]:
            os.close(each)
        shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, session=None, patience=PATIENCE, **parameters):
        """Sends a command, and returns its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            try:
                data = data[os.write(self.commands, data):]
            except BrokenPipeError as error:
                raise BrowserError("the browser ended") from error
        end = time.monotonic() + patience
        while True:
            answer = self._message(end, method)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def wait(self, method, session, patience=PATIENCE):
        """Returns the parameters of the next event of this name."""
        end = time.monotonic() + patience
        while True:
            for place, event in enumerate(self.events):
                if event["method"] == method and event.get("sessionId") == session:
                    return self.events.pop(place)["params"]
            answer = self._message(end, method)
            if "method" in answer:
                self.events.append(answer)

    def _message(self, end, what):
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                raise BrowserError(f"{what}: the browser gave nothing in time")
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise BrowserError(f"{what}: the browser ended")
            self.buffer += part
            if len(self.buffer) > MESSAGE_LIMIT:
                raise BrowserError(f"{what}: a message of more than {MESSAGE_LIMIT} bytes")
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)


class Page:
    """A page in a browser; `width` is in CSS pixels."""

    def __init__(self, browser, width=1440, height=900, dark=False, scripts=True):
        self.browser = browser
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call(
            "Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network", "DOM"]:
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height,
            deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", value=True)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def open(self, url):
        """Goes to `url`, and returns once it is loaded."""
        answer = self.call("Page.navigate", url=url)
        if answer.get("errorText"):
            raise BrowserError(f"{url}: {answer['errorText']}")
        self.browser.wait("Page.loadEventFired", self.session)

    def offline(self):
        """Takes the network away."""
        self.call("Network.emulateNetworkConditions", offline=True, latency=0,
                  downloadThroughput=-1, uploadThroughput=-1)

    def run(self, expression, patience=PATIENCE):
        """Returns the value of an expression; of a promise what it resolves to."""
        answer = self.browser.call(
            "Runtime.evaluate", self.session, patience, expression=expression,
            awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def until(self, condition, patience=PATIENCE):
        """Returns once an expression about the document is true, as changes to it say."""
        self.run(
            "new Promise((done) => { const look = () => { if (" + condition + ") { watch"
            ".disconnect(); done(true); } }; const watch = new MutationObserver(look); watch"
            ".observe(document, { subtree: true, childList: true, attributes: true, "
            "characterData: true }); look(); })", patience)

    def choose(self, selector, paths):
        """Chooses files in an input, as a person does."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", files=[str(path) for path in paths], nodeId=node)

    def drop(self, paths):
        """Drops files on the page."""
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ["dragEnter", "dragOver", "drop"]:
            self.call("Input.dispatchDragEvent", type=kind, x=100, y=200, data=data)

    def click(self, selector):
        """Clicks in the middle of an element, by the mouse."""
        place = self.run(
            "(() => { const e = document.querySelector(" + json.dumps(selector) + "); "
            "e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect(); "
            "return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()")
        for kind in ["mousePressed", "mouseReleased"]:
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def key(self, name):
        """Presses a key."""
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        text = {"Enter": "\r", " ": " "}.get(name)
        for kind in ["keyDown", "keyUp"]:
            more = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=name,
                      windowsVirtualKeyCode=codes[name], **more)

    def picture(self, path, clip=None, scale=1):
        """Writes a picture of the whole page, or of a part: x, y, width and height."""
        if clip is None:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"]}
        data = self.call(
            "Page.captureScreenshot", format="png", captureBeyondViewport=True,
            clip={**clip, "scale": scale})
        with open(path, "wb") as file:
            file.write(base64.b64decode(data["data"]))

    def print(self, path):
        """Writes what a printer gets, as a PDF; the page's own style says the size of paper."""
        data = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(data["data"]))

    def complaints(self):
        """Returns what the browser had to say so far: exceptions, refusals of the policy."""
        words = []
        for event in self.browser.events:
            if event.get("sessionId") != self.session:
                continue
            if event["method"] == "Runtime.exceptionThrown":
                words.append(json.dumps(event["params"]["exceptionDetails"])[:500])
            if event["method"] == "Log.entryAdded":
                words.append(event["params"]["entry"]["text"])
        return words

"""usage: other_browsers_test.py OtherBrowsersTest.test_firefox | OtherBrowsersTest.test_webkit

The studio speaks in Firefox, and in WebKit, which is Safari's engine, where they are installed: the firefox-esr and
webkit2gtk-driver packages. Both are told what to do in the words of WebDriver. Firefox plays nothing on a machine without
a sound card unless pulseaudio stands in for one."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from urllib.request import Request, urlopen

from meter import METER
from packages import skip
from program import main
from server_process import RealServer

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
TEXT = "The quick brown fox jumps over the lazy dog. It runs home."
TIMEOUT_S = 120
TYPE = """
const box = document.getElementById('text');
box.value = arguments[0];
box.dispatchEvent(new Event('input', { bubbles: true }));
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Browser:
    """A process and a session in it, both ended by close()."""

    def __init__(self, command, env=None):
        self.folder = tempfile.TemporaryDirectory()
        environment = {**os.environ, "HOME": self.folder.name, **(env or {})}
        self.process = subprocess.Popen(command, cwd=self.folder.name, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def retry(self, function):
        deadline = time.monotonic() + TIMEOUT_S
        while True:
            try:
                return function()
            except OSError:
                assert self.process.poll() is None and time.monotonic() < deadline, "the browser does not answer"
                time.sleep(0.2)

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()


class Firefox(Browser):
    """Marionette: commands as JSON with their length in front."""

    def __init__(self):
        port = free_port()
        self.room = tempfile.TemporaryDirectory()
        profile = self.room.name
        server = f"unix:{profile}/loudspeaker"
        self.sound = subprocess.Popen(
            ["pulseaudio", "-n", "--exit-idle-time=-1", "-L", "module-null-sink", "-L",
             f"module-native-protocol-unix socket={profile}/loudspeaker auth-anonymous=1"],
            env={**os.environ, "HOME": profile, "XDG_RUNTIME_DIR": profile}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(os.path.join(profile, "user.js"), "w", encoding="utf-8") as file:
            file.write(f'user_pref("marionette.port", {port});\n')
        super().__init__(["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", profile], {"PULSE_SERVER": server})
        self.connection = self.retry(lambda: socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S))
        self.receive()
        self.command("NewSession", {})

    def receive(self):
        size = b""
        while not size.endswith(b":"):
            size += self.connection.recv(1)
        data = b""
        while len(data) < int(size[:-1]):
            data += self.connection.recv(int(size[:-1]) - len(data))
        return json.loads(data)

    def command(self, name, parameters):
        data = json.dumps([0, 1, f"WebDriver:{name}", parameters])
        self.connection.sendall(f"{len(data)}:{data}".encode())
        _, _, error, result = self.receive()
        assert error is None, error
        return result["value"] if set(result) == {"value"} else result

    def go(self, url):
        self.command("Navigate", {"url": url})

    def script(self, text, *arguments):
        return self.command("ExecuteScript", {"script": text, "args": list(arguments)})

    def click(self, selector):
        element = self.command("FindElement", {"using": "css selector", "value": selector})
        self.command("ElementClick", {"id": element[ELEMENT]})

    def close(self):
        self.connection.close()
        super().close()
        self.sound.terminate()
        self.sound.wait(20)
        self.room.cleanup()


class WebKit(Browser):
    """WebDriver over HTTP; the browser wants a display."""

    def __init__(self):
        port = free_port()
        super().__init__(["xvfb-run", "-a", "WebKitWebDriver", f"--port={port}"], {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "LANG": "en_US.UTF-8"})  # takes "C" for a language
        self.base = f"http://127.0.0.1:{port}"
        session = self.retry(lambda: self.post("/session", {"capabilities": {}}))
        self.base += f"/session/{session['sessionId']}"

    def post(self, path, body):
        request = Request(self.base + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)["value"]

    def go(self, url):
        self.post("/url", {"url": url})

    def script(self, text, *arguments):
        return self.post("/execute/sync", {"script": text, "args": list(arguments)})

    def click(self, selector):
        element = self.post("/element", {"using": "css selector", "value": selector})
        self.post(f"/element/{element[ELEMENT]}/click", {})

    def close(self):
        with urlopen(Request(self.base, method="DELETE"), timeout=TIMEOUT_S):
            pass
        super().close()


class OtherBrowsersTest(unittest.TestCase):
    def wait_for(self, browser, condition):
        deadline = time.monotonic() + TIMEOUT_S
        while not browser.script(f"return Boolean({condition})"):
            self.assertLess(time.monotonic(), deadline, browser.script("return document.body.innerText"))
            time.sleep(0.1)

    def speaks(self, make):
        with RealServer() as server:
            browser = make()
            self.addCleanup(browser.close)
            browser.go(f"http://127.0.0.1:{server.port}/")
            self.wait_for(browser, "document.querySelector('.word')")
            browser.script(METER)
            browser.script(TYPE, TEXT)
            browser.click("button.primary.big")
            self.wait_for(browser, "document.querySelector('[data-phase=\"done\"]')")
            self.wait_for(browser, "document.querySelector('.word.now')")
            self.wait_for(browser, "document.querySelector('button[aria-label=\"Play\"]')")  # it has played to its end
            self.assertGreater(browser.script("return window.heard.peak"), 0.05)
            position, _, arrived = browser.script("return document.querySelector('.time').innerText").split()
            self.assertEqual(position, arrived)
            browser.go(f"http://127.0.0.1:{server.port}/dashboard")
            self.wait_for(browser, "document.querySelector('[data-total=\"syntheses\"][data-value=\"1\"]')")
            self.assertIn("as events", browser.script("return document.querySelector('.facts-line').innerText"))

    def test_firefox(self):
        self.speaks(Firefox)

    def test_webkit(self):
        self.speaks(WebKit)


NEEDED = {"test_firefox": ("firefox-esr", "pulseaudio"), "test_webkit": ("WebKitWebDriver", "xvfb-run")}

if __name__ == "__main__":
    name = sys.argv[1].split(".")[-1]
    for needed in NEEDED[name]:
        if not shutil.which(needed):
            skip(f"{needed} is not installed")
    main()

"""The studio in a real browser against the real server over the real model."""
import re
import unittest

from browser import METER, browser

import program
from server_process import RealServer

TEXT = "The quick brown fox jumps over the lazy dog. It runs home."
LONG = " ".join([TEXT] * 40)


class StudioTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = RealServer()
        cls.addClassCleanup(cls.server.__exit__)
        cls.manager = browser()
        cls.browser = cls.manager.__enter__()
        cls.addClassCleanup(cls.manager.__exit__, None, None, None)

    def open(self, path="/", server=None, **context):
        context = self.browser.new_context(**context)
        self.addCleanup(context.close)
        context.add_init_script(METER)
        page = context.new_page()
        page.set_default_timeout(60_000)
        self.complaints = []
        page.on("console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{(server or self.server).port}{path}")
        return page

    def speak(self, page, text):
        page.get_by_role("textbox", name="Text", exact=True).fill(text)
        page.get_by_role("button", name="Speak", exact=True).click()

    def wait_phase(self, page, phase):
        page.wait_for_selector(f'[data-phase="{phase}"]')

    def test_types_plays_and_is_heard(self):
        page = self.open()
        self.speak(page, TEXT)
        self.wait_phase(page, "done")
        want = len(program.read_wav(self.server.speak(TEXT).body)) / 24000
        arrived = page.locator(".time").inner_text().split("/")[1].strip()
        self.assertEqual(arrived, f"0:{int(want):02}.{int(want * 10) % 10}")
        peaks = int(page.locator("canvas.wave").get_attribute("data-peaks"))
        self.assertEqual(peaks, int(want * 100 + 1e-6), "a peak for each 10 ms")
        page.wait_for_function("window.heard.peak > 0.05")
        page.get_by_role("button", name="Play", exact=True).wait_for()  # it has played to its end
        self.assertEqual(page.locator(".time span").inner_text(), arrived)
        self.assertRegex(page.locator('[data-figure="first"]').inner_text(), r"^\d+ ms$")
        self.assertRegex(page.locator('[data-figure="rtf"]').inner_text(), r"^\d+\.\d\d$")
        self.assertEqual(self.complaints, [])

    def test_stop_cancels_on_the_server(self):
        page = self.open()
        before = self.server.metric("litetts_speech_total")
        self.speak(page, LONG)
        self.wait_phase(page, "arriving")
        page.get_by_role("button", name="Stop", exact=True).click()
        self.wait_phase(page, "stopped")
        self.server.wait_for_load("active", 0)
        lines = [line for line in self.server.request("GET", "/metrics").body.decode().splitlines()
                 if line.startswith("litetts_speech_total{")]
        self.assertEqual(sum('outcome="CANCELLED"' in line for line in lines), 1, lines)
        self.assertEqual(self.server.metric("litetts_speech_total"), before + 1)

    def test_words_light_up_in_order(self):
        page = self.open()
        page.get_by_role("textbox", name="Text", exact=True).fill(TEXT)
        page.locator(".word", has_text="dog").wait_for()
        page.evaluate("""() => {
          window.lit = [];
          new MutationObserver(() => {
            const word = document.querySelector('.word.now .word-text')?.textContent;
            if (word && window.lit.at(-1) !== word) window.lit.push(word);
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }""")
        page.get_by_role("button", name="Speak", exact=True).click()
        self.wait_phase(page, "done")
        page.get_by_role("button", name="Play", exact=True).wait_for()
        self.assertEqual(page.evaluate("window.lit"), re.findall(r"\w+", TEXT))


if __name__ == "__main__":
    program.main()

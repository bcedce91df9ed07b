"""The studio in a real browser against the real server over the real model."""
import json
import re
import unittest

from browser import METER, browser

import numpy as np

import program
from decode import decode_alaw, decode_ffmpeg, decode_mulaw, decode_pcm, decode_sndfile, level_db
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
        page.wait_for_function("() => window.heard.peak > 0.05")
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

    def audio_of(self, page, action):
        """The request that the action makes, and the samples that are then played."""
        page.evaluate("() => { window.heard.samples = []; }")
        with page.expect_request("**/v1/audio/speech") as caught:
            action()
        self.wait_phase(page, "done")
        page.get_by_role("button", name="Play", exact=True).wait_for()  # it has played to its end
        return json.loads(caught.value.post_data), np.array(page.evaluate("window.heard.samples"))

    def test_changed_sounds_change_the_audio(self):
        page = self.open()
        speak = page.get_by_role("button", name="Speak", exact=True)
        page.get_by_role("textbox", name="Text", exact=True).fill("I like tomato soup, José.")
        _, before = self.audio_of(page, speak.click)
        page.locator(".word", has_text="tomato").click()
        page.get_by_label("Sounds of tomato").fill("təmˈɑtO")
        page.get_by_role("button", name="Use", exact=True).click()
        self.assertEqual(page.get_by_role("textbox", name="Text", exact=True).input_value(), "I like [tomato](/təmˈɑtO/) soup, José.")
        request, after = self.audio_of(page, speak.click)
        self.assertEqual(request["input"], "I like [tomato](/təmˈɑtO/) soup, José.")
        self.assertFalse(len(before) == len(after) and (before == after).all())
        page.locator(".word", has_text="tomato").click()
        page.get_by_role("button", name="As the lexicon").click()
        _, again = self.audio_of(page, speak.click)
        self.assertTrue(len(before) == len(again) and (before == again).all())

    def test_blend(self):
        page = self.open()
        page.get_by_role("textbox", name="Text", exact=True).fill(TEXT)
        speak = page.get_by_role("button", name="Speak", exact=True)
        request, alone = self.audio_of(page, speak.click)
        self.assertEqual(request["voice"], "af_heart")
        want = np.array(program.read_wav(self.server.speak(TEXT).body)) / 32768
        self.assertTrue(len(alone) == len(want) and np.abs(alone - want).max() < 1e-6, "what is played is what the server sends")
        page.get_by_role("button", name="Add Bella to the blend").click()
        slider = page.get_by_label("Heart", exact=False).and_(page.get_by_role("slider"))
        slider.focus()
        page.keyboard.press("ArrowRight")
        self.assertEqual(page.locator("[data-spelling]").inner_text(), "af_heart(6)+af_bella(5)")
        request, mixed = self.audio_of(page, speak.click)
        self.assertEqual(request["voice"], "af_heart(6)+af_bella(5)")
        self.assertFalse(len(alone) == len(mixed) and (alone == mixed).all())
        self.assertGreater(level_db(mixed), -40)

    def test_every_format_downloads_and_decodes(self):
        page = self.open()
        page.get_by_role("textbox", name="Text", exact=True).fill(TEXT)
        want = len(program.read_wav(self.server.speak(TEXT).body)) / 24000
        raw = {"pcm": (decode_pcm, 24000), "mulaw": (decode_mulaw, 8000), "alaw": (decode_alaw, 8000)}
        formats = page.locator("#format option").all_inner_texts()
        self.assertEqual(len(formats), 9)
        for name in formats:
            page.locator("#format").select_option(name)
            with page.expect_download() as caught, self.subTest(format=name):
                page.get_by_role("button", name="Download").click()
            with open(caught.value.path(), "rb") as file:
                data = file.read()
            if name in raw:
                samples, rate = raw[name][0](data), raw[name][1]
            else:
                samples, rate = decode_ffmpeg(data, "aac") if name == "aac" else decode_sndfile(data)
            with self.subTest(format=name):
                self.assertEqual(caught.value.suggested_filename, f"speech.{name}")
                self.assertAlmostEqual(len(samples) / rate, want, delta=0.15)  # codecs pad to whole frames
                self.assertGreater(level_db(samples), -40)

    def test_key_is_asked_for_and_a_wrong_one_is_said(self):
        with RealServer(**{"server.api_keys": "test=sk-test"}) as server:
            page = self.open(server=server)
            key = page.get_by_role("dialog").get_by_label("Key", exact=True)
            key.fill("sk-wrong")
            page.keyboard.press("Enter")
            page.get_by_text("That key is not one of this server’s.").wait_for()
            key.fill("sk-test")
            page.keyboard.press("Enter")
            page.get_by_role("dialog").wait_for(state="hidden")
            page.get_by_role("radio", name="Heart").wait_for()
            self.speak(page, "Hello.")
            self.wait_phase(page, "done")

    def test_server_gone_is_said_and_its_return_noticed(self):
        server = RealServer()
        port = server.port
        page = self.open(server=server)
        page.get_by_role("radio", name="Heart").wait_for()
        self.speak(page, LONG)
        self.wait_phase(page, "arriving")
        server.process.kill()
        server.__exit__()
        page.get_by_text("The server does not answer.").wait_for()
        self.wait_phase(page, "failed")
        with RealServer(**{"server.port": port}):
            page.get_by_text("The server does not answer.").wait_for(state="detached")
            self.speak(page, "Hello again.")
            self.wait_phase(page, "done")


if __name__ == "__main__":
    program.main()

"""The studio in a real browser against the real server over the real model."""
import json
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from browser import browser

import numpy as np

import program
from decode import decode_alaw, decode_ffmpeg, decode_mulaw, decode_pcm, decode_sndfile, level_db
from meter import METER
from server_process import ROOT, RealServer, Server

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
        def cancelled():
            text = self.server.request("GET", "/metrics").body.decode()
            return sum(map(float, re.findall(r'^litetts_speech_total{.*outcome="CANCELLED".*} (\S+)', text, re.MULTILINE)))

        page = self.open()
        before = self.server.metric("litetts_speech_total")
        cancelled_before = cancelled()
        self.speak(page, LONG)
        self.wait_phase(page, "arriving")
        page.get_by_role("button", name="Stop", exact=True).click()
        self.wait_phase(page, "stopped")
        self.server.wait_for_load("active", 0)
        self.assertEqual(cancelled(), cancelled_before + 1)
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

    def test_a_word_is_taught_for_always(self):
        page = self.open()
        box = page.get_by_role("textbox", name="Text", exact=True)
        speak = page.get_by_role("button", name="Speak", exact=True)
        box.fill("I like tomato soup.")
        request, before = self.audio_of(page, speak.click)
        self.assertNotIn("lexicon", request)
        page.locator(".word", has_text="tomato").click()
        page.get_by_label("Sounds of tomato").fill("təmˈɑtO")
        page.get_by_role("button", name="Use always").click()
        self.assertEqual(box.input_value(), "I like tomato soup.", "the text stays as it is")
        page.locator(".word", has_text="təmˈɑtO").wait_for()
        request, after = self.audio_of(page, speak.click)
        self.assertEqual(request["lexicon"], {"tomato": "/təmˈɑtO/"})
        self.assertFalse(len(before) == len(after) and (before == after).all())
        page.reload()  # the browser keeps it, for other texts too
        box.fill("A Tomato is red.")
        page.locator(".word", has_text="təmˈɑtO").wait_for()
        page.get_by_text("Your lexicon: one word").click()
        page.get_by_role("button", name="Forget tomato").click()
        page.locator(".own-lexicon").wait_for(state="detached")
        page.locator(".word", has_text="təmˈɑtO").wait_for(state="detached")
        box.fill("I like tomato soup.")
        request, again = self.audio_of(page, speak.click)
        self.assertNotIn("lexicon", request)
        self.assertTrue(len(before) == len(again) and (before == again).all())
        self.assertEqual(self.complaints, [])

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

    def test_what_is_not_read_well_is_underlined(self):
        page = self.open()
        long = "It goes on and on, " * 20
        page.get_by_role("textbox", name="Text", exact=True).fill(f"Snow \u2603 falls. {long}and ends.")
        page.locator(".paper-layer .mark-unspoken").wait_for()
        self.assertEqual(page.locator(".paper-layer .mark-unspoken").all_inner_texts(), ["\u2603"])
        self.assertIn("on and on", page.locator(".paper-layer .mark-long").inner_text())
        self.assertEqual(len(page.locator("#text-problems li").all()), 2)
        self.assertRegex(page.locator("#text-facts").inner_text(), r"^\d+ characters · about \d+ s of speech$")

    def test_normalisation_is_explained(self):
        page = self.open()
        page.get_by_role("textbox", name="Text", exact=True).fill("Dr. Smith paid $5 on May 3rd.")
        page.locator(".word", has_text="May 3rd").wait_for()
        page.locator(".rewritten summary").click()
        rows = [row.split("\t") for row in page.locator(".rewritten tbody tr").all_inner_texts()]
        self.assertIn(["Dr.", "an abbreviation", "Doctor"], rows)
        self.assertIn(["$5", "an amount of money", "five dollars"], rows)
        self.assertNotIn("Smith", [row[0] for row in rows])
        page.locator(".word", has_text="$5").click()
        page.get_by_text("$5 is an amount of money, said “five dollars”").wait_for()

    def test_a_voice_is_heard_by_resting_on_it(self):
        page = self.open()
        page.get_by_role("radio", name="Heart").wait_for()
        page.get_by_role("heading", name="Voice").click()  # before the first click a browser plays nothing
        page.evaluate("""() => {
          window.played = [];
          const play = HTMLMediaElement.prototype.play;
          HTMLMediaElement.prototype.play = function () { window.played.push(this); return play.call(this); };
        }""")
        with page.expect_request("**/v1/audio/speech") as caught:
            page.locator('.voice:has([value="af_bella"])').hover()
        self.assertEqual(json.loads(caught.value.post_data)["voice"], "af_bella")
        page.wait_for_function("() => window.played.length === 1 && window.played[0].currentTime > 0.2")
        page.get_by_role("heading", name="Text").hover()
        page.wait_for_function("() => window.played[0].paused")
        with page.expect_request("**/v1/audio/speech") as caught:
            page.get_by_role("radio", name="Heart").focus()
            page.keyboard.press("ArrowDown")
        self.assertEqual(json.loads(caught.value.post_data)["voice"], "af_jessica")
        page.get_by_label("Hear a voice by resting on it").uncheck()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.locator(".voice", has_text="Aoede").hover()
        page.wait_for_timeout(1000)
        self.assertEqual([url for url in asked if url.endswith("/speech")], [])

    def test_voices_are_searched_and_favourites_kept(self):
        page = self.open()
        page.get_by_role("radio", name="Heart").wait_for()
        page.get_by_label("Search the voices").fill("british male")
        names = page.locator(".voice-name").all_inner_texts()
        self.assertGreaterEqual(len(names), 3)
        self.assertTrue(all("male, British English" in name for name in names), names)
        page.get_by_role("button", name="Favourite: George").click()
        page.reload()
        page.get_by_role("radio", name="Heart").wait_for()
        self.assertTrue(page.locator(".voice-name").first.inner_text().startswith("George"))

    def test_place_in_the_queue_is_shown(self):
        with Server(rtf=20, **{"performance.threads": 1}) as server:
            page = self.open(server=server)
            page.get_by_role("radio", name="Heart").wait_for()
            page.locator(".word").first.wait_for()  # the page's own questions are answered
            self.addCleanup(server.send("POST", "/v1/audio/speech", {"input": "Works for long"}).close)
            server.wait_for_load("active", 1)
            self.addCleanup(server.send("POST", "/v1/audio/speech", {"input": "Short"}).close)
            server.wait_for_load("queued", 1)
            with page.expect_request("**/v1/audio/speech") as caught:
                self.speak(page, LONG)
            page.get_by_text("In the queue: one request goes first.").wait_for()
            place = "/queue/" + caught.value.headers["x-request-id"]
            self.assertEqual(server.request("GET", place).json()["before"], 1)
            page.get_by_role("button", name="Stop", exact=True).click()
            deadline = time.monotonic() + 10
            while server.request("GET", place).status != 404:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)

    def test_a_file_is_dropped(self):
        page = self.open()
        page.evaluate("""() => {
          const drop = (name) => {
            const data = new DataTransfer();
            data.items.add(new File(['Dropped text.'], name));
            document.getElementById('text').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
          };
          window.drop = drop;
          drop('speech.exe');
        }""")
        page.get_by_text("speech.exe is no .txt or .md file.").wait_for()
        page.evaluate("() => window.drop('speech.md')")
        page.wait_for_function("() => document.getElementById('text').value === 'Dropped text.'")

    def test_a_link_holds_text_and_settings(self):
        page = self.open(permissions=["clipboard-read", "clipboard-write"])
        page.get_by_role("textbox", name="Text", exact=True).fill("Sharing & caring: 100 % “yes”.")
        page.get_by_role("button", name="Add George to the blend").click()
        page.get_by_role("slider", name="Speed").fill("1.5")
        page.get_by_role("button", name="Copy a link").click()
        page.get_by_role("button", name="Copied").wait_for()
        link = page.evaluate("navigator.clipboard.readText()")
        other = self.open("/" + link[link.index("#"):])
        self.assertEqual(other.get_by_role("textbox", name="Text", exact=True).input_value(), "Sharing & caring: 100 % “yes”.")
        self.assertEqual(other.locator("[data-spelling]").inner_text(), "af_heart(5)+bm_george(5)")
        self.assertEqual(other.get_by_role("slider", name="Speed").input_value(), "1.5")

    def test_the_copied_programs_run(self):
        page = self.open(permissions=["clipboard-read", "clipboard-write"])
        page.get_by_role("textbox", name="Text", exact=True).fill("It's “so” \\ easy, $HOME.")
        page.locator("#format").select_option("flac")
        page.get_by_role("textbox", name="Seed").fill("7")
        openai = subprocess.run([ROOT / "tools/python_env", ROOT / "tests/e2e/requirements.txt"], capture_output=True, text=True)
        commands = {"curl": ["bash"] if shutil.which("curl") else None,
                    "JavaScript": ["node", "--input-type=module"] if shutil.which("node") else None,
                    "Python": [openai.stdout.split()[-1], "-"] if openai.returncode == 0 else None}
        made = []
        for language, command in commands.items():
            if command is None:
                print(f"SKIPPED: {language} cannot run here")
                continue
            page.get_by_role("radio", name=language).check(force=True)
            page.get_by_role("button", name="Copy the program").click()
            page.get_by_role("button", name="Copied").wait_for()
            page.get_by_role("button", name="Copied").wait_for(state="detached")
            with tempfile.TemporaryDirectory() as folder, self.subTest(language=language):
                program_text = page.evaluate("navigator.clipboard.readText()")
                result = subprocess.run(command, input=program_text, text=True, cwd=folder, capture_output=True, timeout=120)
                self.assertEqual(result.returncode, 0, result.stderr)
                samples, rate = decode_sndfile((Path(folder) / "speech.flac").read_bytes())
                self.assertEqual(rate, 24000)
                made.append(samples)
        for samples in made[1:]:
            self.assertTrue(np.array_equal(samples, made[0]), "all say the same")

    def test_this_session_is_kept(self):
        page = self.open()
        speak = page.get_by_role("button", name="Speak", exact=True)
        page.get_by_role("textbox", name="Text", exact=True).fill("The first one.")
        _, first = self.audio_of(page, speak.click)
        page.get_by_role("textbox", name="Text", exact=True).fill("And now another.")
        page.get_by_role("button", name="Add Bella to the blend").click()
        self.audio_of(page, speak.click)
        page.evaluate("() => { window.heard.samples = []; }")
        page.get_by_role("button", name="Play again: The first one.").click()
        page.get_by_role("button", name="Play", exact=True).wait_for()
        again = np.array(page.evaluate("window.heard.samples"))
        self.assertTrue(len(first) == len(again) and (first == again).all())
        page.get_by_role("button", name="The first one. af_heart").click()
        self.assertEqual(page.get_by_role("textbox", name="Text", exact=True).input_value(), "The first one.")
        self.assertEqual(page.locator(".voices code").first.inner_text(), "af_heart")

    def test_it_plays_while_it_arrives_and_seeks_in_what_is_there(self):
        page = self.open()
        self.speak(page, LONG)
        self.wait_phase(page, "arriving")
        page.wait_for_function("() => window.heard.peak > 0.05")
        self.assertIsNotNone(page.query_selector('[data-phase="arriving"]'), "heard before all of it is there")
        canvas = page.locator("canvas.wave")
        first = int(canvas.get_attribute("data-peaks"))
        page.wait_for_function(f"() => Number(document.querySelector('canvas.wave').dataset.peaks) > {first}")
        page.get_by_role("button", name="Pause", exact=True).click()
        slider = page.get_by_role("slider", name="Position")
        slider.focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        self.assertEqual(float(slider.get_attribute("aria-valuenow")), 2)
        page.get_by_role("button", name="Stop", exact=True).click()
        self.wait_phase(page, "stopped")

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

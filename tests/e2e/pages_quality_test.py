"""Both pages for everybody: axe-core's rules in both themes, the keyboard alone, narrow and wide, and their size."""
import gzip
import unittest
from urllib.parse import urlsplit

from browser import browser

import program
from meter import METER
from packages import node_modules
from server_process import Server

AXE_PACKAGE = "axe-core@4.14.1"
MAX_COMPRESSED_BYTES = 250_000
PAGES = ("/", "/dashboard")


class PagesQualityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.axe = (node_modules(AXE_PACKAGE) / "axe-core/axe.min.js").read_text(encoding="utf-8")
        cls.server = Server(rtf=0.1)
        cls.addClassCleanup(cls.server.__exit__)
        cls.manager = browser()
        cls.browser = cls.manager.__enter__()
        cls.addClassCleanup(cls.manager.__exit__, None, None, None)
        cls.server.speak("One two three. Four.")
        cls.server.speak("a", voice="nobody")

    def open(self, path, **context):
        context = self.browser.new_context(**context)
        self.addCleanup(context.close)
        context.add_init_script(METER)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"http://127.0.0.1:{self.server.port}{path}")
        if path == "/":
            page.locator(".word").first.wait_for()
            page.get_by_role("radio", name="Heart").wait_for()
        else:
            page.wait_for_function("() => document.querySelector('[data-reading]')?.dataset.reading > 5")  # two halves
        return page

    def check(self, page, name):
        page.evaluate(self.axe)
        violations = page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
        said = [f"{rule['id']}: {node['html'][:150]} {node['failureSummary'][:300]}" for rule in violations for node in rule["nodes"]]
        self.assertEqual(said, [], name)

    def test_axe_finds_nothing(self):
        for theme in ("light", "dark"):
            for width in (360, 1440):
                with self.subTest(theme=theme, width=width):
                    page = self.open("/", color_scheme=theme, viewport={"width": width, "height": 900})
                    self.check(page, "studio")
                    page.locator(".word").first.click()
                    page.get_by_role("button", name="Add George to the blend").click()
                    page.get_by_role("textbox", name="Text", exact=True).fill("Speak now. " + "It goes on and on, " * 20)
                    page.get_by_role("button", name="Speak", exact=True).click()
                    page.wait_for_selector('[data-phase="done"]')
                    self.check(page, "studio at work")
                    page = self.open("/dashboard", color_scheme=theme, viewport={"width": width, "height": 900})
                    page.get_by_role("button", name="Halves of").click()
                    page.locator(".comparison").wait_for()
                    self.check(page, "dashboard")

    def test_nothing_is_wider_than_the_window(self):
        for path in PAGES:
            for width in (320, 360, 768, 1440, 2560):
                page = self.open(path, viewport={"width": width, "height": 800})
                with self.subTest(path=path, width=width):
                    self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)

    def test_the_keyboard_alone_speaks_and_seeks(self):
        page = self.open("/")
        reached = []
        for _ in range(12):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id || document.activeElement.innerText || document.activeElement.ariaLabel"))
        self.assertEqual(reached[0], "Skip to the content")
        self.assertIn("text", reached)
        page.get_by_role("textbox", name="Text", exact=True).focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("One two three four five six seven eight nine ten.")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector('[data-phase="done"]')
        slider = page.get_by_role("slider", name="Position")
        slider.focus()
        page.keyboard.press("End")
        self.assertEqual(slider.get_attribute("aria-valuenow"), slider.get_attribute("aria-valuemax"))
        page.keyboard.press("Home")
        self.assertLess(float(slider.get_attribute("aria-valuenow")), 0.5)

    def test_who_wants_less_motion_gets_none(self):
        for wish, moves in (("reduce", False), ("no-preference", True)):
            page = self.open("/", reduced_motion=wish)
            durations = page.evaluate("""() => [...document.querySelectorAll('*')].map((element) => getComputedStyle(element))
              .flatMap((style) => [style.transitionProperty !== 'none' && style.transitionDuration, style.animationName !== 'none' && style.animationDuration])
              .filter((duration) => duration && parseFloat(duration) > 0)""")
            self.assertEqual(bool(durations), moves, wish)

    def test_right_to_left_text_stands_right(self):
        page = self.open("/")
        box = page.get_by_role("textbox", name="Text", exact=True)
        box.fill("שלום עולם")
        self.assertEqual(box.evaluate("(box) => getComputedStyle(box).direction"), "rtl")

    def test_everything_comes_from_here_and_is_small(self):
        for path in PAGES:
            context = self.browser.new_context()
            self.addCleanup(context.close)
            page = context.new_page()
            urls = []
            page.on("request", lambda request: urls.append(request.url))
            page.goto(f"http://127.0.0.1:{self.server.port}{path}")
            page.wait_for_load_state("networkidle") if path == "/" else page.locator("[data-reading]").wait_for()
            self.assertEqual({urlsplit(url).port for url in urls}, {self.server.port})
            files = {urlsplit(url).path for url in urls if urlsplit(url).path == path or "/assets/" in url}
            sizes = {}
            for file in files:
                answer = self.server.request("GET", file, headers={"Accept-Encoding": "gzip"})
                self.assertEqual((answer.status, answer.headers["content-encoding"]), (200, "gzip"))
                self.assertIn("script-src 'self'", answer.headers["content-security-policy"])
                gzip.decompress(answer.body)
                sizes[file] = len(answer.body)
                known = self.server.request("GET", file, headers={"If-None-Match": answer.headers["etag"]})
                self.assertEqual((known.status, known.body), (304, b""))
            print(path, sum(sizes.values()), "bytes with gzip:", sizes)
            self.assertGreater(len(sizes), 3)
            self.assertLessEqual(sum(sizes.values()), MAX_COMPRESSED_BYTES)


if __name__ == "__main__":
    program.main()

"""The dashboard in a real browser: its numbers are those of /metrics."""
import re
import signal
import tempfile
import unittest
from pathlib import Path

from browser import browser

import program
from server_process import RealServer, Server


def quantile(metrics, family, q):
    """As Prometheus' histogram_quantile."""
    found = re.findall(rf'^{family}_bucket{{le="([^"]+)"}} (\S+)', metrics, re.MULTILINE)
    below, low = 0.0, 0.0
    rank = q * float(found[-1][1])
    for bound, count in ((float(bound), float(count)) for bound, count in found):
        if count >= rank:
            return low + (bound - low) * (rank - below) / (count - below)
        below, low = count, bound


class DashboardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manager = browser()
        cls.browser = cls.manager.__enter__()
        cls.addClassCleanup(cls.manager.__exit__, None, None, None)

    def setUp(self):
        self.server = Server(rtf=0.1)
        self.addCleanup(lambda: self.server.__exit__())

    def open(self, forbid=None, **context):
        context = self.browser.new_context(**context)
        self.addCleanup(context.close)
        page = context.new_page()
        if forbid:
            page.route(forbid, lambda route: route.abort())
        page.set_default_timeout(60_000)
        self.complaints = []
        page.on("console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{self.server.port}/dashboard")
        page.wait_for_selector("[data-reading]")
        return page

    def total(self, page, name):
        return float(page.locator(f'[data-total="{name}"]').get_attribute("data-value"))

    def wait_readings(self, page, count):
        page.wait_for_function("""(count) => {
          const reading = Number(document.querySelector('[data-reading]').dataset.reading);
          window.from ??= reading;
          return reading >= window.from + count && delete window.from;
        }""", arg=count)

    def test_totals_are_those_of_metrics_within_one_refresh(self):
        """Of the real model."""
        self.server.__exit__()
        self.server = RealServer()
        page = self.open()
        for text in ("One. Two.", "Three four five.", "Six."):
            self.assertEqual(self.server.speak(text).status, 200)
        self.assertEqual(self.server.speak("Seven.", voice="bm_george").status, 200)
        self.server.speak("a", voice="nobody")
        want = {"syntheses": "litetts_speech_total", "audio_seconds": "litetts_audio_seconds_total"}
        self.wait_readings(page, 2)
        for name, metric in want.items():
            self.assertEqual(self.total(page, name), self.server.metric(metric))
        # The page's own questions count too, so between the two readings there are a few.
        here = self.total(page, "requests")
        there = self.server.metric("litetts_requests_total")
        self.assertTrue(here <= there <= here + 5, (here, there))
        text = self.server.request("GET", "/metrics").body.decode()
        for tile, family, scale in (("rtf50", "litetts_rtf", 1), ("first50", "litetts_first_byte_seconds", 1000)):
            shown = float(page.locator(f'.tile[data-figure="{tile}"]').get_attribute("data-value"))
            self.assertAlmostEqual(shown, scale * quantile(text, family, 0.5), places=9)
        voices = page.locator("section", has_text="Voices by use").locator("tbody tr").all_inner_texts()
        self.assertEqual([row.split()[:2] for row in voices], [["af_heart", "3"], ["bm_george", "1"]])
        self.assertEqual(page.locator("section", has_text="Recent requests").locator("tbody tr").count(), 4)
        self.assertIn("Answers 4xx", page.locator("section", has_text="Errors by kind").inner_text())
        facts = page.locator(".facts-line").inner_text()
        self.assertRegex(facts, r"Model\s+Kokoro 82M, \w+ weights")
        self.assertRegex(facts, r"Precision\s+(f32|bf16|int8)")
        self.assertEqual(self.complaints, [])

    def test_readings_come_as_events(self):
        page = self.open()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        self.wait_readings(page, 4)
        self.assertEqual([url for url in asked if "/performance/" in url], [])

    def test_without_events_it_asks(self):
        page = self.open(forbid="**/performance/stream*")
        self.wait_readings(page, 3)
        self.assertIn("asked each second", page.locator(".facts-line").inner_text())

    def test_server_gone_is_said_and_its_return_noticed(self):
        page = self.open()
        port = self.server.port
        self.server.speak("One two three.")
        self.wait_readings(page, 1)
        self.server.process.kill()
        self.server.__exit__()
        page.get_by_text("The server does not answer.").wait_for()
        self.server = Server(rtf=0.1, **{"server.port": port})
        page.get_by_text("The server does not answer.").wait_for(state="detached")
        page.wait_for_function("() => document.querySelector('[data-total=\"audio_seconds\"]').dataset.value === '0'")
        self.server.speak("Four.")
        page.wait_for_function("() => Number(document.querySelector('[data-total=\"audio_seconds\"]').dataset.value) > 0")

    def test_since_the_last_change_of_the_configuration(self):
        self.server.__exit__()
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "config.json"
            config.write_text('{"server": {"log_level": "info"}}')
            self.server = Server(rtf=0.1, config=config)
            page = self.open()
            since = page.get_by_role("button", name="Since the last configuration change")
            self.assertTrue(since.is_disabled())
            self.server.speak("One two three.")
            self.wait_readings(page, 3)
            config.write_text('{"server": {"log_level": "debug"}}')
            self.server.process.send_signal(signal.SIGHUP)
            self.server.wait_for_line("reloaded")
            self.wait_readings(page, 3)
            since.click()
            row = page.locator('tr[data-figure="audio"]')
            row.wait_for()
            self.assertGreater(float(row.get_attribute("data-before")), 0)
            self.assertEqual(float(row.get_attribute("data-after")), 0)
            self.assertLess(float(row.get_attribute("data-change")), 0)

    def test_alerts(self):
        page = self.open()
        page.get_by_role("heading", name="No alerts").wait_for()
        self.assertEqual(self.server.speak("fail").status, 500)
        page.get_by_text("1 answers were server errors (5xx).").wait_for()

    def test_alerts_of_the_thresholds(self):
        self.server.__exit__()
        self.server = Server(**{"alerts.min_disk_mb": 1000000000})
        self.open().get_by_text("Less disk is left than alerts.min_disk_mb.").wait_for()

    def test_without_work_it_says_that_there_is_no_data(self):
        page = self.open()
        self.wait_readings(page, 2)
        self.assertIn("no data", page.locator('[data-figure="rtf50"]').first.inner_text())
        self.assertIn("no data", page.locator("figure", has_text="Real-time factor").inner_text())
        self.assertIn("no data", page.locator("section", has_text="Voices by use").inner_text())

    def test_history_survives_a_reload(self):
        page = self.open()
        self.server.speak("One two three.")
        self.wait_readings(page, 2)
        page.reload()
        page.wait_for_selector("[data-reading]")
        self.assertGreater(self.total(page, "audio_seconds"), 0)
        self.assertIn("af_heart", page.locator("section", has_text="Recent requests").inner_text())

    def test_before_and_after_are_the_differences_of_the_readings(self):
        page = self.open()
        self.server.speak("One two three.")
        self.wait_readings(page, 5)
        for _ in range(3):
            self.server.speak("Four five six seven eight.")
        self.wait_readings(page, 3)
        answer = self.server.request("GET", "/performance/history").json()
        column = answer["columns"].index("litetts_audio_seconds_total")
        rows, values = [], {}
        for number, at, *cells in answer["rows"]:
            values.update(zip(cells[::2], cells[1::2]))
            rows.append((at, values.get(column, 0)))
        # Whole seconds, which the fields of the page can say.
        cut, end, begin = int(rows[-5][0]), int(rows[-1][0]), int(rows[0][0]) + 1

        def value_at(moment):
            return [row for row in rows if row[0] <= moment][-1]

        for name, span in (("Before", (begin, cut)), ("After", (cut, end))):
            for field, moment in zip(page.locator(f'[data-span="{name}"] input').all(), span):
                field.fill(page.evaluate("""(t) => {
                  const d = new Date(t * 1000);
                  return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
                }""", moment))
                field.dispatch_event("change")
        row = page.locator('tr[data-figure="audio"]')
        row.wait_for()
        got = [float(row.get_attribute(f"data-{part}")) for part in ("before", "after", "change")]

        def rate(span):
            (from_time, low), (to_time, high) = value_at(span[0]), value_at(span[1])
            return 60 * (high - low) / (to_time - from_time)

        before, after = rate((begin, cut)), rate((cut, end))
        for have, want in zip(got, (before, after, after - before)):
            self.assertAlmostEqual(have, want, places=6)
        self.assertGreater(before + after, 0)


if __name__ == "__main__":
    program.main()

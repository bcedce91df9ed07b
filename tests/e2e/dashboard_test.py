"""The dashboard in a real browser: its numbers are those of /metrics."""
import unittest

from browser import browser

import program
from server_process import Server


class DashboardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manager = browser()
        cls.browser = cls.manager.__enter__()
        cls.addClassCleanup(cls.manager.__exit__, None, None, None)

    def setUp(self):
        self.server = Server(rtf=0.1)
        self.addCleanup(self.server.__exit__)

    def open(self, **context):
        context = self.browser.new_context(**context)
        self.addCleanup(context.close)
        page = context.new_page()
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
        page = self.open()
        for text in ("One. Two.", "Three four five.", "Six."):
            self.assertEqual(self.server.speak(text).status, 200)
        self.server.speak("a", voice="nobody")
        want = {"syntheses": "litetts_speech_total", "audio_seconds": "litetts_audio_seconds_total"}
        self.wait_readings(page, 2)
        for name, metric in want.items():
            self.assertEqual(self.total(page, name), self.server.metric(metric))
        # The page's own questions count too, one each second, so between the two readings there are a few.
        here = self.total(page, "requests")
        there = self.server.metric("litetts_requests_total")
        self.assertTrue(here <= there <= here + 5, (here, there))
        errors = page.locator("section", has_text="Errors by kind")
        self.assertIn("Answers 4xx", errors.inner_text())
        self.assertEqual(self.complaints, [])

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

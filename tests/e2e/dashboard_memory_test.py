"""Eight hours of the dashboard, one refresh a second, in a browser whose seconds are made short: its memory stays flat."""
import unittest

from browser import browser

import program
from server_process import Server

# The page's own timers run at once, and the server's answer is continued by one that is made here: the same columns, a
# second later each time, with counters that grow. Replaces only the one route that the page asks every second.
FAST = """
window.refreshes = 0;
window.limit = 0;
const later = window.setTimeout;
window.setTimeout = (call, ms, ...more) => later(function wait() {
  if (ms >= 500 && window.refreshes >= window.limit) later(wait, 20);
  else call(...more);
}, ms >= 500 ? 0 : ms);
const ask = window.fetch;
let first = null;
window.fetch = async (path, options) => {
  if (!String(path).startsWith('/performance/history')) return ask(path, options);
  window.refreshes += 1;
  if (!first) {
    first = await (await ask('/performance/history', options)).json();
    window.made = { number: first.newest, time: first.rows.at(-1)[1] };
    return new Response(JSON.stringify(first));
  }
  window.made.number += 1;
  window.made.time += 1;
  const cells = [];
  for (let i = 0; i < first.columns.length; ++i) cells.push(i, window.made.number * (1 + (i % 7)));
  return new Response(JSON.stringify({ newest: window.made.number, columns: [], rows: [[window.made.number, window.made.time, ...cells]],
    marks: first.marks, recent: first.recent }));
};
"""
HOURS = (4, 6, 8)
MAX_GROWTH_BYTES = 2_000_000  # 4 more hours are 120 more rows of some 200 numbers


class DashboardMemoryTest(unittest.TestCase):
    def test_eight_hours_leave_memory_flat(self):
        with Server(rtf=0.1) as server, browser() as chromium:
            for text in ("One.", "Two three.", "Four five six."):
                server.speak(text)
            context = chromium.new_context()
            context.add_init_script(FAST)
            page = context.new_page()
            page.set_default_timeout(600_000)
            page.goto(f"http://127.0.0.1:{server.port}/dashboard")
            session = context.new_cdp_session(page)
            held = {}
            for hours in HOURS:
                page.evaluate("(limit) => { window.limit = limit; }", hours * 3600)
                page.wait_for_function("(limit) => window.refreshes >= limit", arg=hours * 3600, polling=200)
                session.send("HeapProfiler.collectGarbage")
                held[hours] = (session.send("Runtime.getHeapUsage")["usedSize"],
                               page.evaluate("document.getElementsByTagName('*').length"))
            print("hours: (bytes of JavaScript, elements)", held)
            self.assertLess(held[8][0] - held[4][0], MAX_GROWTH_BYTES, held)
            self.assertEqual(held[8][1], held[4][1], held)


if __name__ == "__main__":
    program.main()

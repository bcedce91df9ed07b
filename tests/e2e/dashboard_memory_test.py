"""Eight hours of the dashboard, one refresh a second, in a browser whose seconds are made short: its memory stays flat."""
import unittest

from browser import browser

import program
from server_process import Server

# The stream that the page reads is made here: the server's own columns, an event as soon as the page has drawn the one
# before, a second later by its own time, with counters that grow. The page does not notice that it is stopped to be
# measured: its longest timer waits for a silent stream.
FAST = """
window.refreshes = 0;
window.limit = 0;
const later = window.setTimeout;
window.setTimeout = (call, ms, ...more) => (ms >= 5000 ? 0 : later(call, ms, ...more));
const drawn = () => new Promise((resolve) => { const channel = new MessageChannel(); channel.port1.onmessage = resolve; channel.port2.postMessage(0); });
const ask = window.fetch;
window.fetch = async (path, options) => {
  if (!String(path).startsWith('/performance/stream')) return ask(path, options);
  const first = await (await ask('/performance/history', options)).json();
  let [number, time] = first.rows.at(-1);
  const encoder = new TextEncoder();
  const pull = async (controller) => {
    while (window.refreshes >= window.limit) await new Promise((resolve) => later(resolve, 20));
    await drawn();
    window.refreshes += 1;
    const cells = [++number, ++time];
    for (let i = 0; i < first.columns.length; ++i) cells.push(i, number * (1 + (i % 7)));
    const event = { newest: number, columns: [], rows: [cells], marks: first.marks, recent: first.recent };
    controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\\n\\n`));
  };
  return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
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
                self.assertIn("as events", page.locator(".facts-line").inner_text())
                held[hours] = (session.send("Runtime.getHeapUsage")["usedSize"],
                               page.evaluate("document.getElementsByTagName('*').length"))
            print("hours: (bytes of JavaScript, elements)", held)
            self.assertLess(held[8][0] - held[4][0], MAX_GROWTH_BYTES, held)
            self.assertEqual(held[8][1], held[4][1], held)


if __name__ == "__main__":
    program.main()

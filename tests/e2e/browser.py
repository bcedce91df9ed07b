"""Debian's Chromium under Playwright, for the tests of the pages."""
import shutil
from contextlib import contextmanager
from pathlib import Path

from packages import skip, use_packages

use_packages(Path(__file__).with_name("web_requirements.txt"))

from playwright.sync_api import sync_playwright  # noqa: E402

# Knows what is heard: each connection to the loudspeaker is also one to a meter, and what is begun is kept. Runs before
# the page's scripts.
METER = """
window.heard = { peak: 0, samples: [] };
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  window.heard.samples.push(...this.buffer.getChannelData(0));
  return start.apply(this, when);
};
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...more) {
  if (target === this.context.destination) {
    const meter = this.context.createAnalyser();
    connect.call(this, meter);
    const samples = new Float32Array(meter.fftSize);
    setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      for (const sample of samples) window.heard.peak = Math.max(window.heard.peak, Math.abs(sample));
    }, 20);
  }
  return connect.call(this, target, ...more);
};
"""


@contextmanager
def browser():
    path = shutil.which("chromium")
    if not path:
        skip("chromium is not installed")
    with sync_playwright() as playwright:
        # As root in a container Chromium's sandbox cannot start; the pages are our own.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()

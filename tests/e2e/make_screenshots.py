"""Makes docs/images anew: both pages in both themes at three widths, of the real server at work.

usage: make_screenshots.py   (LITETTS names the program; needs Chromium and the model)
"""
import io
import time

from browser import browser

from PIL import Image

from meter import METER
from server_process import ROOT, RealServer

WIDTHS = {360: 760, 768: 1024, 1440: 1100}  # and heights
TEXT = "Dr. Smith paid $5 for the tomatoes at 3:30 pm. That was cheap, she thought, and smiled."
COLOURS = 128  # flat pages need few, and the files stay small


def make_traffic(server):
    for voice in ("af_heart", "bm_george", "af_heart", "af_bella(2)+af_sky", "af_heart", "bf_emma"):
        for text in ("Hello there.", TEXT, TEXT * 4):
            server.speak(text, voice=voice, response_format="mp3")
            time.sleep(1)
    server.speak("a", voice="nobody")


def save(page, name):
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(ROOT / f"docs/images/{name}.png", optimize=True)


def main():
    (ROOT / "docs/images").mkdir(exist_ok=True)
    with RealServer() as server, browser() as chromium:
        make_traffic(server)
        for theme in ("light", "dark"):
            for width, height in WIDTHS.items():
                context = chromium.new_context(color_scheme=theme, viewport={"width": width, "height": height})
                context.add_init_script(METER)
                page = context.new_page()
                page.goto(f"http://127.0.0.1:{server.port}/")
                page.get_by_role("textbox", name="Text", exact=True).fill(TEXT)
                page.get_by_role("radio", name="Heart").wait_for()
                page.locator(".word", has_text="Smith").wait_for()
                page.get_by_role("button", name="Speak", exact=True).click()
                page.wait_for_function("() => document.querySelector('.word.now')?.innerText.startsWith('tomatoes')")
                page.get_by_role("button", name="Pause", exact=True).click()
                page.wait_for_selector('[data-phase="done"]')
                page.evaluate("() => document.activeElement.blur()")
                save(page, f"studio-{theme}-{width}")
                page.goto(f"http://127.0.0.1:{server.port}/dashboard")
                page.wait_for_timeout(2500)
                save(page, f"dashboard-{theme}-{width}")
                context.close()


if __name__ == "__main__":
    main()

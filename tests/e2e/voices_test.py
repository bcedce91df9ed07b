"""Voices that come while a server runs."""
import shutil
import tempfile
import threading
import time
import unittest
from pathlib import Path

import program
from server_process import Answer, RealServer

TEXT = "The ferry leaves the old harbour at noon."


def rows_of(name):
    """Bytes of a voice [510, 256] in the voices file, which is a safetensors file."""
    data = (program.HOME / "voices.safetensors").read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = program.json.loads(data[8:8 + size])
    begin, end = header[name]["data_offsets"]
    return data[8 + size + begin:8 + size + end]


class VoicesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.voices = self.folder / "voices.safetensors"
        shutil.copy(program.HOME / "voices.safetensors", self.voices)

    def add(self, *words):
        return program.run("voices", "add", *words)

    def server(self):
        server = RealServer(**{"voice.path": self.voices, "cache.memory_cache_size_mb": 32})
        self.addCleanup(server.__exit__)
        return server

    def names(self, server):
        return {voice["id"] for voice in server.request("GET", "/v1/audio/voices").json()["data"]}

    def test_a_new_voice_is_taken_over_and_no_stream_is_cut(self):
        server = self.server()
        want = server.speak(TEXT, voice="af_sky", response_format="pcm").body
        self.assertEqual(server.speak(TEXT, voice="af_guest").status, 400)
        whole = server.speak(program.LONG_TEXT, response_format="pcm", seed=1).body
        heard = []
        connection = server.send("POST", "/v1/audio/speech", {"input": program.LONG_TEXT, "response_format": "pcm", "seed": 2})
        reader = threading.Thread(target=lambda: heard.append(Answer(connection)))
        reader.start()
        (self.folder / "af_guest.bin").write_bytes(rows_of("af_sky"))
        result = self.add(self.folder / "af_guest.bin", self.voices)
        self.assertEqual(result.returncode, 0, result.stderr)
        begin = time.monotonic()
        while "af_guest" not in self.names(server):
            self.assertLess(time.monotonic() - begin, 20)
            time.sleep(0.05)
        print(f"known after {time.monotonic() - begin:.1f} s")
        self.assertEqual(server.speak(TEXT, voice="af_guest", response_format="pcm").body, want)
        reader.join()
        while 'voice="af_guest"' not in server.request("GET", "/metrics").body.decode():  # counted once it has ended
            self.assertLess(time.monotonic() - begin, 60)
            time.sleep(0.05)
        connection.close()
        self.assertEqual(heard[0].status, 200)
        self.assertAlmostEqual(len(heard[0].body), len(whole), delta=1000)  # the other noise ends a little elsewhere

    def test_a_voice_that_was_replaced_is_not_answered_from_the_cache(self):
        server = self.server()
        before = server.speak(TEXT, voice="af_sky").body
        server.wait_for_load("active", 0)
        self.assertEqual(server.speak(TEXT, voice="af_sky").headers["x-cache"], "hit")
        (self.folder / "af_sky.bin").write_bytes(rows_of("bm_george"))
        self.assertEqual(self.add(self.folder / "af_sky.bin", self.voices, "--replace").returncode, 0)
        server.wait_for_line("the voices file changed")
        after = server.speak(TEXT, voice="af_sky")
        self.assertNotEqual(after.headers["x-cache"], "hit")
        self.assertNotEqual(after.body, before)

    def test_what_is_no_voice_is_refused(self):
        server = self.server()
        good = self.voices.read_bytes()
        for name, data, message in (("af_short.bin", b"1234", b"4 bytes"), ("af_nan.bin", b"\xff" * 510 * 256 * 4, b"not finite"),
                                    ("af_sky.bin", rows_of("af_sky"), b"already"), ("a b.bin", rows_of("af_sky"), b"no voice name")):
            (self.folder / name).write_bytes(data)
            result = self.add(self.folder / name, self.voices)
            self.assertNotEqual(result.returncode, 0)
            self.assertIn(message, result.stderr)
            self.assertEqual(len(result.stderr.splitlines()), 1)
            self.assertEqual(self.voices.read_bytes(), good)
        broken = self.folder / "broken"
        broken.write_bytes(good[:5000])
        broken.rename(self.voices)
        server.wait_for_line("the voices stay as they were")
        self.assertEqual(server.speak(TEXT, voice="af_sky").status, 200)
        self.assertIn("bm_george", self.names(server))


if __name__ == "__main__":
    program.main()

"""`--backend onnxruntime`: the same program over ONNX Runtime; skipped where its library or the ONNX model is not there."""
import math
import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from program import LITETTS, ONNX_MODEL, main, onnx_library, read_wav, run, run_json
from server_process import RealServer

SENTENCE = "The quick brown fox jumps over the lazy dog."
ONNX = ("--backend", "onnxruntime")


def log_spectrum_distance(a, b, size=512):
    """Root mean square difference of the band levels of two clips of one length, in dB, over frames that are not silent."""
    bands = [size // 2 ** k for k in range(1, 8)]
    total = count = 0
    for begin in range(0, min(len(a), len(b)) - size, size):
        levels = []
        for clip in (a, b):
            frame = clip[begin:begin + size]
            # Haar bands: octaves, without a need of numpy
            energies = []
            for _ in bands:
                energies.append(sum((x - y) ** 2 for x, y in zip(frame[::2], frame[1::2])) / len(frame))
                frame = [(x + y) / 2 for x, y in zip(frame[::2], frame[1::2])]
            levels.append(energies)
        if sum(levels[0]) < 1e4:
            continue
        total += sum((10 * math.log10((x + 1) / (y + 1))) ** 2 for x, y in zip(*levels))
        count += len(bands)
    return math.sqrt(total / count)


class BackendTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def say(self, *words):
        result = run("say", SENTENCE, "-o", self.folder / "a.wav", *words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return read_wav(self.folder / "a.wav")

    def refusal(self, *words):
        result = run("say", SENTENCE, "-o", self.folder / "a.wav", *words)
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(result.stderr.count(b"\n"), 1, result.stderr)
        self.assertFalse((self.folder / "a.wav").exists())
        return result.stderr.decode()

    def test_both_backends_say_the_same(self):
        ours, theirs = self.say("--precision", "f32"), self.say(*ONNX)
        self.assertEqual(len(ours), len(theirs))
        # 3.2 dB, since the file computes in int8; another voice is 22 dB away.
        self.assertLess(log_spectrum_distance(ours, theirs), 6.0)

    def test_what_was_used_is_told(self):
        report = run_json("say", SENTENCE, *ONNX, "--threads", 1, "--onnx", "spinning=false", "--onnx", "graph_optimization=extended")
        self.assertEqual((report["backend"], report["weights"], report["precision"]), ("onnxruntime", "kokoro-v1.0.int8", "model"))
        self.assertRegex(report["backend_version"], r"^1\.\d+")
        settings = report["backend_settings"]
        self.assertEqual((settings["intra_op_threads"], settings["spinning"], settings["graph_optimization"]), ("1", "false", "extended"))
        self.assertEqual(run_json("say", SENTENCE)["backend"], "native")

    def test_what_it_cannot_do_is_refused(self):
        self.assertIn("does not tell when words are heard", self.refusal(*ONNX, "--timings", self.folder / "a.srt"))
        self.assertIn("takes no seed", self.refusal(*ONNX, "--seed", 1))
        self.assertIn("--profile and --trace are of the backend native", self.refusal(*ONNX, "--profile"))
        self.assertIn("known: library, graph_optimization", self.refusal(*ONNX, "--onnx", "speed=1"))
        (self.folder / "text.onnx").write_text("no model")
        self.assertIn("cannot load", self.refusal(*ONNX, "--model", self.folder / "text.onnx"))
        self.assertIn("cannot load", self.refusal(*ONNX, "--model", self.folder / "text.onnx", "--onnx", "library=/nowhere.so"))
        (self.folder / "text.so").write_text("no library")
        self.assertIn("text.so", self.refusal(*ONNX, "--onnx", f"library={self.folder / 'text.so'}"))

    def test_the_server_streams_caches_and_counts(self):
        with RealServer(*ONNX, "--set", "cache.warm_cache_on_startup=false", "--set", f"cache.disk_path={self.folder}/a.db",
                        "--set", "cache.disk_cache_size_mb=32", "--set", "cache.memory_cache_size_mb=0") as server:
            first = server.request("POST", "/v1/audio/speech", {"input": SENTENCE, "response_format": "pcm"})
            # In another format, lest it joins the first where that one has not quite ended.
            again = server.request("POST", "/v1/audio/speech", {"input": SENTENCE, "response_format": "wav"})
            self.assertEqual(first.status, 200)
            self.assertEqual((first.headers["x-cache"], again.headers["x-cache"]), ("miss", "segments"))
            self.assertEqual(first.body, again.body[44:-48])
            self.assertGreater(len(first.body), 2 * 24000)
            self.assertIn('backend="onnxruntime"', server.request("GET", "/metrics").body.decode())
            refused = server.request("POST", "/dev/captioned_speech", {"input": SENTENCE})
            self.assertEqual(refused.status, 400)
            self.assertIn("does not tell when words are heard", refused.json()["error"]["message"])
        with RealServer("--set", "cache.warm_cache_on_startup=false", "--set", f"cache.disk_path={self.folder}/a.db",
                        "--set", "cache.disk_cache_size_mb=32", "--set", "cache.memory_cache_size_mb=0") as server:
            other = server.request("POST", "/v1/audio/speech", {"input": SENTENCE, "response_format": "pcm"})
            self.assertEqual(other.headers["x-cache"], "miss")  # what another backend made is not its own

    def test_work_ends_when_it_is_not_wanted(self):
        text = " ".join([SENTENCE] * 8)
        process = subprocess.Popen([LITETTS, "say", text, *ONNX, "-o", self.folder / "a.wav"], stderr=subprocess.PIPE)
        time.sleep(2.5)
        self.assertIsNone(process.poll())
        begin = time.monotonic()
        process.terminate()
        process.communicate(timeout=60)
        self.assertLess(time.monotonic() - begin, 1.0)


if __name__ == "__main__":
    if onnx_library() is None or not ONNX_MODEL.exists():
        print("skipped: ONNX Runtime's library (tools/fetch_onnxruntime.py) or the ONNX model (./quickstart) is not there")
        sys.exit(77)
    os.environ["LITETTS_ONNXRUNTIME_LIBRARY"] = str(onnx_library())
    main()

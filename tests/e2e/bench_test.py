"""`litetts bench --models`, `bench compare` and `litetts tune`: resume, reports, gate, and who decides."""
import json
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import HOME, LITETTS, MODEL, main, run


class BenchTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.words = ("bench", "--models", MODEL, "--texts", "short", "--repeats", 1, "--folder", self.folder / "work",
                      "--json", self.folder / "a.json")

    def test_an_interrupted_matrix_goes_on_and_its_reports_agree(self):
        words = [*self.words, "--threads", "1,2", "--precisions", "f32,auto", "--quality", "--html", self.folder / "a.html", "--markdown", self.folder / "a.md"]
        process = subprocess.Popen([LITETTS, *map(str, words)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for line in process.stderr:
            if line.startswith("[1 of 4]"):
                process.send_signal(signal.SIGTERM)
                break
        process.communicate(timeout=60)
        self.assertNotEqual(process.returncode, 0)
        self.assertFalse((self.folder / "a.json").exists())
        result = run(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr.decode(), r"going on: [1-3] of 4 are measured already")
        self.assertFalse((self.folder / "work/journal").exists())
        rows = json.loads((self.folder / "a.json").read_text())["results"]
        self.assertEqual(len(rows), 4)
        for row in rows:
            self.assertEqual(row["problem"], "")
            for name in ("rtf", "cold_rtf", "first_audio_p50", "cpu_seconds", "peak_rss_bytes", "load_seconds"):
                self.assertGreater(row[name], 0, name)
            self.assertLess(row["cached_first_audio_p50"], 0.1 * row["first_audio_p50"])
            self.assertLessEqual(row["first_audio_p50"], row["first_audio_p99"])
            self.assertLess(row["distance_db"], 0.8)
        self.assertEqual([row["distance_db"] for row in rows if row["precision"] == "f32"], [0, 0])
        page = (self.folder / "a.html").read_text()
        self.assertEqual(page.count("<svg"), 4)  # speed, first audio, distance, memory
        self.assertNotIn("{{", page)
        self.assertNotRegex(page, r"(src|href)=")
        self.assertEqual((self.folder / "a.md").read_text().count("| af_heart |"), 4)

    def test_the_speed_is_that_of_a_file(self):
        """A stream of this text has more chunks and therefore another length."""
        want = json.loads(run("bench", "--threads", 1, "--texts", "medium", "--repeats", 1, "--json").stdout)["results"][0]["audio_seconds"]
        self.assertEqual(run(*self.words, "--threads", 1, "--texts", "medium").returncode, 0)
        self.assertEqual(json.loads((self.folder / "a.json").read_text())["results"][-1]["audio_seconds"], want)

    def test_what_cannot_run_is_told_and_the_rest_goes_on(self):
        (self.folder / "model_broken.onnx").write_text("no model")
        words = ["bench", "--models", f"{self.folder}/*.onnx,{MODEL}", "--threads", 1, "--texts", "short", "--repeats", 1, "--folder",
                 self.folder / "work", "--json", self.folder / "a.json"]
        self.assertEqual(run(*words).returncode, 0)
        rows = json.loads((self.folder / "a.json").read_text())["results"]
        self.assertEqual([row["problem"] != "" for row in rows], [True, False])
        missing = run("bench", "--models", self.folder / "none*.onnx")
        self.assertEqual((missing.returncode, missing.stderr.count(b"\n")), (1, 1))
        self.assertEqual(run("bench", "--html", self.folder / "a.html").returncode, 2)

    def test_the_gate(self):
        self.assertEqual(run(*self.words, "--threads", 1).returncode, 0)
        report = json.loads((self.folder / "a.json").read_text())
        self.assertEqual(run("bench", "compare", self.folder / "a.json", self.folder / "a.json").returncode, 0)
        report["results"][0]["rtf"] *= 1.1
        (self.folder / "b.json").write_text(json.dumps(report))
        worse = run("bench", "compare", self.folder / "a.json", self.folder / "b.json")
        self.assertEqual(worse.returncode, 1)
        self.assertRegex(worse.stdout.decode(), r"RTF .* \(\+10.0 %\) WORSE")
        self.assertEqual(run("bench", "compare", self.folder / "a.json", self.folder / "b.json", "--threshold", 20).returncode, 0)
        self.assertEqual(run("bench", "compare", self.folder / "b.json", self.folder / "a.json").returncode, 0)
        report["results"][0]["problem"] = "ended by signal 9"
        (self.folder / "b.json").write_text(json.dumps(report))
        self.assertEqual(run("bench", "compare", self.folder / "a.json", self.folder / "b.json").returncode, 1)
        (self.folder / "c.json").write_text("{}")
        self.assertEqual(run("bench", "compare", self.folder / "a.json", self.folder / "c.json").returncode, 2)

    def test_tune_takes_the_best_and_leaves_what_the_user_set(self):
        home = self.folder / "home"
        home.mkdir()
        for path in HOME.iterdir():
            if path.name in ("models", "voices.safetensors", "english.safetensors"):
                (home / path.name).symlink_to(path)
        env = {"LITETTS_HOME": str(home), "LITETTS_ONNXRUNTIME_LIBRARY": "/nowhere.so", "XDG_CACHE_HOME": str(self.folder)}
        result = run("tune", "--texts", "short", "--repeats", 1, "--json", env=env)
        self.assertEqual(result.returncode, 0, result.stderr)
        tuned = json.loads((home / "tuned.json").read_text())
        self.assertEqual(tuned, json.loads(result.stdout))
        rows = [row for row in tuned["evidence"]["results"] if row["distance_db"] <= 0.8]
        best = min(rows, key=lambda row: row["rtf"])
        self.assertEqual(tuned["settings"], {"performance.backend": "native", "performance.precision": best["precision"],
                                             "performance.threads": best["threads"]})

        def setting(key, *words):
            entry = json.loads(run("config", "show", "--json", *words, env=env).stdout)[key]
            return entry["value"], entry["origin"]

        self.assertEqual(setting("performance.precision"), (best["precision"], str(home / "tuned.json")))
        self.assertEqual(setting("performance.precision", "--set", "performance.precision=f32"), ("f32", "command line"))
        (home / "config.json").write_text('{"performance": {"precision": "f32"}}')
        self.assertEqual(setting("performance.precision"), ("f32", str(home / "config.json")))
        self.assertEqual(run("tune", "--texts", "short", "--repeats", 1, env=env).returncode, 0)
        tuned = json.loads((home / "tuned.json").read_text())
        self.assertEqual(sorted(tuned["settings"]), ["performance.backend", "performance.threads"])
        self.assertEqual({row["precision"] for row in tuned["evidence"]["results"]}, {"f32"})
        tuned["evidence"]["cpu"] = "another"
        (home / "tuned.json").write_text(json.dumps(tuned))
        self.assertEqual(setting("performance.threads")[1], "default")
        self.assertIn("another processor", run("config", "check", env=env).stderr.decode())


if __name__ == "__main__":
    main()

"""`./quickstart` run again does nothing again, and passes its words on untouched."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import HOME, NEEDED, ROOT, main, read_wav


def quickstart(*words, **options):
    environment = {**os.environ, "LITETTS_HOME": str(HOME)}
    return subprocess.run([ROOT / "quickstart", *words], stdin=subprocess.DEVNULL, capture_output=True,
                          env=environment, timeout=600, **options)


class QuickstartTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_second_run_only_speaks(self):
        quickstart("--version")
        before = {path: path.stat().st_mtime_ns for path in NEEDED}
        result = quickstart("say", "Hello there.", "-o", "hello.wav", cwd=self.folder)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"", b""))
        self.assertGreater(len(read_wav(self.folder / "hello.wav")), 12000)
        self.assertEqual({path: path.stat().st_mtime_ns for path in NEEDED}, before)

    def test_standard_output_and_exit_code_are_the_programs(self):
        self.assertEqual(len(read_wav(quickstart("say", "Hi.", "-o", "-").stdout)) % 600, 0)
        result = quickstart("say", "two words", "--voice", "nobody", "-o", "x.wav", cwd=self.folder)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"nobody", result.stderr)

    def test_help_names_what_it_will_do_and_does_nothing(self):
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        result = subprocess.run([ROOT / "quickstart", "--help"], env=environment, capture_output=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stderr)
        for word in (b"packages", b"sha256", b"build/release", b".cache/litetts", b".local/share/litetts"):
            self.assertIn(word, result.stdout)
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    main()

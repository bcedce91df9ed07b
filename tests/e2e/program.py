"""The built program as a process, for the tests beside this file."""
import array
import io
import json
import os
import resource
import subprocess
import sys
import unittest
import wave
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LITETTS = Path(os.environ.get("LITETTS", ROOT / "build/release/bin/litetts"))
HOME = Path(os.environ.get("LITETTS_HOME") or Path.home() / ".local/share/litetts")
MODEL = HOME / "models/kokoro-v1.0-int8.safetensors"
ONNX_MODEL = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "litetts/sources/kokoro-v1.0.int8.onnx"
NEEDED = (LITETTS, MODEL, HOME / "voices.safetensors", HOME / "english.safetensors")
TIMEOUT_S = 300
# Three chunks, since each paragraph is one.
LONG_TEXT = "The rain stays in the hills.\n\nThe wind goes over the sea.\n\nThat is all."
# A run gone wrong fails instead of taking the machine along; threads count by their stacks.
MAX_ADDRESS_SPACE = 8 << 30


def onnx_library():
    """Path of ONNX Runtime's library, or None where the program finds none."""
    named = os.environ.get("LITETTS_ONNXRUNTIME_LIBRARY")
    if named:
        return Path(named)
    folders = [HOME / "onnxruntime", *Path("/usr/local/lib").glob("python3*/*-packages/onnxruntime/capi")]
    if os.environ.get("VIRTUAL_ENV"):
        folders += Path(os.environ["VIRTUAL_ENV"]).glob("lib/python3*/site-packages/onnxruntime/capi")
    return next((path for folder in folders for path in sorted(folder.glob("libonnxruntime.so*"))), None)


def run(*words, stdin=b"", env=None, max_file_size=None, **options):
    """Runs `litetts WORDS`; stdout and stderr as bytes."""
    def set_limits():
        resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESS_SPACE, MAX_ADDRESS_SPACE))
        if max_file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (max_file_size, max_file_size))

    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([LITETTS, *map(str, words)], input=stdin, stderr=subprocess.PIPE, preexec_fn=set_limits,
                          env={**os.environ, **(env or {})}, timeout=TIMEOUT_S, **options)


def run_json(*words, **options):
    result = run(*words, "--json", **options)
    if result.returncode != 0:
        raise AssertionError(f"exit code {result.returncode}: {result.stderr.decode(errors='replace')}")
    return json.loads(result.stdout)


def read_wav(source):
    """Samples of a 16-bit mono WAV at 24 kHz: a path, or the bytes of one."""
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    else:
        source = str(source)
    with wave.open(source, "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24000)
        samples = array.array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def rms(samples):
    return (sum(s * s for s in samples) / len(samples)) ** 0.5 if len(samples) else 0.0


def main():
    """unittest.main(), or exit code 77 where the program or its data is not there."""
    missing = [str(path) for path in NEEDED if not path.exists()]
    if missing:
        print(f"skipped: {', '.join(missing)} not found; ./quickstart makes them")
        sys.exit(77)
    unittest.main()

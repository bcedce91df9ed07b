#!/usr/bin/env python3
"""Measures what int8 and a stream's foretold norms cost in sound, through the command line, beside what another noise seed does.

  "$(tools/python_env tools/recogniser_requirements.txt)" tools/quality_report.py [--sentences 20] [--voices NAMES] [--recogniser] OUT

Every sentence is spoken in float32 and in int8 with true norms (`--exact`), and in both as a stream that is heard while it is made. OUT/SETTING has the
clips and a manifest.jsonl of texts and voices, for any other measure; clips that are there already stay. --recogniser counts the words that Whisper
heard otherwise, which takes ffmpeg. Prints Markdown; exit status 1 if the median log-spectral distance exceeds 0.8 dB for int8 or 1 dB for the norms,
or if any clip is further from the true one than its two seeds are from each other.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import wave
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from audio_distance import log_spectral_distance_db
from speech_clips import ORDINARY_SENTENCES

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLOAT = ["--precision", "f32"]
SETTINGS = {
    "float32": [*FLOAT, "--exact"], "int8": ["--precision", "int8", "--exact"], "float32_stream": FLOAT, "int8_stream": ["--precision", "int8"],
    "seed_1": [*FLOAT, "--exact", "--seed", "1"], "seed_2": [*FLOAT, "--exact", "--seed", "2"],
}
# What is compared with what, and the median in dB that it is to keep.
PAIRS = (("int8", "float32", 0.8), ("float32_stream", "float32", 1.0), ("int8_stream", "int8", 1.0), ("int8_stream", "float32", 1.0))


def read(path):
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def speak(options, clip):
    name, text, voice = clip
    for setting, words in SETTINGS.items():
        path = options.out / setting / f"{name}.wav"
        if not path.exists():
            # Standard output has a stream's samples, a file those with true norms.
            audio = subprocess.run([options.litetts, "say", text, "--voice", voice, "--threads", "1", "-o", "-", *words], check=True,
                                   capture_output=True).stdout
            path.write_bytes(audio)


def distances(options, clips, got, want):
    """Clip -> dB, for the clips that are equally long."""
    found = {}
    for name, _, _ in clips:
        a, b = (read(options.out / setting / f"{name}.wav") for setting in (got, want))
        if len(a) == len(b):
            found[name] = log_spectral_distance_db(a, b)
    return found


def report_distances(options, clips):
    """Whether all is within the bounds."""
    is_good = True
    seeds = distances(options, clips, "seed_1", "seed_2")

    def row(title, found, above):
        values = list(found.values())
        print(f"| {title} | {len(values)} | {np.median(values):.2f} | {min(values):.2f} | {max(values):.2f} | {above} | {len(clips) - len(values)} |",
              flush=True)

    print("| | clips | median, dB | least | most | more than its two seeds | other lengths |\n| --- |" + " --- |" * 6)
    row("two seeds", seeds, "")
    for got, want, bound in PAIRS:
        found = distances(options, clips, got, want)
        above = sum(found[name] > seeds[name] for name in found.keys() & seeds.keys())
        row(f"{got} to {want}", found, above)
        is_good &= above == 0 and np.median(list(found.values())) <= bound
    return is_good


def word_errors(options, clips):
    from intelligibility import Recogniser, decode, words_of
    with tempfile.TemporaryDirectory() as folder:
        recogniser = Recogniser(pathlib.Path(folder), options.jobs)
        count = sum(len(words_of(text)) for _, text, _ in clips)
        for setting in ("float32", "int8", "int8_stream"):
            errors = sum(recogniser.errors(text, decode("-i", options.out / setting / f"{name}.wav")) for name, text, _ in clips)
            print(f"- {setting}: Whisper heard {errors} of {count} words otherwise, {100 * errors / count:.2f} %", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--litetts", default=str(ROOT / "build/release/bin/litetts"))
    parser.add_argument("--sentences", type=int, default=len(ORDINARY_SENTENCES))
    parser.add_argument("--voices", default="af_heart,am_michael,bf_emma,bm_george,af_bella,am_fenrir,af_nicole,bf_lily")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--recogniser", action="store_true")
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    clips = [(f"{voice}_{i:02}", text, voice) for voice in options.voices.split(",")
             for i, text in enumerate(ORDINARY_SENTENCES[:options.sentences])]
    for setting in SETTINGS:
        (options.out / setting).mkdir(parents=True, exist_ok=True)
        (options.out / setting / "manifest.jsonl").write_text("".join(
            json.dumps({"id": name, "text": text, "voice": voice, "wav": f"{name}.wav"}) + "\n" for name, text, voice in clips))
    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(lambda clip: speak(options, clip), clips))
    is_good = report_distances(options, clips)
    if options.recogniser:
        word_errors(options, clips)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures the watermark on a folder of clips of speech (tools/speech_clips.py): what is found where nothing is, what
survives, what it costs in sound and time.

  "$(tools/python_env tools/watermark_requirements.txt)" tools/watermark_report.py CLIPS [--marked 500] [--unmarked 5000]

Needs ffmpeg. A clip of the wanted length is cut from a file of the folder, at random; each has a key and a payload of its own, so
that trials with the same audio differ. Prints Markdown.
"""
import argparse
import json
import os
import pathlib
import random
import resource
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import soundfile
from pesq import pesq
from scipy.signal import resample_poly

from speech_clips import sentences

ROOT = pathlib.Path(__file__).resolve().parent.parent
RATE = 24000
LENGTHS = (3, 5, 10, 20, 30)


def ffmpeg(folder, source, name, *words):
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", "-i", folder / source, *words, folder / name], check=True)
    return folder / name


def noise(folder, source, name):
    samples, rate = soundfile.read(folder / source)
    level = np.sqrt((samples ** 2).mean()) * 10 ** (-30 / 20)
    soundfile.write(folder / name, samples + level * np.random.default_rng(1).standard_normal(len(samples)), rate)
    return folder / name


def cut(folder, source, name):
    samples, rate = soundfile.read(folder / source)
    begin = len(samples) // 4 + 1237
    soundfile.write(folder / name, samples[begin:begin + len(samples) // 2], rate)
    return folder / name


ATTACKS = {
    "none": lambda folder: folder / "m.wav",
    "MP3 64 kbit/s": lambda folder: ffmpeg(folder, "m.wav", "a.mp3", "-b:a", "64k"),
    "Opus 24 kbit/s": lambda folder: ffmpeg(folder, "m.wav", "a.opus", "-b:a", "24k"),
    "16 kHz": lambda folder: ffmpeg(folder, "m.wav", "b.wav", "-ar", "16000"),
    "+3 dB": lambda folder: ffmpeg(folder, "m.wav", "c.wav", "-af", "volume=3dB"),
    "-3 dB": lambda folder: ffmpeg(folder, "m.wav", "d.wav", "-af", "volume=-3dB"),
    "noise at -30 dB": lambda folder: noise(folder, "m.wav", "e.wav"),
    "cut to the middle half": lambda folder: cut(folder, "m.wav", "f.wav"),
}


class Bench:
    def __init__(self, options):
        self.litetts = options.litetts
        self.sources = sorted(options.clips.glob("*.wav"))

    def run(self, key, *words):
        return subprocess.run([self.litetts, "watermark", *map(str, words)], check=True, capture_output=True,
                              env={**os.environ, "LITETTS_AUDIO_WATERMARK_KEY": key}).stdout

    def detect(self, path, key):
        return json.loads(self.run(key, "detect", path, "--json"))

    def clip(self, chance, seconds):
        """So many seconds, from as many files as it takes."""
        samples = np.zeros(0)
        while len(samples) < seconds * RATE:
            more, rate = soundfile.read(chance.choice(self.sources))
            assert rate == RATE
            begin = chance.randrange(max(1, len(more) - int(seconds * RATE)))
            samples = np.concatenate([samples, more[begin:]])
        return samples[:int(seconds * RATE)]

    def marked(self, number):
        chance = random.Random(number)
        seconds = LENGTHS[number % len(LENGTHS)]
        key, payload = f"marked clip {number} {chance.random()}", chance.getrandbits(32)
        samples = self.clip(chance, seconds)
        found = {}
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            soundfile.write(folder / "p.wav", samples, RATE, subtype="PCM_16")
            self.run(key, "add", folder / "p.wav", "-o", folder / "m.wav", "--payload", payload)
            after, _ = soundfile.read(folder / "m.wav")
            before, _ = soundfile.read(folder / "p.wav")
            for attack, make in ATTACKS.items():
                reading = self.detect(make(folder), key)
                found[attack] = (reading["marked"], reading["payload"] == payload, reading["payload"] not in (None, payload),
                                 (reading["likeliest_payload"] ^ payload).bit_count(), reading["code_error_rate"])
        score = pesq(16000, resample_poly(before, 2, 3), resample_poly(after, 2, 3), "wb") if seconds <= 10 else None
        return seconds, found, score, distance(before, after)

    def unmarked(self, number):
        chance = random.Random(1000000 + number)
        samples = self.clip(chance, 3 + 27 * chance.random())
        with tempfile.TemporaryDirectory() as name:
            path = pathlib.Path(name) / "p.wav"
            soundfile.write(path, samples, RATE, subtype="PCM_16")
            return self.detect(path, f"unmarked clip {number} {chance.random()}")


def distance(before, after):
    """Log-spectral distance in dB: 1024 points, hop 256, floor -80 dB."""
    def levels(samples):
        frames = np.lib.stride_tricks.sliding_window_view(samples, 1024)[::256] * np.hanning(1024)
        power = np.abs(np.fft.rfft(frames)) ** 2
        return 10 * np.log10(np.maximum(power / power.max(), 1e-8))
    return float(np.sqrt(((levels(before) - levels(after)) ** 2).mean(axis=1)).mean())


def kept(folder, number, make):
    """The row of a marked clip, from a former run where that was kept."""
    path = folder / f"{number:04}.json" if folder else None
    if path and path.exists():
        return json.loads(path.read_text())
    row = make(number)
    if path:
        path.write_text(json.dumps(row))
    return row


def cpu_seconds(*words):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*map(str, words)], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "LITETTS_AUDIO_WATERMARK_KEY": "a key of some length"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cost(options):
    """CPU seconds for a second of speech: what ten minutes take more than one second; of `litetts say` what a long text takes more
    than a short one."""
    samples, _ = soundfile.read(sorted(options.clips.glob("*.wav"))[0])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        took = {}
        for seconds in (1, 600):
            soundfile.write(folder / "p.wav", np.tile(samples, 1 + seconds * RATE // len(samples))[:seconds * RATE], RATE)
            for words in (("watermark", "add", folder / "p.wav", "-o", folder / "m.wav"),
                          ("watermark", "detect", folder / "p.wav")):
                took[words[1], seconds] = cpu_seconds(options.litetts, *words)
        for count in (1, 13):
            took["say", count] = cpu_seconds(options.litetts, "say", " ".join(sentences()[:count]), "-o", folder / "s.wav", "--threads", 1)
            took["length", count] = soundfile.info(folder / "s.wav").duration
    made = {name: (took[name, 600] - took[name, 1]) / 599 for name in ("add", "detect")}
    return made | {"say": (took["say", 13] - took["say", 1]) / (took["length", 13] - took["length", 1])}


def table(marked, cell):
    """`cell`: of the readings of one attack on the clips of one length."""
    print("\n| | " + " | ".join(f"{seconds} s" for seconds in LENGTHS) + " |\n| --- " + "| --- " * len(LENGTHS) + "|")
    for attack in ATTACKS:
        rows = [[found[attack] for length, found, _, _ in marked if length == seconds] for seconds in LENGTHS]
        print(f"| {attack} | " + " | ".join(cell(r) if r else "-" for r in rows) + " |")


def report_marked(marked):
    print(f"\n{len(marked)} marked clips: found / payload right, in %")
    table(marked, lambda rows: f"{100 * np.mean([r[0] for r in rows]):.0f} / {100 * np.mean([r[1] for r in rows]):.0f}")
    print("\nwrong bits of the payload, whether its checksum fits or not / of its code before correction, in %")
    table(marked, lambda rows: f"{100 * np.mean([r[3] for r in rows]) / 32:.2f} / {100 * np.mean([r[4] for r in rows]):.1f}")
    wrong = sum(found[attack][2] for _, found, _, _ in marked for attack in ATTACKS)
    print(f"\nwrong payloads: {wrong} of {len(marked) * len(ATTACKS)} readings")
    scores = [score for _, _, score, _ in marked if score is not None]
    print(f"PESQ (wide band): mean {np.mean(scores):.3f}, 5th percentile {np.percentile(scores, 5):.3f}, {len(scores)} clips")
    print(f"log-spectral distance: {np.mean([d for *_, d in marked]):.2f} dB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=pathlib.Path)
    parser.add_argument("--litetts", default=str(ROOT / "build/release/bin/litetts"))
    parser.add_argument("--marked", type=int, default=500)
    parser.add_argument("--unmarked", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path, help="folder of what was measured already, to go on from")
    options = parser.parse_args()
    bench = Bench(options)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    print(f"{len(bench.sources)} files of speech\n")
    for name, seconds in cost(options).items():
        print(f"{name}: {1000 * seconds:.2f} ms of CPU time a second of audio, reading and writing the file included")
    with ThreadPoolExecutor(options.jobs) as pool:
        marked = list(pool.map(lambda n: kept(options.keep, n, bench.marked), range(options.marked)))
        unmarked = list(pool.map(bench.unmarked, range(options.unmarked)))
    if marked:
        report_marked(marked)
    positives = sum(reading["marked"] for reading in unmarked)
    strengths = [reading["strength"] for reading in unmarked]
    print(f"\n{len(unmarked)} clips of 3 to 30 s without a mark: {positives} found; strongest {max(strengths, default=0):.2f}")


if __name__ == "__main__":
    main()

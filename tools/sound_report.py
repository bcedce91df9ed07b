#!/usr/bin/env python3
"""Measures what docs/sound.md promises of pauses, joints, loudness, speed, blends and subtitles, through the command line.

  "$(tools/python_env tools/watermark_requirements.txt)" tools/sound_report.py [pauses joints loudness speed blends subtitles]

Needs ffmpeg (its ebur128 filter measures the loudness). --jobs N runs so many commands at a time. Prints Markdown; exit status 1 where a
promise is not kept.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import soundfile

from speech_clips import english_voices, sentences, texts

ROOT = pathlib.Path(__file__).resolve().parent.parent
RATE = 24000
SILENCE = 12.5 / 32768  # audio/edge_trimmer.h has 13.1, which 16 bits may have as 13


class Report:
    def __init__(self, options):
        self.options = options
        self.pool = ThreadPoolExecutor(options.jobs)
        self.voices = english_voices(options.litetts)
        self.is_good = True

    def say(self, *words):
        """Samples and timings."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            subprocess.run([self.options.litetts, "say", *map(str, words), "-o", folder / "a.wav",
                            "--timings", folder / "a.json"], check=True)
            samples, _ = soundfile.read(folder / "a.wav")
            return samples, json.loads((folder / "a.json").read_text())

    def line(self, is_good, text):
        self.is_good = self.is_good and is_good
        print(f"- {'' if is_good else 'NOT KEPT: '}{text}", flush=True)

    def pauses(self):
        def error(number):
            seconds = (0.05, 0.12, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)[number % 10]
            speed = (0.5, 0.8, 1.0, 1.5, 3.0)[number // 10 % 5]
            samples, _ = self.say("--ssml", f"<speak>Stop.<break time='{seconds}s'/>Go on.</speak>", "--speed", speed,
                                  "--voice", self.voices[number % len(self.voices)])
            loud = np.flatnonzero(np.abs(samples) > SILENCE)
            gaps = np.diff(loud)
            # The pause is the gap that is nearest to what was asked.
            return float(np.min(np.abs((gaps - 1) / RATE - seconds)))
        errors = list(self.pool.map(error, range(50)))
        self.line(max(errors) <= 0.005, f"silences of 0.05 to 5 s at speeds 0.5 to 3, 50 combinations: largest error "
                  f"{1000 * max(errors):.1f} ms")

    def joints(self):
        pool = [part for part in sentences() if len(part) < 60 and part.isascii() and not re.search(r"[\d<>&%]", part)]

        def scores(number):
            parts = [pool[(12 * number + i) % len(pool)] for i in range(11)]
            ssml = "".join(f"{part}<break time='{10 * (1 + (3 * i + number) % 30)}ms'/>" for i, part in enumerate(parts))
            samples, timings = self.say("--ssml", f"<speak>{ssml}Done.</speak>", "--voice", self.voices[number % len(self.voices)])
            return clicks(samples, timings)
        found = [score for part in self.pool.map(scores, range(46)) for score in part]
        self.line(max(found) < 12.0, f"{len(found)} joints: largest ratio of the click detector {max(found):.1f} (a click is 12 and more)")

    def loudness(self):
        goals = (-16, -19, -23)

        def measure(number_and_text):
            number, (text, voice) = number_and_text
            goal = goals[number % 3]
            with tempfile.TemporaryDirectory() as name:
                path = pathlib.Path(name) / "a.wav"
                subprocess.run([self.options.litetts, "say", text, "--voice", voice, "--loudness", str(goal), "-o", path], check=True)
                log = subprocess.run(["ffmpeg", "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"],
                                     check=True, capture_output=True, text=True).stderr
            summary = log[log.rindex("Summary:"):]
            return (abs(float(re.search(r"I:\s+(-?[\d.]+)", summary)[1]) - goal), float(re.search(r"Peak:\s+(-?[\d.]+)", summary)[1]))
        rows = list(self.pool.map(measure, enumerate(texts(100, 3, 10, self.voices, seed=2))))
        self.line(max(r[0] for r in rows) <= 0.5 and max(r[1] for r in rows) <= -1.0,
                  f"loudness of 100 clips for -16, -19 and -23 LUFS: largest error {max(r[0] for r in rows):.2f} LU, true peak at most "
                  f"{max(r[1] for r in rows):.1f} dB")

    def speed(self):
        text = " ".join(sentences()[40:43])
        whole = {}

        def length(speed_and_voice):
            speed, voice = speed_and_voice
            samples, _ = self.say(text, "--speed", speed, "--voice", voice)
            return speed_and_voice, len(samples)
        voices = self.voices[::9]
        speeds = (0.25, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.4, 2.0, 3.0, 4.0)
        whole.update(self.pool.map(length, [(s, v) for s in speeds for v in voices]))
        errors = {s: max((whole[s, v] * s / whole[1.0, v] - 1 for v in voices), key=abs) for s in speeds}
        worst = max(errors.values(), key=abs)
        self.line(abs(worst) <= 0.02, "duration times speed against speed 1, the worst of "
                  f"{len(voices)} voices: " + ", ".join(f"{s}: {100 * e:+.1f} %" for s, e in errors.items()))

    def blends(self):
        spellings = ("af_heart(2)+af_sky(1)", "af_heart.6666+af_sky.3333", "af_heart*2+af_sky*1", "2*af_heart+1*af_sky",
                     "af_heart:2,af_sky:1", "af_heart,af_sky,af_heart")
        made = [self.say("A blend of two voices.", "--voice", s)[0] for s in spellings]
        same = all(np.array_equal(made[0], m) for m in made)
        alone = self.say("A blend of two voices.", "--voice", "af_heart")[0]
        itself = [self.say("A blend of two voices.", "--voice", s)[0] for s in ("af_heart+af_heart", "spherical:af_heart+af_heart", "af_heart|af_heart")]
        self.line(same, f"{len(spellings)} spellings of a blend give the same samples")
        self.line(all(np.array_equal(alone, m) for m in itself), "a voice blended with itself is that voice bit for bit")

    def subtitles(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for ending in ("srt", "vtt"):
                path = folder / f"a.{ending}"
                subprocess.run([self.options.litetts, "say", " ".join(sentences()[:12]), "-o", folder / "a.wav", "--timings", path], check=True)
                other = folder / f"b.{ending}"
                done = subprocess.run(["ffmpeg", "-v", "warning", "-i", path, other], capture_output=True, text=True)
                count = len(re.findall("-->", path.read_text()))
                kept = len(re.findall("-->", other.read_text())) if other.exists() else 0
                self.line(done.returncode == 0 and not done.stderr and count == kept > 0, f"{ending}: ffmpeg reads {kept} of {count} cues")


def clicks(samples, timings):
    """For each silence inside, the largest ratio of a change of slope to what the 10 ms around it have, as
    audio/click_detector.h; a click is 12 and more. Changes below 1 % of full scale do not count."""
    curve = np.diff(samples, 2)
    reach, core = 120, 3
    sums = np.concatenate([[0.0], np.cumsum(curve ** 2)])
    scores = []
    for silence in timings["phonemes"]:
        if silence["phoneme"] or silence["start_seconds"] == 0 or silence["end_seconds"] >= timings["audio_seconds"]:
            continue
        places = np.concatenate([np.arange(int(edge * RATE) - 240, int(edge * RATE) + 240)
                                 for edge in (silence["start_seconds"], silence["end_seconds"])])
        places = places[(places >= reach) & (places < len(curve) - reach)]
        around = sums[places + reach + 1] - sums[places - reach] - (sums[places + core + 1] - sums[places - core])
        ratio = np.abs(curve[places]) / np.sqrt(np.maximum(around / (2 * (reach - core)), 1e-12))
        scores.append(float(np.max(np.where(np.abs(curve[places]) >= 0.01, ratio, 0.0), initial=0.0)))
    return scores


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ("pauses", "joints", "loudness", "speed", "blends", "subtitles")
    parser.add_argument("parts", nargs="*", choices=(*names, []), help=", ".join(names))
    parser.add_argument("--litetts", default=str(ROOT / "build/release/bin/litetts"))
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    report = Report(options)
    for name in options.parts or names:
        getattr(report, name)()
    sys.exit(0 if report.is_good else 1)


if __name__ == "__main__":
    main()

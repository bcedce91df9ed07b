#!/usr/bin/env python3
"""Compares the word times of `litetts say --timings` with those of a forced aligner, which knows the text and the audio only.

  "$(tools/python_env tools/aligner_requirements.txt)" tools/compare_aligner.py --litetts build/release/bin/litetts
                       [--voices af_heart,am_onyx] [--speed 1]

Prints median and 90th percentile of the differences of starts and ends, of all words and of those at a mark; exit status 1
if a median is above 40 ms, or where phonemes and silences leave a gap or do not end with the audio.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import wave

import numpy as np
from pocketsphinx import Decoder

TEXTS = ("The train was late. Nobody knew why, but we waited. After an hour, it came: a small, old engine.",
         "She opened the window and looked out. The garden was quiet, and the road was empty.",
         "When the sunlight strikes raindrops in the air, they act as a prism and form a rainbow.",
         "Please call Stella. Ask her to bring these things with her from the store.",
         "We were told to keep the doors closed; still, someone left them open all night.",
         "It was a bright cold day in April, and the clocks were striking thirteen.")
LIMIT_S = 0.040
AT_MARK = re.compile(r"\s*[A-Za-z']")


def align(text, pcm):
    """(word, start, end) in seconds, of 16 kHz samples."""
    decoder = Decoder(samprate=16000, loglevel="FATAL")
    decoder.set_align_text(" ".join(word.lower() for word in re.findall(r"[A-Za-z']+", text)))
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    return [(segment.word.split("(")[0], segment.start_frame / 100, (segment.end_frame + 1) / 100)
            for segment in decoder.seg() if segment.word[0] not in "<[("]


def covers(timings, samples):
    """Whether phonemes and silences follow each other without a gap from 0 to the end of so many samples at 16 kHz."""
    edges = [0.0, *(phoneme["end_seconds"] for phoneme in timings["phonemes"])]
    return (all(phoneme["start_seconds"] == edge for phoneme, edge in zip(timings["phonemes"], edges))
            and edges[-1] == timings["audio_seconds"] and abs(timings["audio_seconds"] * 16000 - samples) <= 0.5)


def compare(options, voice, text, folder, differences):
    """False where the times do not add up to the audio."""
    # The same samples at both rates: 16-bit WAV for the aligner comes from the program's own resampler.
    command = [options.litetts, "say", text, "--voice", voice, "--speed", str(options.speed), "-o", folder / "a.wav",
               "--rate", "16000", "--timings", folder / "a.json"]
    subprocess.run(command, check=True)
    with wave.open(str(folder / "a.wav")) as file:
        pcm = file.readframes(file.getnframes())
    aligned = align(text, pcm)
    timings = json.loads((folder / "a.json").read_text())
    words = timings["words"]
    adds_up = covers(timings, len(pcm) // 2)
    if [word for word, _, _ in aligned] != [word["text"].lower() for word in words]:
        print(f"left out, the aligner lost a word: {voice}: {text[:40]}")
        return adds_up
    is_before_mark = [not AT_MARK.match(text[word["end_byte"]:] or ".") for word in words]
    for i, ((_, start, end), word) in enumerate(zip(aligned, words)):
        start_difference, end_difference = word["start_seconds"] - start, word["end_seconds"] - end
        differences["starts"].append(start_difference)
        differences["ends"].append(end_difference)
        if i == 0 or is_before_mark[i - 1]:
            differences["starts after a mark"].append(start_difference)
        if is_before_mark[i]:
            differences["ends before a mark"].append(end_difference)
    return adds_up


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--litetts", required=True)
    parser.add_argument("--voices", default="af_heart,am_onyx,bm_george,am_adam")
    parser.add_argument("--speed", type=float, default=1.0)
    options = parser.parse_args()
    differences = {name: [] for name in ("starts", "ends", "starts after a mark", "ends before a mark")}
    with tempfile.TemporaryDirectory() as folder:
        sums = [compare(options, voice, text, pathlib.Path(folder), differences) for voice in options.voices.split(",") for text in TEXTS]
    print(f"times add up to the audio, to the sample, in {sum(sums)} of {len(sums)} clips")
    is_good = all(sums)
    for name, values in differences.items():
        size = np.abs(values)
        median = np.median(size)
        is_good = is_good and median <= LIMIT_S
        print(f"{name:20} {len(values):4} words  median {1000 * median:3.0f} ms  90 % {1000 * np.percentile(size, 90):3.0f} ms"
              f"  bias {1000 * np.median(values):+3.0f} ms")
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Word errors of a recogniser (pocketsphinx, whose model comes in its package) at several speeds, beside those at speed 1.

  "$(tools/python_env tools/aligner_requirements.txt)" tools/intelligibility.py [--litetts build/release/bin/litetts]
                       [--voices af_heart,am_onyx] [--sentences 20] [--speeds 0.25,0.5,1,2,4] [--words ...]

The recogniser knows speech at its usual speed. With --respeed it hears the audio brought back to the length it has at speed 1 (FFmpeg's atempo), as
a listener's ear would follow: what is lost then is lost for anyone. Prints Markdown.
"""
import argparse
import pathlib
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

from pocketsphinx import Decoder

from speech_clips import sentences

ROOT = pathlib.Path(__file__).resolve().parent.parent


def words_of(text):
    return re.findall(r"[a-z']+", text.lower())


def distance(want, got):
    """Words to change, add and leave out."""
    row = list(range(len(got) + 1))
    for i, a in enumerate(want, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def hear(pcm):
    decoder = Decoder(samprate=16000, loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    return words_of(re.sub(r"\(\d\)", "", decoder.hyp().hypstr)) if decoder.hyp() else []


def tempo_filter(tempo):
    """atempo takes 0.5 to 100; slower in steps."""
    parts = []
    while tempo < 0.5:
        parts.append("atempo=0.5")
        tempo /= 0.5
    return ",".join([*parts, f"atempo={tempo}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--litetts", default=str(ROOT / "build/release/bin/litetts"))
    parser.add_argument("--voices", default="af_heart,am_onyx")
    parser.add_argument("--sentences", type=int, default=20)
    parser.add_argument("--speeds", default="0.25,0.35,0.5,0.7,0.85,1,1.2,1.4,2,3,4")
    parser.add_argument("--respeed", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--words", nargs=argparse.REMAINDER, default=[], help="more arguments of litetts say")
    options = parser.parse_args()
    texts = [s for s in sentences() if re.fullmatch(r"[A-Za-z ,.;'?!]{40,120}", s)][:options.sentences]

    def errors(job):
        speed, voice, text = job
        with tempfile.TemporaryDirectory() as name:
            path = pathlib.Path(name) / "a.wav"
            subprocess.run([options.litetts, "say", text, "--voice", voice, "--speed", str(speed), "-o", path, *options.words], check=True)
            tempo = ["-af", tempo_filter(1 / speed)] if options.respeed and speed != 1 else []
            pcm = subprocess.run(["ffmpeg", "-loglevel", "error", "-i", path, *tempo, "-ar", "16000", "-f", "s16le", "-"],
                                 check=True, capture_output=True).stdout
        return distance(words_of(text), hear(pcm))
    count = len(options.voices.split(",")) * sum(len(words_of(text)) for text in texts)
    print(f"| speed | word errors of {count}, % |\n| --- | --- |")
    with ThreadPoolExecutor(options.jobs) as pool:
        for speed in map(float, options.speeds.split(",")):
            jobs = [(speed, voice, text) for voice in options.voices.split(",") for text in texts]
            print(f"| {speed:g} | {100 * sum(pool.map(errors, jobs)) / count:.1f} |", flush=True)


if __name__ == "__main__":
    main()

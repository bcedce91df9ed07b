#!/usr/bin/env python3
"""Makes a folder of clips of speech for measurements: texts of random sentences, all English voices.

  python3 tools/speech_clips.py --litetts build/release/bin/litetts --count 500 --seconds 3 30 OUT

Each NNNN.wav is 24 kHz, 16 bit; lengths are spread evenly between the two. Clips that are there already stay. The same
arguments give the same texts and voices.
"""
import argparse
import json
import pathlib
import random
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECONDS_PER_CHARACTER = 0.066  # of the model's voices at speed 1
# Ordinary sentences without names and numbers, which a recogniser may write in several ways.
ORDINARY_SENTENCES = (
    "The old bridge over the river was closed after the heavy rain.",
    "She put the letter back into the drawer and locked it.",
    "Nobody in the village remembered who had planted the trees.",
    "We walked along the beach until the sun went down behind the hills.",
    "The doctor asked him to breathe slowly and to lie still.",
    "My sister keeps a small garden full of herbs and wild flowers.",
    "If the shop is still open, please buy some bread and a bottle of milk.",
    "The children laughed when the dog ran off with the ball.",
    "He could not find his glasses, although they were on his head.",
    "A cold wind blew through the broken window of the kitchen.",
    "The meeting was moved to the afternoon because the train was late.",
    "They painted the front door green and the fence white.",
    "It takes a long time to learn how to play the violin well.",
    "The museum has a large collection of maps and old coins.",
    "Turn left at the church and follow the road up to the farm.",
    "Her voice was so quiet that I could hardly hear a word.",
    "The baker gets up before dawn to light the oven.",
    "Most of the students passed the test without any help.",
    "We saw a group of deer standing at the edge of the forest.",
    "The captain waited for the storm to pass before leaving the harbor.",
)


def sentences():
    text = " ".join((ROOT / "tests/data/passages.txt").read_text().split())
    return [s for s in re.split(r"(?<=[.!?])\s+", text) if 20 <= len(s) <= 200]


def texts(count, least, most, voices, seed=1):
    """(text, voice) of each clip."""
    chance = random.Random(seed)
    pool = sentences()
    for i in range(count):
        wanted = (least + (most - least) * chance.random()) / SECONDS_PER_CHARACTER
        text = chance.choice(pool)
        while len(text) < wanted:
            text += " " + chance.choice(pool)
        cut = text.rfind(" ", 0, max(int(wanted), 20))
        yield text[:cut].rstrip(",;:- ") + "." if cut > 0 else text, voices[i % len(voices)]


def english_voices(litetts):
    names = json.loads(subprocess.run([litetts, "voices", "--json"], check=True, capture_output=True).stdout)
    names = names.get("voices", names) if isinstance(names, dict) else names
    return sorted(v["name"] for v in names if v["name"][0] in "ab" and v["name"][1] in "fm")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--litetts", default=str(ROOT / "build/release/bin/litetts"))
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seconds", type=float, nargs=2, default=(3, 30))
    parser.add_argument("--words", nargs=argparse.REMAINDER, default=[], help="more arguments of litetts say")
    parser.add_argument("out", type=pathlib.Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    voices = english_voices(options.litetts)
    for i, (text, voice) in enumerate(texts(options.count, *options.seconds, voices)):
        path = options.out / f"{i:04}.wav"
        if not path.exists():
            subprocess.run([options.litetts, "say", text, "--voice", voice, "-o", path, *options.words], check=True)


if __name__ == "__main__":
    main()

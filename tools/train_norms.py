#!/usr/bin/env python3
"""Fits src/model/norm_predictor.safetensors, with which streams begin before an utterance is made (docs/adr/0007-first-sound.md).

  train_norms.py FOLDER --texts FILE --model kokoro-v1.0-int8.safetensors --voices FOLDER_OF_BINS
                 [--count 2100] [--litetts build/release/bin/litetts] [--samples build/release/bin/norm_samples]

FILE holds one text a line. Each utterance takes one, of a voice or a blend of two or three, at a speed of 0.7 to 1.4 or 1, with
or without noise. What the network says of them is kept in FOLDER in parts of 50, so that a run that was ended goes on. The fit is
a ridge regression of reduced rank: the directions in which its own answers vary most are kept. Then 108 other texts, two of each
voice, and 22 blends are spoken as files and as streams by the program as it was built before, and their log-spectral distances
printed: build again and run again to judge the new data.
"""
import argparse
import json
import pathlib
import subprocess
import sys

import numpy as np

import onnx_reference as ref
from audio_distance import log_spectral_distance_db

OUT = pathlib.Path(__file__).parents[1] / "src/model/norm_predictor.safetensors"
FINGERPRINT = "decoder.generator.noise_convs.1"  # norm_predictor.cc
RANK = 128  # of norm_predictor.cc
RIDGE = 1.0
EPSILON = 1e-5  # of the norm layers
PART = 50
CHECKS = 130


def phonemize(options, lang):
    """Token ids of each text, in one process: texts are paragraphs."""
    joined = options.folder / "texts.txt"
    joined.write_text("\n\n".join(options.texts.read_text(encoding="utf-8").splitlines()), encoding="utf-8")
    answer = subprocess.run([options.litetts, "phonemize", "--file", joined, "--whole", "--lang", lang, "--json"],
                            check=True, capture_output=True, text=True)
    return [chunk["ids"] for chunk in json.loads(answer.stdout)["chunks"] if len(chunk["ids"]) > 1]


def make_requests(options, voices):
    """(for the fit, for the check): dicts of tokens, style, speed, seed."""
    chance = np.random.default_rng(5)
    texts = {lang: phonemize(options, lang) for lang in ("en-us", "en-gb")}
    num_texts = min(map(len, texts.values()))
    if num_texts <= CHECKS:
        sys.exit(f"{options.texts} gives {num_texts} pieces; more than {CHECKS} are needed")
    order, names = chance.permutation(num_texts), sorted(voices)

    def request(index, text, blended):
        parts = list(chance.choice(names, chance.integers(2, 4), replace=False)) if blended else [names[index % len(names)]]
        weights = chance.dirichlet(np.ones(len(parts)))
        tokens = texts["en-gb" if parts[0].startswith("b") else "en-us"][text]
        row = min(len(tokens), 510) - 1
        varied = chance.random() < 0.4
        return {"tokens": tokens, "style": sum(weight * voices[name][row] for weight, name in zip(weights, parts)),
                "speed": float(np.clip(np.exp(chance.normal(0, 0.2)), 0.7, 1.4)) if varied else 1.0,
                "seed": int(chance.integers(1 << 30)) if chance.random() < 0.5 else -1}

    fit = [request(i, order[i % (num_texts - CHECKS)], blended=i % 4 == 3) for i in range(options.count)]
    return fit, [request(i, order[num_texts - CHECKS + i], blended=i >= 108) for i in range(CHECKS)]


def run(options, requests, **more):
    """The result of norm_samples, as arrays."""
    paths = options.folder / "request.bin", options.folder / "result.bin"
    ref.write_tensors(paths[0], {
        "tokens": np.concatenate([each["tokens"] for each in requests]).astype("<i4"),
        "ends": np.cumsum([len(each["tokens"]) for each in requests]).astype("<i4"),
        "styles": np.array([each["style"] for each in requests], "<f4"),
        "speeds": np.array([each["speed"] for each in requests], "<f4"),
        "seeds": np.array([each["seed"] for each in requests], "<i4"), **more})
    subprocess.run([options.samples, options.model, *paths, str(options.threads)], check=True)
    return {name: np.array(value) for name, value in ref.read_tensors(paths[1]).items()}


def collect(options, requests):
    """(features [n, features], means and variances [n, 2, channels])."""
    for begin in range(0, len(requests), PART):
        path = options.folder / f"part-{begin:05}.npz"
        if not path.exists():
            result = run(options, requests[begin:begin + PART])
            part = path.with_suffix(".new.npz")
            np.savez(part, features=result["features"], norms=result["norms"])
            part.rename(path)
            print(f"{min(begin + PART, len(requests))} of {len(requests)} utterances", flush=True)
    parts = [np.load(path) for path in sorted(options.folder.glob("part-?????.npz"))]
    return np.concatenate([part["features"] for part in parts]), np.concatenate([part["norms"] for part in parts])


def fit(features, norms):
    """The tensors of the data file."""
    spread = np.sqrt(norms[:, 1].mean(0, dtype=float))  # of each channel: means are compared in these
    targets = np.concatenate([norms[:, 0] / spread, 0.5 * np.log(norms[:, 1] + EPSILON)], axis=1)
    centre, deviation, middle = features.mean(0, dtype=float), features.std(0, dtype=float) + 1e-6, targets.mean(0)
    standard = (features - centre) / deviation
    gram = standard.T @ standard + RIDGE * np.eye(standard.shape[1])
    full = np.linalg.solve(gram, standard.T @ (targets - middle))
    directions = np.linalg.svd(standard @ full, full_matrices=False)[2][:RANK]
    hidden, output = full @ directions.T, directions * np.concatenate([spread, np.ones_like(spread)])
    styles = features[:, -128:].astype(float)
    covariance = np.cov(styles.T)
    values, vectors = np.linalg.eigh(covariance + 1e-3 * np.trace(covariance) / 128 * np.eye(128))
    whitening = vectors / np.sqrt(values)
    distances = np.linalg.norm((styles - styles.mean(0)) @ whitening, axis=1)

    def halves(name, weights):  # with a scale per column, which keeps them in range
        scale = np.abs(weights).max(0) + 1e-12
        return {f"{name}.weight": (weights / scale).astype("<f2"), f"{name}.weight_scale": scale.astype("<f4")}

    floats = {"centre": centre, "inverse_deviation": 1 / deviation, "hidden.bias": np.zeros(RANK),
              "output.bias": middle * np.concatenate([spread, np.ones_like(spread)]), "style_centre": styles.mean(0),
              "style_whitening.weight": whitening, "style_whitening.bias": np.zeros(128),
              "largest_style_distance": [1.05 * distances.max()]}
    return {**{name: np.array(value, "<f4") for name, value in floats.items()}, **halves("hidden", hidden), **halves("output", output)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--texts", required=True, type=pathlib.Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--voices", required=True, type=pathlib.Path, help="folder of NAME.bin, float32 [510, 256]")
    parser.add_argument("--count", type=int, default=2100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--litetts", default="build/release/bin/litetts")
    parser.add_argument("--samples", default="build/release/bin/norm_samples")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    voices = {path.stem: np.fromfile(path, "<f4").reshape(510, 256) for path in options.voices.glob("*.bin")}
    requests, checks = make_requests(options, voices)
    tensors = fit(*collect(options, requests))
    model = ref.read_tensors(options.model)
    ref.write_tensors(OUT, {**tensors, **{name: np.array(value) for name, value in model.items() if name.startswith(FINGERPRINT + ".")}})
    print(f"{OUT}: {OUT.stat().st_size} bytes")
    result = run(options, checks, check=np.zeros(1, "<i4"))
    distances = [log_spectral_distance_db(result[f"early.{i}"], result[f"exact.{i}"]) for i in range(CHECKS)]
    for kind, part in (("voices", distances[:108]), ("blends", distances[108:])):
        print(f"log-spectral distance, {len(part)} unseen texts of {kind}: mean {np.mean(part):.2f}, median {np.median(part):.2f}, "
              f"most {np.max(part):.2f} dB")


if __name__ == "__main__":
    main()

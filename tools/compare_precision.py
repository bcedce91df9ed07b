#!/usr/bin/env python3
"""Measures what each precision costs in sound: its distance from our own float32, beside that of another noise seed.

  compare_precision.py --model kokoro-v1.0-int8.safetensors --voices FOLDER --dump-stages build/release/bin/dump_stages
                       [--precisions bf16,int8] [--simd best]

For every utterance of tests/golden/utterances.json in every voice: whether the durations are equal, the log-spectral
distance (LSD) and the signal-to-noise ratio to float32, all without source noise; and the LSD between float32 with noise
from two seeds, which is what the model itself leaves open. Exit status 1 unless all durations are equal, the median LSD
is at most 0.8 dB and no LSD exceeds the median distance of two seeds.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import onnx_reference as ref
from audio_distance import log_spectral_distance_db, snr_db

MEDIAN_LIMIT_DB = 0.8


def speak(options, folder, request, precision):
    ref.write_tensors(folder / "request", request)
    subprocess.run([options.dump_stages, options.model, folder / "request", folder / "result", str(options.threads),
                    precision], check=True, env=dict(os.environ, LITETTS_SIMD=options.simd))
    result = ref.read_tensors(folder / "result")
    return np.array(result["samples"]), np.array(result["durations"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--voices", required=True, type=pathlib.Path, help="folder of NAME.bin, float32 [510, 256]")
    parser.add_argument("--dump-stages", required=True)
    parser.add_argument("--names", default="af_heart,am_michael,bf_emma,bm_george,ff_siwis,af_bella,am_fenrir,jf_alpha")
    parser.add_argument("--utterances", default=pathlib.Path(__file__).parents[1] / "tests/golden/utterances.json")
    parser.add_argument("--max-tokens", type=int, default=200)
    parser.add_argument("--precisions", default="bf16,int8")
    parser.add_argument("--simd", default="best")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", help="write the figures there")
    options = parser.parse_args()
    utterances = [u for u in json.load(open(options.utterances, encoding="utf-8"))
                  if len(u["tokens"]) <= options.max_tokens]
    rows, seeds = {name: [] for name in options.precisions.split(",")}, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for voice in options.names.split(","):
            styles = np.fromfile(options.voices / f"{voice}.bin", "<f4").reshape(510, 256)
            for utterance in utterances:
                request = {"tokens": np.array(utterance["tokens"], np.int32),
                           "style": styles[len(utterance["tokens"]) - 1],
                           "speed": np.array([utterance["speed"]], np.float32), "only_result": np.zeros(1, np.float32)}
                want, durations = speak(options, folder, request, "f32")
                noisy = [speak(options, folder, dict(request, seed=np.array([seed], np.int32)), "f32")[0] for seed in (1, 2)]
                seeds.append(log_spectral_distance_db(*noisy))
                line = f"{voice:11} {utterance['name']} {len(want) / 24000:6.2f} s, two seeds {seeds[-1]:.2f} dB"
                for precision, results in rows.items():
                    got, got_durations = speak(options, folder, request, precision)
                    row = {"voice": voice, "utterance": utterance["name"],
                           "durations": bool(np.array_equal(durations, got_durations))}
                    if row["durations"]:
                        row["lsd"] = log_spectral_distance_db(got, want)
                        row["snr"] = snr_db(got, want)
                        line += f"; {precision} LSD {row['lsd']:.2f} dB, SNR {row['snr']:.1f} dB"
                    else:
                        line += f"; {precision} durations DIFFER"
                    results.append(row)
                print(line, flush=True)
    limit = float(np.median(seeds))
    print(f"two seeds: LSD median {limit:.2f} dB, least {min(seeds):.2f}, most {max(seeds):.2f} ({len(seeds)} utterances)")
    is_good, summaries = True, []
    for precision, results in rows.items():
        equal = [row for row in results if row["durations"]]
        lsd, snr = [row["lsd"] for row in equal], [row["snr"] for row in equal]
        summaries.append({"precision": precision, "utterances": len(results), "durations_equal": len(equal),
                          "lsd_median_db": float(np.median(lsd)), "lsd_max_db": max(lsd), "snr_median_db": float(np.median(snr)),
                          "snr_min_db": min(snr), "seeds_lsd_median_db": limit})
        print(f"{precision}: durations equal {len(equal)}/{len(results)}, LSD median {np.median(lsd):.2f} dB, "
              f"p95 {np.percentile(lsd, 95):.2f}, most {max(lsd):.2f}; SNR median {np.median(snr):.1f} dB, least {min(snr):.1f}")
        is_good &= len(equal) == len(results) and np.median(lsd) <= MEDIAN_LIMIT_DB and max(lsd) <= limit
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"summaries": summaries, "rows": rows, "seeds": seeds}, file, indent=1)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())

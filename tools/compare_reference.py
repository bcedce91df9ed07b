#!/usr/bin/env python3
"""Compares the network with ONNX Runtime on the same weights in float32, utterance by utterance and stage by stage.

  compare_reference.py --onnx kokoro-v1.0.f32.onnx --model kokoro-v1.0-int8.safetensors --voices FOLDER
                       --dump-stages build/release/bin/dump_stages [--simd best,avx2,baseline] [--threads 2]

Per SIMD target: whether all durations are equal; the worst relative error of any stage (rms of the difference over rms;
stages behind the source with the reference's spectrogram and decoder output injected, since phases are ill-conditioned);
the worst SNR of the audio with both injected, without the 10 samples at each end that the export's inverse transform
scales wrongly (only the first window is normalised); and of the free run the worst log-spectral distance and level
difference, against the export as it is and, in brackets, against the export with our source's two phase rules
(onnx_reference.py). Limits: LSD as it is, level with the rules, since the export's sign of the Nyquist phase alone is
0.3 dB. Exit status 1 if a limit is broken.

ONNX Runtime's own rounding in float32 is larger than ours where it adds up norms; they are in float64 (onnx_reference.widen) so
that the difference is ours. --as-is compares with ONNX Runtime on the graph as it is.
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
from audio_distance import level_db, log_spectral_distance_db, relative_error, snr_db

EDGE = 10
LIMITS = {"stage": 1e-5, "snr": 95.0, "lsd": 2.5, "level": 0.3}


def run_ours(options, request, target, folder):
    ref.write_tensors(folder / "request", request)
    environment = dict(os.environ, LITETTS_SIMD=target)
    subprocess.run([options.dump_stages, options.model, folder / "request", folder / "result", str(options.threads)],
                   check=True, env=environment)
    return ref.read_tensors(folder / "result")


def compare(options, target, request, want, folder):
    """One utterance: dict of figures."""
    got = run_ours(options, request, target, folder)
    equal = np.array_equal(got["durations"], want["durations"])
    figures = {"durations": equal, "stages": {}}
    if not equal:
        return figures
    for name in ref.FREE:
        figures["stages"][name] = relative_error(got[name], want[name])
    for prefix in ("", "ruled_"):
        figures[prefix + "lsd"] = log_spectral_distance_db(got["samples"], want[prefix + "samples"])
        figures[prefix + "level"] = level_db(got["samples"], want[prefix + "samples"])
    got = run_ours(options, dict(request, har=want["har"], decoder=want["decode.3"]), target, folder)
    for name in ref.INJECTED:
        figures["stages"][name] = relative_error(got[name], want[name])
    inner = slice(EDGE, -EDGE)
    figures["snr"] = snr_db(got["samples"][inner], want["samples"][inner])
    return figures


def summarise(target, rows):
    compared = [row for row in rows if row["durations"]]
    worst = {name: max(row["stages"][name] for row in compared) for name in (*ref.FREE, *ref.INJECTED)}
    stage = max(worst, key=worst.get)
    summary = {
        "target": target, "utterances": len(rows), "durations_equal": len(compared), "worst_stage": stage,
        "worst_stage_error": worst[stage], "stage_errors": worst, "min_snr_db": min(row["snr"] for row in compared),
        **{f"max_{key}_db": max(abs(row[key]) for row in compared)
           for key in ("lsd", "level", "ruled_lsd", "ruled_level")},
        "mean_lsd_db": float(np.mean([row["lsd"] for row in compared]))}
    print(f"{target:9} durations equal {len(compared)}/{len(rows)}, worst stage {stage} {worst[stage]:.1e}, "
          f"injected SNR >= {summary['min_snr_db']:.1f} dB, LSD <= {summary['max_lsd_db']:.2f} dB "
          f"({summary['max_ruled_lsd_db']:.2f}), level within {summary['max_level_db']:.3f} dB "
          f"({summary['max_ruled_level_db']:.3f})", flush=True)
    return summary


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--onnx", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--voices", required=True, type=pathlib.Path, help="folder of NAME.bin, float32 [510, 256]")
    parser.add_argument("--dump-stages", required=True)
    parser.add_argument("--names", default="af_heart,am_michael,bf_emma,bm_george,ff_siwis")
    parser.add_argument("--utterances", default=pathlib.Path(__file__).parents[1] / "tests/golden/utterances.json")
    parser.add_argument("--max-tokens", type=int, default=510)
    parser.add_argument("--simd", default="best,avx2,baseline")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--as-is", action="store_true", help="ONNX Runtime's norms in float32, too")
    parser.add_argument("--json", help="write the figures there")
    options = parser.parse_args()

    utterances = [u for u in json.load(open(options.utterances, encoding="utf-8"))
                  if len(u["tokens"]) <= options.max_tokens]
    reference = ref.Reference(options.onnx, options.threads, not options.as_is)
    rows = {target: [] for target in options.simd.split(",")}
    with tempfile.TemporaryDirectory() as name:
        for voice in options.names.split(","):
            styles = np.fromfile(options.voices / f"{voice}.bin", "<f4").reshape(510, 256)
            for utterance in utterances:
                tokens, speed = utterance["tokens"], utterance["speed"]
                style = styles[len(tokens) - 1]
                request = {"tokens": np.array(tokens, np.int32), "style": style, "speed": np.array([speed], np.float32)}
                want = reference.run(tokens, style, speed)
                for target, results in rows.items():
                    row = compare(options, target, request, want, pathlib.Path(name))
                    results.append(row)
                    worst = max(row["stages"], key=row["stages"].get, default="-")
                    print(f"{target:9} {voice:11} {utterance['name']} {len(tokens):4} tokens, speed {speed}, "
                          f"{len(want['samples']) / 24000:6.2f} s: durations {'equal' if row['durations'] else 'DIFFER'}, "
                          + (f"worst {worst} {row['stages'][worst]:.1e}, SNR {row['snr']:.1f}, "
                             f"LSD {row['lsd']:.2f} ({row['ruled_lsd']:.2f}), level {row['level']:+.3f} ({row['ruled_level']:+.3f})" if row["durations"] else ""), flush=True)
    summaries = [summarise(target, results) for target, results in rows.items()]
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(summaries, file, indent=1)
    ok = all(s["durations_equal"] == s["utterances"] and s["worst_stage_error"] <= LIMITS["stage"]
             and s["min_snr_db"] >= LIMITS["snr"] and s["max_lsd_db"] <= LIMITS["lsd"]
             and s["max_ruled_level_db"] <= LIMITS["level"] for s in summaries)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Our program beside ONNX Runtime and OpenVINO on the same weights, in one run.

For each round, text and thread count all candidates are measured one after the other, so that what
else the machine does falls on all of them alike; medians over the rounds are compared. The peers'
processes live through all rounds of a thread count, ours starts anew in each: it speaks a text
three times there, after the warm-up that all have, so that its memory is as warm as theirs.
Run it with the interpreter that tools/python_env prints.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ("short", "dozen", "medium", "sentence", "long")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "litetts"
OURS = "litetts"


class Peer:
    """A process of bench_onnxruntime.py or bench_openvino.py."""

    def __init__(self, script, model, words, threads):
        command = [sys.executable, ROOT / "tools" / script, model, *words, "--threads", str(threads)]
        self.script = script
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.hello = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"error: {self.script} ended with exit code {self.process.wait()}")
        return json.loads(line)

    def measure(self, chunks, voice):
        print(json.dumps({"chunks": chunks, "voice": str(voice)}), file=self.process.stdin, flush=True)
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def run_json(litetts, *words):
    return json.loads(subprocess.run([litetts, *words, "--json"], check=True, stdout=subprocess.PIPE).stdout)


def measure_ours(options, text, threads):
    report = run_json(options.litetts, "bench", "--texts", text, "--threads", str(threads), "--repeats", "3",
                      "--voice", options.voice, "--model", str(options.model), "--precision", options.precision)
    return {**report["results"][0], "load_seconds": report["load_seconds"], "simd": report["simd"],
            "precision": report["precision"]}


def measure_all(options, chunks):
    """Rows of {candidate, text, threads, ...}, each a median over the rounds."""
    rows = []
    voice = options.sources / "voices" / f"{options.voice}.bin"
    for threads in options.threads:
        peers = {name: Peer(*words, threads) for name, words in options.peers.items()}
        for text in options.texts:
            for peer in peers.values():
                peer.measure(chunks[text], voice)  # warm-up, as `litetts bench` does its own
            runs = {name: [] for name in [OURS, *peers]}
            for number in range(options.rounds):
                print(f"{threads} threads, {text}, round {number + 1} of {options.rounds}", file=sys.stderr)
                runs[OURS].append(measure_ours(options, text, threads))
                for name, peer in peers.items():
                    runs[name].append({**peer.measure(chunks[text], voice), "load_seconds": peer.hello["load_seconds"]})
            for name, each in runs.items():
                row = {"candidate": name, "text": text, "threads": threads}
                for key in each[0]:
                    values = [one[key] for one in each]
                    if isinstance(values[0], (int, float)) and key != "threads":
                        row[key] = max(values) if key == "peak_rss_bytes" else statistics.median(values)
                row["rtf_rounds"] = [one["rtf"] for one in each]
                rows.append(row)
        for peer in peers.values():
            peer.close()
    return rows


def cpu_model():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def markdown(report):
    lines = [f"{report['cpu']}, {report['cores']} cores; SIMD {report['simd']}, {report['precision']}; ONNX Runtime "
             f"{report['onnxruntime']}, OpenVINO {report['openvino']}; medians of {report['rounds']} interleaved rounds; commit {report['commit']}", "",
             "| text | threads | program | RTF | x ours | first audio, s | peak RSS, MB | load, ms |",
             "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    ours = {(r["text"], r["threads"]): r for r in report["results"] if r["candidate"] == OURS}
    for row in sorted(report["results"], key=lambda r: (TEXTS.index(r["text"]), r["threads"])):
        ratio = row["rtf"] / ours[row["text"], row["threads"]]["rtf"]
        lines.append(f"| {row['text']} ({row['audio_seconds']:.1f} s) | {row['threads']} | {row['candidate']} | "
                     f"{row['rtf']:.3f} | {ratio:.2f} | {row['first_audio_seconds']:.3f} | "
                     f"{row['peak_rss_bytes'] / 1e6:.0f} | {row['load_seconds'] * 1e3:.0f} |")
    return "\n".join(lines)


def float32_model(options):
    """The int8 file's weights in float32, made once."""
    path = CACHE / "variants" / "kokoro-v1.0.f32.onnx"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        subprocess.run([sys.executable, ROOT / "tools/make_model_variants.py", "--variant", "f32",
                        options.sources / "kokoro-v1.0.int8.onnx", partial], check=True)
        partial.rename(path)
    return path


def main():
    home = Path(os.environ.get("LITETTS_HOME") or Path.home() / ".local/share/litetts")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--litetts", type=Path, default=ROOT / "build/release/bin/litetts")
    parser.add_argument("--model", type=Path, default=home / "models/kokoro-v1.0-int8.safetensors")
    parser.add_argument("--sources", type=Path, default=CACHE / "sources", help="what tools/fetch_data.py prints")
    parser.add_argument("--precision", choices=["auto", "f32", "bf16", "int8"], default="auto", help="ours")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, len(os.sched_getaffinity(0))])
    parser.add_argument("--texts", nargs="+", choices=TEXTS, default=TEXTS)
    parser.add_argument("--voice", default="af_heart")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args()
    options.threads = sorted(set(options.threads))
    wide = float32_model(options)
    options.peers = {"onnxruntime f32": ("bench_onnxruntime.py", wide, []),
                     "onnxruntime int8": ("bench_onnxruntime.py", options.sources / "kokoro-v1.0.int8.onnx", []),
                     "openvino f32": ("bench_openvino.py", wide, ["--precision", "f32"]),
                     "openvino bf16": ("bench_openvino.py", wide, ["--precision", "bf16"])}
    chunks = {}
    for text in options.texts:
        analysis = run_json(options.litetts, "phonemize", "--whole", "--file", str(ROOT / f"bench/texts/{text}.txt"))
        chunks[text] = [chunk["ids"] for chunk in analysis["chunks"]]
    first = measure_ours(options, options.texts[0], 1)
    import onnxruntime  # late: --help needs no environment
    import openvino
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True)
    report = {"cpu": cpu_model(), "cores": len(os.sched_getaffinity(0)), "simd": first["simd"],
              "precision": first["precision"], "onnxruntime": onnxruntime.__version__,
              "openvino": openvino.__version__.split("-")[0], "rounds": options.rounds,
              "commit": commit.stdout.strip() or "unknown", "results": measure_all(options, chunks)}
    print(markdown(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What single settings are worth: asks servers with each of them the same sentences in turns.

usage: bench/settings.py [--rounds N] [--beside N] [KEY=VALUE[,KEY=VALUE...] ...]
Prints for the default and each variant the milliseconds to the first byte of audio (median and 95 %), the milliseconds to
the last, those of all cores that the server worked for it, which tell small differences on a machine that is not still, the
time to be ready and, at the end, the resident memory and what of it is in huge pages. --beside: so many other
processes that compute all the time. A variable such as LITETTS_SIMD=avx2 is set in the environment; HUGE_PAGES=off forbids
them. Nothing is cached. Run from the root.
"""
import argparse
import contextlib
import ctypes
import json
import multiprocessing
import os
import re
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/e2e"))
from server_process import Answer, RealServer  # noqa: E402

PLACES = ["harbour", "market", "library", "station", "museum", "garden", "bakery", "bridge", "castle", "school", "office", "theatre"]
PR_SET_THP_DISABLE = 41
OFF = {"cache.memory_cache_size_mb": 0, "cache.audio_memory_cache_mb": 0, "performance.phoneme_cache_size": 0}


def work():
    while True:
        sum(range(1000000))


def forbid_huge_pages(is_forbidden):
    """For the processes that are started from now on."""
    assert ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, int(is_forbidden), 0, 0, 0) == 0


def server_of(variant):
    pairs = [pair.split("=", 1) for pair in variant.split(",") if pair]
    env = {key: value for key, value in pairs if key.isupper()}
    forbid_huge_pages(env.pop("HUGE_PAGES", "") == "off")
    return RealServer(env=env, **{**OFF, **{key: value for key, value in pairs if not key.isupper()}})


def ask(server, text):
    begin = time.monotonic()
    with server.send("POST", "/v1/audio/speech", {"input": text, "response_format": "pcm"}) as connection:
        answer = Answer(connection)
    assert answer.status == 200, answer.body
    return [1e3 * (piece[1] - begin) for piece in (answer.pieces[0], answer.pieces[-1])]


def cpu_ms(server):
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return 1e3 * sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def huge_mib(server):
    return int(re.search(r"AnonHugePages:\s+(\d+)", Path(f"/proc/{server.process.pid}/smaps_rollup").read_text())[1]) >> 10


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=len(PLACES))
    parser.add_argument("--beside", type=int, default=0)
    parser.add_argument("variants", nargs="*")
    arguments = parser.parse_args()
    variants = ["", *arguments.variants]
    times = {variant: [] for variant in variants}
    with contextlib.ExitStack() as stack:
        servers = {variant: stack.enter_context(server_of(variant)) for variant in variants}
        for _ in range(arguments.beside):
            other = multiprocessing.Process(target=work, daemon=True)
            other.start()
            stack.callback(other.terminate)
        for number in range(-1, arguments.rounds):
            place = PLACES[number % len(PLACES)]
            text = f"The ferry to the old {place} leaves at noon, number {number + 20}. Please be there a little earlier, because it will not wait for anybody today."
            for variant in variants:
                before = cpu_ms(servers[variant])
                took = ask(servers[variant], text)
                took.append(cpu_ms(servers[variant]) - before)
                if number >= 0:  # the first is not counted
                    times[variant].append(took)
        for variant in variants:
            firsts, lasts, works = zip(*times[variant])
            server = servers[variant]
            print(json.dumps({"variant": variant or "default", "first_byte_ms_p50": round(statistics.median(firsts), 1),
                              "first_byte_ms_p95": round(sorted(firsts)[len(firsts) * 95 // 100], 1),
                              "last_byte_ms_p50": round(statistics.median(lasts), 1), "cpu_ms_p50": round(statistics.median(works), 1),
                              "ready_ms": round(1e3 * server.ready_seconds), "resident_mib": int(server.metric("litetts_resident_bytes")) >> 20,
                              "huge_mib": huge_mib(server)}), flush=True)


if __name__ == "__main__":
    main()

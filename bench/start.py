#!/usr/bin/env python3
"""What the warm-up is worth right after a start, and what it costs those who ask meanwhile.

usage: bench/start.py [--rounds N]
In each round three fresh servers get the same requests: one that does not warm up, one that has, and one that is at it
whenever a request comes. Prints milliseconds to the first byte of audio, medians and the largest: of the first request after
the start, of the same kind of sentence 1.5 s later and so on, and of a common phrase. Run from the root.
"""
import argparse
import json
import statistics
import time

from replay_caches import Server, first_byte_ms

PLACES = ["harbour", "market", "library", "station", "museum", "garden", "bakery", "bridge", "castle", "school", "office", "theatre"]
LATER = 3


def sentence(number):
    return {"input": f"The {PLACES[number % len(PLACES)]} opens at half past nine, and number {number + 20} leaves from there."}


def measure(rounds):
    kinds = {"no warm-up": "false", "warmed up": "true", "while it warms up": "true"}
    times = {kind: {"first": [], "later": [], "phrase": []} for kind in kinds}
    ready, interrupted = [], 0
    for number in range(rounds):
        for kind, warms in kinds.items():
            with Server("/nonexistent", **{"cache.learned_phrases": 0, "cache.warm_cache_on_startup": warms}) as server:
                ready.append(1e3 * server.ready_seconds)
                if kind == "warmed up":
                    server.settle()
                took, is_hit = first_byte_ms(server, sentence((LATER + 1) * number))
                assert not is_hit
                times[kind]["first"].append(took)
                for i in range(LATER):
                    if kind != "warmed up":
                        time.sleep(1.5)  # a second after a request the warm-up goes on
                    times[kind]["later"].append(first_byte_ms(server, sentence((LATER + 1) * number + 1 + i))[0])
                times[kind]["phrase"].append(first_byte_ms(server, {"input": "Thank you."})[0])
                if kind == "while it warms up":
                    interrupted += server.request("GET", "/cache/stats").json()["preloader"]["interrupted"]
    for kind, measured in times.items():
        print(json.dumps({"server": kind, **{f"{name}_ms_{what}": round(function(values), 1) for name, values in measured.items()
                                             for what, function in (("p50", statistics.median), ("most", max))}}))
    print(json.dumps({"rounds": rounds, "ready_ms_p50": round(statistics.median(ready)), "interrupted": interrupted}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    measure(parser.parse_args().rounds)

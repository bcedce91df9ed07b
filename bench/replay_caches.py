#!/usr/bin/env python3
"""What caches and warm-up are worth: replays a log of an assistant's short answers to a fresh `litetts serve`.

Prints one JSON object: for each kind of server the time to the first byte of audio (p50, p95 in ms), the share of
requests that a cache answered, and the compute seconds. Run from the root: bench/replay_caches.py [REQUESTS]
"""
import json
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/e2e"))
from server_process import RealServer  # noqa: E402

OPENERS = ["Hello! How can I help you today?", "Sure!", "Of course!", "I understand", "Thank you.", "Good morning!", "I don't know.",
           "One moment, please.", "Yes.", "No.", "Is there anything else I can help you with?"]
SUBJECTS = ["The meeting", "Your order", "The next train", "The report", "Your parcel", "The concert"]
PREDICATES = ["starts at half past nine.", "is on its way.", "was moved to Friday.", "has been cancelled.", "will arrive tomorrow."]


def make_log(size):
    """Four of ten requests are one of the openers, the rest sentences of which few repeat often (Zipf)."""
    pick = random.Random(5)
    sentences = [f"{s} {p}" for s in SUBJECTS for p in PREDICATES]
    weights = [1 / (i + 1) for i in range(len(sentences))]
    return [pick.choice(OPENERS) if pick.random() < 0.4 else pick.choices(sentences, weights)[0] for _ in range(size)]


def first_byte_ms(server, text):
    body = json.dumps({"input": text, "response_format": "pcm"}).encode()
    begin = time.perf_counter()
    with server.connect() as connection:
        connection.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        while not head.split(b"\r\n\r\n", 1)[1]:
            head += connection.recv(65536)
        took = 1e3 * (time.perf_counter() - begin)
        while connection.recv(65536):
            pass
    return took, b"X-Cache: miss" not in head


def replay(log, settle, **settings):
    with RealServer(**settings) as server:
        if settle:
            while not server.request("GET", "/cache/stats").json()["preloader"]["done"]:
                time.sleep(0.05)
        results = [first_byte_ms(server, text) for text in log]
        times = [took for took, _ in results]
        preloader = server.request("GET", "/cache/stats").json()["preloader"]
        return {"first_byte_ms_p50": round(statistics.median(times), 2), "first_byte_ms_p95": round(sorted(times)[len(times) * 95 // 100], 2),
                "first_ten_ms_p50": round(statistics.median(times[:10]), 2), "cached_percent": round(100 * sum(hit for _, hit in results) / len(results), 1),
                "synthesis_seconds": round(server.metric("litetts_synthesis_seconds_total"), 2), "preloaded": preloader["spoken"],
                "interrupted": preloader["interrupted"]}


def main():
    log = make_log(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    off = {"cache.memory_cache_size_mb": 0, "cache.audio_memory_cache_mb": 0, "performance.phoneme_cache_size": 0}
    kinds = {"no cache": dict(settle=False, **off), "caches": dict(settle=False),
             "caches, warmed up": dict(settle=True, **{"cache.warm_cache_on_startup": "true"}),
             "caches, while it warms up": dict(settle=False, **{"cache.warm_cache_on_startup": "true"})}
    print(json.dumps({name: replay(log, **kind) for name, kind in kinds.items()}, indent=1))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What caches, warm-up and idle fill are worth: replays a log of an assistant's answers to a fresh `litetts serve`.

Prints one JSON object: for each kind of server the time to the first byte of audio (p50, p95 in ms), the share of
requests that a cache answered, and the compute seconds. Run from the root: bench/replay_caches.py [REQUESTS [KIND...]]
"""
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests/e2e"))
import program  # noqa: E402
from server_process import RealServer  # noqa: E402

OPENERS = ["Sure!", "Hello! How can I help you today?", "Of course!", "I understand.", "Here is what I found.", "Thank you.",
           "Let me check that for you.", "Good morning!", "I don't know.", "One moment, please.", "You're welcome!", "Yes.", "No.",
           "Is there anything else I can help you with?", "I'm sorry, but I cannot do that.", "That is a good question."]
SUBJECTS = ["The meeting", "Your order", "The next train", "The report", "Your parcel", "The concert", "The dentist's appointment", "The flight to Oslo"]
PREDICATES = ["starts at half past nine.", "is on its way.", "was moved to Friday.", "has been cancelled.", "will arrive tomorrow.",
              "takes about forty minutes.", "is in the usual place."]
EXPLANATIONS = ["The quickest way is to follow the coast road as far as the lighthouse and then turn left at the old mill.",
                "Most people keep it in a dry and cool place, away from direct light, where it lasts for several months.",
                "It was built at the beginning of the nineteenth century and has been used as a library ever since."]
VOICES = [({}, 80), ({"voice": "bm_george"}, 15), ({"voice": "af_sky", "speed": 1.1}, 5)]


def zipf(pick, items):
    return pick.choices(items, [1 / (i + 1) for i in range(len(items))])[0]


def make_log(size, day=1):
    """A day of an assistant whose users share most of what is said: openers, answers of which few come often, longer
    answers that begin with an opener, and one in six that never came before. Days differ in the draws only."""
    same = random.Random(5)
    answers = [f"{s} {p}" for s in SUBJECTS for p in PREDICATES]
    same.shuffle(answers)
    pick = random.Random(day)
    log = []
    for number in range(size):
        kind = pick.random()
        if kind < 0.3:
            text = zipf(pick, OPENERS)
        elif kind < 0.65:
            text = zipf(pick, answers)
        elif kind < 0.84:
            text = f"{zipf(pick, OPENERS)} {zipf(pick, answers)} {pick.choice(EXPLANATIONS)}"
        else:
            text = f"Note {100 * day + number} says that room {pick.randrange(100, 999)} is free from {pick.randrange(1, 12)} o'clock."
        log.append({"input": text, **pick.choices([v for v, _ in VOICES], [w for _, w in VOICES])[0]})
    return log


def first_byte_ms(server, fields):
    body = json.dumps({"response_format": "pcm", **fields}).encode()
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


class Server(RealServer):
    def __init__(self, folder, **settings):
        files = {"model.path": program.MODEL, "voice.path": program.HOME / "voices.safetensors", "tts.english_path": program.HOME / "english.safetensors"}
        super().__init__(env={"LITETTS_HOME": folder}, **files, **{"cache.learned_phrases": 500, **settings})

    def settle(self):
        """Waits until there is nothing more to speak into the caches."""
        while True:
            stats = self.request("GET", "/cache/stats").json()
            if stats["preloader"]["done"] and not stats["phrases"]["waiting"]:
                return
            time.sleep(0.05)


def replay(log, settle=False, days_before=(), **settings):
    with tempfile.TemporaryDirectory() as folder:
        for day_before in days_before:
            with Server(folder, **settings) as server:
                for fields in day_before:
                    first_byte_ms(server, fields)
        with Server(folder, **settings) as server:
            if settle:
                server.settle()
            results = [first_byte_ms(server, fields) for fields in log]
            stats = server.request("GET", "/cache/stats").json()
            synthesis = server.metric("litetts_synthesis_seconds_total")
    times = [took for took, _ in results]
    return {"first_byte_ms_p50": round(statistics.median(times), 2), "first_byte_ms_p95": round(sorted(times)[len(times) * 95 // 100], 2),
            "first_ten_ms_p50": round(statistics.median(times[:10]), 2), "cached_percent": round(100 * sum(hit for _, hit in results) / len(results), 1),
            "synthesis_seconds": round(synthesis, 2), "preloaded": stats["preloader"]["spoken"], "learned": stats["preloader"]["learned"],
            "preload_seconds": round(stats["preloader"]["seconds"], 2), "interrupted": stats["preloader"]["interrupted"]}


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    log, before = make_log(size, day=2), [make_log(size, day=1)]
    warm = {"cache.warm_cache_on_startup": "true"}
    kinds = {"no cache": {"cache.memory_cache_size_mb": 0, "cache.audio_memory_cache_mb": 0, "performance.phoneme_cache_size": 0},
             "caches": {"cache.learned_phrases": 0}, "warmed up": dict(settle=True, **warm), "while it warms up": warm,
             "learned the day before": dict(settle=True, days_before=before), "learned and warmed up": dict(settle=True, days_before=before, **warm)}
    chosen = sys.argv[2:] or list(kinds)
    for name in chosen:
        print(json.dumps({name: replay(log, **kinds[name])}), flush=True)


if __name__ == "__main__":
    main()

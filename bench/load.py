#!/usr/bin/env python3
"""Loads a server of its own over loopback and prints what its clients saw; every run is bounded.

usage: bench/load.py SCENARIO... [--requests N] [--clients 1,4,16,64] [--port PORT] [--json FILE]
Scenarios:
  throughput   equal sentences from 1, 4, 16 and 64 clients at once: starvation (slowest/median),
               audio seconds per second, /health beside it, memory
  arrival      a text of about a minute: when the first bytes come, and whether a listener ever waits
  first        first audio of a sentence of 12 words, and idle memory, beside ONNX Runtime behind
               Python's HTTP server
  memory       what the server holds: idle, after a sentence, and at most while four clients hear a minute each
  cancel       how soon the work stops when the client has gone
  overload     three times the requests that the server can do
  stalled      1,000 clients that connect and stall, send slowly or vanish
  soak         mixed requests (--requests, default 5000): does memory stay flat once the caches, of --cache-mb
               each, are full, which they are to be within the first fifth
"""
import argparse
import ctypes
import json
import multiprocessing
import os
import random
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from program import HOME, LITETTS  # noqa: E402
from server_process import Answer, RealServer, Server  # noqa: E402

SENTENCE = "The {} ferry leaves the old harbour at noon and returns before dusk."  # 12 words
WORDS = ("first second third fourth fifth sixth seventh eighth ninth tenth northern southern eastern western "
         "little yellow purple golden silver copper wooden narrow gentle ancient modern early final ").split()
MINUTE = (ROOT / "bench/texts/long.txt").read_text(encoding="utf-8")


def sentence(i):
    """Sentences of equal length in words that are all different, so that no two share an answer."""
    return SENTENCE.format(f"{WORDS[i % len(WORDS)]} {WORDS[i // len(WORDS) % len(WORDS)]}")


def speak(server, text, **fields):
    """(seconds to the first audio byte, seconds, audio seconds, status); audio as PCM."""
    begin = time.perf_counter()
    body = {"input": text, "response_format": "pcm", **fields}
    with server.send("POST", "/v1/audio/speech", body) as connection:
        status, first, size = read_answer(connection, begin)
    return first, time.perf_counter() - begin, size / 48000, status


def read_answer(connection, begin):
    """Reads to the end without holding it: (status, time of the first body byte, number of body bytes)."""
    file = connection.makefile("rb")
    status = int(file.readline().split()[1])
    length, chunked = 0, False
    while line := file.readline().strip().lower():
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        chunked = chunked or line == b"transfer-encoding: chunked"
    first, size = None, 0
    while True:
        part = int(file.readline(), 16) if chunked else length - size
        data = file.read1(min(part, 65536)) if part and not chunked else file.read(part)
        if data and first is None:
            first = time.perf_counter() - begin
        size += len(data)
        if chunked:
            file.readline()
        if part == 0 or not data:
            return status, first, size


def probe_health(port, stop, results):
    """Asks /health over one connection every 20 ms until told to stop."""
    ask_for_short_slices()
    times = []
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while not stop.wait(0.02):
            begin = time.perf_counter()
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.recv(4096)
            times.append(time.perf_counter() - begin)
    results.put(times)


def ask_for_short_slices():
    """Else the probe itself waits for a core where clients and server use them all, which is not the server's time."""
    attributes = struct.pack("IIQiIQQQ", 48, 0, 0, 0, 0, 100_000, 0, 0)
    ctypes.CDLL(None).syscall(314 if os.uname().machine == "x86_64" else 274, 0, attributes, 0)  # sched_setattr


class HealthProbe:
    """Asks /health while something else goes on, in a process of its own: threads of one wait for each other."""

    def __init__(self, server):
        context = multiprocessing.get_context("spawn")
        self.stop, self.results = context.Event(), context.Queue()
        self.process = context.Process(target=probe_health, args=(server.port, self.stop, self.results))

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.times = self.results.get()
        self.process.join()

    def report(self):
        times = sorted(self.times)
        return {"health_p50_ms": 1e3 * statistics.median(times), "health_p99_ms": 1e3 * times[int(0.99 * (len(times) - 1))],
                "health_max_ms": 1e3 * times[-1], "health_samples": len(times)}


def rss_mib(server):
    return server.metric("litetts_resident_bytes") / 2**20


def warm_up(server, count=4):
    for i in range(count):
        speak(server, sentence(700 + i))


def closed_loop(server, clients, requests, offset):
    """`clients` threads that ask one after the other until `requests` are done; the (first, total, audio) of each."""
    results, lock, numbers = [], threading.Lock(), iter(range(offset, offset + requests))

    def client():
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            result = speak(server, sentence(number))
            with lock:
                results.append(result)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def throughput(options):
    with RealServer(**{"server.max_queue_wait_seconds": 600}) as server:
        warm_up(server)
        offset = 0
        for clients in options.clients:
            requests = options.requests or max(12, 2 * clients)
            begin = time.perf_counter()
            with HealthProbe(server) as probe:
                results = closed_loop(server, clients, requests, offset)
            seconds = time.perf_counter() - begin
            offset += requests
            latencies = [r[1] for r in results]
            yield {"scenario": "throughput", "clients": clients, "requests": requests, "failed": sum(r[3] != 200 for r in results),
                   "audio_seconds_per_second": sum(r[2] for r in results) / seconds,
                   "first_audio_p50_s": statistics.median(r[0] or 0 for r in results), "latency_p50_s": statistics.median(latencies),
                   "latency_max_s": max(latencies), "max_over_median": max(latencies) / statistics.median(latencies),
                   **probe.report(), "rss_mib": rss_mib(server)}


def arrival(options):
    """The player starts with the first byte and plays 48,000 bytes a second; it waits when it has nothing."""
    with RealServer() as server:
        warm_up(server)
        for _ in range(options.requests or 2):
            begin = time.perf_counter()
            with server.send("POST", "/v1/audio/speech", {"input": MINUTE, "response_format": "pcm"}) as connection:
                answer = Answer(connection)
            now = time.monotonic() - (time.perf_counter() - begin)
            times = [(came - now, len(data)) for data, came in answer.pieces]
            first, total, played, waited = times[0][0], times[-1][0], 0.0, 0.0
            deadline = first
            for came, size in times:
                waited += max(0.0, came - deadline)
                deadline = max(deadline, came) + size / 48000
                played += size / 48000
            yield {"scenario": "arrival", "audio_s": played, "total_s": total, "first_bytes_s": first,
                   "first_over_total_percent": 100 * first / total, "pieces": len(times), "listener_waited_s": waited}


def first(options):
    count = options.requests or 15
    with RealServer() as server:
        idle = rss_mib(server)
        warm_up(server)
        ours = sorted(speak(server, sentence(i))[0] for i in range(count))
        ids = server.request("POST", "/dev/phonemize", {"text": sentence(0)}).json()["tokens"][1:-1]
        yield {"scenario": "first", "server": "litetts", "first_audio_p50_ms": 1e3 * statistics.median(ours),
               "first_audio_max_ms": 1e3 * ours[-1], "idle_rss_mib": idle, "rss_after_mib": rss_mib(server),
               "listening_s": server.listening_seconds, "ready_s": server.ready_seconds}
    yield peer_first(ids, count)


def peer_first(ids, count):
    """ONNX Runtime on the same weights behind Python's own HTTP server. It gets tokens: its text side is free."""
    python = subprocess.run([ROOT / "tools/python_env"], capture_output=True, text=True, check=True).stdout.split()[-1]
    process = subprocess.Popen([python, ROOT / "bench/onnxruntime_server.py"], stdout=subprocess.PIPE, text=True)
    try:
        started = json.loads(process.stdout.readline())
        times = []
        body = json.dumps({"tokens": ids}).encode()
        for _ in range(count + 2):
            begin = time.perf_counter()
            with socket.create_connection(("127.0.0.1", started["port"])) as connection:
                connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                times.append(read_answer(connection, begin)[1])
        times = sorted(times[2:])
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        return {"scenario": "first", "server": f"onnxruntime {started['onnxruntime']} ({started['model']})",
                "first_audio_p50_ms": 1e3 * statistics.median(times), "first_audio_max_ms": 1e3 * times[-1],
                "idle_rss_mib": started["rss_bytes"] / 2**20, "rss_after_mib": int(status.split("VmRSS:")[1].split()[0]) / 1024,
                "ready_s": started["load_seconds"]}
    finally:
        process.terminate()
        process.wait()


def memory(options):
    with RealServer(**{"server.max_queue_wait_seconds": 600}) as server:
        def kib(field, file="status"):
            text = Path(f"/proc/{server.process.pid}/{file}").read_text(encoding="ascii")
            return int(text.split(f"{field}:")[1].split()[0])

        result = {"scenario": "memory", "idle_rss_mib": kib("VmRSS") / 1024, "idle_mapped_mib": kib("RssFile") / 1024}
        warm_up(server)
        result["after_sentences_rss_mib"] = kib("VmRSS") / 1024
        threads = [threading.Thread(target=speak, args=(server, f"Number {i}. {MINUTE}")) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        yield {**result, "peak_rss_mib": kib("VmHWM") / 1024, "mapped_mib": kib("RssFile") / 1024}


def cancel(options):
    with RealServer() as server:
        warm_up(server)
        delays = []
        for i in range(options.requests or 20):
            connection = server.send("POST", "/v1/audio/speech", {"input": MINUTE, "response_format": "pcm"})
            server.wait_for_load("active", 1)
            time.sleep(0.05 + 0.03 * i)  # at different stages of the work
            if i % 2:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
            delays.append(server.wait_for_load("active", 0))
        yield {"scenario": "cancel", "runs": len(delays), "stopped_p50_ms": 1e3 * statistics.median(delays),
               "stopped_max_ms": 1e3 * max(delays)}


def overload(options):
    with RealServer(**{"server.max_queue": 16}) as server:
        warm_up(server)
        probe = closed_loop(server, 4, 12, 0)
        capacity = 4 / statistics.mean(r[1] for r in probe)
        count = options.requests or int(min(150, 3 * capacity * 25))
        results, threads = [], []
        begin = time.perf_counter()

        def ask(i):
            results.append(speak(server, sentence(100 + i)))

        with HealthProbe(server) as health:
            for i in range(count):
                time.sleep(max(0.0, begin + i / (3 * capacity) - time.perf_counter()))
                threads.append(threading.Thread(target=ask, args=(i,)))
                threads[-1].start()
            for thread in threads:
                thread.join()
        done = [r for r in results if r[3] == 200]
        refused = [r for r in results if r[3] in (429, 503)]
        yield {"scenario": "overload", "capacity_per_s": capacity, "offered_per_s": 3 * capacity, "requests": count, "answered": len(done),
               "refused": len(refused), "other": count - len(done) - len(refused), "answered_p50_s": statistics.median(r[1] for r in done),
               "answered_max_s": max(r[1] for r in done), "bound_s": (16 + 8 + 1) / capacity,
               "refused_p50_ms": 1e3 * statistics.median(r[1] for r in refused), "refused_max_ms": 1e3 * max(r[1] for r in refused),
               **health.report()}


def stalled(options):
    count = options.requests or 1000
    with RealServer() as server:
        warm_up(server)
        before = {"connections": server.load("connections"), "rss": rss_mib(server)}
        alone = statistics.median(speak(server, sentence(i))[1] for i in range(3))
        head = b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
        connections = [server.connect() for _ in range(count)]
        for i, connection in enumerate(connections):
            connection.sendall((b"", b"POST /v1/au", head + b"{", b"G")[i % 4])
        vanished = 0
        with HealthProbe(server) as health:
            for second in range(5):  # one byte a second from a quarter of them
                for connection in connections[3::4]:
                    connection.sendall(b"ET /x"[second:second + 1])
                beside = statistics.median(speak(server, sentence(50 + second * 3 + i))[1] for i in range(3))
                for _ in range(10):  # and some that vanish in the middle of an answer
                    vanishing = server.send("POST", "/v1/audio/speech", {"input": MINUTE})
                    vanishing.settimeout(0.02)
                    try:
                        vanishing.recv(10)
                    except TimeoutError:
                        pass
                    vanishing.close()
                    vanished += 1
        for connection in connections:
            connection.close()
        server.wait_for_load("connections", before["connections"])
        server.wait_for_load("active", 0)
        yield {"scenario": "stalled", "clients": count, "vanished": vanished, "sentence_alone_s": alone, "sentence_beside_s": beside,
               **health.report(), "rss_before_mib": before["rss"], "rss_after_mib": rss_mib(server),
               "queued_after": server.load("queued"), "active_after": server.load("active")}


class Running(Server):
    """A server that somebody else has started."""

    def __init__(self, port):
        self.port, self.tls, self.host = port, None, "127.0.0.1"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def running(options):
    if options.port:
        return Running(options.port)
    # The texts are fewer than the least recently used cache of so many MiB misses all the time.
    return RealServer(**{"server.max_queue_wait_seconds": 600, "cache.memory_cache_size_mb": options.cache_mb,
                         "cache.audio_memory_cache_mb": options.cache_mb})


def fill(server):
    """Share of its limit that each cache holds."""
    caches = server.request("GET", "/cache/stats").json()["caches"]
    return {name: cache["bytes"] / cache["limit_bytes"] for name, cache in caches.items() if cache["limit_bytes"]}


def soak(options):
    requests = options.requests or 5000
    chance = random.Random(1)
    formats = ["wav", "mp3", "opus", "flac", "aac", "pcm", "ogg", "mulaw"]
    parts = [[] for _ in range(25)]  # MiB each second, by share of the requests that have begun
    failed, num_begun, lock, ended = [], 0, threading.Lock(), threading.Event()

    def ask(text, **fields):
        status = speak(server, text, **fields)[3]
        if status != 200:
            failed.append(status)

    def client():
        nonlocal num_begun
        while True:
            with lock:
                if num_begun == requests:
                    return
                number = options.offset + num_begun
                num_begun += 1
                fmt, kind = chance.choice(formats), chance.random()
            if kind < 0.05:
                server.request("POST", "/v1/audio/speech", {"input": "x", "voice": "nobody"})
            elif kind < 0.10:  # goes away
                server.send("POST", "/v1/audio/speech", {"input": sentence(number)}).close()
            elif kind < 0.12:
                ask(" ".join(sentence(number + k) for k in range(4)), response_format=fmt)
            else:
                ask(f"{WORDS[number % len(WORDS)]} {WORDS[number // 27 % len(WORDS)]}.", response_format=fmt, stream=kind < 0.5)

    def watch():
        part = 0
        while not ended.wait(1):
            parts[part].append(rss_mib(server))
            if num_begun * len(parts) // requests > part:
                held = ", ".join(f"{name} {100 * share:.0f} %" for name, share in fill(server).items())
                print(f"soak: {num_begun} requests, {statistics.median(parts[part]):.1f} MiB; {held}", file=sys.stderr, flush=True)
                part = min(num_begun * len(parts) // requests, len(parts) - 1)

    with running(options) as server:
        begin = time.perf_counter()
        threads = [threading.Thread(target=client) for _ in range(4)]
        watcher = threading.Thread(target=watch)
        for thread in [watcher, *threads]:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - begin
        ended.set()
        watcher.join()
        fifths = [statistics.median(sum(parts[i:i + 5], [])) for i in range(0, 25, 5)]
        warm = fifths if options.offset else fifths[1:]
        yield {"scenario": "soak", "requests": requests, "failed": len(failed), "seconds": seconds, "cache_mib_each": options.cache_mb,
               **{f"{name}_full_percent": 100 * share for name, share in fill(server).items()},
               "rss_first_mib": parts[0][0], "rss_of_fifths_mib": [round(rss, 1) for rss in fifths],
               "rss_max_mib": max(sum(parts, [])), "change_percent": 100 * (warm[-1] / warm[0] - 1),
               "spread_percent": 50 * (max(warm) - min(warm)) / statistics.mean(warm)}


SCENARIOS = {f.__name__: f for f in (throughput, arrival, first, memory, cancel, overload, stalled, soak)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="+", choices=SCENARIOS, metavar="SCENARIO")
    parser.add_argument("--requests", type=int)
    parser.add_argument("--port", type=int, help="soak: use the server that listens there")
    parser.add_argument("--cache-mb", type=int, default=16, help="soak: MiB of the server's cache of answers and of that of segments")
    parser.add_argument("--offset", type=int, default=0, help="soak: number of the first request, to go on where a run ended")
    parser.add_argument("--clients", type=lambda text: [int(n) for n in text.split(",")], default=[1, 4, 16, 64])
    parser.add_argument("--json", help="append the results to this file, one object a line")
    options = parser.parse_args()
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    print(f"program {LITETTS}, data {HOME}, {os.cpu_count()} cores, commit {commit}")
    for name in options.scenarios:
        for result in SCENARIOS[name](options):
            print("  ".join(f"{key}={value:.4g}" if isinstance(value, float) else f"{key}={value}" for key, value in result.items()), flush=True)
            if options.json:
                with open(options.json, "a", encoding="utf-8") as file:
                    file.write(json.dumps({"commit": commit, **result}) + "\n")


if __name__ == "__main__":
    main()

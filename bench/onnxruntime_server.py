#!/usr/bin/env python3
"""ONNX Runtime on a Kokoro model behind Python's own HTTP server: the peer of `bench/load.py first`.

Prints one line when it is ready: port, load time and memory. POST {"tokens": [...]} answers with PCM,
once all of it is there: this runtime gives no part of a chunk earlier.
Run it with the interpreter that tools/python_env prints.
"""
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
from bench_onnxruntime import Peer  # noqa: E402

SOURCES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "litetts/sources"


def resident_bytes():
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def main():
    model = SOURCES / "kokoro-v1.0.int8.onnx"
    begin = time.perf_counter()
    peer = Peer(str(model), os.cpu_count())
    voice = np.fromfile(SOURCES / "voices/af_heart.bin", dtype="<f4").reshape(510, 256)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            tokens = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["tokens"]
            samples = peer.run(tokens, voice)
            data = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
            self.send_response(200)
            self.send_header("Content-Type", "audio/pcm")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(json.dumps({"port": server.server_port, "model": model.name, "onnxruntime": onnxruntime.__version__,
                      "load_seconds": time.perf_counter() - begin, "rss_bytes": resident_bytes()}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures ONNX Runtime on a Kokoro model, at the word of bench/compare.py.

One process holds one model at one thread count. It prints a line when the model is loaded, then
answers each line on standard input, {"chunks": [[token ids], ...], "voice": FILE}, with one line of
figures: inference only, the text is already tokens. Times are wall clock; the first audio is the
whole first chunk, since this runtime gives no part of it earlier.
"""
import argparse
import json
import os
import resource
import sys
import time

import numpy as np
import onnxruntime


def peak_rss_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Peer:
    def __init__(self, path, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        start = time.perf_counter()
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.load_seconds = time.perf_counter() - start
        self.names = [i.name for i in self.session.get_inputs()]
        self.types = {i.name: np.int32 if "int32" in i.type else np.float32 for i in self.session.get_inputs()}

    def run(self, ids, voice):
        """The samples of one chunk."""
        tokens = np.array([[0, *ids, 0]], dtype=np.int64)
        by_role = {"style": voice[len(ids) - 1][None], "speed": np.ones(1)}
        feed = {name: by_role[name].astype(self.types[name]) if name in by_role else tokens for name in self.names}
        return self.session.run(None, feed)[0].ravel()

    def measure(self, chunks, voice):
        start = time.perf_counter()
        samples, first = 0, None
        for ids in chunks:
            samples += self.run(ids, voice).size
            first = first or time.perf_counter() - start
        seconds = time.perf_counter() - start
        audio_seconds = samples / 24000
        return {"audio_seconds": audio_seconds, "rtf": seconds / audio_seconds, "first_audio_seconds": first,
                "peak_rss_bytes": peak_rss_bytes()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="an ONNX file")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    peer = Peer(options.model, options.threads)
    print(json.dumps({"onnxruntime": onnxruntime.__version__, "load_seconds": peer.load_seconds}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        voice = np.fromfile(request["voice"], dtype="<f4").reshape(510, 256)
        print(json.dumps(peer.measure(request["chunks"], voice)), flush=True)


if __name__ == "__main__":
    main()

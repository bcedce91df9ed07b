#!/usr/bin/env python3
"""Measures OpenVINO on a Kokoro model, at the word of bench/compare.py: the protocol of
bench_onnxruntime.py, with the precision that OpenVINO is asked to compute in.
"""
import argparse
import json
import os
import resource
import sys
import time

import numpy as np
import openvino


class Peer:
    def __init__(self, path, threads, precision):
        start = time.perf_counter()
        model = openvino.Core().compile_model(path, "CPU", {
            "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": precision})
        self.load_seconds = time.perf_counter() - start
        self.request = model.create_infer_request()
        self.types = {i.get_any_name(): i.get_element_type().to_dtype() for i in model.inputs}

    def speak(self, ids, voice):
        tokens = np.array([[0, *ids, 0]], dtype=np.int64)
        by_role = {"style": voice[len(ids) - 1][None], "speed": np.ones(1)}
        feed = {name: by_role.get(name, tokens).astype(type_) for name, type_ in self.types.items()}
        return next(iter(self.request.infer(feed).values())).size

    def measure(self, chunks, voice):
        start = time.perf_counter()
        samples, first = 0, None
        for ids in chunks:
            samples += self.speak(ids, voice)
            first = first or time.perf_counter() - start
        seconds = time.perf_counter() - start
        audio_seconds = samples / 24000
        return {"audio_seconds": audio_seconds, "rtf": seconds / audio_seconds, "first_audio_seconds": first,
                "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="an ONNX file")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    options = parser.parse_args()
    peer = Peer(options.model, options.threads, options.precision)
    print(json.dumps({"openvino": openvino.__version__, "load_seconds": peer.load_seconds}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        voice = np.fromfile(request["voice"], dtype="<f4").reshape(510, 256)
        print(json.dumps(peer.measure(request["chunks"], voice)), flush=True)


if __name__ == "__main__":
    main()

"""Tests of the keys performance.backend and onnxruntime.*, for settings_test.py."""
import os
import subprocess

from program import LITETTS, ONNX_MODEL, onnx_library
from server_process import RealServer


class BackendKeys:
    def refusal(self, *words, env=None):
        result = subprocess.run([LITETTS, "serve", "--port", "0", *words], capture_output=True, text=True,
                                env={**os.environ, **(env or {})}, timeout=60)
        self.assertNotEqual(result.returncode, 0)
        return result.stderr

    def onnx(self, **settings):
        """What /health tells of a server that runs the ONNX model with these settings."""
        if not ONNX_MODEL.exists() or onnx_library() is None:
            self.skipTest("no ONNX model or no ONNX Runtime library here")
        words = [word for key, value in settings.items() for word in ("--set", f"onnxruntime.{key}={value}")]
        server = RealServer("--backend", "onnxruntime", "--set", f"model.path={ONNX_MODEL}", "--set", "performance.threads=2",
                            "--set", f"onnxruntime.library={onnx_library()}", "--set", "cache.warm_cache_on_startup=false", *words)
        self.addCleanup(server.__exit__)
        self.onnx_server = server
        return server.request("GET", "/health").json()["backend"]

    def test_performance_backend(self):
        self.assertIn("performance.backend: a backend is native or onnxruntime, not 'openvino'", self.refusal("--backend", "openvino"))
        backend = self.onnx()
        self.assertEqual((backend["name"], backend["has_timings"]), ("onnxruntime", False))
        self.assertEqual(backend["settings"]["intra_op_threads"], "2")  # performance.threads

    def test_onnxruntime_library(self):
        self.assertIn("cannot load the ONNX Runtime library: /nowhere/a.so",
                      self.refusal("--backend", "onnxruntime", "--set", "onnxruntime.library=/nowhere/a.so"))

    def test_onnxruntime_graph_optimization(self):
        self.assertIn("onnxruntime.graph_optimization is disabled, basic, extended or all, not 'most'",
                      self.refusal("--set", "onnxruntime.graph_optimization=most"))
        self.assertEqual(self.onnx(graph_optimization="basic")["settings"]["graph_optimization"], "basic")

    def test_onnxruntime_execution_mode(self):
        self.assertIn("onnxruntime.execution_mode is sequential or parallel, not 'both'",
                      self.refusal("--set", "onnxruntime.execution_mode=both"))

    # One server has them all, since each reads a large model.
    def test_onnxruntime_intra_op_threads(self):
        wanted = {"intra_op_threads": "1", "inter_op_threads": "2", "execution_mode": "parallel", "spinning": "false", "arena": "false",
                  "memory_pattern": "false", "deterministic": "true", "profile": str(self.folder / "profile")}
        settings = self.onnx(**wanted)["settings"]
        self.assertEqual({name: settings[name] for name in wanted}, wanted)

    def is_number_or_flag(self, name, bad, wanted):
        self.assertIn(f"onnxruntime.{name} must be {wanted}", self.refusal("--set", f"onnxruntime.{name}={bad}"))

    def test_onnxruntime_inter_op_threads(self):
        self.is_number_or_flag("inter_op_threads", 5000, "from 0 to")

    def test_onnxruntime_spinning(self):
        self.is_number_or_flag("spinning", "busy", "true or false")

    def test_onnxruntime_arena(self):
        self.is_number_or_flag("arena", "large", "true or false")

    def test_onnxruntime_memory_pattern(self):
        self.is_number_or_flag("memory_pattern", "any", "true or false")

    def test_onnxruntime_deterministic(self):
        self.is_number_or_flag("deterministic", "mostly", "true or false")

    def test_onnxruntime_profile(self):
        self.onnx(profile=self.folder / "profile")
        self.onnx_server.__exit__()
        self.assertEqual(len(list(self.folder.glob("profile*.json"))), 1)

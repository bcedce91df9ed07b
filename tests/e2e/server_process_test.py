"""`litetts serve` as a process: start, end, and what goes wrong; over the real model."""
import json
import os
import signal
import socket
import subprocess
import unittest

import program
from program import LITETTS, LONG_TEXT
from server_process import Answer, RealServer


def serve(*words, env=None):
    """A start that is expected to fail."""
    return subprocess.run([LITETTS, "serve", *map(str, words)], capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})})


class ServerProcessTest(unittest.TestCase):
    def error_of(self, result, code):
        """The one line that is no log line."""
        self.assertEqual(result.returncode, code, result.stderr)
        lines = [line for line in result.stderr.splitlines() if line.startswith("litetts: ")]
        self.assertEqual(len(lines), 1, result.stderr)
        return lines[0]

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertIn(str(port), self.error_of(serve("--port", port), 1))

    def test_bad_settings(self):
        self.assertIn("did you mean 'server.port'", self.error_of(serve("--set", "server.prot=1"), 2))
        self.assertIn("KEY=VALUE", self.error_of(serve("--set", "nonsense"), 2))
        self.assertIn("no-such-file", self.error_of(serve("--config", "no-such-file"), 1))
        self.assertIn("LITETTS_SERVER_PORT", self.error_of(serve(env={"LITETTS_SERVER_PROT": "1"}), 2))
        self.assertIn("cannot listen", self.error_of(serve("--port", 0, "--host", "not an address"), 2))

    def test_a_missing_model(self):
        self.assertIn("quickstart", self.error_of(serve("--port", 0, env={"LITETTS_HOME": "/nonexistent"}), 1))

    def test_sigterm_finishes_streams_and_refuses_others(self):
        with RealServer(**{"cache.memory_cache_size_mb": 0, "cache.audio_memory_cache_mb": 0}) as server:
            want = server.speak(LONG_TEXT, response_format="pcm").body
            with server.send("POST", "/v1/audio/speech", {"input": LONG_TEXT, "response_format": "pcm"}) as connection:
                server.wait_for_load("active", 1)
                server.process.send_signal(signal.SIGTERM)
                server.wait_for_line("shutting down")
                with self.assertRaises(OSError):
                    server.connect()
                self.assertEqual(Answer(connection).body, want)
            self.assertEqual(server.process.wait(60), 0)

    def test_killed_and_started_again(self):
        server = RealServer()
        want = server.speak("Again.", response_format="pcm").body
        with server.send("POST", "/v1/audio/speech", {"input": LONG_TEXT}):
            server.wait_for_load("active", 1)
            server.process.kill()
            server.process.wait()
        server.__exit__()
        with RealServer(**{"server.port": server.port}) as again:  # the same port, at once
            self.assertEqual(again.speak("Again.", response_format="pcm").body, want)

    def test_work_of_gone_clients_stops(self):
        with RealServer() as server:
            for _ in range(3):
                connection = server.send("POST", "/v1/audio/speech", {"input": 20 * LONG_TEXT, "response_format": "pcm"})
                server.wait_for_load("active", 1)
                connection.close()
                server.wait_for_load("active", 0)
            self.assertEqual(server.speak("Still here.").status, 200)
            metrics = server.request("GET", "/metrics").body.decode()
            self.assertRegex(metrics, r'litetts_speech_total\{[^}]*outcome="CANCELLED"|litetts_speech_total\{[^}]*outcome="cancelled"')

    def test_trailers_for_who_asks(self):
        with RealServer() as server:
            answer = server.request("POST", "/v1/audio/speech", {"input": LONG_TEXT, "response_format": "pcm"}, {"TE": "trailers"})
            self.assertAlmostEqual(float(answer.trailers["x-audio-duration"]), len(answer.body) / 48000, 5)
            self.assertGreater(float(answer.trailers["x-rtf"]), 0)
            self.assertIn("vocoder;dur=", answer.trailers["server-timing"])
            self.assertEqual(server.speak(LONG_TEXT).trailers, {})

    def test_audio_that_a_cache_had_is_not_counted_as_made(self):
        with RealServer(**{"cache.memory_cache_size_mb": 0}) as server:
            first, rest = LONG_TEXT.split("\n\n", 1)
            server.speak(first, stream=False)
            server.wait_for_load("active", 0)
            before = server.metric("litetts_audio_seconds_total")
            answer = server.speak(LONG_TEXT, stream=False)
            self.assertEqual(answer.headers["x-cache"], "partial")
            server.wait_for_load("active", 0)
            made = server.metric("litetts_audio_seconds_total") - before
            self.assertGreater(made, 0.5)
            self.assertLess(made, float(answer.headers["x-audio-duration"]) - 0.5 * before)

    def test_metrics(self):
        with RealServer() as server:
            server.speak("Hello.", voice="af_sky(2)+af_heart")
            server.request("GET", "/a/path/of/the/client")
            server.wait_for_load("active", 0)
            text = server.request("GET", "/metrics").body.decode()
            for name in ("litetts_request_seconds_bucket", "litetts_first_byte_seconds_bucket", "litetts_first_audio_seconds_bucket",
                         "litetts_queue_seconds_bucket", "litetts_rtf_bucket", "litetts_audio_seconds_bucket",
                         "litetts_chunk_audio_seconds_bucket", "litetts_cores", "litetts_build_info", "litetts_resident_bytes"):
                self.assertIn(name, text)
            self.assertIn('voice="blend"', text)
            self.assertIn('route="unknown"', text)
            self.assertNotIn("of/the/client", text)
            self.assertRegex(text, r'simd="(AVX|SSE|EMU|NEON|SCALAR)')
            self.assertTrue(json.loads(server.request("GET", "/performance/rtf-trend").body)["rtf"])


if __name__ == "__main__":
    program.main()

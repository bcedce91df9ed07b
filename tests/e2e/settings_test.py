"""The settings: every key changes what the server does; sources, reload, old names, `litetts config`, docs/configuration.md."""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from backend_keys import BackendKeys
from operations_keys import OperationsKeys
from program import LITETTS, ROOT
from server_process import FAKE_SERVER, Answer, RealServer, Server

SLOW = 20  # core seconds for a second of audio: a letter takes half a second


def config(*words, env=None):
    return subprocess.run([LITETTS, "config", *map(str, words)], capture_output=True, text=True, env={**os.environ, **(env or {})})


def keys():
    return json.loads(config("show", "--json").stdout)


def ask_slowly(server, text="Takes its time"):
    """Keeps the server at work until the socket is closed."""
    connection = server.send("POST", "/v1/audio/speech", {"input": text})
    server.wait_for_load("active", 1)
    return connection


class KeysTest(BackendKeys, OperationsKeys, unittest.TestCase):
    """test_SECTION_NAME for each key; test_every_key_has_a_test compares with the program's own list."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_every_key_has_a_test(self):
        missing = {key for key in keys() if not hasattr(self, "test_" + key.replace(".", "_"))}
        self.assertEqual(missing, set())

    def server(self, rtf=0.0, **settings):
        server = Server(rtf, **{key.replace("__", "."): value for key, value in settings.items()})
        self.addCleanup(server.__exit__)
        return server

    def test_server_host(self):
        server = self.server(server__host="127.0.0.2")
        self.assertEqual(server.request("GET", "/health").status, 200)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port))

    def test_server_port(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.assertEqual(self.server(server__port=port).port, port)

    def test_server_api_keys(self):
        server = self.server(server__api_keys="ann=one,bob=sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b")
        for key, status in (("one", 200), ("secret", 200), ("two", 401), ("", 401)):
            self.assertEqual(server.request("GET", "/v1/models", headers={"Authorization": f"Bearer {key}"}).status, status)

    def test_server_cors_origins(self):
        server = self.server(server__cors_origins="https://a.example")
        for origin, allowed in (("https://a.example", True), ("https://b.example", False)):
            answer = server.request("OPTIONS", "/v1/audio/speech", headers={"Origin": origin, "Access-Control-Request-Headers": "x-stainless-os"})
            self.assertEqual("access-control-allow-origin" in answer.headers, allowed)
            self.assertEqual(answer.headers.get("access-control-allow-headers"), "x-stainless-os" if allowed else None)
            self.assertEqual(answer.headers["vary"], "Origin")

    def test_server_trusted_proxies(self):
        for trusted, client in (("127.0.0.1", "203.0.113.9"), ("127.0.0.3", "127.0.0.1"), ("127.0.0.0/8", "203.0.113.9"),
                                ("127.0.0.0/8,203.0.113.0/24", "198.51.100.1"), ("10.0.0.0/8", "127.0.0.1")):
            server = self.server(server__trusted_proxies=trusted)
            server.request("GET", "/health", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Request-Id": "proxied"})
            self.assertIn(f" client={client} ", server.wait_for_line("id=proxied"))
            # A line of the client's own goes before the one that the proxy adds.
            server.request("GET", "/health", headers={"X-Forwarded-For": "192.0.2.1", "x-forwarded-for": "198.51.100.1, 203.0.113.9",
                                                      "X-Request-Id": "two-lines"})
            self.assertIn(f" client={client} ", server.wait_for_line("id=two-lines"))
            server.request("GET", "/health", headers={"X-Forwarded-For": "x y=z", "X-Request-Id": "forged"})
            self.assertIn(" client=127.0.0.1 ", server.wait_for_line("id=forged"))

        result = subprocess.run([FAKE_SERVER, "0", "server.port=0", "server.trusted_proxies=10.0.0.0/40"], capture_output=True, text=True)
        self.assertIn("'10.0.0.0/40' is neither an address nor a range", result.stderr)
        self.assertEqual(result.returncode, 1)

    def certificate(self, name):
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}-key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        return certificate, key

    def test_server_tls_certificate(self):
        certificate, key = self.certificate("first")
        server = self.server(server__tls_certificate=certificate, server__tls_key=key)
        self.assertIsNotNone(server.tls)
        self.assertEqual(server.speak("Hello").status, 200)
        with server.connect() as connection:
            first = connection.getpeercert(binary_form=True)
        for old, new in zip((certificate, key), self.certificate("second")):
            new.rename(old)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_line("reloaded")
        with server.connect() as connection:
            self.assertNotEqual(connection.getpeercert(binary_form=True), first)
        with socket.create_connection(("127.0.0.1", server.port)) as plain:
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertNotIn(b"HTTP/1.1 200", plain.recv(100))

    def test_server_tls_key(self):
        certificate, _ = self.certificate("one")
        for other in (self.certificate("two")[1], self.folder / "absent.pem"):
            result = subprocess.run([FAKE_SERVER, "0", "server.port=0", f"server.tls_certificate={certificate}", f"server.tls_key={other}"],
                                    capture_output=True, text=True)
            self.assertEqual(result.returncode, 1)
            self.assertIn(str(other), result.stderr)

    def accepted(self, server):
        """A connection that the server keeps, once it has closed those before."""
        while True:
            connection = server.connect()
            self.addCleanup(connection.close)
            try:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                if b"HTTP/1.1 200" in connection.recv(1000):
                    return connection
            except ConnectionError:
                pass
            connection.close()

    def test_server_max_connections(self):
        server = self.server(server__max_connections=2)
        self.accepted(server)
        self.accepted(server)
        with server.connect() as third:
            answer = Answer(third)
            self.assertEqual((answer.status, answer.json()["error"]["code"]), (503, "too_many_connections"))
            self.assertRegex(answer.headers["x-request-id"], "^req_")
        server.wait_for_line("connections are refused: server.max_connections allows no more")

    def test_server_max_connections_per_address(self):
        server = self.server(server__max_connections_per_address=1)
        self.accepted(server)
        with server.connect() as second:
            self.assertIn(b"503", second.recv(100))
            with socket.create_connection(("127.0.0.1", server.port), source_address=("127.0.0.9", 0)) as other:
                other.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                self.assertIn(b"200", other.recv(100))

    def test_server_max_header_bytes(self):
        server = self.server(server__max_header_bytes=1024)
        self.assertEqual(server.request("GET", "/health", headers={"X-Long": "x" * 2000}).status, 431)

    def test_server_max_body_bytes(self):
        server = self.server(server__max_body_bytes=1024)
        self.assertEqual(server.speak("x" * 2000).status, 413)
        self.assertEqual(server.speak("x" * 3_000_000).status, 413)  # the client is still sending then

    def test_server_max_queue(self):
        server = self.server(SLOW, server__max_queue=1, performance__threads=1)
        # One runs, some wait for their next turn, one is queued: the last gets no place.
        with ask_slowly(server), server.send("POST", "/v1/audio/speech", {"input": "One more"}):
            server.wait_for_load("queued", 1)
            answer = server.speak("Too many")
            self.assertEqual((answer.status, answer.json()["error"]["code"]), (503, "overloaded"))
            self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)
            self.assertEqual(server.request("GET", "/health/ready").status, 503)

    def test_server_max_requests_per_client(self):
        server = self.server(SLOW, server__max_requests_per_client=1)
        with ask_slowly(server):
            self.assertEqual(server.speak("Another one").status, 429)

    def test_server_requests_per_minute(self):
        server = self.server(server__requests_per_minute=8, server__api_keys="ann=one,bob=two")
        def ask(key):
            return server.request("POST", "/v1/audio/speech", {"input": "Hi"}, {"Authorization": f"Bearer {key}"})
        self.assertEqual([ask("one").status for _ in range(3)], [200, 200, 429])
        self.assertGreaterEqual(int(ask("one").headers["retry-after"]), 1)
        self.assertEqual(ask("two").status, 200)

    def test_server_max_queue_wait_seconds(self):
        server = self.server(SLOW, server__max_queue_wait_seconds=0.3, performance__threads=1)
        with ask_slowly(server):
            answer = server.speak("Hi")
            self.assertEqual((answer.status, answer.json()["error"]["code"]), (503, "overloaded"))

    def test_server_request_timeout_seconds(self):
        server = self.server(SLOW, server__request_timeout_seconds=0.3)
        self.assertEqual(server.speak("Takes its time").status, 504)

    def cut_off(self, server, data):
        """True when the server ends a connection on which only `data` came."""
        with server.connect() as connection:
            connection.sendall(data)
            try:
                return connection.recv(1000) == b""
            except ConnectionResetError:
                return True

    def test_server_header_timeout_seconds(self):
        self.assertTrue(self.cut_off(self.server(server__header_timeout_seconds=0.2), b"GET /health HT"))

    def test_server_body_timeout_seconds(self):
        self.assertTrue(self.cut_off(self.server(server__body_timeout_seconds=0.2),
                                     b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"))

    def test_server_idle_timeout_seconds(self):
        self.assertTrue(self.cut_off(self.server(server__idle_timeout_seconds=0.2), b""))

    def test_server_write_timeout_seconds(self):
        server = self.server(server__write_timeout_seconds=0.5)
        self.addCleanup(server.stall(1500 * "A sentence of words. ").close)
        server.wait_for_line("outcome=CANCELLED|outcome=cancelled")
        server.wait_for_load("active", 0)

    def test_server_slow_reader_seconds(self):
        server = self.server(server__slow_reader_seconds=0.3, server__write_timeout_seconds=600, server__max_queue_wait_seconds=86400,
                             performance__threads=1)
        threads = 30  # 2 * 1 + 4, and 24 for those that wait for a reader
        for i in range(threads):
            self.addCleanup(server.stall(f"{i * 'a'} " + 1500 * "A sentence of words. ").close)
        server.wait_for_load("suspended", threads)
        time.sleep(0.5)
        self.assertEqual(server.load("suspended"), threads)  # while nobody else waits
        self.assertEqual(server.speak("Hi").status, 200)
        server.wait_for_line("was cut: the client reads too slowly")
        self.assertEqual(server.load("suspended"), threads - 1)
        self.assertEqual(server.metric("litetts_refused_requests_total"), 1)

    def test_server_drain_seconds(self):
        server = self.server(SLOW, server__drain_seconds=0.2)
        with ask_slowly(server, 10 * "Takes its time "):
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(60), 0)

    def test_server_log_level(self):
        server = self.server()
        server.request("GET", "/health", headers={"X-Request-Id": "loud"})
        server.wait_for_line("id=loud")
        path = self.folder / "config.json"
        path.write_text('{"server": {"log_level": "info"}}')
        server = Server(config=path)
        self.addCleanup(server.__exit__)
        path.write_text('{"server": {"log_level": "warning"}}')
        server.process.send_signal(signal.SIGHUP)
        while server.request("GET", "/config").json()["server.log_level"]["value"] != "warning":
            time.sleep(0.01)
        server.request("GET", "/health", headers={"X-Request-Id": "quiet"})
        server.__exit__()
        self.assertFalse([line for line in server.lines if "id=quiet" in line])

    def test_performance_threads(self):
        self.assertEqual(self.server(performance__threads=3).metric("litetts_cores"), 3)

    def test_performance_precision(self):
        result = subprocess.run([LITETTS, "serve", "--port", "0", "--set", "performance.precision=bf16"], capture_output=True,
                                text=True, env=dict(os.environ, LITETTS_SIMD="avx2"))
        self.assertEqual(result.returncode, 1)
        self.assertIn("no instructions for bf16", result.stderr)

    def test_performance_max_text_length(self):
        server = self.server(performance__max_text_length=10)
        self.assertEqual(server.speak("x" * 10).status, 200)
        self.assertEqual(server.speak("x" * 11).json()["error"]["code"], "string_above_max_length")

    def test_performance_max_whole_seconds(self):
        server = self.server(performance__max_whole_seconds=1)
        for text in (60 * "a", 600 * "a"):  # 1.5 s and 15 s of the fake speaker: refused late, and at once
            answer = server.speak(text, stream=False)
            self.assertEqual(answer.status, 400)
            self.assertIn("stream", answer.json()["error"]["message"])
            self.assertEqual(server.speak(text).status, 200)

    def test_voice_default_voice(self):
        server = self.server(voice__default_voice="bm_george")
        server.request("POST", "/v1/audio/speech", {"input": "Hi"}, {"X-Request-Id": "voiced"})
        self.assertIn(" voice=bm_george ", server.wait_for_line("speech id=voiced"))

    def test_audio_default_format(self):
        self.assertEqual(self.server(audio__default_format="flac").request("POST", "/v1/audio/speech", {"input": "Hi"}).body[:4], b"fLaC")

    def test_audio_default_speed(self):
        sizes = []
        for speed in (1, 2):
            with RealServer(**{"audio.default_speed": speed}) as server:
                sizes.append(len(server.speak("The ferry leaves the old harbour at noon.", response_format="pcm").body))
        self.assertAlmostEqual(sizes[0] / sizes[1], 2, delta=0.3)

    def missing(self, key):
        path = self.folder / "absent.safetensors"
        result = subprocess.run([LITETTS, "serve", "--port", "0", "--set", f"{key}={path}"], capture_output=True, text=True)
        self.assertEqual(result.returncode, 1)
        self.assertEqual(len([line for line in result.stderr.splitlines() if line.startswith("litetts: ")]), 1)
        self.assertIn(str(path), result.stderr)

    def cache_header(self, server, text="Again", **fields):
        answer = server.speak(text, **fields)
        server.wait_for_load("active", 0)
        return answer.headers["x-cache"]

    def test_cache_memory_cache_size_mb(self):
        for size, second in ((1, "hit"), (0, "miss")):
            server = self.server(cache__memory_cache_size_mb=size)
            self.assertEqual([self.cache_header(server) for _ in range(2)], ["miss", second])

    def test_cache_audio_memory_cache_mb(self):
        for size, second in ((1, "segments"), (0, "miss")):
            with RealServer(**{"cache.audio_memory_cache_mb": size}) as server:
                self.assertEqual([self.cache_header(server, response_format=name) for name in ("wav", "mp3")], ["miss", second])

    def test_cache_disk_cache_size_mb(self):
        path = self.folder / "a/b.db"
        for size, second in ((32, "segments"), (0, "miss")):
            settings = {"cache.disk_cache_size_mb": size, "cache.disk_path": path}
            for header in ("miss", second):
                with RealServer(**settings) as server:
                    self.assertEqual(self.cache_header(server, text=f"Size {size}."), header)
        self.assertEqual(config("check", "--set", "cache.disk_cache_size_mb=31").returncode, 2)

    def test_cache_disk_path(self):
        path = self.folder / "here.db"
        with RealServer(**{"cache.disk_cache_size_mb": 32, "cache.disk_path": path}):
            self.assertTrue(path.exists())

    def text_hits(self, wait=0, **settings):
        """Of a text that is spoken in two voices, so that only its reading is the same."""
        with RealServer(**{key.replace("__", "."): value for key, value in settings.items()}) as server:
            for voice in ("af_heart", "af_sky"):
                server.speak("Again", voice=voice)
                time.sleep(wait)
            return server.request("GET", "/cache/stats").json()["caches"]["texts"]["hits"]

    def test_performance_phoneme_cache_size(self):
        self.assertEqual([self.text_hits(performance__phoneme_cache_size=size) for size in (10, 0)], [1, 0])

    def test_cache_text_cache_ttl(self):
        self.assertEqual([self.text_hits(wait=1, cache__text_cache_ttl=seconds) for seconds in (60, 0.5)], [1, 0])

    def test_performance_max_retry_attempts(self):
        for attempts, statuses in ((0, (500, 500)), (1, (200, 500)), (2, (200, 500))):
            server = self.server(performance__max_retry_attempts=attempts)
            answers = [server.speak(text) for text in ("mute", "dumb")]  # of the fake speaker
            self.assertEqual(tuple(answer.status for answer in answers), statuses)
            self.assertIn("silent", answers[1].json()["error"]["message"])
            server.wait_for_load("active", 0)
            self.assertEqual(server.metric("litetts_retries_total"), 2 * attempts if attempts < 2 else 3)
            if attempts > 0:
                server.wait_for_line("retries=1: it is silent")

    def test_performance_exact_streams(self):
        for exact in ("true", "false"):
            with RealServer(**{"performance.exact_streams": exact, "cache.memory_cache_size_mb": 0, "cache.warm_cache_on_startup": "false"}) as server:
                stream, file, again = (server.speak("Two or three words.", response_format="pcm", stream=stream).body
                                       for stream in (True, False, True))
            self.assertEqual(len(stream), len(file))
            self.assertEqual(stream == file, exact == "true")
            self.assertEqual(again, file)  # exact audio is in the segment cache by then

    def sizes_of_contraction(self, expands, keeps):
        with RealServer(**{"performance.expand_contractions": expands, "performance.preserve_natural_speech": keeps}) as server:
            return [len(server.speak(text, response_format="pcm").body) for text in ("I don't.", "I do not.")]

    def test_performance_expand_contractions(self):
        short, long = self.sizes_of_contraction("false", "false")
        self.assertNotEqual(short, long)
        self.assertEqual(self.sizes_of_contraction("true", "false"), [long, long])
        with RealServer(**{"performance.expand_contractions": "true", "performance.preserve_natural_speech": "false"}) as server:
            read = [server.request("POST", "/dev/phonemize", {"text": text}).json() for text in ("I don't.", "I do not.")]
        self.assertEqual(read[0], read[1])

    def test_performance_preserve_natural_speech(self):
        short, long = self.sizes_of_contraction("true", "true")
        self.assertNotEqual(short, long)

    def preloader_of(self, **settings):
        with RealServer(**{"cache.warm_cache_on_startup": "true", **settings}) as server:
            begin = time.monotonic()
            while True:
                stats = server.request("GET", "/cache/stats").json()["preloader"]
                if stats["done"] or not stats["spoken"] and time.monotonic() - begin > 3:
                    return stats, server.speak("Thank you").headers["x-cache"]
                self.assertLess(time.monotonic() - begin, 60)
                time.sleep(0.05)

    def test_cache_warm_cache_on_startup(self):
        stats, header = self.preloader_of()
        self.assertEqual((stats["done"], header), (True, "segments"))
        self.assertGreater(stats["spoken"], 5)  # all where the machine has time
        stats, header = self.preloader_of(**{"cache.warm_cache_on_startup": "false"})
        self.assertEqual((stats["spoken"], header), (0, "miss"))

    def test_cache_preload_seconds(self):
        stats, _ = self.preloader_of(**{"cache.preload_seconds": 0.001})
        self.assertEqual((stats["done"], stats["spoken"]), (True, 1))

    def test_cache_audio_cache_ttl(self):
        server = self.server(cache__memory_cache_size_mb=1, cache__audio_cache_ttl=1)
        self.assertEqual([self.cache_header(server) for _ in range(2)], ["miss", "hit"])
        time.sleep(1.1)
        self.assertEqual(self.cache_header(server), "miss")

    def test_performance_aggressive_caching(self):
        for setting, second in (("true", "segments"), ("false", "miss")):
            with RealServer(**{"performance.aggressive_caching": setting}) as server:
                self.assertEqual([self.cache_header(server, response_format=name) for name in ("wav", "mp3", "flac")],
                                 ["miss", second, "segments"])

    def test_performance_skip_redundant_processing(self):
        for setting, number in (("true", 1), ("false", 2)):
            server = self.server(0.5, performance__skip_redundant_processing=setting)
            first = ask_slowly(server)
            self.assertEqual(server.request("POST", "/v1/audio/speech", {"input": "Takes its time"}).status, 200)
            self.assertEqual(Answer(first).status, 200)
            first.close()
            server.wait_for_load("active", 0)
            self.assertEqual(server.metric("litetts_speech_total"), number)

    def test_model_path(self):
        self.missing("model.path")

    def test_voice_path(self):
        self.missing("voice.path")

    def test_tts_english_path(self):
        self.missing("tts.english_path")

    def test_tts_lexicon_path(self):
        path = self.folder / "lexicon.txt"
        with RealServer(**{"tts.lexicon_path": path}) as server:
            def phonemes(**fields):
                return server.request("POST", "/dev/phonemize", {"text": "Zorp.", **fields}).json()["phonemes"]
            plain = phonemes()
            path.write_text("zorp = /zˈiɹO/", "utf-8")
            self.assertEqual(phonemes(), "zˈiɹO.")
            self.assertEqual(phonemes(lexicon={"zorp": "/bˈi/"}), "bˈi.")
            path.write_text("zorp has no reading", "utf-8")
            self.assertEqual(phonemes(), "zˈiɹO.")
            path.unlink()
            self.assertEqual(phonemes(), plain)

    def test_tts_media_folder(self):
        text = "<speak>Zorp.<lexicon uri='own.txt'/></speak>"
        (self.folder / "own.txt").write_text("zorp = /zˈiɹO/", "utf-8")
        with RealServer(**{"tts.media_folder": self.folder}) as server:
            self.assertEqual(server.request("POST", "/dev/phonemize", {"text": text}).json()["phonemes"], "zˈiɹO.")
        with RealServer() as server:
            self.assertNotEqual(server.request("POST", "/dev/phonemize", {"text": text}).json()["phonemes"], "zˈiɹO.")

    def test_audio_watermark_key(self):
        server = self.server(audio__watermark_key="a secret of some length")
        self.assertIn(b'"hidden"', server.request("GET", "/config").body)
        self.assertNotIn(b"a secret of", server.request("GET", "/config").body)
        self.assertEqual(server.speak("Hello.", watermark=True).headers["x-watermark-payload"], "0")
        self.assertNotIn("x-watermark-payload", server.speak("Hello.").headers)
        answer = server.request("POST", "/v1/audio/detect", server.speak("Hello.", response_format="wav").body)
        self.assertEqual((answer.status, answer.json()["marked"]), (200, False))
        self.assertEqual(self.server().request("POST", "/v1/audio/detect", b"RIFF").status, 400)
        self.assertIn("at least 16 bytes", config("check", "--set", "audio.watermark_key=short").stderr)

    def test_audio_watermark(self):
        server = self.server(audio__watermark_key="a secret of some length", audio__watermark="always")
        self.assertEqual(server.speak("Hello.").headers["x-watermark-payload"], "0")
        self.assertEqual(server.speak("Hello.", watermark=False).status, 400)
        self.assertIn("audio.watermark_key", config("check", "--set", "audio.watermark=always").stderr)

    def test_audio_watermark_payload(self):
        server = self.server(audio__watermark_key="a secret of some length", audio__watermark_payload=77)
        self.assertEqual(server.speak("Hello.", watermark=True).headers["x-watermark-payload"], "77")
        self.assertEqual(server.speak("Hello.", watermark_payload=78).headers["x-watermark-payload"], "78")


class SourcesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "config.json"

    def write(self, **sections):
        self.path.write_text(json.dumps(sections))

    def test_show_tells_the_origin(self):
        self.write(server={"port": 1, "max_queue": 2, "api_keys": ["a=unseen"]})
        result = config("show", "--config", self.path, "--set", "server.port=3", env={"LITETTS_SERVER_MAX_BODY_BYTES": "5000"})
        self.assertEqual(result.returncode, 0, result.stderr)
        for line in (r"server.port = 3 +# command line", rf"server.max_queue = 2 +# {re.escape(str(self.path))}",
                     r"server.max_body_bytes = 5000 +# environment", r"server.host = \"127.0.0.1\" +# default",
                     r"server.api_keys = \"hidden\""):
            self.assertRegex(result.stdout, line)
        self.assertNotIn("unseen", result.stdout)

    def test_the_file_in_the_data_folder_is_read(self):
        self.write(server={"port": 7})
        result = config("show", env={"LITETTS_HOME": str(self.path.parent)})
        self.assertRegex(result.stdout, rf"server.port = 7 +# {re.escape(str(self.path))}")

    def test_check(self):
        self.write(server={"port": 8000})
        self.assertEqual(config("check", "--config", self.path).returncode, 0)
        for sections, words in (({"server": {"prot": 1}}, ":1: unknown key 'server.prot'; did you mean 'server.port'?"),
                                ({"server": {"port": "x"}}, "server.port must be a whole number"), ({"nonsense": {}}, "nonsense")):
            self.write(**sections)
            for command in (["config", "check"], ["serve", "--port", "0"]):
                result = subprocess.run([LITETTS, *command, "--config", self.path], capture_output=True, text=True)
                self.assertEqual((result.returncode, len(result.stderr.splitlines())), (2, 1), result.stderr)
                self.assertIn(words, result.stderr)

    def test_old_names_are_warnings(self):
        self.write(server={"workers": 4, "request_timeout": 10, "port": 8001}, text_processing={"enabled": False},
                   performance={"max_text_length": 8192, "concurrent_requests": 12}, cache={"enabled": True},
                   audio={"default_speed": 1.5, "mp3_bitrate": 96}, tts={"model_path": "x"})
        result = config("check", "--config", self.path)
        self.assertEqual(result.returncode, 0, result.stderr)
        warnings = result.stderr.splitlines()
        self.assertEqual(len(warnings), 7)
        for name, advice in (("server.request_timeout", "server.request_timeout_seconds"), ("server.workers", "performance.threads"),
                             ("text_processing", "diagnostics"), ("tts.model_path", "model.path")):
            self.assertTrue([line for line in warnings if f"'{name}'" in line and advice in line], (name, warnings))
        shown = json.loads(config("show", "--json", "--config", self.path).stdout)
        self.assertEqual((shown["audio.default_speed"]["value"], shown["performance.max_text_length"]["value"]), (1.5, 8192))
        server = Server(config=self.path)
        self.addCleanup(server.__exit__)
        server.wait_for_line("warning .*server.workers")

    def test_reload(self):
        self.write(server={"max_queue": 9})
        server = Server(config=self.path)
        self.addCleanup(server.__exit__)
        self.assertEqual(server.speak("Hi").status, 200)
        self.write(server={"max_queue": 10, "host": "127.0.0.5", "api_keys": ["ann=one"]}, audio={"default_format": "flac"})
        server.process.send_signal(signal.SIGHUP)
        self.assertIn("server.host", server.wait_for_line("needs a restart"))
        self.assertEqual(server.speak("Hi").status, 401)
        answer = server.request("POST", "/v1/audio/speech", {"input": "Hi"}, {"Authorization": "Bearer one"})
        self.assertEqual(answer.body[:4], b"fLaC")
        shown = server.request("GET", "/config", headers={"Authorization": "Bearer one"}).json()
        self.assertEqual((shown["server.host"]["value"], shown["server.max_queue"]["value"]), ("127.0.0.1", 10))
        self.path.write_text("{")
        server.process.send_signal(signal.SIGHUP)
        server.wait_for_line("reload failed, the settings stay")
        self.assertEqual(server.speak("Hi").status, 401)

    def test_a_reload_cuts_no_stream(self):
        self.write(server={"max_queue": 9})
        server = Server(0.3, config=self.path)
        self.addCleanup(server.__exit__)
        text = 20 * "A sentence of words. "
        with server.send("POST", "/v1/audio/speech", {"input": text, "response_format": "pcm"}) as connection:
            server.wait_for_load("active", 1)
            self.write(server={"max_queue": 10, "api_keys": ["ann=one"]})
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_line("reloaded")
            self.assertEqual(len(Answer(connection).body), 2 * 600 * sum(c.isalpha() for c in text))

    def test_the_real_program_reloads(self):
        self.write(voice={"default_voice": "af_heart"})
        server = RealServer("--config", str(self.path))
        self.addCleanup(server.__exit__)
        before = server.speak("Hi.").body
        self.write(voice={"default_voice": "bm_george"}, audio={"default_speed": 2.0})
        server.process.send_signal(signal.SIGHUP)
        self.assertIn("audio.default_speed", server.wait_for_line("reloaded"))
        after = server.speak("Hi.").body
        self.assertNotEqual(after, before)
        self.assertLess(len(after), len(server.speak("Hi.", speed=1.0).body))

    def test_the_document_has_every_key(self):
        rows = ["| {} | `{}` | {} | {} |".format(f"`{key}`", json.dumps(entry["default"]), entry["meaning"], "yes" if entry["reload"] else "restart")
                for key, entry in keys().items()]
        document = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
        self.assertIn("| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n\n", document)


if __name__ == "__main__":
    for program in (LITETTS, FAKE_SERVER):
        if not os.path.exists(program):
            print(f"SKIPPED: {program} is not there")
            sys.exit(77)
    unittest.main()

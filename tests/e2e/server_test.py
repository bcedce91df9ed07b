"""The real server process over a speaker of known speed: what clients do to it, and what it answers."""
import base64
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest
import wave
from io import BytesIO
from pathlib import Path

from server_process import FAKE_SERVER, Answer, Server

FRAME_SAMPLES = 600  # the fake speaker's letter


def samples_of(text):
    return FRAME_SAMPLES * sum(c.isalpha() for c in text)


def read_wav(data):
    with wave.open(BytesIO(data)) as file:
        return file.getframerate(), file.getnchannels(), file.readframes(1 << 30)


def in_threads(functions):
    threads = [threading.Thread(target=f) for f in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class RoutesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.__exit__)

    def test_one_chunk_has_exact_length(self):
        for fmt, header in (("wav", 44), ("pcm", 0)):
            answer = self.server.speak("Hello world", response_format=fmt)
            self.assertEqual(answer.status, 200)
            size = header + 2 * samples_of("Hello world") + (48 if fmt == "wav" else 0)  # the comment
            self.assertEqual(answer.headers["content-length"], str(size))
            self.assertEqual(len(answer.body), size)
            self.assertAlmostEqual(float(answer.headers["x-audio-duration"]), samples_of("Hello world") / 24000, 5)
            self.assertIn("x-rtf", answer.headers)
            self.assertIn("queue;dur=", answer.headers["server-timing"])

    def test_several_chunks_stream_the_same_samples(self):
        text = "One sentence. Another one. A third."
        streamed = self.server.speak(text)
        self.assertEqual(streamed.headers["transfer-encoding"], "chunked")
        self.assertEqual(struct.unpack("<I", streamed.body[40:44])[0], 0xFFFFFFFF)
        whole = self.server.speak(text, stream=False)
        self.assertEqual(int(whole.headers["content-length"]), len(whole.body))
        self.assertEqual(read_wav(whole.body)[2], streamed.body[44:])
        self.assertTrue(whole.body.endswith(b"synthetic speech (LiteTTS)\0\0"))
        self.assertEqual(len(streamed.body), 44 + 2 * samples_of(text))

    def test_every_format_answers_with_its_type(self):
        types = {"mp3": "audio/mpeg", "opus": "audio/opus", "aac": "audio/aac", "flac": "audio/flac",
                 "wav": "audio/wav", "pcm": "audio/pcm", "ogg": "audio/ogg", "mulaw": "audio/PCMU",
                 "alaw": "audio/PCMA"}
        magic = {"opus": b"OggS", "flac": b"fLaC", "wav": b"RIFF", "ogg": b"OggS", "mp3": b"ID3", "aac": b"\xff"}
        for fmt, media_type in types.items():
            for text in ("One. Two. Three.", "One"):
                answer = self.server.speak(text, response_format=fmt)
                self.assertEqual((answer.status, answer.headers["content-type"]), (200, media_type))
                self.assertTrue(answer.body.startswith(magic.get(fmt, b"")))
        self.assertEqual(self.server.request("POST", "/v1/audio/speech", {"input": "a"}).headers["content-type"], "audio/mpeg")

    def test_sse_carries_the_same_bytes_and_usage(self):
        answer = self.server.speak("One. Two.", stream_format="sse", response_format="pcm")
        self.assertEqual(answer.headers["content-type"], "text/event-stream")
        events = [json.loads(line[6:]) for line in answer.body.decode().split("\n\n") if line]
        audio = b"".join(base64.b64decode(e["audio"]) for e in events[:-1])
        self.assertEqual({e["type"] for e in events[:-1]}, {"speech.audio.delta"})
        self.assertEqual(audio, self.server.speak("One. Two.", response_format="pcm").body)
        self.assertEqual(events[-1], {"type": "speech.audio.done", "usage": {"input_tokens": 6, "output_tokens": 6, "total_tokens": 12}})

    def test_captions_come_with_their_audio(self):
        answer = self.server.request("POST", "/dev/captioned_speech", {"input": "One two. Three.", "response_format": "pcm"})
        pieces = [json.loads(line) for line in answer.body.decode().splitlines()]
        words = [[(word["word"], word["start_time"], word["end_time"], word["begin"], word["end"]) for word in piece["timestamps"]]
                 for piece in pieces]
        self.assertEqual([piece for piece in words if piece],
                         [[("One", 0, 0.075, 0, 3), ("two", 0.075, 0.15, 4, 7)], [("Three", 0.15, 0.275, 9, 14)]])
        self.assertEqual(b"".join(base64.b64decode(piece["audio"]) for piece in pieces),
                         self.server.speak("One two. Three.", response_format="pcm").body)
        self.assertEqual(self.server.request("POST", "/dev/captioned_speech", {"input": "a", "stream_format": "sse"}).status, 400)

    def test_lines_of_json_carry_all_kinds_of_times(self):
        text = "One two. Three."
        kinds = ["words", "phonemes", "visemes", "marks", "characters"]
        for stream in (True, False):
            answer = self.server.speak(text, stream_format="ndjson", response_format="pcm", timestamp_types=kinds, stream=stream)
            self.assertEqual(answer.headers["content-type"], "application/x-ndjson")
            *pieces, end = [json.loads(line) for line in answer.body.decode().splitlines()]
            self.assertEqual(end["type"], "speech.audio.done")
            audio = b"".join(base64.b64decode(piece["audio"]) for piece in pieces)
            self.assertEqual(audio, self.server.speak(text, response_format="pcm").body)
            lists = {name: [each for piece in pieces for each in piece[name]] for name in ("timestamps", "phonemes", "visemes", "marks")}
            self.assertEqual([word["word"] for word in lists["timestamps"]], ["One", "two", "Three"])
            for name in ("phonemes", "visemes"):
                edges = [each["start_time"] for each in lists[name]] + [lists[name][-1]["end_time"]]
                self.assertEqual((edges[0], edges[-1]), (0, len(audio) / 48000), name)
                self.assertEqual(edges[1:], [each["end_time"] for each in lists[name]], name)  # without gaps
            alignment = [piece["alignment"] for piece in pieces]
            self.assertEqual("".join(c for part in alignment for c in part["characters"]), text)
            ends = [t for part in alignment for t in part["character_end_times_seconds"]]
            self.assertEqual(ends, sorted(ends))
            self.assertEqual(len(pieces) > 1, stream)

    def test_a_voice_has_a_card_and_a_clip(self):
        first, again = (self.server.request("GET", "/v1/voices/af_heart") for _ in range(2))
        self.assertEqual(first.status, 200)
        voice = first.json()
        self.assertEqual((voice["id"], voice["gender"]), ("af_heart", "female"))
        self.assertGreater(voice["card"]["words_per_minute"], 0)
        self.assertEqual(again.body, first.body)
        clip = self.server.request("GET", voice["sample"])
        self.assertEqual((clip.status, clip.headers["content-type"], clip.body[:3]), (200, "audio/mpeg", b"ID3"))
        for path in ("/v1/voices/nobody", "/v1/voices/sample/nobody"):
            self.assertEqual(self.server.request("GET", path).json()["error"]["code"], "not_found", path)

    def test_errors_have_openais_shape(self):
        for body, status, param in (({"input": "a", "voice": "nobody"}, 400, "voice"), ({}, 400, "input"),
                                    (b"{", 400, None), ({"input": "..."}, 400, None),
                                    ({"input": "fail"}, 500, None), ({"input": "a", "lexicon": {"a": "/%/"}}, 400, "lexicon")):
            answer = self.server.request("POST", "/v1/audio/speech", body)
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.headers["content-type"], "application/json")
            self.assertEqual(set(answer.json()["error"]), {"message", "type", "param", "code"})
            self.assertEqual(answer.json()["error"]["param"], param)

    def test_every_route_of_the_document_answers_as_declared(self):
        with Server(**{"server.request_timeout_seconds": 4}) as server:  # ends the stream of the history
            self.check_routes(server)

    def check_routes(self, server):
        document = server.request("GET", "/openapi.json").json()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                answer = server.request(method.upper(), path.replace("{id}", "kokoro"), {} if method == "post" else None)
                self.assertIn(str(answer.status), operation["responses"], path)
                if operation["summary"].startswith("Not implemented"):
                    self.assertEqual(answer.status, 501, path)
                elif method == "get":
                    is_page = path in ("/", "/dashboard")  # 501 where the program was built without Node
                    self.assertIn(answer.status, (200, 501) if is_page else (404,) if "{id}" in path and path != "/v1/models/{id}" else (200,), path)
                elif method == "delete":
                    self.assertEqual(answer.status, 404, path)
                else:
                    is_lenient = path == "/cache/clear"  # all fields may be left out
                    self.assertEqual(answer.status, 200 if is_lenient else 400, path)  # the body lacks its field

    def test_the_document_tells_what_a_route_takes(self):
        document = self.server.request("GET", "/openapi.json").json()
        self.assertEqual(document["info"]["version"], "fake")
        history = document["paths"]["/performance/history"]["get"]["parameters"]
        self.assertEqual([(each["name"], each["in"]) for each in history], [("after", "query"), ("column", "query")])
        text = document["paths"]["/estimate"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        self.assertEqual(text["anyOf"], [{"required": ["text"]}, {"required": ["input"]}])
        self.assertLessEqual({"text", "input", "language", "lang_code", "lexicon", "speed", "voice"}, set(text["properties"]))

    def test_the_document_has_the_route_table(self):
        document = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
        rows = [line.split("\t") for line in self.server.request("GET", "/docs").body.decode().splitlines()]
        want = "".join(f"| {method} | `{path}` | {summary} |\n" for method, path, summary in rows)
        self.assertIn("| --- | --- | --- |\n" + want + "\n", document)

    def test_aliases_of_speech(self):
        for path in ("/v1/audio/stream", "/v1/audio/speech/stream", "/v1/audio/speech/audio/speech",
                     "/v1/audio/stream/audio/speech", "/audio/speech", "/v1/audio/speech/"):
            self.assertEqual(self.server.request("POST", path, {"input": "Hello"}).status, 200, path)

    def test_unknown_routes_and_methods(self):
        self.assertEqual(self.server.request("GET", "/nowhere").status, 404)
        self.assertEqual(self.server.request("GET", "/../etc/passwd").status, 404)
        answer = self.server.request("GET", "/v1/audio/speech")
        self.assertEqual((answer.status, answer.headers["allow"]), (405, "POST"))
        self.assertEqual(self.server.request("HEAD", "/health").status, 200)

    def test_request_ids(self):
        self.assertEqual(self.server.request("GET", "/health", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"], "abc-1")
        self.assertTrue(self.server.request("GET", "/health", headers={"X-Request-Id": "a b"}).headers["x-request-id"].startswith("req_"))

    def test_phonemize_and_text_routes(self):
        answer = self.server.request("POST", "/dev/phonemize", {"text": "ab", "language": "a"})
        self.assertEqual(answer.json(), {"phonemes": "ab", "tokens": [0, 1, 2, 0]})
        self.assertEqual(self.server.request("POST", "/diagnostics/text-processing", {"text": "ab"}).json()["chunks"][0]["tokens"], [1, 2])
        self.assertEqual(self.server.request("POST", "/dev/generate_from_phonemes", {"phonemes": "ab"}).body[:4], b"RIFF")
        usual, fast = (self.server.request("POST", "/estimate", {"text": "ab", "ssml": None, **more}).json()["audio_seconds"]
                       for more in ({}, {"speed": 2}))
        self.assertAlmostEqual(usual, 2 * fast)
        answer = self.server.request("POST", "/estimate", {"input": 65537 * "a"}).json()["error"]
        self.assertEqual((answer["param"], answer["code"]), ("input", "string_above_max_length"))
        self.assertIn("65536", answer["message"])

    def test_a_whole_answer_is_refused_for_what_is_spoken(self):
        with Server(**{"performance.max_whole_seconds": 1}) as server:
            self.assertEqual(server.speak(16 * "é", stream=False).json()["error"]["message"], "nothing in the text can be spoken")
            mark_up = "<speak>Hi" + 40 * "<mark name='x'/>" + "</speak>"
            self.assertNotIn(b"so much audio", server.speak(mark_up, stream=False).body)

    def test_instructions_are_answered_with_a_header(self):
        self.assertEqual(self.server.speak("Hi", instructions="whisper").headers["x-without-effect"], "instructions")

    def test_keep_alive_and_pipelining(self):
        body = b'{"input":"Hi","response_format":"wav"}'
        head = b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
        with self.server.connect() as connection:
            connection.sendall(3 * (head + body))
            file = connection.makefile("rb")
            for _ in range(3):
                lines = []
                while (line := file.readline()) not in (b"\r\n", b""):
                    lines.append(line.lower())
                size = next(int(l.split(b":")[1]) for l in lines if l.startswith(b"content-length"))
                self.assertEqual(len(file.read(size)), 92 + 2 * samples_of("Hi"))

    def test_http_1_0_gets_an_unchunked_body(self):
        body = b'{"input":"One. Two.","response_format":"pcm"}'
        with self.server.connect() as connection:
            connection.sendall(b"POST /v1/audio/speech HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            data = connection.makefile("rb").read()
        head, audio = data.split(b"\r\n\r\n", 1)
        self.assertNotIn(b"chunked", head)
        self.assertEqual(len(audio), 2 * samples_of("One. Two."))

    def test_expect_100_continue(self):
        with self.server.connect() as connection:
            connection.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 14\r\n\r\n")
            self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 100"))
            connection.sendall(b'{"input":"Hi"}')
            self.assertEqual(Answer(connection).status, 200)

    def test_garbage_is_refused(self):
        for data, status in ((b"\x16\x03\x01 garbage\r\n\r\n", b"400"), (b"GET / HTTP/9.9\r\n\r\n", b"400"),
                             (b"GET / HTTP/1.1\r\nX: " + 20000 * b"a" + b"\r\n\r\n", b"431"),
                             (b"POST /v1/audio/speech HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413")):
            with self.server.connect() as connection:
                connection.sendall(data)
                answer = connection.recv(1000)
                self.assertEqual(answer.split()[1], status, answer)
        self.assertEqual(self.server.speak("Hi").status, 200)

    def test_who_sent_garbage_is_not_waited_for(self):
        with self.server.connect() as connection:
            connection.sendall(b"\x16\x03\x01 garbage\r\n\r\n")
            begin = time.monotonic()
            self.assertIn(b" 400 ", connection.makefile("rb").read())
            before = self.server.load("connections")  # this one, and the one that asks
            while self.server.load("connections") == before:
                self.assertLess(time.monotonic() - begin, 20, "two seconds are enough")
                time.sleep(0.05)

    def test_head_has_no_body(self):
        with self.server.connect() as connection:
            connection.sendall(b"HEAD /v1/voices/sample/af_heart HTTP/1.1\r\nHost: x\r\n\r\n" +
                               b"HEAD /performance/stream HTTP/1.1\r\nHost: x\r\n\r\n" +
                               b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            heads = connection.makefile("rb").read().split(b"\r\n\r\n")
        self.assertEqual([head[:12] for head in heads[:3]], 3 * [b"HTTP/1.1 200"])
        self.assertIn(b"audio/mpeg", heads[0])
        self.assertEqual(heads[3:], [b'{"status":"alive"}'])


class AccessTest(unittest.TestCase):
    def test_api_keys_and_cors(self):
        with Server(**{"server.api_keys": "alice=secret", "server.cors_origins": "https://good.example"}) as server:
            self.assertEqual(server.speak("Hi").status, 401)
            self.assertEqual(server.request("GET", "/config").status, 401)
            self.assertEqual(server.request("GET", "/health").status, 200)
            key = {"Authorization": "Bearer secret"}
            answer = server.request("GET", "/config", headers=key)
            self.assertEqual(answer.status, 200)
            self.assertNotIn(b"secret", answer.body)
            good = server.request("OPTIONS", "/v1/audio/speech", headers={"Origin": "https://good.example"})
            self.assertEqual((good.status, good.headers["access-control-allow-origin"]), (204, "https://good.example"))
            bad = server.request("OPTIONS", "/v1/audio/speech", headers={"Origin": "https://evil.example"})
            self.assertNotIn("access-control-allow-origin", bad.headers)

    def test_input_text_is_not_logged(self):
        with Server() as server:
            server.speak("Unmistakable")
            server.speak("Née")
            server.wait_for_line("speech id=req_.* characters=3 ")
        self.assertFalse([line for line in server.lines if "nmistakable" in line])
        self.assertTrue([line for line in server.lines if "speech id=req_" in line])


class LoadTest(unittest.TestCase):
    def test_audio_comes_while_later_audio_is_made(self):
        text = 40 * "Some sentence of words. "
        with Server(rtf=0.2) as server:
            begin = time.monotonic()
            answer = server.speak(text)
            total = answer.pieces[-1][1] - begin
            self.assertLess((answer.pieces[0][1] - begin) / total, 0.05)
            self.assertGreater(len(answer.pieces), 20)

    def test_work_stops_when_the_client_has_gone(self):
        with Server(rtf=20) as server:
            for kind in ("close", "reset"):
                connection = server.send("POST", "/v1/audio/speech", {"input": "A long sentence that takes a while"})
                server.wait_for_load("active", 1)
                if kind == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
                server.wait_for_line("route=/v1/audio/speech status=499 .*end=client gone")
                server.lines.clear()
                print(f"work stopped {1e3 * server.wait_for_load('active', 0):.0f} ms after the {kind}", file=sys.stderr)

    def test_memory_that_runs_out_ends_one_piece_of_work(self):
        """The fake speaker has none at one speed, neither for who asks nor for what is spoken into the caches."""
        with Server(**{"audio.default_speed": 0.377, "cache.warm_cache_on_startup": "true"}) as server:
            server.wait_for_line("a phrase was not spoken")
            self.assertEqual(server.speak("Hi").status, 500)
            self.assertEqual(server.speak("Hi", speed=1).status, 200)

    def test_audio_of_voices_that_were_replaced_is_not_kept(self):
        text = "swap. And a second sentence"  # the voices change as the fake speaker begins with it
        with Server(rtf=5, **{"cache.memory_cache_size_mb": 8}) as server:
            with server.send("POST", "/v1/audio/speech", {"input": text, "response_format": "wav"}) as old:
                old.recv(1, socket.MSG_PEEK)  # the first sentence is there, the second one is not
                self.assertEqual(server.speak("a").status, 200)  # the server sees the new voices
                self.assertEqual(Answer(old).headers["x-cache"], "miss")
            self.assertEqual(server.speak(text).headers["x-cache"], "miss")

    def test_queued_work_of_gone_clients_is_dropped(self):
        with Server(rtf=20) as server:
            connections = [server.send("POST", "/v1/audio/speech", {"input": f"A sentence that takes some seconds {chr(97 + i)}"})
                           for i in range(20)]
            server.wait_for_load("queued", 19)
            for connection in connections:
                connection.close()
            server.wait_for_load("queued", 0)
            server.wait_for_load("active", 0)

    def test_equal_requests_are_computed_once(self):
        with Server(rtf=2) as server:
            bodies = []
            in_threads([lambda: bodies.append(server.speak("The very same words").body) for _ in range(8)])
            self.assertEqual(len(set(bodies)), 1)
            self.assertEqual(len(bodies), 8)
            server.wait_for_load("active", 0)  # a synthesis is counted after its last byte
            self.assertEqual(server.metric("litetts_speech_total") + server.metric("litetts_shared_requests_total"), 8)
            self.assertEqual(server.metric("litetts_speech_total"), 1)

    def test_other_work_ends_what_is_spoken_into_the_caches(self):
        with Server(rtf=20, **{"cache.warm_cache_on_startup": "true"}) as server:
            server.wait_for_load("active", 1)
            self.assertEqual(server.request("POST", "/dev/phonemize", {"text": "Hi"}).status, 200)
            begin = time.monotonic()
            while not server.request("GET", "/cache/stats").json()["preloader"]["interrupted"]:
                self.assertLess(time.monotonic() - begin, 30)
                time.sleep(0.02)

    def test_short_requests_are_not_refused_for_a_long_one(self):
        with Server(rtf=1, **{"performance.threads": 1}) as server:
            with server.stall(65000 // 50 * "A sentence that goes on for about fifty letters. "):
                server.wait_for_load("active", 1)
                answers = []
                in_threads([lambda i=i: answers.append(server.speak("Hi " + chr(97 + i)).status) for i in range(4)])
                self.assertEqual(answers, 4 * [200])

    def test_a_short_request_does_not_wait_for_a_long_one(self):
        with Server(rtf=0.5) as server:
            long = threading.Thread(target=lambda: server.speak(60 * "A sentence of some length here. "))
            long.start()
            server.wait_for_load("active", 1)
            begin = time.monotonic()
            server.speak("Hi")
            waited = time.monotonic() - begin
            self.assertTrue(long.is_alive())
            print(f"a short request took {waited:.3f} s beside a long one", file=sys.stderr)
            long.join()

    def test_overload_refuses_at_once_and_says_when(self):
        with Server(rtf=2, **{"server.max_queue": 4}) as server:
            answers = []
            def ask(i):
                begin = time.monotonic()
                answer = server.speak("Word number " + chr(97 + i) * 4)
                answers.append((answer.status, answer.headers.get("retry-after"), time.monotonic() - begin))
            in_threads([lambda i=i: ask(i) for i in range(24)])
            refused = [a for a in answers if a[0] == 503]
            self.assertEqual({a[0] for a in answers}, {200, 503})
            self.assertGreater(len(refused), 10)
            self.assertTrue(all(int(a[1]) >= 1 for a in refused))
            slowest_refusal = max(a[2] for a in refused)
            print(f"{len(refused)} refused, the slowest after {slowest_refusal:.3f} s", file=sys.stderr)
            self.assertLess(slowest_refusal, min(a[2] for a in answers if a[0] == 200) + 1)

    def test_too_many_of_one_client(self):
        with Server(rtf=20, **{"server.max_requests_per_client": 1}) as server:
            with server.send("POST", "/v1/audio/speech", {"input": "A first one"}):
                server.wait_for_load("active", 1)
                answer = server.speak("A second one")
                self.assertEqual(answer.status, 429)
                self.assertIn("retry-after", answer.headers)

    def test_waiting_too_long_is_answered(self):
        with Server(rtf=20, **{"server.max_queue_wait_seconds": 0.3, "performance.threads": 1}) as server:
            with server.send("POST", "/v1/audio/speech", {"input": "Takes its time"}):
                server.wait_for_load("active", 1)
                self.assertEqual(server.speak("Hi").status, 503)

    def test_a_waiting_request_learns_its_place(self):
        with Server(rtf=20, **{"performance.threads": 1}) as server:
            def place(name):
                return server.request("GET", f"/queue/{name}")

            def speak(name, text):
                self.addCleanup(server.send("POST", "/v1/audio/speech", {"input": text}, {"X-Request-Id": name}).close)

            speak("working", "Takes its time")
            server.wait_for_load("active", 1)
            for number, name in enumerate(("second", "third")):
                speak(name, "Waits. " * (number + 1))
                server.wait_for_load("queued", number + 1)
            self.assertEqual([place(name).json()["before"] for name in ("working", "second", "third")], [0, 0, 1])
            self.assertEqual(place("nobody").status, 404)

    def test_the_history_comes_as_events(self):
        with Server(**{"server.request_timeout_seconds": 6}) as server:
            server.wait_for_readings(2)
            answer = server.request("GET", "/performance/stream?after=1&column=3")
            self.assertEqual(answer.headers["content-type"], "text/event-stream")
            events = [json.loads(data.removeprefix(b"data: ")) for data in answer.body.split(b"\n\n")[:-1]]
            self.assertEqual(len(events), 3, "half of the time that a request may take, one a second")
            numbers = [row[0] for event in events for row in event["rows"]]
            self.assertEqual(numbers, list(range(2, 2 + len(numbers))), "each reading once")
            self.assertEqual(server.request("GET", "/performance/stream?after=x").status, 400)

    def test_who_follows_the_history_does_not_delay_the_end(self):
        server = Server()
        with server.send("GET", "/performance/stream"):
            server.wait_for_load("connections", 2)
            begin = time.monotonic()
            server.__exit__()
            self.assertLess(time.monotonic() - begin, 20, "the drain takes 30 s")

    def test_request_timeout(self):
        with Server(rtf=20, **{"server.request_timeout_seconds": 0.3}) as server:
            self.assertEqual(server.speak("Takes its time").status, 504)
            server.wait_for_load("active", 0)

    def test_what_comes_in_time_may_take_longer_altogether(self):
        text = 10 * "Some. "
        with Server(rtf=10, **{"server.request_timeout_seconds": 3}) as server:
            begin = time.monotonic()
            answer = server.speak(text, response_format="pcm")
            self.assertGreater(time.monotonic() - begin, 3.5)
            self.assertEqual(len(answer.body), 2 * samples_of(text))

    def test_slow_readers_stop_their_work_and_not_the_service(self):
        """More of them than cores, and than jobs that may be at work at a time."""
        with Server(**{"server.write_timeout_seconds": 600, "server.max_queue_wait_seconds": 86400}) as server:
            slow = [server.stall(f"{chr(97 + i)} " + 1500 * "A sentence of words. ") for i in range(10)]
            server.wait_for_load("suspended", 10)  # held back: 30 MB of audio for each do not pile up
            self.assertLess(server.metric("litetts_resident_bytes"), 150e6)
            self.assertEqual(server.speak("Hi").status, 200)
            server.wait_for_load("active", 10)  # each may go on for a moment while the system's buffers grow
            server.wait_for_load("busy_cores", 0)
            for connection in slow:
                connection.close()
            server.wait_for_load("active", 0)

    def test_a_thousand_stalled_clients(self):
        with Server(**{"server.header_timeout_seconds": 3}) as server:
            before = server.load("connections")
            stalled = []
            for i in range(1000):
                connection = server.connect()
                stalled.append(connection)
                if i % 3 == 1:
                    connection.sendall(b"POST /v1/audio/speech HT")
                if i % 3 == 2:
                    connection.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
            begin = time.monotonic()
            self.assertEqual(server.request("GET", "/health").status, 200)
            health = time.monotonic() - begin
            self.assertEqual(server.speak("Hello").status, 200)
            print(f"/health took {1e3 * health:.1f} ms beside 1000 stalled clients", file=sys.stderr)
            for connection in stalled:
                connection.close()
            server.wait_for_load("connections", before)

    def test_slow_heads_are_cut_off(self):
        with Server(**{"server.header_timeout_seconds": 0.5}) as server, server.connect() as slow:
            begin = time.monotonic()
            try:
                for byte in b"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ":
                    slow.sendall(bytes([byte]))
                    time.sleep(0.1)
                self.fail("a head of one byte in 0.1 s was waited for")
            except OSError:
                self.assertLess(time.monotonic() - begin, 3)


class LifeCycleTest(unittest.TestCase):
    def test_sigterm_finishes_streams(self):
        with Server(rtf=0.2) as server:
            text = 20 * "A sentence of words. "
            connection = server.send("POST", "/v1/audio/speech", {"input": text, "response_format": "pcm"})
            server.wait_for_load("active", 1)
            server.process.send_signal(signal.SIGTERM)
            answer = Answer(connection)
            self.assertEqual(len(answer.body), 2 * samples_of(text))
            connection.close()
            self.assertEqual(server.process.wait(10), 0)

    def test_sigterm_does_not_wait_for_ever(self):
        with Server(rtf=50, **{"server.drain_seconds": 0.3}) as server:
            with server.send("POST", "/v1/audio/speech", {"input": "Takes its time"}):
                server.wait_for_load("active", 1)
                begin = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(server.process.wait(10), 0)
                self.assertLess(time.monotonic() - begin, 5)

    def test_a_port_in_use_is_one_clear_line(self):
        with Server() as server:
            result = subprocess.run([FAKE_SERVER, "0", f"server.port={server.port}"], capture_output=True, text=True)
            self.assertEqual(result.returncode, 1)
            self.assertEqual(len(result.stderr.splitlines()), 1)
            self.assertIn(str(server.port), result.stderr)


if __name__ == "__main__":
    if not os.path.exists(FAKE_SERVER):
        print("SKIPPED: LITETTS_FAKE_SERVER names no program")
        sys.exit(77)
    unittest.main()

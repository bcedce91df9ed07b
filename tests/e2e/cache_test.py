"""The caches over HTTP: the same bytes again, soon, counted, and in no speed figure."""
import collections
import json
import os
import random
import statistics
import tempfile
import threading
import time
import unittest
from pathlib import Path

import program
from server_process import Answer, RealServer

TEXT = "The ferry leaves the old harbour at noon."


class CacheTest(unittest.TestCase):
    def setUp(self):
        self.server = RealServer()
        self.addCleanup(self.server.__exit__)

    def speak(self, text=TEXT, **fields):
        answer = self.server.speak(text, **fields)
        self.assertEqual(answer.status, 200, answer.body)
        if threading.current_thread() is threading.main_thread():
            self.server.wait_for_load("active", 0)  # it is kept and counted just after its last byte
        return answer

    def stats(self):
        return self.server.request("GET", "/cache/stats").json()

    def test_the_same_bytes_again(self):
        for fields in ({}, {"response_format": "mp3"}, {"response_format": "opus", "stream": False},
                       {"stream_format": "sse"}, {"text": program.LONG_TEXT, "response_format": "pcm"}):
            first, second = self.speak(**fields), self.speak(**fields)
            self.assertEqual((first.headers["x-cache"] == "hit", second.headers["x-cache"]), (False, "hit"), fields)
            self.assertEqual(first.body, second.body)
            self.assertEqual({name for name in first.headers if name not in second.headers}, {"x-rtf", "server-timing"} & set(first.headers))

    def test_other_formats_share_what_the_network_made(self):
        first = self.speak(stream=False)
        computed = self.server.metric("litetts_synthesis_seconds_total")
        answers = [self.speak(**fields) for fields in
                   ({"response_format": "flac"}, {"volume_multiplier": 0.5}, {"sample_rate": 16000}, {"stream": True})]
        self.assertEqual({answer.headers["x-cache"] for answer in answers}, {"segments"})
        self.assertEqual(answers[3].body[44:], first.body[44:])
        self.assertEqual(self.stats()["segments"]["computed"], 1)
        self.assertEqual(self.server.metric("litetts_synthesis_seconds_total"), computed)

    def test_what_was_heard_while_it_was_made_is_no_file(self):
        stream = self.speak(response_format="pcm")
        file = self.speak(response_format="pcm", stream=False)
        self.assertEqual((file.headers["x-cache"], len(file.body)), ("miss", len(stream.body)))
        self.assertNotEqual(file.body, stream.body)
        self.assertEqual(self.speak(response_format="flac").headers["x-cache"], "segments")
        self.assertEqual(self.stats()["segments"]["computed"], 2)

    def test_whatever_changes_the_sound_is_computed(self):
        self.speak()
        for fields in ({"speed": 1.1}, {"voice": "af_sky"}, {"seed": 1}, {"seed": 2}, {"voice": "af_heart(2)+af_sky"},
                       {"text": TEXT[:-1] + "!"}, {"lexicon": {"ferry": "boat"}}):
            self.assertEqual(self.speak(**fields).headers["x-cache"], "miss", fields)
        self.assertEqual(self.speak().headers["x-cache"], "hit")

    def test_a_blend_that_was_saved_anew_is_another_voice(self):
        self.addCleanup(self.server.request, "DELETE", "/v1/audio/blend/preset/cache_duo")
        heard = []
        for voice in ("af_heart+af_sky", "bm_george+af_sky"):
            self.assertEqual(self.server.request("POST", "/v1/audio/blend/preset", {"name": "cache_duo", "voice": voice}).status, 200)
            heard.append(self.speak(voice="cache_duo").body)
        self.assertNotEqual(*heard)

    def test_part_of_a_text(self):
        self.speak("That is all.", response_format="pcm")
        answer = self.server.request("POST", "/v1/audio/speech", {"input": "That is all.\n\nThe wind goes over the sea.",
                                                                  "response_format": "pcm", "stream": False})
        self.assertIn(answer.headers["x-cache"], ("partial", "miss"))
        self.assertNotIn("x-rtf", answer.headers if answer.headers["x-cache"] == "partial" else {})

    def test_equal_segments_at_one_time_are_computed_once(self):
        """Other formats, so that they are other answers."""
        formats = ("wav", "flac", "mp3", "opus", "pcm", "mulaw")
        headers = []
        threads = [threading.Thread(target=lambda name=name: headers.append(self.speak(response_format=name).headers["x-cache"]))
                   for name in formats]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.stats()["segments"]["computed"], 1)
        self.assertEqual(headers.count("miss"), 1, headers)

    def test_equal_requests_share_one_computation(self):
        connections = [self.server.send("POST", "/v1/audio/speech", {"input": program.LONG_TEXT, "response_format": "wav"})
                       for _ in range(8)]
        bodies = {Answer(connection).body for connection in connections}
        for connection in connections:
            connection.close()
        self.assertEqual(len(bodies), 1)
        self.server.wait_for_load("active", 0)  # it is counted just after its last byte
        self.assertEqual(self.server.metric("litetts_speech_total"), 1)
        joined = self.server.metric("litetts_shared_requests_total")
        self.assertEqual(joined + self.stats()["caches"]["answers"]["hits"], 7)

    def test_a_hit_takes_milliseconds(self):
        """A log of requests with repeats; bound 3 ms at the median, as a whole round trip on one connection."""
        texts = [f"{TEXT} Number {i}." for i in range(5)]
        log = [texts[i * i % 7 % 5] for i in range(300)]
        for text in set(log):
            self.speak(text, response_format="mp3")
        took = []
        with self.server.connect() as connection:
            file = connection.makefile("rb")
            for text in log:
                body = json.dumps({"input": text, "response_format": "mp3"}).encode()
                begin = time.perf_counter()
                connection.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                headers = {}
                while (line := file.readline().strip()):
                    name, _, value = line.decode().partition(":")
                    headers[name.lower()] = value.strip()
                while (size := int(file.readline(), 16)) > 0:
                    file.read(size + 2)
                file.readline()
                took.append(time.perf_counter() - begin)
                self.assertEqual(headers["x-cache"], "hit")
        print(f"{len(took)} hits: median {1e3 * statistics.median(took):.2f} ms, 99 % {1e3 * sorted(took)[-4]:.2f} ms")
        self.assertLess(statistics.median(took), 0.003)

    def test_counted_and_in_no_speed_figure(self):
        self.speak()
        before = [self.server.metric(name) for name in ("litetts_rtf_count", "litetts_audio_seconds_total")]
        for fields in ({}, {}, {"response_format": "mp3"}):
            answer = self.speak(**fields)
            self.assertNotIn("x-rtf", answer.headers)
        self.assertEqual([self.server.metric(name) for name in ("litetts_rtf_count", "litetts_audio_seconds_total")], before)
        self.assertEqual(len(self.server.request("GET", "/performance/rtf-trend").json()["rtf"]), 1)
        caches = self.stats()["caches"]
        self.assertEqual((caches["answers"]["hits"], caches["answers"]["misses"], caches["answers"]["entries"]), (2, 2, 2))
        self.assertEqual((caches["segments"]["hits"], caches["segments"]["misses"]), (1, 1))
        text = self.server.request("GET", "/metrics").body.decode()
        for line in ('litetts_cache_lookups_total{cache="answers",outcome="hit"} 2', 'litetts_cache_entries{cache="segments"} 1',
                     f'litetts_cache_bytes{{cache="answers",kind="limit"}} {32 << 20}', 'litetts_segments_total{origin="computed"} 1'):
            self.assertIn(line, text)
        recent = self.server.request("GET", "/performance/history").json()["recent"]
        self.assertEqual([speech["outcome"] for speech in recent], ["ok", "cached", "cached", "ok"])

    def test_clear(self):
        def clear(**fields):
            return self.server.request("POST", "/cache/clear", fields)
        for voice in ("af_heart", "af_sky"):
            for name in ("wav", "mp3"):
                self.speak(voice=voice, response_format=name)
        self.assertEqual(clear(format="mp3").json(), {"removed": {"answers": 2}})
        self.assertEqual(clear(voice="af_sky").json(), {"removed": {"answers": 1, "segments": 1}})
        self.assertEqual(self.speak(voice="af_sky").headers["x-cache"], "miss")
        self.assertEqual(self.speak().headers["x-cache"], "hit")
        self.assertEqual(self.server.request("POST", "/cache/clear").json(), {"removed": {"answers": 2, "segments": 2, "texts": 1}})
        self.assertEqual(self.stats()["caches"]["answers"]["bytes"], 0)
        for fields in ({"cache": "cookies"}, {"format": "gif"}, {"voices": "af_sky"}, {"voice": 1}):
            self.assertEqual(clear(**fields).status, 400, fields)
        self.assertEqual(self.server.request("POST", "/cache/clear", b"[]").status, 400)

    def test_the_disk_remembers_over_kills_and_for_other_processes(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        settings = {"cache.disk_cache_size_mb": 32, "cache.disk_path": f"{folder.name}/segments.db"}
        words = [word for item in settings.items() for word in ("--set", "=".join(map(str, item)))]
        first = RealServer(**settings)
        want = first.speak(TEXT)
        begin = time.monotonic()
        while program.run_json("cache", "stats", *words)["entries"] == 0:
            self.assertLess(time.monotonic() - begin, 20)
        first.process.kill()
        first.process.wait()
        with RealServer(**settings) as one, RealServer(**settings) as two:
            for server in (one, two):
                answer = server.speak(TEXT)
                self.assertEqual((answer.headers["x-cache"], answer.body), ("segments", want.body))
                server.wait_for_load("active", 0)
                disk = server.request("GET", "/cache/stats").json()["caches"]["disk"]
                self.assertEqual((disk["hits"], disk["damaged"], disk["limit_bytes"]), (1, 0, 32 << 20))
            self.assertEqual(program.run_json("cache", "verify", *words), {"good": 1, "damaged": 0, "replaced": False})
            self.assertEqual(two.request("POST", "/cache/clear", {"cache": "disk"}).json(), {"removed": {"disk": 1}})
        self.assertEqual(program.run_json("cache", "clear", *words), {"removed": 0})
        Path(f"{folder.name}/segments.db").write_bytes(b"x" * 9000)
        broken = program.run("cache", "verify", *words)
        self.assertEqual((broken.returncode, len(broken.stderr.splitlines())), (1, 1), broken.stderr)
        with RealServer(**settings) as server:
            self.assertEqual(server.speak(TEXT).body, want.body)
        missing = program.run("cache", "stats", "--set", "cache.disk_path=/nonexistent")
        self.assertEqual(missing.returncode, 1)
        self.assertIn(b"disk_cache_size_mb", missing.stderr)

    def test_kills_while_it_writes(self):
        """LITETTS_KILLS: how often. Each server is asked for what the one before was killed at, against one that keeps nothing on disk."""
        kills = int(os.environ.get("LITETTS_KILLS", "5"))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        settings = {"cache.disk_cache_size_mb": 32, "cache.disk_path": f"{folder.name}/segments.db"}
        pick = random.Random(5)
        asked, origins = [], collections.Counter()
        answered = threading.Event()

        def ask(server, text):
            try:
                answer = server.speak(text, response_format="pcm")
                return answer.headers["x-cache"], answer.body
            except (OSError, AssertionError, ValueError):  # it was killed
                return "cut", b""
            finally:
                answered.set()

        for number in range(kills + 1):
            with RealServer(**settings) as server:  # fails where it does not start
                for text in asked:
                    origin, body = ask(server, text)
                    origins[origin] += 1
                    self.assertEqual(body, self.speak(text, response_format="pcm").body, text)
                self.assertEqual(server.request("GET", "/cache/stats").json()["caches"]["disk"]["damaged"], 0)
                if number == kills:
                    break
                asked = [f"Number {3 * number + i}." for i in range(3)]
                answered.clear()
                threads = [threading.Thread(target=ask, args=(server, text)) for text in asked]
                for thread in threads:
                    thread.start()
                answered.wait()
                time.sleep(pick.uniform(0.0, 0.3))  # the first is written, the others come
                server.process.kill()
                for thread in threads:
                    thread.join()
        words = [word for item in settings.items() for word in ("--set", "=".join(map(str, item)))]
        verified = program.run_json("cache", "verify", *words)
        print(f"{kills} kills; what was asked for then came {dict(origins)}; {verified}")
        self.assertEqual((verified["damaged"], verified["replaced"], origins["cut"]), (0, False, 0))
        self.assertGreater(origins["segments"], 0)

    def learning_server(self, folder, **settings):
        files = {"model.path": program.MODEL, "voice.path": program.HOME / "voices.safetensors",
                 "tts.english_path": program.HOME / "english.safetensors"}
        server = RealServer(env={"LITETTS_HOME": folder}, **files, **{"cache.learned_phrases": 500, **settings})
        self.addCleanup(server.__exit__)
        return server

    def await_phrases(self, server, **want):
        begin = time.monotonic()
        while True:
            stats = server.request("GET", "/cache/stats").json()
            if want.items() <= stats["phrases"].items() and stats["preloader"]["done"]:
                return stats["preloader"]
            self.assertLess(time.monotonic() - begin, 60, stats)
            time.sleep(0.05)

    def test_what_was_asked_for_often_is_there_after_a_restart(self):
        opener = "Of course, here is what I found for you today."
        rest = (" The northern ferry does not run this week, because the harbour is being dredged and the pier is closed to all traffic."
                " Please take the bus along the coast instead, which leaves every hour from the old market square.")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        first = self.learning_server(folder.name)
        for text in (TEXT, opener + rest):
            for fields in ({}, {}, {"voice": "bm_george", "speed": 1.2}, {"voice": "bm_george", "speed": 1.2}):
                self.assertEqual(first.speak(text, **fields).status, 200)
                first.wait_for_load("active", 0)
        # As a file: what is spoken for the cache is not heard while it is made.
        want = first.speak(TEXT, voice="bm_george", speed=1.2, response_format="flac", stream=False).body
        first.speak("Only once.")
        first.wait_for_load("active", 0)
        learned = first.request("GET", "/cache/stats").json()["phrases"]
        self.assertGreaterEqual(learned["learned"], 4)
        self.assertEqual(learned["waiting"], 0)
        first.process.terminate()
        first.process.wait(20)
        text = Path(f"{folder.name}/learned-phrases.json").read_text(encoding="utf-8")
        self.assertNotIn("ferry", text)
        second = self.learning_server(folder.name)
        preloader = self.await_phrases(second, waiting=0)
        self.assertEqual(preloader["learned"], learned["learned"])
        self.assertEqual(second.metric("litetts_preloaded_total"), preloader["learned"] + preloader["interrupted"])
        answer = second.speak(TEXT, voice="bm_george", speed=1.2, response_format="flac")
        self.assertEqual((answer.headers["x-cache"], answer.body), ("segments", want))
        for fields in ({}, {"voice": "bm_george", "speed": 1.2}):
            self.assertEqual(second.speak(TEXT, **fields).headers["x-cache"], "segments", fields)
        computed = second.request("GET", "/cache/stats").json()["segments"]["computed"]
        self.assertEqual(computed, learned["learned"])
        # The opener of another text, too.
        second.speak(opener + " The museum in the harbour is open, and the exhibition about the old lighthouse goes on until the end of the month."
                     " Tickets are sold at the entrance.")
        second.wait_for_load("active", 0)
        chunks = len(program.run_json("phonemize", opener + " The museum in the harbour is open, and the exhibition about the old lighthouse goes on"
                                      " until the end of the month. Tickets are sold at the entrance.")["chunks"])
        self.assertEqual(second.request("GET", "/cache/stats").json()["segments"]["computed"], computed + chunks - 1)
        self.assertGreaterEqual(second.request("POST", "/cache/clear").json()["removed"]["phrases"], learned["learned"])
        self.assertEqual(second.request("GET", "/cache/stats").json()["phrases"], {"learned": 0, "waiting": 0})

    def test_learning_gives_way_to_requests(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        phrases = [{"phonemes": f"ðə fˈɛɹi lˈivz ðə ˈOld hˈɑɹbəɹ ænd ðə {word} ɪz ˈOpən", "voice": "af_heart", "speed": 1, "count": 5,
                    "time": time.time()} for word in ("bˈæŋk", "mˈɑɹkət", "stˈɔɹ", "skˈul", "pˈɑɹk", "bˈɑɹ")]
        Path(f"{folder.name}/learned-phrases.json").write_text(
            json.dumps({"format": "litetts-learned-phrases", "version": 1, "phrases": phrases}), encoding="utf-8")
        server = self.learning_server(folder.name)
        server.wait_for_load("active", 1)
        self.assertEqual(server.speak("Hello.").status, 200)
        self.assertGreaterEqual(server.request("GET", "/cache/stats").json()["preloader"]["interrupted"], 1)
        self.assertEqual(self.await_phrases(server, waiting=0)["learned"], len(phrases))

    def test_limits_hold(self):
        server = RealServer(**{"cache.memory_cache_size_mb": 1, "cache.audio_memory_cache_mb": 1})
        self.addCleanup(server.__exit__)
        for i in range(16):
            self.assertEqual(server.speak(f"Number {i}.").status, 200)
        caches = server.request("GET", "/cache/stats").json()["caches"]
        for cache in (caches["answers"], caches["segments"]):
            self.assertLessEqual(cache["bytes"], 1 << 20)
            self.assertGreater(cache["evictions"], 0)


if __name__ == "__main__":
    program.main()

"""The part of settings_test.py about what a server's operator sets: alerts, learned phrases, memory, cores."""
import os
import re
import shutil
import signal
import time
from pathlib import Path

from server_process import RealServer, Server


def locked_bytes(server):
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmLck:\s+(\d+)", status)[1]) << 10


def anonymous_bytes(server):
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"RssAnon:\s+(\d+)", status)[1]) << 10


class OperationsKeys:
    """Mixed into KeysTest, which has `server` and `folder`."""

    def learned_after_a_restart(self, **settings):
        """Phrases that were learned, the files that this left behind, phrases that the next process knows."""
        env = {"LITETTS_HOME": str(self.folder)}
        settings = {"cache.disk_cache_size_mb": 32, "cache.learned_phrases": 500, **settings}
        with Server(env=env, **settings) as server:
            for _ in range(2):
                server.speak("Again and again.")
                server.wait_for_load("active", 0)
            learned = server.request("GET", "/cache/stats").json()["phrases"]["learned"]
        files = {path.name for path in self.folder.rglob("*") if path.is_file()}
        with Server(env=env, **settings) as server:
            return learned, files, server.request("GET", "/cache/stats").json()

    def test_cache_learned_phrases(self):
        learned, files, stats = self.learned_after_a_restart()
        self.assertEqual((learned, stats["phrases"]["learned"]), (1, 1))
        self.assertIn("learned-phrases.json", files)
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        learned, files, _ = self.learned_after_a_restart(**{"cache.learned_phrases": 0})
        self.assertEqual(learned, 0)
        self.assertNotIn("learned-phrases.json", files)

    def test_cache_idle_fill_seconds(self):
        _, _, stats = self.learned_after_a_restart(**{"cache.idle_fill_seconds": 0})
        time.sleep(1.5)
        self.assertEqual((stats["phrases"]["waiting"], stats["preloader"]["learned"]), (1, 0))
        with Server(env={"LITETTS_HOME": str(self.folder)}, **{"cache.learned_phrases": 500}) as server:
            begin = time.monotonic()
            while server.request("GET", "/cache/stats").json()["preloader"]["learned"] < 1:
                self.assertLess(time.monotonic() - begin, 20)
                time.sleep(0.05)

    def test_server_privacy(self):
        learned, files, stats = self.learned_after_a_restart(**{"server.privacy": "true"})
        self.assertEqual((learned, files, stats["phrases"]["learned"]), (1, set(), 0))
        self.assertNotIn("disk", stats["caches"])

    def raised(self, server):
        """Kinds of the alerts; metrics say the same."""
        kinds = {alert["kind"]: alert["message"] for alert in server.request("GET", "/health").json()["alerts"]}
        text = server.request("GET", "/metrics").body.decode()
        self.assertEqual(set(re.findall(r'litetts_alert\{kind="(\w+)"\} 1', text)), set(kinds))
        return set(kinds)

    def check_alert(self, key, calm, strict, kind, text="Again", count=0, rtf=0.05):
        for value, expected in ((calm, set()), (strict, {kind}), (0, set())):
            server = self.server(rtf, **{f"alerts__{key}": value})
            for _ in range(count):
                server.speak(text)
                server.wait_for_load("active", 0)  # else the next one may join it
            self.assertEqual(self.raised(server) & {kind}, expected, (key, value))

    def test_alerts_max_rtf(self):
        self.check_alert("max_rtf", 100, 0.001, "rtf", count=20)

    def test_alerts_max_error_percent(self):
        self.check_alert("max_error_percent", 100, 50, "errors", text="dumb", count=20)

    def test_alerts_max_memory_percent(self):
        self.check_alert("max_memory_percent", 100, 0.0001, "memory")

    def test_alerts_min_disk_mb(self):
        self.check_alert("min_disk_mb", 1, 1000000000, "disk")

    def test_alerts_max_queue(self):
        server = self.server(20, alerts__max_queue=1, performance__threads=1)
        first = server.send("POST", "/v1/audio/speech", {"input": "Takes its time"})
        server.wait_for_load("active", 1)
        self.assertEqual(self.raised(server) & {"queue"}, set())
        second = server.send("POST", "/v1/audio/speech", {"input": "Waits for it"})
        server.wait_for_load("queued", 1)
        self.assertIn("queue", self.raised(server))
        first.close()
        second.close()

    def test_performance_memory_limit_mb(self):
        server = self.server(performance__memory_limit_mb=4096)
        self.assertEqual(server.speak("Room enough.").status, 200)
        self.assertEqual(server.metric("litetts_memory_limit_bytes"), 4096 << 20)
        path = self.folder / "limit.json"
        path.write_text('{"performance": {"memory_limit_mb": 4096}}', encoding="utf-8")
        # In float32 the prepared weights alone take more than the limit.
        with RealServer("--config", str(path), **{"performance.precision": "f32"}) as server:
            path.write_text('{"performance": {"memory_limit_mb": 64}}', encoding="utf-8")
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_line("reloaded")
            answer = server.speak("No room.")
            self.assertEqual((answer.status, answer.json()["error"]["code"]), (503, "memory_limit"))
            self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)
            self.assertEqual(server.metric("litetts_refused_requests_total"), 1)
            self.assertEqual(server.request("GET", "/health/ready").status, 503)
            begin = time.monotonic()
            while server.metric("litetts_cache_share") == 1:
                self.assertLess(time.monotonic() - begin, 10)
                time.sleep(0.05)

    def test_performance_mlock(self):
        with RealServer(**{"performance.mlock": "true"}) as server:
            line = server.wait_for_line("locked \\d+ MiB in memory|cannot lock")
            if "locked" in line.split(" info ")[-1]:
                self.assertGreater(locked_bytes(server), 50 << 20)
        with RealServer() as server:
            self.assertLess(locked_bytes(server), 1 << 20)

    def test_performance_copy_weights(self):
        with RealServer(**{"performance.copy_weights": "true"}) as server:
            line = server.wait_for_line("weights copied: ")
            copied = int(re.search(r"copied: (\d+) MiB, (\d+|none) of them in huge pages", line)[1])
            self.assertIn(f"{copied} MiB, ", server.request("GET", "/health").json()["backend"]["settings"]["copied_weights"])
            spoken = server.speak("Where do the weights lie?", response_format="pcm").body
            self.assertGreater(anonymous_bytes(server), copied << 20)
        with RealServer() as server:
            self.assertEqual(server.speak("Where do the weights lie?", response_format="pcm").body, spoken)
            self.assertNotIn("copied_weights", server.request("GET", "/health").json()["backend"]["settings"])

    def test_performance_cpu_list(self):
        cpu = min(os.sched_getaffinity(0))
        server = self.server(performance__cpu_list=str(cpu))
        for task in os.listdir(f"/proc/{server.process.pid}/task"):
            self.assertEqual(os.sched_getaffinity(int(task)), {cpu})
        with RealServer("--cpu-list", str(cpu)) as server:
            self.assertEqual(os.sched_getaffinity(server.process.pid), {cpu})
            self.assertEqual(server.metric("litetts_cores"), 1)

    def test_performance_nice(self):
        here = os.getpriority(os.PRIO_PROCESS, 0)
        level = min(19, here + 4)
        server = self.server(performance__nice=level)
        levels = {os.getpriority(os.PRIO_PROCESS, int(task)) for task in os.listdir(f"/proc/{server.process.pid}/task")}
        self.assertEqual(min(levels), level)

    def test_model_idle_unload_seconds(self):
        with RealServer(**{"model.idle_unload_seconds": 0.2}) as server:
            first = server.speak("It wakes up again.", response_format="pcm")
            self.await_unloaded(server)
            self.assertFalse(server.request("GET", "/health").json()["in_memory"])
            self.assertIn("af_sky", server.request("GET", "/v1/audio/voices").body.decode())
            self.assertEqual(server.request("POST", "/cache/clear").status, 200)
            again = server.speak("It wakes up again.", response_format="pcm")
            self.assertEqual(again.body, first.body)
            self.assertGreaterEqual(server.metric("litetts_model_loads_total"), 2)
            print(f"loaded again in {1e3 * server.metric('litetts_model_load_seconds'):.0f} ms")
            self.await_unloaded(server)
            self.assertEqual(server.speak("It wakes up again.", response_format="pcm").headers["x-cache"], "hit")
            self.assertEqual(server.metric("litetts_model_loaded"), 0)  # a cached answer needs no model

    def await_unloaded(self, server):
        begin = time.monotonic()
        while server.metric("litetts_model_loaded") == 1:
            self.assertLess(time.monotonic() - begin, 20)
            time.sleep(0.05)

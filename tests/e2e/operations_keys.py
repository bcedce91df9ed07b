"""The part of config_test.py about what a server's operator sets: alerts, learned phrases, memory, cores."""
import re
import shutil
import time

from server_process import Server


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

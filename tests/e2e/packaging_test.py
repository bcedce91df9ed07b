"""What is packaged: the installed tree works from another place, the proxy samples stream, each file passes its linter."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from packages import use_packages

use_packages(Path(__file__).with_name("packaging_requirements.txt"))

import program  # noqa: E402
from server_process import Server  # noqa: E402

PACKAGING = program.ROOT / "packaging"
BUILD = program.LITETTS.parents[1]
TOOLS = Path(sys.executable).parent  # of the requirements


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class FolderTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def check(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout


class InstallTest(FolderTest):
    def test_the_installed_tree_works_from_another_place(self):
        self.check(run("cmake", "--install", BUILD, "--prefix", self.folder / "there"))
        here = self.folder / "here"
        shutil.move(self.folder / "there", here)
        self.assertRegex(self.check(run(here / "bin/litetts", "--version")), r"^litetts \d+\.\d+\.\d+")
        self.check(run(here / "bin/litetts", "say", "It works.", "-o", self.folder / "out.wav", cwd="/"))
        self.assertGreater(program.rms(program.read_wav(self.folder / "out.wav")), 100)
        port = free_port()
        server = subprocess.Popen([here / "bin/litetts", "serve", "--port", str(port), "--set", "cache.learned_phrases=0"],
                                  stderr=subprocess.DEVNULL, cwd="/")
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        begin = time.monotonic()
        while run(here / "lib/litetts/health-check", port).returncode != 0:
            self.assertLess(time.monotonic() - begin, 60)
            time.sleep(0.1)
        documents = next(here.glob("share/doc/*"))
        for name in ("operations.md", "README.md", "LICENSE", "examples/nginx/litetts.conf", "examples/caddy/Caddyfile"):
            self.assertTrue((documents / name).is_file(), name)
        self.assertTrue((here / "lib/systemd/system/litetts.service").is_file())


class LintTest(FolderTest):
    def test_dockerfile(self):
        self.check(run(TOOLS / "hadolint", "--failure-threshold", "warning", PACKAGING / "docker/Dockerfile"))

    def test_compose_file(self):
        import yaml
        services = yaml.safe_load((PACKAGING / "docker/compose.yaml").read_text(encoding="utf-8"))["services"]
        self.assertTrue(services["litetts"]["read_only"])
        build = services["litetts"]["build"]
        self.assertTrue((PACKAGING / "docker" / build["context"] / build["dockerfile"]).is_file())

    def test_kubernetes_manifest(self):
        self.check(run(TOOLS / "kubernetes-validate", "--strict", PACKAGING / "kubernetes/litetts.yaml"))

    def test_systemd_unit(self):
        if shutil.which("systemd-analyze") is None:
            self.skipTest("systemd-analyze is not installed")
        unit = self.folder / "litetts.service"
        text = (PACKAGING / "systemd/litetts.service").read_text(encoding="utf-8")
        unit.write_text(text.replace("/usr/bin/litetts", str(program.LITETTS)), encoding="utf-8")
        result = run("systemd-analyze", "verify", unit)
        self.assertEqual((result.returncode, [line for line in result.stderr.splitlines() if "litetts" in line]), (0, []))
        exposure = run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)
        self.assertEqual(exposure.returncode, 0, exposure.stdout[-200:])

    def test_the_unit_lets_it_do_what_it_does(self):
        """Threads set their own scheduling: the filter must allow that, or the system ends the program."""
        text = (PACKAGING / "systemd/litetts.service").read_text(encoding="utf-8")
        denied = " ".join(re.findall(r"^SystemCallFilter=~(.*)$", text, re.MULTILINE))
        self.assertNotIn("@resources", denied)
        self.assertIn("SystemCallErrorNumber=EPERM", text)


class ProxyTest(FolderTest):
    """The first piece of audio comes through long before the last is made."""

    def check_streaming(self, command, port):
        proxy = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
                                 env={**os.environ, "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)})

        def end():
            proxy.send_signal(signal.SIGTERM)
            proxy.communicate(timeout=20)
        self.addCleanup(end)
        begin = time.monotonic()
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                self.assertIsNone(proxy.poll(), "the proxy ended")
                self.assertLess(time.monotonic() - begin, 20)
                time.sleep(0.05)
        through = Server.__new__(Server)  # only to ask
        through.host, through.port, through.tls = "127.0.0.1", port, None
        text = " ".join(["A sentence that takes its time."] * 8)
        begin = time.monotonic()
        answer = through.request("POST", "/v1/audio/speech", {"input": text, "response_format": "pcm"})
        self.assertEqual(answer.status, 200, answer.body)
        first, last = (piece[1] - begin for piece in (answer.pieces[0], answer.pieces[-1]))
        print(f"{command[0]}: first piece after {first:.2f} s, last after {last:.2f} s")
        self.assertLess(first, last / 3)
        self.assertEqual(len(answer.body), 2 * 600 * sum(c.isalpha() for c in text))

    def setUp(self):
        super().setUp()
        self.server = Server(0.6)
        self.addCleanup(self.server.__exit__)
        self.port = free_port()

    def test_nginx(self):
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        if not os.path.exists(nginx):
            self.skipTest("nginx is not installed")
        sample = (PACKAGING / "nginx/litetts.conf").read_text(encoding="utf-8")
        sample = sample.replace("127.0.0.1:8354", f"127.0.0.1:{self.server.port}").replace("listen 80;", f"listen 127.0.0.1:{self.port};")
        paths = "".join(f"{name}_temp_path {self.folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(f"daemon off;\npid {self.folder}/pid;\nerror_log {self.folder}/errors;\nevents {{}}\n"
                                                f"http {{\naccess_log off;\n{paths}{sample}\n}}\n", encoding="utf-8")
        words = [nginx, "-p", self.folder, "-e", self.folder / "errors", "-c", self.folder / "nginx.conf"]
        self.check(run(*words, "-t"))
        self.check_streaming(words, self.port)

    def test_caddy(self):
        caddy = TOOLS / "caddy"
        sample = (PACKAGING / "caddy/Caddyfile").read_text(encoding="utf-8")
        self.check(run(caddy, "validate", "--adapter", "caddyfile", "--config", PACKAGING / "caddy/Caddyfile", env={**os.environ, "HOME": str(self.folder)}))
        sample = sample.replace("127.0.0.1:8354", f"127.0.0.1:{self.server.port}").replace("tts.example.org {", f"http://:{self.port} {{\n\tbind 127.0.0.1")
        (self.folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + sample, encoding="utf-8")
        self.check_streaming([caddy, "run", "--adapter", "caddyfile", "--config", self.folder / "Caddyfile"], self.port)


if __name__ == "__main__":
    program.main()

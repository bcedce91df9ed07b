"""Starts a server process for a test and speaks raw HTTP/1.1 to it."""
import json
import os
import re
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

from program import LITETTS

ROOT = Path(__file__).resolve().parents[2]
FAKE_SERVER = os.environ.get("LITETTS_FAKE_SERVER") or str(ROOT / "build/release/bin/litetts_fake_server")


TIMEOUT_S = 120  # generous: the machine may be busy


class Server:
    """`litetts_fake_server`: the real server over a speaker that needs `rtf` core seconds for a second."""

    def __init__(self, rtf=0.0, config=None, env=None, **settings):
        # Without caches: the tests ask for the same text again and count on the work. Nothing is learned: the folder is
        # the user's own.
        settings = {"server.port": 0, "performance.threads": 2, "cache.memory_cache_size_mb": 0,
                    "cache.warm_cache_on_startup": "false", "cache.learned_phrases": 0, **settings}
        self.host = settings.get("server.host", "127.0.0.1")
        arguments = [f"config={config}"] if config else []
        self.start([FAKE_SERVER, str(rtf), *arguments, *(f"{key}={value}" for key, value in settings.items())], env)

    def start(self, command, env=None):
        """Starts the process and returns when it is ready."""
        self.begin = time.monotonic()
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
        self.lines = []
        self.port = None
        self.tls = None
        listening = threading.Event()
        self.reader = threading.Thread(target=self._read, args=(listening,), daemon=True)
        self.reader.start()
        assert listening.wait(60) and self.port, self.lines
        self.listening_seconds = time.monotonic() - self.begin
        if any("listening on https:" in line for line in self.lines):
            self.tls = ssl.create_default_context()
            self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        deadline = time.monotonic() + 60
        while self.request("GET", "/health/ready").status != 200:
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.01)
        self.ready_seconds = time.monotonic() - self.begin

    def _read(self, listening):
        for line in self.process.stderr:
            self.lines.append(line.rstrip())
            found = re.search(r"listening on \w+://[^:]*:(\d+)", line)
            if found:
                self.port = int(found[1])
                listening.set()
        listening.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        self.reader.join()
        self.process.stderr.close()

    def connect(self):
        connection = socket.create_connection((self.host, self.port), timeout=TIMEOUT_S)
        return self.tls.wrap_socket(connection) if self.tls else connection

    def send(self, method, path, body=None, headers=None):
        """Sends one request and returns the open socket."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: test", f"Content-Length: {len(data)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        connection = self.connect()
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        return connection

    def stall(self, text):
        """Asks for speech and reads nothing of it; the open socket."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", self.port))
        body = json.dumps({"input": text, "response_format": "wav"}).encode()
        connection.sendall(b"POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        return connection

    def request(self, method, path, body=None, headers=None):
        with self.send(method, path, body, headers) as connection:
            return Answer(connection, method)

    def speak(self, text, **fields):
        return self.request("POST", "/v1/audio/speech", {"input": text, "response_format": "wav", **fields})

    def metric(self, name):
        text = self.request("GET", "/metrics").body.decode()
        values = [line.rsplit(" ", 1)[1] for line in text.splitlines()
                  if line.split("{")[0].split(" ")[0] == name]
        return sum(map(float, values))

    def load(self, kind):
        text = self.request("GET", "/metrics").body.decode()
        return float(re.search(r'litetts_load\{kind="%s"\} (\S+)' % kind, text)[1])

    def wait_for_readings(self, count, seconds=30):
        """Until the server has read its own metrics so often; it does once a second."""
        begin = time.monotonic()
        while self.request("GET", "/performance/history?after=1000000000").json()["newest"] < count:
            assert time.monotonic() - begin < seconds
            time.sleep(0.05)

    def wait_for_line(self, pattern, seconds=30):
        """The first line of the log that the pattern is found in, from now on or before."""
        begin = time.monotonic()
        while True:
            for line in list(self.lines):
                if re.search(pattern, line):
                    return line
            if time.monotonic() - begin > seconds:
                raise AssertionError(f"no line with {pattern}: {self.lines}")
            time.sleep(0.01)

    def wait_for_load(self, kind, value, seconds=30):
        """Seconds until the gauge has the value."""
        begin = time.monotonic()
        while self.load(kind) != value:
            if time.monotonic() - begin > seconds:
                raise AssertionError(f"{kind} is {self.load(kind)}, not {value}")
            time.sleep(0.002)
        return time.monotonic() - begin


class RealServer(Server):
    """`litetts serve` over the real model."""

    def __init__(self, *arguments, env=None, **settings):
        settings = {"server.port": 0, "cache.warm_cache_on_startup": "false", "cache.learned_phrases": 0, **settings}
        self.host = settings.get("server.host", "127.0.0.1")
        self.start([str(LITETTS), "serve", *arguments,
                    *(word for key, value in settings.items() for word in ("--set", f"{key}={value}"))], env)


class Answer:
    """A whole response: `pieces` are the chunks with the time when each came."""

    def __init__(self, connection, method="GET"):
        self.file = connection.makefile("rb")
        status_line = self.file.readline().decode()
        assert status_line, "the connection closed without an answer"
        self.status = int(status_line.split()[1])
        self.headers = {}
        while (line := self.file.readline().decode().strip()):
            name, value = line.split(":", 1)
            self.headers[name.lower()] = value.strip()
        self.pieces = []
        self.trailers = {}
        if method != "HEAD" and self.status not in (204, 304):
            self._read_body()
        self.body = b"".join(data for data, _ in self.pieces)
        self.file.close()

    def _read_body(self):
        if self.headers.get("transfer-encoding") == "chunked":
            while True:
                size = int(self.file.readline(), 16)
                if size == 0:
                    while line := self.file.readline().decode().strip():
                        name, value = line.split(":", 1)
                        self.trailers[name.lower()] = value.strip()
                    return
                data = self.file.read(size)
                assert len(data) == size and self.file.readline() == b"\r\n", "the body ends too early"
                self.pieces.append((data, time.monotonic()))
        data = self.file.read(int(self.headers.get("content-length", 0)))
        assert len(data) == int(self.headers.get("content-length", 0)), "the body ends too early"
        self.pieces.append((data, time.monotonic()))

    def json(self):
        return json.loads(self.body)

"""Starts a server process for a test and speaks raw HTTP/1.1 to it."""
import json
import os
import re
import socket
import subprocess
import threading
import time

FAKE_SERVER = os.environ.get("LITETTS_FAKE_SERVER", "")


class Server:
    """`litetts_fake_server`: the real server over a speaker that needs `rtf` core seconds for a second."""

    def __init__(self, rtf=0.0, **settings):
        settings = {"server.port": 0, "performance.threads": 2, **settings}
        self.process = subprocess.Popen(
            [FAKE_SERVER, str(rtf), *(f"{key}={value}" for key, value in settings.items())],
            stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.port = None
        listening = threading.Event()
        self.reader = threading.Thread(target=self._read, args=(listening,), daemon=True)
        self.reader.start()
        assert listening.wait(20) and self.port, self.lines
        while self.request("GET", "/health/ready").status != 200:
            time.sleep(0.01)

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
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def send(self, method, path, body=None, headers=None):
        """Sends one request and returns the open socket."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: test", f"Content-Length: {len(data)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        connection = self.connect()
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
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

    def wait_for_load(self, kind, value, seconds=10):
        """Seconds until the gauge has the value."""
        begin = time.monotonic()
        while self.load(kind) != value:
            if time.monotonic() - begin > seconds:
                raise AssertionError(f"{kind} is {self.load(kind)}, not {value}")
            time.sleep(0.002)
        return time.monotonic() - begin


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
        if method != "HEAD" and self.status not in (204, 304):
            self._read_body()
        self.body = b"".join(data for data, _ in self.pieces)
        self.file.close()

    def _read_body(self):
        if self.headers.get("transfer-encoding") == "chunked":
            while True:
                size = int(self.file.readline(), 16)
                data = self.file.read(size)
                assert len(data) == size and self.file.readline() == b"\r\n", "the body ends too early"
                if size == 0:
                    return
                self.pieces.append((data, time.monotonic()))
        data = self.file.read(int(self.headers.get("content-length", 0)))
        assert len(data) == int(self.headers.get("content-length", 0)), "the body ends too early"
        self.pieces.append((data, time.monotonic()))

    def json(self):
        return json.loads(self.body)

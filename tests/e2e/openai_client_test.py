"""The official OpenAI clients for Python and Node, unchanged, against the real server over the real model."""
import base64
import io
import json
import os
import subprocess
import unittest
import wave
from pathlib import Path

from packages import node_modules, skip, use_packages

use_packages()

import openai  # noqa: E402

import program  # noqa: E402
from server_process import FAKE_SERVER, RealServer, Server  # noqa: E402

TEXT = "Hello there. This is a second sentence, and it is a little longer than the first one was."
FORMATS = ("mp3", "opus", "aac", "flac", "wav", "pcm")
MAGIC = {"mp3": b"ID3", "opus": b"OggS", "aac": b"\xff", "flac": b"fLaC", "wav": b"RIFF", "pcm": b""}


class PythonClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = RealServer(**{"server.api_keys": "test=sk-test"})
        cls.addClassCleanup(cls.server.__exit__)
        cls.base = f"http://127.0.0.1:{cls.server.port}/v1"
        cls.client = openai.OpenAI(api_key="sk-test", base_url=cls.base, max_retries=0, timeout=300)
        cls.addClassCleanup(cls.client.close)

    def speak(self, **fields):
        return self.client.audio.speech.create(**{"model": "tts-1", "voice": "alloy", "input": TEXT, **fields})

    def test_every_format_streaming_and_not(self):
        for fmt in FORMATS:
            whole = self.speak(response_format=fmt).content
            self.assertTrue(whole.startswith(MAGIC[fmt]), fmt)
            with self.client.audio.speech.with_streaming_response.create(
                    model="tts-1-hd", voice="alloy", input=TEXT, response_format=fmt) as answer:
                self.assertEqual(b"".join(answer.iter_bytes()), whole, fmt)

    def test_instructions_are_accepted(self):
        answer = self.client.audio.speech.with_raw_response.create(
            model="gpt-4o-mini-tts", voice="coral", input="Hello.", instructions="Speak slowly.")
        self.assertEqual(answer.headers["x-without-effect"], "instructions")

    def test_sse(self):
        with self.client.audio.speech.with_streaming_response.create(
                model="gpt-4o-mini-tts", voice="alloy", input=TEXT, response_format="pcm", stream_format="sse") as answer:
            events = [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line]
        self.assertEqual({event["type"] for event in events[:-1]}, {"speech.audio.delta"})
        self.assertEqual(b"".join(base64.b64decode(event["audio"]) for event in events[:-1]),
                         self.speak(response_format="pcm").content)
        self.assertEqual(events[-1]["type"], "speech.audio.done")
        self.assertGreater(events[-1]["usage"]["input_tokens"], 10)

    def test_times_come_with_their_audio(self):
        ssml = f"<speak>{TEXT} <mark name='end'/></speak>"
        for form, prefix in (("sse", "data: "), ("ndjson", "")):
            with self.client.audio.speech.with_streaming_response.create(
                    model="tts-1", voice="alloy", input=ssml, response_format="pcm", stream_format=form,
                    extra_body={"timestamp_types": ["words", "visemes", "marks", "characters"]}) as answer:
                *pieces, end = [json.loads(line.removeprefix(prefix)) for line in answer.iter_lines() if line]
            self.assertEqual(end["type"], "speech.audio.done")
            words = [word["word"] for piece in pieces for word in piece["timestamps"]]
            self.assertEqual(" ".join(words), TEXT.replace(".", "").replace(",", ""))
            seconds = sum(len(base64.b64decode(piece["audio"])) for piece in pieces) / 48000
            self.assertAlmostEqual([v for piece in pieces for v in piece["visemes"]][-1]["end_time"], seconds, 4)
            self.assertEqual([mark["name"] for piece in pieces for mark in piece["marks"]], ["end"])
            self.assertEqual("".join(c for piece in pieces for c in piece["alignment"]["characters"]), ssml)

    def test_every_voice_of_openai(self):
        for voice in ("alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin", "cedar"):
            answer = self.speak(voice=voice, input="Yes.", response_format="wav", extra_body={"stream": False})
            with wave.open(io.BytesIO(answer.content)) as file:
                self.assertEqual(file.getframerate(), 24000)
                self.assertGreater(file.getnframes(), 5000, voice)

    def test_other_names_of_voices(self):
        heart = self.speak(voice="af_heart", input="Yes.", response_format="pcm").content
        self.assertEqual(self.speak(voice="heart", input="Yes.", response_format="pcm").content, heart)
        self.assertEqual(self.speak(voice={"id": "af_heart"}, input="Yes.", response_format="pcm").content, heart)
        blend = self.speak(voice="heart(2)+sky", input="Yes.", response_format="pcm").content
        self.assertNotEqual(blend, heart)

    def test_errors_become_the_clients_exceptions(self):
        for fields, param in (({"voice": "nobody"}, "voice"), ({"speed": 9.0}, "speed"), ({"input": ""}, "input"),
                              ({"input": 5}, "input"), ({"response_format": "midi"}, "response_format")):
            with self.assertRaises(openai.BadRequestError) as caught:
                self.speak(**fields)
            self.assertEqual(caught.exception.param, param)
        with self.assertRaises(openai.NotFoundError):
            self.speak(model="no-such-model")
        with openai.OpenAI(api_key="wrong", base_url=self.base, max_retries=0) as client:
            with self.assertRaises(openai.AuthenticationError):
                client.models.list()

    def test_a_failure_inside_is_an_internal_error(self):
        with Server() as server:
            client = openai.OpenAI(api_key="none", base_url=f"http://127.0.0.1:{server.port}/v1", max_retries=0)
            with client, self.assertRaises(openai.InternalServerError):
                client.audio.speech.create(model="tts-1", voice="af_heart", input="fail")

    def test_models(self):
        self.assertIn("tts-1", [model.id for model in self.client.models.list()])
        self.assertEqual(self.client.models.retrieve("kokoro").id, "kokoro")
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("nothing")


class NodeClientTest(unittest.TestCase):
    def test_the_node_client(self):
        with RealServer(**{"server.api_keys": "test=sk-test"}) as server:
            result = subprocess.run(
                ["node", str(Path(__file__).with_name("openai_client.mjs"))], capture_output=True, text=True, timeout=600,
                env={**os.environ, "BASE_URL": f"http://127.0.0.1:{server.port}/v1", "CLIENT": str(node_modules() / "openai/index.mjs")})
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("all checks passed", result.stdout)


if __name__ == "__main__":
    if not os.path.exists(FAKE_SERVER):
        skip("LITETTS_FAKE_SERVER names no program")
    program.main()

"""The official OpenAI client, unchanged, against the server: formats, streaming, SSE, errors, models."""
import io
import os
import sys
import unittest
import wave

from server_process import FAKE_SERVER, Server

try:
    import openai
except ImportError:
    print("SKIPPED: the Python package openai is not installed")
    sys.exit(77)

TEXT = "Hello there. This is a second sentence."
NUM_SAMPLES = 600 * sum(c.isalpha() for c in TEXT)


class OpenAiClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(**{"server.api_keys": "test=sk-test"})
        cls.addClassCleanup(cls.server.__exit__)
        cls.base = f"http://127.0.0.1:{cls.server.port}/v1"
        cls.client = openai.OpenAI(api_key="sk-test", base_url=cls.base, max_retries=0)
        cls.addClassCleanup(cls.client.close)

    def speak(self, **fields):
        return self.client.audio.speech.create(**{"model": "tts-1", "voice": "alloy", "input": TEXT, **fields})

    def setUp(self):
        # The fake speaker has three voices; the client's names are resolved where Kokoro has the voice.
        self.voice = "af_heart"

    def test_every_format(self):
        magic = {"mp3": b"\xff", "opus": b"OggS", "aac": b"\xff", "flac": b"fLaC", "wav": b"RIFF", "pcm": b""}
        for fmt, start in magic.items():
            answer = self.speak(voice=self.voice, response_format=fmt)
            self.assertTrue(answer.content.startswith(start), fmt)
        self.assertEqual(len(self.speak(voice=self.voice, response_format="pcm").content), 2 * NUM_SAMPLES)

    def test_streaming(self):
        with self.client.audio.speech.with_streaming_response.create(
                model="gpt-4o-mini-tts", voice=self.voice, input=TEXT, response_format="wav",
                instructions="Speak slowly") as answer:
            data = b"".join(answer.iter_bytes())
        self.assertEqual(len(data), 44 + 2 * NUM_SAMPLES)

    def test_sse(self):
        with self.client.audio.speech.with_streaming_response.create(
                model="gpt-4o-mini-tts", voice=self.voice, input=TEXT, response_format="pcm",
                extra_body={"stream_format": "sse"}) as answer:
            lines = [line for line in answer.iter_lines() if line]
        self.assertTrue(all(line.startswith('data: {"type":"speech.audio.') for line in lines))
        self.assertIn("speech.audio.done", lines[-1])

    def test_voices_by_openai_name(self):
        answer = self.speak(voice="marin", response_format="wav", extra_body={"stream": False})
        with wave.open(io.BytesIO(answer.content)) as file:
            self.assertEqual((file.getframerate(), file.getnframes()), (24000, NUM_SAMPLES))

    def test_errors_become_the_clients_exceptions(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.speak(voice="nobody")
        self.assertEqual(caught.exception.param, "voice")
        with self.assertRaises(openai.NotFoundError):
            self.speak(voice=self.voice, model="no-such-model")
        with self.assertRaises(openai.BadRequestError):
            self.speak(voice=self.voice, speed=9.0)
        with self.assertRaises(openai.InternalServerError):
            self.speak(voice=self.voice, input="fail")
        with self.assertRaises(openai.AuthenticationError), openai.OpenAI(api_key="wrong", base_url=self.base, max_retries=0) as client:
            client.models.list()

    def test_models(self):
        names = [model.id for model in self.client.models.list()]
        self.assertIn("tts-1", names)
        self.assertEqual(self.client.models.retrieve("kokoro").id, "kokoro")
        with self.assertRaises(openai.NotFoundError):
            self.client.models.retrieve("nothing")


if __name__ == "__main__":
    if not os.path.exists(FAKE_SERVER):
        print("SKIPPED: LITETTS_FAKE_SERVER names no program")
        sys.exit(77)
    unittest.main()

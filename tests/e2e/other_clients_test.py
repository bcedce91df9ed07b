"""The requests that OpenWebUI and Kokoro-FastAPI's clients send, to the real server over the real model."""
import json
import unittest

import program
from server_process import RealServer


class OtherClientsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = RealServer()
        cls.addClassCleanup(cls.server.__exit__)

    def post(self, path, body, headers=None):
        return self.server.request("POST", path, body, headers)

    def test_openwebui(self):
        """Its settings name a base address; people give it with and without the end of the path."""
        # It sends the model last, since it adds it to what its page sent; and headers that tell its user.
        payload = {"input": "Here is the answer.", "voice": "alloy", "model": "tts-1"}
        headers = {"Content-Type": "application/json", "Authorization": "Bearer none", "X-OpenWebUI-User-Name": "Ann",
                   "X-OpenWebUI-User-Id": "1", "X-OpenWebUI-User-Email": "a@example.org", "X-OpenWebUI-User-Role": "user",
                   "Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "Python/3.11 aiohttp/3.11.11"}
        bodies = set()
        for base in ("/v1", "/v1/audio/speech", "/v1/audio/stream", ""):
            answer = self.post(base + "/audio/speech", payload, headers)
            self.assertEqual((answer.status, answer.headers["content-type"]), (200, "audio/mpeg"), base)
            self.assertNotIn("content-encoding", answer.headers)
            bodies.add(answer.body)
        self.assertEqual(len(bodies), 1)
        voices = self.server.request("GET", "/v1/audio/voices").json()["voices"]
        self.assertIn("af_heart", {voice["id"]: voice["name"] for voice in voices})
        models = self.server.request("GET", "/v1/audio/models").json()["models"]
        self.assertIn("tts-1", {model["id"]: model["name"] for model in models})

    def test_openwebui_tells_its_user_our_message(self):
        answer = self.post("/v1/audio/speech", {"input": "Hi.", "voice": "nobody", "model": "tts-1"})
        self.assertIn("nobody", answer.json()["error"]["message"])

    def test_kokoro_fastapi(self):
        """All fields of its schema with their defaults, as its own clients send them."""
        options = {"normalize": True, "unit_normalization": False, "url_normalization": True, "email_normalization": True,
                   "optional_pluralization_normalization": True, "phone_normalization": True, "replace_remaining_symbols": True}
        full = {"model": "kokoro", "input": "A full request.", "voice": "af_bella+af_sky(0.5)", "response_format": "mp3",
                "download_format": "wav", "speed": 1.0, "stream": True, "return_download_link": True, "lang_code": None,
                "volume_multiplier": 1.0, "normalization_options": options}
        answer = self.post("/v1/audio/speech", full)
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "audio/mpeg"))
        self.assertEqual(set(answer.headers["x-without-effect"].split(", ")),
                         {"normalization_options", "download_format", "return_download_link"})
        small = {"model": "kokoro", "input": "A small request.", "voice": "af_heart", "response_format": "pcm"}
        streamed = self.post("/v1/audio/speech", {**small, "stream": True}).body
        self.assertEqual(self.post("/v1/audio/speech", {**small, "stream": False}).body, streamed)
        legacy = self.server.request("GET", "/v1/audio/voices?legacy=true").json()["voices"]
        self.assertIn("af_heart", legacy)

    def test_kokoro_fastapi_phonemes(self):
        answer = self.post("/dev/phonemize", {"text": "Hello world!", "language": "a"}).json()
        self.assertEqual((answer["tokens"][0], answer["tokens"][-1]), (0, 0))
        audio = self.post("/dev/generate_from_phonemes", {"phonemes": answer["phonemes"], "voice": "af_bella"})
        self.assertEqual((audio.status, audio.headers["content-type"], audio.body[:4]), (200, "audio/wav", b"RIFF"))
        said = self.server.speak("Hello world!", voice="af_bella", stream=False)
        self.assertEqual(audio.body[44:], said.body[44:])

    def test_what_is_missing_says_so(self):
        for path, body in (("/dev/captioned_speech", {"input": "Hi."}), ("/v1/audio/blend", {}), ("/cache/clear", {}),
                           ("/v1/audio/voices/clone", {}), ("/v1/audio/speech", {"input": "Hi.", "return_timestamps": True}),
                           ("/v1/audio/speech", {"input": "Hi.", "lexicon": {"Hi": "hˈI"}})):
            answer = self.post(path, body)
            self.assertEqual((answer.status, answer.json()["error"]["code"]), (501, "not_implemented"), path)
            self.assertGreater(len(answer.json()["error"]["message"]), 10)

    def test_diagnostics_and_estimate(self):
        told = self.post("/diagnostics/text-processing", {"text": "Dr. Smith."}).json()
        self.assertTrue(told["chunks"] and told["phonemes"])
        estimate = self.post("/estimate", {"text": program.LONG_TEXT}).json()
        audio = self.post("/v1/audio/speech", {"input": program.LONG_TEXT, "response_format": "pcm"}).body
        self.assertAlmostEqual(estimate["audio_seconds"], len(audio) / 48000, delta=0.4 * estimate["audio_seconds"])
        self.assertGreater(estimate["core_seconds"], 0)

    def test_the_log_has_the_stages_and_no_text(self):
        self.post("/v1/audio/speech", {"input": "Unmistakable words."}, {"X-Request-Id": "log-test"})
        line = self.server.wait_for_line("speech id=log-test")
        for stage in ("queue_s", "normalise_s", "g2p_s", "network_s", "vocoder_s", "encode_s"):
            self.assertRegex(line, rf" {stage}=\d")
        self.assertFalse([line for line in self.server.lines if "nmistakable" in line])
        self.assertTrue(json.dumps(self.server.request("GET", "/performance/stats").json()))


if __name__ == "__main__":
    program.main()

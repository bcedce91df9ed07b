"""The requests that OpenWebUI and Kokoro-FastAPI's clients send, to the real server over the real model."""
import base64
import json
import re
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
        file = self.post("/v1/audio/speech", {**small, "stream": False}).body
        self.assertEqual(self.post("/v1/audio/speech", {**small, "stream": True}).body, file)  # of the audio that is there
        legacy = self.server.request("GET", "/v1/audio/voices?legacy=true").json()["voices"]
        self.assertIn("af_heart", legacy)

    def test_kokoro_fastapi_phonemes(self):
        answer = self.post("/dev/phonemize", {"text": "Hello world!", "language": "a"}).json()
        self.assertEqual((answer["tokens"][0], answer["tokens"][-1]), (0, 0))
        said = self.server.speak("Hello world!", voice="af_bella", stream=False)
        audio = self.post("/dev/generate_from_phonemes", {"phonemes": answer["phonemes"], "voice": "af_bella"})
        self.assertEqual((audio.status, audio.headers["content-type"], audio.body[:4]), (200, "audio/wav", b"RIFF"))
        self.assertEqual(audio.body[44:], said.body[44:])

    def check_captions(self, pieces, text, audio_seconds):
        """The words are the text's, in order, within the audio."""
        words = [word for piece in pieces for word in piece["timestamps"]]
        self.assertEqual([word["word"] for word in words], re.findall(r"[\w']+", text))
        before = 0.0
        for word in words:
            self.assertEqual(text.encode()[word["begin"]:word["end"]].decode(), word["word"])
            self.assertLessEqual(before, word["start_time"])
            self.assertLess(word["start_time"], word["end_time"])
            before = word["end_time"]
        self.assertLessEqual(before, audio_seconds)
        self.assertGreater(before, 0.8 * audio_seconds)

    def test_kokoro_fastapi_captions(self):
        """As its examples read them: JSON objects on lines, each with a piece of the audio and its words."""
        body = {"model": "kokoro", "input": program.LONG_TEXT, "voice": "af_heart", "speed": 1.0, "response_format": "wav",
                "stream": False}
        plain = self.post("/v1/audio/speech", body).body
        whole = self.post("/dev/captioned_speech", body)
        self.assertEqual((whole.status, whole.headers["content-type"]), (200, "application/json"))
        said = whole.json()
        self.assertEqual((set(said), said["audio_format"]), ({"audio", "audio_format", "timestamps"}, "audio/wav"))
        self.assertEqual(base64.b64decode(said["audio"]), plain)
        self.check_captions([said], program.LONG_TEXT, (len(plain) - 92) / 48000)
        streamed = self.post("/dev/captioned_speech", {**body, "stream": True, "response_format": "pcm"})
        pieces = [json.loads(line) for line in streamed.body.decode().splitlines()]
        self.assertGreater(len(pieces), 1)
        self.assertEqual(b"".join(base64.b64decode(piece["audio"]) for piece in pieces), plain[44:-48])
        self.assertEqual([word for piece in pieces for word in piece["timestamps"]], said["timestamps"])
        without = self.post("/dev/captioned_speech", {**body, "input": "Hi.", "return_timestamps": False}).json()
        self.assertIsNone(without["timestamps"])

    def test_timestamps_in_events(self):
        body = {"input": program.LONG_TEXT, "response_format": "pcm", "stream_format": "sse", "return_timestamps": True}
        events = [json.loads(line[6:]) for line in self.post("/v1/audio/speech", body).body.decode().split("\n\n") if line]
        audio = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
        self.check_captions(events[:-1], program.LONG_TEXT, len(audio) / 48000)
        refused = self.post("/v1/audio/speech", {**body, "stream_format": "audio"})
        self.assertEqual((refused.status, refused.json()["error"]["param"]), (400, "return_timestamps"))

    def test_what_is_missing_says_so(self):
        answer = self.post("/v1/audio/voices/clone", {})
        self.assertEqual((answer.status, answer.json()["error"]["code"]), (501, "not_implemented"))
        self.assertGreater(len(answer.json()["error"]["message"]), 10)

    def test_blends_are_saved_used_listed_and_deleted(self):
        spellings = ("af_heart(2)+af_sky(3)", "heart.4+sky.6", "sky*0.6+heart*0.4", "heart:40,sky:60")
        self.assertEqual({self.post("/v1/audio/blend", {"voice": s}).json()["voice"] for s in spellings},
                         {"af_heart(2)+af_sky(3)"})
        parts = {"voices": [{"voice": "heart", "weight": 0.4}, {"voice": "sky", "weight": 0.6}]}
        self.assertEqual(self.post("/v1/audio/blend", parts).json(), {"voice": "af_heart(2)+af_sky(3)"})
        self.addCleanup(self.server.request, "DELETE", "/v1/audio/blend/preset/test_duo")
        saved = self.post("/v1/audio/blend/preset", {"name": "test_duo", "voices": {"heart": 2, "sky": 3}})
        self.assertEqual((saved.status, saved.json()["voice"]), (200, "af_heart(2)+af_sky(3)"))
        listed = {p["name"]: p for p in self.server.request("GET", "/v1/audio/blend/presets").json()["presets"]}
        self.assertFalse(listed["test_duo"]["built_in"])
        built_in = next(p["name"] for p in listed.values() if p["built_in"])
        audio = {self.server.speak("Yes.", voice=v, response_format="pcm").body for v in ("test_duo", *spellings)}
        self.assertEqual(len(audio), 1)
        for name, status in ((built_in, 403), ("af_heart", 409), ("../x", 400), ("", 400)):
            self.assertEqual(self.post("/v1/audio/blend/preset", {"name": name, "voice": "sky"}).status, status, name)
        self.assertEqual(self.post("/v1/audio/blend", {"voice": "sky+nobody"}).status, 404)
        self.assertEqual(self.server.request("DELETE", "/v1/audio/blend/preset/test_duo").status, 200)
        self.assertEqual(self.server.request("DELETE", "/v1/audio/blend/preset/test_duo").status, 404)
        self.assertEqual(self.server.request("DELETE", f"/v1/audio/blend/preset/{built_in}").status, 403)
        self.assertEqual(self.server.speak("Yes.", voice="test_duo").status, 400)

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

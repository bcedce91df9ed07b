"""Every format of the real server over the real model, decoded by somebody else: length, level, content, media type."""
import base64
import json
import unittest

from packages import use_packages

use_packages()

import numpy as np  # noqa: E402

import program  # noqa: E402
from decode import decode_alaw, decode_ffmpeg, decode_mulaw, decode_pcm, decode_sndfile, level_db, snr_db  # noqa: E402
from server_process import RealServer  # noqa: E402

SHORT = "The quick brown fox."
LONG = program.LONG_TEXT


def resample(samples, factor):
    """Exact band-limited upsampling by a whole factor, or downsampling to 8 kHz by 3, through the spectrum."""
    spectrum = np.fft.rfft(samples)
    size = int(round(len(samples) * factor))
    return np.fft.irfft(spectrum[:size // 2 + 1] * factor, size)


class FormatsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = RealServer()
        cls.addClassCleanup(cls.server.__exit__)
        cls.reference = {}
        for text in (SHORT, LONG):
            answer = cls.server.speak(text, response_format="pcm", stream=False)
            cls.reference[text] = decode_pcm(answer.body)
            assert answer.status == 200, answer.body

    def each(self, fmt, media_type, **fields):
        for text in (SHORT, LONG):
            for stream in (True, False):
                answer = self.server.speak(text, response_format=fmt, stream=stream, **fields)
                with self.subTest(format=fmt, long=text == LONG, stream=stream):
                    self.assertEqual((answer.status, answer.headers["content-type"]), (200, media_type))
                    if not stream:
                        self.assertEqual(int(answer.headers["content-length"]), len(answer.body))
                        self.assertAlmostEqual(float(answer.headers["x-audio-duration"]), len(self.reference[text]) / 24000, 5)
                    yield text, stream, answer

    def test_pcm(self):
        for text, _, answer in self.each("pcm", "audio/pcm"):
            np.testing.assert_array_equal(decode_pcm(answer.body), self.reference[text])

    def test_wav(self):
        for text, stream, answer in self.each("wav", "audio/wav"):
            samples, rate = decode_sndfile(answer.body)
            self.assertEqual(rate, 24000)
            np.testing.assert_array_equal(samples, self.reference[text])
            exact = text == SHORT or not stream
            self.assertEqual(int.from_bytes(answer.body[40:44], "little"), len(answer.body) - 92 if exact else 0xFFFFFFFF)

    def test_flac(self):
        for text, stream, answer in self.each("flac", "audio/flac"):
            decoded = [decode_ffmpeg(answer.body, "flac")]
            if text == SHORT or not stream:  # soundfile wants to know the length, which a stream cannot tell
                decoded.append(decode_sndfile(answer.body))
            for samples, rate in decoded:
                self.assertEqual(rate, 24000)
                np.testing.assert_array_equal(samples, self.reference[text])

    def test_opus(self):
        for text, _, answer in self.each("opus", "audio/opus"):
            want = resample(self.reference[text], 2)  # Opus is always decoded at 48 kHz
            for samples, rate in (decode_sndfile(answer.body), decode_ffmpeg(answer.body, "ogg")):
                factor = rate / 24000
                self.assertEqual(len(samples), factor * len(self.reference[text]))
                self.assert_alike(want if factor == 2 else self.reference[text], samples, min_snr=8)

    def test_ogg_vorbis(self):
        for text, _, answer in self.each("ogg", "audio/ogg"):
            for samples, rate in (decode_sndfile(answer.body), decode_ffmpeg(answer.body, "ogg")):
                self.assertEqual((rate, len(samples)), (24000, len(self.reference[text])))
                self.assert_alike(self.reference[text], samples, min_snr=8)

    def test_mp3(self):
        for text, stream, answer in self.each("mp3", "audio/mpeg"):
            want = self.reference[text]
            signalled = text == SHORT or not stream  # the length was known, and the file says it
            self.assertEqual("x-encoder-delay-samples" in answer.headers, not signalled)
            delay = int(answer.headers.get("x-encoder-delay-samples", 0))
            for samples, rate in (decode_sndfile(answer.body), decode_ffmpeg(answer.body, "mp3")):
                self.assertEqual(rate, 24000)
                if signalled:
                    self.assertEqual(len(samples), len(want))
                    self.assert_alike(want, samples, min_snr=8)
                else:
                    self.assertGreaterEqual(len(samples), delay + len(want))
                    self.assertLess(len(samples), delay + len(want) + 3 * 1152)
                    self.assert_alike(want, samples[delay:delay + len(want)], min_snr=8)

    def test_aac(self):
        for text, _, answer in self.each("aac", "audio/aac"):
            samples, rate = decode_ffmpeg(answer.body, "aac")
            delay = int(answer.headers["x-encoder-delay-samples"])
            want = self.reference[text]
            self.assertEqual(rate, 24000)
            self.assertGreaterEqual(len(samples), delay + len(want))
            self.assertLess(len(samples), delay + len(want) + 3 * 1024)
            self.assert_alike(want, samples[delay:delay + len(want)], min_snr=8)

    def test_g711(self):
        for fmt, media_type, decode in (("mulaw", "audio/PCMU", decode_mulaw), ("alaw", "audio/PCMA", decode_alaw)):
            for text, _, answer in self.each(fmt, media_type):
                # The same samples before the code: what it adds is G.711's own noise, 37 to 38 dB below speech.
                want = decode_pcm(self.server.speak(text, response_format="pcm", sample_rate=8000).body)
                got = decode(answer.body)
                self.assertEqual(len(got), -(-len(want) // 160) * 160)  # whole frames of 20 ms
                self.assertEqual(max(map(abs, got[len(want):]), default=0) < 0.001, True)
                self.assert_alike(want, got[:len(want)], min_snr=35)

    def test_rates_are_changed_below_their_fade(self):
        """Against the ideal: a resampler must fade before half the rate, so what lies above is left out on both sides."""
        for rate in (8000, 16000):
            got = decode_pcm(self.server.speak(SHORT, response_format="pcm", sample_rate=rate).body)
            want = resample(self.reference[SHORT], rate / 24000)
            size = min(len(want), len(got))
            self.assertLessEqual(abs(len(got) - len(self.reference[SHORT]) * rate / 24000), 0.5)
            below = [np.fft.irfft(np.where(np.arange(size // 2 + 1) < 0.85 * size / 2, np.fft.rfft(x[:size]), 0), size) for x in (want, got)]
            self.assertGreater(snr_db(*below), 50)

    def test_sample_rates(self):
        for fmt, rate in (("wav", 8000), ("wav", 44100), ("flac", 48000), ("mp3", 44100), ("opus", 48000), ("aac", 44100), ("pcm", 16000)):
            answer = self.server.speak(SHORT, response_format=fmt, sample_rate=rate, stream=False)
            self.assertEqual((answer.status, answer.headers["x-sample-rate"]), (200, str(rate)))
            samples = decode_pcm(answer.body) if fmt == "pcm" else decode_ffmpeg(answer.body, "ogg" if fmt == "opus" else fmt)[0]
            if fmt != "aac":
                self.assertLessEqual(abs(len(samples) - len(self.reference[SHORT]) * rate / 24000), 0.5)
            self.assertAlmostEqual(level_db(samples), level_db(self.reference[SHORT]), delta=1.0)

    def test_sse_carries_every_format(self):
        for fmt in ("pcm", "wav", "mp3", "opus", "aac", "flac"):
            answer = self.server.speak(LONG, response_format=fmt, stream_format="sse")
            events = [json.loads(line.removeprefix("data: ")) for line in answer.body.decode().split("\n\n") if line]
            audio = b"".join(base64.b64decode(event["audio"]) for event in events[:-1])
            self.assertEqual(audio, self.server.speak(LONG, response_format=fmt).body, fmt)
            usage = events[-1]["usage"]
            self.assertEqual(events[-1]["type"], "speech.audio.done")
            self.assertEqual(usage["total_tokens"], usage["input_tokens"] + usage["output_tokens"])
            self.assertEqual(usage["output_tokens"], -(-len(self.reference[LONG]) // 600))

    def test_volume_speed_and_seed_do_what_they_say(self):
        plain = self.reference[SHORT]
        loud = decode_pcm(self.server.speak(SHORT, response_format="pcm", volume_multiplier=0.5).body)
        self.assertAlmostEqual(level_db(plain) - level_db(loud), 6.02, delta=0.01)
        fast = decode_pcm(self.server.speak(SHORT, response_format="pcm", speed=2).body)
        self.assertAlmostEqual(len(plain) / len(fast), 2, delta=0.3)
        seeded = [self.server.speak(SHORT, response_format="pcm", seed=seed).body for seed in (1, 1, 2)]
        self.assertEqual(seeded[0], seeded[1])
        self.assertNotEqual(seeded[0], seeded[2])
        british = decode_pcm(self.server.speak(SHORT, response_format="pcm", lang_code="b").body)
        self.assertFalse(np.array_equal(british, plain))

    def assert_alike(self, want, got, min_snr):
        self.assertEqual(len(want), len(got))
        self.assertAlmostEqual(level_db(got), level_db(want), delta=0.5)
        self.assertGreater(snr_db(want, got), min_snr)


if __name__ == "__main__":
    program.main()

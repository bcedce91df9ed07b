"""`litetts say`, `phonemize`, `voices`, `model info`: what they promise when all is well."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import LITETTS, MODEL, main, read_wav, rms, run, run_json

SENTENCE = "The quick brown fox jumps over the lazy dog."
FIELDS = {"audio_seconds", "synthesis_seconds", "rtf", "first_audio_seconds", "samples", "sample_rate_hz",
          "chunks", "phonemes", "ignored_markup", "threads", "simd", "precision", "peak_rss_bytes"}


class SayTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def say(self, *words, name="a.wav", **options):
        result = run("say", *words, "-o", self.folder / name, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return read_wav(self.folder / name)

    def test_file_has_speech_of_a_plausible_length(self):
        samples = self.say(SENTENCE)
        self.assertTrue(2.0 < len(samples) / 24000 < 5.0, len(samples))
        self.assertGreater(rms(samples), 300)
        self.assertLess(max(map(abs, samples)), 32767)
        self.assertEqual(os.listdir(self.folder), ["a.wav"])

    def test_standard_output_is_the_same_wav(self):
        samples = self.say(SENTENCE)
        result = run("say", SENTENCE, "--exact", "-o", "-")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(read_wav(result.stdout), samples)

    def test_standard_output_leaves_early_and_sounds_like_the_file(self):
        samples = self.say(SENTENCE)
        result = run("say", SENTENCE, "-o", "-")
        self.assertEqual(result.returncode, 0, result.stderr)
        early = read_wav(result.stdout)
        self.assertEqual(len(early), len(samples))
        self.assertNotEqual(early, samples)
        self.assertLess(abs(rms(early) / rms(samples) - 1), 0.05)

    def test_standard_input_and_file_and_argument_agree(self):
        samples = self.say(SENTENCE)
        self.assertEqual(self.say("-", stdin=SENTENCE.encode()), samples)
        (self.folder / "text").write_text(SENTENCE)
        self.assertEqual(self.say("--file", self.folder / "text"), samples)

    def test_phonemes_in_give_the_audio_of_the_text(self):
        phonemes = run("phonemize", SENTENCE).stdout.decode().strip()
        self.assertIn("fˈɑks", phonemes)
        self.assertEqual(self.say("--phonemes", phonemes), self.say(SENTENCE))

    def test_any_number_of_threads_gives_the_same_samples(self):
        self.assertEqual(self.say(SENTENCE, "--threads", 1), self.say(SENTENCE, "--threads", 3))

    def test_seed_changes_the_noise_and_repeats(self):
        first = self.say(SENTENCE, "--seed", 1)
        self.assertEqual(self.say(SENTENCE, "--seed", 1), first)
        self.assertNotEqual(self.say(SENTENCE, "--seed", 2), first)

    def test_speed_changes_the_length(self):
        slow, fast = (len(self.say(SENTENCE, "--speed", speed)) for speed in (0.7, 1.4))
        self.assertGreater(slow, 1.5 * fast)

    def test_voices_differ_and_the_prefix_sets_the_accent(self):
        self.assertNotEqual(self.say(SENTENCE), self.say(SENTENCE, "--voice", "am_michael"))
        american = run_json("say", "bath", "--voice", "af_heart")["phonemes"]
        british = run_json("say", "bath", "--voice", "bf_emma")["phonemes"]
        self.assertNotEqual(american, british)

    def test_ssml_is_obeyed_and_never_heard(self):
        plain = run_json("say", "One. Two.")
        ssml = run_json("say", "--ssml", "<speak>One. <foo>Two.</foo></speak>")
        self.assertEqual(ssml["phonemes"], plain["phonemes"])
        self.assertEqual(ssml["samples"], plain["samples"])
        self.assertEqual(ssml["ignored_markup"], ["element 'foo'"])
        short, long = (len(self.say("--ssml", f"<speak>One.<break time='{time}'/>Two.</speak>"))
                       for time in ("300ms", "1300ms"))
        self.assertEqual(long - short, 24000)
        self.say("--ssml", "<speak>One <mark name='here'/>two.</speak>", "--timings", self.folder / "t.json")
        timings = json.loads((self.folder / "t.json").read_text())
        self.assertEqual(timings["visemes"][-1]["end_seconds"], timings["audio_seconds"])
        self.assertEqual(len(timings["alignment"]["characters"]), len("<speak>One <mark name='here'/>two.</speak>"))
        self.assertEqual(timings["marks"], [{"name": "here", "seconds": timings["words"][1]["start_seconds"]}])

    def test_ssml_plays_only_what_is_in_its_folder(self):
        media = self.folder / "media"
        media.mkdir()
        (self.folder / "secret.wav").write_bytes((run("say", "no", "-o", "-")).stdout)
        (media / "link.wav").symlink_to(self.folder / "secret.wav")
        (media / "own.wav").write_bytes((self.folder / "secret.wav").read_bytes())

        def ignored(source, *words):
            return run_json("say", "--ssml", f"<speak>Yes.<audio src='{source}'/></speak>", *words)["ignored_markup"]
        self.assertEqual(ignored("own.wav", "--media-folder", media), [])
        self.assertEqual(len(ignored("own.wav")), 1)
        for source in ("../secret.wav", "link.wav", self.folder / "secret.wav", "none.wav", "http://x/own.wav", ""):
            self.assertEqual(len(ignored(source, "--media-folder", media)), 1, source)

    def test_broken_ssml_is_one_line(self):
        for text in ("<speak>a", "<!DOCTYPE speak [<!ENTITY a 'b'>]><speak>&a;</speak>", "<p>" * 50 + "a" + "</p>" * 50):
            result = run("say", "--ssml", text, "-o", self.folder / "b.wav")
            self.assertEqual(result.returncode, 2)
            self.assertEqual(result.stderr.count(b"\n"), 1, result.stderr)

    def test_marks_are_found_by_their_key_only(self):
        key, other = ({"LITETTS_AUDIO_WATERMARK_KEY": f"a secret, number {i}"} for i in (1, 2))
        marked, plain = self.folder / "m.mp3", self.folder / "p.wav"
        text = f"{SENTENCE} {SENTENCE}"
        self.assertEqual(run("say", text, "--watermark", 4000000000, "-o", marked, env=key).returncode, 0)
        self.assertEqual(run("say", text, "-o", plain).returncode, 0)
        self.assertEqual(run_json("watermark", "detect", marked, env=key)["payload"], 4000000000)
        self.assertFalse(run_json("watermark", "detect", marked, env=other)["marked"])
        self.assertFalse(run_json("watermark", "detect", plain, env=key)["marked"])
        self.assertEqual(run("watermark", "add", plain, "-o", marked, "--payload", 5, env=key).returncode, 0)
        self.assertEqual(run_json("watermark", "detect", marked, env=key)["payload"], 5)
        for words in (("say", text, "--watermark", 1, "-o", plain), ("watermark", "detect", plain)):
            self.assertEqual(run(*words).returncode, 2)  # no key
        self.assertEqual(run("watermark", "detect", __file__, env=key).returncode, 2)

    def test_json_report(self):
        report = run_json("say", SENTENCE, "--threads", 1)
        self.assertLessEqual(FIELDS, report.keys())
        self.assertEqual(report["sample_rate_hz"], 24000)
        self.assertEqual(report["threads"], 1)
        self.assertEqual(report["chunks"], 1)
        self.assertAlmostEqual(report["audio_seconds"], report["samples"] / 24000)
        self.assertAlmostEqual(report["rtf"], report["synthesis_seconds"] / report["audio_seconds"], delta=0.02)
        self.assertLessEqual(report["first_audio_seconds"], report["synthesis_seconds"] * 1.1 + 0.05)
        self.assertGreater(report["peak_rss_bytes"], 10e6)

    def test_profile_and_trace_account_for_the_work(self):
        result = run("say", SENTENCE, "-o", self.folder / "a.wav", "--profile", "--trace", self.folder / "trace.json")
        self.assertEqual(result.returncode, 0, result.stderr)
        table = result.stderr.decode()
        for name in ("albert", "decoder", "blocks_1", "all", "128 to 128, 11 taps, dilation 5", "peak:"):
            self.assertIn(name, table)
        events = json.loads((self.folder / "trace.json").read_text())["traceEvents"]
        self.assertEqual(min(event["ts"] for event in events), 0)
        parts = sum(event["dur"] for event in events if event["name"] == event["cat"])
        products = sum(event["dur"] for event in events if event["name"] != event["cat"])
        self.assertTrue(0 < products < parts, (products, parts))

    def test_simd_cap_is_obeyed(self):
        best = run_json("say", "Hello.")["simd"].lower()
        caps = {"sse4": "sse4", "avx2": "avx2"}
        for cap, expected in caps.items():
            report = run_json("say", "Hello.", env={"LITETTS_SIMD": cap})
            if "avx3" in best or "avx2" in best:
                self.assertEqual(report["simd"].lower(), expected)
        result = run("say", "Hello.", "--json", env={"LITETTS_SIMD": "nonsense"})
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"nonsense", result.stderr)

    def test_precision_is_chosen_and_reported(self):
        self.assertIn(run_json("say", "Hello.")["precision"], ("f32", "bf16", "int8"))
        self.assertEqual(run_json("say", "Hello.", "--precision", "f32")["precision"], "f32")
        capped = {"LITETTS_SIMD": "avx2"}
        self.assertEqual(run_json("say", "Hello.", env=capped)["precision"], "f32")
        result = run("say", "Hello.", "--json", "--precision", "bf16", env=capped)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b"no instructions for bf16", result.stderr)

    def test_long_text_is_spoken_whole(self):
        text = "This is one of many sentences. " * 40
        report = run_json("say", text)
        self.assertGreater(report["chunks"], 1)
        one = run_json("say", "This is one of many sentences.")["audio_seconds"]
        self.assertGreater(report["audio_seconds"], 40 * one * 0.6)

    def test_every_format_begins_as_it_should(self):
        for ending, magic in [("wav", b"RIFF"), ("flac", b"fLaC"), ("ogg", b"OggS"), ("opus", b"OggS")]:
            result = run("say", "Hello.", "-o", self.folder / f"a.{ending}")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual((self.folder / f"a.{ending}").read_bytes()[:4], magic)

    def test_sample_rate_keeps_the_duration(self):
        seconds = len(self.say(SENTENCE)) / 24000
        for name, rate, bytes_per_second in (("a.wav", 16000, 32000), ("b.pcm", 48000, 96000), ("c.ulaw", None, 8000)):
            result = run("say", SENTENCE, "-o", self.folder / name, *(["--rate", rate] if rate else []))
            self.assertEqual(result.returncode, 0, result.stderr)
            size = (self.folder / name).stat().st_size - (92 if name == "a.wav" else 0)
            self.assertAlmostEqual(size / bytes_per_second, seconds, delta=0.02 if name == "c.ulaw" else 0.001)
            self.assertEqual(size % 160 if name == "c.ulaw" else 0, 0)  # whole frames of 20 ms
        self.assertEqual(run("say", "Hi.", "-o", self.folder / "a.opus", "--rate", 11025).returncode, 2)
        for words in (("--format", "mp3"), ("--rate", 16000), ("--dither",)):
            self.assertEqual(run("say", "Hi.", "--json", *words).returncode, 2)
        self.assertEqual(run("bench", "--backends", "native").returncode, 2)

    def test_files_have_their_length_and_say_that_they_are_synthetic(self):
        """Of several chunks: their length is not known when the first one is written."""
        for ending in ("wav", "flac"):
            path = self.folder / f"a.{ending}"
            self.assertEqual(run("say", "One is short. " * 12, "-o", path).returncode, 0)
            data = path.read_bytes()
            self.assertIn(b"synthetic speech", data)
            if ending == "flac":  # STREAMINFO's last 36 bits before the checksum
                samples = int.from_bytes(data[21:26], "big") & ((1 << 36) - 1)
                self.assertEqual(samples, len(read_wav(self.folder / "a.wav")))

    def test_dither_is_for_16_bits(self):
        self.assertNotEqual(self.say(SENTENCE, "--dither"), self.say(SENTENCE))
        self.assertEqual(run("say", SENTENCE, "--dither", "-o", self.folder / "a.mp3").returncode, 2)

    def test_styles_do_what_they_say_and_emotions_are_refused(self):
        def card(style):
            return run_json("voices", "card", "af_heart", "--style", style)[0]
        neutral, deep, bright, brisk, soft, whisper = map(card, ("neutral", "deep", "bright", "brisk", "soft", "whisper"))
        self.assertLess(deep["pitch_hz"], 0.94 * neutral["pitch_hz"])
        self.assertGreater(bright["pitch_hz"], 1.06 * neutral["pitch_hz"])
        self.assertGreater(brisk["words_per_minute"], 1.1 * neutral["words_per_minute"])
        self.assertAlmostEqual(soft["loudness_lufs"], neutral["loudness_lufs"] - 6, delta=0.5)
        self.assertGreater(neutral["voiced_share"], 0.4)
        self.assertLess(whisper["voiced_share"], 0.05)
        result = run("say", SENTENCE, "--style", "happy", "-o", self.folder / "a.wav")
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"no emotions", result.stderr)

    def test_asides_are_said_whispered_or_skipped(self):
        text = "We should go (she whispers) before they come."
        said, whispered, skipped = (self.say(text, "--asides", way) for way in ("say", "whisper", "skip"))
        self.assertEqual(skipped, self.say("We should go before they come."))
        self.assertGreater(len(said), len(skipped))
        self.assertNotEqual(whispered, said)

    def test_pauses_are_exact(self):
        """From the last sound to the first, at the level that the program takes for silence."""
        for seconds in (0.1, 0.75, 2.0):
            samples = self.say(f"It rains. [pause:{seconds}s] It pours.")
            sounds = [i for i, sample in enumerate(samples) if abs(sample) > 13]
            longest = max(b - a for a, b in zip(sounds, sounds[1:]))
            self.assertAlmostEqual(longest / 24000, seconds, delta=0.005)

    def test_speed_divides_the_duration(self):
        plain = len(self.say(SENTENCE))
        for speed in (0.25, 0.5, 2, 4):
            self.assertAlmostEqual(len(self.say(SENTENCE, "--speed", speed)) * speed / plain, 1, delta=0.05)

    def test_trim_pitch_and_volume(self):
        plain = self.say(SENTENCE)
        trimmed = self.say(SENTENCE, "--trim")
        self.assertLess(len(trimmed), len(plain) - 4800)
        self.assertGreater(max(map(abs, trimmed[:480])), 0)
        self.assertEqual(len(self.say(SENTENCE, "--pitch", 4)), len(plain))
        loud = self.say(SENTENCE, "--volume", 4)
        self.assertLess(max(map(abs, loud)), 0.9 * 32768)
        self.assertGreater(rms(loud), 1.5 * rms(plain))
        for wrong in (("--pitch", 7), ("--volume", 5), ("--loudness", -3), ("--speed", 5)):
            self.assertEqual(run("say", "Hi.", "-o", self.folder / "a.wav", *wrong).returncode, 2, wrong)

    def test_closed_pipe_is_no_crash(self):
        with subprocess.Popen([LITETTS, "say", SENTENCE, "-o", "-"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdout.close()
            self.assertGreaterEqual(process.wait(timeout=60), 0)


class OtherCommandsTest(unittest.TestCase):
    def test_phonemize_json(self):
        analysis = run_json("phonemize", "It costs $5.")
        self.assertEqual(analysis["text"], "It costs $5.")
        self.assertIn("five dollars", analysis["spoken"])
        self.assertEqual(analysis["lang"], "en-us")
        chunk = analysis["chunks"][0]
        self.assertLessEqual({"text", "spoken", "phonemes", "tokens"}, chunk.keys())
        self.assertTrue(chunk["tokens"])

    def test_explain_tells_where_each_word_comes_from(self):
        told = run("phonemize", "**Dr.** Smith", "--explain").stdout.decode()
        self.assertIn("cleaned: Dr. Smith\nspoken: Doctor Smith\n", told)
        rows = [line.split() for line in told.splitlines()]
        self.assertIn("chunk bytes text kind spoken tag source phonemes".split(), rows)
        self.assertIn(["1", "2-5", "Dr.", "abbreviation", "Doctor", "NNP", "gold", "dˈɑktəɹ"], rows)
        self.assertEqual(len({line.index("gold") for line in told.splitlines() if "gold" in line}), 1)

    def test_lexicons(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mine.txt"
            path.write_text("nginx = engine x\nlead (noun) = /lˈɛd/\n", "utf-8")
            told = run_json("phonemize", "nginx, the lead", "--lexicon", path)
            self.assertEqual((told["spoken"], told["phonemes"]), ("engine x, the lead", "ˈɛnʤən ˈɛks, ðə lˈɛd"))
            checked = run("lexicon", "check", path)
            self.assertEqual((checked.returncode, checked.stdout.decode()), (0, f"{path}: 2 entries\n"))
            path.write_text("a = b\na = c\nd = /%/\n", "utf-8")
            checked = run("lexicon", "check", path)
            self.assertEqual(checked.returncode, 1)
            self.assertEqual([line.split(": ")[0] for line in checked.stdout.decode().splitlines()], [f"{path}:2", f"{path}:3"])
            self.assertEqual(run("phonemize", "Hi", "--lexicon", path).returncode, 2)
        self.assertEqual(run("phonemize", "Hi", "--lexicon", path).returncode, 1)

    def test_cleaning_options(self):
        def said(*options, text="See https://www.x.org 😀 [a](/b/)\n```\ncode\n```\n"):
            return run_json("phonemize", text, *options)["spoken"]
        self.assertEqual(said("--emoji", "say").count("grinning face"), 1)
        self.assertEqual((said().count("grinning"), said().count("code")), (0, 0))
        self.assertIn("code block", said("--code", "announce"))
        self.assertEqual((said("--urls", "full").count("colon slash slash"), said().count("colon")), (1, 0))
        self.assertIn("pause", said("--no-markup", text="Wait [pause:1s] now."))

    def test_voices(self):
        voices = run_json("voices")
        self.assertEqual(len(voices), 54)
        heart = next(v for v in voices if v["name"] == "af_heart")
        self.assertLessEqual({"name", "language", "gender", "flag"}, heart.keys())
        self.assertIn("af_heart", run("voices").stdout.decode())

    def test_model_info(self):
        result = run("model", "info", MODEL)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"int8", result.stdout)

    def test_version_and_help(self):
        self.assertRegex(run("--version").stdout.decode(), r"^litetts \d+\.\d+\.\d+")
        for command in ("say", "phonemize", "voices", "model", "lexicon", "bench"):
            result = run(command, "--help")
            self.assertEqual((result.returncode, result.stderr), (0, b""))

    def test_bench_json(self):
        report = json.loads(run("bench", "--texts", "short", "--threads", "1", "--repeats", "1", "--json").stdout)
        self.assertGreater(report["results"][0]["rtf"], 0)
        self.assertGreater(report["results"][0]["gflops"], 0)
        self.assertGreater(report["fma_peak_gflops_per_core"], 0)


if __name__ == "__main__":
    main()

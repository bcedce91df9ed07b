#include "server/speech_request.h"

#include <gtest/gtest.h>

#include "engine/style_presets.h"
#include "server/voice_names.h"
#include "text/user_lexicon.h"

namespace litetts::server {
namespace {

const std::vector<std::string> kVoices = {"af_alloy", "af_heart", "af_sky",
                                          "am_onyx",  "hf_alpha", "jf_alpha"};

SpeechLimits Limits() {
  SpeechLimits limits;
  limits.voices = kVoices;
  limits.max_input_characters = 100;
  limits.model_variant = "int8";
  return limits;
}

SpeechRequest Good(std::string_view body) {
  auto parsed = ParseSpeechRequest(body, SpeechInput::kText, Limits());
  if (const auto* error = std::get_if<ApiError>(&parsed)) {
    ADD_FAILURE() << body << ": " << error->message;
    return {};
  }
  return std::get<SpeechRequest>(parsed);
}

ApiError Bad(std::string_view body) {
  auto parsed = ParseSpeechRequest(body, SpeechInput::kText, Limits());
  if (std::holds_alternative<SpeechRequest>(parsed)) {
    ADD_FAILURE() << body << " was accepted";
    return {};
  }
  return std::get<ApiError>(parsed);
}

TEST(SpeechRequestTest, ReadsEveryField) {
  const SpeechRequest r = Good(
      R"({"model":"tts-1","input":"Hi","voice":{"id":"onyx"},"response_format":"wav","speed":2,"stream_format":"sse",
          "stream":false,"lang_code":"b","volume_multiplier":0.5,"pitch":-2.5,"loudness":-16,"trim_silence":true,"sample_rate":16000,"seed":7,"unknown":[1]})");
  EXPECT_EQ(r.voice, "am_onyx");
  EXPECT_EQ(r.format, audio::Format::kWav);
  EXPECT_EQ(r.speed, 2);
  EXPECT_EQ(r.form, BodyForm::kSse);
  EXPECT_FALSE(r.is_streamed);
  EXPECT_EQ(r.locale, text::Locale::kEnGb);
  EXPECT_EQ(r.volume, 0.5);
  EXPECT_EQ(r.pitch_semitones, -2.5);
  EXPECT_EQ(r.loudness_lufs, -16.0);
  EXPECT_TRUE(r.trim);
  EXPECT_EQ(r.sample_rate_hz, 16000);
  EXPECT_EQ(r.seed, 7u);
}

TEST(SpeechRequestTest, ATextIsReadAsSpeechIs) {
  SpeechLimits limits = Limits();
  limits.default_voice = "sky";
  limits.default_speed = 2;
  const auto good = [&](std::string_view body) {
    const auto parsed = ParseTextRequest(body, limits);
    const auto* error = std::get_if<ApiError>(&parsed);
    EXPECT_EQ(error, nullptr) << body << ": " << error->message;
    return error != nullptr ? SpeechRequest() : std::get<SpeechRequest>(parsed);
  };
  const SpeechRequest plain = good(R"({"text":"Hi","language":null,"ssml":null})");
  EXPECT_EQ(plain.input, "Hi");
  EXPECT_EQ(plain.voice, "af_sky");
  EXPECT_EQ(plain.speed, 2);
  EXPECT_FALSE(plain.input_is_ssml);
  EXPECT_FALSE(plain.locale.has_value());
  EXPECT_EQ(good(R"({"input":"Hi","voice":"onyx","speed":4,"language":"EN-GB"})").locale,
            text::Locale::kEnGb);
  EXPECT_EQ(good(R"({"input":"Hi","lang_code":"a","language":"b"})").locale, text::Locale::kEnUs);
  EXPECT_TRUE(good(R"({"text":"<speak>Hi</speak>"})").input_is_ssml);
  const std::string most = R"({"text":")" + std::string(100, 'a') + "\"}";
  EXPECT_EQ(good(most).input.size(), 100u);
  const auto wrong = [&](std::string_view body) {
    return std::get<ApiError>(ParseTextRequest(body, limits));
  };
  EXPECT_EQ(wrong("{}").code, "missing_required_parameter");
  EXPECT_EQ(wrong(R"({"text":7})").code, "invalid_type");
  EXPECT_EQ(wrong(R"({"text":"Hi","language":"fr"})").param, "language");
  const ApiError too_long = wrong(R"({"input":")" + std::string(101, 'a') + "\"}");
  EXPECT_EQ(too_long.param, "input");
  EXPECT_EQ(too_long.message, "'input' has 101 characters; the limit is 100");
}

TEST(SpeechRequestTest, RecognisesSsml) {
  EXPECT_TRUE(Good(R"({"input":"<speak>Hi</speak>"})").input_is_ssml);
  EXPECT_TRUE(Good(R"({"input":"<p>Hi</p>","ssml":true})").input_is_ssml);
  EXPECT_FALSE(Good(R"({"input":"<speak>Hi</speak>","ssml":false})").input_is_ssml);
  EXPECT_FALSE(Good(R"({"input":"Hi"})").input_is_ssml);
  EXPECT_EQ(Bad(R"({"input":"Hi","ssml":"yes"})").param, "ssml");
  EXPECT_NE(Good(R"({"input":"<p>Hi</p>","ssml":true})").Key(),
            Good(R"({"input":"<p>Hi</p>"})").Key());
}

TEST(SpeechRequestTest, MarksWhereThereIsAKey) {
  EXPECT_EQ(Bad(R"({"input":"Hi","watermark":true})").param, "watermark");
  SpeechLimits limits = Limits();
  limits.watermark_key = std::make_shared<const audio::WatermarkKey>(
      *audio::WatermarkKey::Create("a secret of some length"));
  limits.watermark_payload = 9;
  const auto read = [&](std::string_view body) {
    return ParseSpeechRequest(body, SpeechInput::kText, limits);
  };
  EXPECT_FALSE(std::get<SpeechRequest>(read(R"({"input":"Hi"})")).watermark);
  const auto marked = std::get<SpeechRequest>(read(R"({"input":"Hi","watermark":true})"));
  EXPECT_EQ(marked.watermark->payload, 9u);
  const auto own =
      std::get<SpeechRequest>(read(R"({"input":"Hi","watermark_payload":4294967295})"));
  EXPECT_EQ(own.watermark->payload, 4294967295u);
  EXPECT_NE(own.Key(), marked.Key());
  limits.watermark_always = true;
  EXPECT_TRUE(std::get<SpeechRequest>(read(R"({"input":"Hi"})")).watermark);
  EXPECT_TRUE(std::holds_alternative<ApiError>(read(R"({"input":"Hi","watermark":false})")));
}

TEST(SpeechRequestTest, ReadsALexicon) {
  const auto with = [](std::string_view lexicon) {
    return Concat("{\"input\":\"Hi\",\"lexicon\":", lexicon, "}");
  };
  const SpeechRequest plain = Good(with("{}"));
  EXPECT_TRUE(plain.lexicons.empty());
  const SpeechRequest two = Good(with(R"x({"lead (noun)":"/lˈɛd/","nginx":"engine x"})x"));
  ASSERT_EQ(two.lexicons.size(), 1u);
  EXPECT_EQ(two.lexicons[0]->size(), 2u);
  EXPECT_NE(two.Key(), plain.Key());
  EXPECT_NE(two.Key(), Good(with(R"({"nginx":"engine x"})")).Key());
  for (const std::string_view wrong :
       {R"x([])x", R"x({"a":1})x", R"x({"a":""})x", R"x({"a":"/%/"})x", R"x({"a (b)":"c"})x",
        R"x({"( (regex)":"c"})x"}) {
    EXPECT_EQ(Bad(with(wrong)).param, "lexicon") << wrong;
  }
  std::string many;
  for (int i = 0; i < 33; ++i) many += Concat(i > 0 ? "," : "{", "\"a", i, " (regex)\":\"b\"");
  EXPECT_NE(Bad(with(many + "}")).message.find("limit is 32"), std::string::npos);
}

TEST(SpeechRequestTest, TheServersLexiconGoesAfterTheRequests) {
  SpeechLimits limits = Limits();
  limits.lexicon =
      std::make_shared<const text::UserLexicon>(*text::UserLexicon::Parse("a = b", "f"));
  const auto parsed =
      ParseSpeechRequest(R"({"input":"Hi","lexicon":{"a":"c"}})", SpeechInput::kText, limits);
  const auto& lexicons = std::get<SpeechRequest>(parsed).lexicons;
  ASSERT_EQ(lexicons.size(), 2u);
  EXPECT_EQ(lexicons[1], limits.lexicon);
}

TEST(SpeechRequestTest, HasDefaultsAndTakesNullForAbsent) {
  const SpeechRequest r =
      Good(R"({"input":"Hi","voice":null,"speed":null,"response_format":null})");
  EXPECT_EQ(r.voice, "af_heart");
  EXPECT_EQ(r.format, audio::Format::kMp3);
  EXPECT_EQ(r.sample_rate_hz, 24000);
  EXPECT_TRUE(r.is_streamed);
  EXPECT_EQ(r.seed, std::nullopt);
  EXPECT_EQ(Good(R"({"input":"Hi","response_format":"mulaw"})").sample_rate_hz, 8000);
}

TEST(SpeechRequestTest, NamesTheFieldAtFault) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({})", "input"},
      {R"({"input":""})", "input"},
      {R"({"input":"  \n"})", "input"},
      {R"({"input":5})", "input"},
      {R"({"input":"a","voice":5})", "voice"},
      {R"({"input":"a","voice":{"id":5}})", "voice"},
      {R"({"input":"a","voice":"nobody"})", "voice"},
      {R"({"input":"a","voice":"alpha"})", "voice"},
      {R"({"input":"a","voice":"../../etc/passwd"})", "voice"},
      {R"({"input":"a","speed":0})", "speed"},
      {R"({"input":"a","speed":-1})", "speed"},
      {R"({"input":"a","speed":1e9})", "speed"},
      {R"({"input":"a","speed":"1"})", "speed"},
      {R"({"input":"a","response_format":"MP3"})", "response_format"},
      {R"({"input":"a","response_format":7})", "response_format"},
      {R"({"input":"a","stream_format":"text"})", "stream_format"},
      {R"({"input":"a","stream":1})", "stream"},
      {R"({"input":"a","sample_rate":12345})", "sample_rate"},
      {R"({"input":"a","sample_rate":24000.5})", "sample_rate"},
      {R"({"input":"a","seed":-1})", "seed"},
      {R"({"input":"a","lang_code":"fr"})", "lang_code"},
      {R"({"input":"a","model":"gpt-5"})", "model"},
      {R"({"input":"a","return_timestamps":true})", "return_timestamps"},
      {R"({"input":"a","timestamp_types":["words"]})", "timestamp_types"},
      {R"({"input":"a","style":"happy"})", "style"},
      {R"({"input":"a","asides":"shout"})", "asides"},
      {R"({"input":"a","stream_format":"sse","timestamp_types":["tones"]})", "timestamp_types"},
      {R"({"input":"a","stream_format":"sse","timestamp_types":"words"})", "timestamp_types"},
      {R"({"input":"a","stream_format":"sse","timestamp_types":[1]})", "timestamp_types"},
  };
  for (const auto& [body, field] : cases) EXPECT_EQ(Bad(body).param, field) << body;
  EXPECT_EQ(Bad(R"({"input":"a","model":"gpt-5"})").status, 404);
  EXPECT_EQ(Bad(R"({"input":")" + std::string(101, 'a') + R"("})").code, "string_above_max_length");
  for (const char* body : {"", "{", "[]", "null", "{\"input\":\"\xff\"}"})
    EXPECT_EQ(Bad(body).status, 400) << body;
}

TEST(SpeechRequestTest, CharactersAreCountedNotBytes) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  Good(R"({"input":")" + text + R"("})");
}

TEST(SpeechRequestTest, NamesTheTimesThatItWants) {
  EXPECT_FALSE(Good(R"({"input":"a","stream_format":"ndjson"})").timings.any());
  const auto words = Good(R"({"input":"a","stream_format":"ndjson","return_timestamps":true})");
  EXPECT_TRUE(words.timings.words && !words.timings.phonemes && !words.timings.marks);
  const auto others =
      Good(R"({"input":"a","stream_format":"sse","timestamp_types":["phonemes","characters"]})");
  EXPECT_TRUE(others.timings.phonemes && others.timings.characters && !others.timings.words);
  EXPECT_FALSE(Good(R"({"input":"a","stream_format":"sse","return_timestamps":false,)"
                    R"("timestamp_types":["words"]})")
                   .timings.any());
}

TEST(SpeechRequestTest, TheSchemaNamesEveryStyle) {
  std::string names;
  for (const engine::StylePreset& preset : engine::StylePresets()) {
    names += Concat(names.empty() ? "" : ",", '"', preset.name, '"');
  }
  EXPECT_NE(SpeechRequestSchema().find(Concat("\"enum\":[", names, "]")), std::string::npos);
}

TEST(SpeechRequestTest, TellsWhatHadNoEffect) {
  EXPECT_EQ(Good(R"({"input":"a","instructions":"whisper"})").without_effect,
            std::vector<std::string>{"instructions"});
  EXPECT_TRUE(Good(R"({"input":"a","instructions":""})").without_effect.empty());
}

TEST(SpeechRequestTest, TheKeyTellsRequestsApart) {
  const std::string base = Good(R"({"input":"a"})").Key();
  EXPECT_EQ(Good(R"({"input":"a","user":"x","model":"tts-1"})").Key(), base);
  for (const char* body :
       {R"({"input":"b"})", R"({"input":"a","voice":"sky"})", R"({"input":"a","speed":1.0000001})",
        R"({"input":"a","response_format":"wav"})", R"({"input":"a","seed":0})",
        R"({"input":"a","lang_code":"b"})", R"({"input":"a","stream":false})",
        R"({"input":"a","sample_rate":16000})", R"({"input":"a","volume_multiplier":0.9})",
        R"({"input":"a","stream_format":"sse"})", R"({"input":"a","stream_format":"ndjson"})",
        R"({"input":"a","stream_format":"sse","return_timestamps":true})",
        R"({"input":"a","stream_format":"sse","timestamp_types":["marks"]})",
        R"({"input":"a","style":"calm"})", R"({"input":"a","style":"whisper"})",
        R"({"input":"a","asides":"skip"})", R"({"input":"a","instructions":"x"})"}) {
    EXPECT_NE(Good(body).Key(), base) << body;
  }
}

TEST(VoiceNamesTest, ResolvesNamesShortNamesAndBlends) {
  const auto resolve = [](std::string_view voice) {
    const Result<std::string> resolved = ResolveVoice(voice, kVoices, nullptr);
    return resolved.ok() ? *resolved : std::string(StatusCodeName(resolved.status().code()));
  };
  EXPECT_EQ(resolve("af_heart"), "af_heart");
  EXPECT_EQ(resolve("alloy"), "af_alloy");
  EXPECT_EQ(resolve("sky"), "af_sky");
  EXPECT_EQ(resolve("heart(2)+ alloy(0.5),sky"), "af_alloy+af_heart(4)+af_sky(2)");
  EXPECT_EQ(resolve("heart.4+sky.6"), "af_heart(2)+af_sky(3)");
  EXPECT_EQ(resolve("heart,af_heart"), "af_heart");
  EXPECT_EQ(resolve("heart|onyx"), "af_heart|am_onyx");
  for (const std::string_view bad : {"alpha", "nova", "af", "_", "heart+nobody"}) {
    EXPECT_EQ(resolve(bad), StatusCodeName(StatusCode::kNotFound)) << bad;
  }
  for (const std::string_view bad : {"", "heart+", "+heart", "heart-sky"}) {
    EXPECT_EQ(resolve(bad), StatusCodeName(StatusCode::kInvalidArgument)) << bad;
  }
}

TEST(VoiceNamesTest, SavedBlendsAreVoices) {
  const model::BlendStore saved(::testing::TempDir() + "/voice_names_test");
  ASSERT_TRUE(saved.Save("mine", "af_heart+af_sky").ok());
  EXPECT_EQ(*ResolveVoice("mine", kVoices, &saved), "mine");
  EXPECT_EQ(*ResolveVoice("mine(2)+sky", kVoices, &saved), "af_sky+mine(2)");
  EXPECT_FALSE(ResolveVoice("yours", kVoices, &saved).ok());
}

}  // namespace
}  // namespace litetts::server

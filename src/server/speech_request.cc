#include "server/speech_request.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/status.h"
#include "engine/style_presets.h"
#include "engine/synthesizer.h"
#include "server/request_lexicon.h"
#include "server/voice_names.h"
#include "text/ssml.h"
#include "text/user_lexicon.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

enum class Kind { kString, kNumber, kInteger, kBoolean, kObject, kVoice, kStrings };

struct Field {
  std::string_view name;
  Kind kind;
  double minimum;
  double maximum;
  std::string_view meaning;
  std::string_view choices = {};  // for the document, separated by spaces; empty: any
};

constexpr std::array kFields = {
    Field{"model", Kind::kString, 0, 0, "As /v1/models lists them",
          "tts-1 tts-1-hd gpt-4o-mini-tts kokoro litetts kokoro-82m"},
    Field{"input", Kind::kString, 0, 0, "The text to speak"},
    Field{"voice", Kind::kVoice, 0, 0,
          "An OpenAI name, a Kokoro id, a short name, a saved blend, or a blend such as "
          "af_heart(2)+af_sky"},
    Field{"ssml", Kind::kBoolean, 0, 0,
          "The input is SSML (docs/ssml.md); absent: where it begins with <speak>"},
    Field{"instructions", Kind::kString, 0, 0, "Accepted; without effect on this model"},
    Field{"response_format", Kind::kString, 0, 0, "Absent: audio.default_format",
          "mp3 opus aac flac wav pcm ogg mulaw alaw"},
    Field{"speed", Kind::kNumber, 0.25, 4, "2 halves the duration"},
    Field{"stream_format", Kind::kString, 0, 0,
          "Bytes, server-sent events, or the same events as JSON, one a line", "audio sse ndjson"},
    Field{"stream", Kind::kBoolean, 0, 0, "false: the whole answer at once, with its exact length"},
    Field{"lang_code", Kind::kString, 0, 0, "Absent: by the voice", "a en-us b en-gb"},
    Field{"volume_multiplier", Kind::kNumber, 0, engine::kMaxVolume,
          "Above 1 a limiter keeps peaks below full scale"},
    Field{"pitch", Kind::kNumber, -engine::kMaxPitchSemitones, engine::kMaxPitchSemitones,
          "Semitones up or down"},
    Field{"style", Kind::kString, 0, 0, "How it is spoken (docs/sound.md); emotions are refused",
          "neutral calm brisk soft loud bright deep whisper"},
    Field{"asides", Kind::kString, 0, 0, "What becomes of what stands in round brackets",
          "say whisper skip"},
    Field{"loudness", Kind::kNumber, engine::kMinLoudnessLufs, engine::kMaxLoudnessLufs,
          "Target in LUFS (EBU R 128), true peak below -1 dB; absent: as the model speaks"},
    Field{"trim_silence", Kind::kBoolean, 0, 0,
          "No silence before the first sound and after the last"},
    Field{"dither", Kind::kBoolean, 0, 0,
          "Dither where samples are rounded to 16 bits: wav, pcm, flac"},
    Field{"watermark", Kind::kBoolean, 0, 0,
          "Mark the audio (docs/watermark.md); for a server with a watermark key"},
    Field{"watermark_payload", Kind::kInteger, 0, 4294967295.0,
          "The number in the mark; absent: audio.watermark_payload"},
    Field{"normalization_options", Kind::kObject, 0, 0, "Accepted; without effect"},
    Field{"return_timestamps", Kind::kBoolean, 0, 0,
          "Times along with the audio; for stream_format sse or ndjson and captioned speech"},
    Field{"timestamp_types", Kind::kStrings, 0, 0, "Of what; absent: words",
          "words phonemes visemes marks characters"},
    Field{"return_download_link", Kind::kBoolean, 0, 0, "Accepted; without effect"},
    Field{"download_format", Kind::kString, 0, 0, "Accepted; without effect"},
    Field{"sample_rate", Kind::kInteger, 8000, 192000, "Hz; what the format can carry"},
    Field{"seed", Kind::kInteger, 0, 9007199254740991.0, "Seeds the noise of the source"},
    Field{"lexicon", Kind::kObject, 0, 0,
          "Words and how they are said in this request, as docs/formats/lexicon.md has the two "
          "sides"},
    Field{"phonemes", Kind::kString, 0, 0, "For /dev/generate_from_phonemes"},
};

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kString:
      return "string";
    case Kind::kNumber:
      return "number";
    case Kind::kInteger:
      return "integer";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kStrings:
      return "array";
    default:
      return "object";
  }
}

bool HasKind(const json::value& value, Kind kind) {
  switch (kind) {
    case Kind::kString:
      return value.is_string();
    case Kind::kNumber:
      return value.is_number();
    case Kind::kInteger:
      return value.is_int64() || value.is_uint64();
    case Kind::kBoolean:
      return value.is_bool();
    case Kind::kObject:
      return value.is_object();
    case Kind::kStrings:
      return value.is_array() && std::ranges::all_of(value.as_array(), [](const json::value& each) {
               return each.is_string();
             });
    case Kind::kVoice:
      return value.is_string() || (value.is_object() && value.as_object().contains("id") &&
                                   value.as_object().at("id").is_string());
  }
  return false;
}

std::variant<json::object, ApiError> ParseObject(std::string_view body) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  json::value value = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error) {
    return ApiError{.message = Concat("the body is not valid JSON: ", error.message()),
                    .param = {},
                    .code = "invalid_json"};
  }
  if (!value.is_object()) {
    return ApiError{
        .message = "the body must be a JSON object", .param = {}, .code = "invalid_type"};
  }
  return std::move(value.as_object());
}

// Types and ranges of all known fields, by the table. JSON's null stands for an absent field.
std::optional<ApiError> CheckFields(json::object& body) {
  for (const Field& field : kFields) {
    const auto found = body.find(field.name);
    if (found == body.end()) continue;
    if (found->value().is_null()) {
      body.erase(found);
      continue;
    }
    if (!HasKind(found->value(), field.kind)) {
      const std::string wanted =
          field.kind == Kind::kVoice     ? "a string or an object {\"id\": string}"
          : field.kind == Kind::kStrings ? "an array of strings"
                                         : Concat("a ", KindName(field.kind));
      return InvalidField(field.name, "invalid_type",
                          Concat("'", field.name, "' must be ", wanted));
    }
    if (field.minimum == field.maximum) continue;
    const double value = found->value().to_number<double>();
    if (!(value >= field.minimum && value <= field.maximum)) {
      return InvalidField(field.name, "invalid_value",
                          Concat("'", field.name, "' must be from ", field.minimum, " to ",
                                 field.maximum, ", not ", value));
    }
  }
  return std::nullopt;
}

std::optional<std::string> StringField(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value->as_string());
}

std::optional<ApiError> ReadInput(const json::object& body, std::string_view name,
                                  const SpeechLimits& limits, SpeechRequest& out) {
  const std::optional<std::string> input = StringField(body, name);
  if (!input) {
    return InvalidField(name, "missing_required_parameter", Concat("'", name, "' is required"));
  }
  if (input->find_first_not_of(" \t\r\n") == std::string::npos) {
    return InvalidField(name, "invalid_value", Concat("'", name, "' is empty"));
  }
  if (const size_t size = CountCharacters(*input); size > limits.max_input_characters) {
    return InvalidField(name, "string_above_max_length",
                        Concat("'", name, "' has ", size, " characters; the limit is ",
                               limits.max_input_characters));
  }
  out.input = *input;
  out.input_is_phonemes = name == "phonemes";
  const json::value* ssml = body.if_contains("ssml");
  out.input_is_ssml = !out.input_is_phonemes &&
                      (ssml != nullptr ? ssml->as_bool() : text::LooksLikeSsml(out.input));
  if (out.input_is_ssml) out.media_folder = limits.media_folder;
  return std::nullopt;
}

std::optional<ApiError> ReadVoice(const json::object& body, const SpeechLimits& limits,
                                  SpeechRequest& out) {
  std::string voice = limits.default_voice;
  if (const json::value* value = body.if_contains("voice")) {
    voice = value->is_string() ? std::string(value->as_string())
                               : std::string(value->as_object().at("id").as_string());
  }
  const Result<std::string> resolved = ResolveVoice(voice, limits.voices, limits.blends);
  if (!resolved.ok()) {
    return InvalidField("voice", "invalid_value", resolved.status().message());
  }
  out.voice = *resolved;
  return std::nullopt;
}

std::optional<ApiError> ReadModelAndVoice(const json::object& body, const SpeechLimits& limits,
                                          SpeechRequest& out) {
  out.model = StringField(body, "model").value_or(out.model);
  const std::vector<std::string> models = ModelNames(limits.model_variant);
  if (std::find(models.begin(), models.end(), out.model) == models.end()) {
    ApiError error =
        InvalidField("model", "model_not_found",
                     Concat("the model '", out.model, "' does not exist; see /v1/models"));
    error.status = 404;
    return error;
  }
  return ReadVoice(body, limits, out);
}

std::optional<ApiError> ReadAudioFields(const json::object& body, const SpeechLimits& limits,
                                        SpeechRequest& out) {
  out.format = limits.default_format;
  for (const std::string_view name : {"response_format", "download_format"}) {
    const std::optional<std::string> format = StringField(body, name);
    if (!format) continue;
    const std::optional<audio::Format> found = audio::FormatFromName(*format);
    if (!found) {
      return InvalidField(
          name, "invalid_value",
          Concat("'", name, "' must be one of mp3, opus, aac, flac, wav, pcm, ogg, mulaw, alaw"));
    }
    if (name == "response_format") out.format = *found;
  }
  out.sample_rate_hz = audio::DefaultSampleRateHz(out.format);
  if (const json::value* rate = body.if_contains("sample_rate")) {
    out.sample_rate_hz = rate->to_number<int>();
    if (const Status status = audio::CheckSampleRate(out.format, out.sample_rate_hz);
        !status.ok()) {
      return InvalidField("sample_rate", "invalid_value", status.message());
    }
  }
  if (const json::value* stream = body.if_contains("stream")) out.is_streamed = stream->as_bool();
  out.speed = limits.default_speed;
  if (const json::value* speed = body.if_contains("speed")) out.speed = speed->to_number<double>();
  if (const json::value* volume = body.if_contains("volume_multiplier"))
    out.volume = volume->to_number<double>();
  if (const json::value* pitch = body.if_contains("pitch"))
    out.pitch_semitones = pitch->to_number<double>();
  if (const json::value* loudness = body.if_contains("loudness"))
    out.loudness_lufs = loudness->to_number<double>();
  if (const json::value* trim = body.if_contains("trim_silence")) out.trim = trim->as_bool();
  if (const json::value* dither = body.if_contains("dither")) out.has_dither = dither->as_bool();
  if (out.has_dither && !audio::Has16Bits(out.format)) {
    out.has_dither = false;
    out.without_effect.emplace_back("dither");
  }
  if (const json::value* seed = body.if_contains("seed")) out.seed = seed->to_number<uint64_t>();
  return std::nullopt;
}

std::optional<ApiError> ReadManner(const json::object& body, SpeechRequest& out) {
  if (const auto style = StringField(body, "style")) {
    const Result<text::SpeechStyle> found = engine::FindStyle(*style);
    if (!found.ok()) return InvalidField("style", "unsupported_value", found.status().message());
    out.style = *found;
  }
  const auto asides = text::AsidesFromName(StringField(body, "asides").value_or("say"));
  if (!asides) {
    return InvalidField("asides", "invalid_value", "'asides' must be say, whisper or skip");
  }
  out.asides = *asides;
  return std::nullopt;
}

std::optional<ApiError> ReadWatermark(const json::object& body, const SpeechLimits& limits,
                                      SpeechRequest& out) {
  const json::value* asked = body.if_contains("watermark");
  const json::value* payload = body.if_contains("watermark_payload");
  const bool is_asked = asked != nullptr ? asked->as_bool() : payload != nullptr;
  if (is_asked && limits.watermark_key == nullptr) {
    return InvalidField(asked != nullptr ? "watermark" : "watermark_payload", "unsupported_value",
                        "this server has no watermark key (audio.watermark_key)");
  }
  if (limits.watermark_always && asked != nullptr && !is_asked) {
    return InvalidField("watermark", "invalid_value", "this server marks all speech");
  }
  if (!is_asked && !limits.watermark_always) return std::nullopt;
  out.watermark =
      audio::WatermarkMark{limits.watermark_key, payload != nullptr ? payload->to_number<uint32_t>()
                                                                    : limits.watermark_payload};
  return std::nullopt;
}

std::optional<ApiError> ReadLanguage(const json::object& body, std::string_view name,
                                     SpeechRequest& out) {
  const std::optional<std::string> code = StringField(body, name);
  if (!code || code->empty()) return std::nullopt;
  if (*code == "a" || EqualsIgnoreCase(*code, "en-us")) {
    out.locale = text::Locale::kEnUs;
  } else if (*code == "b" || EqualsIgnoreCase(*code, "en-gb")) {
    out.locale = text::Locale::kEnGb;
  } else {
    return InvalidField(name, "unsupported_value",
                        Concat("the language '", code->substr(0, 20),
                               "' is not supported; a or en-us, b or en-gb"));
  }
  return std::nullopt;
}

// The kinds of times that a request names; words where it names none.
std::variant<engine::TimingKinds, ApiError> ReadTimingKinds(const json::object& body) {
  engine::TimingKinds kinds;
  const json::value* types = body.if_contains("timestamp_types");
  if (types == nullptr) {
    kinds.words = true;
    return kinds;
  }
  const std::pair<std::string_view, bool*> known[] = {{"words", &kinds.words},
                                                      {"phonemes", &kinds.phonemes},
                                                      {"visemes", &kinds.visemes},
                                                      {"marks", &kinds.marks},
                                                      {"characters", &kinds.characters}};
  for (const json::value& type : types->as_array()) {
    const auto* const found = std::ranges::find(known, std::string_view(type.as_string()),
                                                &std::pair<std::string_view, bool*>::first);
    if (found == std::end(known)) {
      return InvalidField("timestamp_types", "invalid_value",
                          "'timestamp_types' has words, phonemes, visemes, marks, characters");
    }
    *found->second = true;
  }
  return kinds;
}

// In what the answer is wrapped.
std::optional<ApiError> ReadForm(const json::object& body, SpeechInput kind, SpeechRequest& out) {
  const std::string stream_format = StringField(body, "stream_format").value_or("audio");
  const bool is_captions = kind == SpeechInput::kCaptions;
  if (stream_format == "audio") {
    out.form = is_captions ? BodyForm::kCaptions : BodyForm::kAudio;
  } else if (stream_format == "sse" && !is_captions) {
    out.form = BodyForm::kSse;
  } else if (stream_format == "ndjson" && !is_captions) {
    out.form = BodyForm::kNdjson;
  } else {
    return InvalidField("stream_format", "invalid_value",
                        is_captions ? "captioned speech is JSON; /v1/audio/speech has other streams"
                                    : "'stream_format' must be audio, sse or ndjson");
  }
  const json::value* asked = body.if_contains("return_timestamps");
  const bool has_types = body.contains("timestamp_types");
  // Captions have them unless told otherwise, as Kokoro-FastAPI's.
  if (!(asked != nullptr ? asked->as_bool() : is_captions || has_types)) return std::nullopt;
  if (out.form == BodyForm::kAudio) {
    return InvalidField(has_types ? "timestamp_types" : "return_timestamps", "invalid_value",
                        "audio alone cannot carry timestamps; ask for stream_format sse or ndjson, "
                        "or /dev/captioned_speech");
  }
  auto kinds = ReadTimingKinds(body);
  if (auto* wrong = std::get_if<ApiError>(&kinds)) return *wrong;
  out.timings = std::get<engine::TimingKinds>(kinds);
  return std::nullopt;
}

// What is understood and does nothing.
void ReadUnsupported(const json::object& body, SpeechRequest& out) {
  for (const std::string_view name :
       {"instructions", "normalization_options", "download_format", "return_download_link"}) {
    const json::value* value = body.if_contains(name);
    const bool is_empty = value == nullptr || (value->is_string() && value->as_string().empty()) ||
                          (value->is_object() && value->as_object().empty()) ||
                          (value->is_bool() && !value->as_bool());
    if (!is_empty) out.without_effect.emplace_back(name);
  }
}

}  // namespace

size_t CountCharacters(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

double ExpectedAudioSeconds(size_t num_characters, double speed) {
  return static_cast<double>(num_characters) / (15.0 * speed);
}

std::string SpeechRequest::Key() const {
  std::string idle_fields;
  for (const std::string& name : without_effect) idle_fields += name + ' ';
  std::string lexicon_prints;
  for (const auto& lexicon : lexicons) lexicon_prints += Concat(lexicon->fingerprint(), ' ');
  return Concat(voice, '\n', std::hexfloat, speed, ' ', volume, ' ', pitch_semitones, ' ',
                loudness_lufs.value_or(1.0), trim, style.rate, ' ', style.pitch_semitones, ' ',
                style.gain, style.is_whispered, has_dither, static_cast<int>(asides), std::dec, ' ',
                audio::FormatName(format), ' ', sample_rate_hz, static_cast<int>(form),
                timings.words, timings.phonemes, timings.visemes, timings.marks, timings.characters,
                is_streamed, input_is_phonemes, expand_contractions, input_is_ssml,
                locale ? static_cast<int>(*locale) : -1, ' ', seed ? std::to_string(*seed) : "none",
                ' ',
                watermark ? Concat("mark ", watermark->payload, ' ', watermark->key->mask()) : "",
                ' ', idle_fields, '\n', lexicon_prints, '\n', media_folder, '\n', input);
}

std::variant<SpeechRequest, ApiError> ParseSpeechRequest(std::string_view body, SpeechInput kind,
                                                         const SpeechLimits& limits) {
  auto parsed = ParseObject(body);
  if (const ApiError* wrong = std::get_if<ApiError>(&parsed)) return *wrong;
  json::object& object = std::get<json::object>(parsed);
  SpeechRequest out;
  if (auto wrong = CheckFields(object)) return *wrong;
  const std::string_view input = kind == SpeechInput::kPhonemes ? "phonemes" : "input";
  if (auto wrong = ReadInput(object, input, limits, out)) return *wrong;
  if (auto wrong = ReadModelAndVoice(object, limits, out)) return *wrong;
  if (auto wrong = ReadAudioFields(object, limits, out)) return *wrong;
  if (auto wrong = ReadManner(object, out)) return *wrong;
  if (auto wrong = ReadWatermark(object, limits, out)) return *wrong;
  if (auto wrong = ReadForm(object, kind, out)) return *wrong;
  if (auto wrong = ReadLanguage(object, "lang_code", out)) return *wrong;
  if (auto wrong = ReadLexicon(object, limits.lexicon, out.lexicons)) return *wrong;
  ReadUnsupported(object, out);
  return out;
}

std::variant<SpeechRequest, ApiError> ParseTextRequest(std::string_view body,
                                                       const SpeechLimits& limits) {
  auto parsed = ParseObject(body);
  if (const ApiError* wrong = std::get_if<ApiError>(&parsed)) return *wrong;
  json::object& object = std::get<json::object>(parsed);
  for (const std::string_view name : {"text", "language"}) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || value->is_string()) continue;
    if (!value->is_null()) {
      return InvalidField(name, "invalid_type", Concat("'", name, "' must be a string"));
    }
    object.erase(name);
  }
  SpeechRequest out;
  if (auto wrong = CheckFields(object)) return *wrong;
  const std::string_view input = object.contains("input") ? "input" : "text";
  if (auto wrong = ReadInput(object, input, limits, out)) return *wrong;
  if (auto wrong = ReadVoice(object, limits, out)) return *wrong;
  const std::string_view language = object.contains("lang_code") ? "lang_code" : "language";
  if (auto wrong = ReadLanguage(object, language, out)) return *wrong;
  out.speed = limits.default_speed;
  if (const json::value* speed = object.if_contains("speed")) {
    out.speed = speed->to_number<double>();
  }
  if (auto wrong = ReadLexicon(object, limits.lexicon, out.lexicons)) return *wrong;
  return out;
}

std::string SpeechRequestSchema() {
  json::object properties;
  for (const Field& field : kFields) {
    json::object schema;
    if (field.kind == Kind::kVoice) {
      schema["oneOf"] = {{{"type", "string"}},
                         {{"type", "object"},
                          {"required", {"id"}},
                          {"properties", {{"id", {{"type", "string"}}}}}}};
    } else {
      schema["type"] = KindName(field.kind);
    }
    json::object items = {{"type", "string"}};
    json::object& chosen = field.kind == Kind::kStrings ? items : schema;
    for (std::string_view rest = field.choices; !rest.empty();) {
      const size_t end = std::min(rest.find(' '), rest.size());
      if (!chosen.contains("enum")) chosen["enum"] = json::array();
      chosen["enum"].as_array().emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (field.kind == Kind::kStrings) schema["items"] = std::move(items);
    if (field.name == "input" || field.name == "phonemes") schema["minLength"] = 1;
    if (field.kind == Kind::kVoice) schema["examples"] = {"af_heart", "alloy"};
    if (field.minimum != field.maximum) {
      schema["minimum"] = field.minimum;
      schema["maximum"] = field.maximum;
    }
    schema["description"] = field.meaning;
    properties[field.name] = std::move(schema);
  }
  return json::serialize(json::object{{"type", "object"}, {"properties", std::move(properties)}});
}

std::vector<std::string> ModelNames(std::string_view variant) {
  std::vector<std::string> names = {"tts-1",  "tts-1-hd", "gpt-4o-mini-tts",
                                    "kokoro", "litetts",  "kokoro-82m"};
  if (!variant.empty()) names.push_back(Concat("kokoro-", variant));
  return names;
}

}  // namespace litetts::server

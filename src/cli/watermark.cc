#include "audio/watermark.h"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "audio/decoder.h"
#include "audio/resampler.h"
#include "base/file.h"
#include "cli/audio_output.h"
#include "cli/command.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

constexpr size_t kMaxKeyBytes = 4096;

Result<audio::DecodedAudio> Decode(const std::string& path) {
  const audio::DecodeLimits limits = {.max_seconds = 3600.0, .max_bytes = size_t{1} << 30};
  LITETTS_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, limits.max_bytes));
  Result<audio::DecodedAudio> decoded = audio::DecodeAudio(bytes, limits);
  if (decoded.ok()) return decoded;
  return Status(decoded.status().code(), Concat("'", path, "': ", decoded.status().message()));
}

struct WatermarkOptions {
  std::string input;
  std::string output;
  std::string key_file;                // of a mark to make
  std::vector<std::string> key_files;  // of marks to find
  uint32_t payload = 0;
  bool as_json = false;
};

std::string Describe(const audio::WatermarkReading& reading, bool as_json) {
  if (as_json) {
    const json::value payload =
        reading.payload ? json::value(*reading.payload) : json::value(nullptr);
    return json::serialize(
               json::object{{"marked", reading.is_marked},
                            {"payload", payload},
                            {"likeliest_payload", reading.likeliest_payload},
                            {"code_error_rate", reading.code_error_rate},
                            {"false_positive_probability", reading.false_positive_probability},
                            {"strength", reading.strength},
                            {"seconds", reading.seconds}}) +
           "\n";
  }
  const std::string chance =
      Concat("(chance without one: ", reading.false_positive_probability, ")\n");
  if (!reading.is_marked) return "no mark of this key was found\n";
  if (!reading.payload) return "marked; the payload cannot be read " + chance;
  return Concat("marked, payload ", *reading.payload, " ", chance);
}

// A line for each key.
Status Detect(const WatermarkOptions& options) {
  std::vector<std::string> files = options.key_files;
  if (files.empty()) files.emplace_back();
  std::vector<std::shared_ptr<const audio::WatermarkKey>> keys;
  for (const std::string& file : files) {
    LITETTS_ASSIGN_OR_RETURN(auto key, LoadWatermarkKey(file));
    keys.push_back(std::move(key));
  }
  LITETTS_ASSIGN_OR_RETURN(const audio::DecodedAudio decoded, Decode(options.input));
  LITETTS_ASSIGN_OR_RETURN(const std::vector<audio::WatermarkReading> readings,
                           audio::DetectWatermarks(decoded.samples, decoded.sample_rate_hz, keys));
  std::string out;
  for (const audio::WatermarkReading& reading : readings) {
    out += Describe(reading, options.as_json);
  }
  return Print(out);
}

Status Mark(const WatermarkOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const auto key, LoadWatermarkKey(options.key_file));
  LITETTS_ASSIGN_OR_RETURN(const audio::DecodedAudio decoded, Decode(options.input));
  LITETTS_ASSIGN_OR_RETURN(audio::Resampler resampler,
                           audio::Resampler::Create({.from_hz = decoded.sample_rate_hz,
                                                     .to_hz = audio::kWatermarkRateHz}));
  LITETTS_ASSIGN_OR_RETURN(const std::unique_ptr<AudioOutput> out,
                           OpenAudioFile(options.output, {}));
  audio::WatermarkEmbedder embedder({key, options.payload});
  LITETTS_ASSIGN_OR_RETURN(std::vector<float> samples, resampler.Process(decoded.samples));
  LITETTS_RETURN_IF_ERROR(out->Write(embedder.Process(samples)));
  LITETTS_ASSIGN_OR_RETURN(samples, resampler.Finish());
  LITETTS_RETURN_IF_ERROR(out->Write(embedder.Process(samples)));
  LITETTS_RETURN_IF_ERROR(out->Write(embedder.Finish()));
  return out->Close();
}

constexpr const char* kKeyHelp =
    "File with the secret; default: the variable LITETTS_AUDIO_WATERMARK_KEY";

}  // namespace

Result<std::shared_ptr<const audio::WatermarkKey>> LoadWatermarkKey(const std::string& key_file) {
  std::string secret;
  if (!key_file.empty()) {
    LITETTS_ASSIGN_OR_RETURN(secret, ReadFile(key_file, kMaxKeyBytes));
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  } else if (const char* variable = std::getenv("LITETTS_AUDIO_WATERMARK_KEY")) {
    secret = variable;
  } else {
    return InvalidArgument(
        "a watermark needs a key: --key-file FILE, or the variable LITETTS_AUDIO_WATERMARK_KEY");
  }
  LITETTS_ASSIGN_OR_RETURN(audio::WatermarkKey key, audio::WatermarkKey::Create(secret));
  return std::make_shared<const audio::WatermarkKey>(std::move(key));
}

void AddWatermarkCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("watermark", "Find and make marks in audio files");
  command->require_subcommand(1);
  auto options = std::make_shared<WatermarkOptions>();
  CLI::App* detect = command->add_subcommand("detect", "Look for a mark of your key");
  detect->add_option("file", options->input, "Audio file; '-' is standard input")
      ->type_name("FILE")
      ->required();
  detect->add_flag("--json", options->as_json, "Print one JSON object");
  detect->add_option("--key-file", options->key_files, Concat(kKeyHelp, "; may be repeated"))
      ->type_name("FILE");
  detect->callback([options, &action] { action = [options] { return Detect(*options); }; });
  CLI::App* add = command->add_subcommand("add", "Mark a recording; it becomes mono at 24 kHz");
  add->add_option("file", options->input, "Audio file")->type_name("FILE")->required();
  add->add_option("-o,--output", options->output, "Marked file")->type_name("FILE")->required();
  add->add_option("--payload", options->payload, "Number in the mark, 0 to 4294967295")
      ->capture_default_str();
  add->add_option("--key-file", options->key_file, kKeyHelp)->type_name("FILE");
  add->callback([options, &action] { action = [options] { return Mark(*options); }; });
}

}  // namespace litetts::cli

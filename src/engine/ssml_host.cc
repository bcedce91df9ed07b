#include "engine/ssml_host.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "audio/decoder.h"
#include "audio/noise_bed.h"
#include "audio/resampler.h"
#include "base/file.h"
#include "engine/synthesizer.h"
#include "model/kokoro.h"

namespace litetts::engine {
namespace {

constexpr size_t kMaxLexiconBytes = size_t{1} << 20;

size_t SampleAt(double seconds) {
  return static_cast<size_t>(std::lround(seconds * model::kSampleRateHz));
}

// A millisecond at both ends, so that a cut is no click.
void FadeEdges(std::vector<float>& samples) {
  const size_t size = std::min<size_t>(24, samples.size() / 2);
  for (size_t i = 0; i < size; ++i) {
    const float gain = (static_cast<float>(i) + 0.5f) / static_cast<float>(size);
    samples[i] *= gain;
    samples[samples.size() - 1 - i] *= gain;
  }
}

}  // namespace

Result<std::string> EngineSsmlHost::FindVoice(std::string_view name, std::string_view gender,
                                              text::Locale locale) const {
  if (!name.empty()) {
    LITETTS_RETURN_IF_ERROR(voices_.Resolve(name, &blends_).status());
    return std::string(name);
  }
  const std::string_view language = locale == text::Locale::kEnGb ? "en-gb" : "en-us";
  for (const model::VoiceInfo& voice : voices_.voices()) {
    const bool fits = gender.empty() || gender == voice.gender;
    if (fits && voice.language == language) return voice.name;
  }
  return NotFound("no voice with gender '", gender, "' for ", language);
}

text::Locale EngineSsmlHost::LocaleOf(std::string_view voice) const {
  return LocaleOfVoice(voice, &blends_);
}

bool EngineSsmlHost::HasBackground(std::string_view type) const {
  return audio::NoiseFromName(type).has_value();
}

Result<std::string> EngineSsmlHost::ReadMedia(std::string_view source, size_t max_bytes) const {
  if (media_folder_.empty()) return PermissionDenied("no folder of media files is configured");
  if (source.starts_with("file:")) source.remove_prefix(5);
  while (source.starts_with("./")) source.remove_prefix(2);
  if (source.empty()) return InvalidArgument("no file is named");
  if (source.find("://") != std::string_view::npos || source.starts_with("data:")) {
    return PermissionDenied("only files of the media folder can be played");
  }
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::canonical(media_folder_, error);
  if (error) return NotFound("the media folder does not exist");
  const std::filesystem::path path = std::filesystem::canonical(folder / source, error);
  if (error) return NotFound("no such file in the media folder");
  const auto [folder_end, rest] =
      std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  if (folder_end != folder.end()) return PermissionDenied("the file is not in the media folder");
  if (!std::filesystem::is_regular_file(path, error)) return InvalidArgument("this is no file");
  return ReadFile(path.string(), max_bytes);
}

Result<std::string> EngineSsmlHost::LoadLexicon(std::string_view source) const {
  return ReadMedia(source, kMaxLexiconBytes);
}

Result<text::Clip> EngineSsmlHost::LoadClip(const text::ClipRequest& request) const {
  LITETTS_ASSIGN_OR_RETURN(const std::string bytes, ReadMedia(request.source, kMaxClipBytes));
  LITETTS_ASSIGN_OR_RETURN(
      const audio::DecodedAudio decoded,
      audio::DecodeAudio(bytes, {.max_seconds = kMaxClipSeconds, .max_bytes = kMaxClipBytes}));
  LITETTS_ASSIGN_OR_RETURN(
      audio::Resampler resampler,
      audio::Resampler::Create({.from_hz = decoded.sample_rate_hz, .to_hz = model::kSampleRateHz}));
  LITETTS_ASSIGN_OR_RETURN(std::vector<float> samples, resampler.Process(decoded.samples));
  LITETTS_ASSIGN_OR_RETURN(const std::vector<float> rest, resampler.Finish());
  samples.insert(samples.end(), rest.begin(), rest.end());

  const size_t begin =
      std::min(SampleAt(std::min(request.begin_seconds, kMaxClipSeconds)), samples.size());
  size_t end = samples.size();
  if (request.end_seconds > 0.0) {
    end = std::min(end, SampleAt(std::min(request.end_seconds, kMaxClipSeconds)));
  }
  if (begin >= end) return InvalidArgument("nothing is left of the recording");
  std::vector<float> once(samples.begin() + static_cast<std::ptrdiff_t>(begin),
                          samples.begin() + static_cast<std::ptrdiff_t>(end));
  const auto wanted = static_cast<double>(once.size()) * std::max(request.repeat_count, 0.0);
  const auto size = static_cast<size_t>(
      std::min(wanted, kMaxClipSeconds * static_cast<double>(model::kSampleRateHz)));
  if (size == 0) return InvalidArgument("nothing is left of the recording");
  std::vector<float> out(size);
  for (size_t i = 0; i < size; ++i) {
    out[i] = static_cast<float>(request.gain * static_cast<double>(once[i % once.size()]));
  }
  FadeEdges(out);
  return std::make_shared<const std::vector<float>>(std::move(out));
}

}  // namespace litetts::engine

#include "audio/format.h"

#include <algorithm>
#include <span>
#include <string>

namespace litetts::audio {
namespace {

constexpr int kMinRateHz = 8000;
constexpr int kMaxRateHz = 192000;

constexpr std::array kMp3Rates = {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000};
constexpr std::array kOpusRates = {8000, 12000, 16000, 24000, 48000};
constexpr std::array kAacRates = {8000,  11025, 12000, 16000, 22050, 24000,
                                  32000, 44100, 48000, 64000, 88200, 96000};

struct FormatFacts {
  Format format;
  std::string_view name;
  std::string_view media_type;
  std::span<const int> rates;  // empty: anything between the limits
};

// The media types are those that OpenAI's service answers with; its "audio/opus" is Ogg too.
constexpr std::array<FormatFacts, 9> kFacts = {{
    {Format::kMp3, "mp3", "audio/mpeg", kMp3Rates},
    {Format::kOpus, "opus", "audio/opus", kOpusRates},
    {Format::kAac, "aac", "audio/aac", kAacRates},
    {Format::kFlac, "flac", "audio/flac", {}},
    {Format::kWav, "wav", "audio/wav", {}},
    {Format::kPcm, "pcm", "audio/pcm", {}},
    {Format::kOgg, "ogg", "audio/ogg", {}},
    {Format::kMulaw, "mulaw", "audio/PCMU", {}},
    {Format::kAlaw, "alaw", "audio/PCMA", {}},
}};

const FormatFacts& Facts(Format format) { return kFacts[static_cast<size_t>(format)]; }

}  // namespace

std::string_view FormatName(Format format) { return Facts(format).name; }
std::string_view MediaType(Format format) { return Facts(format).media_type; }

std::string_view FileExtension(Format format) {
  switch (format) {
    case Format::kMulaw:
      return "ulaw";
    default:
      return FormatName(format);
  }
}

bool Has16Bits(Format format) {
  return format == Format::kWav || format == Format::kPcm || format == Format::kFlac;
}

std::optional<Format> FormatFromName(std::string_view name) {
  for (const FormatFacts& facts : kFacts) {
    if (facts.name == name) return facts.format;
  }
  return std::nullopt;
}

int DefaultSampleRateHz(Format format) {
  return format == Format::kMulaw || format == Format::kAlaw ? 8000 : 24000;
}

Status CheckSampleRate(Format format, int sample_rate_hz) {
  const FormatFacts& facts = Facts(format);
  if (facts.rates.empty()) {
    if (sample_rate_hz >= kMinRateHz && sample_rate_hz <= kMaxRateHz) return OkStatus();
    return InvalidArgument("a sample rate of ", sample_rate_hz, " Hz is outside ", kMinRateHz,
                           " to ", kMaxRateHz);
  }
  if (std::find(facts.rates.begin(), facts.rates.end(), sample_rate_hz) != facts.rates.end()) {
    return OkStatus();
  }
  std::string known;
  for (const int rate : facts.rates) known += (known.empty() ? "" : ", ") + std::to_string(rate);
  return InvalidArgument(facts.name, " cannot carry a sample rate of ", sample_rate_hz,
                         " Hz; it knows ", known);
}

}  // namespace litetts::audio

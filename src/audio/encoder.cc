#include "audio/encoder.h"

#include <utility>
#include <vector>

#include "audio/ffmpeg_encoder.h"
#include "audio/pcm.h"
#include "audio/wav.h"
#include "base/check.h"

namespace litetts::audio {
namespace {

bool IsPcmFamily(Format format) {
  return format == Format::kWav || format == Format::kPcm || format == Format::kMulaw ||
         format == Format::kAlaw;
}

// WAV, headerless 16-bit PCM and G.711: a fixed number of bytes for each sample.
class PcmEncoder : public Encoder {
 public:
  explicit PcmEncoder(const EncoderOptions& options) : options_(options) {}

  Result<std::string> Encode(std::span<const float> samples) override {
    const auto channels = static_cast<size_t>(options_.num_channels);
    LITETTS_CHECK(samples.size() % channels == 0);
    std::string out = TakeHeader();
    num_frames_ += samples.size() / channels;
    integers_.resize(samples.size());
    num_clipped_ += FloatToS16(samples, integers_);
    switch (options_.format) {
      case Format::kMulaw:
        for (const int16_t s : integers_) out.push_back(static_cast<char>(S16ToMulaw(s)));
        break;
      case Format::kAlaw:
        for (const int16_t s : integers_) out.push_back(static_cast<char>(S16ToAlaw(s)));
        break;
      default:
        out.reserve(out.size() + 2 * integers_.size());
        for (const int16_t s : integers_) {
          out.push_back(static_cast<char>(s & 0xFF));
          out.push_back(static_cast<char>(s >> 8 & 0xFF));
        }
    }
    return out;
  }

  Result<std::string> Finish() override {
    if (options_.num_frames && *options_.num_frames != num_frames_) {
      return FailedPrecondition("the header promised ", *options_.num_frames, " frames, but ",
                                num_frames_, " were encoded");
    }
    return TakeHeader();  // a stream without samples is still a file
  }

 private:
  std::string TakeHeader() {
    if (options_.format != Format::kWav || std::exchange(header_is_written_, true)) return {};
    return WavHeader(
        {.sample_rate_hz = options_.sample_rate_hz, .num_channels = options_.num_channels},
        options_.num_frames);
  }

  const EncoderOptions options_;
  bool header_is_written_ = false;
  uint64_t num_frames_ = 0;
  std::vector<int16_t> integers_;
};

}  // namespace

Result<std::unique_ptr<Encoder>> Encoder::Create(const EncoderOptions& options) {
  LITETTS_RETURN_IF_ERROR(CheckSampleRate(options.format, options.sample_rate_hz));
  if (options.num_channels < 1 || options.num_channels > 2) {
    return InvalidArgument("an encoder takes 1 or 2 channels, not ", options.num_channels);
  }
  if (IsPcmFamily(options.format)) return {std::make_unique<PcmEncoder>(options)};
  return CreateFfmpegEncoder(options);
}

std::optional<uint64_t> EncodedSize(const EncoderOptions& options) {
  if (!options.num_frames || !IsPcmFamily(options.format)) return std::nullopt;
  const uint64_t samples = *options.num_frames * static_cast<uint64_t>(options.num_channels);
  switch (options.format) {
    case Format::kWav:
      return kWavHeaderSize + 2 * samples;
    case Format::kPcm:
      return 2 * samples;
    default:
      return samples;
  }
}

}  // namespace litetts::audio

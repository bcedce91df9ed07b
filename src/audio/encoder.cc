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

bool IsTelephony(Format format) { return format == Format::kMulaw || format == Format::kAlaw; }

// Of 20 ms, as telephony packs it.
size_t TelephonyFrameBytes(const EncoderOptions& options) {
  return static_cast<size_t>(options.sample_rate_hz / 50 * options.num_channels);
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
    if (options_.has_dither && Has16Bits(options_.format)) {
      dithered_.assign(samples.begin(), samples.end());
      dither_.AddTo(dithered_);
      samples = dithered_;
    }
    num_clipped_ += FloatToS16(samples, integers_);
    if (IsTelephony(options_.format)) {
      AppendCodes(integers_);
      return TakeCodes();
    }
    out.reserve(out.size() + 2 * integers_.size());
    for (const int16_t s : integers_) {
      out.push_back(static_cast<char>(s & 0xFF));
      out.push_back(static_cast<char>(s >> 8 & 0xFF));
    }
    return out;
  }

  Result<std::string> Finish() override {
    if (options_.num_frames && *options_.num_frames != num_frames_) {
      return FailedPrecondition("the header promised ", *options_.num_frames, " frames, but ",
                                num_frames_, " were encoded");
    }
    if (IsTelephony(options_.format)) {
      const size_t size = TelephonyFrameBytes(options_);
      const std::vector<int16_t> silence((size - codes_.size() % size) % size);
      AppendCodes(silence);
      return TakeCodes();
    }
    std::string out = TakeHeader();  // a stream without samples is still a file
    if (options_.format == Format::kWav && (options_.num_frames || options_.is_rewritable)) {
      out += WavInfo();
    }
    return out;
  }

  std::string FinalStart() const override {
    if (options_.format != Format::kWav || !options_.is_rewritable) return {};
    return WavHeader(Facts(), num_frames_, WavInfo().size());
  }

 private:
  WavFormat Facts() const {
    return {.sample_rate_hz = options_.sample_rate_hz, .num_channels = options_.num_channels};
  }

  void AppendCodes(std::span<const int16_t> samples) {
    const auto code = options_.format == Format::kMulaw ? S16ToMulaw : S16ToAlaw;
    for (const int16_t s : samples) codes_.push_back(static_cast<char>(code(s)));
  }

  // The whole frames.
  std::string TakeCodes() {
    const size_t size = TelephonyFrameBytes(options_);
    const size_t whole = codes_.size() / size * size;
    std::string out = codes_.substr(0, whole);
    codes_.erase(0, whole);
    return out;
  }

  std::string TakeHeader() {
    if (options_.format != Format::kWav || std::exchange(header_is_written_, true)) return {};
    return WavHeader(Facts(), options_.num_frames,
                     options_.num_frames ? WavInfo().size() : size_t{0});
  }

  const EncoderOptions options_;
  bool header_is_written_ = false;
  uint64_t num_frames_ = 0;
  std::vector<int16_t> integers_;
  std::vector<float> dithered_;
  Dither dither_;
  std::string codes_;  // G.711: less than a frame between calls
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
      return kWavHeaderSize + 2 * samples + WavInfo().size();
    case Format::kPcm:
      return 2 * samples;
    default: {
      const uint64_t frame = TelephonyFrameBytes(options);
      return (samples + frame - 1) / frame * frame;
    }
  }
}

}  // namespace litetts::audio

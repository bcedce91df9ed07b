#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "audio/watermark_code.h"
#include "base/status.h"
#include "dsp/real_fft.h"

namespace litetts::audio {

inline constexpr int kWatermarkRateHz = 24000;

struct WatermarkMark {
  std::shared_ptr<const WatermarkKey> key;
  uint32_t payload = 0;
};

// Puts a mark (docs/watermark.md) into one stream of speech at 24 kHz: as many samples out as in,
// 256 of them later; silence stays silence. Thread-compatible.
class WatermarkEmbedder {
 public:
  explicit WatermarkEmbedder(const WatermarkMark& mark);

  // What is ready.
  std::vector<float> Process(std::span<const float> samples);
  // The rest. REQUIRES: called once, last.
  std::vector<float> Finish();

 private:
  void AddFrame(std::vector<float>& out);

  std::vector<float> gains_;  // by frame * kWatermarkBands + band
  std::vector<float> window_;
  dsp::RealFft fft_;
  std::vector<std::complex<float>> bins_;
  std::vector<float> frame_;    // windowed
  std::vector<float> input_;    // the last two hops, the second being filled
  std::vector<float> overlap_;  // of the frame before
  size_t fill_ = 0;             // samples of the second hop
  size_t num_frames_ = 0;
  uint64_t num_in_ = 0;
  uint64_t num_out_ = 0;
};

struct WatermarkReading {
  bool is_marked = false;
  std::optional<uint32_t> payload;  // none: a mark of this key, damaged or too short to read
  // What was read at the strongest place, or where the checksum fits: the payload, some of its bits
  // wrong where `payload` is none, and the share of the 96 code bits that had to be corrected for
  // it. Nothing but chance (some 0.2) where there is no mark; 0 and 0 for silence.
  uint32_t likeliest_payload = 0;
  double code_error_rate = 0.0;
  // How probable so strong a sign of the mark is in audio without one: of all places that it was
  // looked for at, together.
  double false_positive_probability = 1.0;
  double strength = 0.0;  // standard deviations of what audio without a mark shows at one place
  double seconds = 0.0;   // of audio that was looked at
};

// Looks for marks of some keys in mono audio of any rate and length; a reading for each.
// kInvalidArgument for a rate that is none.
Result<std::vector<WatermarkReading>> DetectWatermarks(
    std::span<const float> samples, int sample_rate_hz,
    std::span<const std::shared_ptr<const WatermarkKey>> keys);
// The same for one key.
Result<WatermarkReading> DetectWatermark(std::span<const float> samples, int sample_rate_hz,
                                         const WatermarkKey& key);

}  // namespace litetts::audio

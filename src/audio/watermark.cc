#include "audio/watermark.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "audio/resampler.h"

namespace litetts::audio {
namespace {

constexpr size_t kFrame = 512;
constexpr size_t kHop = kFrame / 2;
constexpr size_t kFirstBin = 9;  // 422 Hz
constexpr size_t kBandBins = 2;  // 94 Hz; the last band ends at 7.5 kHz

// How much louder or softer each cell of a band becomes, in dB. Codecs keep the middle best:
// against 1.25 dB in all bands, Opus at 24 kbit/s leaves 60 % of clips of 3 s readable instead of
// 40 %, and PESQ is no lower (docs/watermark.md).
std::array<double, kWatermarkBands> BandDecibels() {
  constexpr double kLowest = 0.9, kMiddle = 1.6, kHighest = 0.6;
  constexpr double kRisesTo = 10.0, kFallsFrom = 30.0;  // bands: 1.4 and 3.2 kHz
  std::array<double, kWatermarkBands> out;
  for (size_t band = 0; band < kWatermarkBands; ++band) {
    const auto at = static_cast<double>(band);
    const double fall = (at - kFallsFrom) / (static_cast<double>(kWatermarkBands - 1) - kFallsFrom);
    out[band] = at < kRisesTo ? std::lerp(kLowest, kMiddle, at / kRisesTo)
                              : std::lerp(kMiddle, kHighest, std::max(fall, 0.0));
  }
  return out;
}

// Forward and backward, so that the overlapping squares add up to 1.
std::vector<float> MakeWindow() {
  std::vector<float> window(kFrame);
  for (size_t i = 0; i < kFrame; ++i) {
    window[i] = static_cast<float>(
        std::sin(std::numbers::pi * (static_cast<double>(i) + 0.5) / static_cast<double>(kFrame)));
  }
  return window;
}

}  // namespace

// ---- embedding ----

WatermarkEmbedder::WatermarkEmbedder(const WatermarkMark& mark)
    : gains_(kWatermarkCells),
      window_(MakeWindow()),
      fft_(kFrame),
      bins_(fft_.num_bins()),
      frame_(kFrame),
      input_(kFrame),
      overlap_(kHop) {
  const auto code = EncodePayload(*mark.key, mark.payload);
  const auto strengths = BandDecibels();
  for (size_t cell = 0; cell < kWatermarkCells; ++cell) {
    const int bit = mark.key->bit(cell);
    const float value = bit == WatermarkKey::kSync ? 1.0f : code[static_cast<size_t>(bit)];
    const double decibels =
        strengths[cell % kWatermarkBands] * static_cast<double>(mark.key->sign(cell) * value);
    gains_[cell] = static_cast<float>(std::pow(10.0, decibels / 20.0));
  }
}

void WatermarkEmbedder::AddFrame(std::vector<float>& out) {
  for (size_t i = 0; i < kFrame; ++i) frame_[i] = window_[i] * input_[i];
  fft_.Forward(frame_, bins_);
  const float* const gains = &gains_[num_frames_ % kWatermarkFrames * kWatermarkBands];
  for (size_t band = 0; band < kWatermarkBands; ++band) {
    for (size_t k = 0; k < kBandBins; ++k) bins_[kFirstBin + band * kBandBins + k] *= gains[band];
  }
  fft_.Inverse(bins_, frame_);
  for (size_t i = 0; i < kFrame; ++i) frame_[i] *= window_[i];
  // The first frame ends before the first sample.
  if (num_frames_ > 0) {
    for (size_t i = 0; i < kHop; ++i) out.push_back(overlap_[i] + frame_[i]);
    num_out_ += kHop;
  }
  std::copy_n(frame_.begin() + kHop, kHop, overlap_.begin());
  std::copy_n(input_.begin() + kHop, kHop, input_.begin());
  ++num_frames_;
  fill_ = 0;
}

std::vector<float> WatermarkEmbedder::Process(std::span<const float> samples) {
  std::vector<float> out;
  num_in_ += samples.size();
  while (!samples.empty()) {
    const size_t size = std::min(kHop - fill_, samples.size());
    std::copy_n(samples.begin(), size, input_.begin() + static_cast<std::ptrdiff_t>(kHop + fill_));
    fill_ += size;
    samples = samples.subspan(size);
    if (fill_ == kHop) AddFrame(out);
  }
  return out;
}

std::vector<float> WatermarkEmbedder::Finish() {
  std::vector<float> out;
  const uint64_t before = num_out_;
  while (num_out_ < num_in_) {
    std::fill(input_.begin() + static_cast<std::ptrdiff_t>(kHop + fill_), input_.end(), 0.0f);
    AddFrame(out);
  }
  out.resize(static_cast<size_t>(num_in_ - before));
  return out;
}

// ---- detection ----

namespace {

// Places within a hop that are tried; a mark between two of them loses 3 % of its strength.
constexpr size_t kOffsets = 4;
// What speech has in a cell can be guessed from its neighbours; this takes the guess away. Rows are
// frames, columns bands; the middle row of the inverse covariance of 3 x 7 levels of 12 clips of
// speech, made symmetric and to add up to 0, so that a level that is the same all around leaves
// nothing.
constexpr int kReach = 3;  // bands
constexpr float kBeside[kReach + 1] = {-0.367f, 0.039f, 0.038f, 0.051f};
constexpr float kWithin[kReach + 1] = {1.056f, -0.132f, -0.218f, -0.067f};
constexpr float kMostDecibels = 6.0f;   // of what is left: one cell must not outvote others
constexpr double kLevel = 0.07;         // root mean square that all audio is brought to
constexpr double kFloor = 1e-6;         // -60 dB: cells below tell nothing
constexpr size_t kBestPlaces = 8;       // that are decoded
constexpr double kLeastStrength = 3.0;  // for a payload with the right checksum
// Without one: 256 places x 1e-9.
constexpr double kSureStrength = 6.0;
constexpr double kChecksumChance = 1.0 / 65536.0;

using Levels = std::array<float, kWatermarkBands>;

// Sums of what is left in the cells of the pattern, over all periods.
class CellSums {
 public:
  CellSums() : fft_(kFrame), window_(MakeWindow()), bins_(fft_.num_bins()), frame_(kFrame) {
    std::ranges::copy(BandDecibels(), weights_.begin());
  }

  std::vector<float> Of(std::span<const float> samples, double scale) {
    std::vector<float> sums(kWatermarkCells);
    Levels rows[3] = {};
    size_t num_rows = 0;
    for (size_t at = 0; at + kFrame <= samples.size(); at += kHop) {
      rows[num_rows++ % 3] = LevelsOf(samples.subspan(at, kFrame), scale);
      if (num_rows < 3) continue;
      const size_t middle = num_rows - 2;
      Add(rows[(middle - 1) % 3], rows[middle % 3], rows[(middle + 1) % 3],
          std::span(sums).subspan(middle % kWatermarkFrames * kWatermarkBands, kWatermarkBands));
    }
    return sums;
  }

 private:
  Levels LevelsOf(std::span<const float> samples, double scale) {
    for (size_t i = 0; i < kFrame; ++i) frame_[i] = window_[i] * samples[i];
    fft_.Forward(frame_, bins_);
    Levels levels;
    for (size_t band = 0; band < kWatermarkBands; ++band) {
      float power = 0.0f;
      for (size_t k = 0; k < kBandBins; ++k) {
        power += std::norm(bins_[kFirstBin + band * kBandBins + k]);
      }
      const double mean =
          scale * static_cast<double>(power) / static_cast<double>(kBandBins * kFrame);
      levels[band] = static_cast<float>(10.0 * std::log10(mean + kFloor));
    }
    return levels;
  }

  void Add(const Levels& before, const Levels& row, const Levels& after,
           std::span<float> sums) const {
    constexpr int kLast = static_cast<int>(kWatermarkBands) - 1;
    for (int band = 0; band <= kLast; ++band) {
      float left = 0.0f;
      for (int d = -kReach; d <= kReach; ++d) {
        const auto k = static_cast<size_t>(std::clamp(band + d, 0, kLast));
        const auto distance = static_cast<size_t>(std::abs(d));
        left += kWithin[distance] * row[k] + kBeside[distance] * (before[k] + after[k]);
      }
      const auto k = static_cast<size_t>(band);
      sums[k] += weights_[k] * std::clamp(left, -kMostDecibels, kMostDecibels);
    }
  }

  dsp::RealFft fft_;
  std::vector<float> window_;
  std::vector<std::complex<float>> bins_;
  std::vector<float> frame_;
  Levels weights_;  // a band counts as much as it carries
};

struct Place {
  size_t offset = 0;
  size_t shift = 0;       // frames from the start of the pattern to that of the audio
  double strength = 0.0;  // of the cells that carry no bit
};

double UpperTail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

size_t PatternCell(size_t cell, size_t shift) {
  return (cell + shift * kWatermarkBands) % kWatermarkCells;
}

// Under a key that has nothing to do with the audio, a sum of cells with random signs has the
// variance of the sum of their squares: strengths are standard normal.
double SyncStrength(const WatermarkKey& key, std::span<const float> sums, size_t shift) {
  double sum = 0.0, squares = 0.0;
  for (size_t cell = 0; cell < kWatermarkCells; ++cell) {
    const size_t k = PatternCell(cell, shift);
    if (key.bit(k) != WatermarkKey::kSync) continue;
    const auto value = static_cast<double>(sums[cell]);
    sum += value * static_cast<double>(key.sign(k));
    squares += value * value;
  }
  return squares > 0.0 ? sum / std::sqrt(squares) : 0.0;
}

std::array<float, kWatermarkCodeBits> SoftBits(const WatermarkKey& key, std::span<const float> sums,
                                               size_t shift) {
  std::array<float, kWatermarkCodeBits> bits = {};
  for (size_t cell = 0; cell < kWatermarkCells; ++cell) {
    const size_t k = PatternCell(cell, shift);
    if (key.bit(k) == WatermarkKey::kSync) continue;
    bits[static_cast<size_t>(key.bit(k))] += sums[cell] * key.sign(k);
  }
  return bits;
}

double MeanSquare(std::span<const float> samples) {
  double sum = 0.0;
  for (const float sample : samples)
    sum += static_cast<double>(sample) * static_cast<double>(sample);
  return samples.empty() ? 0.0 : sum / static_cast<double>(samples.size());
}

// Sums of the cells for each offset within a hop; empty for silence.
struct CellSumsByOffset {
  std::vector<std::vector<float>> sums;
  double seconds = 0.0;
};

Result<CellSumsByOffset> SumCells(std::span<const float> samples, int sample_rate_hz) {
  LITETTS_ASSIGN_OR_RETURN(Resampler resampler, Resampler::Create({.from_hz = sample_rate_hz,
                                                                   .to_hz = kWatermarkRateHz}));
  LITETTS_ASSIGN_OR_RETURN(std::vector<float> audio, resampler.Process(samples));
  LITETTS_ASSIGN_OR_RETURN(const std::vector<float> rest, resampler.Finish());
  audio.insert(audio.end(), rest.begin(), rest.end());
  CellSumsByOffset out;
  out.seconds = static_cast<double>(audio.size()) / kWatermarkRateHz;
  const double power = MeanSquare(audio);
  if (!(power > 0.0)) return out;
  CellSums cells;
  for (size_t offset = 0; offset < kOffsets; ++offset) {
    const size_t begin = std::min(offset * kHop / kOffsets, audio.size());
    out.sums.push_back(
        cells.Of(std::span<const float>(audio).subspan(begin), kLevel * kLevel / power));
  }
  return out;
}

WatermarkReading Read(const CellSumsByOffset& cells, const WatermarkKey& key) {
  WatermarkReading reading;
  reading.seconds = cells.seconds;
  if (cells.sums.empty()) return reading;
  std::vector<Place> places;
  for (size_t offset = 0; offset < kOffsets; ++offset) {
    for (size_t shift = 0; shift < kWatermarkFrames; ++shift) {
      places.push_back({offset, shift, SyncStrength(key, cells.sums[offset], shift)});
    }
  }
  std::ranges::partial_sort(places, places.begin() + kBestPlaces, std::ranges::greater(),
                            &Place::strength);
  const auto num_places = static_cast<double>(places.size());
  reading.strength = places[0].strength;
  reading.false_positive_probability = std::min(1.0, num_places * UpperTail(reading.strength));
  reading.is_marked = reading.strength >= kSureStrength;
  for (size_t i = 0; i < kBestPlaces && (i == 0 || places[i].strength >= kLeastStrength); ++i) {
    const auto bits = SoftBits(key, cells.sums[places[i].offset], places[i].shift);
    const DecodedPayload decoded = DecodePayload(key, bits);
    const bool is_right = decoded.is_checked && places[i].strength >= kLeastStrength;
    if (i == 0 || is_right) {
      reading.likeliest_payload = decoded.payload;
      reading.code_error_rate = decoded.code_error_rate;
    }
    if (!is_right) continue;
    reading.is_marked = true;
    reading.payload = decoded.payload;
    reading.strength = places[i].strength;
    reading.false_positive_probability = std::min(1.0, num_places * UpperTail(reading.strength)) *
                                         kChecksumChance * static_cast<double>(i + 1);
    break;
  }
  return reading;
}

}  // namespace

Result<std::vector<WatermarkReading>> DetectWatermarks(
    std::span<const float> samples, int sample_rate_hz,
    std::span<const std::shared_ptr<const WatermarkKey>> keys) {
  LITETTS_ASSIGN_OR_RETURN(const CellSumsByOffset cells, SumCells(samples, sample_rate_hz));
  std::vector<WatermarkReading> readings;
  for (const auto& key : keys) readings.push_back(Read(cells, *key));
  return readings;
}

Result<WatermarkReading> DetectWatermark(std::span<const float> samples, int sample_rate_hz,
                                         const WatermarkKey& key) {
  LITETTS_ASSIGN_OR_RETURN(const CellSumsByOffset cells, SumCells(samples, sample_rate_hz));
  return Read(cells, key);
}

}  // namespace litetts::audio

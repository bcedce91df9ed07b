#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "audio/format.h"
#include "base/status.h"

namespace litetts::audio {

// What every container says that has a place for a comment.
inline constexpr const char* kSyntheticSpeechTag = "synthetic speech (LiteTTS)";

struct EncoderOptions {
  Format format = Format::kWav;
  int sample_rate_hz = 24000;
  int num_channels = 1;  // 1 or 2
  // Known before the first sample: headers then carry the exact length. Encoding another number of
  // frames is kFailedPrecondition in Finish().
  std::optional<uint64_t> num_frames = {};
  bool has_dither = false;  // in formats of 16 bits
  // The output can be overwritten at its start, with FinalStart(), once the length is known.
  bool is_rewritable = false;
};

// Turns one stream of samples into one stream of bytes, piece by piece. Thread-compatible.
class Encoder {
 public:
  // kInvalidArgument for a rate or channel count that the format cannot carry.
  static Result<std::unique_ptr<Encoder>> Create(const EncoderOptions& options);
  virtual ~Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  // Samples in [-1, 1], channels interleaved. Returns the bytes that are ready, perhaps none.
  // REQUIRES: whole frames; no Finish() before.
  virtual Result<std::string> Encode(std::span<const float> samples) = 0;
  // Returns the last bytes. REQUIRES: called once.
  virtual Result<std::string> Finish() = 0;

  // After Finish(), of a rewritable output: what its first bytes are now that the length is known;
  // empty where they stay.
  virtual std::string FinalStart() const { return {}; }

  // Frames that a decoder gives out before the first one of the input, because the stream's format
  // has no place to signal them: AAC always, MP3 where the length was not known.
  int unsignalled_delay() const { return unsignalled_delay_; }

  // Samples so far that lay outside [-1, 1] and were clamped.
  size_t num_clipped() const { return num_clipped_; }

 protected:
  Encoder() = default;
  int unsignalled_delay_ = 0;
  size_t num_clipped_ = 0;
};

// The exact size of the whole stream for formats where it follows from the length: WAV, PCM and
// G.711.
std::optional<uint64_t> EncodedSize(const EncoderOptions& options);

}  // namespace litetts::audio

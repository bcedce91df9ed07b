#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/status.h"

namespace litetts::cli {

// Where `say` sends its samples. Without Close() nothing is left behind. Thread-compatible.
class AudioOutput {
 public:
  virtual ~AudioOutput() = default;
  // The exact number of samples to come; has an effect before the first Write() only.
  virtual Status SetLength(uint64_t num_samples) = 0;
  virtual Status Write(std::span<const float> samples) = 0;
  virtual Status Close() = 0;
};

struct AudioOutputOptions {
  std::string format = {};  // empty: by the file's ending
  int sample_rate_hz = 0;   // 0: the format's usual one
  bool has_dither = false;  // of 16 bits
};

// A file, written to a temporary and renamed by Close(); "-" is standard output (default WAV).
// kInvalidArgument for an unknown format, or a rate or dither that it cannot carry.
Result<std::unique_ptr<AudioOutput>> OpenAudioFile(const std::string& path,
                                                   const AudioOutputOptions& options);

// Plays through the first of pw-play, paplay, aplay, ffplay, play that is installed; else
// kFailedPrecondition saying how to save to a file.
Result<std::unique_ptr<AudioOutput>> OpenPlayer();

}  // namespace litetts::cli

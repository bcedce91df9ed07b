// Audio files of any bytes: the decoder ends, gives finite samples at a rate that exists, and no
// more than it was allowed.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "audio/decoder.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto decoded = litetts::audio::DecodeAudio(bytes, {.max_seconds = 2.0});
  if (!decoded.ok()) return 0;
  LITETTS_CHECK(decoded->sample_rate_hz > 0);
  LITETTS_CHECK(decoded->samples.size() <= 2 * static_cast<size_t>(decoded->sample_rate_hz));
  for (const float sample : decoded->samples) LITETTS_CHECK(std::isfinite(sample));
  return 0;
}

#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/status.h"

namespace litetts::audio {

// What a client may ask for.
enum class Format {
  kMp3,    // MPEG layer III, constant bit rate; the delay is signalled where the length is known
  kOpus,   // Opus in Ogg
  kAac,    // AAC-LC in ADTS; this container cannot signal the encoder's delay (1024 samples)
  kFlac,   // 16 bits
  kWav,    // 16-bit PCM
  kPcm,    // 16-bit little-endian samples, no header
  kOgg,    // Vorbis in Ogg
  kMulaw,  // G.711 mu-law, one byte a sample, no header; whole frames of 20 ms
  kAlaw,   // G.711 A-law, likewise
};

inline constexpr std::array kAllFormats = {Format::kMp3,  Format::kOpus,  Format::kAac,
                                           Format::kFlac, Format::kWav,   Format::kPcm,
                                           Format::kOgg,  Format::kMulaw, Format::kAlaw};

std::string_view FormatName(Format format);  // "mp3"
std::optional<Format> FormatFromName(std::string_view name);
std::string_view MediaType(Format format);      // "audio/mpeg"
std::string_view FileExtension(Format format);  // "mp3", without the dot

// Whether its samples are rounded to 16 bits, so that dither means something.
bool Has16Bits(Format format);

// The rate that a client gets who names none: G.711 is telephony at 8 kHz, all else the model's 24
// kHz.
int DefaultSampleRateHz(Format format);

// kInvalidArgument naming the rates that `format` can carry, or that limits it.
Status CheckSampleRate(Format format, int sample_rate_hz);

}  // namespace litetts::audio

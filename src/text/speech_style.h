#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace litetts::text {

enum class Locale { kEnUs, kEnGb };

// How a stretch of SSML sounds beyond its words, relative to what the request asks for.
struct SpeechStyle {
  std::string voice = {};        // empty: the request's
  double rate = 1.0;             // times the request's speed
  double pitch_semitones = 0.0;  // added
  double gain = 1.0;             // of the amplitude; times the request's volume
  bool is_whispered = false;
  int background = -1;  // index of Analysis::backgrounds; -1: none

  bool operator==(const SpeechStyle&) const = default;
};

// Noise under a stretch of speech.
struct Background {
  std::string type;  // a name of audio/noise_bed.h
  double gain = 1.0;
  double fade_in_seconds = 0.0;
  double fade_out_seconds = 0.0;  // after the last word of the stretch
  double ducking_decibels = 0.0;  // how much softer it is while somebody speaks
};

// A recording between two chunks: samples at 24 kHz.
using Clip = std::shared_ptr<const std::vector<float>>;
struct ClipPlay {
  Clip clip;
  double pause_after_seconds = 0.0;  // what mark-up asks; 0: a short one
};

// A place of the text that the listener wants the time of.
struct Bookmark {
  std::string name;
  size_t byte = 0;        // of the input
  bool is_after = false;  // at the end of the word before, where a pause follows; else at the start
                          // of the next
};

// Which part of a recording is played, and how.
struct ClipRequest {
  std::string source;
  double begin_seconds = 0.0;
  double end_seconds = 0.0;  // 0: to its end
  double repeat_count = 1.0;
  double gain = 1.0;
};

// What SSML needs of the world around it. Called on the thread that reads the document.
class SsmlHost {
 public:
  virtual ~SsmlHost() = default;
  // The voice for a name, or for a gender ("male", "female") and locale where the name is empty.
  virtual Result<std::string> FindVoice(std::string_view name, std::string_view gender,
                                        Locale locale) const = 0;
  // The accent of a voice.
  virtual Locale LocaleOf(std::string_view voice) const = 0;
  // kPermissionDenied, kNotFound, kInvalidArgument say why not.
  virtual Result<Clip> LoadClip(const ClipRequest& request) const = 0;
  // The text of a lexicon file.
  virtual Result<std::string> LoadLexicon(std::string_view source) const = 0;
  virtual bool HasBackground(std::string_view type) const = 0;
};

}  // namespace litetts::text

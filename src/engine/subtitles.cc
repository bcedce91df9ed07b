#include "engine/subtitles.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

namespace litetts::engine {
namespace {

constexpr size_t kLineCharacters = 42;
constexpr double kMaxCueSeconds = 7.0;
constexpr double kMinCueSeconds = 1.0;
constexpr double kReadingSpeed = 20.0;  // characters a second, of adults
// A pause this long ends a cue.
constexpr double kPauseSeconds = 0.6;

struct Cue {
  double start_seconds;
  double end_seconds;
  std::string text;  // one line, or two
};

size_t Characters(std::string_view utf8) {
  return static_cast<size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// A word of the text may hold line breaks and angle brackets (mark-up), which end or style a cue.
std::string CleanDisplay(std::string_view display) {
  std::string clean;
  for (const char c : display) {
    if (c == '<' || c == '>') continue;
    clean += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return clean;
}

bool EndsClause(const WordTiming& word) {
  return !word.display.empty() &&
         std::string_view(",;:").find(word.display.back()) != std::string_view::npos;
}

// The word of [begin, end) that starts the second line so that both lines are short enough and
// nearly equal; `end` where one line is enough; none where two are not.
std::optional<size_t> SecondLine(const std::vector<size_t>& lengths, size_t begin, size_t end) {
  size_t total = end - begin - 1;
  for (size_t i = begin; i < end; ++i) total += lengths[i];
  if (total <= kLineCharacters || end - begin == 1) return end;
  std::optional<size_t> best;
  size_t best_length = kLineCharacters + 1;  // of the longer line
  size_t first = lengths[begin];
  for (size_t i = begin + 1; i < end; first += 1 + lengths[i], ++i) {
    const size_t longer = std::max(first, total - first - 1);
    if (longer < best_length) {
      best = i;
      best_length = longer;
    }
  }
  return best;
}

std::string Lines(const std::vector<std::string>& words, size_t begin, size_t end, size_t second) {
  std::string lines;
  for (size_t i = begin; i < end; ++i) {
    if (i > begin) lines += i == second ? '\n' : ' ';
    lines += words[i];
  }
  return lines;
}

std::vector<Cue> MakeCues(const Timings& timings) {
  const std::vector<WordTiming>& words = timings.words;
  std::vector<std::string> texts;
  std::vector<size_t> lengths;
  for (const WordTiming& word : words) {
    texts.push_back(CleanDisplay(word.display));
    lengths.push_back(Characters(texts.back()));
  }
  std::vector<Cue> cues;
  for (size_t begin = 0; begin < words.size();) {
    size_t end = begin + 1;
    size_t clause = begin;  // end of the last clause inside
    for (; end < words.size(); ++end) {
      const WordTiming& last = words[end - 1];
      if (last.ends_sentence || words[end].start_seconds - last.end_seconds > kPauseSeconds) break;
      if (EndsClause(last)) clause = end;
      if (!SecondLine(lengths, begin, end + 1) ||
          words[end].end_seconds - words[begin].start_seconds > kMaxCueSeconds) {
        if (clause > begin + (end - begin) / 2) end = clause;
        break;
      }
    }
    const size_t second = SecondLine(lengths, begin, end).value_or(end);
    cues.push_back(
        {words[begin].start_seconds, words[end - 1].end_seconds, Lines(texts, begin, end, second)});
    begin = end;
  }
  for (size_t i = 0; i < cues.size(); ++i) {
    const double limit = i + 1 < cues.size() ? cues[i + 1].start_seconds
                                             : std::max(timings.audio_seconds, cues[i].end_seconds);
    const double reading = static_cast<double>(Characters(cues[i].text)) / kReadingSpeed;
    const double wanted =
        cues[i].start_seconds + std::clamp(reading, kMinCueSeconds, kMaxCueSeconds);
    cues[i].end_seconds = std::max(cues[i].end_seconds, std::min(wanted, limit));
  }
  return cues;
}

std::string Time(double seconds, char decimal_mark) {
  const long long ms = std::llround(seconds * 1000.0);
  char text[40];
  std::snprintf(text, sizeof(text), "%02lld:%02lld:%02lld%c%03lld", ms / 3600000, ms / 60000 % 60,
                ms / 1000 % 60, decimal_mark, ms % 1000);
  return text;
}

std::string CueBlock(const Cue& cue, char decimal_mark) {
  return Time(cue.start_seconds, decimal_mark) + " --> " + Time(cue.end_seconds, decimal_mark) +
         "\n" + cue.text + "\n\n";
}

}  // namespace

std::string SubRip(const Timings& timings) {
  std::string out;
  size_t number = 0;
  for (const Cue& cue : MakeCues(timings)) {
    out += std::to_string(++number) + "\n" + CueBlock(cue, ',');
  }
  return out;
}

std::string WebVtt(const Timings& timings) {
  std::string out = "WEBVTT\n\n";
  for (Cue& cue : MakeCues(timings)) {
    for (size_t at = 0; (at = cue.text.find('&', at)) != std::string::npos; at += 5) {
      cue.text.replace(at, 1, "&amp;");
    }
    out += CueBlock(cue, '.');
  }
  return out;
}

}  // namespace litetts::engine

#include "engine/alignment.h"

#include <algorithm>

namespace litetts::engine {
namespace {

// Where the characters of `text` begin, and its end.
std::vector<size_t> Borders(std::string_view text) {
  std::vector<size_t> borders;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) borders.push_back(i);
  }
  if (borders.empty() || borders[0] != 0) borders.insert(borders.begin(), 0);
  borders.push_back(text.size());
  return borders;
}

}  // namespace

void Aligner::Share(size_t end, double end_seconds, Alignment& out) {
  end = std::clamp(end, at_, text_.size());
  end_seconds = std::max(end_seconds, seconds_);
  const std::string_view part = text_.substr(at_, end - at_);
  if (!part.empty()) {
    const std::vector<size_t> borders = Borders(part);
    const double begin_seconds = seconds_;
    const auto count = static_cast<double>(borders.size() - 1);
    for (size_t i = 0; i + 1 < borders.size(); ++i) {
      out.characters.emplace_back(part.substr(borders[i], borders[i + 1] - borders[i]));
      const auto time = [&](size_t k) {
        return begin_seconds + (end_seconds - begin_seconds) * static_cast<double>(k) / count;
      };
      out.start_seconds.push_back(time(i));
      out.end_seconds.push_back(time(i + 1));
    }
  }
  at_ = end;
  seconds_ = end_seconds;
}

Alignment Aligner::Next(const Timings& timings, bool is_end) {
  Alignment out;
  for (; num_words_ < timings.words.size(); ++num_words_) {
    const WordTiming& word = timings.words[num_words_];
    Share(word.begin, word.start_seconds, out);
    Share(word.end, word.end_seconds, out);
  }
  if (is_end) Share(text_.size(), timings.audio_seconds, out);
  return out;
}

Alignment AlignmentOf(std::string_view text, const Timings& timings) {
  return Aligner(text).Next(timings, true);
}

}  // namespace litetts::engine

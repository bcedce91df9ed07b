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

class Aligner {
 public:
  explicit Aligner(std::string_view text) : text_(text) {}

  // The characters up to byte `end` share the time up to `end_seconds`.
  void Share(size_t end, double end_seconds) {
    end = std::clamp(end, at_, text_.size());
    end_seconds = std::max(end_seconds, seconds_);
    const std::string_view part = text_.substr(at_, end - at_);
    if (!part.empty()) {
      const std::vector<size_t> borders = Borders(part);
      const double begin_seconds = seconds_;
      const auto count = static_cast<double>(borders.size() - 1);
      for (size_t i = 0; i + 1 < borders.size(); ++i) {
        out_.characters.emplace_back(part.substr(borders[i], borders[i + 1] - borders[i]));
        const auto time = [&](size_t k) {
          return begin_seconds + (end_seconds - begin_seconds) * static_cast<double>(k) / count;
        };
        out_.start_seconds.push_back(time(i));
        out_.end_seconds.push_back(time(i + 1));
      }
    }
    at_ = end;
    seconds_ = end_seconds;
  }

  Alignment Take() { return std::move(out_); }

 private:
  std::string_view text_;
  size_t at_ = 0;
  double seconds_ = 0.0;
  Alignment out_;
};

}  // namespace

Alignment AlignmentOf(std::string_view text, const Timings& timings) {
  Aligner aligner(text);
  for (const WordTiming& word : timings.words) {
    aligner.Share(word.begin, word.start_seconds);
    aligner.Share(word.end, word.end_seconds);
  }
  aligner.Share(text.size(), timings.audio_seconds);
  return aligner.Take();
}

}  // namespace litetts::engine

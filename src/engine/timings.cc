#include "engine/timings.h"

#include <algorithm>
#include <string_view>

#include "base/check.h"

namespace litetts::engine {
namespace {

// The symbols of a phoneme string: one code point each.
std::vector<std::string_view> Symbols(std::string_view utf8) {
  std::vector<std::string_view> symbols;
  for (size_t begin = 0; begin < utf8.size();) {
    size_t end = begin + 1;
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) ++end;
    symbols.push_back(utf8.substr(begin, end - begin));
    begin = end;
  }
  return symbols;
}

bool IsPunctuation(const text::Token& token) { return token.kind == "punctuation"; }

bool EndsSentence(const text::Token& token) {
  return token.phonemes.find_first_of(".!?") != std::string::npos ||
         token.phonemes.find("…") != std::string::npos;
}

}  // namespace

void TimingCollector::Start(const text::Analysis& analysis) {
  analysis_ = &analysis;
  timings_ = {};
  bookmark_word_ = 0;
  pending_.clear();
  joins_last_word_ = false;
}

// Silence before it becomes a phoneme of its own.
void TimingCollector::AddPhoneme(std::string_view phoneme, double start_seconds,
                                 double end_seconds) {
  std::vector<PhonemeTiming>& phonemes = timings_.phonemes;
  const double before = phonemes.empty() ? 0.0 : phonemes.back().end_seconds;
  start_seconds = std::max(start_seconds, before);
  if (start_seconds > before) phonemes.push_back({"", before, start_seconds});
  phonemes.push_back({std::string(phoneme), start_seconds, std::max(start_seconds, end_seconds)});
}

void TimingCollector::AddChunk(size_t index, std::span<const double> edges, double end_seconds,
                               const LevelCurve& levels) {
  LITETTS_CHECK(analysis_ != nullptr && index < analysis_->chunks.size());
  const text::Chunk& chunk = analysis_->chunks[index];
  LITETTS_CHECK(edges.size() == chunk.ids.size() + 3);
  const std::vector<std::string_view> symbols = Symbols(chunk.phonemes);
  LITETTS_CHECK(symbols.size() == chunk.ids.size());
  for (size_t i = 0; i < symbols.size(); ++i) AddPhoneme(symbols[i], edges[i + 1], edges[i + 2]);

  const size_t num_words_before = timings_.words.size();
  joins_last_word_ = false;
  size_t at = 0;  // symbol of the chunk
  for (const text::Token& token : chunk.tokens) {
    const size_t end = std::min(at + Symbols(token.phonemes).size(), symbols.size());
    const auto half_space = [&](size_t i) {
      return i < symbols.size() && symbols[i] == " " ? (edges[i + 2] - edges[i + 1]) / 2 : 0.0;
    };
    const double before = at > 0 ? half_space(at - 1) : 0.0;
    AddToken(token, edges[at + 1] - before, edges[end + 1] + half_space(end));
    at = std::min(end + token.whitespace.size(), symbols.size());
  }
  if (!timings_.words.empty() && chunk.joint_after >= text::Joint::kSentence) {
    timings_.words.back().ends_sentence = true;
  }
  MoveEdgesToSilence(std::span(timings_.words).subspan(num_words_before), levels);
  timings_.audio_seconds = end_seconds;
  AddBookmarks(false);
}

void TimingCollector::AddBookmarks(bool is_end) {
  const std::vector<WordTiming>& words = timings_.words;
  while (timings_.bookmarks.size() < analysis_->bookmarks.size()) {
    const text::Bookmark& bookmark = analysis_->bookmarks[timings_.bookmarks.size()];
    while (bookmark_word_ < words.size() && words[bookmark_word_].begin < bookmark.byte) {
      ++bookmark_word_;
    }
    const bool has_next = bookmark_word_ < words.size();
    if (!has_next && !is_end) return;
    double seconds = 0.0;
    if (bookmark_word_ > 0 && (bookmark.is_after || !has_next)) {
      seconds = words[bookmark_word_ - 1].end_seconds;
    } else if (has_next && !bookmark.is_after) {
      seconds = words[bookmark_word_].start_seconds;
    }
    timings_.bookmarks.push_back({bookmark.name, seconds});
  }
}

void TimingCollector::Finish(double audio_seconds) {
  const double last = timings_.phonemes.empty() ? 0.0 : timings_.phonemes.back().end_seconds;
  if (audio_seconds > last) timings_.phonemes.push_back({"", last, audio_seconds});
  timings_.audio_seconds = audio_seconds;
  AddBookmarks(true);
}

void TimingCollector::AddToken(const text::Token& token, double start_seconds, double end_seconds) {
  const bool has_space = !token.whitespace.empty();
  std::vector<WordTiming>& words = timings_.words;
  if (IsPunctuation(token)) {
    if (joins_last_word_ && !words.empty()) {
      words.back().display += token.text;
    } else {
      pending_ += token.text;
      if (has_space && !words.empty()) {  // a dash between spaces
        words.back().display += " " + pending_;
        pending_.clear();
      }
    }
    if (EndsSentence(token) && !words.empty()) words.back().ends_sentence = true;
    joins_last_word_ = joins_last_word_ && !has_space;
    return;
  }
  if (token.phonemes.empty()) return;
  // Several spoken words of one written one, or several tokens without a space between: "do" "n't".
  const bool is_same_text = !words.empty() && pending_.empty() && token.begin < words.back().end;
  const bool continues = is_same_text || (joins_last_word_ && pending_.empty() && !words.empty() &&
                                          words.back().end == token.begin);
  const std::string& text = token.kind == "phonemes" ? token.spoken : token.text;
  if (continues) {
    WordTiming& word = words.back();
    if (!is_same_text) {
      word.text += text;
      word.display += text;
    } else {
      word.phonemes += ' ';
    }
    word.end = std::max(word.end, token.end);
    word.phonemes += token.phonemes;
    word.end_seconds = std::max(word.end_seconds, end_seconds);
  } else {
    WordTiming word;
    word.text = text;
    word.display = pending_ + text;
    word.begin = token.begin;
    word.end = token.end;
    word.phonemes = token.phonemes;
    word.start_seconds =
        words.empty() ? start_seconds : std::max(start_seconds, words.back().end_seconds);
    word.end_seconds = std::max(end_seconds, word.start_seconds);
    words.push_back(std::move(word));
    pending_.clear();
  }
  joins_last_word_ = !has_space;
}

}  // namespace litetts::engine

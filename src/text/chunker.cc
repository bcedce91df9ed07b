#include "text/chunker.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "model/vocabulary.h"

namespace litetts::text {
namespace {

// Symbols; speech has about 15 in a second. Below kShort a sentence alone sounds clipped or
// slurred. The memory of a synthesis grows with its longest piece.
constexpr size_t kShort = 60;
constexpr size_t kMost = 180;
// The first piece of what is to sound soon: at most kMostFirst; a sentence that is longer is cut
// near kFirst, the length of a sentence of 12 words, so that a minute of speech begins as soon as
// such a sentence does. A text that is altogether short is not cut for this.
constexpr size_t kShortText = 130;
constexpr size_t kFirst = 62;
constexpr size_t kMostFirst = 75;
constexpr size_t kLeastMost = 42;  // of any piece
constexpr size_t kLeast = 18;      // of a piece that is cut from a sentence
// Symbols that can be made, at half of real time, while one is played, with a reserve.
constexpr double kPace = 1.8;

bool IsClosing(const Phonemes& phonemes) {
  return phonemes.size() == 1 &&
         (phonemes[0] == phone::kCloseQuote || phonemes[0] == phone::kCloseBracket);
}

size_t Size(const Sound& sound) { return sound.phonemes.size() + (sound.space_after ? 1 : 0); }

bool ChangesStyle(std::span<const Sound> sounds, size_t i) {
  return i + 1 < sounds.size() && sounds[i].style != sounds[i + 1].style;
}

// How good a cut after token `i` is; none where a cut would part what belongs together.
std::optional<Joint> JointAfter(std::span<const Sound> sounds, size_t i) {
  if (i + 1 == sounds.size() || sounds[i].paragraph_after || sounds[i].pause_after_seconds > 0.0 ||
      !sounds[i].clips_after.empty()) {
    return Joint::kParagraph;
  }
  if (!sounds[i].space_after) return std::nullopt;
  size_t mark = i;
  while (mark > 0 && (IsClosing(sounds[mark].phonemes) || sounds[mark].phonemes.empty()) &&
         !sounds[mark - 1].space_after) {
    --mark;
  }
  if (sounds[mark].phonemes.empty()) return Joint::kWord;
  switch (sounds[mark].phonemes.back()) {
    case phone::kStop:
    case phone::kExclamation:
    case phone::kQuestion:
    case phone::kEllipsis:
      return Joint::kSentence;
    case phone::kColon:
    case phone::kSemicolon:
    case phone::kComma:
    case phone::kDash:
    case phone::kCloseBracket:
      return Joint::kClause;
    default:
      return sounds[i + 1].phonemes.size() == 1 && sounds[i + 1].phonemes[0] == phone::kDash
                 ? Joint::kClause
                 : Joint::kWord;
  }
}

size_t SizeOf(std::span<const Sound> sounds) {
  size_t size = 0;
  for (const Sound& sound : sounds) size += Size(sound);
  return size;
}

// Collects the pieces and knows how long the next one may be.
class Cutter {
 public:
  Cutter(std::span<const Sound> sounds, bool sound_soon)
      : sounds_(sounds),
        sound_soon_(sound_soon),
        most_first_(sound_soon && SizeOf(sounds) > kShortText ? kMostFirst : kMost) {}

  // Of the next piece.
  size_t most() const {
    if (chunks_.empty() || !sound_soon_) return most_first_;
    return std::clamp(static_cast<size_t>(kPace * ahead_), kLeastMost, kMost);
  }

  // Adds the range, in parts where it is longer than a piece may be, of about equal size but for
  // the first that is to sound soon, cut at clauses where it has them.
  void Cut(ChunkRange range) {
    size_t left = SizeOf(sounds_.subspan(range.begin, range.end - range.begin));
    while (left > most()) {
      const size_t num_parts = (left + most() - 1) / most();
      const size_t target = chunks_.empty() && most_first_ == kMostFirst
                                ? kFirst
                                : std::min(left / num_parts, most() - most() / 6);
      const ChunkRange part = BestPart(range, left, target);
      const size_t size = SizeOf(sounds_.subspan(part.begin, part.end - part.begin));
      if (part.end == range.end) break;
      Push(part, size);
      left -= size;
      range.begin = part.end;
    }
    Push(range, left);
  }

  std::vector<ChunkRange> Take() { return std::move(chunks_); }

 private:
  void Push(const ChunkRange& chunk, size_t size) {
    const auto symbols = static_cast<double>(size);
    ahead_ += chunks_.empty() ? symbols : symbols / 2;
    chunks_.push_back(chunk);
  }

  // The part at the start of a range of `left` symbols whose end is the best cut: a clause within
  // reach of `target`, else where a phrase begins, else a space.
  ChunkRange BestPart(const ChunkRange& range, size_t left, size_t target) const {
    ChunkRange best{range.begin, range.begin + 1, Joint::kWord, 0.0};
    double best_cost = 1e9;
    size_t size = 0;
    for (size_t i = range.begin; i < range.end; ++i) {
      size += Size(sounds_[i]);
      if (size > most() && i > range.begin) break;
      const auto joint = JointAfter(sounds_, i);
      double cost = std::abs(static_cast<double>(size) - static_cast<double>(target));
      if (joint >= Joint::kClause) cost -= 120.0;
      if (joint == Joint::kWord && sounds_[i + 1].begins_phrase) cost -= 15.0;
      if (size < kLeast || left - size < kLeast) cost += 200.0;
      if (!joint) cost += 1e6;  // within a run without spaces, only where there is no other way
      if (cost <= best_cost) {
        best_cost = cost;
        best = {range.begin, i + 1, joint.value_or(Joint::kWord), 0.0};
      }
    }
    return best;
  }

  std::span<const Sound> sounds_;
  const bool sound_soon_;
  const size_t most_first_;
  double ahead_ = 0.0;  // symbols that are left to play when the last piece is made
  std::vector<ChunkRange> chunks_;
};

struct Sentence {
  ChunkRange range;
  size_t size = 0;
  size_t style = 0;
};

std::vector<Sentence> SplitSentences(std::span<const Sound> sounds) {
  std::vector<Sentence> sentences;
  Sentence current;
  for (size_t i = 0; i < sounds.size(); ++i) {
    current.size += Size(sounds[i]);
    const auto joint = JointAfter(sounds, i);
    if ((!joint || *joint < Joint::kSentence) && !ChangesStyle(sounds, i)) continue;
    current.range.end = i + 1;
    current.range.joint_after = joint.value_or(Joint::kWord);
    current.style = sounds[i].style;
    current.range.pause_after_seconds = sounds[i].pause_after_seconds;
    sentences.push_back(current);
    current = {};
    current.range.begin = i + 1;
  }
  return sentences;
}

}  // namespace

std::vector<ChunkRange> MakeChunks(std::span<const Sound> sounds, bool sound_soon) {
  Cutter cutter(sounds, sound_soon);
  std::optional<Sentence> open;
  const auto close = [&] {
    if (open) cutter.Cut(open->range);
    open.reset();
  };
  for (const Sentence& sentence : SplitSentences(sounds)) {
    const auto can_join = [&] {
      if (open->range.joint_after != Joint::kSentence || open->style != sentence.style)
        return false;
      const size_t both = open->size + sentence.size;
      if (both <= cutter.most()) return std::min(open->size, sentence.size) < kShort;
      return open->size < kLeast && both <= kMost;  // and is cut elsewhere
    };
    if (open && !can_join()) close();
    if (!open) {
      open = sentence;
      continue;
    }
    open->size += sentence.size;
    open->range.end = sentence.range.end;
    open->range.joint_after = sentence.range.joint_after;
    open->range.pause_after_seconds = sentence.range.pause_after_seconds;
  }
  close();
  return cutter.Take();
}

}  // namespace litetts::text

#include "text/chunker.h"

#include <algorithm>
#include <optional>

#include "model/vocabulary.h"

namespace litetts::text {
namespace {

// Symbols. Below kShort a sentence alone sounds clipped or slurred; above kComfortable the network
// hurries.
constexpr size_t kShort = 60;
constexpr size_t kJoined = 250;
constexpr size_t kComfortable = 400;

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

// Cuts a sentence that is too long into parts of about equal size, at clauses where it has them.
class SentenceCutter {
 public:
  SentenceCutter(std::span<const Sound> sounds, std::vector<ChunkRange>& chunks)
      : sounds_(sounds), chunks_(chunks) {}

  void Cut(ChunkRange sentence) {
    size_t left = SizeOf(sentence.begin, sentence.end);
    while (left > kComfortable) {
      const size_t num_parts = (left + kComfortable - 1) / kComfortable;
      const ChunkRange part = BestPart(sentence, left / num_parts);
      chunks_.push_back(part);
      left -= SizeOf(part.begin, part.end);
      sentence.begin = part.end;
      if (sentence.begin == sentence.end) {
        chunks_.back().joint_after = sentence.joint_after;
        chunks_.back().pause_after_seconds = sentence.pause_after_seconds;
        return;
      }
    }
    chunks_.push_back(sentence);
  }

 private:
  size_t SizeOf(size_t begin, size_t end) const {
    size_t size = 0;
    for (size_t i = begin; i < end; ++i) size += Size(sounds_[i]);
    return size;
  }

  // The part at the start whose end is the best cut: a clause within reach of `target`, else a
  // space.
  ChunkRange BestPart(const ChunkRange& sentence, size_t target) const {
    ChunkRange best{sentence.begin, sentence.begin + 1, Joint::kWord, 0.0};
    double best_cost = 1e9;
    size_t size = 0;
    for (size_t i = sentence.begin; i < sentence.end; ++i) {
      size += Size(sounds_[i]);
      if (size > model::kMaxTokens) break;
      const auto joint = JointAfter(sounds_, i);
      double cost =
          size > target ? static_cast<double>(size - target) : static_cast<double>(target - size);
      if (joint == Joint::kClause) cost -= 120.0;
      if (!joint) cost += 1e6;  // within a run without spaces, only where there is no other way
      if (cost <= best_cost) {
        best_cost = cost;
        best = {sentence.begin, i + 1, joint.value_or(Joint::kWord), 0.0};
      }
    }
    return best;
  }

  std::span<const Sound> sounds_;
  std::vector<ChunkRange>& chunks_;
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

std::vector<ChunkRange> MakeChunks(std::span<const Sound> sounds) {
  std::vector<ChunkRange> chunks;
  SentenceCutter cutter(sounds, chunks);
  std::optional<Sentence> open;
  const auto close = [&] {
    if (open) cutter.Cut(open->range);
    open.reset();
  };
  for (const Sentence& sentence : SplitSentences(sounds)) {
    const bool can_join =
        open && open->range.joint_after == Joint::kSentence && open->style == sentence.style &&
        std::min(open->size, sentence.size) < kShort && open->size + sentence.size <= kJoined;
    if (!can_join) {
      close();
      open = sentence;
      continue;
    }
    open->size += sentence.size;
    open->range.end = sentence.range.end;
    open->range.joint_after = sentence.range.joint_after;
    open->range.pause_after_seconds = sentence.range.pause_after_seconds;
  }
  close();
  return chunks;
}

}  // namespace litetts::text

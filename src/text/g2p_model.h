#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/tensor_file.h"
#include "text/frontend.h"
#include "text/phonemes.h"

namespace litetts::text {

// Spelling to sound for words that no lexicon has: a joint-sequence model. A word is a sequence of
// "graphones", one or two letters with none to two phones; an n-gram model of graphones, trained on
// the lexicons (g2p_trainer.h), scores the ways to cut and say it, and a beam search finds a good
// one. Immutable, thread-safe; borrows the file.
class G2pModel {
 public:
  static constexpr size_t kOrder = 6;  // of the n-grams
  using NGram = std::array<uint16_t, kOrder>;

  // Letters are 1 (a) to 26 (z) and 27 (apostrophe); a phone is a token id, plus kStress times the
  // stress mark before it (1 primary, 2 secondary); 0 is none.
  static constexpr uint32_t kStress = 256;
  struct Graphone {
    std::array<uint8_t, 2> letters{};
    std::array<uint16_t, 2> phones{};
    uint32_t Pack() const;
    static Graphone Unpack(uint32_t packed);
  };
  static constexpr uint16_t kStart = 0;  // graphone numbers with a meaning of their own
  static constexpr uint16_t kEnd = 1;
  static constexpr size_t kNumSpecial = 2;

  // Slots of the table are found by this hash; its low half is the fingerprint.
  static uint64_t HashNGram(std::span<const uint16_t> ngram);
  static size_t SlotOf(uint64_t hash, size_t num_slots);
  static uint32_t FingerprintOf(uint64_t hash);
  // Costs are -log(probability) in steps of 1 / kCostScale.
  static constexpr float kCostScale = 16.0f;
  static constexpr uint8_t kNoFollower = 255;  // as back-off weight: no longer n-gram starts so
  static constexpr int kBackoffBias = 64;

  static Result<G2pModel> Create(const model::TensorFile& file, Locale locale);

  // `word`: a to z and apostrophes. None where the letters cannot be cut into graphones.
  std::optional<Phonemes> Pronounce(std::string_view word) const;

 private:
  struct Weight {
    uint8_t cost = 0;
    uint8_t backoff = kNoFollower;
  };
  struct Hypothesis {
    NGram history{};  // the last kOrder - 1 graphones, oldest first, in [0, kOrder - 1)
    float cost = 0.0f;
    int32_t parent = -1;
    uint16_t graphone = kStart;
    uint8_t num_primary = 0;  // stress marks so far
  };
  // What a history offers to the next graphone: for each length that has followers, the back-off
  // cost to it.
  struct Contexts {
    std::array<float, kOrder> penalty{};
    std::array<bool, kOrder> has_followers{};
  };

  const Weight* Find(std::span<const uint16_t> ngram, Weight& storage) const;
  Contexts ContextsOf(const NGram& history) const;
  float CostOf(const NGram& history, const Contexts& contexts, uint16_t graphone) const;
  void Extend(std::span<const uint8_t> letters, const std::vector<Hypothesis>& all, int32_t from,
              std::vector<std::vector<Hypothesis>>& next, size_t at) const;

  std::span<const int32_t> fingerprints_;          // 0: empty
  std::span<const uint8_t> weights_;               // [slots, 2]: cost, back-off
  std::vector<uint8_t> num_primary_;               // stress marks of each graphone
  std::vector<Graphone> graphones_;                // by number; the special ones are empty
  std::vector<std::vector<uint16_t>> by_letters_;  // first letter * 32 + second
};

}  // namespace litetts::text

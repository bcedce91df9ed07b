#include "text/g2p_model.h"

#include <algorithm>
#include <cmath>

namespace litetts::text {
namespace {

constexpr size_t kBeam = 12;
constexpr float kBeamCost = 7.0f;      // nats behind the best
constexpr float kUnknownCost = 16.0f;  // a graphone that not even the unigrams have
constexpr size_t kLongestWord = 48;
// An n-gram forgets whether a stress came before. Nats for a second primary stress and for none.
constexpr float kSecondStressCost = 3.0f;
constexpr float kNoStressCost = 3.0f;

uint8_t LetterCode(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<uint8_t>(c - 'a' + 1);
  return c == '\'' ? 27 : 0;
}

}  // namespace

uint32_t G2pModel::Graphone::Pack() const {
  return static_cast<uint32_t>(letters[0]) | static_cast<uint32_t>(letters[1]) << 5 |
         static_cast<uint32_t>(phones[0]) << 10 | static_cast<uint32_t>(phones[1]) << 20;
}

G2pModel::Graphone G2pModel::Graphone::Unpack(uint32_t packed) {
  Graphone graphone;
  graphone.letters = {static_cast<uint8_t>(packed & 31), static_cast<uint8_t>(packed >> 5 & 31)};
  graphone.phones = {static_cast<uint16_t>(packed >> 10 & 1023),
                     static_cast<uint16_t>(packed >> 20 & 1023)};
  return graphone;
}

uint64_t G2pModel::HashNGram(std::span<const uint16_t> ngram) {
  uint64_t hash = 0x9e3779b97f4a7c15 * (ngram.size() + 1);
  for (const uint16_t id : ngram) {
    hash = (hash ^ id) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return hash;
}

size_t G2pModel::SlotOf(uint64_t hash, size_t num_slots) {
  return static_cast<size_t>((hash >> 32) * num_slots >> 32);
}

uint32_t G2pModel::FingerprintOf(uint64_t hash) {
  const auto low = static_cast<uint32_t>(hash);
  return low == 0 ? 1 : low;
}

Result<G2pModel> G2pModel::Create(const model::TensorFile& file, Locale locale) {
  const std::string prefix = locale == Locale::kEnUs ? "g2p.us." : "g2p.gb.";
  const Status damaged(StatusCode::kDataLoss,
                       Concat("the tensors '", prefix, "*' are missing or damaged"));
  const model::Tensor* graphones = file.Find(prefix + "graphones");
  const model::Tensor* fingerprints = file.Find(prefix + "fingerprints");
  const model::Tensor* weights = file.Find(prefix + "weights");
  if (graphones == nullptr || fingerprints == nullptr || weights == nullptr ||
      graphones->type != model::DataType::kI32 || fingerprints->type != model::DataType::kI32 ||
      weights->type != model::DataType::kU8 || fingerprints->size() == 0 ||
      weights->size() != fingerprints->size() * 2 || graphones->size() > 60000) {
    return damaged;
  }
  G2pModel model;
  model.fingerprints_ = fingerprints->As<int32_t>();
  model.weights_ = weights->As<uint8_t>();
  model.graphones_.resize(kNumSpecial);
  model.num_primary_.resize(kNumSpecial);
  model.by_letters_.resize(32 * 32);
  for (const int32_t packed : graphones->As<int32_t>()) {
    const Graphone graphone = Graphone::Unpack(static_cast<uint32_t>(packed));
    for (const uint16_t phone : graphone.phones) {
      if (phone / kStress > 2 || phone % kStress >= 178 || (phone != 0 && phone % kStress == 0))
        return damaged;
    }
    const auto is_primary = [](uint16_t phone) { return phone / kStress == 1; };
    model.num_primary_.push_back(
        static_cast<uint8_t>(std::ranges::count_if(graphone.phones, is_primary)));
    const auto number = static_cast<uint16_t>(model.graphones_.size());
    model.by_letters_[graphone.letters[0] * 32u + graphone.letters[1]].push_back(number);
    model.graphones_.push_back(graphone);
  }
  return model;
}

const G2pModel::Weight* G2pModel::Find(std::span<const uint16_t> ngram, Weight& storage) const {
  const uint64_t hash = HashNGram(ngram);
  const auto fingerprint = static_cast<int32_t>(FingerprintOf(hash));
  const size_t num_slots = fingerprints_.size();
  size_t slot = SlotOf(hash, num_slots);
  for (size_t probes = 0; probes < num_slots; ++probes) {
    if (fingerprints_[slot] == 0) return nullptr;
    if (fingerprints_[slot] == fingerprint) {
      storage = {weights_[slot * 2], weights_[slot * 2 + 1]};
      return &storage;
    }
    if (++slot == num_slots) slot = 0;
  }
  return nullptr;
}

G2pModel::Contexts G2pModel::ContextsOf(const NGram& history) const {
  Contexts contexts;
  float penalty = 0.0f;
  for (size_t length = kOrder - 1; length > 0; --length) {
    Weight storage;
    const Weight* weight = Find(std::span(history).subspan(kOrder - 1 - length, length), storage);
    if (weight == nullptr || weight->backoff == kNoFollower) continue;
    contexts.has_followers[length] = true;
    contexts.penalty[length] = penalty;
    penalty += static_cast<float>(weight->backoff - kBackoffBias) / kCostScale;
  }
  contexts.has_followers[0] = true;
  contexts.penalty[0] = penalty;
  return contexts;
}

float G2pModel::CostOf(const NGram& history, const Contexts& contexts, uint16_t graphone) const {
  NGram ngram = history;
  ngram[kOrder - 1] = graphone;
  for (size_t length = kOrder; length-- > 0;) {
    if (!contexts.has_followers[length]) continue;
    Weight storage;
    const Weight* weight = Find(std::span(ngram).subspan(kOrder - 1 - length), storage);
    if (weight != nullptr)
      return contexts.penalty[length] + static_cast<float>(weight->cost) / kCostScale;
  }
  return contexts.penalty[0] + kUnknownCost;
}

void G2pModel::Extend(std::span<const uint8_t> letters, const std::vector<Hypothesis>& all,
                      int32_t from, std::vector<std::vector<Hypothesis>>& next, size_t at) const {
  const Hypothesis& parent = all[static_cast<size_t>(from)];
  const Contexts contexts = ContextsOf(parent.history);
  const auto extend = [&](uint16_t graphone, size_t to) {
    Hypothesis child;
    child.cost = parent.cost + CostOf(parent.history, contexts, graphone);
    child.parent = from;
    child.graphone = graphone;
    child.num_primary = static_cast<uint8_t>(parent.num_primary + num_primary_[graphone]);
    if (num_primary_[graphone] > 0 && child.num_primary > 1) child.cost += kSecondStressCost;
    if (graphone == kEnd && child.num_primary == 0) child.cost += kNoStressCost;
    child.num_primary = std::min<uint8_t>(child.num_primary, 2);
    std::copy(parent.history.begin() + 1, parent.history.end() - 1, child.history.begin());
    child.history[kOrder - 2] = graphone;
    next[to].push_back(child);
  };
  if (at == letters.size()) return extend(kEnd, at + 1);
  for (const uint16_t graphone : by_letters_[letters[at] * 32u]) extend(graphone, at + 1);
  if (at + 1 == letters.size()) return;
  for (const uint16_t graphone : by_letters_[letters[at] * 32u + letters[at + 1]])
    extend(graphone, at + 2);
}

std::optional<Phonemes> G2pModel::Pronounce(std::string_view word) const {
  std::vector<uint8_t> letters;
  for (const char c : word.substr(0, kLongestWord)) {
    if (const uint8_t code = LetterCode(c); code != 0) letters.push_back(code);
  }
  if (letters.empty()) return std::nullopt;
  // next[i]: ways to say the first i letters; the last one has the end mark too.
  std::vector<std::vector<Hypothesis>> next(letters.size() + 2);
  std::vector<Hypothesis> all;
  next[0].emplace_back();
  for (size_t at = 0; at <= letters.size(); ++at) {
    std::vector<Hypothesis>& here = next[at];
    std::ranges::sort(here, {}, &Hypothesis::cost);
    size_t num_kept = 0;
    for (const Hypothesis& hypothesis : here) {
      if (num_kept == kBeam || hypothesis.cost > here[0].cost + kBeamCost) break;
      // A dearer way with the same history can never win.
      const auto is_same = [&](const Hypothesis& other) {
        return other.history == hypothesis.history && other.num_primary == hypothesis.num_primary;
      };
      if (std::any_of(all.end() - static_cast<std::ptrdiff_t>(num_kept), all.end(), is_same))
        continue;
      all.push_back(hypothesis);
      ++num_kept;
    }
    const size_t first = all.size() - num_kept;
    for (size_t i = 0; i < num_kept; ++i)
      Extend(letters, all, static_cast<int32_t>(first + i), next, at);
  }
  const std::vector<Hypothesis>& ends = next.back();
  if (ends.empty()) return std::nullopt;
  std::vector<uint16_t> path;
  const auto best = std::ranges::min_element(ends, {}, &Hypothesis::cost);
  for (int32_t i = best->parent; i > 0; i = all[static_cast<size_t>(i)].parent) {
    path.push_back(all[static_cast<size_t>(i)].graphone);
  }
  Phonemes phonemes;
  for (size_t i = path.size(); i-- > 0;) {
    for (const uint16_t phone : graphones_[path[i]].phones) {
      if (phone == 0) continue;
      // English has no long consonants within a word.
      const char sound = static_cast<char>(phone % kStress);
      if (phone < kStress && !phonemes.empty() && phonemes.back() == sound &&
          ClassOf(sound) == PhoneClass::kConsonant) {
        continue;
      }
      if (phone / kStress == 1) phonemes += phone::kPrimary;
      if (phone / kStress == 2) phonemes += phone::kSecondary;
      phonemes += sound;
    }
  }
  return phonemes;
}

}  // namespace litetts::text

#include "text/g2p_trainer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

#include "text/g2p_model.h"

namespace litetts::text {
namespace {

using Graphone = G2pModel::Graphone;
using NGram = G2pModel::NGram;
constexpr size_t kOrder = G2pModel::kOrder;

constexpr int kIterations = 6;
constexpr size_t kAlignEvery = 6;  // every sixth word is enough to learn the alignment from
constexpr uint32_t kMinGraphone =
    4;  // rarer pairs are mistakes and oddities; their words are left out
constexpr uint32_t kMinLongCount =
    2;  // n-grams of kLongOrder and more that occur once are left out
constexpr size_t kLongOrder = 4;

struct Sequence {
  std::vector<uint8_t> letters;
  std::vector<uint16_t> phones;
};

Sequence MakeSequence(const SpelledWord& word) {
  Sequence sequence;
  for (const char c : word.spelling) {
    sequence.letters.push_back(c == '\'' ? uint8_t{27} : static_cast<uint8_t>(c - 'a' + 1));
  }
  uint16_t stress = 0;
  for (const char phone : word.phonemes) {
    if (phone == phone::kPrimary) {
      stress = G2pModel::kStress;
    } else if (phone == phone::kSecondary) {
      stress = 2 * G2pModel::kStress;
    } else {
      sequence.phones.push_back(static_cast<uint16_t>(static_cast<uint8_t>(phone) + stress));
      stress = 0;
    }
  }
  return sequence;
}

// Letters taken and phones said by one graphone.
struct Step {
  size_t letters;
  size_t phones;
};
constexpr Step kSteps[] = {{1, 0}, {1, 1}, {1, 2}, {2, 1}, {2, 2}};

// Learns how likely each graphone is and cuts words into them.
class Aligner {
 public:
  void Learn(const std::vector<Sequence>& words) {
    for (int iteration = 0; iteration < kIterations; ++iteration) {
      std::unordered_map<uint32_t, double> counts;
      for (size_t i = 0; i < words.size(); i += kAlignEvery) Count(words[i], counts);
      double total = 0.0;
      for (const auto& [graphone, count] : counts) total += count;
      probabilities_.clear();
      for (const auto& [graphone, count] : counts) {
        if (count > 1e-3) probabilities_[graphone] = count / total;
      }
    }
  }

  // The likeliest cut; none if the word has no cut at all.
  std::optional<std::vector<uint32_t>> Align(const Sequence& word) const {
    const size_t columns = word.phones.size() + 1;
    std::vector<double> cost((word.letters.size() + 1) * columns, kNever);
    std::vector<int> step(cost.size(), -1);
    cost[0] = 0.0;
    ForEachEdge(word, [&](size_t from, size_t to, int k, uint32_t graphone) {
      if (cost[from] == kNever) return;
      const auto found = probabilities_.find(graphone);
      if (found == probabilities_.end()) return;
      const double through = cost[from] - std::log(found->second);
      if (through < cost[to]) {
        cost[to] = through;
        step[to] = k;
      }
    });
    if (cost.back() == kNever) return std::nullopt;
    std::vector<uint32_t> path;
    size_t i = word.letters.size(), j = word.phones.size();
    while (i > 0 || j > 0) {
      const Step& taken = kSteps[step[i * columns + j]];
      i -= taken.letters;
      j -= taken.phones;
      path.push_back(Key(word, i, j, taken));
    }
    std::ranges::reverse(path);
    return path;
  }

 private:
  static constexpr double kNever = 1e300;

  static uint32_t Key(const Sequence& word, size_t i, size_t j, const Step& step) {
    Graphone graphone;
    for (size_t k = 0; k < step.letters; ++k) graphone.letters[k] = word.letters[i + k];
    for (size_t k = 0; k < step.phones; ++k) graphone.phones[k] = word.phones[j + k];
    return graphone.Pack();
  }

  // Calls visit(from, to, step, graphone) for each edge of the lattice, sources first.
  template <typename Visit>
  static void ForEachEdge(const Sequence& word, const Visit& visit) {
    const size_t columns = word.phones.size() + 1;
    for (size_t i = 0; i < word.letters.size(); ++i) {
      for (size_t j = 0; j < columns; ++j) {
        for (int k = 0; k < static_cast<int>(std::size(kSteps)); ++k) {
          const Step& step = kSteps[k];
          if (i + step.letters > word.letters.size() || j + step.phones >= columns) continue;
          visit(i * columns + j, (i + step.letters) * columns + j + step.phones, k,
                Key(word, i, j, step));
        }
      }
    }
  }

  double Probability(uint32_t graphone) const {
    if (probabilities_.empty()) return 0.01;
    const auto found = probabilities_.find(graphone);
    return found == probabilities_.end() ? 0.0 : found->second;
  }

  void Count(const Sequence& word, std::unordered_map<uint32_t, double>& counts) const {
    struct Edge {
      size_t from, to;
      uint32_t graphone;
      double probability;
    };
    std::vector<Edge> edges;
    const size_t num_nodes = (word.letters.size() + 1) * (word.phones.size() + 1);
    std::vector<double> forward(num_nodes, 0.0), backward(num_nodes, 0.0);
    forward[0] = 1.0;
    ForEachEdge(word, [&](size_t from, size_t to, int, uint32_t graphone) {
      if (forward[from] == 0.0) return;
      const double probability = Probability(graphone);
      if (probability == 0.0) return;
      edges.push_back({from, to, graphone, probability});
      forward[to] += forward[from] * probability;
    });
    if (forward.back() == 0.0) return;
    backward.back() = 1.0;
    for (size_t e = edges.size(); e-- > 0;)
      backward[edges[e].from] += edges[e].probability * backward[edges[e].to];
    for (const Edge& edge : edges) {
      const double share =
          forward[edge.from] * edge.probability * backward[edge.to] / forward.back();
      if (share > 1e-6) counts[edge.graphone] += share;
    }
  }

  std::unordered_map<uint32_t, double> probabilities_;
};

struct NGramHash {
  size_t operator()(const NGram& ngram) const { return G2pModel::HashNGram(ngram); }
};

// The n-grams of one length, right-aligned in NGram with `kUnused` in front.
constexpr uint16_t kUnused = 0xFFFF;
struct Counts {
  uint32_t count = 0;  // occurrences, for pruning
  uint32_t continuation =
      0;  // what Kneser-Ney counts: different words before, or occurrences at full length
};
using Level = std::unordered_map<NGram, Counts, NGramHash>;

NGram Shorten(NGram ngram, size_t length) {
  std::fill(ngram.begin(), ngram.end() - static_cast<std::ptrdiff_t>(length), kUnused);
  return ngram;
}

// The n-gram without its last word, right-aligned.
NGram ContextOf(const NGram& ngram) {
  NGram context{kUnused};
  std::copy(ngram.begin(), ngram.end() - 1, context.begin() + 1);
  return context;
}

class NGramModel {
 public:
  explicit NGramModel(const std::vector<std::vector<uint16_t>>& words) {
    for (const std::vector<uint16_t>& word : words) {
      NGram window;
      window.fill(G2pModel::kStart);
      for (const uint16_t graphone : word) {
        std::copy(window.begin() + 1, window.end(), window.begin());
        window.back() = graphone;
        for (size_t length = 1; length <= kOrder; ++length)
          ++levels_[length][Shorten(window, length)].count;
      }
    }
    CountContinuations();
    for (size_t length = 1; length <= kOrder; ++length) {
      Estimate(length);
      // The start of a word is never predicted, only a context.
      NGram start;
      start.fill(G2pModel::kStart);
      if (length < kOrder) kept_[length][Shorten(start, length)].probability = 1e-6;
    }
  }

  void Store(G2pTables& tables) const {
    size_t num_entries = 0;
    for (const auto& level : kept_) num_entries += level.size();
    const size_t num_slots = num_entries + num_entries / 4 + 1;
    std::vector<int32_t>& fingerprints = tables.fingerprints;
    std::vector<uint8_t>& weights = tables.weights;
    fingerprints.assign(num_slots, 0);
    weights.assign(num_slots * 2, 0);
    for (size_t length = 1; length <= kOrder; ++length) {
      for (const auto& [ngram, entry] : kept_[length]) {
        const uint64_t hash = G2pModel::HashNGram(std::span(ngram).subspan(kOrder - length));
        size_t slot = G2pModel::SlotOf(hash, num_slots);
        while (fingerprints[slot] != 0) slot = slot + 1 == num_slots ? 0 : slot + 1;
        fingerprints[slot] = static_cast<int32_t>(G2pModel::FingerprintOf(hash));
        weights[slot * 2] = Quantise(-std::log(entry.probability) * G2pModel::kCostScale, 0);
        weights[slot * 2 + 1] = entry.kept_mass > 0.0
                                    ? Quantise(-std::log(BackoffOf(entry)) * G2pModel::kCostScale,
                                               G2pModel::kBackoffBias)
                                    : G2pModel::kNoFollower;
      }
    }
  }

 private:
  struct Entry {
    double probability = 0.0;
    double kept_mass = 0.0;   // probability of the followers that are kept,
    double lower_mass = 0.0;  // and what the shorter context gives them
  };
  using KeptLevel = std::map<NGram, Entry>;  // ordered: the table is the same on every machine

  static uint8_t Quantise(double value, int bias) {
    return static_cast<uint8_t>(std::clamp(std::lround(value) + bias, 0L, 254L));
  }

  static double BackoffOf(const Entry& entry) {
    return std::max(1e-4, 1.0 - entry.kept_mass) / std::max(1e-4, 1.0 - entry.lower_mass);
  }

  void CountContinuations() {
    for (auto& [ngram, counts] : levels_[kOrder]) counts.continuation = counts.count;
    for (size_t length = kOrder - 1; length >= 1; --length) {
      for (const auto& [ngram, counts] : levels_[length + 1])
        ++levels_[length][Shorten(ngram, length)].continuation;
    }
  }

  // Interpolated Kneser-Ney with one discount per length.
  void Estimate(size_t length) {
    struct Context {
      double total = 0.0;
      double followers = 0.0;
    };
    std::unordered_map<NGram, Context, NGramHash> contexts;
    double ones = 0.0, twos = 0.0;
    for (const auto& [ngram, counts] : levels_[length]) {
      Context& context = contexts[ContextOf(ngram)];
      context.total += counts.continuation;
      context.followers += 1.0;
      ones += counts.continuation == 1 ? 1.0 : 0.0;
      twos += counts.continuation == 2 ? 1.0 : 0.0;
    }
    const double discount = ones > 0.0 ? ones / (ones + 2.0 * twos) : 0.5;
    for (const auto& [ngram, counts] : levels_[length]) {
      if (length >= kLongOrder && counts.count < kMinLongCount) continue;
      const NGram context_key = ContextOf(ngram);
      const Context& context = contexts[context_key];
      const double lower = length > 1 ? Probability(Shorten(ngram, length - 1), length - 1)
                                      : 1.0 / static_cast<double>(levels_[1].size());
      Entry entry;
      entry.probability = std::max(counts.continuation - discount, 0.0) / context.total +
                          discount * context.followers / context.total * lower;
      kept_[length][ngram] = entry;
      if (length == 1) continue;
      const auto parent = kept_[length - 1].find(context_key);
      if (parent == kept_[length - 1].end()) continue;
      parent->second.kept_mass += entry.probability;
      parent->second.lower_mass += lower;
    }
  }

  // P(last | the others) with backing off; all shorter lengths must be estimated.
  double Probability(const NGram& ngram, size_t length) const {
    const auto found = kept_[length].find(ngram);
    if (found != kept_[length].end()) return found->second.probability;
    if (length == 1) return 1e-7;
    const double lower = Probability(Shorten(ngram, length - 1), length - 1);
    const auto context = kept_[length - 1].find(ContextOf(ngram));
    return context != kept_[length - 1].end() && context->second.kept_mass > 0.0
               ? lower * BackoffOf(context->second)
               : lower;
  }

  std::array<Level, kOrder + 1> levels_;
  std::array<KeptLevel, kOrder + 1> kept_;
};

}  // namespace

G2pTables TrainG2p(const std::vector<SpelledWord>& words) {
  G2pTables tables;
  std::vector<Sequence> sequences;
  sequences.reserve(words.size());
  for (const SpelledWord& word : words) sequences.push_back(MakeSequence(word));
  Aligner aligner;
  aligner.Learn(sequences);
  std::vector<std::vector<uint32_t>> aligned;
  std::map<uint32_t, uint32_t> counts;
  for (const Sequence& sequence : sequences) {
    auto path = aligner.Align(sequence);
    if (!path) continue;
    for (const uint32_t graphone : *path) ++counts[graphone];
    aligned.push_back(std::move(*path));
  }
  std::unordered_map<uint32_t, uint16_t> numbers;
  for (const auto& [graphone, count] : counts) {
    if (count < kMinGraphone) continue;
    numbers[graphone] = static_cast<uint16_t>(G2pModel::kNumSpecial + tables.graphones.size());
    tables.graphones.push_back(static_cast<int32_t>(graphone));
  }
  std::vector<std::vector<uint16_t>> numbered;
  for (const std::vector<uint32_t>& path : aligned) {
    std::vector<uint16_t> word;
    for (const uint32_t graphone : path) {
      const auto found = numbers.find(graphone);
      if (found != numbers.end()) word.push_back(found->second);
    }
    if (word.size() != path.size()) continue;
    word.push_back(G2pModel::kEnd);
    numbered.push_back(std::move(word));
  }
  NGramModel(numbered).Store(tables);
  return tables;
}

}  // namespace litetts::text

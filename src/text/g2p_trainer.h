#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "text/phonemes.h"

namespace litetts::text {

struct SpelledWord {
  std::string spelling;  // a to z and apostrophes
  Phonemes phonemes;
};

// What G2pModel::Create() reads: packed graphones, and the hash table of n-grams.
struct G2pTables {
  std::vector<int32_t> graphones;
  std::vector<int32_t> fingerprints;
  std::vector<uint8_t> weights;  // [fingerprints, 2]
};

// Trains a G2pModel: expectation maximisation aligns letters with phones, then an interpolated
// Kneser-Ney n-gram model of the aligned pairs is counted, pruned and hashed. Deterministic.
G2pTables TrainG2p(const std::vector<SpelledWord>& words);

}  // namespace litetts::text

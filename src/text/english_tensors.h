#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "model/tensor_file.h"
#include "text/g2p_trainer.h"
#include "text/lexicon_corrections.h"

namespace litetts::text {

// Tensors of a file in the making, with their storage.
class EnglishTensors {
 public:
  template <typename T>
  void Add(std::string name, std::vector<size_t> shape, const std::vector<T>& values) {
    const std::span<const std::byte> bytes = std::as_bytes(std::span(values));
    storage_.emplace_back(bytes.begin(), bytes.end());
    tensors_.push_back(
        {std::move(name), model::DataTypeOf<T>::kValue, std::move(shape), storage_.back()});
  }
  template <typename T>
  void Add(std::string name, const std::vector<T>& values) {
    Add(std::move(name), {values.size()}, values);
  }
  std::span<const model::Tensor> tensors() const { return tensors_; }

 private:
  std::deque<std::vector<std::byte>> storage_;  // never moves
  std::vector<model::Tensor> tensors_;
};

// The parts of CompileEnglishData().
// `corrections` go before the lexicons. Also collects the plainly spelled words of each locale's
// lexicons, US first, to train the spelling model on.
Status AddLexicons(const std::string (&paths)[4], std::span<const LexiconCorrection> corrections,
                   EnglishTensors& tensors, std::vector<SpelledWord> (&words)[2]);
Status AddTagger(const std::string& folder, EnglishTensors& tensors);

}  // namespace litetts::text

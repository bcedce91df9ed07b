#pragma once

#include <string>

#include "base/status.h"

namespace litetts::text {

struct EnglishSources {
  // JSON objects of word to phonemes, or to an object of phonemes by part of speech (misaki's
  // format).
  std::string us_gold, us_silver, gb_gold, gb_silver;
  // The data folder of spaCy's en_core_web_sm 3.8: tok2vec/, tagger/, vocab/, tokenizer.
  std::string tagger_folder;
};

// Reads the sources and writes english.safetensors (docs/formats/english-data.md). kNotFound, or
// kDataLoss naming the file and what is wrong with it.
Status CompileEnglishData(const EnglishSources& sources, const std::string& path);

}  // namespace litetts::text

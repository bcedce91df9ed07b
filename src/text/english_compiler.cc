#include "text/english_compiler.h"

#include <algorithm>

#include "base/cpu.h"
#include "base/thread_pool.h"
#include "text/english_tensors.h"
#include "text/lexicon_corrections.h"

namespace litetts::text {
namespace {

void AddG2p(const std::string& prefix, const G2pTables& tables, EnglishTensors& tensors) {
  tensors.Add(prefix + "graphones", tables.graphones);
  tensors.Add(prefix + "fingerprints", tables.fingerprints);
  tensors.Add(prefix + "weights", {tables.fingerprints.size(), 2}, tables.weights);
}

}  // namespace

Status CompileEnglishData(const EnglishSources& sources, const std::string& path) {
  EnglishTensors tensors;
  const std::string lexicons[4] = {sources.us_gold, sources.us_silver, sources.gb_gold,
                                   sources.gb_silver};
  std::vector<SpelledWord> words[2];
  LITETTS_ASSIGN_OR_RETURN(const auto corrections,
                           ParseLexiconCorrections(LexiconCorrectionsText()));
  LITETTS_RETURN_IF_ERROR(AddLexicons(lexicons, corrections, tensors, words));
  LITETTS_RETURN_IF_ERROR(AddTagger(sources.tagger_folder, tensors));
  G2pTables tables[2];
  ThreadPool pool(std::min<size_t>(2, UsableCores()));
  pool.ParallelFor(2, [&](size_t locale, size_t) { tables[locale] = TrainG2p(words[locale]); });
  AddG2p("g2p.us.", tables[0], tensors);
  AddG2p("g2p.gb.", tables[1], tensors);
  return model::WriteTensorFile(path, tensors.tensors(),
                                {{"format", "litetts-english"}, {"format_version", "1"}});
}

}  // namespace litetts::text

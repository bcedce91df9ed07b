// The text side on plain English: the sentences of tests/data/heteronyms.txt, or of the file that
// LITETTS_TEXT names, one a line. Needs the English data of HomeFolder().
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"
#include "model/tensor_file.h"
#include "text/frontend.h"
#include "text/g2p_model.h"
#include "text/lexicon.h"
#include "text/model_fallback.h"
#include "text/normalise.h"
#include "text/phonemiser.h"
#include "text/pronouncer.h"
#include "text/tagger.h"
#include "text/tokenizer.h"

namespace litetts::text {
namespace {

std::string DataPath() { return HomeFolder() + "/english.safetensors"; }

// Lines without the labels "= word phonemes" and comments.
const std::vector<std::string>& Sentences() {
  static const std::vector<std::string> kSentences = [] {
    const char* path = std::getenv("LITETTS_TEXT");
    std::ifstream file(path != nullptr ? path : LITETTS_TEST_DATA "/heteronyms.txt");
    std::vector<std::string> sentences;
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line[0] != '=' && line[0] != '#') sentences.push_back(line);
    }
    return sentences;
  }();
  return kSentences;
}

// In paragraphs of five sentences.
std::string WholeText() {
  std::string text;
  for (size_t i = 0; i < Sentences().size(); ++i) {
    text += Sentences()[i] + (i % 5 == 4 ? "\n\n" : " ");
  }
  return text;
}

// Exits where there is no data: a benchmark of nothing would look fast.
Frontend Load() {
  auto frontend = Frontend::Load(DataPath());
  if (!frontend.ok()) {
    std::cerr << frontend.status().ToString() << "\n";
    std::exit(1);
  }
  return std::move(*frontend);
}

size_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  size_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

void CountBytes(benchmark::State& state, size_t size) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(size));
}

void LoadData(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Load());
}
BENCHMARK(LoadData)->Unit(benchmark::kMillisecond);

// Every word is new: a front end of its own for each round.
void AnalyseWithoutMemo(benchmark::State& state) {
  const std::string text = WholeText();
  const size_t before = ResidentBytes();
  size_t after = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::optional<Frontend> frontend(Load());
    state.ResumeTiming();
    benchmark::DoNotOptimize(frontend->Analyse(text, {}));
    state.PauseTiming();
    after = std::max(after, ResidentBytes());
    frontend.reset();
    state.ResumeTiming();
  }
  CountBytes(state, text.size());
  state.counters["MiB more"] = static_cast<double>(after - std::min(after, before)) / (1 << 20);
}
BENCHMARK(AnalyseWithoutMemo)->Unit(benchmark::kMillisecond);

void AnalyseAgain(benchmark::State& state) {
  const std::string text = WholeText();
  const Frontend frontend = Load();
  for (auto _ : state) benchmark::DoNotOptimize(frontend.Analyse(text, {}));
  CountBytes(state, text.size());
}
BENCHMARK(AnalyseAgain)->Unit(benchmark::kMillisecond);

// One sentence after the other, as requests come; new words the first time only.
void AnalyseSentences(benchmark::State& state) {
  const Frontend frontend = Load();
  std::vector<double> seconds;
  for (auto _ : state) {
    for (const std::string& sentence : Sentences()) {
      const double start = NowSeconds();
      benchmark::DoNotOptimize(frontend.Analyse(sentence, {}));
      seconds.push_back(NowSeconds() - start);
    }
  }
  std::sort(seconds.begin(), seconds.end());
  state.counters["p50 ms"] = seconds[seconds.size() / 2] * 1e3;
  state.counters["p99 ms"] = seconds[seconds.size() * 99 / 100] * 1e3;
}
BENCHMARK(AnalyseSentences)->Unit(benchmark::kMillisecond);

void NormaliseOnly(benchmark::State& state) {
  const std::string text = WholeText();
  for (auto _ : state) benchmark::DoNotOptimize(Normalise(text, {}));
  CountBytes(state, text.size());
}
BENCHMARK(NormaliseOnly)->Unit(benchmark::kMillisecond);

// The parts behind the normaliser, with tags at hand.
struct Parts {
  Parts()
      : file(*model::TensorFile::Open(DataPath())),
        tokenizer(*Tokenizer::Create(file)),
        tagger(*Tagger::Create(file)),
        lexicon(*Lexicon::Create(file, Locale::kEnUs)),
        model(*G2pModel::Create(file, Locale::kEnUs)),
        pronouncer(lexicon, Locale::kEnUs),
        fallback(model, pronouncer, nullptr),
        phonemiser(pronouncer, &fallback) {}
  model::TensorFile file;
  Tokenizer tokenizer;
  Tagger tagger;
  Lexicon lexicon;
  G2pModel model;
  Pronouncer pronouncer;
  ModelFallback fallback;
  Phonemiser phonemiser;
};

void TaggerOnly(benchmark::State& state) {
  const std::string text = WholeText();
  for (auto _ : state) {
    state.PauseTiming();
    const Parts parts;  // no memo of words
    const std::vector<Word> words = parts.tokenizer.Tokenize(text);
    std::vector<Tag> tags(words.size());
    const TaggerInput input{text, words, tags};
    state.ResumeTiming();
    parts.tagger.TagParagraphs(std::span(&input, 1));
  }
  CountBytes(state, text.size());
}
BENCHMARK(TaggerOnly)->Unit(benchmark::kMillisecond);

// Everything else: cleaning, normalising, cutting into words, sounds.
void WithoutTagger(benchmark::State& state) {
  const Parts parts;
  std::vector<std::vector<Tag>> tags;
  for (const std::string& sentence : Sentences()) {
    const std::string spoken = JoinSpoken(Normalise(sentence, {}).segments);
    const std::vector<Word> words = parts.tokenizer.Tokenize(spoken);
    tags.emplace_back(words.size());
    const TaggerInput input{spoken, words, tags.back()};
    parts.tagger.TagParagraphs(std::span(&input, 1));
  }
  for (auto _ : state) {
    for (size_t i = 0; i < tags.size(); ++i) {
      const std::string spoken = JoinSpoken(Normalise(Sentences()[i], {}).segments);
      const std::vector<Word> words = parts.tokenizer.Tokenize(spoken);
      std::vector<TaggedWord> tagged(words.size());
      for (size_t k = 0; k < words.size(); ++k) {
        tagged[k].begin = words[k].begin;
        tagged[k].end = words[k].end;
        tagged[k].space_after = words[k].space_after;
        tagged[k].tag = tags[i][k];
      }
      benchmark::DoNotOptimize(parts.phonemiser.Phonemise(spoken, tagged));
    }
  }
  CountBytes(state, WholeText().size());
}
BENCHMARK(WithoutTagger)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace litetts::text

// Studies of the text side, on the words and sentences of a file (docs/english.md has the results):
//   text_study tags ENGLISH TSV     share of the tags that equal the reference's; TSV has the
//   columns
//                                   "text" and "spacy" (tokens "word/TAG", joined by "¦" or a
//                                   space)
//   text_study g2p LEXICONS us|gb   trains the model of unknown words on nine tenths of the
//   lexicons
//                                   {us,gb}_{gold,silver}.json and asks it, and espeak-ng if it is
//                                   built in, for the last tenth
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/cpu.h"
#include "base/status.h"
#include "model/tensor_file.h"
#include "text/english_tensors.h"
#include "text/g2p_model.h"
#include "text/g2p_trainer.h"
#include "text/hash.h"
#include "text/lexicon_corrections.h"
#include "text/phonemes.h"
#include "text/tagger.h"
#include "text/tokenizer.h"
#ifdef LITETTS_ESPEAK
#include "text/espeak.h"
#endif

namespace litetts::text {
namespace {

std::vector<std::string> Split(const std::string& line, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

struct TaggedToken {
  std::string word;
  std::string tag;
};

// "Must/MD¦n't/RB grumble/VB" as tokens.
std::vector<TaggedToken> ParseTokens(std::string column) {
  constexpr std::string_view kJoin = "¦";
  for (size_t at; (at = column.find(kJoin)) != std::string::npos;)
    column.replace(at, kJoin.size(), " ");
  std::vector<TaggedToken> tokens;
  for (const std::string& part : Split(column, ' ')) {
    const size_t slash = part.rfind('/');
    if (slash == std::string::npos || slash == 0) continue;
    tokens.push_back({part.substr(0, slash), part.substr(slash + 1)});
  }
  return tokens;
}

Status StudyTags(const std::string& english, const std::string& path) {
  LITETTS_ASSIGN_OR_RETURN(const model::TensorFile file, model::TensorFile::Open(english));
  LITETTS_ASSIGN_OR_RETURN(const Tokenizer tokenizer, Tokenizer::Create(file));
  LITETTS_ASSIGN_OR_RETURN(const Tagger tagger, Tagger::Create(file));
  std::ifstream rows(path);
  std::string line;
  if (!std::getline(rows, line)) return NotFound("'", path, "' has no lines");
  const std::vector<std::string> header = Split(line, '\t');
  const auto column = [&](std::string_view name) {
    return static_cast<size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  };
  const size_t text_column = column("text"), tags_column = column("spacy");
  size_t num_tokens = 0, num_equal = 0, num_cut_otherwise = 0;
  while (std::getline(rows, line)) {
    const std::vector<std::string> cells = Split(line, '\t');
    if (cells.size() <= std::max(text_column, tags_column)) continue;
    const std::string& text = cells[text_column];
    const std::vector<TaggedToken> want = ParseTokens(cells[tags_column]);
    const std::vector<Word> words = tokenizer.Tokenize(text);
    std::vector<Tag> tags(words.size());
    const TaggerInput input{text, words, tags};
    tagger.TagParagraphs(std::span(&input, 1));
    num_tokens += want.size();
    bool is_equal = want.size() == words.size();
    for (size_t i = 0; is_equal && i < want.size(); ++i)
      is_equal = want[i].word == text.substr(words[i].begin, words[i].end - words[i].begin);
    if (!is_equal) {
      ++num_cut_otherwise;
      continue;
    }
    for (size_t i = 0; i < want.size(); ++i) {
      num_equal += TagName(tags[i]) == want[i].tag ? 1 : 0;
    }
  }
  std::printf("%zu of %zu tags equal (%.3f %%), %zu lines cut into other words\n", num_equal,
              num_tokens, 100.0 * static_cast<double>(num_equal) / static_cast<double>(num_tokens),
              num_cut_otherwise);
  return OkStatus();
}

Phonemes WithoutStress(const Phonemes& phonemes) {
  Phonemes bare;
  for (const char c : phonemes) {
    if (c != phone::kPrimary && c != phone::kSecondary && c != phone::kSpace) bare += c;
  }
  return bare;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// How far the sounds of some words are from the lexicon's.
class Score {
 public:
  void Add(const Phonemes& heard, const Phonemes& want) {
    ++words_;
    exact_ += heard == want ? 1 : 0;
    const Phonemes bare = WithoutStress(want);
    const size_t distance = EditDistance(WithoutStress(heard), bare);
    right_ += distance == 0 ? 1 : 0;
    errors_ += distance;
    phones_ += bare.size();
  }
  void Print(std::string_view name, double seconds) const {
    const auto percent = [](size_t part, size_t whole) {
      return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    };
    std::printf(
        "%-16.*s %6zu words, right %.2f %%, with stress %.2f %%, phoneme errors %.2f %%, "
        "%.1f us a word\n",
        static_cast<int>(name.size()), name.data(), words_, percent(right_, words_),
        percent(exact_, words_), percent(errors_, phones_),
        1e6 * seconds / static_cast<double>(words_));
  }

 private:
  size_t words_ = 0, exact_ = 0, right_ = 0, errors_ = 0, phones_ = 0;
};

Status StudyG2p(const std::string& folder, const std::string& accent) {
  const Locale locale = accent == "gb" ? Locale::kEnGb : Locale::kEnUs;
  EnglishTensors lexicons;
  std::vector<SpelledWord> words[2];
  const std::string paths[4] = {folder + "/us_gold.json", folder + "/us_silver.json",
                                folder + "/gb_gold.json", folder + "/gb_silver.json"};
  LITETTS_ASSIGN_OR_RETURN(const auto corrections,
                           ParseLexiconCorrections(LexiconCorrectionsText()));
  LITETTS_RETURN_IF_ERROR(AddLexicons(paths, corrections, lexicons, words));
  std::vector<SpelledWord> taught, held_out;
  for (SpelledWord& word : words[locale == Locale::kEnGb ? 1 : 0]) {
    (HashString(word.spelling) % 10 == 0 ? held_out : taught).push_back(std::move(word));
  }
  const G2pTables tables = TrainG2p(taught);
  EnglishTensors tensors;
  const std::string prefix = "g2p." + accent + ".";
  tensors.Add(prefix + "graphones", tables.graphones);
  tensors.Add(prefix + "fingerprints", tables.fingerprints);
  tensors.Add(prefix + "weights", {tables.fingerprints.size(), 2}, tables.weights);
  // Which of the words somebody wrote down, and which a program did.
  const std::string gold[4] = {folder + "/us_gold.json", folder + "/us_gold.json",
                               folder + "/gb_gold.json", folder + "/gb_gold.json"};
  EnglishTensors unused;
  std::vector<SpelledWord> gold_words[2];
  LITETTS_RETURN_IF_ERROR(AddLexicons(gold, corrections, unused, gold_words));
  std::set<std::string> is_gold;
  for (const SpelledWord& word : gold_words[locale == Locale::kEnGb ? 1 : 0])
    is_gold.insert(word.spelling);
  const std::string path = "/tmp/text_study_g2p.safetensors";
  LITETTS_RETURN_IF_ERROR(model::WriteTensorFile(path, tensors.tensors(), {}));
  LITETTS_ASSIGN_OR_RETURN(const model::TensorFile file, model::TensorFile::Open(path));
  LITETTS_ASSIGN_OR_RETURN(const G2pModel model, G2pModel::Create(file, locale));
  std::printf(
      "%zu words to learn from, %zu held out, tables of %.2f MB\n", taught.size(), held_out.size(),
      static_cast<double>(tables.fingerprints.size() * 6 + tables.graphones.size() * 4) / 1e6);
  const auto judge = [&](std::string_view name, const auto& speak) {
    Score all, of_gold;
    const double start = NowSeconds();
    for (const SpelledWord& word : held_out) {
      const Phonemes heard = speak(word.spelling);
      all.Add(heard, word.phonemes);
      if (is_gold.contains(word.spelling)) of_gold.Add(heard, word.phonemes);
    }
    const double seconds = NowSeconds() - start;
    all.Print(name, seconds);
    of_gold.Print(Concat(name, ", gold"), seconds);
  };
  judge("model",
        [&](const std::string& word) { return model.Pronounce(word).value_or(Phonemes()); });
#ifdef LITETTS_ESPEAK
  const EspeakFallback espeak(locale);
  judge("espeak-ng", [&](const std::string& word) {
    const auto answer = espeak.Speak(word);
    return answer ? answer->phonemes : Phonemes();
  });
#endif
  return OkStatus();
}

}  // namespace
}  // namespace litetts::text

int main(int argc, char** argv) {
  const std::string_view study = argc == 4 ? argv[1] : "";
  litetts::Status status =
      litetts::InvalidArgument("text_study tags ENGLISH TSV | g2p LEXICONS us|gb");
  if (study == "tags") status = litetts::text::StudyTags(argv[2], argv[3]);
  if (study == "g2p") status = litetts::text::StudyG2p(argv[2], argv[3]);
  if (!status.ok()) std::fprintf(stderr, "text_study: %s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

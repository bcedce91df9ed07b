#include "text/lexicon_corrections.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace litetts::text {
namespace {

// The cells of a line; nothing unless there are four, none of them empty.
bool SplitCells(std::string_view line, std::array<std::string_view, 4>& cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    const size_t tab = line.find('\t');
    if ((tab == std::string_view::npos) != (i + 1 == cells.size())) return false;
    cells[i] = line.substr(0, tab);
    if (cells[i].empty()) return false;
    if (tab != std::string_view::npos) line.remove_prefix(tab + 1);
  }
  return true;
}

}  // namespace

Result<std::vector<LexiconCorrection>> ParseLexiconCorrections(std::string_view text) {
  std::vector<LexiconCorrection> corrections;
  std::set<std::pair<Locale, std::string>> seen;
  size_t number = 0;
  for (size_t begin = 0; begin < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.empty() || line[0] == '#') continue;
    const auto damaged = [&](std::string_view what) {
      return Status(StatusCode::kDataLoss,
                    Concat("line ", number + 1, " of the lexicon's corrections: ", what));
    };
    std::array<std::string_view, 4> cells;
    if (!SplitCells(line, cells) || (cells[0] != "us" && cells[0] != "gb"))
      return damaged("not 'us|gb', word, phonemes and reason with tabs between");
    LexiconCorrection correction;
    correction.locale = cells[0] == "us" ? Locale::kEnUs : Locale::kEnGb;
    correction.word = cells[1];
    std::vector<std::string> unknown;
    correction.phonemes = FromUtf8(cells[2], &unknown);
    if (!unknown.empty()) return damaged(Concat("the model has no symbol '", unknown[0], "'"));
    if (correction.phonemes.find(phone::kPrimary) == Phonemes::npos)
      return damaged("the phonemes have no primary stress");
    if (!seen.emplace(correction.locale, correction.word).second)
      return damaged(Concat("'", correction.word, "' stands here a second time"));
    corrections.push_back(std::move(correction));
  }
  return corrections;
}

}  // namespace litetts::text

#include "text/lexicon_rules.h"

#include <algorithm>
#include <utility>

#include "text/unicode.h"

namespace litetts::text {
namespace {

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

std::string_view Unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return text.substr(1, text.size() - 2);
}

// Letters and marks that only phonemes are written with.
bool HasPhoneticLetter(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (std::u32string_view(U"ˈˌːəɪʊɛɔæʌɑɒɜɐθðʃʒŋɹɡʤʧᵊᵻɾ").find(NextScalar(text, i)) !=
        std::u32string_view::npos) {
      return true;
    }
  }
  return false;
}

Status SetOption(std::string_view option, LexiconRule& rule) {
  constexpr std::pair<std::string_view, char> kPartsOfSpeech[] = {
      {"noun", 'n'}, {"verb", 'v'}, {"adjective", 'j'}, {"adverb", 'r'}};
  for (const auto& [name, part_of_speech] : kPartsOfSpeech) {
    if (option != name) continue;
    rule.part_of_speech = part_of_speech;
    return OkStatus();
  }
  if (option == "exact") {
    rule.is_exact = true;
  } else if (option == "regex") {
    rule.is_regex = true;
  } else if (option == "en-us" || option == "en-gb") {
    rule.locale = option == "en-gb" ? Locale::kEnGb : Locale::kEnUs;
  } else {
    return InvalidArgument("unknown option '", option,
                           "'; known: noun, verb, adjective, adverb, exact, regex, en-us, en-gb");
  }
  return OkStatus();
}

Status SetOptions(std::string_view options, LexiconRule& rule) {
  while (!options.empty()) {
    const size_t end = std::min(options.find(','), options.size());
    LITETTS_RETURN_IF_ERROR(SetOption(Trim(options.substr(0, end)), rule));
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return OkStatus();
}

void SetValue(std::string_view value, LexiconRule& rule) {
  const bool is_ipa = value.starts_with("ipa ") || value.starts_with("ipa/");
  if (is_ipa) {
    rule.meaning = LexiconRule::Meaning::kIpa;
    value = Trim(value.substr(3));
  }
  if (value.size() > 2 && value.front() == '/' && value.back() == '/') {
    if (!is_ipa) rule.meaning = LexiconRule::Meaning::kPhonemes;
    value = value.substr(1, value.size() - 2);
  } else if (!is_ipa && HasPhoneticLetter(value)) {
    rule.meaning = LexiconRule::Meaning::kPhonemes;
  } else if (!is_ipa) {
    value = Unquoted(value);
  }
  rule.value = value;
}

LexiconRules ParseLines(std::string_view text) {
  LexiconRules out;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const size_t equals = line.find(" = ");
    const size_t cut = equals != std::string_view::npos ? equals : line.find('\t');
    if (cut == std::string_view::npos) {
      out.problems.push_back({number, true, "no ' = ' between a word and how it is said"});
      continue;
    }
    const size_t separator_size = equals != std::string_view::npos ? 3 : 1;
    Result<LexiconRule> rule =
        ParseLexiconRule(line.substr(0, cut), line.substr(cut + separator_size));
    if (!rule.ok()) {
      out.problems.push_back({number, true, rule.status().message()});
      continue;
    }
    rule->line = number;
    out.rules.push_back(std::move(*rule));
  }
  return out;
}

}  // namespace

Result<LexiconRule> ParseLexiconRule(std::string_view written, std::string_view value) {
  LexiconRule rule;
  written = Trim(written);
  value = Trim(value);
  if (written.ends_with(')')) {
    const size_t open = written.rfind(" (");
    if (open != std::string_view::npos && open > 0) {
      LITETTS_RETURN_IF_ERROR(
          SetOptions(written.substr(open + 2, written.size() - open - 3), rule));
      written = Trim(written.substr(0, open));
    }
  }
  rule.written = Unquoted(written);
  if (Trim(rule.written).empty()) return InvalidArgument("no word before ' = '");
  if (value.empty()) {
    return InvalidArgument("'", rule.written, "' has no reading; \"\" makes it silent");
  }
  SetValue(value, rule);
  if (rule.part_of_speech != 0 && rule.is_regex) {
    return InvalidArgument("a regular expression has no part of speech");
  }
  return rule;
}

LexiconRules ParseLexicon(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '<') return ParsePls(text);
  return ParseLines(text);
}

}  // namespace litetts::text

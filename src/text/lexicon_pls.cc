#include <algorithm>
#include <pugixml.hpp>
#include <utility>

#include "text/lexicon_rules.h"

namespace litetts::text {
namespace {

// Names with and without a prefix: "pls:lexeme".
std::string_view LocalName(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view AttributeOf(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    if (LocalName(attribute.name()) == name) return attribute.value();
  }
  return {};
}

// Words in a line break or indented stand with single spaces.
std::string TextOf(const pugi::xml_node& node) {
  std::string text;
  for (const char c : std::string_view(node.text().get())) {
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_space) {
      text += c;
    } else if (!text.empty() && text.back() != ' ') {
      text += ' ';
    }
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

std::optional<Locale> LocaleOf(std::string_view language) {
  if (language == "en-GB" || language == "en-gb") return Locale::kEnGb;
  if (language == "en-US" || language == "en-us") return Locale::kEnUs;
  return std::nullopt;
}

class PlsReader {
 public:
  explicit PlsReader(std::string_view xml) : xml_(xml) {
    for (size_t i = 0; i < xml.size(); ++i) {
      if (xml[i] == '\n') line_ends_.push_back(static_cast<ptrdiff_t>(i));
    }
  }

  LexiconRules Read() {
    pugi::xml_document document;
    const pugi::xml_parse_result parsed =
        document.load_buffer(xml_.data(), xml_.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) {
      Report(parsed.offset, Concat("not well-formed XML: ", parsed.description()));
      return std::move(out_);
    }
    const pugi::xml_node root = document.document_element();
    if (LocalName(root.name()) != "lexicon") {
      Report(root.offset_debug(), Concat("the root is '", root.name(), "', not 'lexicon'"));
      return std::move(out_);
    }
    alphabet_ = AttributeOf(root, "alphabet");
    locale_ = LocaleOf(AttributeOf(root, "lang"));
    for (const pugi::xml_node& node : root.children()) {
      if (LocalName(node.name()) == "lexeme") ReadLexeme(node);
    }
    return std::move(out_);
  }

 private:
  size_t LineAt(ptrdiff_t offset) const {
    const auto found = std::lower_bound(line_ends_.begin(), line_ends_.end(), offset);
    return 1 + static_cast<size_t>(found - line_ends_.begin());
  }
  void Report(ptrdiff_t offset, std::string text) {
    out_.problems.push_back({LineAt(offset), true, std::move(text)});
  }

  // The preferred pronunciation, else the first; an alias only where there is none.
  static pugi::xml_node Reading(const pugi::xml_node& lexeme) {
    pugi::xml_node best;
    for (const pugi::xml_node& node : lexeme.children()) {
      const std::string_view name = LocalName(node.name());
      if (name != "phoneme" && name != "alias") continue;
      const bool is_better = !best || AttributeOf(node, "prefer") == "true" ||
                             (name == "phoneme" && LocalName(best.name()) == "alias");
      if (is_better) best = node;
      if (AttributeOf(best, "prefer") == "true") break;
    }
    return best;
  }

  bool ReadValue(const pugi::xml_node& reading, LexiconRule& rule) {
    rule.value = TextOf(reading);
    if (LocalName(reading.name()) == "alias") return true;
    std::string_view alphabet = AttributeOf(reading, "alphabet");
    if (alphabet.empty()) alphabet = alphabet_;
    if (alphabet == "ipa" || alphabet.empty()) {
      rule.meaning = LexiconRule::Meaning::kIpa;
    } else if (alphabet == "x-kokoro" || alphabet == "x-misaki") {
      rule.meaning = LexiconRule::Meaning::kPhonemes;
    } else {
      Report(reading.offset_debug(),
             Concat("alphabet '", alphabet, "' is not supported; ipa or x-kokoro"));
      return false;
    }
    return true;
  }

  void ReadLexeme(const pugi::xml_node& lexeme) {
    const pugi::xml_node reading = Reading(lexeme);
    if (!reading) return Report(lexeme.offset_debug(), "a lexeme without phoneme and alias");
    LexiconRule rule;
    rule.locale = locale_;
    rule.line = LineAt(lexeme.offset_debug());
    rule.is_exact = true;  // as the standard has it
    if (!ReadValue(reading, rule)) return;
    const std::string_view role = LocalName(AttributeOf(lexeme, "role"));
    if (role == "noun") rule.part_of_speech = 'n';
    if (role == "verb") rule.part_of_speech = 'v';
    if (role == "adjective") rule.part_of_speech = 'j';
    if (role == "adverb") rule.part_of_speech = 'r';
    bool has_grapheme = false;
    for (const pugi::xml_node& node : lexeme.children()) {
      if (LocalName(node.name()) != "grapheme") continue;
      rule.written = TextOf(node);
      has_grapheme = !rule.written.empty();
      if (has_grapheme) out_.rules.push_back(rule);
    }
    if (!has_grapheme) Report(lexeme.offset_debug(), "a lexeme without grapheme");
  }

  std::string_view xml_;
  std::vector<ptrdiff_t> line_ends_;
  std::string_view alphabet_;
  std::optional<Locale> locale_;
  LexiconRules out_;
};

}  // namespace

LexiconRules ParsePls(std::string_view xml) { return PlsReader(xml).Read(); }

}  // namespace litetts::text

#include "text/markup.h"

#include <array>
#include <utility>

#include "text/code_point.h"

namespace litetts::text {
namespace {

constexpr double kLongestPauseSeconds = 60.0;

bool ConsumePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool ConsumeSuffix(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() || text.substr(text.size() - suffix.size()) != suffix) {
    return false;
  }
  text.remove_suffix(suffix.size());
  return true;
}

}  // namespace

std::optional<Mark> ParseFeature(std::string_view feature) {
  Mark mark;
  if (feature.size() > 2 && feature.front() == '/' && feature.back() == '/') {
    feature.remove_prefix(1);
    while (!feature.empty() && feature.back() == '/') feature.remove_suffix(1);
    mark.type = Mark::Type::kPhonemes;
    mark.phonemes = std::string(feature);
    return mark;
  }
  bool is_negative = false;
  if (!feature.empty() && (feature.front() == '+' || feature.front() == '-')) {
    is_negative = feature.front() == '-';
    feature.remove_prefix(1);
  }
  const std::optional<double> value = ParseDecimal(feature);
  if (!value || *value > 2.0) return std::nullopt;
  mark.type = Mark::Type::kStress;
  mark.stress = static_cast<float>(is_negative ? -*value : *value);
  return mark;
}

std::optional<double> ParsePause(std::string_view inside) {
  if (ConsumePrefix(inside, "pause")) {
    if (!ConsumePrefix(inside, ":") && !ConsumePrefix(inside, " ")) return std::nullopt;
    while (ConsumePrefix(inside, " ")) {
    }
  }
  double unit = 1.0;
  if (ConsumeSuffix(inside, "ms")) {
    unit = 0.001;
  } else if (!ConsumeSuffix(inside, "s")) {
    return std::nullopt;
  }
  const std::optional<double> value = ParseDecimal(inside);
  if (!value) return std::nullopt;
  const double seconds = *value * unit;
  return seconds < kLongestPauseSeconds ? seconds : kLongestPauseSeconds;
}

std::optional<PartOfSpeechSuffix> ParsePartOfSpeech(std::string_view text, size_t pos) {
  static constexpr std::array<std::pair<std::string_view, char>, 6> kNames = {{
      {"_noun", 'n'},
      {"_verb", 'v'},
      {"_adjective", 'j'},
      {"_adj", 'j'},
      {"_adverb", 'r'},
      {"_adv", 'r'},
  }};
  for (const auto& [name, part_of_speech] : kNames) {
    if (text.substr(pos, name.size()) != name) continue;
    const size_t end = pos + name.size();
    if (end < text.size() && (IsAsciiAlnum(text[end]) || text[end] == '_')) continue;
    return PartOfSpeechSuffix{part_of_speech, name.size()};
  }
  return std::nullopt;
}

}  // namespace litetts::text

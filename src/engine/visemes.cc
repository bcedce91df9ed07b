#include "engine/visemes.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace litetts::engine {
namespace {

constexpr std::pair<std::string_view, std::string_view> kVisemes[] = {
    {"p", "PP"}, {"b", "PP"}, {"m", "PP"}, {"f", "FF"}, {"v", "FF"}, {"θ", "TH"}, {"ð", "TH"},
    {"t", "DD"}, {"d", "DD"}, {"T", "DD"}, {"ɾ", "DD"}, {"ʔ", "DD"}, {"k", "kk"}, {"ɡ", "kk"},
    {"x", "kk"}, {"ʃ", "CH"}, {"ʒ", "CH"}, {"ʧ", "CH"}, {"ʤ", "CH"}, {"s", "SS"}, {"z", "SS"},
    {"n", "nn"}, {"ŋ", "nn"}, {"l", "nn"}, {"ɹ", "RR"}, {"ɜ", "RR"}, {"æ", "aa"}, {"a", "aa"},
    {"ɑ", "aa"}, {"ʌ", "aa"}, {"ɐ", "aa"}, {"ə", "aa"}, {"ᵊ", "aa"}, {"I", "aa"}, {"W", "aa"},
    {"h", "aa"}, {"ɛ", "E"},  {"e", "E"},  {"A", "E"},  {"i", "ih"}, {"ɪ", "ih"}, {"ᵻ", "ih"},
    {"j", "ih"}, {"O", "oh"}, {"Q", "oh"}, {"ɔ", "oh"}, {"ɒ", "oh"}, {"o", "oh"}, {"Y", "oh"},
    {"u", "ou"}, {"ʊ", "ou"}, {"w", "ou"},
};

bool GoesOn(std::string_view phoneme) {
  return phoneme == " " || phoneme == "ː" || phoneme == "ˈ" || phoneme == "ˌ";
}

}  // namespace

std::vector<VisemeTiming> VisemesOf(std::span<const PhonemeTiming> phonemes) {
  std::vector<VisemeTiming> out;
  for (const PhonemeTiming& timing : phonemes) {
    const auto* const found = std::ranges::find(
        kVisemes, timing.phoneme, &std::pair<std::string_view, std::string_view>::first);
    const std::string_view viseme = found == std::end(kVisemes) ? "sil" : found->second;
    if (!out.empty() && (GoesOn(timing.phoneme) || out.back().viseme == viseme)) {
      out.back().end_seconds = timing.end_seconds;
    } else {
      out.push_back({viseme, timing.start_seconds, timing.end_seconds});
    }
  }
  return out;
}

}  // namespace litetts::engine

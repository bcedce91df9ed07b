#include "text/stress.h"

#include <algorithm>

namespace litetts::text {
namespace {

bool Contains(const Phonemes& phonemes, char mark) { return phonemes.find(mark) != Phonemes::npos; }

Phonemes MarkFirstVowel(Phonemes phonemes, char mark) {
  const auto vowel = std::find_if(phonemes.begin(), phonemes.end(), IsVowel);
  if (vowel != phonemes.end()) phonemes.insert(vowel, mark);
  return phonemes;
}

}  // namespace

Phonemes ApplyStress(Phonemes phonemes, std::optional<float> stress) {
  if (!stress) return phonemes;
  const bool has_primary = Contains(phonemes, phone::kPrimary);
  const bool has_secondary = Contains(phonemes, phone::kSecondary);
  const bool has_mark = has_primary || has_secondary;
  const float s = *stress;
  if (s < -1.0f) {
    std::erase_if(phonemes, [](char c) { return c == phone::kPrimary || c == phone::kSecondary; });
  } else if (s == -1.0f || ((s == 0.0f || s == -0.5f) && has_primary)) {
    std::erase(phonemes, phone::kSecondary);
    std::replace(phonemes.begin(), phonemes.end(), phone::kPrimary, phone::kSecondary);
  } else if ((s == 0.0f || s == 0.5f || s == 1.0f) && !has_mark) {
    return MarkFirstVowel(std::move(phonemes), phone::kSecondary);
  } else if (s >= 1.0f && has_secondary && !has_primary) {
    std::replace(phonemes.begin(), phonemes.end(), phone::kSecondary, phone::kPrimary);
  } else if (s > 1.0f && !has_mark) {
    return MarkFirstVowel(std::move(phonemes), phone::kPrimary);
  }
  return phonemes;
}

int StressWeight(std::string_view phonemes) {
  static const Phonemes kHeavy = FromUtf8("AIOQWYʤʧ");
  int weight = 0;
  for (const char c : phonemes) weight += kHeavy.find(c) == Phonemes::npos ? 1 : 2;
  return weight;
}

}  // namespace litetts::text

#include "text/phonemes.h"

#include "model/vocabulary.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

constexpr size_t kNumIds = static_cast<size_t>(model::kVocabularySize);

std::array<PhoneClass, kNumIds> MakeClasses() {
  std::array<PhoneClass, kNumIds> classes{};
  const auto set = [&](std::string_view symbols, PhoneClass value) {
    for (const char id : FromUtf8(symbols)) classes[static_cast<uint8_t>(id)] = value;
  };
  set("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ", PhoneClass::kVowel);
  set("bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ", PhoneClass::kConsonant);
  set(";:,.!?—…", PhoneClass::kPause);
  return classes;
}

std::array<std::string, kNumIds> MakeSymbols() {
  std::array<std::string, kNumIds> symbols;
  for (size_t id = 0; id < kNumIds; ++id) {
    if (const auto symbol = model::IdSymbol(static_cast<int32_t>(id))) {
      AppendUtf8(*symbol, symbols[id]);
    }
  }
  return symbols;
}

}  // namespace

PhoneClass ClassOf(char phone) {
  static const std::array<PhoneClass, kNumIds> kClasses = MakeClasses();
  const auto id = static_cast<uint8_t>(phone);
  return id < kNumIds ? kClasses[id] : PhoneClass::kOther;
}

std::string ToUtf8(std::string_view phonemes) {
  static const std::array<std::string, kNumIds> kSymbols = MakeSymbols();
  std::string utf8;
  utf8.reserve(phonemes.size() * 2);
  for (const char phone : phonemes) {
    if (const auto id = static_cast<uint8_t>(phone); id < kNumIds) utf8 += kSymbols[id];
  }
  return utf8;
}

Phonemes FromUtf8(std::string_view utf8, std::vector<std::string>* unknown) {
  Phonemes phonemes;
  for (size_t i = 0; i < utf8.size();) {
    const size_t begin = i;
    const char32_t symbol = NextScalar(utf8, i);
    if (const auto id = model::SymbolId(symbol)) {
      phonemes += static_cast<char>(*id);
    } else if (unknown != nullptr) {
      unknown->emplace_back(utf8.substr(begin, i - begin));
    }
  }
  return phonemes;
}

Phonemes FromUtf8(std::string_view utf8) { return FromUtf8(utf8, nullptr); }

}  // namespace litetts::text

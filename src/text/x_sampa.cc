#include "text/x_sampa.h"

#include <algorithm>
#include <utility>

namespace litetts::text {
namespace {

using Sign = std::pair<std::string_view, std::string_view>;

// At each place the first that fits; longer ones stand before those that begin them. Without the
// sounds that no dialect of English comes near.
constexpr Sign kSigns[] = {
    {"t_S", "tʃ"}, {"d_Z", "dʒ"}, {"r\\`", "ɻ"}, {"_=", "̩"},   {"_h", ""},   {"_~", ""},
    {"_w", ""},    {"_}", ""},    {"_0", ""},    {"_t", ""},   {"_d", ""},   {"_>", ""},
    {"@`", "ɚ"},   {"3`", "ɝ"},   {"r\\", "ɹ"},  {"l\\", "ɺ"}, {"h\\", "h"}, {"N\\", "ŋ"},
    {"O\\", "ʘ"},  {"I\\", "ᵻ"},  {"U\\", "ʊ"},  {"G\\", "ɡ"}, {"b_<", "b"}, {"d_<", "d"},
    {"a", "a"},    {"b", "b"},    {"c", "c"},    {"d", "d"},   {"e", "e"},   {"f", "f"},
    {"g", "ɡ"},    {"h", "h"},    {"i", "i"},    {"j", "j"},   {"k", "k"},   {"l", "l"},
    {"m", "m"},    {"n", "n"},    {"o", "o"},    {"p", "p"},   {"q", "k"},   {"r", "r"},
    {"s", "s"},    {"t", "t"},    {"u", "u"},    {"v", "v"},   {"w", "w"},   {"x", "x"},
    {"y", "i"},    {"z", "z"},    {"A", "ɑ"},    {"B", "v"},   {"C", "ç"},   {"D", "ð"},
    {"E", "ɛ"},    {"F", "m"},    {"G", "ɡ"},    {"H", "w"},   {"I", "ɪ"},   {"J", "n"},
    {"K", "l"},    {"L", "l"},    {"M", "u"},    {"N", "ŋ"},   {"O", "ɔ"},   {"P", "v"},
    {"Q", "ɒ"},    {"R", "ʁ"},    {"S", "ʃ"},    {"T", "θ"},   {"U", "ʊ"},   {"V", "ʌ"},
    {"W", "ʍ"},    {"X", "x"},    {"Y", "ɪ"},    {"Z", "ʒ"},   {"@", "ə"},   {"{", "æ"},
    {"}", "u"},    {"1", "ᵻ"},    {"2", "ɜ"},    {"3", "ɜ"},   {"4", "ɾ"},   {"5", "ɫ"},
    {"6", "ə"},    {"7", "ɔ"},    {"8", "ə"},    {"9", "ɜ"},   {"&", "ɜ"},   {"?", "ʔ"},
    {"\"", "ˈ"},   {"%", "ˌ"},    {":", "ː"},    {"=", "̩"},    {"~", ""},    {"'", ""},
    {".", ""},     {"-", ""},     {"`", ""},     {" ", " "},   {"|", ""},    {"!", ""},
};

}  // namespace

std::string IpaOfXSampa(std::string_view x_sampa, std::vector<std::string>* unknown) {
  std::string ipa;
  while (!x_sampa.empty()) {
    const auto* const sign = std::ranges::find_if(
        kSigns, [&](const Sign& candidate) { return x_sampa.starts_with(candidate.first); });
    if (sign != std::end(kSigns)) {
      ipa += sign->second;
      x_sampa.remove_prefix(sign->first.size());
      continue;
    }
    if (unknown != nullptr) unknown->emplace_back(x_sampa.substr(0, 1));
    x_sampa.remove_prefix(1);
  }
  return ipa;
}

}  // namespace litetts::text

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace litetts::text {

// Inside the front end a phoneme string holds one byte per symbol: the model's token id (1..177).
// It is never UTF-8; ToUtf8() and FromUtf8() convert.
using Phonemes = std::string;

namespace phone {
inline constexpr char kSemicolon = 1, kColon = 2, kComma = 3, kStop = 4, kExclamation = 5,
                      kQuestion = 6, kDash = 9, kEllipsis = 10, kOpenBracket = 12,
                      kCloseBracket = 13, kOpenQuote = 14, kCloseQuote = 15, kSpace = 16;
inline constexpr char kT = 36;                              // the tapped t of US "water"
inline constexpr char kSmallI = 102;                        // ɪ
inline constexpr char kSchwa = 83, kReducedSchwa = 42;      // ə ᵊ
inline constexpr char kTurnedA = 70;                        // ɐ
inline constexpr char kEng = 112;                           // ŋ
inline constexpr char kTap = 125;                           // ɾ
inline constexpr char kGlottal = static_cast<char>(148);    // ʔ
inline constexpr char kPrimary = static_cast<char>(156);    // ˈ
inline constexpr char kSecondary = static_cast<char>(157);  // ˌ
inline constexpr char kLong = static_cast<char>(158);       // ː
inline constexpr char kBarredI = static_cast<char>(177);    // ᵻ
}  // namespace phone

enum class PhoneClass : uint8_t { kOther, kVowel, kConsonant, kPause };
// kVowel leaves ɐ and ᵊ out, kPause leaves quotes and brackets out: what the context rules ask.
PhoneClass ClassOf(char phone);
inline bool IsVowel(char phone) { return ClassOf(phone) == PhoneClass::kVowel; }

std::string ToUtf8(std::string_view phonemes);
// Scalars that the model does not know are left out and appended to `unknown` as UTF-8.
Phonemes FromUtf8(std::string_view utf8, std::vector<std::string>* unknown);
// The same for text that is known to be right.
Phonemes FromUtf8(std::string_view utf8);

}  // namespace litetts::text

#include "text/emoji.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/code_point.h"

namespace litetts::text {
namespace {

// The most used ones, by code point.
constexpr std::array<std::pair<char32_t, std::string_view>, 89> kNames = {{
    {0x23F0, "alarm clock"},
    {0x2600, "sun"},
    {0x2615, "hot drink"},
    {0x26A0, "warning"},
    {0x26BD, "soccer ball"},
    {0x2705, "check mark"},
    {0x2708, "airplane"},
    {0x2714, "check mark"},
    {0x2728, "sparkles"},
    {0x274C, "cross mark"},
    {0x2764, "red heart"},
    {0x2B50, "star"},
    {0x1F308, "rainbow"},
    {0x1F30D, "globe"},
    {0x1F30E, "globe"},
    {0x1F30F, "globe"},
    {0x1F31F, "glowing star"},
    {0x1F355, "pizza"},
    {0x1F37A, "beer"},
    {0x1F381, "gift"},
    {0x1F382, "birthday cake"},
    {0x1F389, "party popper"},
    {0x1F38A, "confetti"},
    {0x1F3B5, "musical note"},
    {0x1F3B6, "musical notes"},
    {0x1F3C6, "trophy"},
    {0x1F431, "cat face"},
    {0x1F436, "dog face"},
    {0x1F440, "eyes"},
    {0x1F446, "pointing up"},
    {0x1F447, "pointing down"},
    {0x1F449, "pointing right"},
    {0x1F44B, "waving hand"},
    {0x1F44C, "okay hand"},
    {0x1F44D, "thumbs up"},
    {0x1F44E, "thumbs down"},
    {0x1F44F, "clapping hands"},
    {0x1F480, "skull"},
    {0x1F494, "broken heart"},
    {0x1F499, "blue heart"},
    {0x1F49A, "green heart"},
    {0x1F49B, "yellow heart"},
    {0x1F4A1, "light bulb"},
    {0x1F4A5, "collision"},
    {0x1F4A9, "pile of poo"},
    {0x1F4AA, "strong arm"},
    {0x1F4AF, "one hundred points"},
    {0x1F4BB, "laptop"},
    {0x1F4C5, "calendar"},
    {0x1F4C8, "rising chart"},
    {0x1F4C9, "falling chart"},
    {0x1F4CC, "pushpin"},
    {0x1F4DD, "memo"},
    {0x1F4F1, "mobile phone"},
    {0x1F50D, "magnifying glass"},
    {0x1F511, "key"},
    {0x1F512, "lock"},
    {0x1F525, "fire"},
    {0x1F600, "grinning face"},
    {0x1F601, "beaming face"},
    {0x1F602, "face with tears of joy"},
    {0x1F603, "smiling face"},
    {0x1F604, "smiling face"},
    {0x1F605, "nervous laugh"},
    {0x1F606, "laughing face"},
    {0x1F609, "winking face"},
    {0x1F60A, "smiling face"},
    {0x1F60D, "heart eyes"},
    {0x1F60E, "sunglasses face"},
    {0x1F610, "neutral face"},
    {0x1F614, "sad face"},
    {0x1F618, "kissing face"},
    {0x1F621, "angry face"},
    {0x1F622, "crying face"},
    {0x1F62D, "sobbing face"},
    {0x1F631, "screaming face"},
    {0x1F634, "sleeping face"},
    {0x1F642, "smiling face"},
    {0x1F644, "rolling eyes"},
    {0x1F64F, "folded hands"},
    {0x1F680, "rocket"},
    {0x1F697, "car"},
    {0x1F6A8, "police light"},
    {0x1F914, "thinking face"},
    {0x1F916, "robot"},
    {0x1F91D, "handshake"},
    {0x1F923, "rolling on the floor laughing"},
    {0x1F926, "facepalm"},
    {0x1F937, "shrug"},
}};

bool OnlyCombines(char32_t c) {
  return c == 0x200D || c == 0xFE0F || c == 0x20E3 || (c >= 0x1F3FB && c <= 0x1F3FF) ||
         (c >= 0xE0020 && c <= 0xE007F);
}

}  // namespace

std::string EmojiNames(std::string_view pictures) {
  std::string names;
  for (size_t pos = 0; pos < pictures.size();) {
    const CodePoint c = DecodeUtf8(pictures, pos);
    pos += c.size;
    if (OnlyCombines(c.value)) continue;
    const auto* const found =
        std::lower_bound(kNames.begin(), kNames.end(), c.value,
                         [](const auto& entry, char32_t value) { return entry.first < value; });
    if (!names.empty()) names += ", ";
    names += found != kNames.end() && found->first == c.value ? found->second : "emoji";
  }
  return names;
}

}  // namespace litetts::text

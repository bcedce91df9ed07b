#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace litetts::model {

// One voice of a mixture.
struct BlendPart {
  std::string name;
  int64_t weight = 0;  // only its share of the sum counts; never 0

  bool operator==(const BlendPart&) const = default;
};

// What a `voice` asks for. A mixture is sorted by name, each name once, the weights without a
// common divisor, their sum positive: whatever spelling it came from, equal mixtures are equal.
struct Blend {
  bool is_spherical = false;       // along the arc between two styles instead of the straight line
  std::vector<BlendPart> timbre;   // columns 0..127: how the voice sounds
  std::vector<BlendPart> prosody;  // columns 128..255: its melody and pace

  bool operator==(const Blend&) const = default;
};

// Reads "a", "a(2)+b(1)-c", "a.4+b.6", "a*0.4+b*0.6", "0.4*a+0.6*b", "a:50,b:50", "a,b";
// "TIMBRE|PROSODY" with a mixture on each side; "spherical:" before any of them. A weight left out
// is 1; "-c" counts c negatively, which moves away from it. kInvalidArgument says what is wrong.
Result<Blend> ParseBlend(std::string_view expression);

// Brings a blend whose names were changed into its one form. kInvalidArgument where the weights of
// a mixture do not add up to a positive number.
Status Canonicalise(Blend& blend);

// The shortest spelling: "a", "a(2)+b(3)", "a|b", "spherical:a+b".
std::string BlendText(const Blend& blend);

}  // namespace litetts::model

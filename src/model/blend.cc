#include "model/blend.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace litetts::model {
namespace {

constexpr size_t kMaxParts = 16;
constexpr std::string_view kSpherical = "spherical:";
// Weights are decimals, so that a share is a quotient of integers: 2 and 3, .4 and .6, 40 and 60
// are then exactly the same.
constexpr double kUnit = 1e6;
constexpr double kMaxWeight = 1e6;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameCharacter(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Reads one mixture from left to right.
class MixtureParser {
 public:
  explicit MixtureParser(std::string_view text) : text_(text), rest_(text) {}

  Result<std::vector<BlendPart>> Parse() {
    std::vector<BlendPart> parts;
    bool is_negative = Take('-');
    for (;;) {
      LITETTS_ASSIGN_OR_RETURN(BlendPart part, ParsePart());
      if (is_negative) part.weight = -part.weight;
      parts.push_back(std::move(part));
      if (parts.size() > kMaxParts) {
        return InvalidArgument("a blend has at most ", kMaxParts, " voices");
      }
      SkipSpaces();
      if (rest_.empty()) return parts;
      is_negative = Take('-');
      if (!is_negative && !Take('+') && !Take(',')) return Wrong("'+', '-' or ',' is missing");
    }
  }

 private:
  Result<BlendPart> ParsePart() {
    SkipSpaces();
    BlendPart part;
    if (!rest_.empty() && (IsDigit(rest_[0]) || rest_[0] == '.')) {  // 0.4*name
      LITETTS_ASSIGN_OR_RETURN(part.weight, ParseWeight());
      if (!Take('*')) return Wrong("a number stands alone");
      SkipSpaces();
      part.name = TakeName();
    } else {
      part.name = TakeName();
      part.weight = static_cast<int64_t>(kUnit);
      SkipSpaces();
      if (Take('(')) {
        LITETTS_ASSIGN_OR_RETURN(part.weight, ParseWeight());
        if (!Take(')')) return Wrong("')' is missing");
      } else if (Take('*') || Take(':')) {
        LITETTS_ASSIGN_OR_RETURN(part.weight, ParseWeight());
      } else if (!rest_.empty() && rest_[0] == '.') {  // name.4
        LITETTS_ASSIGN_OR_RETURN(part.weight, ParseWeight());
      }
    }
    if (part.name.empty()) return Wrong("a voice is missing");
    return part;
  }

  Result<int64_t> ParseWeight() {
    SkipSpaces();
    double value = 0.0;
    const auto parsed =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, std::chars_format::fixed);
    if (parsed.ec != std::errc() || !std::isfinite(value) || std::abs(value) > kMaxWeight) {
      return Wrong("a weight is a number such as 2 or 0.5");
    }
    rest_.remove_prefix(static_cast<size_t>(parsed.ptr - rest_.data()));
    SkipSpaces();
    return static_cast<int64_t>(std::llround(value * kUnit));
  }

  std::string TakeName() {
    size_t size = 0;
    while (size < rest_.size() && IsNameCharacter(rest_[size])) ++size;
    const std::string name(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return name;
  }

  bool Take(char c) {
    SkipSpaces();
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void SkipSpaces() {
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
  }

  Status Wrong(std::string_view what) const {
    return InvalidArgument("voice '", text_.substr(0, 100), "': ", what, " at byte ",
                           text_.size() - rest_.size(),
                           "; write NAME, or a blend such as NAME(2)+NAME(1)");
  }

  std::string_view text_;
  std::string_view rest_;
};

Status CanonicaliseParts(std::vector<BlendPart>& parts) {
  std::ranges::sort(parts, {}, &BlendPart::name);
  std::vector<BlendPart> merged;
  for (BlendPart& part : parts) {
    if (!merged.empty() && merged.back().name == part.name) {
      merged.back().weight += part.weight;
    } else {
      merged.push_back(std::move(part));
    }
  }
  std::erase_if(merged, [](const BlendPart& part) { return part.weight == 0; });
  int64_t sum = 0;
  int64_t divisor = 0;
  for (const BlendPart& part : merged) {
    sum += part.weight;
    divisor = std::gcd(divisor, part.weight);
  }
  // Negative weights move away from a voice, but the sum must stay a style's size.
  if (sum <= 0) {
    return InvalidArgument("the weights of a blend add up to ", static_cast<double>(sum) / kUnit,
                           ", not to a positive number");
  }
  for (BlendPart& part : merged) part.weight /= divisor;
  parts = std::move(merged);
  return OkStatus();
}

std::string PartsText(const std::vector<BlendPart>& parts) {
  std::string text;
  for (const BlendPart& part : parts) {
    text += Concat(text.empty() ? "" : "+", part.name);
    if (part.weight != 1) text += Concat("(", part.weight, ")");
  }
  return text;
}

}  // namespace

Result<Blend> ParseBlend(std::string_view expression) {
  Blend blend;
  blend.is_spherical = expression.starts_with(kSpherical);
  if (blend.is_spherical) expression.remove_prefix(kSpherical.size());
  const size_t bar = expression.find('|');
  LITETTS_ASSIGN_OR_RETURN(blend.timbre, MixtureParser(expression.substr(0, bar)).Parse());
  blend.prosody = blend.timbre;
  if (bar != std::string_view::npos) {
    LITETTS_ASSIGN_OR_RETURN(blend.prosody, MixtureParser(expression.substr(bar + 1)).Parse());
  }
  LITETTS_RETURN_IF_ERROR(Canonicalise(blend));
  return blend;
}

Status Canonicalise(Blend& blend) {
  LITETTS_RETURN_IF_ERROR(CanonicaliseParts(blend.timbre));
  LITETTS_RETURN_IF_ERROR(CanonicaliseParts(blend.prosody));
  if (blend.timbre.size() == 1 && blend.prosody.size() == 1) blend.is_spherical = false;
  for (const std::vector<BlendPart>* parts : {&blend.timbre, &blend.prosody}) {
    for (const BlendPart& part : *parts) {
      if (blend.is_spherical && part.weight < 0) {
        return InvalidArgument("a spherical blend has no negative weights");
      }
    }
  }
  return OkStatus();
}

std::string BlendText(const Blend& blend) {
  std::string text = Concat(blend.is_spherical ? kSpherical : "", PartsText(blend.timbre));
  if (blend.prosody != blend.timbre) text += Concat("|", PartsText(blend.prosody));
  return text;
}

}  // namespace litetts::model

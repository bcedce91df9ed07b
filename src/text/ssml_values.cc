#include "text/ssml_values.h"

#include <cmath>
#include <span>
#include <utility>

#include "text/code_point.h"

namespace litetts::text {
namespace {

using Named = std::pair<std::string_view, double>;

// Where the standard gives names without figures these are ours.
constexpr Named kStrengths[] = {{"none", 0.0},   {"x-weak", 0.1},  {"weak", 0.2},
                                {"medium", 0.4}, {"strong", 0.75}, {"x-strong", 1.25}};
constexpr Named kRates[] = {{"x-slow", 0.5}, {"slow", 0.75},   {"medium", 1.0},
                            {"fast", 1.25},  {"x-fast", 1.75}, {"default", 1.0}};
constexpr Named kPitches[] = {{"x-low", -4.0}, {"low", -2.0},   {"medium", 0.0},
                              {"high", 2.0},   {"x-high", 4.0}, {"default", 0.0}};
constexpr Named kVolumesDecibels[] = {{"x-soft", -12.0}, {"soft", -6.0}, {"medium", 0.0},
                                      {"default", 0.0},  {"loud", 4.0},  {"x-loud", 8.0}};

std::string_view Trimmed(std::string_view value) {
  while (!value.empty() && IsAsciiSpace(value.front())) value.remove_prefix(1);
  while (!value.empty() && IsAsciiSpace(value.back())) value.remove_suffix(1);
  return value;
}

std::optional<double> Find(std::span<const Named> names, std::string_view value) {
  for (const auto& [name, number] : names) {
    if (name == value) return number;
  }
  return std::nullopt;
}

struct Quantity {
  double value = 0.0;
  bool has_sign = false;
  std::string_view unit;
};

std::optional<Quantity> ParseQuantity(std::string_view text) {
  text = Trimmed(text);
  Quantity quantity;
  quantity.has_sign = !text.empty() && (text.front() == '+' || text.front() == '-');
  const bool is_negative = quantity.has_sign && text.front() == '-';
  if (quantity.has_sign) text.remove_prefix(1);
  size_t size = 0;
  while (size < text.size() && (IsAsciiDigit(text[size]) || text[size] == '.')) ++size;
  const std::optional<double> value = ParseDecimal(text.substr(0, size));
  if (!value) return std::nullopt;
  quantity.value = is_negative ? -*value : *value;
  quantity.unit = Trimmed(text.substr(size));
  return quantity;
}

double Factor(double decibels) { return std::pow(10.0, decibels / 20.0); }

bool IsDecibels(std::string_view unit) { return unit == "dB" || unit == "db" || unit == "DB"; }

}  // namespace

std::optional<double> ParseSeconds(std::string_view value) {
  const std::optional<Quantity> quantity = ParseQuantity(value);
  if (!quantity || quantity->value < 0.0) return std::nullopt;
  if (quantity->unit == "s") return quantity->value;
  if (quantity->unit == "ms") return quantity->value / 1000.0;
  return std::nullopt;
}

std::optional<double> ParseStrength(std::string_view value) {
  return Find(kStrengths, Trimmed(value));
}

std::optional<double> ParseRate(std::string_view value) {
  if (const auto named = Find(kRates, Trimmed(value))) return named;
  const std::optional<Quantity> quantity = ParseQuantity(value);
  if (!quantity) return std::nullopt;
  double rate = quantity->value;
  if (quantity->unit == "%") {
    rate = quantity->has_sign ? 1.0 + rate / 100.0 : rate / 100.0;
  } else if (!quantity->unit.empty() || quantity->has_sign) {
    return std::nullopt;
  }
  if (!(rate > 0.0)) return std::nullopt;
  return rate;
}

std::optional<double> ParsePitch(std::string_view value) {
  if (const auto named = Find(kPitches, Trimmed(value))) return named;
  const std::optional<Quantity> quantity = ParseQuantity(value);
  if (!quantity || !quantity->has_sign) return std::nullopt;
  if (quantity->unit == "st") return quantity->value;
  if (quantity->unit != "%" || quantity->value <= -100.0) return std::nullopt;
  return 12.0 * std::log2(1.0 + quantity->value / 100.0);
}

std::optional<double> ParseVolume(std::string_view value) {
  if (Trimmed(value) == "silent") return 0.0;
  if (const auto named = Find(kVolumesDecibels, Trimmed(value))) return Factor(*named);
  const std::optional<Quantity> quantity = ParseQuantity(value);
  if (!quantity) return std::nullopt;
  if (IsDecibels(quantity->unit)) return Factor(quantity->value);
  if (quantity->unit == "%" && quantity->has_sign && quantity->value >= -100.0) {
    return 1.0 + quantity->value / 100.0;
  }
  const bool is_share = quantity->unit == "%" || quantity->unit.empty();
  if (!is_share || quantity->has_sign || quantity->value > 100.0) return std::nullopt;
  return quantity->value / 100.0;
}

std::optional<double> ParseDecibels(std::string_view value) {
  const std::optional<Quantity> quantity = ParseQuantity(value);
  if (!quantity || !IsDecibels(quantity->unit)) return std::nullopt;
  return quantity->value;
}

std::optional<double> ParseCount(std::string_view value) {
  const std::optional<Quantity> quantity = ParseQuantity(value);
  if (!quantity || quantity->value < 0.0 || !quantity->unit.empty()) return std::nullopt;
  return quantity->value;
}

}  // namespace litetts::text

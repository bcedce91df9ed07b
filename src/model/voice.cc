#include "model/voice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "model/blend.h"

namespace litetts::model {
namespace {

constexpr size_t kHalf = kStyleColumns / 2;

struct WeightedRows {
  std::span<const float> rows;  // [510, 256]
  double weight = 0.0;
};

struct Language {
  char letter;
  std::string_view code;
  std::string_view description;
  std::string_view flag;
};
constexpr Language kLanguages[] = {
    {'a', "en-us", "American English", "🇺🇸"},
    {'b', "en-gb", "British English", "🇬🇧"},
    {'e', "es", "Spanish", "🇪🇸"},
    {'f', "fr-fr", "French", "🇫🇷"},
    {'h', "hi", "Hindi", "🇮🇳"},
    {'i', "it", "Italian", "🇮🇹"},
    {'j', "ja", "Japanese", "🇯🇵"},
    {'p', "pt-br", "Brazilian Portuguese", "🇧🇷"},
    {'z', "zh", "Mandarin Chinese", "🇨🇳"},
};

// The mean of `rows` [510 * 256 each] by weight, in the columns of one half.
void MixLinear(std::span<const WeightedRows> parts, double total, size_t begin,
               std::span<float> out) {
  for (size_t row = 0; row < kStyleRows; ++row) {
    for (size_t i = row * kStyleColumns + begin; i < row * kStyleColumns + begin + kHalf; ++i) {
      double sum = 0.0;
      for (const WeightedRows& part : parts) {
        sum += part.weight / total * static_cast<double>(part.rows[i]);
      }
      out[i] = static_cast<float>(sum);
    }
  }
}

// From one voice to the next along the arc between their styles, each step as far as the voice's
// share of what was mixed so far; lengths are mixed linearly.
void MixSpherical(std::span<const WeightedRows> parts, size_t begin, std::span<float> out) {
  std::array<double, kHalf> mean;
  for (size_t row = 0; row < kStyleRows; ++row) {
    const size_t at = row * kStyleColumns + begin;
    std::copy_n(parts[0].rows.data() + at, kHalf, mean.begin());
    double weight = parts[0].weight;
    for (const WeightedRows& part : parts.subspan(1)) {
      weight += part.weight;
      const double share = part.weight / weight;
      const float* next = part.rows.data() + at;
      double dot = 0.0, mean_square = 0.0, next_square = 0.0;
      for (size_t i = 0; i < kHalf; ++i) {
        const auto x = static_cast<double>(next[i]);
        dot += mean[i] * x;
        mean_square += mean[i] * mean[i];
        next_square += x * x;
      }
      const double lengths = std::sqrt(mean_square * next_square);
      const double angle = lengths > 0 ? std::acos(std::clamp(dot / lengths, -1.0, 1.0)) : 0.0;
      // Nearly parallel or opposite: there is no arc, or no one arc; the line is as good.
      const bool has_arc = angle > 1e-4 && angle < 3.1415;
      const double length_ratio = has_arc ? std::sqrt(next_square / mean_square) : 1.0;
      const double length = 1.0 + share * (length_ratio - 1.0);
      const double a =
          has_arc ? std::sin((1 - share) * angle) / std::sin(angle) * length : 1 - share;
      const double b =
          has_arc ? std::sin(share * angle) / std::sin(angle) * length / length_ratio : share;
      for (size_t i = 0; i < kHalf; ++i) mean[i] = a * mean[i] + b * static_cast<double>(next[i]);
    }
    std::ranges::transform(mean, out.begin() + static_cast<std::ptrdiff_t>(at),
                           [](double x) { return static_cast<float>(x); });
  }
}

}  // namespace

VoiceInfo DescribeVoice(std::string_view name) {
  VoiceInfo info{std::string(name), "und", "unknown language", "unknown", "🏳"};
  if (name.size() < 3 || name[2] != '_') return info;
  const Language* language = std::ranges::find(kLanguages, name[0], &Language::letter);
  if (language == std::end(kLanguages)) return info;
  info.language = language->code;
  info.description = language->description;
  info.flag = language->flag;
  info.gender = name[1] == 'f' ? "female" : name[1] == 'm' ? "male" : "unknown";
  return info;
}

std::span<const float> Voice::StyleRow(size_t num_symbols) const {
  const size_t row = std::clamp<size_t>(num_symbols, 1, kStyleRows) - 1;
  return rows_.subspan(row * kStyleColumns, kStyleColumns);
}

Result<VoiceTable> VoiceTable::Open(const std::string& path) {
  LITETTS_ASSIGN_OR_RETURN(TensorFile file, TensorFile::Open(path));
  Result<VoiceTable> table = FromFile(std::move(file));
  if (!table.ok())
    return Status(table.status().code(), Concat("'", path, "': ", table.status().message()));
  return table;
}

Result<VoiceTable> VoiceTable::FromFile(TensorFile file) {
  if (file.Metadata("format") != kVoicesFormat) {
    return InvalidArgument("not a voices file: its format is '", file.Metadata("format"),
                           "', not '", kVoicesFormat, "'");
  }
  if (file.Metadata("format_version") != kVoicesFormatVersion) {
    return InvalidArgument("voices file version '", file.Metadata("format_version"), "' is not ",
                           kVoicesFormatVersion, "; import the voices again");
  }
  VoiceTable table(std::move(file));
  constexpr std::array<size_t, 2> kShape = {kStyleRows, kStyleColumns};
  for (const Tensor& tensor : table.file_.tensors()) {
    LITETTS_RETURN_IF_ERROR(table.file_.Get(tensor.name, DataType::kF32, kShape).status());
    table.infos_.push_back(DescribeVoice(tensor.name));
  }
  return table;
}

std::optional<Voice> VoiceTable::Find(std::string_view name) const {
  const Tensor* tensor = file_.Find(name);
  if (tensor == nullptr) return std::nullopt;
  return Voice(tensor->As<float>());
}

Status VoiceTable::UnknownVoice(std::string_view name) const {
  std::string known;
  for (const VoiceInfo& info : infos_) known += (known.empty() ? "" : " ") + info.name;
  return NotFound("voice '", name.substr(0, 64), "' is unknown; known: ", known);
}

Result<Voice> VoiceTable::Resolve(std::string_view expression, const BlendStore* saved) const {
  // A name with a '-' is a voice before it is a difference.
  if (const Tensor* tensor = file_.Find(expression)) return Voice(tensor->As<float>());
  LITETTS_ASSIGN_OR_RETURN(const Blend blend, ParseBlend(expression));
  std::vector<Voice> resolved;  // saved blends among the parts
  resolved.reserve(blend.timbre.size() + blend.prosody.size());
  std::vector<WeightedRows> timbre;
  std::vector<WeightedRows> prosody;
  for (const bool is_timbre : {true, false}) {
    for (const BlendPart& part : is_timbre ? blend.timbre : blend.prosody) {
      WeightedRows rows{{}, static_cast<double>(part.weight)};
      if (const Tensor* tensor = file_.Find(part.name)) {
        rows.rows = tensor->As<float>();
      } else {
        const std::optional<SavedBlend> found = saved ? saved->Find(part.name) : std::nullopt;
        if (!found) return UnknownVoice(part.name);
        // Of voices only: what is saved cannot name what is saved.
        LITETTS_ASSIGN_OR_RETURN(Voice voice, Resolve(found->voice));
        resolved.push_back(std::move(voice));
        rows.rows = resolved.back().rows();
      }
      (is_timbre ? timbre : prosody).push_back(rows);
    }
  }
  const bool is_one = timbre.size() == 1 && prosody.size() == 1;
  if (is_one && timbre[0].rows.data() == prosody[0].rows.data() && resolved.empty()) {
    return Voice(timbre[0].rows);
  }
  std::vector<float> mixed(kStyleRows * kStyleColumns);
  for (const bool is_timbre : {true, false}) {
    const std::vector<WeightedRows>& parts = is_timbre ? timbre : prosody;
    double total = 0.0;
    for (const WeightedRows& part : parts) total += part.weight;
    if (blend.is_spherical) {
      MixSpherical(parts, is_timbre ? 0 : kHalf, mixed);
    } else {
      MixLinear(parts, total, is_timbre ? 0 : kHalf, mixed);
    }
  }
  if (!std::ranges::all_of(mixed, [](float x) { return std::isfinite(x); })) {
    return InvalidArgument("the weights of the blend are too large");
  }
  return Voice(std::move(mixed));
}

}  // namespace litetts::model

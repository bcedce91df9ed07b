#include "model/voice.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace litetts::model {
namespace {

constexpr size_t kMaxParts = 16;

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

// One term of a blend.
struct Part {
  std::string_view name;
  double weight = 1.0;
};

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

Result<Part> ParsePart(std::string_view text) {
  text = Trim(text);
  Part part{text};
  if (const size_t open = text.find('('); open != std::string_view::npos) {
    const std::string_view number = Trim(text.substr(open + 1, text.size() - open - 2));
    const char* end = number.data() + number.size();
    const auto parsed = std::from_chars(number.data(), end, part.weight);
    if (text.back() != ')' || number.empty() || parsed.ec != std::errc() || parsed.ptr != end ||
        !std::isfinite(part.weight)) {
      return InvalidArgument("voice '", text, "': write a weight as NAME(2) or NAME(0.5)");
    }
    part.name = Trim(text.substr(0, open));
  }
  if (part.name.empty())
    return InvalidArgument("a blend of voices names a voice beside each '+' or ','");
  return part;
}

Result<std::vector<Part>> ParseBlend(std::string_view expression) {
  std::vector<Part> parts;
  for (;;) {
    const size_t end = std::min(expression.find_first_of("+,"), expression.size());
    LITETTS_ASSIGN_OR_RETURN(const Part part, ParsePart(expression.substr(0, end)));
    parts.push_back(part);
    if (parts.size() > kMaxParts)
      return InvalidArgument("a blend has at most ", kMaxParts, " voices");
    if (end == expression.size()) return parts;
    expression.remove_prefix(end + 1);
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

Result<Voice> VoiceTable::Resolve(std::string_view expression) const {
  LITETTS_ASSIGN_OR_RETURN(const std::vector<Part> parts, ParseBlend(expression));
  double total = 0.0;
  for (const Part& part : parts) {
    if (file_.Find(part.name) == nullptr) return UnknownVoice(part.name);
    total += part.weight;
  }
  if (parts.size() == 1) return Voice(file_.Find(parts[0].name)->As<float>());
  // Negative weights move away from a voice, but the sum must stay a style's size.
  if (!(total > 1e-3 && std::isfinite(total))) {
    return InvalidArgument("the weights of a blend add up to ", total,
                           ", not to a positive number");
  }
  std::vector<double> sums(kStyleRows * kStyleColumns, 0.0);
  for (const Part& part : parts) {
    const std::span<const float> rows = file_.Find(part.name)->As<float>();
    for (size_t i = 0; i < sums.size(); ++i)
      sums[i] += part.weight / total * static_cast<double>(rows[i]);
  }
  std::vector<float> blend(sums.size());
  std::ranges::transform(sums, blend.begin(), [](double sum) { return static_cast<float>(sum); });
  for (const float value : blend) {
    if (!std::isfinite(value)) return InvalidArgument("the weights of the blend are too large");
  }
  return Voice(std::move(blend));
}

}  // namespace litetts::model

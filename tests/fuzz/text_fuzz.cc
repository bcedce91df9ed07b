// The whole text side on any bytes: tokens stay in order and inside the text, what is spoken has no
// digit, and every chunk is something that the network takes. Needs
// the English data of HomeFolder(); without it there is nothing to run.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/file.h"
#include "model/vocabulary.h"
#include "text/frontend.h"

namespace {

using litetts::text::Analysis;
using litetts::text::Chunk;
using litetts::text::Frontend;
using litetts::text::TextOptions;
using litetts::text::Token;

const std::optional<Frontend>& LoadedFrontend() {
  static const std::optional<Frontend> kFrontend = []() -> std::optional<Frontend> {
    auto frontend = Frontend::Load(litetts::HomeFolder() + "/english.safetensors");
    if (!frontend.ok()) return std::nullopt;
    return std::move(*frontend);
  }();
  return kFrontend;
}

void CheckAnalysis(const Analysis& analysis, size_t size) {
  LITETTS_CHECK(analysis.spoken.find_first_of("0123456789*_`#~<>|[]{}@^\\=") == std::string::npos);
  size_t end = 0;
  for (const Chunk& chunk : analysis.chunks) {
    LITETTS_CHECK(!chunk.ids.empty() && chunk.ids.size() <= litetts::model::kMaxTokens);
    for (const int32_t id : chunk.ids) {
      LITETTS_CHECK(id > litetts::model::kPadId && id < litetts::model::kVocabularySize);
    }
    for (const Token& token : chunk.tokens) {
      LITETTS_CHECK(token.begin <= token.end && token.end <= size && token.end >= end);
      end = token.end;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::optional<Frontend>& frontend = LoadedFrontend();
  if (!frontend) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  TextOptions options;
  options.markup = size % 3 != 0;
  options.locale = size % 7 < 3 ? litetts::text::Locale::kEnGb : litetts::text::Locale::kEnUs;
  const auto analysis = frontend->Analyse(text, options);
  LITETTS_CHECK(analysis.ok());
  CheckAnalysis(*analysis, size);
  return 0;
}

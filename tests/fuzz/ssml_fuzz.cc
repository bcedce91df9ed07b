// SSML on any bytes: offsets stay in order and inside the document, styles exist, no digit is left
// of what is spoken (the sanitizers watch the rest).
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "text/ssml.h"

namespace {

using litetts::Result;
using litetts::text::Clip;
using litetts::text::Locale;

class FuzzHost : public litetts::text::SsmlHost {
 public:
  Result<std::string> FindVoice(std::string_view name, std::string_view, Locale) const override {
    if (name.size() % 2 == 1) return litetts::NotFound("odd");
    return std::string(name);
  }
  Locale LocaleOf(std::string_view voice) const override {
    return voice.size() % 4 == 0 ? Locale::kEnUs : Locale::kEnGb;
  }
  Result<Clip> LoadClip(const litetts::text::ClipRequest& request) const override {
    if (request.source.size() % 2 == 1) return litetts::NotFound("odd");
    return std::make_shared<const std::vector<float>>(10);
  }
  Result<std::string> LoadLexicon(std::string_view source) const override {
    return std::string(source);
  }
  bool HasBackground(std::string_view type) const override { return type.size() % 2 == 0; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view xml(reinterpret_cast<const char*>(data), size);
  const FuzzHost host;
  litetts::text::TextOptions options;
  options.host = &host;
  options.locale = size % 2 == 0 ? Locale::kEnUs : Locale::kEnGb;
  litetts::text::LooksLikeSsml(xml);
  litetts::text::SsmlContent(xml);
  auto document = litetts::text::ReadSsml(xml, options);
  if (!document.ok()) return 0;
  for (const auto& bookmark : document->bookmarks) LITETTS_CHECK(bookmark.byte <= size);
  for (const auto& style : document->styles) {
    LITETTS_CHECK(style.background < static_cast<int>(document->backgrounds.size()));
  }
  for (auto& part : document->parts) {
    size_t end = 0;
    const auto spoken =
        Normalise(xml, std::move(part.clean), part.spans, {.locale = part.locale, .markup = false});
    for (const litetts::text::Segment& segment : spoken.segments) {
      LITETTS_CHECK(end <= segment.begin && segment.begin <= segment.end && segment.end <= size);
      LITETTS_CHECK(segment.style < document->styles.size());
      LITETTS_CHECK(segment.spoken.find_first_of("0123456789") == std::string_view::npos);
      end = segment.end;
    }
  }
  return 0;
}

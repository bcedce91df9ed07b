// Cleaning, speech mark-up and the normaliser on any bytes: offsets stay in order and inside the
// text, no digit is left, and nothing is read beyond the input (the sanitizers watch that).
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "text/normalise.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using litetts::text::NormaliseOptions;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  NormaliseOptions options;
  options.markup = size % 3 != 0;
  options.cleaning.name_emoji = size % 2 == 0;
  options.cleaning.shorten_urls = size % 5 != 0;
  options.locale = size % 7 < 3 ? litetts::text::Locale::kEnGb : litetts::text::Locale::kEnUs;
  size_t end = 0;
  for (const litetts::text::Segment& segment : Normalise(text, options).segments) {
    LITETTS_CHECK(end <= segment.begin && segment.begin <= segment.end && segment.end <= size);
    LITETTS_CHECK(segment.spoken.find_first_of("0123456789") == std::string_view::npos);
    end = segment.end;
  }
  return 0;
}

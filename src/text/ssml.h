#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/clean.h"
#include "text/frontend.h"
#include "text/normalise.h"

namespace litetts::text {

inline constexpr size_t kMaxSsmlBytes = size_t{1} << 20;
inline constexpr size_t kMaxSsmlDepth = 32;
inline constexpr size_t kMaxSsmlElements = 20'000;
inline constexpr size_t kMaxSsmlAttributes = 16;  // of one element
inline constexpr size_t kMaxSsmlAttributeBytes = 1024;
inline constexpr size_t kMaxSsmlStyles = 1000;
inline constexpr size_t kMaxSsmlBackgrounds = 16;
inline constexpr size_t kMaxSsmlClips = 32;
inline constexpr size_t kMaxSsmlLexicons = 4;
inline constexpr size_t kMaxSsmlBookmarks = 10'000;
inline constexpr double kMaxBreakSeconds = 60.0;

// A stretch in one accent: what Clean() is for plain text. Its offsets and those of its segments
// are bytes of the document.
struct SsmlPart {
  Locale locale = Locale::kEnUs;
  CleanText clean;
  std::vector<StyleSpan> spans;
};

struct SsmlDocument {
  std::vector<SsmlPart> parts;
  std::vector<SpeechStyle> styles;  // the first is that of the request
  std::vector<Background> backgrounds;
  std::vector<Bookmark> bookmarks;
  std::vector<std::string> ignored;  // Analysis::ignored_markup
  std::vector<std::shared_ptr<const UserLexicon>> lexicons;
};

// Reads SSML (docs/ssml.md). Lenient: what it does not know is reported, its words are kept.
// kInvalidArgument for what is no XML, has a document type or is beyond the limits above.
Result<SsmlDocument> ReadSsml(std::string_view xml, const TextOptions& options);

// Whether a text that may be SSML is: it begins with "<speak" after spaces, a byte order mark, an
// XML declaration and comments.
bool LooksLikeSsml(std::string_view text);

// The characters of a stretch of SSML, without tags and entities.
std::string SsmlContent(std::string_view xml);

// An attribute's value or a stretch of text with its entities as what they stand for.
std::string DecodeXml(std::string_view text);

}  // namespace litetts::text

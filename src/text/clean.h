#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/markup.h"
#include "text/normalise.h"
#include "text/offset_map.h"

namespace litetts::text {

// Signs of the cleaned text that no input can contain, since controls are taken out of it.
inline constexpr char kObjectSign = '\x01';     // stands for a mark that has no letters: see Mark
inline constexpr char kParagraphSign = '\x1e';  // end of a paragraph, heading, list item, table row

struct CleanText {
  std::string text;  // UTF-8, composed, without HTML, Markdown and speech mark-up
  OffsetMap offsets;
  std::vector<Mark> marks;  // by position in `text`
  std::vector<std::string> warnings;
};

// Any bytes. Linear in their number.
CleanText Clean(std::string_view original, const NormaliseOptions& options);

// The text of an XML document: characters are cleaned, no other mark-up is looked for, line breaks
// are spaces. `has_entities` where "&amp;" stands for a sign.
CleanText CleanXmlText(std::string_view text, bool has_entities, const NormaliseOptions& options);

}  // namespace litetts::text

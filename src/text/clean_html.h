#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace litetts::text {

struct HtmlTag {
  size_t size = 0;              // bytes from '<' to '>'
  bool ends_paragraph = false;  // <p>, <br>, <li>, ...
  std::string_view raw_name;  // <script> or <style>: the text up to its end tag is not for readers
};
// The tag or comment at `pos` (a '<'); nothing if it is a sign of comparison or an unknown name.
std::optional<HtmlTag> ParseHtmlTag(std::string_view text, size_t pos);

struct HtmlEntity {
  std::string text;
  size_t size = 0;
};
// The entity at `pos` (an '&'): "&amp;", "&#39;", "&#x27;".
std::optional<HtmlEntity> ParseHtmlEntity(std::string_view text, size_t pos);

}  // namespace litetts::text

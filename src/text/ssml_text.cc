#include <algorithm>
#include <optional>

#include "text/clean_html.h"
#include "text/ssml.h"
#include "text/unicode.h"

namespace litetts::text {

std::string DecodeXml(std::string_view text) {
  std::string out;
  for (size_t pos = 0; pos < text.size();) {
    if (text[pos] == '&') {
      if (const auto entity = ParseHtmlEntity(text, pos)) {
        out += entity->text;
        pos += entity->size;
        continue;
      }
    }
    out += text[pos++];
  }
  return out;
}

bool LooksLikeSsml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    std::string_view end;
    if (text.starts_with("<?xml")) {
      end = "?>";
    } else if (text.starts_with("<!--")) {
      end = "-->";
    } else if (text.starts_with("<!DOCTYPE speak")) {
      return true;
    } else {
      break;
    }
    const size_t at = text.find(end);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + end.size());
  }
  constexpr std::string_view kRoot = "<speak";
  return text.starts_with(kRoot) && text.size() > kRoot.size() &&
         std::string_view(" \t\r\n>/").find(text[kRoot.size()]) != std::string_view::npos;
}

std::string SsmlContent(std::string_view xml) {
  std::string out;
  for (size_t pos = 0; pos < xml.size();) {
    const bool is_cdata = xml.substr(pos).starts_with("<![CDATA[");
    if (is_cdata) {
      const size_t end = std::min(xml.find("]]>", pos), xml.size());
      out += xml.substr(pos + 9, end - std::min(end, pos + 9));
      pos = std::min(end + 3, xml.size());
    } else if (xml[pos] == '<') {
      const bool is_comment = xml.substr(pos).starts_with("<!--");
      const size_t end = xml.find(is_comment ? "-->" : ">", pos);
      if (end == std::string_view::npos) break;
      pos = end + (is_comment ? 3 : 1);
    } else {
      const size_t end = std::min(xml.find('<', pos), xml.size());
      out += DecodeXml(xml.substr(pos, end - pos));
      pos = end;
    }
  }
  return RepairUtf8(out);
}

}  // namespace litetts::text

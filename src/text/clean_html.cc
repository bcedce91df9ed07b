#include "text/clean_html.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "text/code_point.h"

namespace litetts::text {
namespace {

constexpr size_t kLongestTag = 2000;
constexpr size_t kLongestEntity = 12;

constexpr std::array<std::string_view, 27> kBlockTags = {
    "address", "article", "blockquote", "br",  "dd",      "div",   "dl", "dt",     "figure",
    "footer",  "h1",      "h2",         "h3",  "h4",      "h5",    "h6", "header", "hr",
    "li",      "ol",      "p",          "pre", "section", "table", "td", "tr",     "ul"};
constexpr std::array<std::string_view, 49> kInlineTags = {
    "a",    "abbr",  "aside",   "audio", "b",      "body", "button", "caption", "center", "cite",
    "code", "del",   "details", "em",    "font",   "form", "head",   "html",    "i",      "iframe",
    "img",  "input", "ins",     "kbd",   "label",  "link", "main",   "mark",    "meta",   "nav",
    "q",    "s",     "samp",    "small", "source", "span", "strike", "strong",  "sub",    "summary",
    "sup",  "svg",   "tbody",   "th",    "thead",  "time", "tt",     "u",       "video"};
constexpr std::array<std::string_view, 3> kRawTags = {"script", "style", "title"};

template <size_t kSize>
bool Contains(const std::array<std::string_view, kSize>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Where a tag whose name ends at `pos` closes, behind its '>'; 0 if what follows are not
// attributes.
size_t EndOfAttributes(std::string_view text, size_t pos) {
  const size_t limit = std::min(text.size(), pos + kLongestTag);
  bool is_attribute = false;  // something with '=' was seen
  bool has_other = false;
  char quote = 0;
  for (; pos < limit; ++pos) {
    const char c = text[pos];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '>') return !has_other || is_attribute ? pos + 1 : 0;
    if (c == '<') return 0;
    if (c == '=') is_attribute = true;
    if ((c == '"' || c == '\'') && is_attribute) quote = c;
    if (!IsAsciiSpace(c) && c != '/') has_other = true;
  }
  return 0;
}

std::optional<HtmlTag> ParseComment(std::string_view text, size_t pos) {
  const size_t end = text.substr(pos, kLongestTag).find(text[pos + 1] == '!' ? "-->" : "?>");
  if (end == std::string_view::npos) return std::nullopt;
  return HtmlTag{end + (text[pos + 1] == '!' ? 3u : 2u), false, {}};
}

const std::unordered_map<std::string_view, std::string_view>& NamedEntities() {
  static const std::unordered_map<std::string_view, std::string_view> kNames = {
      {"amp", "&"},    {"lt", "<"},     {"gt", ">"},     {"quot", "\""},  {"apos", "'"},
      {"nbsp", " "},   {"ensp", " "},   {"emsp", " "},   {"thinsp", " "}, {"shy", ""},
      {"copy", "©"},   {"reg", "®"},    {"trade", "™"},  {"hellip", "…"}, {"mdash", "—"},
      {"ndash", "–"},  {"lsquo", "'"},  {"rsquo", "'"},  {"ldquo", "“"},  {"rdquo", "”"},
      {"laquo", "“"},  {"raquo", "”"},  {"bull", "•"},   {"middot", "·"}, {"deg", "°"},
      {"plusmn", "±"}, {"times", "×"},  {"divide", "÷"}, {"minus", "−"},  {"frac12", "½"},
      {"frac14", "¼"}, {"frac34", "¾"}, {"sup1", "¹"},   {"sup2", "²"},   {"sup3", "³"},
      {"cent", "¢"},   {"pound", "£"},  {"euro", "€"},   {"yen", "¥"},    {"sect", "§"},
      {"para", "¶"},   {"micro", "µ"},  {"ne", "≠"},     {"le", "≤"},     {"ge", "≥"},
      {"asymp", "≈"},  {"infin", "∞"},  {"radic", "√"},  {"pi", "π"},     {"alpha", "α"},
      {"beta", "β"},   {"gamma", "γ"},  {"delta", "δ"},  {"omega", "ω"},  {"mu", "μ"},
      {"rarr", "→"},   {"larr", "←"},   {"iexcl", "¡"},  {"iquest", "¿"}, {"eacute", "é"},
      {"egrave", "è"}, {"agrave", "à"}, {"aacute", "á"}, {"acirc", "â"},  {"ecirc", "ê"},
      {"ocirc", "ô"},  {"ccedil", "ç"}, {"ntilde", "ñ"}, {"ouml", "ö"},   {"uuml", "ü"},
      {"auml", "ä"},   {"szlig", "ß"},  {"oacute", "ó"}, {"uacute", "ú"}, {"iacute", "í"},
      {"oslash", "ø"}, {"aring", "å"},  {"aelig", "æ"},  {"zwnj", ""},    {"zwj", ""},
  };
  return kNames;
}

}  // namespace

std::optional<HtmlTag> ParseHtmlTag(std::string_view text, size_t pos) {
  if (pos + 2 >= text.size()) return std::nullopt;
  if (text.substr(pos, 4) == "<!--" || text[pos + 1] == '?') return ParseComment(text, pos);
  size_t name_begin = pos + 1;
  if (text[name_begin] == '/' || text[name_begin] == '!') ++name_begin;
  size_t name_end = name_begin;
  while (name_end < text.size() && name_end < name_begin + 16 && IsAsciiAlnum(text[name_end])) {
    ++name_end;
  }
  const std::string name = AsciiLower(text.substr(name_begin, name_end - name_begin));
  HtmlTag tag;
  const auto* const raw = std::find(kRawTags.begin(), kRawTags.end(), name);
  if (Contains(kBlockTags, name)) {
    tag.ends_paragraph = true;
  } else if (raw != kRawTags.end()) {
    if (text[pos + 1] != '/') tag.raw_name = *raw;
  } else if (!Contains(kInlineTags, name) && name != "doctype") {
    return std::nullopt;
  }
  const size_t end = name == "doctype" ? text.substr(0, pos + 200).find('>', pos) + 1
                                       : EndOfAttributes(text, name_end);
  if (end == 0) return std::nullopt;
  tag.size = end - pos;
  return tag;
}

std::optional<HtmlEntity> ParseHtmlEntity(std::string_view text, size_t pos) {
  const size_t end = text.substr(0, pos + kLongestEntity).find(';', pos);
  if (end == std::string_view::npos || end < pos + 3) return std::nullopt;
  std::string_view name = text.substr(pos + 1, end - pos - 1);
  HtmlEntity entity;
  entity.size = end + 1 - pos;
  if (name[0] != '#') {
    const auto found = NamedEntities().find(name);
    if (found == NamedEntities().end()) return std::nullopt;
    entity.text = std::string(found->second);
    return entity;
  }
  name.remove_prefix(1);
  const bool is_hex = name[0] == 'x' || name[0] == 'X';
  if (is_hex) name.remove_prefix(1);
  if (name.empty()) return std::nullopt;
  char32_t value = 0;
  for (const char c : name) {
    const char lower = IsAsciiUpper(c) ? static_cast<char>(c + 32) : c;
    char32_t digit = 0;
    if (IsAsciiDigit(c)) {
      digit = static_cast<char32_t>(c - '0');
    } else if (is_hex && lower >= 'a' && lower <= 'f') {
      digit = static_cast<char32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
    value = value * (is_hex ? 16 : 10) + digit;
    if (value > 0x10FFFF) return std::nullopt;
  }
  if (value >= 0xD800 && value <= 0xDFFF) return std::nullopt;
  AppendUtf8(value, entity.text);
  return entity;
}

}  // namespace litetts::text

#include "text/clean_markdown.h"

#include "text/code_point.h"

namespace litetts::text {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

size_t CountRun(std::string_view text, size_t pos, char c) {
  size_t count = 0;
  while (pos + count < text.size() && text[pos + count] == c) ++count;
  return count;
}

// A line of only `-`, `*`, `_`, `=`, or of `|`, `:`, `-` (under a table's head), at least three.
bool IsRule(std::string_view line) {
  if (line.size() > 1000) return false;
  size_t signs = 0;
  bool has_bar = false;
  char first = 0;
  for (const char c : line) {
    if (IsBlank(c)) continue;
    if (c == '|' || c == ':') {
      has_bar = true;
      continue;
    }
    if (c != '-' && c != '*' && c != '_' && c != '=') return false;
    if (first == 0) first = c;
    if (c != first) return false;
    ++signs;
  }
  return signs >= 3 && (!has_bar || first == '-');
}

bool IsTaskBox(std::string_view text, size_t pos) {
  return pos + 3 < text.size() && text[pos] == '[' && text[pos + 2] == ']' &&
         text[pos + 3] == ' ' &&
         (text[pos + 1] == ' ' || text[pos + 1] == 'x' || text[pos + 1] == 'X');
}

}  // namespace

size_t EndOfLine(std::string_view text, size_t pos) {
  const size_t end = text.find_first_of("\n\r", pos);
  return end == std::string_view::npos ? text.size() : end;
}

size_t AfterLineBreak(std::string_view text, size_t pos) {
  if (pos >= text.size()) return pos;
  return pos + (text[pos] == '\r' && pos + 1 < text.size() && text[pos + 1] == '\n' ? 2 : 1);
}

MarkdownLine ParseMarkdownLine(std::string_view text, size_t pos) {
  using Type = MarkdownLine::Type;
  const size_t begin = pos;
  while (pos < text.size() && IsBlank(text[pos])) ++pos;
  if (pos >= text.size() || text[pos] == '\n' || text[pos] == '\r') {
    return {Type::kBlank, pos - begin};
  }
  const char c = text[pos];
  const auto is_blank_at = [&](size_t at) { return at < text.size() && IsBlank(text[at]); };
  if (c == '#') {
    const size_t level = CountRun(text, pos, '#');
    if (level <= 6 && is_blank_at(pos + level)) return {Type::kHeading, pos + level + 1 - begin};
    return {};
  }
  if (c == '>') {
    size_t end = pos;
    while (end < text.size() && (text[end] == '>' || IsBlank(text[end]))) ++end;
    // "> 50" at the begin of a line is a comparison.
    if (end < text.size() && IsAsciiDigit(text[end])) return {};
    return {Type::kQuote, end - begin};
  }
  if ((c == '`' || c == '~') && CountRun(text, pos, c) >= 3) return {Type::kFence, pos - begin};
  const bool may_be_rule = c == '-' || c == '*' || c == '_' || c == '=' || c == '|' || c == ':';
  if (may_be_rule) {
    const size_t end = EndOfLine(text.substr(0, pos + 1001), pos);
    if (IsRule(text.substr(pos, end - pos))) return {Type::kRule, end - begin};
  }
  if ((c == '-' || c == '*' || c == '+') && is_blank_at(pos + 1)) {
    const size_t after = pos + 2;
    if (IsTaskBox(text, after)) return {Type::kItem, after + 4 - begin};
    return {Type::kItem, after - begin};
  }
  if (c == '|') return {Type::kTableRow, pos + 1 - begin};
  return {};
}

size_t EndOfFencedCode(std::string_view text, size_t pos) {
  const char fence = text[pos];
  const size_t size = CountRun(text, pos, fence);
  for (size_t line = AfterLineBreak(text, EndOfLine(text, pos)); line < text.size();
       line = AfterLineBreak(text, EndOfLine(text, line))) {
    size_t at = line;
    while (at < text.size() && IsBlank(text[at])) ++at;
    if (CountRun(text, at, fence) >= size) return EndOfLine(text, at);
  }
  return text.size();
}

}  // namespace litetts::text

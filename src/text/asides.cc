#include "text/asides.h"

#include <algorithm>

#include "text/frontend.h"

namespace litetts::text {
namespace {

bool IsLetter(char c) {
  // Bytes of other scripts count, too.
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

bool MayOpen(std::string_view text, size_t at) {
  if (at == 0) return true;
  const char before = text[at - 1];
  const std::string_view head = text.substr(0, at);
  return before == ' ' || before == '\t' || before == '\n' || before == '\r' || before == '"' ||
         before == '\'' || before == '*' || before == '_' || head.ends_with("\u201C") ||
         head.ends_with("\u2018") || head.ends_with("\u2014") || head.ends_with("\u2013");
}

constexpr size_t kMostBytes = 2000;

// The byte behind the bracket that closes the one at `begin`; `begin` where none does.
size_t CloseOf(std::string_view text, size_t begin) {
  size_t depth = 0;
  for (size_t i = begin; i < std::min(text.size(), begin + kMostBytes); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i + 1;
    if (text[i] != '\n') continue;
    const size_t next = text.find_first_not_of(" \t\r", i + 1);
    if (next == std::string_view::npos || text[next] == '\n') break;  // the paragraph ends
  }
  return begin;
}

}  // namespace

std::vector<ByteRange> FindAsides(std::string_view text) {
  std::vector<ByteRange> out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '(' || !MayOpen(text, i)) continue;
    const size_t end = CloseOf(text, i);
    if (end == i) continue;
    if (std::ranges::count_if(text.substr(i, end - i), IsLetter) < 3) continue;
    out.push_back({i, end});
    i = end - 1;
  }
  return out;
}

std::optional<Asides> AsidesFromName(std::string_view name) {
  if (name == "say") return Asides::kSay;
  if (name == "whisper") return Asides::kWhisper;
  if (name == "skip") return Asides::kSkip;
  return std::nullopt;
}

}  // namespace litetts::text

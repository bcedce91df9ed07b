#include "text/tokenizer.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "text/unicode.h"

namespace litetts::text {
namespace {

bool IsQuote(char32_t c) {
  return std::u32string_view(U"'\"”“`‘´’‚„»«「」『』（）〔〕【】《》〈〉⟦⟧").find(c) !=
         std::u32string_view::npos;
}

bool IsPunctuation(char32_t c) {
  return std::u32string_view(U",:;!?()[]{}<>_#*&…¿؟¡。？！，、；：～·।،۔؛٪").find(c) !=
         std::u32string_view::npos;
}

bool IsCurrency(char32_t c) {
  return c == U'$' || c == U'£' || c == U'¥' || c == U'฿' || c == U'﷼' ||
         (c >= 0x20A0 && c <= 0x20BF);
}

// Scripts without case count as both.
bool IsUncased(char32_t c) { return c >= 0x80 && IsLetter(c) && !IsUpper(c) && !IsLower(c); }
bool IsLowerOrUncased(char32_t c) { return IsLower(c) || IsUncased(c); }
bool IsUpperOrUncased(char32_t c) { return IsUpper(c) || IsUncased(c); }
bool IsPlainDigit(char32_t c) { return c >= U'0' && c <= U'9'; }

char32_t First(std::string_view s) {
  size_t i = 0;
  return s.empty() ? 0 : NextScalar(s, i);
}

char32_t Last(std::string_view s) {
  size_t i = s.size();
  return s.empty() ? 0 : PreviousScalar(s, i);
}

size_t LeadingDots(std::string_view s) { return std::min(s.find_first_not_of('.'), s.size()); }

size_t PrefixLength(std::string_view s) {
  if (s.empty()) return 0;
  if (IsAsciiLetter(s[0]) || IsAsciiDigit(s[0])) {
    if (s.starts_with("US$")) return 3;
    return s.starts_with("C$") || s.starts_with("A$") ? 2 : 0;
  }
  size_t size = 0;
  const char32_t c = NextScalar(s, size);
  if (c == U'.') {
    const size_t dots = LeadingDots(s);
    return dots >= 2 ? dots : 0;
  }
  if (c == U'+') return IsPlainDigit(First(s.substr(1))) ? 0 : 1;
  const bool is_prefix = c == U'§' || c == U'%' || c == U'=' || c == U'—' || c == U'–' ||
                         IsPunctuation(c) || IsQuote(c) || IsCurrency(c) || IsOtherSymbol(c);
  return is_prefix ? size : 0;
}

constexpr std::array<std::string_view, 44> kUnits = {
    "km",  "km²",  "km³", "m",   "m²", "m³", "dm",  "dm²",  "dm³", "cm",  "cm²",
    "cm³", "mm",   "mm²", "mm³", "ha", "µm", "nm",  "yd",   "in",  "ft",  "kg",
    "g",   "mg",   "µg",  "t",   "lb", "oz", "m/s", "km/h", "kmh", "mph", "hPa",
    "Pa",  "mbar", "mb",  "MB",  "kb", "KB", "gb",  "GB",   "tb",  "TB",  "%"};
constexpr std::array<std::string_view, 4> kLetterUnits = {"T", "G", "M", "K"};
constexpr std::array<std::string_view, 3> kLongCurrencies = {"US$", "C$", "A$"};

// The longest unit or currency name at the end that follows a digit.
size_t UnitLength(std::string_view s) {
  size_t longest = 0;
  const auto consider = [&](std::string_view unit) {
    if (s.size() > unit.size() && s.ends_with(unit) &&
        IsAsciiDigit(s[s.size() - unit.size() - 1])) {
      longest = std::max(longest, unit.size());
    }
  };
  std::ranges::for_each(kUnits, consider);
  std::ranges::for_each(kLetterUnits, consider);
  std::ranges::for_each(kLongCurrencies, consider);
  return longest;
}

// Whether a full stop after `before` is a token of its own rather than part of an abbreviation.
bool IsSentenceStop(std::string_view before) {
  size_t i = before.size();
  if (i == 0) return false;
  const char32_t last = PreviousScalar(before, i);
  const char32_t second = i > 0 ? Last(before.substr(0, i)) : 0;
  if (second == U'°' && std::u32string_view(U"FfCcKk").find(last) != std::u32string_view::npos)
    return true;
  if (IsPlainDigit(last) || IsLowerOrUncased(last) || IsPunctuation(last) || IsQuote(last))
    return true;
  if (std::u32string_view(U"%²-+|.").find(last) != std::u32string_view::npos) return true;
  return IsUpperOrUncased(last) && IsUpperOrUncased(second);
}

size_t SuffixLength(std::string_view s) {
  if (s.empty()) return 0;
  size_t i = s.size();
  const char32_t c = PreviousScalar(s, i);
  const size_t size = s.size() - i;
  const std::string_view before = s.substr(0, i);
  if (c == U'.') {
    const size_t content = s.find_last_not_of('.');
    const size_t dots = content == std::string_view::npos ? s.size() : s.size() - content - 1;
    if (dots >= 2) return dots;
    return IsSentenceStop(before) ? 1 : 0;
  }
  if (c == U's' || c == U'S') {
    if (before.ends_with('\'')) return 2;
    if (before.ends_with("’")) return 1 + std::strlen("’");
  }
  if (IsAsciiLetter(s.back()) &&
      !std::ranges::any_of(s.substr(s.size() - std::min<size_t>(s.size(), 6)), IsAsciiDigit)) {
    return 0;
  }
  if (const size_t unit = UnitLength(s)) return unit;
  if (c == U'…') return before.ends_with("…") ? 2 * size : size;
  if (c == U'+' || IsCurrency(c)) return IsPlainDigit(Last(before)) ? size : 0;
  return IsPunctuation(c) || IsQuote(c) || IsOtherSymbol(c) || c == U'—' || c == U'–' ? size : 0;
}

// Bytes of the infix at `i`, or 0.
size_t InfixLength(std::string_view s, size_t i) {
  const std::string_view rest = s.substr(i);
  size_t size = 0;
  const char32_t c = NextScalar(rest, size);
  if (c < 0x80 && (IsAsciiLetter(static_cast<char>(c)) || IsPlainDigit(c))) return 0;
  if (c == U'.' && LeadingDots(rest) >= 2) return LeadingDots(rest);
  if (c == U'…' || IsOtherSymbol(c)) return size;
  if (i == 0) return 0;
  const char32_t before = Last(s.substr(0, i));
  const char32_t after = First(rest.substr(size));
  if ((c == U'+' || c == U'-' || c == U'*' || c == U'^') && IsPlainDigit(before) &&
      (IsPlainDigit(after) || after == U'-')) {
    return size;
  }
  if (c == U'.') {
    return (IsLowerOrUncased(before) || IsQuote(before)) &&
                   (IsUpperOrUncased(after) || IsQuote(after))
               ? size
               : 0;
  }
  if (c == U',') return IsLetter(before) && IsLetter(after) ? size : 0;
  if (!IsLetter(before) && !IsPlainDigit(before)) return 0;
  if (c == U'-' || c == U'–' || c == U'—' || c == U'~') {
    const size_t longest = c == U'-' ? 3 : c == U'—' ? 2 : 1;
    size_t length = size;
    for (size_t count = 1; count <= longest; ++count, length += size) {
      const std::string_view run = rest.substr(0, length);
      if (count > 1 && run.substr(length - size) != rest.substr(0, size)) return 0;
      if (IsLetter(First(rest.substr(std::min(length, rest.size()))))) return length;
    }
    return 0;
  }
  return (c == U':' || c == U'<' || c == U'>' || c == U'=' || c == U'/') && IsLetter(after) ? size
                                                                                            : 0;
}

bool HasAffix(std::string_view s) {
  if (PrefixLength(s) > 0 || SuffixLength(s) > 0) return true;
  for (size_t i = 0; i < s.size(); NextScalar(s, i)) {
    if (InfixLength(s, i) > 0) return true;
  }
  return false;
}

bool IsHostCharacter(char c) {
  return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "example.com", "www.x.org:80/a": labels, then a lower-case ending of two letters or more.
bool IsHost(std::string_view s) {
  size_t end = 0;
  while (end < s.size() && (IsHostCharacter(s[end]) || s[end] == '.')) ++end;
  const std::string_view host = s.substr(0, end);
  const size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || host[0] == '.' ||
      host.find("..") != std::string_view::npos) {
    return false;
  }
  const std::string_view ending = host.substr(dot + 1);
  if (ending.size() < 2 || ending.size() > 63 || !std::ranges::all_of(ending, IsAsciiLower))
    return false;
  std::string_view rest = s.substr(end);
  if (rest.starts_with(':')) {
    size_t digits = 1;
    while (digits < rest.size() && digits <= 5 && IsAsciiDigit(rest[digits])) ++digits;
    if (digits < 3) return false;
    rest.remove_prefix(digits);
  }
  return rest.empty() || rest[0] == '/' || rest[0] == '?' || rest[0] == '#';
}

// URLs and e-mail addresses stay whole.
bool IsAddress(std::string_view s) {
  if (s.find('.') == std::string_view::npos) return false;
  if (const size_t scheme = s.find("://"); scheme != std::string_view::npos && scheme >= 2) {
    s.remove_prefix(scheme + 3);
  }
  if (IsHost(s)) return true;
  const size_t at = s.rfind('@');
  return at != std::string_view::npos && at > 0 && IsHost(s.substr(at + 1));
}

constexpr uint64_t SizeBit(size_t size) { return uint64_t{1} << std::min<size_t>(size, 63); }

}  // namespace

Result<Tokenizer> Tokenizer::Create(const model::TensorFile& file) {
  const Status damaged(StatusCode::kDataLoss, "tensor 'tokenizer.specials' is damaged");
  const model::Tensor* tensor = file.Find("tokenizer.specials");
  if (tensor == nullptr || tensor->type != model::DataType::kU8) return damaged;
  const std::span<const uint8_t> bytes = tensor->As<uint8_t>();
  Tokenizer tokenizer;
  for (size_t i = 0; i < bytes.size();) {
    // length, key, number of pieces, then for each piece: length, id of its norm (8 bytes).
    const size_t key_size = bytes[i++];
    if (i + key_size + 1 > bytes.size()) return damaged;
    std::string key(reinterpret_cast<const char*>(bytes.data() + i), key_size);
    i += key_size;
    const size_t num_pieces = bytes[i++];
    if (num_pieces == 0 || i + num_pieces * 9 > bytes.size()) return damaged;
    Special special(num_pieces);
    size_t total = 0;
    for (Piece& piece : special) {
      piece.length = bytes[i];
      std::memcpy(&piece.norm, bytes.data() + i + 1, 8);
      total += piece.length;
      i += 9;
    }
    if (total != key_size) return damaged;
    tokenizer.longest_special_ = std::max(tokenizer.longest_special_, key_size);
    if (key.empty()) return damaged;
    tokenizer.special_sizes_[static_cast<unsigned char>(key[0])] |= SizeBit(key_size);
    const bool has_affix = HasAffix(key);
    tokenizer.specials_.emplace(std::move(key), Entry{std::move(special), has_affix});
  }
  return tokenizer;
}

const Tokenizer::Entry* Tokenizer::FindSpecial(std::string_view span) const {
  if (span.empty() || span.size() > longest_special_) return nullptr;
  if ((special_sizes_[static_cast<unsigned char>(span[0])] & SizeBit(span.size())) == 0)
    return nullptr;
  const auto found = specials_.find(span);
  return found == specials_.end() ? nullptr : &found->second;
}

void Tokenizer::EmitCore(std::string_view text, size_t begin, size_t end,
                         std::vector<Word>& words) const {
  const std::string_view span = text.substr(begin, end - begin);
  if (const Entry* special = FindSpecial(span)) {
    size_t at = begin;
    for (const Piece& piece : special->pieces) {
      words.push_back({at, at + piece.length, false, piece.norm});
      at += piece.length;
    }
    return;
  }
  if (IsAddress(span)) {
    words.push_back({begin, end, false, 0});
    return;
  }
  size_t start = 0;
  for (size_t i = 0; i < span.size();) {
    const size_t infix = InfixLength(span, i);
    if (infix == 0) {
      NextScalar(span, i);
      continue;
    }
    if (i > start) {  // an infix at the start stays with what follows
      words.push_back({begin + start, begin + i, false, 0});
      words.push_back({begin + i, begin + i + infix, false, 0});
      start = i + infix;
    }
    i += infix;
  }
  if (start < span.size()) words.push_back({begin + start, end, false, 0});
}

void Tokenizer::TokenizeSpan(std::string_view text, size_t begin, size_t end,
                             std::vector<Word>& words) const {
  std::vector<Word> suffixes;
  const auto rest = [&] { return text.substr(begin, end - begin); };
  while (begin < end && FindSpecial(rest()) == nullptr) {
    const size_t prefix = PrefixLength(rest());
    if (prefix > 0 && FindSpecial(rest().substr(prefix)) != nullptr) {
      words.push_back({begin, begin + prefix, false, 0});
      begin += prefix;
      break;
    }
    const size_t suffix = SuffixLength(rest().substr(prefix));
    if (suffix > 0 && FindSpecial(rest().substr(0, rest().size() - suffix)) != nullptr) {
      suffixes.push_back({end - suffix, end, false, 0});
      end -= suffix;
      break;
    }
    if (prefix == 0 && suffix == 0) break;
    if (prefix > 0) words.push_back({begin, begin + prefix, false, 0});
    begin += prefix;
    if (suffix > 0) suffixes.push_back({end - suffix, end, false, 0});
    end -= suffix;
  }
  if (begin < end) EmitCore(text, begin, end, words);
  words.insert(words.end(), suffixes.rbegin(), suffixes.rend());
}

void Tokenizer::Rejoin(std::string_view text, std::vector<Word>& words) const {
  constexpr size_t kMostWords = 8;
  std::vector<Word> out;
  bool has_changed = false;
  for (size_t i = 0; i < words.size();) {
    const Entry* found = nullptr;
    size_t found_end = i;
    for (size_t k = i; k < words.size() && k < i + kMostWords; ++k) {
      const size_t size = words[k].end - words[i].begin;
      if (size > longest_special_) break;
      const Entry* entry = k > i ? FindSpecial(text.substr(words[i].begin, size)) : nullptr;
      if (entry != nullptr && entry->has_affix) {
        found = entry;
        found_end = k;
      }
      if (words[k].space_after) break;
    }
    if (found == nullptr) {
      out.push_back(words[i++]);
      continue;
    }
    has_changed = true;
    size_t at = words[i].begin;
    for (const Piece& piece : found->pieces) {
      out.push_back({at, at + piece.length, false, piece.norm});
      at += piece.length;
    }
    out.back().space_after = words[found_end].space_after;
    i = found_end + 1;
  }
  if (has_changed) words = std::move(out);
}

std::vector<Word> Tokenizer::Tokenize(std::string_view text) const {
  std::vector<Word> words;
  words.reserve(text.size() / 5 + 1);
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    if (IsSpace(NextScalar(text, i))) {
      if (!words.empty()) words.back().space_after = true;
      continue;
    }
    bool is_plain = IsAsciiLetter(text[begin]);
    size_t end = i;
    while (end < text.size()) {
      const size_t next = end;
      if (IsSpace(NextScalar(text, end))) {
        end = next;
        break;
      }
      is_plain = is_plain && IsAsciiLetter(text[next]);
    }
    if (is_plain && FindSpecial(text.substr(begin, end - begin)) == nullptr) {
      words.push_back({begin, end, false, 0});
    } else {
      TokenizeSpan(text, begin, end, words);
    }
    i = end;
  }
  Rejoin(text, words);
  return words;
}

}  // namespace litetts::text

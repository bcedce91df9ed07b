#include <algorithm>
#include <array>

#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

constexpr size_t kMostGroups = 6;

struct Groups {
  std::vector<std::string> digits;
  size_t num_points = 0;  // of the separators
  size_t next = 0;
  size_t total = 0;
};

bool IsSeparator(const AtomView& v, size_t i) {
  return v.IsHyphen(i) || v.IsMark(i, U'.') || v[i].type == Atom::Type::kSpace || v.IsMark(i, U'–');
}

// Digit groups with a sign or a space between, and round brackets around one group.
Groups ParseGroups(const AtomView& v, size_t i) {
  Groups groups;
  groups.next = i;
  size_t at = i;
  bool is_point = false;
  while (groups.digits.size() < kMostGroups) {
    const bool is_open = v.IsMark(at, U'(');
    const size_t digits = is_open ? at + 1 : at;
    if (!v.IsDigits(digits)) break;
    if (is_open && !v.IsMark(digits + 1, U')')) break;
    if (is_point) ++groups.num_points;
    groups.digits.emplace_back(v.Text(digits));
    groups.total += v.Text(digits).size();
    groups.next = digits + (is_open ? 2 : 1);
    at = groups.next;
    is_point = v.IsMark(at, U'.');
    if (IsSeparator(v, at)) {
      at += 1;
    } else if (!is_open && !v.IsMark(at, U'(')) {
      break;
    }
  }
  return groups;
}

std::string GroupWords(const std::vector<std::string>& groups) {
  std::string words;
  for (const std::string& group : groups) {
    if (!words.empty()) words += ',';
    AddWords(words, DigitWords(group));
  }
  return words;
}

// "ext. 12", "x12" behind the number.
void AddExtension(const AtomView& v, Reading& reading) {
  size_t at = v.IsMark(reading.next, U',') ? reading.next + 1 : reading.next;
  at = v.SkipSpace(at);
  if (!v.IsWord(at, "ext") && !v.IsWord(at, "x") && !v.IsWord(at, "extension")) return;
  ++at;
  if (v.IsMark(at, U'.')) ++at;
  at = v.SkipSpace(at);
  if (!v.IsDigits(at)) return;
  reading.spoken += ", extension " + DigitWords(v.Text(at));
  reading.next = at + 1;
}

bool HasSize(const Groups& g, std::initializer_list<size_t> sizes) {
  if (g.digits.size() != sizes.size()) return false;
  size_t k = 0;
  for (const size_t size : sizes) {
    if (g.digits[k++].size() != size) return false;
  }
  return true;
}

// "of 500-1000 words", "between 200 and 300": an amount, whatever cue is in the sentence.
bool IsAmount(const AtomView& v, size_t i, size_t next) {
  static constexpr std::array<std::string_view, 10> kBefore = {
      "of", "between", "from", "about", "around", "over", "under", "pages", "pp", "nearly"};
  return CountsThings(v, next) || std::ranges::find(kBefore, v.WordBefore(i)) != kBefore.end();
}

// 1-800-FLOWERS
bool IsVanity(const AtomView& v, const Groups& g) {
  return g.digits.size() == 2 && g.digits[0] == "1" && g.digits[1].size() == 3 &&
         v.IsHyphen(g.next) && v.IsUpperCase(g.next + 1);
}

Reading ReadVanity(const AtomView& v, const Groups& g) {
  const bool is_round = g.digits[1].substr(1) == "00";
  std::string words =
      "one " + (is_round ? CardinalWords(g.digits[1], Locale::kEnUs) : DigitWords(g.digits[1]));
  size_t next = g.next;
  for (; v.IsWord(next + 1) && v.IsHyphen(next); next += 2) AddWords(words, v.Lower(next + 1));
  return {Kind::kPhone, words, next};
}

}  // namespace

// Also called for '+' and '(' before the digits.
MaybeReading ReadTelephone(const AtomView& v, size_t i) {
  const bool has_plus = v.IsMark(i, U'+');
  const size_t begin = has_plus ? i + 1 : i;
  if (!v.IsDigits(begin) && !v.IsMark(begin, U'(')) return std::nullopt;
  Groups g = ParseGroups(v, begin);
  if (g.digits.empty()) return std::nullopt;
  if (IsVanity(v, g)) return ReadVanity(v, g);
  if (v.IsWord(g.next) || v.IsMark(g.next, U':') || v.IsMark(g.next, U'/')) {
    return std::nullopt;
  }
  // "415.555.0134", but "314.1593" and "1.5-2" are decimals.
  if (g.num_points > 0 && (g.digits.size() < 3 || g.num_points + 1 < g.digits.size())) {
    return std::nullopt;
  }
  const std::string& first = g.digits[0];
  const bool is_toll_free = first == "1" && g.digits.size() == 4 && g.digits[1].size() == 3 &&
                            g.digits[1].substr(1) == "00" && g.digits[1] != "100";
  const bool north_american = HasSize(g, {3, 3, 4}) || HasSize(g, {3, 4}) ||
                              HasSize(g, {1, 3, 3, 4}) || HasSize(g, {3, 7}) ||
                              HasSize(g, {3, 2, 4});
  const bool spaced_only = v.IsSpace(begin + 1);
  const bool has_cue =
      v.HasCueBefore(i, 10,
                     {"call", "phone", "tel", "telephone", "mobile", "cell", "fax", "dial", "ring",
                      "text", "whatsapp", "number", "contact", "hotline"});
  const bool british = first[0] == '0' && first.size() >= 3 && g.digits.size() >= 2 &&
                       (g.total >= 9 || (first == "0800" && g.total == 8)) && g.total <= 12;
  const bool international = has_plus && g.total >= 8 && g.total <= 15;
  const bool is_amount = g.digits.size() <= 2 && IsAmount(v, i, g.next);
  const bool single =
      g.digits.size() == 1 && has_cue && !is_amount && g.total >= 7 && g.total <= 12;
  // Two groups are as often the ends of a range.
  const bool is_clear = g.digits.size() > 2 || (has_cue && !is_amount) ||
                        (first == "555" && !spaced_only && !is_amount);
  const bool is_phone = (north_american && is_clear) || british || international || single;
  if (!is_phone) return std::nullopt;
  std::string words;
  if (has_plus) words = "plus";
  if (single && g.total == 10) g.digits = {first.substr(0, 3), first.substr(3, 3), first.substr(6)};
  if (is_toll_free) {
    AddWords(words, "one " + CardinalWords(g.digits[1], Locale::kEnUs) + ",");
    g.digits.erase(g.digits.begin(), g.digits.begin() + 2);
  }
  AddWords(words, GroupWords(g.digits));
  Reading reading{Kind::kPhone, words, g.next};
  AddExtension(v, reading);
  return reading;
}

}  // namespace litetts::text

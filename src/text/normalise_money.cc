#include <algorithm>
#include <array>

#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

struct Currency {
  std::string_view name;  // the sign in UTF-8, or the code of three letters
  std::string_view one;
  std::string_view many;
  std::string_view hundredth;  // empty: none is named
  std::string_view hundredths;
};

constexpr std::array<Currency, 17> kSigns = {{
    {"$", "dollar", "dollars", "cent", "cents"},
    {"£", "pound", "pounds", "penny", "pence"},
    {"€", "euro", "euros", "cent", "cents"},
    {"¥", "yen", "yen", "", ""},
    {"￥", "yen", "yen", "", ""},
    {"₹", "rupee", "rupees", "paisa", "paise"},
    {"₩", "won", "won", "", ""},
    {"₽", "ruble", "rubles", "kopeck", "kopecks"},
    {"₿", "bitcoin", "bitcoins", "", ""},
    {"₺", "lira", "lira", "kurush", "kurush"},
    {"₪", "shekel", "shekels", "agora", "agorot"},
    {"₫", "dong", "dong", "", ""},
    {"฿", "baht", "baht", "satang", "satang"},
    {"₴", "hryvnia", "hryvnias", "kopiyka", "kopiykas"},
    {"₦", "naira", "naira", "kobo", "kobo"},
    {"₱", "peso", "pesos", "centavo", "centavos"},
    {"₡", "colon", "colones", "", ""},
}};

constexpr std::array<Currency, 24> kCodes = {{
    {"USD", "US dollar", "US dollars", "cent", "cents"},
    {"EUR", "euro", "euros", "cent", "cents"},
    {"GBP", "British pound", "British pounds", "penny", "pence"},
    {"JPY", "Japanese yen", "Japanese yen", "", ""},
    {"CAD", "Canadian dollar", "Canadian dollars", "cent", "cents"},
    {"AUD", "Australian dollar", "Australian dollars", "cent", "cents"},
    {"NZD", "New Zealand dollar", "New Zealand dollars", "cent", "cents"},
    {"HKD", "Hong Kong dollar", "Hong Kong dollars", "cent", "cents"},
    {"SGD", "Singapore dollar", "Singapore dollars", "cent", "cents"},
    {"CHF", "Swiss franc", "Swiss francs", "centime", "centimes"},
    {"CNY", "Chinese yuan", "Chinese yuan", "", ""},
    {"RMB", "yuan", "yuan", "", ""},
    {"INR", "Indian rupee", "Indian rupees", "paisa", "paise"},
    {"KRW", "Korean won", "Korean won", "", ""},
    {"RUB", "Russian ruble", "Russian rubles", "kopeck", "kopecks"},
    {"SEK", "Swedish krona", "Swedish kronor", "", ""},
    {"NOK", "Norwegian krone", "Norwegian kroner", "", ""},
    {"DKK", "Danish krone", "Danish kroner", "", ""},
    {"PLN", "Polish zloty", "Polish zloty", "", ""},
    {"MXN", "Mexican peso", "Mexican pesos", "centavo", "centavos"},
    {"BRL", "Brazilian real", "Brazilian reais", "centavo", "centavos"},
    {"ZAR", "South African rand", "South African rand", "cent", "cents"},
    {"TRY", "Turkish lira", "Turkish lira", "", ""},
    {"BTC", "bitcoin", "bitcoins", "", ""},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kDollarPrefixes = {{
    {"US", "US "},
    {"C", "Canadian "},
    {"CA", "Canadian "},
    {"A", "Australian "},
    {"AU", "Australian "},
    {"NZ", "New Zealand "},
    {"HK", "Hong Kong "},
    {"S", "Singapore "},
}};

template <size_t kSize>
const Currency* Find(const std::array<Currency, kSize>& table, std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Currency& c) { return c.name == name; });
  return found == table.end() ? nullptr : &*found;
}

const Currency* SignAt(const AtomView& v, size_t i) {
  return v[i].type == Atom::Type::kMark ? Find(kSigns, v.Text(i)) : nullptr;
}

struct Scale {
  std::string_view name;
  size_t next = 0;
};

// "million", "M", "bn" behind an amount of money.
Scale ParseScale(const AtomView& v, size_t at) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kSuffixes = {{
      {"K", "thousand"},
      {"k", "thousand"},
      {"M", "million"},
      {"m", "million"},
      {"mn", "million"},
      {"mm", "million"},
      {"MM", "million"},
      {"mil", "million"},
      {"mln", "million"},
      {"B", "billion"},
      {"b", "billion"},
      {"bn", "billion"},
      {"Bn", "billion"},
      {"T", "trillion"},
      {"tn", "trillion"},
      {"trn", "trillion"},
  }};
  static constexpr std::array<std::string_view, 6> kWords = {"hundred", "thousand", "million",
                                                             "billion", "trillion", "quadrillion"};
  const size_t word = v.SkipSpace(at);
  if (!v.IsWord(word) && v.IsHyphen(word) && v.IsWord(word + 1)) {  // $5-million
    for (const std::string_view name : kWords) {
      if (v.IsWord(word + 1, name)) return {name, word + 2};
    }
  }
  if (!v.IsWord(word) || v.IsDigits(word + 1)) return {{}, at};
  for (const std::string_view name : kWords) {
    if (v.IsWord(word, name)) return {name, word + 1};
  }
  for (const auto& [suffix, name] : kSuffixes) {
    // "$5 m" with a space only for what cannot be another word.
    if (v.Text(word) == suffix && (word == at || suffix.size() > 1)) return {name, word + 1};
  }
  return {{}, at};
}

// "/month", "/hr" behind the amount.
void AddPer(const AtomView& v, Reading& reading) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kShort = {{
      {"mo", "month"},
      {"hr", "hour"},
      {"h", "hour"},
      {"yr", "year"},
      {"wk", "week"},
      {"d", "day"},
      {"min", "minute"},
      {"lb", "pound"},
      {"kg", "kilogram"},
      {"gal", "gallon"},
      {"oz", "ounce"},
      {"l", "liter"},
      {"GB", "gigabyte"},
      {"kWh", "kilowatt hour"},
  }};
  if (!v.IsMark(reading.next, U'/') || !v.IsWord(reading.next + 1) ||
      v.IsMark(reading.next + 2, U'/')) {
    return;
  }
  const std::string_view word = v.Text(reading.next + 1);
  std::string name(word);
  for (const auto& [from, to] : kShort) {
    if (word == from) name = to;
  }
  if (name == word) {
    if (const std::optional<Unit> unit = ParseUnit(v, reading.next + 1, reading.next)) {
      name = unit->one;
    }
  }
  if (name == "liter" && v.locale() == Locale::kEnGb) name = "litre";
  AddWords(reading.spoken, "per");
  AddWords(reading.spoken, name);
  reading.next += 2;
}

std::string AmountWords(const Number& number, const Scale& scale, const Currency& currency,
                        std::string_view prefix, bool is_attributive, Locale locale) {
  std::string many(prefix);
  many += is_attributive ? currency.one : currency.many;
  const std::string one = std::string(prefix) + std::string(currency.one);
  std::string words;
  const bool has_cents =
      number.fraction.size() == 2 && scale.name.empty() && !currency.hundredth.empty();
  if (!has_cents) {
    const bool no_fraction = number.fraction.find_first_not_of('0') == std::string::npos &&
                             scale.name.empty() && number.fraction.size() >= 2;
    words = no_fraction ? CardinalWords(number.whole.empty() ? "0" : number.whole, locale)
                        : NumberWords(number, locale);
    AddWords(words, scale.name);
    const bool is_one =
        number.whole == "1" && scale.name.empty() && (number.fraction.empty() || no_fraction);
    AddWords(words, is_one ? one : many);
    return words;
  }
  const bool has_whole = number.whole.find_first_not_of('0') != std::string::npos;
  const bool has_part = number.fraction != "00";
  if (has_whole || !has_part) {
    words = CardinalWords(number.whole.empty() ? "0" : number.whole, locale);
    AddWords(words, number.whole == "1" ? one : many);
  }
  if (!has_part) return words;
  if (has_whole) AddWords(words, "and");
  AddWords(words, CardinalWords(number.fraction, locale));
  const bool is_one = number.fraction == "01" || is_attributive;
  AddWords(words, is_one ? currency.hundredth : currency.hundredths);
  return words;
}

// "two $20 bills"
bool IsPaper(const AtomView& v, size_t next) {
  static constexpr std::array<std::string_view, 8> kPaper = {"bills", "notes",    "coins", "stamps",
                                                             "chips", "vouchers", "bill",  "note"};
  return v.IsSpace(next) && v.IsLowerCase(next + 1) &&
         std::ranges::find(kPaper, v.Text(next + 1)) != kPaper.end();
}

// The number at `second`, behind a dash behind atom `end`, is the other end of "$10-20", "$10 -
// $20". Not so in "$20 - 3 items left" and "$10 - $3 = $7".
bool EndsPriceRange(const AtomView& v, size_t end, size_t second, bool has_sign,
                    const Number& first) {
  const size_t dash = v.SkipSpace(end);
  const bool is_spaced = v.IsSpace(end);
  if (!v.IsDigits(second) || is_spaced != v.IsSpace(dash + 1)) return false;
  const std::optional<Number> last = ParseNumber(v, second);
  const Scale scale = ParseScale(v, last->next);
  if (v.IsMark(v.SkipSpace(scale.next), U'=')) return false;
  if (!is_spaced || has_sign || !scale.name.empty()) return true;
  const bool has_noun =
      v.IsSpace(last->next) && v.IsWord(last->next + 1) && !IsFunctionWord(v.Lower(last->next + 1));
  const bool is_more =
      std::pair(last->whole.size(), last->whole) > std::pair(first.whole.size(), first.whole);
  return !has_noun && is_more && !v.IsWord(last->next) && !v.IsMark(last->next, U':');
}

// "TRY 1 MONTH FREE" is no lira.
bool IsTrial(const AtomView& v, size_t i, size_t number) {
  if (v.Text(i) != "TRY") return false;
  const std::optional<Number> value = ParseNumber(v, number);
  return value && v.IsSpace(value->next) && v.IsWord(value->next + 1) &&
         !IsFunctionWord(v.Lower(value->next + 1));
}

// The amount whose number begins at `at`; `begin` is where the whole expression does.
MaybeReading ReadAmount(const AtomView& v, size_t begin, size_t at, const Currency& currency,
                        std::string_view prefix) {
  const bool is_negative = v.IsHyphen(at) || v.IsMark(at, U'−');
  if (is_negative) ++at;
  const std::optional<Number> number = ParseNumber(v, at);
  if (!number) return std::nullopt;
  std::string words = is_negative ? "minus" : "";
  const Scale scale = ParseScale(v, number->next);
  Reading reading{Kind::kMoney, {}, scale.next};
  const size_t dash = v.SkipSpace(scale.next);
  size_t second = v.IsDash(dash) ? v.SkipSpace(dash + 1) : 0;
  const bool has_sign = second > 0 && SignAt(v, second) != nullptr;
  if (has_sign) ++second;
  if (second > 0 && EndsPriceRange(v, scale.next, second, has_sign, *number)) {
    const std::optional<Number> last = ParseNumber(v, second);
    const Scale last_scale = ParseScale(v, last->next);
    const bool shares = scale.name == last_scale.name || scale.name.empty();
    if (shares && (scale.name == last_scale.name || number->fraction.size() != 2) &&
        (number->fraction.size() != 2 || !scale.name.empty())) {
      AddWords(words, NumberWords(*number, v.locale()));
      AddWords(words, scale.name);
    } else {
      AddWords(words, AmountWords(*number, scale, currency, prefix, false, v.locale()));
    }
    AddWords(words, "to");
    AddWords(words, AmountWords(*last, last_scale, currency, prefix,
                                IsAttributive(v, begin, last_scale.next), v.locale()));
    reading.next = last_scale.next;
  } else {
    const bool is_attributive = IsAttributive(v, begin, scale.next) || IsPaper(v, scale.next);
    AddWords(words, AmountWords(*number, scale, currency, prefix, is_attributive, v.locale()));
  }
  reading.spoken = words;
  if (v.IsMark(reading.next, U'+') && v.IsBreak(reading.next + 1)) {
    AddWords(reading.spoken, "plus");
    ++reading.next;
  }
  AddPer(v, reading);
  return reading;
}

}  // namespace

MaybeReading ReadMoney(const AtomView& v, size_t i) {
  if (const Currency* const sign = SignAt(v, i)) {
    const size_t at = v.IsSpace(i + 1) && v.IsDigits(i + 2) && v.IsBreak(i - 1) ? i + 2 : i + 1;
    return ReadAmount(v, i, at, *sign, {});
  }
  if (v.IsWord(i) && v.Text(i) == "Rs") {  // "Rs. 500"
    const size_t at = v.SkipSpace(v.IsMark(i + 1, U'.') ? i + 2 : i + 1);
    return v.IsDigits(at) ? ReadAmount(v, i, at, *Find(kSigns, "₹"), {}) : std::nullopt;
  }
  if (!v.IsUpperCase(i)) return std::nullopt;
  if (v.IsMark(i + 1, U'$')) {
    for (const auto& [prefix, name] : kDollarPrefixes) {
      if (v.Text(i) == prefix) return ReadAmount(v, i, i + 2, kSigns[0], name);
    }
    return std::nullopt;
  }
  const Currency* const code = v.Text(i).size() == 3 ? Find(kCodes, v.Text(i)) : nullptr;
  if (code == nullptr || v.IsMark(i - 1, U'/')) return std::nullopt;  // the rate of "GBP/USD 1.26"
  if (!v.IsDigits(v.SkipSpace(i + 1)) || IsTrial(v, i, v.SkipSpace(i + 1))) return std::nullopt;
  return ReadAmount(v, i, v.SkipSpace(i + 1), *code, {});
}

MaybeReading ReadMoneyAfterNumber(const AtomView& v, size_t i) {
  const std::optional<Number> number = ParseNumber(v, i);
  if (!number) return std::nullopt;
  const size_t at = v.SkipSpace(number->next);
  const auto reading = [&](std::string words, size_t next) {
    Reading money{Kind::kMoney, std::move(words), next};
    AddPer(v, money);
    return money;
  };
  if (v.IsMark(number->next, U'¢')) {
    std::string words = NumberWords(*number, v.locale());
    AddWords(words, number->IsOne() || IsAttributive(v, i, at + 1) ? "cent" : "cents");
    return reading(words, at + 1);
  }
  const bool is_pence = v.IsWord(number->next) && v.Text(number->next) == "p" &&
                        number->whole.size() <= 2 && v.locale() == Locale::kEnGb;
  if (is_pence) {
    std::string words = NumberWords(*number, v.locale());
    AddWords(words, number->IsOne() ? "penny" : "pence");
    return reading(words, number->next + 1);
  }
  const Currency* currency = SignAt(v, at);
  if (currency != nullptr && v.IsDigits(at + 1)) currency = nullptr;
  if (currency == nullptr && v.IsUpperCase(at)) currency = Find(kCodes, v.Text(at));
  if (currency == nullptr) return std::nullopt;
  // "0.92 EUR" is a rate; "$0.92" is a price.
  if (v.IsWord(at) && number->whole == "0") {
    return reading(NumberWords(*number, v.locale()) + " " + std::string(currency->many), at + 1);
  }
  return reading(AmountWords(*number, {}, *currency, {}, false, v.locale()), at + 1);
}

}  // namespace litetts::text

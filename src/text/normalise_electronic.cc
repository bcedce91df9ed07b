#include <algorithm>
#include <array>

#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"

namespace litetts::text {
namespace {

constexpr size_t kMostAtoms = 400;  // of one address

using Names = std::vector<std::string_view>;

bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Last labels of host names that are no English words, and so make an address of "word.label".
const Names& SafeDomains() {
  static const Names kNames = {
      "com",  "org",    "net",  "edu",  "gov",  "mil",  "io",    "ai",     "co",   "uk", "de",
      "fr",   "eu",     "ca",   "au",   "jp",   "cn",   "ru",    "br",     "ch",   "nl", "se",
      "info", "biz",    "dev",  "app",  "xyz",  "tv",   "nz",    "za",     "int",  "ly", "gg",
      "fm",   "online", "tech", "blog", "shop", "news", "cloud", "museum", "site", "kr", "ie"};
  return kNames;
}

const Names& Extensions() {
  static const Names kNames = {
      "txt",  "pdf",  "doc",  "docx",  "xls", "xlsx",        "ppt", "pptx",      "csv", "tsv",
      "json", "xml",  "html", "htm",   "css", "js",          "ts",  "tsx",       "jsx", "py",
      "cc",   "cpp",  "c",    "h",     "hpp", "rs",          "go",  "java",      "kt",  "swift",
      "rb",   "php",  "sh",   "bash",  "bat", "exe",         "dll", "so",        "zip", "tar",
      "gz",   "bz2",  "xz",   "rar",   "iso", "png",         "jpg", "jpeg",      "gif", "svg",
      "bmp",  "webp", "mp3",  "mp4",   "wav", "flac",        "ogg", "avi",       "mov", "mkv",
      "md",   "rst",  "tex",  "log",   "cfg", "conf",        "ini", "yaml",      "yml", "toml",
      "lock", "db",   "sql",  "bak",   "tmp", "onnx",        "bin", "dat",       "deb", "rpm",
      "apk",  "dmg",  "jar",  "ipynb", "pt",  "safetensors", "env", "gitignore", "psd", "epub",
      "mobi", "wasm", "vue",  "lua"};
  return kNames;
}

// Signs that end a sentence or bracket rather than an address.
bool IsTrailing(char32_t c) {
  return c == U'.' || c == U',' || c == U';' || c == U':' || c == U'!' || c == U'?' || c == U')' ||
         c == U']' || c == U'}' || c == U'"' || c == U'\'' || c == U'”' || c == U'>' || c == U'…' ||
         c == U'*';
}

size_t TrimEnd(const AtomView& v, size_t begin, size_t end) {
  bool is_open = false;  // a ')' belongs to the address if it was opened in it
  for (size_t k = begin; k < end; ++k) is_open = is_open || v.IsMark(k, U'(');
  while (end > begin + 1 && v[end - 1].type == Atom::Type::kMark) {
    const char32_t c = v[end - 1].mark;
    if (!IsTrailing(c) || (c == U')' && is_open)) break;
    --end;
  }
  // A possessive is not a part of it either.
  if (end > begin + 2 && v.IsWord(end - 1, "s") && v.IsMark(end - 2, U'\'')) end -= 2;
  return end;
}

// "getHTTPResponse" as words; shouting is calmed where it is too long for letters.
std::string CamelWords(std::string_view word) {
  std::string words;
  for (size_t pos = 0; pos < word.size(); ++pos) {
    const bool is_break =
        pos > 0 && IsAsciiUpper(word[pos]) &&
        (IsAsciiLower(word[pos - 1]) ||
         (IsAsciiUpper(word[pos - 1]) && pos + 1 < word.size() && IsAsciiLower(word[pos + 1])));
    if (is_break) words += ' ';
    words += word[pos];
  }
  const bool is_shouting = words.size() > 4 && words.find(' ') == std::string::npos &&
                           std::none_of(words.begin(), words.end(), IsAsciiLower);
  return is_shouting ? AsciiLower(words) : words;
}

// Labels that are said as letters.
std::string LabelWords(std::string_view word) {
  static const Names kLetters = {
      "io",   "ai",   "uk",    "tv",  "fm",  "gg",  "txt", "pdf",  "csv", "tsv",   "xml",
      "html", "htm",  "css",   "js",  "ts",  "py",  "cc",  "cpp",  "hpp", "rs",    "rb",
      "php",  "exe",  "dll",   "gz",  "xz",  "png", "jpg", "svg",  "bmp", "mp",    "md",
      "cfg",  "yml",  "db",    "sql", "apk", "dmg", "pt",  "docx", "xls", "xlsx",  "ppt",
      "pptx", "http", "https", "ftp", "www", "edu", "ssh", "api",  "url", "id",    "eu",
      "nz",   "usr",  "c",     "h",   "kt",  "rpm", "ini", "tmp",  "src", "lib64", "etc"};
  if (!Contains(kLetters, word)) return CamelWords(word);
  if (word == "etc") return "E T C";
  if (word == "src") return "source";
  if (word == "usr") return "user";
  if (word == "ini" || word == "tmp") return word == "tmp" ? "temp" : "ini";
  std::string upper(word);
  for (char& c : upper) {
    if (IsAsciiLower(c)) c = static_cast<char>(c - 32);
  }
  return upper;
}

size_t SpanEnd(size_t i, size_t span_end) { return std::min(span_end, i + kMostAtoms); }

// "https://", "www.": behind them, or `i`.
size_t SkipScheme(const AtomView& v, size_t i) {
  size_t at = i;
  if (v.IsWord(at) && v.IsMark(at + 1, U':') && v.IsMark(at + 2, U'/') && v.IsMark(at + 3, U'/')) {
    at += 4;
  }
  return at;
}

MaybeReading ReadUrl(const AtomView& v, size_t i, size_t end) {
  const size_t host = SkipScheme(v, i);
  const bool has_scheme = host > i;
  const bool has_www = v.IsWord(host, "www") && v.IsMark(host + 1, U'.');
  // The host: labels of letters, digits and hyphens.
  size_t at = host;
  size_t label = host;
  size_t labels = 0;
  while (at < end && (v.IsWord(at) || v.IsDigits(at))) {
    label = at;
    while (at < end && (v.IsWord(at) || v.IsDigits(at) ||
                        (v.IsHyphen(at) && v.IsGlued(at) && !v.IsBreak(at + 1)))) {
      ++at;
    }
    ++labels;
    if (!v.IsMark(at, U'.') || at + 1 >= end || (!v.IsWord(at + 1) && !v.IsDigits(at + 1))) break;
    ++at;
  }
  if (!has_scheme && !has_www) {
    const bool has_path = v.IsMark(at, U'/') && at < end;
    if (labels < 2 || at != label + 1 || !v.IsLowerCase(label) || v.IsDigits(host)) {
      return std::nullopt;
    }
    const std::string_view last = v.Text(label);
    const bool is_safe = Contains(SafeDomains(), last);
    static const Names kWords = {"me", "us", "it", "be", "to", "in", "is", "so", "my", "at"};
    if (!is_safe && !(has_path && Contains(kWords, last))) return std::nullopt;
  }
  const size_t stop = TrimEnd(v, i, end);
  if (stop <= host) return std::nullopt;
  size_t begin = i;
  if (v.options().cleaning.shorten_urls) begin = has_www ? host + 2 : host;
  if (begin >= stop) return std::nullopt;
  size_t last = stop;
  if (v.IsMark(last - 1, U'/') && last - 1 > begin) --last;  // the closing slash says nothing
  return Reading{Kind::kAddress, SpellAddress(v, begin, last), stop};
}

MaybeReading ReadEmail(const AtomView& v, size_t i, size_t end) {
  size_t at = i;
  if (v.IsWord(at, "mailto") && v.IsMark(at + 1, U':')) at += 2;
  const size_t begin = at;
  while (at < end && !v.IsMark(at, U'@')) {
    const bool fits = v.IsWord(at) || v.IsDigits(at) || v.IsMark(at, U'.') || v.IsHyphen(at) ||
                      v.IsMark(at, U'_') || v.IsMark(at, U'+') || v.IsMark(at, U'%');
    if (!fits) return std::nullopt;
    ++at;
  }
  if (at == begin || at >= end || !(v.IsWord(at + 1) || v.IsDigits(at + 1))) return std::nullopt;
  size_t stop = at + 1;
  bool has_dot = false;
  while (stop < end &&
         (v.IsWord(stop) || v.IsDigits(stop) || v.IsHyphen(stop) || v.IsMark(stop, U'.'))) {
    has_dot = has_dot || v.IsMark(stop, U'.');
    ++stop;
  }
  stop = TrimEnd(v, begin, stop);
  if (!has_dot || stop <= at + 1) return std::nullopt;
  return Reading{Kind::kAddress, SpellAddress(v, begin, stop), stop};
}

// "S/M/L/XL", "A/B/C/D": choices, not folders.
bool IsListOfCapitals(const AtomView& v, size_t begin, size_t end) {
  for (size_t k = begin; k < end; ++k) {
    const bool is_short = v.IsUpperCase(k) && v.Text(k).size() <= 3;
    if (!is_short && !v.IsMark(k, U'/')) return false;
  }
  return !v.IsMark(begin, U'/');
}

MaybeReading ReadPath(const AtomView& v, size_t i, size_t end) {
  if (v.IsMark(i, U'(') || v.IsMark(i, U'*') || v.IsMark(i, U'=')) return std::nullopt;
  const size_t whole = TrimEnd(v, i, end);
  if (IsListOfCapitals(v, i, whole)) return std::nullopt;
  // "main.rs:42:7": the place in the file.
  size_t stop = whole;
  while (stop > i + 3 && v.IsDigits(stop - 1) && v.IsMark(stop - 2, U':')) stop -= 2;
  size_t slashes = 0;
  size_t backslashes = 0;
  size_t dot = 0;
  bool is_clean = true;
  for (size_t k = i; k < stop; ++k) {
    if (v.IsMark(k, U'/')) ++slashes;
    if (v.IsMark(k, U'\\')) ++backslashes;
    if (v.IsMark(k, U'.')) dot = k;
    if (v[k].type != Atom::Type::kMark) continue;
    const char32_t c = v[k].mark;
    const bool fits = c == U'/' || c == U'\\' || c == U'.' || c == U'-' || c == U'_' || c == U'~' ||
                      c == U':' || c == U'$' || c == U'{' || c == U'}' || c == U'@' || c == U'+' ||
                      c == U'=' || c == U'*' || c == U'%' || c == U'(' || c == U')';
    if (!fits) is_clean = false;
  }
  if (!is_clean || stop <= i + 1) return std::nullopt;
  const bool is_drive = v.IsUpperCase(i) && v.Text(i).size() == 1 && v.IsMark(i + 1, U':') &&
                        (v.IsMark(i + 2, U'\\') || v.IsMark(i + 2, U'/'));
  const bool is_rooted =
      (v.IsMark(i, U'/') && (v.IsWord(i + 1) || v.IsMark(i + 1, U'.'))) ||
      ((v.IsMark(i, U'~') || v.IsMark(i, U'.')) &&
       (v.IsMark(i + 1, U'/') || (v.IsMark(i + 1, U'.') && v.IsMark(i + 2, U'/')))) ||
      (backslashes >= 2 && v.IsMark(i, U'\\'));
  // "file.txt", "archive.tar.gz", "src/main.cc"
  bool has_extension = dot > i && dot + 1 < stop && (v.IsWord(dot + 1) || v.IsDigits(dot + 1));
  if (has_extension) {
    const std::string extension = AsciiLower(v.Text(dot + 1, stop));
    has_extension =
        Contains(Extensions(), extension) &&
        (v.IsWord(dot - 1) || v.IsDigits(dot - 1) || v.IsMark(dot - 1, U')')) &&
        (extension.size() > 1 ||
         (v.IsLowerCase(dot - 1) && v.Text(dot - 1).size() > 1 && v.IsLowerCase(dot + 1)));
  }
  const bool is_dotfile =
      v.IsMark(i, U'.') && v.IsLowerCase(i + 1) && v.Text(i + 1).size() > 2 && v.IsBreak(i - 1);
  if (!is_drive && !is_rooted && !has_extension && !is_dotfile && slashes < 3 && backslashes < 1) {
    return std::nullopt;
  }
  // "3/4/5/6" is no path.
  if (!is_drive && !is_rooted && !has_extension && v.IsDigits(i)) return std::nullopt;
  size_t last = whole;
  if (slashes > 1 && v.IsMark(last - 1, U'/')) --last;
  return Reading{Kind::kAddress, SpellAddress(v, i, last), whole};
}

}  // namespace

std::string_view SignName(char32_t sign) {
  struct Name {
    char32_t sign;
    std::string_view name;
  };
  static constexpr std::array<Name, 30> kNames = {{
      {U'.', "dot"},
      {U'/', "slash"},
      {U'\\', "backslash"},
      {U'-', "dash"},
      {U'_', "underscore"},
      {U'?', "question mark"},
      {U'=', "equals"},
      {U'&', "and"},
      {U'#', "hash"},
      {U'%', "percent"},
      {U'+', "plus"},
      {U'~', "tilde"},
      {U':', "colon"},
      {U'@', "at"},
      {U',', "comma"},
      {U';', "semicolon"},
      {U'!', "exclamation mark"},
      {U'*', "star"},
      {U'$', "dollar"},
      {U'(', "open parenthesis"},
      {U')', "close parenthesis"},
      {U'[', "open bracket"},
      {U']', "close bracket"},
      {U'{', "open brace"},
      {U'}', "close brace"},
      {U'|', "bar"},
      {U'^', "caret"},
      {U'\'', "apostrophe"},
      {U'<', "less than"},
      {U'>', "greater than"},
  }};
  for (const Name& name : kNames) {
    if (name.sign == sign) return name.name;
  }
  return {};
}

std::string SpellAddress(const AtomView& v, size_t begin, size_t end) {
  std::string words;
  for (size_t i = begin; i < end; ++i) {
    switch (v[i].type) {
      case Atom::Type::kWord:
        AddWords(words, LabelWords(v.Text(i)));
        break;
      case Atom::Type::kDigits:
        AddWords(words, CodeWords(v.Text(i), v.locale()));
        break;
      case Atom::Type::kMark:
        AddWords(words, SignName(v[i].mark));
        break;
      default:
        break;
    }
  }
  return words;
}

// 192.168.1.1 and 3.14.2; "v2.0" and "Python 3.11" are numbers with a point.
MaybeReading ReadDottedNumber(const AtomView& v, size_t i) {
  size_t parts = 0;
  size_t at = i;
  bool is_address = true;
  while (v.IsDigits(at)) {
    ++parts;
    is_address = is_address && v.Text(at).size() <= 3;
    ++at;
    if (!v.IsMark(at, U'.') || !v.IsDigits(at + 1)) break;
    ++at;
  }
  if (parts < 3) return std::nullopt;
  // "1.234.567" is a number with points between its thousands.
  if (const std::optional<Number> number = ParseNumber(v, i); number && number->has_commas)
    return std::nullopt;
  is_address = is_address && parts == 4 &&
               !v.HasCueBefore(i, 4, {"version", "v", "release", "chrome", "build", "firmware"});
  std::string words;
  for (size_t k = i; k < at; k += 2) {
    if (k > i) AddWords(words, is_address ? "dot" : "point");
    AddWords(words, is_address || v.Text(k).size() > 4 ? DigitWords(v.Text(k))
                                                       : CardinalWords(v.Text(k), v.locale()));
  }
  Reading reading{is_address ? Kind::kAddress : Kind::kVersion, words, at};
  if (is_address && (v.IsMark(at, U':') || v.IsMark(at, U'/')) && v.IsDigits(at + 1)) {
    AddWords(reading.spoken, SignName(v[at].mark));
    AddWords(reading.spoken, CodeWords(v.Text(at + 1), v.locale()));
    reading.next = at + 2;
  }
  // "0.4.0-20140602", but not the range of "1.2.3-1.2.5"
  if (!is_address && v.IsHyphen(at) && v.IsDigits(at + 1) && v.Text(at + 1).size() >= 6 &&
      !v.IsMark(at + 2, U'.')) {
    AddWords(reading.spoken, DigitWords(v.Text(at + 1)));
    reading.next = at + 2;
  }
  if (!is_address && v.IsHyphen(at) && v.IsWord(at + 1)) {  // 1.2.3-beta
    AddWords(reading.spoken, CamelWords(v.Text(at + 1)));
    reading.next = at + 2;
  }
  return reading;
}

MaybeReading ReadElectronic(const AtomView& v, size_t i, size_t span_end) {
  const size_t end = SpanEnd(i, span_end);
  if (MaybeReading email = ReadEmail(v, i, end)) return email;
  if (MaybeReading url = ReadUrl(v, i, end)) return url;
  return ReadPath(v, i, end);
}

namespace {

// "#FF8800": a colour. One of letters alone might as well be a tag.
MaybeReading ReadColor(const AtomView& v, size_t i) {
  size_t end = i + 1;
  bool has_digits = false;
  for (; v.IsWord(end) || v.IsDigits(end); ++end) has_digits = has_digits || v.IsDigits(end);
  const std::string_view digits = v.Text(i + 1, end);
  const bool has_letters =
      digits.find_first_not_of("0123456789") != std::string_view::npos ||
      v.HasCueBefore(i, 8, {"color", "colour", "hex", "background", "fill", "rgb"});
  if (digits.size() != 6 || !has_digits || !has_letters ||
      digits.find_first_not_of("0123456789ABCDEFabcdef") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string words = "hash";
  for (const char c : digits) {
    AddWords(words, IsAsciiDigit(c) ? DigitWords(std::string(1, c)) : Upper(std::string(1, c)));
  }
  return Reading{Kind::kSerial, words, end};
}

}  // namespace

MaybeReading ReadHandleOrHashtag(const AtomView& v, size_t i) {
  if (v.IsGlued(i)) return std::nullopt;
  if (v.IsMark(i, U'#')) {
    if (MaybeReading color = ReadColor(v, i)) return color;
  }
  const bool is_tag = v.IsMark(i, U'#');
  if (!is_tag && !v.IsMark(i, U'@')) return std::nullopt;
  size_t first = i + 1;
  if (is_tag && v.IsSpace(first) && v.IsDigits(first + 1) && !v.IsBreak(i - 1)) return std::nullopt;
  if (is_tag && v.IsDigits(first) && v.HasCueBefore(i, 12, {"dial", "dialing", "dialling"}))
    return std::nullopt;
  if (is_tag && v.IsDigits(first)) {
    size_t digits_end = first + 1;
    if (!v.IsWord(digits_end) && !v.IsMark(digits_end, U'_')) {
      const MaybeReading number = ReadNumber(v, first);
      if (!number) return std::nullopt;
      // "Order #10045": digits that nobody counts
      if (v.Text(first).size() >= 5 && number->next == first + 1 &&
          v.HasCueBefore(i, 2,
                         {"order", "invoice", "ticket", "case", "account", "tracking",
                          "confirmation", "reference", "booking", "claim", "policy"})) {
        return Reading{Kind::kSerial, "number " + DigitWords(v.Text(first)), number->next};
      }
      const bool is_plain = number->kind == Kind::kYear;
      const std::string words =
          is_plain ? CardinalWords(v.Text(first), v.locale()) : number->spoken;
      return Reading{Kind::kOrdinal, "number " + words, number->next};
    }
  }
  if (!v.IsWord(first) && !v.IsDigits(first) && !v.IsMark(first, U'_')) return std::nullopt;
  std::string words(is_tag ? "hashtag" : "at");
  size_t at = first;
  for (; at < first + kMostAtoms; ++at) {
    if (v.IsWord(at)) {
      AddWords(words, CamelWords(v.Text(at)));
    } else if (v.IsDigits(at)) {
      AddWords(words, CodeWords(v.Text(at), v.locale()));
    } else if (v.IsMark(at, U'_')) {
      if (!is_tag) AddWords(words, "underscore");
    } else if (!(!is_tag && (v.IsMark(at, U'.') || v.IsHyphen(at)) &&
                 (v.IsWord(at + 1) || v.IsDigits(at + 1)))) {
      break;
    } else {
      AddWords(words, SignName(v[at].mark));
    }
  }
  return Reading{Kind::kAddress, words, at};
}

}  // namespace litetts::text

#include "text/clean.h"

#include <algorithm>
#include <array>
#include <utility>

#include "text/character_forms.h"
#include "text/clean_html.h"
#include "text/clean_markdown.h"
#include "text/code_point.h"
#include "text/emoji.h"

namespace litetts::text {

namespace {

constexpr size_t kLongestBracket = 1000;
constexpr size_t kLongestFeature = 1000;
constexpr size_t kMostCombiningMarks = 30;  // as Unicode's stream-safe text

// Bytes that may begin something else than plain text.
constexpr auto kIsSpecial = [] {
  std::array<bool, 256> special{};
  for (size_t c = 0; c < 256; ++c) special[c] = c < 0x20 || c >= 0x7F;
  for (const char c : {'<', '&', '[', ']', '(', '*', '_', '`', '~', '\\', '!', ':', '|'}) {
    special[static_cast<unsigned char>(c)] = true;
  }
  return special;
}();

class Cleaner {
 public:
  Cleaner(std::string_view in, const NormaliseOptions& options) : in_(in), options_(options) {
    clean_.text.reserve(in.size());
  }

  CleanText RunXmlText(bool has_entities) {
    while (pos_ < in_.size()) {
      PlainUntil(has_entities ? std::min(in_.find('&', pos_), in_.size()) : in_.size(), 0);
      if (pos_ < in_.size() && !Entity()) Copy(1);
    }
    Report();
    return std::move(clean_);
  }

  CleanText Run() {
    BeginLine();
    while (pos_ < in_.size()) Step();
    CloseBracket();
    Report();
    return std::move(clean_);
  }

 private:
  struct Bracket {
    size_t close = 0;  // the ']' in the input
    size_t end = 0;    // behind all of it
    std::optional<Mark> mark;
    size_t clean_begin = 0;
  };

  void Copy(size_t size) {
    clean_.text.append(in_, pos_, size);
    clean_.offsets.Add(size, pos_, pos_ + size, true);
    pos_ += size;
  }
  void Replace(size_t size, std::string_view text) {
    clean_.text.append(text);
    clean_.offsets.Add(text.size(), pos_, pos_ + size, false);
    pos_ += size;
  }
  char Before() const { return pos_ == 0 ? ' ' : in_[pos_ - 1]; }
  char At(size_t pos) const { return pos < in_.size() ? in_[pos] : '\0'; }

  void Step() {
    size_t run = pos_;
    while (run < in_.size() && !kIsSpecial[static_cast<unsigned char>(in_[run])]) ++run;
    if (run < in_.size() && static_cast<unsigned char>(in_[run]) >= 0x80 && run > pos_) {
      // A combining mark belongs to the character before it.
      if (IsCombining(DecodeUtf8(in_, run).value)) --run;
    }
    if (run > pos_) {
      Copy(run - pos_);
      return;
    }
    if (bracket_ && pos_ >= bracket_->close) {
      CloseBracket();
      return;
    }
    const unsigned char c = static_cast<unsigned char>(in_[pos_]);
    if (c >= 0x80 || !kIsSpecial[c]) {
      Character();
    } else if (c == '\n' || c == '\r') {
      LineBreak();
    } else if (c < 0x20 || c == 0x7F) {
      Replace(1, c == '\t' || c == '\v' || c == '\f' ? " " : "");
    } else {
      Sign(static_cast<char>(c));
    }
  }

  void Sign(char c) {
    bool done = false;
    switch (c) {
      case '<':
        done = AngleBracket();
        break;
      case '&':
        done = Entity();
        break;
      case '[':
        done = SquareBracket();
        break;
      case '(':
        done = Spell();
        break;
      case '*':
      case '_':
      case '~':
        done = Emphasis(c);
        break;
      case '`':
        done = CodeSpan();
        break;
      case '\\':
        done = Escape();
        break;
      case '!':
        // An image: its description is read.
        if (At(pos_ + 1) == '[' && LinkAt(pos_ + 1)) {
          ++pos_;
          done = true;
        }
        break;
      case ':':
        done = Url();
        break;
      case '|':
        done = TableBar();
        break;
      default:
        break;
    }
    if (!done) Copy(1);
  }

  // ---- lines ----

  void BeginLine() {
    using Type = MarkdownLine::Type;
    while (pos_ < in_.size()) {
      const MarkdownLine line = ParseMarkdownLine(in_, pos_);
      is_block_ =
          line.type == Type::kHeading || line.type == Type::kItem || line.type == Type::kTableRow;
      is_table_ = line.type == Type::kTableRow;
      pos_ += line.skip;
      if (line.type != Type::kFence) return;
      Fence();
      if (pos_ < in_.size()) pos_ = AfterLineBreak(in_, pos_);
    }
  }

  void Fence() {
    const size_t end = EndOfFencedCode(in_, pos_);
    ++code_blocks_;
    Mark mark;
    mark.type = Mark::Type::kCode;
    if (options_.cleaning.announce_code) mark.spoken = "code block";
    AddObject(std::move(mark), end - pos_);
    clean_.text += kParagraphSign;
    clean_.offsets.Add(1, end, end, false);
  }

  void LineBreak() {
    using Type = MarkdownLine::Type;
    const size_t begin = pos_;
    size_t next = AfterLineBreak(in_, pos_);
    MarkdownLine line = ParseMarkdownLine(in_, next);
    bool is_paragraph = is_block_;
    while (line.type == Type::kBlank || line.type == Type::kRule) {
      is_paragraph = true;
      next += line.skip;
      if (next >= in_.size()) break;
      next = AfterLineBreak(in_, next);
      line = ParseMarkdownLine(in_, next);
    }
    if (line.type != Type::kText) is_paragraph = is_paragraph || line.type != Type::kQuote;
    if (is_paragraph) open_ = {};
    const char sign = is_paragraph ? kParagraphSign : '\n';
    Replace(next - begin, std::string_view(&sign, 1));
    BeginLine();
  }

  bool TableBar() {
    if (!is_table_) return false;
    const size_t end = EndOfLine(in_.substr(0, pos_ + 100), pos_);
    const bool is_last = in_.substr(0, end).find_first_not_of(" \t|", pos_) == in_.npos;
    Replace(1, is_last ? "" : ",");
    return true;
  }

  // ---- inline ----

  void Character() {
    CodePoint c = DecodeUtf8(in_, pos_);
    if (!c.is_valid) {
      ++bad_bytes_;
      Replace(1, "");
      return;
    }
    size_t end = pos_ + c.size;
    for (size_t marks = 0; marks < kMostCombiningMarks; ++marks) {
      const size_t size = CombiningMarkAt(end);
      if (size == 0) break;
      end += size;
    }
    if (end > pos_ + c.size && IsLetter(c.value)) {
      Replace(end - pos_, Compose(in_.substr(pos_, end - pos_), IsCompatibilityForm(c.value)));
    } else {
      Single(c);
    }
    // Marks without a letter, and those that no writing needs.
    while (const size_t size = CombiningMarkAt(pos_)) pos_ += size;
  }

  // The size of the combining mark at `pos` of the input, or 0.
  size_t CombiningMarkAt(size_t pos) const {
    if (pos >= in_.size() || static_cast<unsigned char>(in_[pos]) < 0xCC) return 0;
    const CodePoint c = DecodeUtf8(in_, pos);
    return c.is_valid && IsCombining(c.value) && !IsEmoji(c.value) ? c.size : 0;
  }

  void Single(const CodePoint& c) {
    const std::string_view bytes = in_.substr(pos_, c.size);
    if (IsEmoji(c.value) && ReplacementOf(c.value).empty()) {
      Emoji();
    } else if (const std::string form = FormOf(c, bytes); form != bytes) {
      Replace(c.size, form);
    } else {
      Copy(c.size);
    }
  }

  void AddObject(Mark mark, size_t size) {
    mark.begin = clean_.text.size();
    Replace(size, std::string_view(&kObjectSign, 1));
    mark.end = clean_.text.size();
    clean_.marks.push_back(std::move(mark));
  }

  void Emoji() {
    size_t end = pos_;
    while (end < in_.size() && static_cast<unsigned char>(in_[end]) >= 0x80) {
      const CodePoint c = DecodeUtf8(in_, end);
      if (!c.is_valid || !IsEmoji(c.value)) break;
      end += c.size;
    }
    Mark mark;
    mark.type = Mark::Type::kEmoji;
    if (options_.cleaning.name_emoji) mark.spoken = EmojiNames(in_.substr(pos_, end - pos_));
    AddObject(std::move(mark), end - pos_);
  }

  bool Entity() {
    const std::optional<HtmlEntity> entity = ParseHtmlEntity(in_, pos_);
    if (!entity) return false;
    // One character, or none; it is cleaned as if it stood there itself.
    const CodePoint c = entity->text.empty() ? CodePoint{} : DecodeUtf8(entity->text, 0);
    if (!entity->text.empty() && IsEmoji(c.value) && ReplacementOf(c.value).empty()) {
      Mark mark;
      mark.type = Mark::Type::kEmoji;
      if (options_.cleaning.name_emoji) mark.spoken = EmojiNames(entity->text);
      AddObject(std::move(mark), entity->size);
      return true;
    }
    Replace(entity->size, entity->text.empty() ? entity->text : FormOf(c, entity->text));
    return true;
  }

  bool AngleBracket() {
    if (in_.substr(pos_ + 1, 7) == "http://" || in_.substr(pos_ + 1, 8) == "https://") {
      Replace(1, "");
      const size_t end = in_.find_first_of("> \n", pos_);
      Copy((end == std::string_view::npos ? in_.size() : end) - pos_);
      if (At(pos_) == '>') Replace(1, "");
      return true;
    }
    const std::optional<HtmlTag> tag = ParseHtmlTag(in_, pos_);
    if (!tag) return false;
    size_t size = tag->size;
    if (!tag->raw_name.empty() && tag->raw_name != "title") {
      const std::string close = "</" + std::string(tag->raw_name);
      const size_t end = in_.find(close, pos_ + size);
      size = (end == std::string_view::npos ? in_.size() : end) - pos_;
      ++code_blocks_;
    }
    if (tag->ends_paragraph && !clean_.text.empty()) {
      Replace(size, std::string_view(&kParagraphSign, 1));
    } else {
      Replace(size, "");
    }
    return true;
  }

  bool Escape() {
    static constexpr std::string_view kEscaped = "`*_{}[]()#+-.!|<>~$\"'";
    if (Before() == '\\' || kEscaped.find(At(pos_ + 1)) == std::string_view::npos) return false;
    if (At(pos_ + 1) == '\0') return false;
    Replace(1, "");
    Copy(1);
    return true;
  }

  bool Url() {
    if (At(pos_ + 1) != '/' || At(pos_ + 2) != '/') return false;
    size_t end = pos_;
    while (end < in_.size()) {
      const unsigned char c = static_cast<unsigned char>(in_[end]);
      if (c <= 0x20 || c >= 0x7F || c == '<' || c == '>' || c == '"') break;
      if (bracket_ && end >= bracket_->close) break;
      if ((c == ')' || c == ']') && end + 1 < in_.size() && !IsAsciiAlnum(in_[end + 1])) break;
      // The emphasis that closes behind an address is not a part of it.
      if (c == '*' && in_[end - 1] != '/') break;
      ++end;
    }
    Copy(end - pos_);
    return true;
  }

  bool CodeSpan() {
    size_t ticks = 1;
    while (At(pos_ + ticks) == '`') ++ticks;
    const std::string_view line = in_.substr(0, pos_ + kLongestFeature);
    for (size_t at = pos_ + ticks; at < line.size();) {
      if (no_tick_before_ > at || (at = line.find('`', at)) == std::string_view::npos) break;
      size_t size = 1;
      while (At(at + size) == '`') ++size;
      if (size == ticks) {
        Replace(ticks, "");
        return PlainUntil(at, ticks);
      }
      at += size;
    }
    no_tick_before_ = pos_ + kLongestFeature / 2;
    Replace(ticks, "");
    return true;
  }

  // Code is read as it stands, without Markdown; characters are still cleaned.
  bool PlainUntil(size_t end, size_t close) {
    while (pos_ < end) {
      const unsigned char c = static_cast<unsigned char>(in_[pos_]);
      if (c >= 0x80 || (IsAsciiLetter(in_[pos_]) && CombiningMarkAt(pos_ + 1) > 0)) {
        Character();
      } else if (c < 0x20 || c == 0x7F) {
        Replace(1, " ");
      } else {
        Copy(1);
      }
    }
    if (pos_ < end + close) Replace(end + close - pos_, "");
    return true;
  }

  bool Emphasis(char c) {
    if (c == '_' && options_.markup && PartOfSpeech()) return true;
    size_t size = 1;
    while (At(pos_ + size) == c) ++size;
    const bool may_close = (open_[Slot(c)] == size || open_[Slot(c)] == 3) &&
                           size <= open_[Slot(c)] && !IsAsciiSpace(Before()) && pos_ > 0 &&
                           (c != '_' || !IsAsciiAlnum(At(pos_ + size)));
    if (may_close) {
      open_[Slot(c)] -= size;
      Replace(size, "");
      return true;
    }
    if (!MayOpen(c, size) || !HasClose(c, size)) {
      Copy(size);
      return true;
    }
    open_[Slot(c)] += size;
    Replace(size, "");
    return true;
  }

  static size_t Slot(char c) { return c == '*' ? 0 : c == '_' ? 1 : 2; }

  bool MayOpen(char c, size_t size) const {
    const char next = At(pos_ + size);
    const size_t open = open_[Slot(c)];
    if (open + size > 3 || open == size || next == '\0' || IsAsciiSpace(next)) return false;
    if (c == '~') return size == 2;
    if (c == '_' || size == 1) return !IsAsciiAlnum(Before()) && Before() != ')';
    return !IsAsciiDigit(Before()) || !IsAsciiDigit(next);
  }

  // A run of `size` signs that can close stands in the same paragraph, not far away.
  bool HasClose(char c, size_t size) {
    const size_t slot = Slot(c);
    if (no_close_before_[slot] > pos_) return false;
    const size_t limit = std::min(in_.size(), pos_ + kLongestFeature);
    for (size_t at = pos_ + size; at < limit; ++at) {
      if (in_[at] == '\n' && At(at + 1) == '\n') break;
      if (in_[at] != c) continue;
      size_t run = 1;
      while (at + run < limit && in_[at + run] == c) ++run;
      const bool may_close =
          !IsAsciiSpace(in_[at - 1]) && (c == '*' || !IsAsciiAlnum(At(at + run))) &&
          !(c == '*' && run == 1 && IsAsciiDigit(in_[at - 1]) && IsAsciiDigit(At(at + 1)));
      if (may_close && run >= size) return true;
      at += run - 1;
    }
    no_close_before_[slot] = std::min(limit, pos_ + kLongestFeature / 2);
    return false;
  }

  // ---- brackets ----

  // "[text](target)" or "[text][name]" at `pos`, where ']' is not far.
  std::optional<Bracket> LinkAt(size_t pos) {
    if (bracket_ || pos < no_bracket_before_) return std::nullopt;
    const size_t close = in_.substr(0, pos + kLongestBracket).find(']', pos);
    if (close == std::string_view::npos) {
      no_bracket_before_ = pos + kLongestBracket / 2;
      return std::nullopt;
    }
    const char open = At(close + 1);
    if (open != '(' && open != '[') return std::nullopt;
    const char closing = open == '(' ? ')' : ']';
    size_t end = close + 2;
    size_t depth = 1;
    for (const size_t limit = std::min(in_.size(), end + kLongestFeature); end < limit; ++end) {
      if (in_[end] == '\n') return std::nullopt;
      if (in_[end] == open) ++depth;
      if (in_[end] == closing && --depth == 0) break;
    }
    if (depth != 0 || close == pos + 1) return std::nullopt;
    const std::string_view target = in_.substr(close + 2, end - close - 2);
    Bracket bracket;
    bracket.close = close;
    bracket.end = end + 1;
    if (options_.markup && open == '(') bracket.mark = ParseFeature(target);
    // "[1] (see below)" style prose: a target has no spaces unless a title follows in quotes.
    const bool is_target =
        target.find(' ') == std::string_view::npos || target.find('"') != std::string_view::npos;
    if (!bracket.mark && !is_target) return std::nullopt;
    return bracket;
  }

  bool SquareBracket() {
    if (options_.markup && SpeechBracket()) return true;
    if (At(pos_ + 1) == '^') {  // a footnote's sign
      const size_t close = in_.substr(0, pos_ + 20).find(']', pos_);
      if (close != std::string_view::npos) {
        Replace(close + 1 - pos_, "");
        return true;
      }
    }
    std::optional<Bracket> bracket = LinkAt(pos_);
    if (!bracket) return false;
    if (!bracket->mark) ++links_;
    Replace(1, "");
    bracket->clean_begin = clean_.text.size();
    bracket_ = std::move(bracket);
    return true;
  }

  void CloseBracket() {
    if (!bracket_) return;
    const Bracket bracket = *std::exchange(bracket_, std::nullopt);
    pos_ = std::max(pos_, std::min(bracket.end, in_.size()));
    if (!bracket.mark || bracket.clean_begin >= clean_.text.size()) return;
    Mark mark = *bracket.mark;
    mark.begin = bracket.clean_begin;
    mark.end = clean_.text.size();
    clean_.marks.push_back(std::move(mark));
  }

  // [[phonemes]], [pause:1s], [0.4s]
  bool SpeechBracket() {
    if (bracket_) return false;
    if (At(pos_ + 1) == '[') {
      const size_t close = in_.substr(0, pos_ + kLongestBracket).find("]]", pos_);
      if (close == std::string_view::npos || close == pos_ + 2) return false;
      const std::string_view inside = in_.substr(pos_ + 2, close - pos_ - 2);
      if (inside.find_first_of("[\n") != std::string_view::npos) return false;
      Mark mark;
      mark.type = Mark::Type::kPhonemes;
      mark.phonemes = std::string(inside);
      AddObject(std::move(mark), close + 2 - pos_);
      return true;
    }
    const size_t close = in_.substr(0, pos_ + 24).find(']', pos_);
    if (close == std::string_view::npos) return false;
    const std::optional<double> seconds = ParsePause(in_.substr(pos_ + 1, close - pos_ - 1));
    if (!seconds) return false;
    Mark mark;
    mark.type = Mark::Type::kPause;
    mark.pause_seconds = *seconds;
    AddObject(std::move(mark), close + 1 - pos_);
    return true;
  }

  bool Spell() {
    static constexpr std::string_view kName = "spell";
    std::string& out = clean_.text;
    if (!options_.markup || out.size() < kName.size() ||
        std::string_view(out).substr(out.size() - kName.size()) != kName) {
      return false;
    }
    if (out.size() > kName.size() && IsAsciiAlnum(out[out.size() - kName.size() - 1])) return false;
    const size_t close = in_.substr(0, pos_ + 100).find(')', pos_);
    if (close == std::string_view::npos || close == pos_ + 1) return false;
    Mark mark;
    mark.type = Mark::Type::kSpell;
    mark.begin = out.size();
    mark.end = mark.begin;
    // The word "spell" itself stands in the text already: the mark begins at it, and the
    // normaliser takes both for one.
    mark.begin -= kName.size();
    Copy(1);
    while (pos_ < close) {
      if (static_cast<unsigned char>(in_[pos_]) >= 0x80) {
        Character();
      } else if (static_cast<unsigned char>(in_[pos_]) < 0x20) {
        Replace(1, " ");
      } else {
        Copy(1);
      }
    }
    Replace(1, ")");
    mark.end = out.size();
    clean_.marks.push_back(std::move(mark));
    return true;
  }

  bool PartOfSpeech() {
    if (!IsAsciiLetter(Before()) || clean_.text.empty() || bracket_) return false;
    const std::optional<PartOfSpeechSuffix> suffix = ParsePartOfSpeech(in_, pos_);
    if (!suffix) return false;
    Mark mark;
    mark.type = Mark::Type::kPartOfSpeech;
    mark.part_of_speech = suffix->part_of_speech;
    mark.end = clean_.text.size();
    mark.begin = mark.end;
    while (mark.begin > 0 && IsAsciiLetter(clean_.text[mark.begin - 1])) --mark.begin;
    if (!clean_.marks.empty() && clean_.marks.back().end > mark.begin) return false;
    if (mark.begin > 0 && clean_.text[mark.begin - 1] == '_') return false;
    clean_.marks.push_back(std::move(mark));
    Replace(suffix->size, "");
    return true;
  }

  void Report() {
    const auto add = [&](size_t count, std::string_view one, std::string_view many) {
      if (count == 0) return;
      clean_.warnings.push_back(std::to_string(count) + " " + std::string(count == 1 ? one : many));
    };
    add(bad_bytes_, "byte that is not UTF-8 was left out",
        "bytes that are not UTF-8 were left out");
    add(links_, "link address was left out", "link addresses were left out");
    add(code_blocks_, "code block was left out", "code blocks were left out");
  }

  const std::string_view in_;
  const NormaliseOptions options_;
  CleanText clean_;
  size_t pos_ = 0;
  bool is_block_ = false;  // the line ends a block: heading, list item, table row
  bool is_table_ = false;
  std::optional<Bracket> bracket_;
  std::array<size_t, 3> open_{};  // signs of the emphasis that is open: * _ ~
  std::array<size_t, 3> no_close_before_{};
  size_t no_bracket_before_ = 0;
  size_t no_tick_before_ = 0;
  size_t bad_bytes_ = 0;
  size_t links_ = 0;
  size_t code_blocks_ = 0;
};

}  // namespace

CleanText Clean(std::string_view original, const NormaliseOptions& options) {
  return Cleaner(original, options).Run();
}

CleanText CleanXmlText(std::string_view text, bool has_entities, const NormaliseOptions& options) {
  return Cleaner(text, options).RunXmlText(has_entities);
}

}  // namespace litetts::text

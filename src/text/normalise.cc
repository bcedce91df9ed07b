#include "text/normalise.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "text/atoms.h"
#include "text/clean.h"
#include "text/code_point.h"
#include "text/number_words.h"
#include "text/rules.h"
#include "text/user_lexicon.h"

namespace litetts::text {
namespace {

using Type = Atom::Type;
using Rule = MaybeReading (*)(const AtomView&, size_t);

template <size_t kSize>
MaybeReading FirstOf(const AtomView& v, size_t i, const std::array<Rule, kSize>& rules) {
  for (const Rule rule : rules) {
    if (MaybeReading reading = rule(v, i)) return reading;
  }
  return std::nullopt;
}

// Words that no rule but the last can take, the great majority: small letters and a space or comma.
bool IsPlainWord(const AtomView& v, size_t i) {
  if (!v.IsLowerCase(i) || !(v.IsSpace(i + 1) || v.IsMark(i + 1, U','))) return false;
  const std::string_view word = v.Text(i);
  if (word.size() < 3 || static_cast<unsigned char>(word[0]) >= 0x80) return false;
  return word.size() > 8 || word == "the" || word == "and";
}

// What stands for the letters behind an apostrophe; empty: they stay.
std::string_view FullForm(std::string_view letters) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kForms = {
      {{"m", " am"},
       {"re", " are"},
       {"ve", " have"},
       {"ll", " will"},
       {"M", " am"},
       {"RE", " are"},
       {"VE", " have"},
       {"LL", " will"}}};
  for (const auto& [letters_of, form] : kForms) {
    if (letters_of == letters) return form;
  }
  return {};
}

// "can't" to "cannot"; what is no contraction, or may be several, stays as it is.
std::string ExpandContraction(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kIrregular = {
      {{"can't", "cannot"},
       {"won't", "will not"},
       {"shan't", "shall not"},
       {"let's", "let us"},
       {"Can't", "Cannot"},
       {"Won't", "Will not"},
       {"Shan't", "Shall not"},
       {"Let's", "Let us"}}};
  for (const auto& [from, to] : kIrregular) {
    if (word == from) return std::string(to);
  }
  if (word.size() > 3 && word.ends_with("n't") && word != "ain't" && word != "Ain't") {
    return std::string(word.substr(0, word.size() - 3)) + " not";
  }
  const size_t apostrophe = word.rfind('\'');
  if (apostrophe == std::string_view::npos || apostrophe == 0) return std::string(word);
  const std::string_view form = FullForm(word.substr(apostrophe + 1));
  if (form.empty()) return std::string(word);
  return std::string(word.substr(0, apostrophe)) + std::string(form);
}

// A plain word with what is joined to it: "don't", "well-known", "O'Neil's".
Reading ReadPlainWord(const AtomView& v, size_t i) {
  size_t end = i + 1;
  while ((v.IsMark(end, U'\'') || v.IsHyphen(end)) && v.IsWord(end + 1) && !v.IsDigits(end + 2)) {
    end += 2;
  }
  // The letter of "A-10" is no article.
  const bool is_letter = end == i + 1 && v.Text(i) == "A" && v.IsHyphen(end) && v.IsDigits(end + 1);
  const std::string_view text = v.Text(i, end);
  if (v.options().cleaning.expand_contractions) {
    return Reading{is_letter ? Kind::kLetters : Kind::kWord, ExpandContraction(text), end};
  }
  return Reading{is_letter ? Kind::kLetters : Kind::kWord, std::string(text), end};
}

// Atom `i` by itself.
Reading ReadSingle(const AtomView& v, size_t i) {
  if (v.IsDigits(i)) return {Kind::kCardinal, CardinalWords(v.Text(i), v.locale()), i + 1};
  if (v.IsWord(i)) return {Kind::kWord, std::string(v.Text(i)), i + 1};
  return {Kind::kSymbol, "", i + 1};
}

// The hyphen of "COVID-19", "mid-1990s" is heard as a space.
MaybeReading ReadHyphenAndNumber(const AtomView& v, size_t i) {
  if (!v.IsHyphen(i) || !v.IsWord(i - 1) || !v.IsDigits(i + 1)) return std::nullopt;
  if (v.IsWord(i + 2, "s") && (v.IsWord(i - 1, "under") || v.IsWord(i - 1, "over"))) {
    return Reading{Kind::kCardinal, PluralOfWords(CardinalWords(v.Text(i + 1), v.locale())), i + 3};
  }
  const bool is_name = v.IsCapitalised(i - 1) && v.Text(i + 1).size() <= 4 && !v.IsWord(i + 2) &&
                       !v.IsMark(i + 2, U'/') &&
                       !((v.IsMark(i + 2, U'.') || v.IsMark(i + 2, U',')) && v.IsDigits(i + 3));
  if (is_name) return Reading{Kind::kSerial, CodeWords(v.Text(i + 1), v.locale()), i + 2};
  return ReadNumber(v, i + 1);
}

// The hyphen in "SN-4471-B9", "10045-B" is no part of a word.
MaybeReading ReadHyphenInCode(const AtomView& v, size_t i) {
  if (!v.IsHyphen(i) || !v.IsDigits(i - 1) || !v.IsUpperCase(i + 1)) return std::nullopt;
  if (v.Text(i - 1).size() < 3 || v.Text(i + 1).size() > 3 || v.IsMark(i + 2, U'.'))
    return std::nullopt;
  return Reading{Kind::kSymbol, "", i + 1};
}

// "H.264", "802.11ac" behind a letter: the dot is no decimal point.
MaybeReading ReadInnerDot(const AtomView& v, size_t i) {
  if (!v.IsMark(i, U'.') || !v.IsUpperCase(i - 1) || v.Text(i - 1).size() > 2 ||
      !v.IsDigits(i + 1)) {
    return std::nullopt;
  }
  return Reading{Kind::kSerial, "dot " + CodeWords(v.Text(i + 1), v.locale()), i + 2};
}

// "foo.bar", "requests.get": the dot in the name of a program's thing. "home.then" is a slip.
MaybeReading ReadNameDot(const AtomView& v, size_t i) {
  if (!v.IsMark(i, U'.')) return std::nullopt;
  // What is left of "the5.5.5"; a number that begins with a point is none of this.
  if (v.IsDigits(i - 1) && (v.IsDigits(i + 1) || v.IsLowerCase(i + 1))) {
    return Reading{Kind::kAddress, "dot", i + 1};
  }
  if (!v.IsLowerCase(i - 1) || !v.IsLowerCase(i + 1)) return std::nullopt;
  if (v.Text(i - 1).size() < 2 || v.Text(i + 1).size() < 2) return std::nullopt;
  if (IsFunctionWord(v.Text(i + 1)) || IsFunctionWord(v.Text(i - 1))) return std::nullopt;
  return Reading{Kind::kAddress, "dot", i + 1};
}

// ":-)", ";P": not said, or named as emoji are.
MaybeReading ReadEmoticon(const AtomView& v, size_t i) {
  const char32_t eyes = v[i].mark;
  if ((eyes != U':' && eyes != U';' && eyes != U'=') || !v.IsBreak(i - 1)) return std::nullopt;
  size_t at = i + 1;
  if (v.IsHyphen(at) || v.IsMark(at, U'\'') || v.IsMark(at, U'^')) ++at;
  std::string_view name;
  if (v.IsMark(at, U')') || v.IsMark(at, U']')) {
    name = eyes == U';' ? "winking face" : "smiling face";
  } else if (v.IsMark(at, U'(') || v.IsMark(at, U'[')) {
    name = "sad face";
  } else if (v.IsMark(at, U'/') || v.IsMark(at, U'\\') || v.IsMark(at, U'|')) {
    name = "doubtful face";
  } else if (v.IsWord(at) && (v.Text(at) == "D" || v.Text(at) == "P" || v.Text(at) == "p" ||
                              v.Text(at) == "O" || v.Text(at) == "o")) {
    name = v.Text(at) == "D"   ? "laughing face"
           : v.IsWord(at, "p") ? "cheeky face"
                               : "surprised face";
  } else {
    return std::nullopt;
  }
  while (v[at + 1].type == Type::kMark && v[at + 1].mark == v[at].mark && at < i + 8) ++at;
  const bool ends = v.IsBreak(at + 1) || v.IsMark(at + 1, U'.') || v.IsMark(at + 1, U',') ||
                    v.IsMark(at + 1, U'!') || v.IsMark(at + 1, U'"') || v.IsMark(at + 1, U')');
  if (!ends) return std::nullopt;
  return Reading{Kind::kEmoji, v.options().cleaning.name_emoji ? std::string(name) : std::string(),
                 at + 1};
}

Reading ReadMark(const AtomView& v, size_t i) {
  if (MaybeReading emoticon = ReadEmoticon(v, i)) return *emoticon;
  static constexpr std::array<Rule, 11> kRules = {
      ReadNameDot,   ReadInnerDot,        ReadHyphenAndNumber, ReadMathematics,
      ReadTelephone, ReadDecadeOrElision, ReadSignedNumber,    ReadHandleOrHashtag,
      ReadMoney,     ReadFractionSign,    ReadHyphenInCode};
  const char32_t sign = v[i].mark;
  if (sign == U'!' && v.IsGlued(i) && v.IsSpace(i + 1) && v.IsMark(i + 2, U'=')) {
    return {Kind::kFormula, "factorial", i + 1};  // "5! = 120"
  }
  const bool is_stop = sign == U'.' || sign == U'!' || sign == U'?';
  if (sign != U',' && !(is_stop && v.IsBreak(i + 1))) {
    if (MaybeReading reading = FirstOf(v, i, kRules)) return *reading;
  }
  return *ReadSymbol(v, i);
}

std::vector<size_t> CutsOf(const std::vector<Mark>& marks, std::span<const StyleSpan> spans) {
  std::vector<size_t> cuts;
  for (const StyleSpan& span : spans) cuts.push_back(span.begin);
  for (const Mark& mark : marks) {
    cuts.push_back(mark.begin);
    cuts.push_back(mark.end);
  }
  std::sort(cuts.begin(), cuts.end());
  return cuts;
}

// With the marks of the lexicons beside those of mark-up.
CleanText WithLexicons(CleanText clean, std::span<const StyleSpan> spans,
                       const NormaliseOptions& options) {
  if (options.lexicons.empty()) return clean;
  const std::vector<Atom> atoms = CutAtoms(clean.text, CutsOf(clean.marks, spans));
  for (const auto& lexicon : options.lexicons) {
    lexicon->AddMarks(clean.text, atoms, options.locale, clean.marks);
  }
  return clean;
}

class Normaliser {
 public:
  Normaliser(std::string_view original, CleanText clean, std::span<const StyleSpan> spans,
             const NormaliseOptions& options)
      : original_(original),
        options_(options),
        spans_(spans),
        clean_(WithLexicons(std::move(clean), spans, options)),
        atoms_(CutAtoms(clean_.text, CutsOf(clean_.marks, spans))),
        view_(clean_.text, atoms_, options_) {}

  SpokenText Run() {
    result_.segments.reserve(atoms_.size() / 2 + 1);
    for (size_t i = 0; i < atoms_.size();) i = Step(i);
    result_.warnings = std::move(clean_.warnings);
    result_.clean = clean_.text;
    for (char& c : result_.clean) {
      if (c == kParagraphSign) c = '\n';
      if (c == kObjectSign) c = ' ';
    }
    return std::move(result_);
  }

 private:
  // Reads what begins at atom `i` and returns the first atom behind it.
  size_t Step(size_t i) {
    const Atom& atom = atoms_[i];
    if (view_.IsSpace(i)) {
      has_space_ = true;
      return i + 1;
    }
    if (atom.type == Type::kParagraph) {
      has_space_ = true;
      if (!result_.segments.empty()) result_.segments.back().paragraph_after = true;
      return i + 1;
    }
    while (mark_ < clean_.marks.size() && clean_.marks[mark_].begin < atom.begin) ++mark_;
    size_t limit = std::min(limit_, atoms_.size());
    if (mark_ < clean_.marks.size()) {
      if (clean_.marks[mark_].begin == atom.begin) return Marked(i);
      limit = std::min(limit, AtomAt(clean_.marks[mark_].begin, i));
    }
    while (span_ < spans_.size() && spans_[span_].begin <= atom.begin) ++span_;
    if (span_ < spans_.size()) limit = std::min(limit, AtomAt(spans_[span_].begin, i));
    Reading reading = ReadAt(view_, i);
    // A rule must not reach into what mark-up speaks about: "$5 [million](+1)" is "$5" at the end
    // of the text.
    if (reading.next > limit) reading = ReadAt({clean_.text, atoms_, options_, limit}, i);
    if (reading.next > limit) reading = ReadSingle(view_, i);
    return Emit(i, std::move(reading));
  }

  // The first atom from `i` on that does not begin before byte `begin`.
  size_t AtomAt(size_t begin, size_t i) const {
    const auto at =
        std::lower_bound(atoms_.begin() + static_cast<std::ptrdiff_t>(i), atoms_.end(), begin,
                         [](const Atom& atom, size_t position) { return atom.begin < position; });
    return static_cast<size_t>(at - atoms_.begin());
  }

  Reading ReadAt(const AtomView& v, size_t i) {
    if (i >= span_end_) MeasureSpan(i);
    if (IsPlainWord(v, i)) return ReadPlainWord(v, i);
    if (is_electronic_ && (i == span_begin_ || !v.IsGlued(i))) {
      if (MaybeReading reading = ReadElectronic(v, i, std::min(span_end_, v.size()))) {
        return *reading;
      }
    }
    if (v.IsWord(i)) {
      static constexpr std::array<Rule, 9> kRules = {
          ReadCode,  ReadMoney,        ReadCompass,     ReadMonthDate,       ReadDottedLetters,
          ReadRoman, ReadAbbreviation, ReadSpecialWord, ReadLettersAndDigits};
      const MaybeReading reading = FirstOf(v, i, kRules);
      return reading ? *reading : ReadPlainWord(v, i);
    }
    if (v.IsDigits(i)) {
      const MaybeReading reading = ReadNumber(v, i);
      return reading ? *reading : ReadSingle(v, i);
    }
    return ReadMark(v, i);
  }

  // Looks once at the stretch up to the next space: may an address or path be in it?
  void MeasureSpan(size_t i) {
    span_begin_ = i;
    is_electronic_ = false;
    size_t end = i;
    for (; !view_.IsBreak(end); ++end) {
      if (view_[end].type != Type::kMark) continue;
      const char32_t c = view_[end].mark;
      const bool has_next = view_.IsWord(end + 1) || view_.IsDigits(end + 1);
      if (c == U'/' || c == U'\\' || ((c == U'@' || c == U'.') && has_next)) is_electronic_ = true;
    }
    span_end_ = end;
  }

  // ---- output ----

  size_t Emit(size_t i, Reading reading) {
    const size_t next = std::max(reading.next, i + 1);
    if (reading.spoken.empty()) {
      has_space_ = has_space_ || view_.IsGlued(i);
      is_silent_between_ = true;
      return next;
    }
    Segment segment = SegmentOf(i, next, reading.kind);
    segment.spoken = std::move(reading.spoken);
    // A closing curly quote behind a word says more to the tagger than an apostrophe does.
    if (segment.spoken == "'" && original_.substr(segment.begin, kCloseQuote.size()) == kCloseQuote)
      segment.spoken = kCloseQuote;
    if (segment.spoken == "'" && original_.substr(segment.begin, kOpenQuote.size()) == kOpenQuote)
      segment.spoken = kOpenQuote;
    Add(std::move(segment));
    return next;
  }

  Segment SegmentOf(size_t i, size_t end, Kind kind) const {
    Segment segment;
    segment.kind = kind;
    // One character that was replaced by several, as "⑴" by "(1)", may make several segments.
    const size_t least = result_.segments.empty() ? 0 : result_.segments.back().end;
    segment.begin = std::max(clean_.offsets.Begin(atoms_[i].begin), least);
    segment.end = std::max(clean_.offsets.End(atoms_[end - 1].end), segment.begin);
    const auto span = std::ranges::upper_bound(spans_, atoms_[i].begin, {}, &StyleSpan::begin);
    if (span != spans_.begin()) {
      segment.style = std::prev(span)->style;
      segment.stress = std::prev(span)->stress;
    }
    return segment;
  }

  void Add(Segment segment) {
    const bool is_mark = segment.kind == Kind::kPunctuation;
    if (!result_.segments.empty()) {
      Segment& before = result_.segments.back();
      const bool closes =
          is_mark && std::string_view(",.;:!?)").find(segment.spoken[0]) != std::string_view::npos;
      if (has_space_ && !(is_silent_between_ && closes)) before.space_after = true;
      // Words must not run together where classes met without a space: "COVID19", "x=1".
      const bool both_words = !is_mark && before.kind != Kind::kPunctuation &&
                              !before.spoken.empty() && !segment.spoken.empty();
      if (both_words) before.space_after = true;
    }
    has_space_ = false;
    is_silent_between_ = false;
    result_.segments.push_back(std::move(segment));
  }

  // ---- speech mark-up ----

  size_t Marked(size_t i) {
    const Mark& mark = clean_.marks[mark_++];
    const size_t end = std::max(AtomAt(mark.end, i), i + 1);
    switch (mark.type) {
      case Mark::Type::kPause:
      case Mark::Type::kEmoji:
      case Mark::Type::kCode:
        Object(i, mark);
        return i + 1;
      case Mark::Type::kSpell:
        Spell(i, end);
        return end;
      case Mark::Type::kPhonemes:
        Phonemes(i, end, mark);
        return end;
      case Mark::Type::kAlias:
        Say(i, end, mark.spoken, mark.kind);
        return end;
      case Mark::Type::kKeep:
        Say(i, end, view_.Text(i, end), Kind::kLexicon);
        return end;
      case Mark::Type::kStress:
      case Mark::Type::kPartOfSpeech:
        break;
    }
    const size_t first = result_.segments.size();
    StepTo(i, end);
    for (size_t k = first; k < result_.segments.size(); ++k) {
      Segment& segment = result_.segments[k];
      if (mark.type == Mark::Type::kStress) segment.stress = mark.stress;
      if (mark.type == Mark::Type::kPartOfSpeech) segment.part_of_speech = mark.part_of_speech;
    }
    return end;
  }

  // Reads the atoms [i, end); no reading goes beyond.
  void StepTo(size_t i, size_t end) {
    const size_t outer = std::exchange(limit_, std::min(end, limit_));
    while (i < end) i = Step(i);
    limit_ = outer;
  }

  // Words of a user's lexicon or of SSML.
  void Say(size_t i, size_t end, std::string_view spoken, Kind kind) {
    if (spoken.empty()) {
      has_space_ = true;
      is_silent_between_ = true;
      return;
    }
    Segment segment = SegmentOf(i, end, kind);
    segment.spoken = spoken;
    Add(std::move(segment));
  }

  void Object(size_t i, const Mark& mark) {
    has_space_ = true;
    if (mark.type == Mark::Type::kPause) {
      Segment segment = SegmentOf(i, i + 1, Kind::kPause);
      segment.pause_seconds = mark.pause_seconds;
      segment.clip = mark.clip;
      Add(std::move(segment));
      return;
    }
    if (mark.spoken.empty()) {
      is_silent_between_ = true;
      return;
    }
    Segment segment =
        SegmentOf(i, i + 1, mark.type == Mark::Type::kEmoji ? Kind::kEmoji : Kind::kSymbol);
    segment.spoken = mark.spoken;
    Add(std::move(segment));
    has_space_ = true;
    is_silent_between_ = true;
  }

  // The atoms "spell", "(", what is to be spelled, ")".
  void Spell(size_t i, size_t end) {
    std::string words;
    for (size_t k = i + 2; k + 1 < end; ++k) {
      const std::string_view text = view_.Text(k);
      if (view_.IsDigits(k)) AddWords(words, DigitWords(text));
      if (view_[k].type == Type::kMark) AddWords(words, SignName(view_[k].mark));
      if (!view_.IsWord(k)) continue;
      for (size_t pos = 0; pos < text.size();) {
        const CodePoint c = DecodeUtf8(text, pos);
        AddWords(words, Upper(text.substr(pos, c.size)));
        pos += c.size;
      }
    }
    if (words.empty()) return;
    Segment segment = SegmentOf(i, end, Kind::kLetters);
    segment.spoken = std::move(words);
    Add(std::move(segment));
  }

  void Phonemes(size_t i, size_t end, const Mark& mark) {
    Segment segment = SegmentOf(i, end, mark.is_user ? Kind::kLexicon : Kind::kPhonemes);
    segment.phonemes = mark.phonemes;
    if (atoms_[i].type != Type::kObject) {
      // The words behind the phonemes, as they would be said, without segments of their own.
      std::vector<Segment> outer = std::exchange(result_.segments, {});
      const bool had_space = std::exchange(has_space_, false);
      StepTo(i, end);
      segment.spoken = JoinSpoken(result_.segments);
      result_.segments = std::move(outer);
      has_space_ = had_space;
    }
    Add(std::move(segment));
  }

  static constexpr std::string_view kOpenQuote = "‘";
  static constexpr std::string_view kCloseQuote = "’";

  const std::string_view original_;
  const NormaliseOptions options_;
  const std::span<const StyleSpan> spans_;
  CleanText clean_;
  const std::vector<Atom> atoms_;
  const AtomView view_;
  SpokenText result_;
  size_t mark_ = 0;
  size_t span_ = 0;                // the first that begins behind the current atom
  size_t limit_ = AtomView::npos;  // no reading goes beyond this atom
  size_t span_begin_ = 0;
  size_t span_end_ = 0;
  bool is_electronic_ = false;
  bool has_space_ = false;
  bool is_silent_between_ = false;  // something that is not said stands before the next segment
};

}  // namespace

SpokenText Normalise(std::string_view original, const NormaliseOptions& options) {
  return Normaliser(original, Clean(original, options), {}, options).Run();
}

SpokenText Normalise(std::string_view original, CleanText clean, std::span<const StyleSpan> spans,
                     const NormaliseOptions& options) {
  return Normaliser(original, std::move(clean), spans, options).Run();
}

std::string JoinSpoken(const std::vector<Segment>& segments) {
  std::string text;
  for (const Segment& segment : segments) {
    text += segment.spoken;
    if (segment.space_after && !text.empty() && text.back() != ' ') text += ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

}  // namespace litetts::text

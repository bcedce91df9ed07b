#include "text/segment.h"

#include "text/frontend.h"

namespace litetts::text {

const char* KindName(Kind kind) {
  switch (kind) {
    case Kind::kWord:
      return "word";
    case Kind::kPunctuation:
      return "punctuation";
    case Kind::kCardinal:
      return "cardinal";
    case Kind::kOrdinal:
      return "ordinal";
    case Kind::kDecimal:
      return "decimal";
    case Kind::kFraction:
      return "fraction";
    case Kind::kPercent:
      return "percent";
    case Kind::kMoney:
      return "money";
    case Kind::kDate:
      return "date";
    case Kind::kYear:
      return "year";
    case Kind::kTime:
      return "time";
    case Kind::kRange:
      return "range";
    case Kind::kScore:
      return "score";
    case Kind::kRatio:
      return "ratio";
    case Kind::kPhone:
      return "phone";
    case Kind::kMeasure:
      return "measure";
    case Kind::kDimension:
      return "dimension";
    case Kind::kVersion:
      return "version";
    case Kind::kAddress:
      return "address";
    case Kind::kRoman:
      return "roman";
    case Kind::kFormula:
      return "formula";
    case Kind::kSerial:
      return "serial";
    case Kind::kAbbreviation:
      return "abbreviation";
    case Kind::kLetters:
      return "letters";
    case Kind::kSymbol:
      return "symbol";
    case Kind::kEmoji:
      return "emoji";
    case Kind::kPause:
      return "pause";
    case Kind::kPhonemes:
      return "phonemes";
    case Kind::kLexicon:
      return "lexicon";
  }
  return "unknown";
}

std::string_view SourceName(Source source) {
  switch (source) {
    case Source::kNone:
      return "none";
    case Source::kGold:
      return "gold";
    case Source::kSilver:
      return "silver";
    case Source::kRule:
      return "rule";
    case Source::kNumber:
      return "number";
    case Source::kUser:
      return "user";
    case Source::kModel:
      return "model";
    case Source::kEspeak:
      return "espeak";
    case Source::kMarkup:
      return "markup";
    case Source::kUnknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace litetts::text

#include "text/ssml_elements.h"

#include <algorithm>

namespace litetts::text {
namespace {

constexpr ElementRule kElements[] = {
    {"speak", Element::kSpeak, " xml:lang "},
    {"p", Element::kParagraph, " xml:lang "},
    {"paragraph", Element::kParagraph, " xml:lang "},
    {"s", Element::kSentence, " xml:lang "},
    {"sentence", Element::kSentence, " xml:lang "},
    {"break", Element::kBreak, " time strength "},
    {"prosody", Element::kProsody, " rate volume pitch "},
    {"emphasis", Element::kEmphasis, " level "},
    {"say-as", Element::kSayAs, " interpret-as format detail "},
    {"sub", Element::kSub, " alias "},
    {"phoneme", Element::kPhoneme, " alphabet ph "},
    {"voice", Element::kVoice, " name gender language languages xml:lang "},
    {"lang", Element::kLang, " xml:lang "},
    {"mark", Element::kMark, " name "},
    {"audio", Element::kAudio, " src clipBegin clipEnd repeatCount soundLevel "},
    {"lexicon", Element::kLexicon, " uri type "},
    {"background", Element::kBackground, " type volume fade-in fade-out ducking "},
    {"amazon:effect", Element::kEffect, " name "},
    {"w", Element::kToken, " "},
    {"token", Element::kToken, " "},
    {"desc", Element::kSilent, " "},
    {"meta", Element::kSilent, " name content http-equiv "},
    {"metadata", Element::kSilent, " "},
};
constexpr ElementRule kUnknownElement = {"", Element::kUnknown, " "};

}  // namespace

std::string_view LocalName(std::string_view name) {
  if (name.starts_with("ssml:")) name.remove_prefix(5);
  return name;
}

const ElementRule& RuleOf(std::string_view name) {
  const auto* const found = std::ranges::find(kElements, LocalName(name), &ElementRule::name);
  return found == std::end(kElements) ? kUnknownElement : *found;
}

bool IsInert(std::string_view name) {
  return name == "xmlns" || name.starts_with("xmlns:") || name.starts_with("xsi:") ||
         name == "version" || name == "id" || name == "xml:id" || name == "xml:base" ||
         name == "xml:space";
}

}  // namespace litetts::text

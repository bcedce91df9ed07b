#pragma once

#include <string_view>

namespace litetts::text {

enum class Element {
  kSpeak,
  kParagraph,
  kSentence,
  kBreak,
  kProsody,
  kEmphasis,
  kSayAs,
  kSub,
  kPhoneme,
  kVoice,
  kLang,
  kMark,
  kAudio,
  kLexicon,
  kBackground,
  kEffect,  // amazon:effect
  kToken,   // w, token: words as they are
  kSilent,  // metadata
  kUnknown
};

struct ElementRule {
  std::string_view name;
  Element element;
  std::string_view attributes;  // that mean something, each with a space on both sides
};

// The rule of an element by its name; one of kUnknown without a name for others.
const ElementRule& RuleOf(std::string_view name);

// Without the prefix "ssml:".
std::string_view LocalName(std::string_view name);

// An attribute that says nothing about the sound: namespaces, identifiers.
bool IsInert(std::string_view attribute);

}  // namespace litetts::text

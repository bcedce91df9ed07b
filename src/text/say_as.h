#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "text/segment.h"

namespace litetts::text {

struct SayAs {
  std::string_view interpret_as;  // "date"
  std::string_view format;        // "mdy"
  std::string_view detail;
};

struct SaidAs {
  Kind kind = Kind::kWord;
  std::string spoken;
};

// Whether `interpret_as` is a name that SayAsWords() knows.
bool IsSayAs(std::string_view interpret_as);

// The words of `content` as SSML's say-as wants it read; nothing where it is no such thing ("date"
// of "hello"), which is then read as if it stood alone.
std::optional<SaidAs> SayAsWords(const SayAs& how, std::string_view content, Locale locale);

}  // namespace litetts::text

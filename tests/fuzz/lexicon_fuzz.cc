// A user's lexicon of any bytes, lines or PLS with regular expressions: what it has wrong is told
// with a line of the file, and what it says is obeyed without a digit or a byte too many.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/check.h"
#include "text/normalise.h"
#include "text/user_lexicon.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using litetts::text::UserLexicon;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const litetts::text::LexiconProblem& problem : UserLexicon::Check(text)) {
    LITETTS_CHECK(!problem.text.empty());
  }
  auto lexicon = UserLexicon::Parse(text, "fuzz");
  if (!lexicon.ok()) return 0;
  const std::shared_ptr<const UserLexicon> lexicons[] = {
      std::make_shared<const UserLexicon>(std::move(*lexicon))};
  litetts::text::NormaliseOptions options;
  options.lexicons = lexicons;
  constexpr std::string_view kSentence =
      "The IEEE cat sat on 3 mats, e.g. at 5 p.m.; GIF and SQL won't read a C++ naïve word.";
  size_t end = 0;
  for (const litetts::text::Segment& segment : Normalise(kSentence, options).segments) {
    LITETTS_CHECK(end <= segment.begin && segment.begin <= segment.end &&
                  segment.end <= kSentence.size());
    end = segment.end;
  }
  return 0;
}

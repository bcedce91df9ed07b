#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "text/ssml.h"

namespace litetts::text {

// What holds inside an element of SSML.
struct SsmlScope {
  SpeechStyle style;
  float stress = 0.0f;
  Locale locale = Locale::kEnUs;
  size_t depth = 0;
};

// Adds `piece`, whose text begins at byte `offset` of the document.
void AppendClean(CleanText& whole, CleanText piece, size_t offset);

// Puts the words, pauses and marks of SSML together, in the order of the document. Positions are
// bytes of it. Thread-compatible.
class SsmlWriter {
 public:
  // Both must outlive the writer; `document` has the style of the request already.
  SsmlWriter(const CleaningOptions& cleaning, SsmlDocument& document)
      : cleaning_(cleaning), document_(document) {}

  void AddText(size_t at, std::string_view text, bool has_entities, const SsmlScope& scope);
  // Words that `mark` speaks for as a whole, or a mark without words.
  void AddMarked(size_t at, CleanText content, Mark mark, const SsmlScope& scope);
  // A pause, a recording, or both.
  void AddPause(size_t at, double seconds, Clip clip, const SsmlScope& scope);
  void AddBookmark(size_t at, std::string name);
  void EndParagraph(size_t at);
  void EndSentence(size_t at);

  bool has_too_many_styles() const { return has_too_many_styles_; }

 private:
  SsmlPart& Part(Locale locale);
  size_t StyleIndex(const SpeechStyle& style);
  void BeginSpan(SsmlPart& part, const SsmlScope& scope);
  static void Insert(SsmlPart& part, char sign, size_t at);
  void Spoke();

  const CleaningOptions& cleaning_;
  SsmlDocument& document_;
  bool last_is_pause_ = false;       // nothing was said since the last pause
  bool has_fresh_bookmark_ = false;  // nothing followed the last bookmark
  bool has_too_many_styles_ = false;
};

}  // namespace litetts::text

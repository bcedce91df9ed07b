#include "text/ssml_writer.h"

#include <utility>

namespace litetts::text {
namespace {

// Whether a sentence may end at the end of `text`.
bool EndsInMark(std::string_view text) {
  while (!text.empty()) {
    const unsigned char last = static_cast<unsigned char>(text.back());
    if (last == '"' || last == '\'' || last == ')' || last == ' ' || last == '\n') {
      text.remove_suffix(1);
      continue;
    }
    if (text.ends_with("”") || text.ends_with("’")) {
      text.remove_suffix(std::string_view("”").size());
      continue;
    }
    break;
  }
  if (text.empty() || text.back() == kParagraphSign || text.back() == kObjectSign) return true;
  return std::string_view(".!?:;,").find(text.back()) != std::string_view::npos ||
         text.ends_with("…");
}

}  // namespace

void AppendClean(CleanText& whole, CleanText piece, size_t offset) {
  for (Mark& mark : piece.marks) {
    mark.begin += whole.text.size();
    mark.end += whole.text.size();
    whole.marks.push_back(std::move(mark));
  }
  whole.text += piece.text;
  whole.offsets.Append(piece.offsets, offset);
  whole.warnings.insert(whole.warnings.end(), piece.warnings.begin(), piece.warnings.end());
}

SsmlPart& SsmlWriter::Part(Locale locale) {
  if (document_.parts.empty() || document_.parts.back().locale != locale) {
    document_.parts.emplace_back().locale = locale;
  }
  return document_.parts.back();
}

size_t SsmlWriter::StyleIndex(const SpeechStyle& style) {
  // Elements end and the style before comes back, so the last ones are the likely ones.
  for (size_t i = document_.styles.size(); i-- > 0;) {
    if (document_.styles[i] == style) return i;
  }
  if (document_.styles.size() == kMaxSsmlStyles) has_too_many_styles_ = true;
  if (has_too_many_styles_) return 0;
  document_.styles.push_back(style);
  return document_.styles.size() - 1;
}

// What is appended to the part from here on sounds so.
void SsmlWriter::BeginSpan(SsmlPart& part, const SsmlScope& scope) {
  const StyleSpan span{part.clean.text.size(), StyleIndex(scope.style), scope.stress};
  const bool is_same = part.spans.empty() ? span.style == 0 && span.stress == 0.0f
                                          : part.spans.back().style == span.style &&
                                                part.spans.back().stress == span.stress;
  if (is_same) return;
  while (!part.spans.empty() && part.spans.back().begin >= span.begin) part.spans.pop_back();
  part.spans.push_back(span);
}

void SsmlWriter::Insert(SsmlPart& part, char sign, size_t at) {
  part.clean.text += sign;
  part.clean.offsets.Add(1, at, at, false);
}

void SsmlWriter::AddText(size_t at, std::string_view text, bool has_entities,
                         const SsmlScope& scope) {
  // White space alone belongs to what is around it.
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    if (!text.empty() && !document_.parts.empty()) Insert(document_.parts.back(), ' ', at);
    return;
  }
  SsmlPart& part = Part(scope.locale);
  BeginSpan(part, scope);
  const NormaliseOptions options = {.locale = scope.locale, .markup = false, .cleaning = cleaning_};
  CleanText piece = CleanXmlText(text, has_entities, options);
  AppendClean(part.clean, std::move(piece), at);
  Spoke();
}

// Words were added.
void SsmlWriter::Spoke() {
  last_is_pause_ = false;
  has_fresh_bookmark_ = false;
}

void SsmlWriter::AddPause(size_t at, double seconds, Clip clip, const SsmlScope& scope) {
  SsmlPart& part = Part(scope.locale);
  BeginSpan(part, scope);
  Mark mark;
  mark.type = Mark::Type::kPause;
  mark.pause_seconds = seconds;
  mark.clip = std::move(clip);
  mark.begin = part.clean.text.size();
  Insert(part, kObjectSign, at);
  mark.end = part.clean.text.size();
  part.clean.marks.push_back(std::move(mark));
  if (!document_.bookmarks.empty() && has_fresh_bookmark_)
    document_.bookmarks.back().is_after = true;
  has_fresh_bookmark_ = false;
  last_is_pause_ = true;
}

void SsmlWriter::EndParagraph(size_t at) {
  if (document_.parts.empty() || document_.parts.back().clean.text.empty()) return;
  Insert(document_.parts.back(), kParagraphSign, at);
}

void SsmlWriter::EndSentence(size_t at) {
  if (document_.parts.empty()) return;
  SsmlPart& part = document_.parts.back();
  if (part.clean.text.empty()) return;
  if (!EndsInMark(part.clean.text)) {
    const size_t size = part.clean.text.find_last_not_of(' ') + 1;
    part.clean.text.resize(size);
    part.clean.offsets.Truncate(size);
    Insert(part, '.', at);
  }
  Insert(part, ' ', at);
}

void SsmlWriter::AddMarked(size_t at, CleanText content, Mark mark, const SsmlScope& scope) {
  SsmlPart& part = Part(scope.locale);
  BeginSpan(part, scope);
  content.marks.clear();
  mark.begin = part.clean.text.size();
  AppendClean(part.clean, std::move(content), 0);
  std::string& text = part.clean.text;
  while (mark.begin < text.size() && text[mark.begin] == ' ') ++mark.begin;
  mark.end = text.size();
  while (mark.end > mark.begin && text[mark.end - 1] == ' ') --mark.end;
  for (size_t i = mark.begin; i < mark.end; ++i) {
    if (text[i] == kObjectSign || text[i] == kParagraphSign) text[i] = ' ';
  }
  if (mark.begin == mark.end) {
    mark.begin = text.size();
    Insert(part, kObjectSign, at);
    mark.end = text.size();
  }
  part.clean.marks.push_back(std::move(mark));
  Spoke();
}

void SsmlWriter::AddBookmark(size_t at, std::string name) {
  document_.bookmarks.push_back({.name = std::move(name), .byte = at});
  has_fresh_bookmark_ = !last_is_pause_;
}

}  // namespace litetts::text

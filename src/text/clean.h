#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/markup.h"
#include "text/normalise.h"

namespace litetts::text {

// Where each byte of a rewritten text came from. One run per stretch that was copied or replaced.
class OffsetMap {
 public:
  // The next `clean_size` bytes stand for [begin, end) of the original, byte for byte where
  // `is_copy`.
  void Add(size_t clean_size, size_t begin, size_t end, bool is_copy);
  // The byte of the original where clean byte `pos` begins, or the byte behind the one where clean
  // byte `pos` - 1 ends.
  size_t Begin(size_t pos) const;
  size_t End(size_t pos) const;

 private:
  struct Run {
    size_t clean_begin;
    size_t begin;
    size_t end;
    bool is_copy;
  };
  const Run* Find(size_t pos) const;
  std::vector<Run> runs_;
  size_t clean_size_ = 0;
};

// Signs of the cleaned text that no input can contain, since controls are taken out of it.
inline constexpr char kObjectSign = '\x01';     // stands for a mark that has no letters: see Mark
inline constexpr char kParagraphSign = '\x1e';  // end of a paragraph, heading, list item, table row

struct CleanText {
  std::string text;  // UTF-8, composed, without HTML, Markdown and speech mark-up
  OffsetMap offsets;
  std::vector<Mark> marks;  // by position in `text`
  std::vector<std::string> warnings;
};

// Any bytes. Linear in their number.
CleanText Clean(std::string_view original, const NormaliseOptions& options);

}  // namespace litetts::text

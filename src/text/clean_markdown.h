#pragma once

#include <cstddef>
#include <string_view>

namespace litetts::text {

// What Markdown makes of the begin of a line.
struct MarkdownLine {
  enum class Type {
    kText,
    kBlank,
    kHeading,  // also a list item, a quotation: a block of its own
    kItem,
    kQuote,
    kFence,  // ``` or ~~~: code up to the line that closes it
    kRule,   // ---, ***, ===, a table's separator row: nothing to say
    kTableRow,
  };
  Type type = Type::kText;
  size_t skip = 0;  // bytes of the line's mark-up and indentation
};
// `pos` is the begin of a line.
MarkdownLine ParseMarkdownLine(std::string_view text, size_t pos);

// Where the line at `pos` ends: its '\n' or '\r', or the end of the text.
size_t EndOfLine(std::string_view text, size_t pos);
// Behind the line break at `pos` ("\r\n", "\n" or "\r").
size_t AfterLineBreak(std::string_view text, size_t pos);

// Behind the code block whose fence begins at `pos`: after its closing fence or at the text's end.
size_t EndOfFencedCode(std::string_view text, size_t pos);

}  // namespace litetts::text

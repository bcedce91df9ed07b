#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace litetts::text {

struct ByteRange {
  size_t begin = 0;
  size_t end = 0;
};

// The asides of a text in order, brackets included: what stands in round brackets that open after a
// space, at the start of a line or after an opening quote, close within the paragraph and 2000
// bytes and have at least three letters between them. Not "f(x)", "word(s)", "[word](/ipa/)" nor
// "(a)". Of nested ones the outer.
std::vector<ByteRange> FindAsides(std::string_view text);

}  // namespace litetts::text

#pragma once

#include <cstddef>
#include <vector>

namespace litetts::text {

// Where each byte of a rewritten text came from. One run per stretch that was copied or replaced.
class OffsetMap {
 public:
  // The next `clean_size` bytes stand for [begin, end) of the original, byte for byte where
  // `is_copy`.
  void Add(size_t clean_size, size_t begin, size_t end, bool is_copy);
  // All of `other`, whose original begins at byte `base` of this one's.
  void Append(const OffsetMap& other, size_t base);
  // Forgets all but the first `clean_size` bytes.
  void Truncate(size_t clean_size);
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

}  // namespace litetts::text

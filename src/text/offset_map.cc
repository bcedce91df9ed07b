#include "text/offset_map.h"

#include <algorithm>

namespace litetts::text {

void OffsetMap::Add(size_t clean_size, size_t begin, size_t end, bool is_copy) {
  if (clean_size == 0) return;
  if (is_copy && !runs_.empty() && runs_.back().is_copy && runs_.back().end == begin) {
    runs_.back().end = end;
  } else {
    runs_.push_back({clean_size_, begin, end, is_copy});
  }
  clean_size_ += clean_size;
}

void OffsetMap::Append(const OffsetMap& other, size_t base) {
  for (const Run& run : other.runs_) {
    runs_.push_back({clean_size_ + run.clean_begin, base + run.begin, base + run.end, run.is_copy});
  }
  clean_size_ += other.clean_size_;
}

void OffsetMap::Truncate(size_t clean_size) {
  while (!runs_.empty() && runs_.back().clean_begin >= clean_size) runs_.pop_back();
  if (!runs_.empty() && runs_.back().is_copy) {
    Run& last = runs_.back();
    last.end = std::min(last.end, last.begin + (clean_size - last.clean_begin));
  }
  clean_size_ = std::min(clean_size_, clean_size);
}

const OffsetMap::Run* OffsetMap::Find(size_t pos) const {
  auto run = std::upper_bound(runs_.begin(), runs_.end(), pos,
                              [](size_t at, const Run& r) { return at < r.clean_begin; });
  return run == runs_.begin() ? nullptr : &*--run;
}

size_t OffsetMap::Begin(size_t pos) const {
  const Run* const run = Find(pos);
  if (run == nullptr) return 0;
  return run->is_copy ? std::min(run->begin + (pos - run->clean_begin), run->end) : run->begin;
}

size_t OffsetMap::End(size_t pos) const {
  const Run* const run = pos == 0 ? nullptr : Find(pos - 1);
  if (run == nullptr) return 0;
  return run->is_copy ? std::min(run->begin + (pos - run->clean_begin), run->end) : run->end;
}

}  // namespace litetts::text

#include "engine/segment_cache.h"

#include <chrono>
#include <utility>

#include "engine/segment_store.h"

namespace litetts::engine {
namespace {

constexpr size_t kAskedOnceBytes = 1 << 20;  // some 2000 keys
// A cancel flag wakes nobody.
constexpr auto kCancelPoll = std::chrono::milliseconds(20);

bool IsCancelled(const std::atomic<bool>* cancel) { return cancel != nullptr && *cancel; }

}  // namespace

// A segment that is being made.
struct SegmentCache::Flight {
  bool has_ended = false;
  std::shared_ptr<const Segment> segment;  // null once it has ended: it failed
};

SegmentCache::SegmentCache(const Options& options, SegmentStore* store)
    : memory_(options.memory),
      store_(store),
      asked_once_({.max_bytes = kAskedOnceBytes}),
      keeps_first_(options.keeps_first),
      shares_work_(options.shares_work) {}

void SegmentCache::SetOptions(const Options& options) {
  memory_.SetLimits(options.memory);
  MutexLock lock(mutex_);
  keeps_first_ = options.keeps_first;
  shares_work_ = options.shares_work;
}

bool SegmentCache::SharesWork() const {
  MutexLock lock(mutex_);
  return shares_work_;
}

std::shared_ptr<SegmentCache::Flight> SegmentCache::JoinFlight(const std::string& key) {
  MutexLock lock(mutex_);
  auto [flight, is_new] = flights_.try_emplace(key);
  if (!is_new) return flight->second;
  flight->second = std::make_shared<Flight>();
  return nullptr;
}

void SegmentCache::EndFlight(const std::string& key, std::shared_ptr<const Segment> segment) {
  MutexLock lock(mutex_);
  const auto found = flights_.find(key);
  found->second->has_ended = true;
  found->second->segment = std::move(segment);
  flights_.erase(found);
  flight_ended_.NotifyAll();
}

void SegmentCache::Keep(const std::string& key, const std::shared_ptr<const Segment>& segment) {
  bool keeps_first = true;
  {
    MutexLock lock(mutex_);
    ++counts_.num_computed;
    keeps_first = keeps_first_;
  }
  if (!keeps_first && asked_once_.Peek(key) == nullptr) {
    asked_once_.Put(key, std::make_shared<const char>('\0'), 0);
    return;
  }
  memory_.Put(key, segment, segment->num_bytes());
  if (store_ != nullptr) store_->Put(key, segment);
}

std::shared_ptr<const Segment> SegmentCache::FindOnDisk(const std::string& key) {
  if (store_ == nullptr) return nullptr;
  std::optional<Segment> found = store_->Find(key);
  if (!found) return nullptr;
  auto segment = std::make_shared<const Segment>(std::move(*found));
  memory_.Put(key, segment, segment->num_bytes());
  return segment;
}

Result<SegmentCache::Found> SegmentCache::Get(const std::string& key, const Compute& compute,
                                              const Wait& wait, const std::atomic<bool>* cancel) {
  if (auto segment = memory_.Find(key)) return Found{std::move(segment), Origin::kMemory};
  const bool shares_work = SharesWork();
  while (shares_work) {
    const std::shared_ptr<Flight> flight = JoinFlight(key);
    if (flight == nullptr) break;
    wait([&] {
      MutexLock lock(mutex_);
      while (!flight->has_ended && !IsCancelled(cancel)) {
        flight_ended_.WaitUntil(mutex_, std::chrono::steady_clock::now() + kCancelPoll);
      }
    });
    if (IsCancelled(cancel)) return Cancelled("the synthesis was cancelled");
    MutexLock lock(mutex_);
    if (flight->segment == nullptr) continue;
    ++counts_.num_shared;
    return Found{flight->segment, Origin::kShared};
  }
  // It may have come between the first look and the own flight.
  std::shared_ptr<const Segment> segment = shares_work ? memory_.Peek(key) : nullptr;
  Origin origin = Origin::kMemory;
  if (segment == nullptr) {
    segment = FindOnDisk(key);
    origin = Origin::kDisk;
  }
  if (segment != nullptr) {
    if (shares_work) EndFlight(key, segment);
    return Found{std::move(segment), origin};
  }
  Status status;
  try {
    Result<Segment> made = compute();
    status = made.status();
    if (made.ok()) segment = std::make_shared<const Segment>(std::move(*made));
    if (made.ok()) Keep(key, segment);
  } catch (...) {
    if (shares_work) EndFlight(key, nullptr);
    throw;
  }
  if (shares_work) EndFlight(key, segment);
  if (!status.ok()) return status;
  return Found{std::move(segment), Origin::kComputed};
}

size_t SegmentCache::Clear(std::string_view voice) {
  return memory_.EraseIf(
      [&](const Segment& segment) { return voice.empty() || segment.voice == voice; });
}

SegmentCache::Counts SegmentCache::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

}  // namespace litetts::engine

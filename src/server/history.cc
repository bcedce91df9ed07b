#include "server/history.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <utility>

namespace litetts::server {
namespace {

namespace json = boost::json;

// Every so many readings, so many rows: ten minutes, four hours, a day. About 2300 rows of some 150
// columns are 3 MB.
struct Tier {
  uint64_t every;
  size_t length;
};
constexpr std::array<Tier, 3> kTiers = {{{1, 600}, {15, 960}, {120, 720}}};
constexpr size_t kMaxColumns = 1000;  // each voice in each format with each outcome is more
constexpr size_t kMaxMarks = 32;
constexpr size_t kMaxRecent = 50;
// A reading is some 2 KB; who is 256 KB behind waits for the next event.
constexpr ResponseStream::Limits kFollowerLimits = {.ahead_bytes = 256 << 10,
                                                    .retained_bytes = 256 << 10};

// Sixteen columns for each route, and on no page.
constexpr std::string_view kLeftOut = "litetts_request_seconds";

template <typename T>
void PushBounded(std::deque<T>& queue, T value, size_t limit) {
  queue.push_back(std::move(value));
  if (queue.size() > limit) queue.pop_front();
}

json::object SpeechJson(const SpeechSummary& speech, double unix_seconds) {
  return {{"time", unix_seconds},
          {"id", speech.request_id},
          {"voice", speech.voice},
          {"format", speech.format},
          {"outcome", speech.outcome},
          {"characters", speech.num_characters},
          {"queue_seconds", speech.queue_seconds},
          {"first_audio_seconds", speech.first_audio_seconds},
          {"audio_seconds", speech.audio_seconds},
          {"compute_seconds", speech.compute_seconds}};
}

}  // namespace

double UnixSeconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void History::Stop() {
  {
    MutexLock lock(mutex_);
    is_stopping_ = true;
  }
  stop_.NotifyAll();
  if (sampler_.joinable()) sampler_.join();
}

void History::Start(std::function<std::string()> metrics_text) {
  sampler_ = std::thread([this, read = std::move(metrics_text)] {
    for (auto next = std::chrono::steady_clock::now();; next += std::chrono::seconds(1)) {
      Add(UnixSeconds(), read());
      MutexLock lock(mutex_);
      while (!is_stopping_ && std::chrono::steady_clock::now() < next + std::chrono::seconds(1))
        stop_.WaitUntil(mutex_, next + std::chrono::seconds(1));
      if (is_stopping_) return;
    }
  });
}

void History::Add(double unix_seconds, std::string_view metrics_text) {
  MutexLock lock(mutex_);
  if (tiers_.empty()) tiers_.resize(kTiers.size());
  Row row{.number = ++num_readings_, .unix_seconds = unix_seconds, .values = {}};
  row.values.resize(columns_.size());
  while (!metrics_text.empty()) {
    const size_t end = std::min(metrics_text.find('\n'), metrics_text.size());
    const std::string_view line = metrics_text.substr(0, end);
    metrics_text.remove_prefix(std::min(end + 1, metrics_text.size()));
    const size_t space = line.rfind(' ');
    if (line.starts_with('#') || line.starts_with(kLeftOut) || space == std::string_view::npos)
      continue;
    double value = 0;
    std::from_chars(line.data() + space + 1, line.data() + line.size(), value);
    const std::string_view name = line.substr(0, space);
    auto column = column_of_.find(name);
    if (column == column_of_.end()) {
      if (columns_.size() == kMaxColumns) {
        is_full_ = true;
        continue;
      }
      column = column_of_.emplace(name, columns_.size()).first;
      columns_.emplace_back(name);
      row.values.push_back(0);
    }
    row.values[column->second] = value;
  }
  for (size_t i = 0; i < kTiers.size(); ++i) {
    if (row.number % kTiers[i].every == 0) PushBounded(tiers_[i], row, kTiers[i].length);
  }
  TellFollowers();
}

void History::AddMark(double unix_seconds, std::string what) {
  MutexLock lock(mutex_);
  PushBounded(marks_, {unix_seconds, std::move(what), num_readings_}, kMaxMarks);
}

void History::AddSpeech(double unix_seconds, SpeechSummary speech) {
  MutexLock lock(mutex_);
  PushBounded(recent_, {unix_seconds, std::move(speech), num_readings_}, kMaxRecent);
}

// Each time span from the finest tier that has it.
std::vector<const History::Row*> History::RowsAfter(uint64_t after) const {
  std::vector<const Row*> rows;
  for (size_t i = tiers_.size(); i-- > 0;) {
    const uint64_t finer =
        i > 0 && !tiers_[i - 1].empty() ? tiers_[i - 1].front().number : num_readings_ + 1;
    for (const Row& row : tiers_[i]) {
      if (row.number > after && (i == 0 || row.number < finer)) rows.push_back(&row);
    }
  }
  return rows;
}

bool History::is_full() const {
  MutexLock lock(mutex_);
  return is_full_;
}

std::string History::Json(uint64_t after, size_t first_column) const {
  MutexLock lock(mutex_);
  return JsonLocked(after, first_column);
}

std::shared_ptr<ResponseStream> History::Follow(uint64_t after, size_t first_column,
                                                size_t max_readings) {
  auto stream = std::make_shared<ResponseStream>(kFollowerLimits);
  stream->MarkStarted();
  // Whoever buffers answers on the way would make one late answer of many early ones.
  (void)stream->SendHead({.status = 200,
                          .content_type = "text/event-stream",
                          .headers = {{"X-Accel-Buffering", "no"}},
                          .content_length = -1});
  MutexLock lock(mutex_);
  if (has_ended_followers_) {
    stream->Finish();
  } else {
    followers_.push_back({stream, after, first_column, max_readings});
  }
  return stream;
}

void History::TellFollowers() {
  std::erase_if(followers_, [](const Follower& follower) {
    return follower.stream->cancelled().load(std::memory_order_relaxed);
  });
  for (auto each = followers_.begin(); each != followers_.end();) {
    if (each->stream->HasRoom()) {
      (void)each->stream->Write("data: " + JsonLocked(each->after, each->first_column) + "\n\n");
      each->after = num_readings_;
      each->first_column = columns_.size();
    }
    if (--each->readings_left > 0) {
      ++each;
      continue;
    }
    each->stream->Finish();
    each = followers_.erase(each);
  }
}

void History::EndFollowers() {
  MutexLock lock(mutex_);
  has_ended_followers_ = true;
  for (const Follower& follower : followers_) follower.stream->Finish();
  followers_.clear();
}

std::string History::JsonLocked(uint64_t after, size_t first_column) const {
  json::array columns;
  for (size_t i = first_column; i < columns_.size(); ++i) columns.emplace_back(columns_[i]);
  json::array rows;
  std::vector<double> previous;
  for (const Row* row : RowsAfter(after)) {
    json::array cells = {row->number, row->unix_seconds};
    previous.resize(row->values.size(), 0);
    for (size_t i = 0; i < row->values.size(); ++i) {
      if (row->values[i] == previous[i]) continue;
      cells.emplace_back(i);
      cells.emplace_back(row->values[i]);
    }
    previous = row->values;
    rows.emplace_back(std::move(cells));
  }
  json::array marks;
  for (const auto& mark : marks_)
    marks.push_back({{"time", mark.unix_seconds}, {"what", mark.what}});
  json::object answer = {{"newest", num_readings_},
                         {"columns", std::move(columns)},
                         {"rows", std::move(rows)},
                         {"marks", std::move(marks)}};
  if (after == 0 || (!recent_.empty() && recent_.back().reading >= after)) {
    json::array recent;
    for (const auto& speech : recent_)
      recent.push_back(SpeechJson(speech.what, speech.unix_seconds));
    answer["recent"] = std::move(recent);
  }
  return json::serialize(answer);
}

}  // namespace litetts::server

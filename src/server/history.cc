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
constexpr size_t kMaxColumns = 1000;  // a bound, never met: the labels have closed lists
constexpr size_t kMaxMarks = 32;
constexpr size_t kMaxRecent = 50;

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
      if (columns_.size() == kMaxColumns) continue;
      column = column_of_.emplace(name, columns_.size()).first;
      columns_.emplace_back(name);
      row.values.push_back(0);
    }
    row.values[column->second] = value;
  }
  for (size_t i = 0; i < kTiers.size(); ++i) {
    if (row.number % kTiers[i].every == 0) PushBounded(tiers_[i], row, kTiers[i].length);
  }
}

void History::AddMark(double unix_seconds, std::string what) {
  MutexLock lock(mutex_);
  PushBounded(marks_, {unix_seconds, std::move(what)}, kMaxMarks);
}

void History::AddSpeech(double unix_seconds, SpeechSummary speech) {
  MutexLock lock(mutex_);
  PushBounded(recent_, {unix_seconds, std::move(speech)}, kMaxRecent);
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

std::string History::Json(uint64_t after, size_t first_column) const {
  MutexLock lock(mutex_);
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
  for (const auto& [time, what] : marks_) marks.push_back({{"time", time}, {"what", what}});
  json::array recent;
  for (const auto& [time, speech] : recent_) recent.push_back(SpeechJson(speech, time));
  return json::serialize(json::object{{"newest", num_readings_},
                                      {"columns", std::move(columns)},
                                      {"rows", std::move(rows)},
                                      {"marks", std::move(marks)},
                                      {"recent", std::move(recent)}});
}

}  // namespace litetts::server

#include "server/phrase_book.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/file.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kFormat = "litetts-learned-phrases";
constexpr size_t kMaxFileBytes = 16 << 20;
// Beside the phrases worth speaking, those that were asked for once.
constexpr size_t kCandidates = 4;

struct LoadedPhrase {
  Phrase phrase;
  double count = 0;
  double time = 0;
};

Result<std::vector<LoadedPhrase>> Parse(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return DataLoss("it is no JSON");
  try {
    const json::object& object = value.as_object();
    if (object.at("format").as_string() != json::string_view(kFormat.data(), kFormat.size()) ||
        object.at("version").as_int64() != 1) {
      return DataLoss("it is of another format");
    }
    std::vector<LoadedPhrase> phrases;
    for (const json::value& item : object.at("phrases").as_array()) {
      const json::object& fields = item.as_object();
      LoadedPhrase loaded = {
          .phrase = {.phonemes = std::string(fields.at("phonemes").as_string()),
                     .voice = std::string(fields.at("voice").as_string()),
                     .speed = fields.at("speed").to_number<double>()},
          .count = fields.at("count").to_number<double>(),
          .time = fields.at("time").to_number<double>(),
      };
      const size_t size = loaded.phrase.phonemes.size() + loaded.phrase.voice.size();
      const bool is_sane = size <= PhraseBook::kMaxPhraseBytes && std::isfinite(loaded.count) &&
                           loaded.count >= 0 && loaded.time >= 0;
      if (!is_sane) return DataLoss("an entry is out of range");
      phrases.push_back(std::move(loaded));
    }
    return phrases;
  } catch (const std::exception&) {
    return DataLoss("a field is missing or of the wrong type");
  }
}

}  // namespace

PhraseBook::PhraseBook(const Options& options, LogSink& log) : options_(options) { Load(log); }

void PhraseBook::Load(LogSink& log) {
  if (options_.max_phrases == 0 || options_.path.empty()) return;
  Result<std::string> text = ReadFile(options_.path, kMaxFileBytes);
  if (text.status().code() == StatusCode::kNotFound) return;
  Result<std::vector<LoadedPhrase>> phrases = text.ok() ? Parse(*text) : text.status();
  if (!phrases.ok()) {
    log.Write(LogLevel::kWarning, Concat("'", options_.path, "' is not used and will be replaced: ",
                                         phrases.status().message()));
    return;
  }
  MutexLock lock(mutex_);
  for (LoadedPhrase& loaded : *phrases) {
    // A clock that was wrong must not make a phrase last for ever.
    const double time = std::min(loaded.time, options_.now());
    entries_[std::move(loaded.phrase)] = {.count = loaded.count, .time = time};
  }
  Prune();
}

double PhraseBook::CountNow(const Entry& entry) const {
  return entry.count * std::exp2(-(options_.now() - entry.time) / kHalfLifeSeconds);
}

void PhraseBook::Count(const Phrase& phrase) {
  if (options_.max_phrases == 0 || phrase.phonemes.empty() ||
      phrase.phonemes.size() + phrase.voice.size() > kMaxPhraseBytes) {
    return;
  }
  MutexLock lock(mutex_);
  Entry& entry = entries_[phrase];
  entry = {.count = CountNow(entry) + 1, .time = options_.now(), .is_spoken = true};
  is_new_ = true;
  Prune();
}

void PhraseBook::Prune() {
  const size_t most = options_.max_phrases * (1 + kCandidates);
  if (entries_.size() <= most) return;
  std::vector<std::pair<double, Entries::iterator>> all;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    all.emplace_back(CountNow(entry->second), entry);
  }
  // A fifth at a time, so that few calls look at all of them; of equal counts the older go.
  const size_t num_erased = entries_.size() - most + most / 5;
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(num_erased, all.size()));
  std::nth_element(all.begin(), end - 1, all.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto entry = all.begin(); entry != end; ++entry) entries_.erase(entry->second);
}

std::vector<PhraseBook::Entries::const_iterator> PhraseBook::Best() const {
  std::vector<std::pair<double, Entries::const_iterator>> all;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    const double count = CountNow(entry->second);
    if (count >= kLeastCount) all.emplace_back(count, entry);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (all.size() > options_.max_phrases) all.resize(options_.max_phrases);
  std::vector<Entries::const_iterator> best;
  for (const auto& [count, entry] : all) best.push_back(entry);
  return best;
}

std::optional<Phrase> PhraseBook::Next() const {
  MutexLock lock(mutex_);
  for (const auto& entry : Best()) {
    if (!entry->second.is_spoken) return entry->first;
  }
  return std::nullopt;
}

void PhraseBook::MarkSpoken(const Phrase& phrase) {
  MutexLock lock(mutex_);
  if (const auto found = entries_.find(phrase); found != entries_.end()) {
    found->second.is_spoken = true;
  }
}

void PhraseBook::ForgetSpoken() {
  MutexLock lock(mutex_);
  for (auto& [phrase, entry] : entries_) entry.is_spoken = false;
}

size_t PhraseBook::Clear(std::string_view voice) {
  MutexLock lock(mutex_);
  const size_t num_erased = std::erase_if(
      entries_, [&](const auto& entry) { return voice.empty() || entry.first.voice == voice; });
  is_new_ = is_new_ || num_erased > 0;
  return num_erased;
}

Status PhraseBook::Save() {
  json::array phrases;
  {
    MutexLock lock(mutex_);
    if (!is_new_ || options_.path.empty()) return OkStatus();
    is_new_ = false;
    for (const auto& entry : Best()) {
      phrases.push_back({{"phonemes", entry->first.phonemes},
                         {"voice", entry->first.voice},
                         {"speed", entry->first.speed},
                         {"count", entry->second.count},
                         {"time", entry->second.time}});
    }
  }
  const std::string text = json::serialize(
      json::object{{"format", kFormat}, {"version", 1}, {"phrases", std::move(phrases)}});
  return WriteFile(options_.path, text + "\n");
}

PhraseBook::Stats PhraseBook::stats() const {
  MutexLock lock(mutex_);
  Stats stats;
  for (const auto& entry : Best()) {
    ++stats.num_phrases;
    if (!entry->second.is_spoken) ++stats.num_waiting;
  }
  return stats;
}

}  // namespace litetts::server

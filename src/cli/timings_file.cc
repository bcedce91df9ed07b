#include "cli/timings_file.h"

#include <boost/json.hpp>
#include <utility>

#include "base/file.h"
#include "engine/alignment.h"
#include "engine/subtitles.h"
#include "engine/visemes.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

json::object AlignmentJson(std::string_view text, const engine::Timings& timings) {
  const engine::Alignment alignment = engine::AlignmentOf(text, timings);
  return {{"characters", json::value_from(alignment.characters)},
          {"character_start_times_seconds", json::value_from(alignment.start_seconds)},
          {"character_end_times_seconds", json::value_from(alignment.end_seconds)}};
}

std::string TimingsJson(std::string_view text, const engine::Timings& timings) {
  json::array words;
  for (const engine::WordTiming& word : timings.words) {
    words.push_back({{"text", word.text},
                     {"begin_byte", word.begin},
                     {"end_byte", word.end},
                     {"phonemes", word.phonemes},
                     {"start_seconds", word.start_seconds},
                     {"end_seconds", word.end_seconds}});
  }
  json::array phonemes;
  for (const engine::PhonemeTiming& phoneme : timings.phonemes) {
    phonemes.push_back({{"phoneme", phoneme.phoneme},
                        {"start_seconds", phoneme.start_seconds},
                        {"end_seconds", phoneme.end_seconds}});
  }
  json::array marks;
  for (const engine::BookmarkTiming& mark : timings.bookmarks) {
    marks.push_back({{"name", mark.name}, {"seconds", mark.seconds}});
  }
  json::array visemes;
  for (const engine::VisemeTiming& viseme : engine::VisemesOf(timings.phonemes)) {
    visemes.push_back({{"viseme", viseme.viseme},
                       {"start_seconds", viseme.start_seconds},
                       {"end_seconds", viseme.end_seconds}});
  }
  return json::serialize(json::object{{"audio_seconds", timings.audio_seconds},
                                      {"words", std::move(words)},
                                      {"phonemes", std::move(phonemes)},
                                      {"marks", std::move(marks)},
                                      {"visemes", std::move(visemes)},
                                      {"alignment", AlignmentJson(text, timings)}}) +
         "\n";
}

}  // namespace

Status CheckTimingsFile(const std::string& path) {
  if (path.ends_with(".srt") || path.ends_with(".vtt") || path.ends_with(".json")) {
    return OkStatus();
  }
  return InvalidArgument("timings file '", path, "' must end in .srt, .vtt or .json");
}

Status WriteTimingsFile(const std::string& path, std::string_view text,
                        const engine::Timings& timings) {
  LITETTS_RETURN_IF_ERROR(CheckTimingsFile(path));
  const std::string contents = path.ends_with(".srt")   ? engine::SubRip(timings)
                               : path.ends_with(".vtt") ? engine::WebVtt(timings)
                                                        : TimingsJson(text, timings);
  return WriteFile(path, contents);
}

}  // namespace litetts::cli

#include "server/fake_speaker.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <new>
#include <thread>
#include <utility>

#include "base/cpu.h"
#include "engine/checked_synthesis.h"

namespace litetts::server {
namespace {

constexpr double kRateHz = model::kSampleRateHz;
constexpr size_t kPieceSamples = 12000;  // half a second, as the engine's windows

void Sleep(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Letters that touch are one word.
void AddLetter(size_t at, char letter, text::Chunk& chunk) {
  chunk.ids.push_back(letter & 31);
  chunk.phonemes += letter;
  if (chunk.tokens.empty() || chunk.tokens.back().end != at) {
    chunk.tokens.emplace_back();
    chunk.tokens.back().begin = at;
  }
  text::Token& token = chunk.tokens.back();
  token.text += letter;
  token.phonemes += letter;
  token.end = at + 1;
}

// A tone for each id.
std::vector<float> Tones(std::span<const int32_t> ids, float level) {
  std::vector<float> samples;
  for (const int32_t id : ids) {
    for (size_t k = 0; k < model::kSamplesPerFrame; ++k) {
      samples.push_back(level * std::sin(0.02f * static_cast<float>(id) * static_cast<float>(k)));
    }
  }
  return samples;
}

model::BackendInfo FakeBackend() {
  model::BackendInfo info;
  info.name = "fake";
  info.precision = "none";
  info.variant = "fake";
  return info;
}

class FakeSpeaker : public Speaker {
 public:
  explicit FakeSpeaker(const FakeSpeakerOptions& options) : options_(options) {}
  ~FakeSpeaker() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::shared_ptr<const VoiceList> Voices() const override {
    return VoiceList::Of({model::DescribeVoice("af_heart"), model::DescribeVoice("af_sky"),
                          model::DescribeVoice("bm_george")});
  }
  const model::BackendInfo& Backend() const override { return backend_; }
  LoadState load_state() const override { return {.num_voice_changes = num_voice_changes_}; }

  const model::BlendStore& Blends() const override { return blends_; }
  Result<model::SavedBlend> SaveBlend(std::string_view name,
                                      std::string_view blend) const override {
    LITETTS_RETURN_IF_ERROR(blends_.Save(name, blend));
    return model::SavedBlend{std::string(name), std::string(blend)};
  }
  Result<text::Analysis> Analyse(const engine::SpeakRequest& request) const override {
    text::Analysis analysis;
    analysis.text = analysis.spoken = analysis.phonemes = request.text;
    text::Chunk chunk;
    for (size_t i = 0; i < request.text.size(); ++i) {
      const char c = request.text[i];
      chunk.text += c;
      if (IsLetter(c)) AddLetter(i, c, chunk);
      if (c != '.' || chunk.ids.empty()) continue;
      analysis.chunks.push_back(std::exchange(chunk, {}));
    }
    if (!chunk.ids.empty()) analysis.chunks.push_back(std::move(chunk));
    return analysis;
  }

  Result<engine::SpeakReport> Speak(const engine::SpeakRequest& request,
                                    const engine::WorkspaceSource& workspace,
                                    engine::AudioSink& sink) const override {
    LITETTS_ASSIGN_OR_RETURN(const text::Analysis analysis, Analyse(request));
    if (analysis.chunks.empty()) return InvalidArgument("nothing in the text can be spoken");
    if (request.speed == 0.377) throw std::bad_alloc();
    if (request.text.starts_with("swap"))
      ++num_voice_changes_;  // other voices come while it is spoken
    LITETTS_RETURN_IF_ERROR(sink.OnStart(analysis));
    engine::SpeakReport report;
    engine::TimingCollector timings;
    timings.Start(analysis);
    double end = 0.0;
    uint64_t total = 0;
    for (const text::Chunk& chunk : analysis.chunks) {
      total += chunk.ids.size() * model::kSamplesPerFrame;
    }
    for (size_t i = 0; i < analysis.chunks.size(); ++i) {
      std::vector<int32_t> durations(analysis.chunks[i].ids.size() + 2, 1);
      durations.front() = durations.back() = 0;  // the pads
      // "mute" has no sound at the first attempt, "dumb" at none.
      const engine::CheckedSynthesis synthesis = {
          .max_retries = request.max_retries,
          .run = [&](std::span<const int32_t> ids, bool is_exact) -> Result<engine::Segment> {
            const bool is_silent = request.text == "dumb" || (request.text == "mute" && !is_exact);
            return engine::Segment{.durations = durations,
                                   .samples = Tones(ids, is_silent ? 0.0f : 0.3f),
                                   .voice = request.voice};
          },
          .on_retry = [&](const Status& problem) { sink.OnRetry(problem); }};
      LITETTS_ASSIGN_OR_RETURN(const engine::Segment segment,
                               engine::MakeSegment(analysis.chunks[i].ids, synthesis));
      const std::vector<float>& samples = segment.samples;
      LITETTS_RETURN_IF_ERROR(sink.OnChunk(i, durations, samples.size()));
      if (i + 1 == analysis.chunks.size()) LITETTS_RETURN_IF_ERROR(sink.OnTotal(total));
      std::vector<double> edges = {end};
      for (const int32_t frames : durations) {
        edges.push_back(edges.back() + frames * model::kSamplesPerFrame / kRateHz);
      }
      end = edges.back();
      timings.AddChunk(i, edges, end, {});
      LITETTS_RETURN_IF_ERROR(sink.OnTimings(timings.timings()));
      if (request.text == "fail") return Internal("the fake network failed");
      const std::span<const float> all = samples;
      for (size_t at = 0; at < all.size(); at += kPieceSamples) {
        const auto piece = all.subspan(at, std::min(kPieceSamples, all.size() - at));
        const double begin = NowSeconds();
        LITETTS_RETURN_IF_ERROR(Work(piece.size(), request, workspace()));
        report.synthesis_seconds += NowSeconds() - begin;
        report.num_samples += piece.size();
        LITETTS_RETURN_IF_ERROR(sink.OnSamples(piece));
        if (report.num_samples < total) LITETTS_RETURN_IF_ERROR(sink.OnBreak());
      }
      ++report.num_chunks;
    }
    return report;
  }

 private:
  const model::BackendInfo backend_ = FakeBackend();
  // Takes the time that so many samples take.
  Status Work(size_t num_samples, const engine::SpeakRequest& request,
              const model::Workspace& workspace) const {
    const double cost = options_.rtf * static_cast<double>(num_samples) / model::kSampleRateHz /
                        static_cast<double>(workspace.pool.num_threads());
    const double begin = NowSeconds();
    while (NowSeconds() - begin < cost) {
      if (request.cancel != nullptr && *request.cancel) return Cancelled("the client has gone");
      Sleep(std::min(0.005, cost));
    }
    return OkStatus();
  }

  const FakeSpeakerOptions options_;
  mutable std::atomic<size_t> num_voice_changes_ = 0;
  const std::string folder_ =
      Concat(std::filesystem::temp_directory_path().string(), "/litetts-blends-", getpid());
  const model::BlendStore blends_{folder_};
};

}  // namespace

SpeakerFactory FakeSpeakerFactory(const FakeSpeakerOptions& options) {
  return [options]() -> Result<std::unique_ptr<Speaker>> {
    Sleep(options.load_seconds);
    return {std::make_unique<FakeSpeaker>(options)};
  };
}

}  // namespace litetts::server

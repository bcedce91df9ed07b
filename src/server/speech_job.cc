#include "server/speech_job.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "audio/encoder.h"
#include "audio/resampler.h"
#include "base/cpu.h"
#include "engine/timing_feed.h"
#include "server/speech_body.h"

namespace litetts::server {
namespace {

std::string Fixed(double value, int digits) {
  char text[32];
  const int size = std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return std::string(text, static_cast<size_t>(std::max(size, 0)));
}

// What a client wrote, as a header may hold it.
std::string HeaderList(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) {
    if (!out.empty()) out += "; ";
    for (const char c : item) out += c >= ' ' && c <= '~' && c != ';' ? c : '?';
  }
  return out;
}

// Takes the samples of one synthesis: gain, rate, format, and out to the stream as they come. The
// head waits for the first samples, so that what fails before them is still answered with a proper
// error.
class SpeechSink : public engine::AudioSink {
 public:
  SpeechSink(const SpeechJob& job, Scheduler::Turn& turn, ResponseStream& stream)
      : job_(job),
        request_(job.request),
        turn_(turn),
        stream_(stream),
        begin_(NowSeconds()),
        feed_(job.request.timings, job.request.input) {}

  Status OnStart(const text::Analysis& analysis) override {
    stage_begin_ = NowSeconds();
    // A text from the cache took none of what it took once.
    const double seconds = stage_begin_ - begin_;
    outcome_.normalise_seconds = std::min(seconds, analysis.normalise_seconds);
    outcome_.g2p_seconds = seconds - outcome_.normalise_seconds;
    num_chunks_ = analysis.chunks.size();
    ignored_markup_ = analysis.ignored_markup;
    for (const text::Chunk& chunk : analysis.chunks) usage_.input_tokens += chunk.ids.size();
    if (!request_.input_is_ssml && !request_.seed) KeepSentences(analysis.chunks);
    return OkStatus();
  }

  void OnCachedChunk() override {
    ++outcome_.num_cached_chunks;
    is_cached_chunk_ = true;
  }
  void OnDurationsKnown() override { EndStage(outcome_.network_seconds); }
  void OnRetry(const Status& problem) override {
    ++outcome_.num_retries;
    outcome_.problem = problem.message();
  }

  Status OnChunk(size_t, std::span<const int32_t> /*durations*/, size_t num_samples) override {
    EndStage(outcome_.vocoder_seconds);
    const double seconds = static_cast<double>(num_samples) / model::kSampleRateHz;
    outcome_.chunk_seconds.push_back(seconds);
    if (!std::exchange(is_cached_chunk_, false)) outcome_.computed_audio_seconds += seconds;
    return OkStatus();
  }

  Status OnTotal(uint64_t num_samples) override {
    num_total_samples_ = num_samples;
    return OkStatus();
  }

  Status OnTimings(const engine::Timings& timings) override {
    if (request_.timings.any()) feed_.Add(timings);
    return OkStatus();
  }

  Status OnSamples(std::span<const float> samples) override {
    EndStage(outcome_.vocoder_seconds);
    if (num_samples_ == 0) outcome_.first_audio_seconds = NowSeconds() - begin_;
    num_samples_ += samples.size();
    outcome_.audio_seconds = audio_seconds();
    if (!request_.is_streamed) {
      if (audio_seconds() > job_.max_whole_seconds) {
        return InvalidArgument("an answer that is not streamed has at most ",
                               job_.max_whole_seconds, " s of audio: leave 'stream' true");
      }
      whole_.insert(whole_.end(), samples.begin(), samples.end());
    } else {
      LITETTS_RETURN_IF_ERROR(Send(samples, /*is_last=*/false));
    }
    stage_begin_ = NowSeconds();
    return OkStatus();
  }

  Status OnBreak() override {
    // A slow reader must keep neither cores nor memory from others, and in the end no thread.
    while (!stream_.HasRoom()) {
      turn_.Suspend([&] { AwaitReader(); });
      if (outcome_.is_cut) return Cancelled("the client reads too slowly while others wait");
    }
    const double played = NowSeconds() - begin_ - outcome_.first_audio_seconds;
    turn_.Yield(audio_seconds() - played);
    stage_begin_ = NowSeconds();
    return OkStatus();
  }

  // After the last samples.
  Status Finish() {
    if (!request_.is_streamed) num_total_samples_ = num_samples_;
    LITETTS_RETURN_IF_ERROR(Send(std::exchange(whole_, {}), /*is_last=*/true));
    usage_.output_tokens = (num_samples_ + model::kSamplesPerFrame - 1) / model::kSamplesPerFrame;
    LITETTS_RETURN_IF_ERROR(stream_.Write(WrapEnd(request_.form, usage_)));
    std::vector<Header> trailers = {{"X-Audio-Duration", Fixed(audio_seconds(), 6)},
                                    {"Server-Timing", Timings()}};
    if (outcome_.is_computed()) trailers.push_back({"X-RTF", Fixed(outcome_.rtf(), 4)});
    stream_.Finish(std::move(trailers));
    return OkStatus();
  }

  double audio_seconds() const { return static_cast<double>(num_samples_) / model::kSampleRateHz; }

  SpeechOutcome TakeOutcome() {
    if (encoder_ != nullptr) outcome_.num_clipped = encoder_->num_clipped();
    return outcome_;
  }

 private:
  // Spoken as phonemes they are the same chunks again: the text front end cuts nothing that is
  // altogether so short.
  void KeepSentences(std::span<const text::Chunk> chunks) {
    constexpr size_t kMostChunks = 4;
    constexpr size_t kMostSymbols = 130;
    bool is_start = true;
    for (const text::Chunk& chunk : chunks.first(std::min(kMostChunks, chunks.size()))) {
      const bool is_end = chunk.joint_after >= text::Joint::kSentence;
      if (is_start && is_end && chunk.ids.size() <= kMostSymbols) {
        outcome_.sentences.push_back(chunk.phonemes);
      }
      is_start = is_end;
    }
  }

  void AwaitReader() {
    constexpr auto kPoll = std::chrono::milliseconds(200);  // that others wait wakes nobody
    const double begin = NowSeconds();
    while (!stream_.AwaitRoom(std::chrono::steady_clock::now() + kPoll)) {
      if (NowSeconds() - begin < job_.slow_reader_seconds || !turn_.MustMakeRoom()) continue;
      outcome_.is_cut = true;
      return;
    }
  }

  void EndStage(double& seconds) {
    const double now = NowSeconds();
    seconds += now - std::exchange(stage_begin_, now);
  }

  std::string Timings() const {
    const auto entry = [](std::string_view name, double seconds) {
      return Concat(name, ";dur=", Fixed(1e3 * seconds, 2));
    };
    return Concat(
        entry("queue", turn_.queue_seconds()), ", ", entry("normalise", outcome_.normalise_seconds),
        ", ", entry("g2p", outcome_.g2p_seconds), ", ", entry("network", outcome_.network_seconds),
        ", ", entry("vocoder", outcome_.vocoder_seconds), ", ",
        entry("encode", outcome_.encode_seconds));
  }

  Status Open() {
    audio::EncoderOptions options{.format = request_.format,
                                  .sample_rate_hz = request_.sample_rate_hz,
                                  .has_dither = request_.has_dither};
    if (num_total_samples_) {
      options.num_frames = audio::ResampledLength(*num_total_samples_, model::kSampleRateHz,
                                                  request_.sample_rate_hz);
    }
    LITETTS_ASSIGN_OR_RETURN(encoder_, audio::Encoder::Create(options));
    LITETTS_ASSIGN_OR_RETURN(audio::Resampler resampler,
                             audio::Resampler::Create({.from_hz = model::kSampleRateHz,
                                                       .to_hz = request_.sample_rate_hz}));
    resampler_.emplace(std::move(resampler));
    encoded_size_ = audio::EncodedSize(options);
    return OkStatus();
  }

  Status Send(std::span<const float> samples, bool is_last) {
    const double begin = NowSeconds();
    if (encoder_ == nullptr) LITETTS_RETURN_IF_ERROR(Open());
    std::string bytes;
    LITETTS_ASSIGN_OR_RETURN(std::vector<float> resampled, resampler_->Process(samples));
    LITETTS_ASSIGN_OR_RETURN(bytes, encoder_->Encode(resampled));
    if (is_last) {
      LITETTS_ASSIGN_OR_RETURN(resampled, resampler_->Finish());
      LITETTS_ASSIGN_OR_RETURN(const std::string rest, encoder_->Encode(resampled));
      LITETTS_ASSIGN_OR_RETURN(const std::string end, encoder_->Finish());
      bytes += rest;
      bytes += end;
    }
    outcome_.encode_seconds += NowSeconds() - begin;
    // With what became known since the last piece.
    bytes = WrapPiece(request_.form, request_.format, std::move(bytes), request_.timings,
                      is_last ? feed_.TakeEnd() : feed_.Take());
    if (!std::exchange(head_is_sent_, true)) {
      LITETTS_RETURN_IF_ERROR(stream_.SendHead(MakeHead(bytes.size())));
    }
    return stream_.Write(std::move(bytes));
  }

  ResponseHead MakeHead(size_t num_bytes) {
    ResponseHead head;
    head.content_type = BodyMediaType(request_.form, request_.format);
    if (!request_.is_streamed && request_.form != BodyForm::kSse &&
        request_.form != BodyForm::kNdjson) {
      head.content_length = static_cast<long long>(num_bytes);
    }
    if (request_.form == BodyForm::kAudio) {
      if (request_.is_streamed && encoded_size_) {
        head.content_length = static_cast<long long>(*encoded_size_);
      }
      head.headers.push_back(
          {"Content-Disposition",
           Concat("inline; filename=\"speech.", audio::FileExtension(request_.format), "\"")});
    }
    head.headers.push_back({"X-Sample-Rate", std::to_string(request_.sample_rate_hz)});
    if (encoder_->unsignalled_delay() > 0) {
      head.headers.push_back(
          {"X-Encoder-Delay-Samples", std::to_string(encoder_->unsignalled_delay())});
    }
    if (num_total_samples_) {
      const double seconds = static_cast<double>(*num_total_samples_) / model::kSampleRateHz;
      head.headers.push_back({"X-Audio-Duration", Fixed(seconds, 6)});
      if (*num_total_samples_ == num_samples_ && outcome_.is_computed())
        head.headers.push_back({"X-RTF", Fixed(outcome_.rtf(), 4)});
    }
    head.headers.push_back({"Server-Timing", Timings()});
    // Of what is in hand by now.
    const size_t num_cached = outcome_.num_cached_chunks;
    head.headers.push_back({"X-Cache", num_cached == 0                              ? "miss"
                                       : num_cached < outcome_.chunk_seconds.size() ? "partial"
                                                                                    : "segments"});
    if (!request_.without_effect.empty()) {
      std::string names;
      for (const std::string& name : request_.without_effect)
        names += (names.empty() ? "" : ", ") + name;
      head.headers.push_back({"X-Without-Effect", names});
    }
    if (request_.watermark) {
      head.headers.push_back({"X-Watermark-Payload", std::to_string(request_.watermark->payload)});
    }
    if (!ignored_markup_.empty()) {
      head.headers.push_back({"X-Ignored-Markup", HeaderList(ignored_markup_)});
    }
    return head;
  }

  const SpeechJob& job_;
  const SpeechRequest& request_;
  Scheduler::Turn& turn_;
  ResponseStream& stream_;
  const double begin_;
  double stage_begin_ = 0;
  size_t num_chunks_ = 0;
  std::vector<std::string> ignored_markup_;
  SpeechOutcome outcome_;
  std::unique_ptr<audio::Encoder> encoder_;
  std::optional<audio::Resampler> resampler_;
  std::optional<uint64_t> encoded_size_;
  std::optional<uint64_t>
      num_total_samples_;     // of the whole answer, at 24 kHz; none: not known yet
  std::vector<float> whole_;  // everything, where the answer is sent at once
  size_t num_samples_ = 0;
  SpeechUsage usage_;
  engine::TimingFeed feed_;
  bool head_is_sent_ = false;
  bool is_cached_chunk_ = false;  // the one that comes next
};

}  // namespace

SpeechOutcome RunSpeech(const SpeechJob& job, const Speaker& speaker, Scheduler::Turn& turn,
                        ResponseStream& stream) {
  const SpeechRequest& request = job.request;
  stream.MarkStarted();
  engine::SpeakRequest speak;
  speak.text = request.input;
  speak.voice = request.voice;
  speak.speed = request.speed;
  speak.pitch_semitones = request.pitch_semitones;
  speak.volume = request.volume;
  speak.loudness_lufs = request.loudness_lufs;
  speak.trim = request.trim;
  speak.watermark = request.watermark;
  speak.locale = request.locale;
  speak.input_is_phonemes = request.input_is_phonemes;
  speak.input_is_ssml = request.input_is_ssml;
  speak.media_folder = request.media_folder;
  speak.noise_seed = request.seed;
  speak.needs_timings = request.timings.any();
  speak.lexicons = request.lexicons;
  speak.cancel = &stream.cancelled();
  speak.segments = job.segments;
  speak.texts = job.texts;
  speak.max_retries = job.max_retries;
  speak.cleaning.expand_contractions = request.expand_contractions;
  speak.sound_soon = request.is_streamed;
  speak.exact_norms = job.exact_streams;
  speak.style = request.style;
  speak.asides = request.asides;
  speak.wait = [&turn](const std::function<void()>& wait) { turn.Suspend(wait); };
  SpeechSink sink(job, turn, stream);
  Result<engine::SpeakReport> report = speaker.Speak(
      speak, [&turn]() -> model::Workspace& { return turn.workspace(); }, sink);
  const Status status = report.ok() ? sink.Finish() : report.status();
  if (!status.ok()) stream.Answer(ErrorResponse(ErrorFromStatus(status)));
  SpeechOutcome outcome = sink.TakeOutcome();
  outcome.status = status;
  outcome.queue_seconds = turn.queue_seconds();
  outcome.num_threads = turn.num_threads();
  if (outcome.is_computed()) {
    turn.Report(outcome.audio_seconds);
  }
  return outcome;
}

}  // namespace litetts::server

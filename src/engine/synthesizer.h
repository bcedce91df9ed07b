#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audio/watermark.h"
#include "base/status.h"
#include "engine/audio_sink.h"
#include "engine/segment_cache.h"
#include "engine/text_cache.h"
#include "engine/timings.h"
#include "model/blend_store.h"
#include "model/kokoro.h"
#include "model/voice.h"
#include "text/frontend.h"

namespace litetts::engine {

// The three files that make a speaker, under HomeFolder() unless said otherwise.
struct SpeakerFiles {
  std::string model;    // docs/formats/model-file.md
  std::string voices;   // docs/formats/voices.md
  std::string english;  // docs/formats/english-data.md
  std::string blends;   // folder of docs/formats/blends.md; need not exist
  static SpeakerFiles Default();
};

// The model file of the backend onnxruntime where none is named: models/kokoro-v1.0.int8.onnx in
// the data folder, else the one that quickstart downloaded.
std::string DefaultOnnxModel();

inline constexpr double kMinSpeed = 0.25;
inline constexpr double kMaxSpeed = 4.0;
// The network speaks as fast as asked from kMinNetworkSpeed to kMaxNetworkSpeed; beyond, its audio
// is stretched in time.
inline constexpr double kMinNetworkSpeed = 0.7;
inline constexpr double kMaxNetworkSpeed = 1.4;
inline constexpr double kMaxPitchSemitones = 6.0;  // up and down
inline constexpr double kMaxVolume = 4.0;
inline constexpr double kMinLoudnessLufs = -40.0;
inline constexpr double kMaxLoudnessLufs = -12.0;

// All fields from `text` to `noise_seed` change the sound, and with them `media_folder`'s files
// where the text is SSML: whoever keeps what Speak() made must tell requests apart by all of them.
struct SpeakRequest {
  std::string text;
  std::string voice =
      "af_heart";      // a name, or a blend such as "af_heart(2)+af_sky", or a saved blend
  double speed = 1.0;  // kMinSpeed..kMaxSpeed; 2 halves the durations
  std::optional<text::Locale> locale;  // none: the voices decide
  double pitch_semitones = 0.0;        // up to kMaxPitchSemitones either way
  double volume = 1.0;                 // 0..kMaxVolume; a limiter keeps peaks below full scale
  // Integrated loudness of the whole (EBU R 128), kMinLoudnessLufs..kMaxLoudnessLufs, true peak
  // below -1 dB; none: as the network made it. Samples then wait until their chunk is complete.
  std::optional<double> loudness_lufs;
  std::optional<audio::WatermarkMark> watermark;  // docs/watermark.md; none: no mark
  bool trim = false;  // no silence before the first sound and after the last
  bool input_is_phonemes = false;
  bool input_is_ssml = false;  // docs/ssml.md
  std::string media_folder;    // of SSML's recordings and lexicons; empty: none
  bool markup = true;
  text::CleaningOptions cleaning = {};
  text::Asides asides = text::Asides::kSay;
  text::SpeechStyle style = {};  // on top of all that; only how it sounds, no voice or background
  // As in text::TextOptions; and the first chunk is heard while the network still makes it, with
  // norms that are foretold (model/norm_predictor.h) unless they are to be exact.
  bool sound_soon = true;
  bool exact_norms = false;
  std::vector<std::shared_ptr<const text::UserLexicon>> lexicons = {};
  std::optional<uint64_t> noise_seed;         // Gaussian noise in the source; none: noise-free
  const std::atomic<bool>* cancel = nullptr;  // true: Speak() returns kCancelled soon
  model::LayerProfile* profile = nullptr;     // what the network took is added to it
  SegmentCache* segments = nullptr;           // where chunks are looked up and kept; none: not
  // How to wait for a chunk that another call makes; none: on this thread.
  SegmentCache::Wait wait = {};
  TextCache* texts = nullptr;  // the same for texts
  bool needs_timings = false;  // refused where the backend has none
  size_t max_retries = 2;      // of a chunk whose audio fails its checks, each in another way
};

struct SpeakReport {
  size_t num_samples = 0;
  size_t num_chunks = 0;
  size_t num_cached_chunks = 0;  // of these, not computed for this request
  Timings timings;
  std::vector<std::string> ignored_markup;  // of text::Analysis
  double text_seconds = 0.0;                // cleaning to phonemes
  double synthesis_seconds = 0.0;           // the network, wall clock
  double first_audio_seconds = 0.0;         // from the call to the first samples

  double audio_seconds() const { return static_cast<double>(num_samples) / model::kSampleRateHz; }
  // Real-time factor: compute seconds, text included, per second of audio; 0 without audio.
  double rtf() const;
};

// The accent of a voice or blend: that of most of its prosody, by the first letters of the names.
text::Locale LocaleOfVoice(std::string_view voice, const model::BlendStore* saved);

// Saves a blend of voices of `table` under a name. kAlreadyExists where a voice has that name, else
// as BlendStore::Save() and VoiceTable::Resolve().
Result<model::SavedBlend> SaveBlend(const model::BlendStore& store, const model::VoiceTable& table,
                                    std::string_view name, std::string_view expression);

// The workspace of the next piece of work. It need not be the one of the last piece.
using WorkspaceSource = std::function<model::Workspace&()>;

// Under which a chunk's samples are kept: equal keys, equal bits (docs/caching.md).
// `foretells_norms`: it is heard while it is made.
std::string SegmentKey(const model::Request& request, std::string_view backend_identity,
                       bool foretells_norms = false);

// Text to audio. Immutable after Load(), thread-safe: Speak() may be called from many threads, each
// with its own Workspace.
class Synthesizer {
 public:
  Synthesizer(Synthesizer&&) noexcept;
  Synthesizer& operator=(Synthesizer&&) noexcept;
  ~Synthesizer();
  static Result<Synthesizer> Load(const SpeakerFiles& files,
                                  const model::BackendOptions& options = {});

  // Text to chunks of tokens, in the locale of the request. kNotFound for an unknown voice,
  // kInvalidArgument for a request outside its ranges.
  Result<text::Analysis> Analyse(const SpeakRequest& request) const;

  // Speaks the request into the sink, each chunk with the workspace that `workspace` gives for it.
  // kInvalidArgument if nothing in the text can be spoken; kCancelled.
  Result<SpeakReport> Speak(const SpeakRequest& request, const WorkspaceSource& workspace,
                            AudioSink& sink) const;

  const model::VoiceTable& voices() const { return *voices_; }
  const model::BlendStore& blends() const { return *blends_; }
  const model::BackendInfo& backend() const { return backend_->info(); }
  // model::Backend::WeightPages().
  std::span<const std::span<const std::byte>> WeightPages() const {
    return backend_->WeightPages();
  }

 private:
  Synthesizer() = default;
  text::TextOptions OptionsOf(const SpeakRequest& request) const;
  Result<std::shared_ptr<const text::Analysis>> FindAnalysis(const SpeakRequest& request) const;
  struct NextChunk;
  // Computes a chunk or takes it from the cache.
  Result<std::shared_ptr<const Segment>> MakeChunk(const SpeakRequest& request,
                                                   const NextChunk& chunk,
                                                   const WorkspaceSource& workspace,
                                                   AudioSink& sink, SpeakReport& report) const;
  // The native network in 32-bit floats, loaded when it is first needed.
  struct ExactNetwork;
  Result<const model::Backend*> Exact() const;

  std::unique_ptr<const model::Backend> backend_;
  std::unique_ptr<ExactNetwork> exact_;
  std::unique_ptr<const model::VoiceTable> voices_;
  std::unique_ptr<const model::BlendStore> blends_;
  std::unique_ptr<const text::Frontend> frontend_;
};

}  // namespace litetts::engine

#include "cli/audio_output.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/encoder.h"
#include "audio/format.h"
#include "audio/resampler.h"
#include "base/file.h"
#include "model/kokoro.h"

namespace litetts::cli {
namespace {

// Where encoded bytes go.
class ByteOutput {
 public:
  virtual ~ByteOutput() = default;
  virtual Status Write(std::string_view bytes) = 0;
  // Overwrites the start of what was written. REQUIRES: it can.
  virtual bool CanRewriteStart() const { return false; }
  virtual Status RewriteStart(std::string_view /*bytes*/) { return OkStatus(); }
  virtual Status Close() = 0;
};

class FileOutput : public ByteOutput {
 public:
  explicit FileOutput(AtomicFile file) : file_(std::move(file)) {}
  Status Write(std::string_view bytes) override { return file_.Write(bytes); }
  bool CanRewriteStart() const override { return true; }
  Status RewriteStart(std::string_view bytes) override {
    return file_.WriteAt(0, std::as_bytes(std::span(bytes)));
  }
  Status Close() override { return file_.Commit(); }

 private:
  AtomicFile file_;
};

class StreamOutput : public ByteOutput {
 public:
  StreamOutput(std::FILE* stream, std::string name) : stream_(stream), name_(std::move(name)) {}
  Status Write(std::string_view bytes) override {
    return std::fwrite(bytes.data(), 1, bytes.size(), stream_) == bytes.size() ? OkStatus()
                                                                               : Failure();
  }
  Status Close() override { return std::fflush(stream_) == 0 ? OkStatus() : Failure(); }

 protected:
  Status Failure() const {
    return {StatusCode::kDataLoss, Concat("cannot write to ", name_, ": ", std::strerror(errno))};
  }
  std::FILE* stream_;
  std::string name_;
};

class PlayerOutput : public StreamOutput {
 public:
  using StreamOutput::StreamOutput;
  ~PlayerOutput() override {
    if (stream_ != nullptr) pclose(stream_);
  }
  Status Close() override {
    const int exit_status = pclose(std::exchange(stream_, nullptr));
    if (exit_status == 0) return OkStatus();
    return FailedPrecondition("the player '", name_, "' failed; save to a file with -o FILE");
  }
};

// Encodes and passes on. The encoder is made with the first samples, when the length may be known.
class EncodedOutput : public AudioOutput {
 public:
  EncodedOutput(const AudioOutputOptions& options, audio::Format format,
                std::unique_ptr<ByteOutput> bytes)
      : bytes_(std::move(bytes)) {
    const int sample_rate_hz = options.sample_rate_hz;
    options_.format = format;
    options_.has_dither = options.has_dither;
    options_.is_rewritable = bytes_->CanRewriteStart();
    options_.sample_rate_hz =
        sample_rate_hz > 0 ? sample_rate_hz : audio::DefaultSampleRateHz(format);
  }

  Status SetLength(uint64_t num_samples) override {
    if (encoder_ == nullptr) {
      options_.num_frames =
          audio::ResampledLength(num_samples, model::kSampleRateHz, options_.sample_rate_hz);
    }
    return OkStatus();
  }

  Status Write(std::span<const float> samples) override {
    LITETTS_RETURN_IF_ERROR(Open());
    LITETTS_ASSIGN_OR_RETURN(const std::vector<float> resampled, resampler_->Process(samples));
    return Encode(resampled);
  }

  Status Close() override {
    LITETTS_RETURN_IF_ERROR(Open());
    LITETTS_ASSIGN_OR_RETURN(const std::vector<float> resampled, resampler_->Finish());
    LITETTS_RETURN_IF_ERROR(Encode(resampled));
    LITETTS_ASSIGN_OR_RETURN(const std::string bytes, encoder_->Finish());
    LITETTS_RETURN_IF_ERROR(bytes_->Write(bytes));
    if (const std::string start = encoder_->FinalStart(); !start.empty()) {
      LITETTS_RETURN_IF_ERROR(bytes_->RewriteStart(start));
    }
    return bytes_->Close();
  }

 private:
  Status Open() {
    if (encoder_ != nullptr) return OkStatus();
    LITETTS_ASSIGN_OR_RETURN(audio::Resampler resampler,
                             audio::Resampler::Create({.from_hz = model::kSampleRateHz,
                                                       .to_hz = options_.sample_rate_hz}));
    resampler_.emplace(std::move(resampler));
    LITETTS_ASSIGN_OR_RETURN(encoder_, audio::Encoder::Create(options_));
    return OkStatus();
  }

  Status Encode(std::span<const float> samples) {
    LITETTS_ASSIGN_OR_RETURN(const std::string bytes, encoder_->Encode(samples));
    return bytes_->Write(bytes);
  }

  audio::EncoderOptions options_;
  std::optional<audio::Resampler> resampler_;
  std::unique_ptr<ByteOutput> bytes_;
  std::unique_ptr<audio::Encoder> encoder_;
};

Result<audio::Format> ChooseFormat(const std::string& path, const std::string& format) {
  std::string name = format;
  if (name.empty() && path == "-") name = "wav";
  if (name.empty()) {
    const size_t dot = path.find_last_of("./");
    if (dot != std::string::npos && path[dot] == '.') name = path.substr(dot + 1);
    if (name == "ulaw") name = "mulaw";
  }
  if (const std::optional<audio::Format> known = audio::FormatFromName(name)) return *known;
  std::string names;
  for (const audio::Format each : audio::kAllFormats) {
    names += Concat(names.empty() ? "" : ", ", audio::FormatName(each));
  }
  return InvalidArgument("cannot tell the audio format of '", path,
                         "'; give --format, one of: ", names);
}

bool IsInstalled(std::string_view program) {
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path != nullptr ? path : ""; !rest.empty();) {
    const size_t colon = rest.find(':');
    const std::string candidate = Concat(rest.substr(0, colon), "/", program);
    if (access(candidate.c_str(), X_OK) == 0) return true;
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  return false;
}

}  // namespace

Result<std::unique_ptr<AudioOutput>> OpenAudioFile(const std::string& path,
                                                   const AudioOutputOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const audio::Format chosen, ChooseFormat(path, options.format));
  if (options.sample_rate_hz > 0) {
    LITETTS_RETURN_IF_ERROR(audio::CheckSampleRate(chosen, options.sample_rate_hz));
  }
  if (options.has_dither && !audio::Has16Bits(chosen)) {
    return InvalidArgument("--dither is for samples of 16 bits: wav, pcm, flac");
  }
  std::unique_ptr<ByteOutput> bytes;
  if (path == "-") {
    bytes = std::make_unique<StreamOutput>(stdout, "standard output");
  } else {
    LITETTS_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
    bytes = std::make_unique<FileOutput>(std::move(file));
  }
  return std::unique_ptr<AudioOutput>(
      std::make_unique<EncodedOutput>(options, chosen, std::move(bytes)));
}

Result<std::unique_ptr<AudioOutput>> OpenPlayer() {
  struct Player {
    std::string_view program;
    const char* command;  // reads WAV from standard input
  };
  static constexpr std::array<Player, 5> kPlayers = {{
      {"pw-play", "pw-play -"},
      {"paplay", "paplay"},
      {"aplay", "aplay -q -"},
      {"ffplay", "ffplay -loglevel error -nodisp -autoexit -"},
      {"play", "play -q -t wav -"},
  }};
  for (const Player& player : kPlayers) {
    if (!IsInstalled(player.program)) continue;
    std::FILE* stream = popen(player.command, "w");
    if (stream == nullptr) break;
    return std::unique_ptr<AudioOutput>(std::make_unique<EncodedOutput>(
        AudioOutputOptions(), audio::Format::kWav,
        std::make_unique<PlayerOutput>(stream, std::string(player.program))));
  }
  return FailedPrecondition("no audio player is installed; save to a file with -o FILE");
}

}  // namespace litetts::cli

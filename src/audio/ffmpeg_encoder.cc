#include "audio/ffmpeg_encoder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/ffmpeg_memory.h"
#include "audio/mp3_info.h"
#include "audio/pcm.h"
#include "base/check.h"

namespace litetts::audio {
namespace {

// How one format is made: the encoder's name, its samples, the container, and the bit rate for one
// channel.
struct Recipe {
  const char* codec;
  AVSampleFormat sample_format;
  const char* container;  // null: the packets one after the other
  int64_t bit_rate;       // 0: by the codec's own quality
};

Recipe RecipeFor(Format format, int sample_rate_hz) {
  switch (format) {
    case Format::kMp3:
      // MPEG-2.5, below 16 kHz, ends at 64 kbit/s. The container is ours: libavformat's needs to
      // seek for the tag.
      return {"libmp3lame", AV_SAMPLE_FMT_FLTP, nullptr, sample_rate_hz < 16000 ? 64000 : 96000};
    case Format::kOpus:
      return {"libopus", AV_SAMPLE_FMT_FLT, "ogg", 64000};
    case Format::kAac:
      return {"aac", AV_SAMPLE_FMT_FLTP, "adts", sample_rate_hz < 16000 ? 48000 : 96000};
    case Format::kFlac:
      return {"flac", AV_SAMPLE_FMT_S16, "flac", 0};
    default:
      return {"libvorbis", AV_SAMPLE_FMT_FLTP, "ogg", 0};
  }
}

// ID3v2.3 with one comment in English.
std::string Id3Tag() {
  const std::string text = std::string("\0eng\0", 5) + kSyntheticSpeechTag;
  const auto size = static_cast<char>(text.size());  // below 128, as one byte of a size may say
  std::string tag = std::string("ID3\3\0\0\0\0\0", 9) + static_cast<char>(size + 10);
  tag += std::string("COMM\0\0\0", 7) + size + std::string(2, '\0') + text;
  return tag;
}

// The container and its byte sink.
struct MuxerDelete {
  void operator()(AVFormatContext* muxer) const {
    if (muxer->pb != nullptr) IoDelete()(std::exchange(muxer->pb, nullptr));
    avformat_free_context(muxer);
  }
};

Status FfmpegError(std::string_view what, int error) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(error, text.data(), text.size());
  return Internal(what, ": ", text.data());
}

// Bytes from libavformat. What is thrown here must not cross its C frames.
int AppendBytes(void* sink, uint8_t* data, int size) {
  try {
    static_cast<std::string*>(sink)->append(reinterpret_cast<const char*>(data),
                                            static_cast<size_t>(size));
  } catch (const std::bad_alloc&) {
    return AVERROR(ENOMEM);
  }
  return size;
}

class FfmpegEncoder : public Encoder {
 public:
  explicit FfmpegEncoder(const EncoderOptions& options)
      : options_(options), recipe_(RecipeFor(options.format, options.sample_rate_hz)) {}

  Status Open();
  Result<std::string> Encode(std::span<const float> samples) override;
  Result<std::string> Finish() override;

 private:
  Status OpenCodec();
  Status OpenMuxer();
  static void PatchFlacLength(uint64_t frames, std::string& start);
  std::string FinalStart() const override;
  // Sends `num_frames` from the front of `pending_`, or, if `num_frames` is 0, the end of the
  // stream.
  Status Send(size_t num_frames);
  Status FillFrame(size_t num_frames);
  Status ReceivePackets();
  Status WritePacket(AVPacket& packet);
  size_t channels() const { return static_cast<size_t>(options_.num_channels); }

  const EncoderOptions options_;
  const Recipe recipe_;
  std::unique_ptr<AVCodecContext, CodecDelete> codec_;
  std::unique_ptr<AVFrame, FrameDelete> frame_;
  std::unique_ptr<AVPacket, PacketDelete> packet_;
  std::string bytes_;  // made and not yet returned; the muxer writes here, so it stands before it
  std::unique_ptr<AVFormatContext, MuxerDelete> muxer_;
  std::vector<float> pending_;  // interleaved, less than one codec frame between calls
  size_t pending_begin_ = 0;
  uint64_t num_frames_ = 0;
  Dither dither_;
  std::string start_;  // of a FLAC stream that can be rewritten
  bool first_packet_is_written_ = false;
};

Status FfmpegEncoder::Open() {
  LITETTS_RETURN_IF_ERROR(OpenCodec());
  if (recipe_.container != nullptr) LITETTS_RETURN_IF_ERROR(OpenMuxer());
  const bool is_open_mp3 = options_.format == Format::kMp3 && !options_.num_frames;
  if (is_open_mp3 || options_.format == Format::kAac) unsignalled_delay_ = codec_->initial_padding;
  frame_.reset(av_frame_alloc());
  packet_.reset(av_packet_alloc());
  if (frame_ == nullptr || packet_ == nullptr) return ResourceExhausted("no memory for an encoder");
  return OkStatus();
}

Status FfmpegEncoder::OpenCodec() {
  const AVCodec* codec = avcodec_find_encoder_by_name(recipe_.codec);
  if (codec == nullptr) {
    return Unimplemented("this build's FFmpeg libraries lack the encoder ", recipe_.codec, " for ",
                         FormatName(options_.format));
  }
  codec_.reset(avcodec_alloc_context3(codec));
  if (codec_ == nullptr) return ResourceExhausted("no memory for an encoder");
  codec_->sample_fmt = recipe_.sample_format;
  codec_->sample_rate = options_.sample_rate_hz;
  codec_->time_base = {1, options_.sample_rate_hz};
  codec_->flags |= AV_CODEC_FLAG_BITEXACT;
  codec_->thread_count = 1;
  av_channel_layout_default(&codec_->ch_layout, options_.num_channels);
  if (recipe_.bit_rate > 0) {
    codec_->bit_rate = recipe_.bit_rate * options_.num_channels;
  } else if (options_.format == Format::kOgg) {
    codec_->flags |= AV_CODEC_FLAG_QSCALE;
    codec_->global_quality = 5 * FF_QP2LAMBDA;
  }
  const AVOutputFormat* container =
      recipe_.container == nullptr ? nullptr : av_guess_format(recipe_.container, nullptr, nullptr);
  if (container != nullptr && (container->flags & AVFMT_GLOBALHEADER) != 0) {
    codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  if (const int error = avcodec_open2(codec_.get(), codec, nullptr); error < 0) {
    return FfmpegError(Concat("cannot open the ", FormatName(options_.format), " encoder"), error);
  }
  return OkStatus();
}

Status FfmpegEncoder::OpenMuxer() {
  AVFormatContext* muxer = nullptr;
  if (const int error = avformat_alloc_output_context2(&muxer, nullptr, recipe_.container, nullptr);
      error < 0) {
    return FfmpegError("cannot open the container", error);
  }
  muxer_.reset(muxer);
  constexpr int kBufferSize = 4096;
  auto* buffer = static_cast<uint8_t*>(av_malloc(kBufferSize));
  if (buffer == nullptr) return ResourceExhausted("no memory for an encoder");
  muxer->pb = avio_alloc_context(buffer, kBufferSize, 1, &bytes_, nullptr, AppendBytes, nullptr);
  if (muxer->pb == nullptr) {
    av_free(buffer);
    return ResourceExhausted("no memory for an encoder");
  }
  muxer->flags |= AVFMT_FLAG_BITEXACT;
  av_dict_set(&muxer->metadata, "comment", kSyntheticSpeechTag, 0);
  AVStream* stream = avformat_new_stream(muxer, nullptr);
  if (stream == nullptr) return ResourceExhausted("no memory for an encoder");
  stream->time_base = codec_->time_base;
  if (const int error = avcodec_parameters_from_context(stream->codecpar, codec_.get());
      error < 0) {
    return FfmpegError("cannot set up the container", error);
  }
  // Ogg pages of 0.2 s: a listener waits for whole pages; smaller ones cost more header bytes.
  if (std::string_view(recipe_.container) == "ogg") {
    av_opt_set_int(muxer->priv_data, "page_duration", 200000, 0);
  }
  if (const int error = avformat_write_header(muxer, nullptr); error < 0) {
    return FfmpegError("cannot write the container's header", error);
  }
  avio_flush(muxer->pb);
  if (options_.format == Format::kFlac && options_.num_frames) {
    PatchFlacLength(*options_.num_frames, bytes_);
  }
  if (options_.format == Format::kFlac && options_.is_rewritable) start_ = bytes_;
  return OkStatus();
}

// STREAMINFO holds the length in its bits 108..143, after "fLaC" and the block's header of 4 bytes;
// the muxer leaves 0, "unknown", where it cannot seek back.
void FfmpegEncoder::PatchFlacLength(uint64_t frames, std::string& start) {
  constexpr size_t kStreamInfo = 8;
  if (start.size() < kStreamInfo + 34 || frames >= uint64_t{1} << 36) return;
  char& high = start[kStreamInfo + 13];  // its upper half belongs to the sample size
  high = static_cast<char>((high & 0xF0) | static_cast<char>(frames >> 32));
  for (size_t i = 0; i < 4; ++i) {
    start[kStreamInfo + 14 + i] = static_cast<char>(frames >> (24 - 8 * i) & 0xFF);
  }
}

std::string FfmpegEncoder::FinalStart() const {
  std::string start = start_;
  PatchFlacLength(num_frames_, start);
  return start;
}

Result<std::string> FfmpegEncoder::Encode(std::span<const float> samples) {
  LITETTS_CHECK(samples.size() % channels() == 0);
  const size_t begin = pending_.size();
  pending_.resize(begin + samples.size());
  const std::span<float> added = std::span(pending_).subspan(begin);
  std::copy(samples.begin(), samples.end(), added.begin());
  if (options_.has_dither && Has16Bits(options_.format)) dither_.AddTo(added);
  num_clipped_ += ClampSamples(added, added);
  num_frames_ += samples.size() / channels();
  const auto frame_size = static_cast<size_t>(codec_->frame_size);
  while (pending_.size() - pending_begin_ >= frame_size * channels()) {
    LITETTS_RETURN_IF_ERROR(Send(frame_size));
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(pending_begin_));
  pending_begin_ = 0;
  if (muxer_ != nullptr) avio_flush(muxer_->pb);
  return std::exchange(bytes_, {});
}

Result<std::string> FfmpegEncoder::Finish() {
  if (options_.num_frames && *options_.num_frames != num_frames_) {
    return FailedPrecondition("the header promised ", *options_.num_frames, " frames, but ",
                              num_frames_, " were encoded");
  }
  if (const size_t rest = (pending_.size() - pending_begin_) / channels(); rest > 0) {
    LITETTS_RETURN_IF_ERROR(Send(rest));
  }
  LITETTS_RETURN_IF_ERROR(Send(0));
  if (muxer_ != nullptr) {
    if (const int error = av_write_trailer(muxer_.get()); error < 0) {
      return FfmpegError("cannot end the container", error);
    }
    avio_flush(muxer_->pb);
  }
  return std::exchange(bytes_, {});
}

Status FfmpegEncoder::Send(size_t num_frames) {
  if (num_frames > 0) LITETTS_RETURN_IF_ERROR(FillFrame(num_frames));
  if (const int error = avcodec_send_frame(codec_.get(), num_frames > 0 ? frame_.get() : nullptr);
      error < 0) {
    return FfmpegError("encoding failed", error);
  }
  return ReceivePackets();
}

Status FfmpegEncoder::FillFrame(size_t num_frames) {
  av_frame_unref(frame_.get());
  frame_->nb_samples = static_cast<int>(num_frames);
  frame_->format = recipe_.sample_format;
  frame_->sample_rate = options_.sample_rate_hz;
  frame_->pts = static_cast<int64_t>(num_frames_ - (pending_.size() - pending_begin_) / channels());
  av_channel_layout_copy(&frame_->ch_layout, &codec_->ch_layout);
  if (const int error = av_frame_get_buffer(frame_.get(), 0); error < 0) {
    return FfmpegError("no memory for a frame", error);
  }
  const std::span<const float> in =
      std::span(pending_).subspan(pending_begin_, num_frames * channels());
  if (recipe_.sample_format == AV_SAMPLE_FMT_S16) {
    FloatToS16(in, std::span(reinterpret_cast<int16_t*>(frame_->data[0]), in.size()));
  } else if (recipe_.sample_format == AV_SAMPLE_FMT_FLT) {
    std::copy(in.begin(), in.end(), reinterpret_cast<float*>(frame_->data[0]));
  } else {
    for (size_t i = 0; i < in.size(); ++i) {
      reinterpret_cast<float*>(frame_->data[i % channels()])[i / channels()] = in[i];
    }
  }
  pending_begin_ += in.size();
  return OkStatus();
}

Status FfmpegEncoder::ReceivePackets() {
  for (;;) {
    const int error = avcodec_receive_packet(codec_.get(), packet_.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return OkStatus();
    if (error < 0) return FfmpegError("encoding failed", error);
    const Status status = WritePacket(*packet_);
    av_packet_unref(packet_.get());
    LITETTS_RETURN_IF_ERROR(status);
  }
}

Status FfmpegEncoder::WritePacket(AVPacket& packet) {
  if (muxer_ != nullptr) {
    packet.stream_index = 0;
    av_packet_rescale_ts(&packet, codec_->time_base, muxer_->streams[0]->time_base);
    if (const int error = av_write_frame(muxer_.get(), &packet); error < 0) {
      return FfmpegError("cannot write to the container", error);
    }
    // A decoder cuts the last Vorbis page relative to the page before it, so a short stream needs
    // two.
    if (options_.format == Format::kOgg && !std::exchange(first_packet_is_written_, true)) {
      av_write_frame(muxer_.get(), nullptr);
    }
    return OkStatus();
  }
  const std::string_view data(reinterpret_cast<const char*>(packet.data),
                              static_cast<size_t>(packet.size));
  if (!first_packet_is_written_) bytes_ += Id3Tag();
  // Without a length the tag would be taken for sound: players know it by its frame count.
  if (!std::exchange(first_packet_is_written_, true) && options_.num_frames) {
    constexpr int kDecoderDelay = 529;  // libavcodec counts it in, the tag does not
    LITETTS_ASSIGN_OR_RETURN(const std::string info,
                             Mp3InfoFrame({.frame_header = data,
                                           .start_delay = codec_->initial_padding - kDecoderDelay,
                                           .num_samples = *options_.num_frames}));
    bytes_ += info;
  }
  bytes_ += data;
  return OkStatus();
}

}  // namespace

Result<std::unique_ptr<Encoder>> CreateFfmpegEncoder(const EncoderOptions& options) {
  // Errors come back as Status; the library's own words would end up on the server's standard
  // error.
  av_log_set_level(AV_LOG_QUIET);
  auto encoder = std::make_unique<FfmpegEncoder>(options);
  LITETTS_RETURN_IF_ERROR(encoder->Open());
  return {std::move(encoder)};
}

}  // namespace litetts::audio

#include "audio/decoder.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>

#include "audio/ffmpeg_memory.h"

namespace litetts::audio {
namespace {

// Containers that hold one recording. A playlist or a demuxer that opens others is not among them.
constexpr const char* kDemuxers = "wav,flac,mp3,aac,ogg,matroska,webm,mov,mp4,aiff,au,w64,caf";
constexpr int kMaxRateHz = 768'000;
constexpr int kMaxChannels = 8;

struct InputDelete {
  void operator()(AVFormatContext* input) const { avformat_close_input(&input); }
};

template <typename T>
double ValueAt(const uint8_t* data, int i) {
  T value;
  std::memcpy(&value, data + static_cast<size_t>(i) * sizeof(T), sizeof(T));
  return static_cast<double>(value);
}

double SampleAt(const AVFrame& frame, int channel, int i) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool is_planar = av_sample_fmt_is_planar(format) != 0;
  const uint8_t* const data = frame.extended_data[is_planar ? channel : 0];
  const int index = is_planar ? i : i * frame.ch_layout.nb_channels + channel;
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8:
      return (ValueAt<uint8_t>(data, index) - 128.0) / 128.0;
    case AV_SAMPLE_FMT_S16:
      return ValueAt<int16_t>(data, index) / 32768.0;
    case AV_SAMPLE_FMT_S32:
      return ValueAt<int32_t>(data, index) / 2147483648.0;
    case AV_SAMPLE_FMT_S64:
      return ValueAt<int64_t>(data, index) / 0x1p63;
    case AV_SAMPLE_FMT_FLT:
      return ValueAt<float>(data, index);
    case AV_SAMPLE_FMT_DBL:
      return ValueAt<double>(data, index);
    default:
      return 0.0;
  }
}

class StreamDecoder {
 public:
  StreamDecoder(AVFormatContext& input, int stream, const DecodeLimits& limits)
      : input_(input), stream_(stream), limits_(limits) {}

  Result<DecodedAudio> Run() {
    LITETTS_RETURN_IF_ERROR(Open());
    const std::unique_ptr<AVPacket, PacketDelete> packet(av_packet_alloc());
    if (packet == nullptr) return ResourceExhausted("no memory for a packet");
    while (!is_full_ && av_read_frame(&input_, packet.get()) >= 0) {
      // A damaged packet costs its own samples only.
      const bool is_ours = packet->stream_index == stream_;
      const bool is_sent = is_ours && avcodec_send_packet(codec_.get(), packet.get()) >= 0;
      av_packet_unref(packet.get());
      if (is_sent) LITETTS_RETURN_IF_ERROR(Drain());
    }
    avcodec_send_packet(codec_.get(), nullptr);
    LITETTS_RETURN_IF_ERROR(Drain());
    if (out_.samples.empty()) return InvalidArgument("the file has no audio that can be decoded");
    return std::move(out_);
  }

 private:
  Status Open() {
    const AVCodecParameters* const parameters = input_.streams[stream_]->codecpar;
    const AVCodec* const decoder = avcodec_find_decoder(parameters->codec_id);
    if (decoder == nullptr) return InvalidArgument("the file's audio codec is not supported");
    codec_.reset(avcodec_alloc_context3(decoder));
    frame_.reset(av_frame_alloc());
    if (codec_ == nullptr || frame_ == nullptr) return ResourceExhausted("no memory for a decoder");
    if (avcodec_parameters_to_context(codec_.get(), parameters) < 0) {
      return InvalidArgument("the file's audio stream is damaged");
    }
    codec_->pkt_timebase = input_.streams[stream_]->time_base;
    codec_->thread_count = 1;
    if (avcodec_open2(codec_.get(), decoder, nullptr) < 0) {
      return InvalidArgument("the file's audio codec cannot be opened");
    }
    return OkStatus();
  }

  Status Drain() {
    while (!is_full_ && avcodec_receive_frame(codec_.get(), frame_.get()) == 0) {
      LITETTS_RETURN_IF_ERROR(Take(*frame_));
      av_frame_unref(frame_.get());
    }
    return OkStatus();
  }

  Status Take(const AVFrame& frame) {
    const int channels = frame.ch_layout.nb_channels;
    if (frame.sample_rate <= 0 || frame.sample_rate > kMaxRateHz || channels < 1 ||
        channels > kMaxChannels) {
      return InvalidArgument("the file has ", channels, " channels at ", frame.sample_rate, " Hz");
    }
    if (out_.sample_rate_hz == 0) out_.sample_rate_hz = frame.sample_rate;
    if (out_.sample_rate_hz != frame.sample_rate) {
      return InvalidArgument("the file's sample rate changes");
    }
    const auto most =
        static_cast<size_t>(limits_.max_seconds * static_cast<double>(out_.sample_rate_hz));
    for (int i = 0; i < frame.nb_samples; ++i) {
      if (out_.samples.size() >= most) {
        is_full_ = true;
        return OkStatus();
      }
      double sum = 0.0;
      for (int channel = 0; channel < channels; ++channel) sum += SampleAt(frame, channel, i);
      const double mean = sum / channels;
      out_.samples.push_back(std::isfinite(mean) ? static_cast<float>(std::clamp(mean, -8.0, 8.0))
                                                 : 0.0f);
    }
    return OkStatus();
  }

  AVFormatContext& input_;
  const int stream_;
  const DecodeLimits limits_;
  std::unique_ptr<AVCodecContext, CodecDelete> codec_;
  std::unique_ptr<AVFrame, FrameDelete> frame_;
  bool is_full_ = false;
  DecodedAudio out_;
};

}  // namespace

Result<DecodedAudio> DecodeAudio(std::string_view bytes, const DecodeLimits& limits) {
  if (bytes.size() > limits.max_bytes) {
    return ResourceExhausted("the file has ", bytes.size(), " bytes; the limit is ",
                             limits.max_bytes);
  }
  av_log_set_level(AV_LOG_QUIET);
  MemorySource source{bytes};
  const std::unique_ptr<AVIOContext, IoDelete> io(NewMemoryIo(source));
  AVFormatContext* raw = avformat_alloc_context();
  if (io == nullptr || raw == nullptr) return ResourceExhausted("no memory for a demuxer");
  raw->pb = io.get();
  raw->format_whitelist = av_strdup(kDemuxers);
  raw->protocol_whitelist = av_strdup("");
  raw->max_streams = 16;
  // On failure the context is freed.
  if (avformat_open_input(&raw, nullptr, nullptr, nullptr) < 0) {
    return InvalidArgument("this is no audio file that can be read");
  }
  const std::unique_ptr<AVFormatContext, InputDelete> input(raw);
  if (avformat_find_stream_info(input.get(), nullptr) < 0) {
    return InvalidArgument("the file's streams cannot be read");
  }
  const int stream = av_find_best_stream(input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (stream < 0) return InvalidArgument("the file has no audio stream");
  return StreamDecoder(*input, stream, limits).Run();
}

}  // namespace litetts::audio

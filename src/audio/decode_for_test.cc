#include "audio/decode_for_test.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
}

#include <cstdint>
#include <memory>

#include "audio/ffmpeg_memory.h"

namespace litetts::audio {
namespace {

float SampleAt(const AVFrame& frame, int channel, int i, int num_channels) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const bool is_planar = av_sample_fmt_is_planar(format) != 0;
  const uint8_t* data = frame.extended_data[is_planar ? channel : 0];
  const int index = is_planar ? i : i * num_channels + channel;
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_S16:
      return static_cast<float>(reinterpret_cast<const int16_t*>(data)[index]) / 32768.0f;
    case AV_SAMPLE_FMT_S32:
      return static_cast<float>(reinterpret_cast<const int32_t*>(data)[index]) / 2147483648.0f;
    default:
      return reinterpret_cast<const float*>(data)[index];
  }
}

void Drain(AVCodecContext* codec, AVFrame* frame, Decoded& out) {
  while (avcodec_receive_frame(codec, frame) == 0) {
    for (int i = 0; i < frame->nb_samples; ++i) {
      for (int c = 0; c < out.num_channels; ++c) {
        out.samples.push_back(SampleAt(*frame, c, i, out.num_channels));
      }
    }
  }
}

void DecodeStream(AVFormatContext* input, Decoded& out) {
  const AVStream* stream = input->streams[0];
  const AVCodec* decoder = avcodec_find_decoder(stream->codecpar->codec_id);
  AVCodecContext* codec = avcodec_alloc_context3(decoder);
  avcodec_parameters_to_context(codec, stream->codecpar);
  codec->pkt_timebase = stream->time_base;
  if (avcodec_open2(codec, decoder, nullptr) < 0) {
    out.error = "no decoder";
    avcodec_free_context(&codec);
    return;
  }
  out.sample_rate_hz = codec->sample_rate;
  out.num_channels = codec->ch_layout.nb_channels;
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  while (av_read_frame(input, packet) >= 0) {
    if (avcodec_send_packet(codec, packet) < 0) out.error = "damaged packet";
    av_packet_unref(packet);
    Drain(codec, frame, out);
  }
  avcodec_send_packet(codec, nullptr);
  Drain(codec, frame, out);
  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&codec);
}

}  // namespace

Decoded DecodeForTest(std::string_view bytes, const char* demuxer, int sample_rate_hz) {
  Decoded out;
  MemorySource source{bytes};
  const std::unique_ptr<AVIOContext, IoDelete> io(NewMemoryIo(source));
  AVFormatContext* input = avformat_alloc_context();
  input->pb = io.get();
  AVDictionary* options = nullptr;
  if (sample_rate_hz > 0) av_dict_set_int(&options, "sample_rate", sample_rate_hz, 0);
  const AVInputFormat* format = demuxer == nullptr ? nullptr : av_find_input_format(demuxer);
  if (avformat_open_input(&input, nullptr, format, &options) < 0) {
    out.error = "no known container";
  } else {
    if (avformat_find_stream_info(input, nullptr) < 0 || input->nb_streams != 1) {
      out.error = "not one stream";
    } else {
      if (input->streams[0]->duration > 0) {
        out.container_seconds =
            static_cast<double>(input->streams[0]->duration) * av_q2d(input->streams[0]->time_base);
      }
      DecodeStream(input, out);
    }
    avformat_close_input(&input);
  }
  av_dict_free(&options);
  return out;
}

}  // namespace litetts::audio

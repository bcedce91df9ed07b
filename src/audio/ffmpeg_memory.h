#pragma once

// What FFmpeg's C interface leaves to its caller: who frees what, and reading from memory. For .cc
// files only.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace litetts::audio {

struct CodecDelete {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
struct FrameDelete {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct PacketDelete {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
// A byte source or sink, whose buffer libavformat may have replaced.
struct IoDelete {
  void operator()(AVIOContext* io) const {
    av_freep(&io->buffer);
    avio_context_free(&io);
  }
};

// A file in memory, for avio_alloc_context() with ReadMemory() and SeekMemory().
struct MemorySource {
  std::string_view bytes;
  size_t position = 0;
};

inline int ReadMemory(void* opaque, uint8_t* out, int size) {
  auto& source = *static_cast<MemorySource*>(opaque);
  const size_t n = std::min(static_cast<size_t>(size), source.bytes.size() - source.position);
  if (n == 0) return AVERROR_EOF;
  std::memcpy(out, source.bytes.data() + source.position, n);
  source.position += n;
  return static_cast<int>(n);
}

inline int64_t SeekMemory(void* opaque, int64_t offset, int whence) {
  auto& source = *static_cast<MemorySource*>(opaque);
  const auto size = static_cast<int64_t>(source.bytes.size());
  if (whence == AVSEEK_SIZE) return size;
  if (whence == SEEK_CUR) offset += static_cast<int64_t>(source.position);
  if (whence == SEEK_END) offset += size;
  if (offset < 0 || offset > size) return AVERROR(EINVAL);
  source.position = static_cast<size_t>(offset);
  return offset;
}

// Null where there is no memory. `source` must outlive it.
inline AVIOContext* NewMemoryIo(MemorySource& source) {
  constexpr int kBufferSize = 4096;
  return avio_alloc_context(static_cast<uint8_t*>(av_malloc(kBufferSize)), kBufferSize, 0, &source,
                            ReadMemory, nullptr, SeekMemory);
}

}  // namespace litetts::audio

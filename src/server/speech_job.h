#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/response_stream.h"
#include "server/scheduler.h"
#include "server/speaker.h"
#include "server/speech_request.h"

namespace litetts::server {

// How a piece of work went, for the log and the metrics.
struct SpeechOutcome {
  Status status;
  double queue_seconds = 0;
  double text_seconds = 0;
  double synthesis_seconds = 0;
  double encode_seconds = 0;
  double first_audio_seconds = 0;  // since the work began; 0: none came
  double audio_seconds = 0;
  size_t num_chunks = 0;
  size_t num_clipped = 0;
  size_t num_threads = 0;
};

// Synthesises, encodes and streams one request on the calling thread, and ends the stream whatever
// happens.
SpeechOutcome RunSpeech(const SpeechRequest& request, const Speaker& speaker, Scheduler::Turn& turn,
                        ResponseStream& stream);

}  // namespace litetts::server

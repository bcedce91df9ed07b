#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/response_stream.h"
#include "server/scheduler.h"
#include "server/speaker.h"
#include "server/speech_request.h"

namespace litetts::server {

// How a piece of work went, for the log and the metrics.
struct SpeechOutcome {
  Status status = {};
  double queue_seconds = 0;
  double normalise_seconds = 0;    // text to what is said
  double g2p_seconds = 0;          // from there to phonemes and ids
  double network_seconds = 0;      // ids to durations, pitch and energy
  double vocoder_seconds = 0;      // from there to samples
  double encode_seconds = 0;       // rate and format
  double first_audio_seconds = 0;  // since the work began; 0: none came
  double audio_seconds = 0;
  double computed_audio_seconds = 0;       // of the chunks that no cache had, without pauses
  std::vector<double> chunk_seconds = {};  // audio of each chunk
  size_t num_clipped = 0;
  size_t num_cached_chunks = 0;
  size_t num_retries = 0;    // of chunks that failed their checks
  std::string problem = {};  // of the last of them
  size_t num_threads = 0;
  bool is_cut = false;  // its client read too slowly while others waited
  // Phonemes of the first chunks, of those that are whole sentences in an ordinary length: what may
  // come again in another text.
  std::vector<std::string> sentences = {};

  double text_seconds() const { return normalise_seconds + g2p_seconds; }
  double synthesis_seconds() const { return network_seconds + vocoder_seconds; }
  // Compute seconds for a second of audio. REQUIRES: is_computed().
  double rtf() const { return (text_seconds() + synthesis_seconds()) / audio_seconds; }
  // Whether its times tell how fast audio is computed.
  bool is_computed() const { return status.ok() && audio_seconds > 0 && num_cached_chunks == 0; }
};

struct SpeechJob {
  SpeechRequest request;
  double max_whole_seconds = 0;              // of audio in an answer that is not streamed
  engine::SegmentCache* segments = nullptr;  // must outlive the job; null: none
  engine::TextCache* texts = nullptr;        // the same
  size_t max_retries = 0;
  bool exact_streams = false;
  double slow_reader_seconds = 0;  // as server.slow_reader_seconds
};

// Synthesises, encodes and streams one request on the calling thread, and ends the stream whatever
// happens, except that it lets std::bad_alloc pass.
SpeechOutcome RunSpeech(const SpeechJob& job, const Speaker& speaker, Scheduler::Turn& turn,
                        ResponseStream& stream);

}  // namespace litetts::server

#pragma once

#include "server/speaker.h"

namespace litetts::server {

// A speaker for tests: each letter is a tone of 25 ms, each sentence a chunk; it takes `rtf` core
// seconds for a second of audio. Voices af_heart, af_sky, bm_george. The text "fail" fails inside
// the network.
struct FakeSpeakerOptions {
  double rtf = 0.0;
  double load_seconds = 0.0;
};
SpeakerFactory FakeSpeakerFactory(const FakeSpeakerOptions& options);

}  // namespace litetts::server

#pragma once

#include <string>
#include <string_view>

#include "model/blend_store.h"
#include "model/voice.h"
#include "text/speech_style.h"

namespace litetts::engine {

inline constexpr double kMaxClipSeconds = 120.0;
inline constexpr size_t kMaxClipBytes = size_t{32} << 20;

// Voices, noise beds, and the recordings and lexicons of one folder, for SSML. Thread-safe.
class EngineSsmlHost : public text::SsmlHost {
 public:
  // Both must outlive the host. An empty `media_folder`: no files.
  EngineSsmlHost(const model::VoiceTable& voices, const model::BlendStore& blends,
                 std::string media_folder)
      : voices_(voices), blends_(blends), media_folder_(std::move(media_folder)) {}

  Result<std::string> FindVoice(std::string_view name, std::string_view gender,
                                text::Locale locale) const override;
  text::Locale LocaleOf(std::string_view voice) const override;
  Result<text::Clip> LoadClip(const text::ClipRequest& request) const override;
  Result<std::string> LoadLexicon(std::string_view source) const override;
  bool HasBackground(std::string_view type) const override;

 private:
  // The bytes of a file below the folder: links that lead out of it do not count.
  Result<std::string> ReadMedia(std::string_view source, size_t max_bytes) const;

  const model::VoiceTable& voices_;
  const model::BlendStore& blends_;
  const std::string media_folder_;
};

}  // namespace litetts::engine

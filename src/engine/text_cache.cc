#include "engine/text_cache.h"

#include "base/status.h"
#include "text/user_lexicon.h"

namespace litetts::engine {

std::string TextKey(std::string_view text, const text::TextOptions& options) {
  std::string key = Concat(
      static_cast<int>(options.locale), options.markup, options.input_is_phonemes,
      options.cleaning.name_emoji, options.cleaning.announce_code, options.cleaning.shorten_urls,
      options.cleaning.expand_contractions, options.sound_soon, static_cast<int>(options.asides));
  for (const auto& lexicon : options.lexicons) key += Concat(' ', lexicon->fingerprint());
  key += '\n';
  key += text;
  return key;
}

size_t AnalysisBytes(const text::Analysis& analysis) {
  // What is longer than a string holds in itself lies outside; each block costs 16 bytes more.
  const auto outside = [](const std::string& s) {
    return s.capacity() > 15 ? s.capacity() + 17 : size_t{0};
  };
  size_t size = sizeof(text::Analysis) + outside(analysis.text) + outside(analysis.clean) +
                outside(analysis.spoken) + outside(analysis.phonemes);
  for (const std::string& warning : analysis.warnings) size += sizeof(warning) + outside(warning);
  for (const text::Chunk& chunk : analysis.chunks) {
    size += sizeof(chunk) + outside(chunk.text) + outside(chunk.spoken) + outside(chunk.phonemes) +
            chunk.ids.capacity() * sizeof(chunk.ids[0]) + 32;
    size += (chunk.tokens.capacity() - chunk.tokens.size()) * sizeof(text::Token);
    for (const text::Token& token : chunk.tokens) {
      size += sizeof(token) + outside(token.text) + outside(token.kind) + outside(token.spoken) +
              outside(token.tag) + outside(token.phonemes) + outside(token.whitespace);
    }
  }
  return size;
}

}  // namespace litetts::engine

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/speech_style.h"

namespace litetts::text {

// Where a token's phonemes come from.
enum class Source {
  kNone,
  kGold,
  kSilver,
  kRule,
  kNumber,
  kUser,
  kModel,
  kEspeak,
  kMarkup,
  kUnknown
};
std::string_view SourceName(Source source);

// One token of the spoken form with the bytes [begin, end) of the input that it came from.
struct Token {
  std::string text;    // as written, UTF-8 repaired; of a long text that several tokens in a row
                       // stand for all but the first have the first 400 bytes
  std::string kind;    // class the normaliser gave it: "word", "cardinal", "money", "date",
                       // "punctuation", ...
  std::string spoken;  // words, no digits or symbols
  std::string tag;     // Penn part of speech of the (last) spoken word
  std::string phonemes;
  std::string whitespace;  // what follows in the phoneme string: "" or " "
  Source source = Source::kNone;
  size_t begin = 0;
  size_t end = 0;
};

// What separates a chunk from the next one.
enum class Joint { kWord, kClause, kSentence, kParagraph };

// One piece of at most 510 tokens that the network speaks in one go.
struct Chunk {
  std::string text;
  std::string spoken;
  std::string phonemes;
  std::vector<int32_t> ids;  // model tokens without pads
  std::vector<Token> tokens;
  Joint joint_after = Joint::kParagraph;
  // What mark-up asks: silence from the last sound of this chunk to the first of the next. 0: what
  // suits the joint.
  double pause_after_seconds = 0.0;
  std::vector<ClipPlay> clips_after;  // SSML: after that pause
  size_t style = 0;                   // of Analysis::styles
};

struct Analysis {
  std::string text;    // the input, UTF-8 repaired
  std::string clean;   // without mark-up, HTML, Markdown, emoji; not yet in words
  std::string spoken;  // words and punctuation, no digits or symbols
  std::string phonemes;
  Locale locale = Locale::kEnUs;
  std::vector<Chunk> chunks;
  double pause_before_seconds = 0.0;   // mark-up before the first word
  std::vector<ClipPlay> clips_before;  // after that pause
  std::vector<SpeechStyle> styles = {SpeechStyle{}};
  std::vector<Background> backgrounds;
  std::vector<Bookmark> bookmarks;  // in order
  // SSML that was understood as far as its words go and no further: "element 'audio-x'",
  // "prosody@contour", ...; each once.
  std::vector<std::string> ignored_markup;
  double normalise_seconds = 0.0;  // the part of the time that deciding what to say took
  std::vector<std::string>
      warnings;  // what could not be spoken, one line each; nothing vanishes unreported
};

class UserLexicon;

// What becomes of things that are written to be seen.
struct CleaningOptions {
  bool name_emoji = false;     // say "grinning face" instead of nothing
  bool announce_code = false;  // say "code block" where a fenced block is left out
  bool shorten_urls = true;    // leave out "https://" and "www."
  // "do not" for "don't": all whose full form is certain, so not "he's" and "he'd".
  bool expand_contractions = false;
};

// What becomes of asides in round brackets, "(he left)": stage directions and the like.
enum class Asides { kSay, kWhisper, kSkip };
// "say", "whisper", "skip".
std::optional<Asides> AsidesFromName(std::string_view name);

struct TextOptions {
  Locale locale = Locale::kEnUs;
  bool markup = true;  // [word](/ipa/), [[...]], [pause:1s], ... are obeyed; else read as text
  bool input_is_phonemes = false;
  bool input_is_ssml = false;      // docs/ssml.md; `markup` has no meaning then
  const SsmlHost* host = nullptr;  // null: no voices, recordings, lexicons and backgrounds in SSML
  CleaningOptions cleaning = {};
  // Whether the first chunks are short, to be heard while the others are made, at the cost of cuts
  // within sentences.
  bool sound_soon = true;
  Asides asides = Asides::kSay;  // of text that is neither phonemes nor SSML
  // Of users, none of them null; the first that has a word decides, before the built-in ones.
  std::vector<std::shared_ptr<const UserLexicon>> lexicons = {};
};

// English text to chunks of model tokens: clean, normalise, tag, phonemise, chunk. Immutable after
// Load(), thread-safe, pure.
class Frontend {
 public:
  // `data_path`: the compiled lexicons and tagger (docs/formats/english-data.md), mapped, not
  // copied.
  static Result<Frontend> Load(const std::string& data_path);
  Frontend(Frontend&&) noexcept;
  Frontend& operator=(Frontend&&) noexcept;
  ~Frontend();

  // Any bytes are accepted as text. An empty or unspeakable text gives no chunks (and a warning
  // where letters were lost). SSML that is no XML, or beyond the limits of text/ssml.h, is
  // kInvalidArgument.
  Result<Analysis> Analyse(std::string_view text, const TextOptions& options) const;

 private:
  struct Data;
  explicit Frontend(std::unique_ptr<const Data> data);
  std::unique_ptr<const Data> data_;
};

}  // namespace litetts::text

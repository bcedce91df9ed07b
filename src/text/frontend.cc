#include "text/frontend.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/cpu.h"
#include "model/tensor_file.h"
#include "model/vocabulary.h"
#include "text/asides.h"
#include "text/chunker.h"
#include "text/g2p_model.h"
#include "text/heteronym.h"
#include "text/lexicon.h"
#include "text/model_fallback.h"
#include "text/normalise.h"
#include "text/phonemiser.h"
#include "text/segment.h"
#include "text/ssml.h"
#include "text/tagger.h"
#include "text/tokenizer.h"
#include "text/unicode.h"
#include "text/user_lexicon.h"
#ifdef LITETTS_ESPEAK
#include "text/espeak.h"
#endif

namespace litetts::text {
namespace {

constexpr size_t kMaxWarnings = 20;
// Penn tags of prepositions, conjunctions and relative words.
constexpr std::string_view kPhraseTags[] = {"IN", "TO", "CC", "WDT", "WP", "WP$", "WRB"};

// The segments of one paragraph as one text, with the way back.
struct Paragraph {
  std::string text;
  std::vector<size_t> starts;  // of each segment in `text`
  std::span<const Segment> segments;
  std::vector<Word> words;
  std::vector<Tag> tags;
  bool is_open = false;  // goes on in another accent
};

// A word for the tagger in place of given phonemes that have no spelling.
constexpr std::string_view kPlaceholder = "X";

Paragraph JoinSegments(std::span<const Segment> segments) {
  Paragraph paragraph;
  paragraph.segments = segments;
  for (const Segment& segment : segments) {
    paragraph.starts.push_back(paragraph.text.size());
    const bool is_bare = segment.spoken.empty() && !segment.phonemes.empty();
    paragraph.text += is_bare ? kPlaceholder : segment.spoken;
    if (segment.space_after) paragraph.text += ' ';
  }
  return paragraph;
}

bool EndsParagraph(const Segment& segment) {
  return segment.paragraph_after || segment.kind == Kind::kPause;
}

std::optional<Tag> TagOfPartOfSpeech(char part_of_speech) {
  switch (part_of_speech) {
    case 'n':
      return Tag::kNn;
    case 'v':
      return Tag::kVb;
    case 'j':
      return Tag::kJj;
    case 'r':
      return Tag::kRb;
    default:
      return std::nullopt;
  }
}

bool IsPunctuation(const SpokenToken& token) {
  switch (token.tag) {
    case Tag::kStop:
    case Tag::kComma:
    case Tag::kColon:
    case Tag::kNfp:
    case Tag::kLrb:
    case Tag::kRrb:
    case Tag::kOpenQuote:
    case Tag::kCloseQuote:
      return std::ranges::none_of(token.phonemes, [](char c) {
        return ClassOf(c) == PhoneClass::kVowel || ClassOf(c) == PhoneClass::kConsonant;
      });
    default:
      return false;
  }
}

bool IsNumber(Kind kind) { return kind >= Kind::kCardinal && kind <= Kind::kDimension; }

// Collects what the chunks are made of.
class AnalysisBuilder {
 public:
  AnalysisBuilder(std::string_view original, bool is_ssml, Analysis& analysis)
      : original_(original), is_ssml_(is_ssml), analysis_(analysis) {}

  // Bytes of the original, in order, that are whispered.
  void SetWhispers(std::vector<ByteRange> whispers) {
    whispers_ = std::move(whispers);
    if (!whispers_.empty()) analysis_.styles.push_back({.is_whispered = true});
  }

  void AddParagraph(const Paragraph& paragraph, const std::vector<SpokenToken>& tokens) {
    MarkExact(paragraph);
    size_t segment = 0;
    for (const SpokenToken& spoken : tokens) {
      while (segment + 1 < paragraph.starts.size() && paragraph.starts[segment + 1] <= spoken.begin)
        ++segment;
      size_t last = segment;
      while (last + 1 < paragraph.starts.size() && paragraph.starts[last + 1] < spoken.end) ++last;
      Token token;
      token.begin = OriginalByte(paragraph, segment, spoken.begin, false);
      token.end = std::max(token.begin, OriginalByte(paragraph, last, spoken.end, true));
      token.spoken = paragraph.text.substr(spoken.begin, spoken.end - spoken.begin);
      const Kind kind = paragraph.segments[segment].kind;
      token.kind =
          KindName(kind == Kind::kWord && IsPunctuation(spoken) ? Kind::kPunctuation : kind);
      token.tag = TagName(spoken.tag);
      token.source = spoken.source;
      if (spoken.is_incomplete) Warn(Concat("cannot say '", token.spoken, "'"));
      style_ = IsWhispered(token) ? 1 : paragraph.segments[segment].style;
      Add(std::move(token), spoken.phonemes, spoken.space_after);
    }
    EndParagraph(paragraph);
    if (!analysis_.spoken.empty()) analysis_.spoken += ' ';
    analysis_.spoken += paragraph.text;
    while (analysis_.spoken.ends_with(' ')) analysis_.spoken.pop_back();
  }

  // A part ends in the middle of a paragraph where the accent changes.
  void EndParagraph(const Paragraph& paragraph) {
    if (!sounds_.empty()) {
      sounds_.back().space_after = true;
      sounds_.back().paragraph_after = !paragraph.is_open || sounds_.back().paragraph_after;
    }
    if (paragraph.segments.empty()) return;
    const Segment& last = paragraph.segments.back();
    const bool is_first = sounds_.empty();
    AddPause(is_first ? analysis_.clips_before : sounds_.back().clips_after,
             is_first ? analysis_.pause_before_seconds : sounds_.back().pause_after_seconds,
             last.pause_seconds);
    if (last.clip == nullptr) return;
    (is_first ? analysis_.clips_before : sounds_.back().clips_after).push_back({last.clip, 0.0});
  }

  static void AddPause(std::vector<ClipPlay>& clips, double& pause_seconds, double seconds) {
    (clips.empty() ? pause_seconds : clips.back().pause_after_seconds) += seconds;
  }

  // One token; what is longer than the network takes at once is cut into several of the same bytes.
  void Add(Token token, std::string_view phonemes, bool space_after) {
    constexpr size_t kMost = model::kMaxTokens;
    while (phonemes.size() > kMost) {
      AddPart(token, phonemes.substr(0, kMost), false);
      phonemes.remove_prefix(kMost);
    }
    AddPart(std::move(token), phonemes, space_after);
  }

  void Warn(std::string warning) {
    ++num_warnings_;
    if (num_warnings_ <= kMaxWarnings) analysis_.warnings.push_back(std::move(warning));
  }

  void Finish(bool sound_soon) {
    for (const ChunkRange& range : MakeChunks(sounds_, sound_soon)) AddChunk(range);
    if (num_warnings_ > kMaxWarnings) {
      analysis_.warnings.push_back(
          Concat("and ", num_warnings_ - kMaxWarnings, " more like these"));
    }
  }

 private:
  bool IsWhispered(const Token& token) const {
    const auto after = std::ranges::upper_bound(whispers_, token.begin, {}, &ByteRange::begin);
    return after != whispers_.begin() && token.begin < std::prev(after)->end;
  }

  void AddPart(Token token, std::string_view phonemes, bool space_after) {
    const bool is_again =
        !tokens_.empty() && tokens_.back().begin == token.begin && tokens_.back().end == token.end;
    token.text = is_again ? WrittenAgain(token.begin, token.end) : Written(token.begin, token.end);
    token.phonemes = ToUtf8(phonemes);
    token.whitespace.assign(space_after ? 1 : 0, ' ');
    Sound sound;
    sound.phonemes = phonemes;
    sound.space_after = space_after;
    sound.style = style_;
    if (!sounds_.empty() && !sounds_.back().space_after && ClosesWord(phonemes)) {
      sound.style = sounds_.back().style;
    }
    sound.begins_phrase = std::ranges::find(kPhraseTags, token.tag) != std::end(kPhraseTags);
    tokens_.push_back(std::move(token));
    sounds_.push_back(std::move(sound));
  }

  std::string Written(size_t begin, size_t end) const {
    const std::string_view bytes = original_.substr(begin, end - std::min(begin, end));
    return is_ssml_ ? SsmlContent(bytes) : RepairUtf8(bytes);
  }

  // The same for bytes that the piece before has too: the many pieces of a long reading do not each
  // copy all of it.
  std::string WrittenAgain(size_t begin, size_t end) const {
    constexpr size_t kLongest = 400;
    if (end - begin > kLongest) {
      end = begin + kLongest;
      while (end > begin && (static_cast<unsigned char>(original_[end]) & 0xC0) == 0x80) --end;
    }
    return Written(begin, end);
  }

  // Marks that are spoken with the word they stand behind.
  static bool ClosesWord(std::string_view phonemes) {
    return !phonemes.empty() && std::ranges::all_of(phonemes, [](char c) {
      return (c >= phone::kSemicolon && c <= phone::kQuestion) || c == phone::kEllipsis ||
             c == phone::kCloseBracket || c == phone::kCloseQuote;
    });
  }

  // Once for each segment: one may be long and have many tokens.
  void MarkExact(const Paragraph& paragraph) {
    is_exact_.clear();
    for (const Segment& segment : paragraph.segments) {
      is_exact_.push_back(original_.substr(segment.begin, segment.end - segment.begin) ==
                          segment.spoken);
    }
  }

  // The byte of the original for a byte of the joined text: exact in a segment that is spoken as
  // written, else the edge of the segment.
  size_t OriginalByte(const Paragraph& paragraph, size_t index, size_t at, bool is_end) const {
    const Segment& segment = paragraph.segments[index];
    const size_t offset = at - std::min(at, paragraph.starts[index]);
    if (is_exact_[index]) return std::min(segment.begin + offset, segment.end);
    return is_end ? segment.end : segment.begin;
  }

  void AddChunk(const ChunkRange& range) {
    Chunk chunk;
    Phonemes phonemes;
    size_t begin = original_.size(), end = 0;
    for (size_t i = range.begin; i < range.end; ++i) {
      begin = std::min(begin, tokens_[i].begin);
      end = std::max(end, tokens_[i].end);
      phonemes += sounds_[i].phonemes;
      // A silent token leaves no second space.
      if (sounds_[i].space_after && !phonemes.empty() && phonemes.back() != phone::kSpace) {
        phonemes += phone::kSpace;
      } else if (sounds_[i].phonemes.empty()) {
        tokens_[i].whitespace.clear();
      }
      if (i > range.begin && sounds_[i - 1].space_after) chunk.spoken += ' ';
      chunk.spoken += tokens_[i].spoken;
      chunk.tokens.push_back(std::move(tokens_[i]));
    }
    while (!phonemes.empty() && phonemes.back() == phone::kSpace) phonemes.pop_back();
    const bool is_silent = std::ranges::all_of(phonemes, [](char c) { return c == phone::kSpace; });
    if (is_silent) {
      if (!analysis_.chunks.empty()) {
        Chunk& previous = analysis_.chunks.back();
        previous.joint_after = std::max(previous.joint_after, range.joint_after);
        AddPauses(range, previous.clips_after, previous.pause_after_seconds);
      } else {
        AddPauses(range, analysis_.clips_before, analysis_.pause_before_seconds);
      }
      return;
    }
    for (const char c : phonemes) chunk.ids.push_back(static_cast<uint8_t>(c));
    chunk.phonemes = ToUtf8(phonemes);
    const bool is_again = begin == last_begin_ && end == last_end_;
    chunk.text = is_again ? WrittenAgain(begin, end) : Written(begin, end);
    last_begin_ = begin;
    last_end_ = end;
    chunk.joint_after = range.joint_after;
    chunk.pause_after_seconds = range.pause_after_seconds;
    chunk.clips_after = sounds_[range.end - 1].clips_after;
    chunk.style = sounds_[range.begin].style;
    if (!analysis_.phonemes.empty()) analysis_.phonemes += ' ';
    analysis_.phonemes += chunk.phonemes;
    analysis_.chunks.push_back(std::move(chunk));
  }

  // The pause and the recordings after a silent range.
  void AddPauses(const ChunkRange& range, std::vector<ClipPlay>& clips,
                 double& pause_seconds) const {
    AddPause(clips, pause_seconds, range.pause_after_seconds);
    const std::vector<ClipPlay>& more = sounds_[range.end - 1].clips_after;
    clips.insert(clips.end(), more.begin(), more.end());
  }

  std::string_view original_;
  bool is_ssml_;
  size_t style_ = 0;  // of what is added
  std::vector<ByteRange> whispers_;
  std::vector<bool> is_exact_;  // of each segment of the paragraph: it is spoken as written
  size_t last_begin_ = 0;       // of the chunk before
  size_t last_end_ = 0;
  Analysis& analysis_;
  std::vector<Token> tokens_;
  std::vector<Sound> sounds_;
  size_t num_warnings_ = 0;
};

}  // namespace

// One locale's way from words to phonemes.
struct LocaleData {
  LocaleData(Lexicon lexicon_in, G2pModel model_in, Locale locale)
      : lexicon(std::move(lexicon_in)),
        model(std::move(model_in)),
        pronouncer(lexicon, locale),
#ifdef LITETTS_ESPEAK
        espeak(std::make_unique<EspeakFallback>(locale)),
#endif
        fallback(model, pronouncer, espeak.get()) {
  }
  LocaleData(const LocaleData&) = delete;
  LocaleData& operator=(const LocaleData&) = delete;

  Lexicon lexicon;
  G2pModel model;
  Pronouncer pronouncer;
  std::unique_ptr<const Fallback> espeak;  // null in a build without it
  ModelFallback fallback;
};

struct Frontend::Data {
  struct Parts {
    Lexicon lexicon;
    G2pModel model;
  };
  Data(model::TensorFile file_in, Tokenizer tokenizer_in, Tagger tagger_in, Parts us_in,
       Parts gb_in)
      : file(std::move(file_in)),
        tokenizer(std::move(tokenizer_in)),
        tagger(std::move(tagger_in)),
        us(std::move(us_in.lexicon), std::move(us_in.model), Locale::kEnUs),
        gb(std::move(gb_in.lexicon), std::move(gb_in.model), Locale::kEnGb) {}
  static Result<Parts> LoadParts(const model::TensorFile& file, Locale locale) {
    LITETTS_ASSIGN_OR_RETURN(Lexicon lexicon, Lexicon::Create(file, locale));
    LITETTS_ASSIGN_OR_RETURN(G2pModel model, G2pModel::Create(file, locale));
    return Parts{std::move(lexicon), std::move(model)};
  }

  // `is_open`: the last paragraph goes on in what follows.
  void SpeakSegments(std::span<const Segment> segments, bool is_open, const TextOptions& options,
                     AnalysisBuilder& builder) const;
  Status SpeakSsml(std::string_view text, const TextOptions& options, Analysis& analysis,
                   AnalysisBuilder& builder) const;
  void SpeakParagraph(const Paragraph& paragraph, const TextOptions& options,
                      AnalysisBuilder& builder) const;

  model::TensorFile file;  // the others borrow its bytes
  Tokenizer tokenizer;
  Tagger tagger;
  LocaleData us;
  LocaleData gb;
};

namespace {

// Lets the words around decide a heteronym that stands alone: one joined to others by a hyphen is
// pronounced with them.
void ReadInContext(const Paragraph& paragraph, size_t i, Locale locale, TaggedWord& word) {
  const auto is_joined = [&](size_t k) {
    return k < paragraph.words.size() && paragraph.tags[k] == Tag::kHyph;
  };
  if ((i > 0 && is_joined(i - 1)) || is_joined(i + 1)) return;
  auto reading = ReadHeteronym(paragraph.text, paragraph.words, paragraph.tags, i, locale);
  if (!reading) return;
  if (reading->tag) word.tag = *reading->tag;
  if (!reading->phonemes) return;
  word.phonemes = std::move(reading->phonemes);
  word.source = Source::kRule;
}

}  // namespace

void Frontend::Data::SpeakParagraph(const Paragraph& paragraph, const TextOptions& options,
                                    AnalysisBuilder& builder) const {
  std::vector<TaggedWord> tagged(paragraph.words.size());
  size_t segment = 0;
  std::optional<size_t> spoken_segment;  // whose given phonemes a word before this one already has
  for (size_t i = 0; i < tagged.size(); ++i) {
    const Word& from = paragraph.words[i];
    while (segment + 1 < paragraph.starts.size() && paragraph.starts[segment + 1] <= from.begin)
      ++segment;
    TaggedWord& word = tagged[i];
    word.begin = from.begin;
    word.end = from.end;
    word.space_after = from.space_after;
    word.tag = paragraph.tags[i];
    // "A" in an address or a code is no article.
    const Kind kind = paragraph.segments[segment].kind;
    const bool is_letter = kind == Kind::kAddress || kind == Kind::kLetters ||
                           kind == Kind::kSerial || kind == Kind::kFormula;
    if (is_letter && word.tag == Tag::kDt) word.tag = Tag::kNn;
    // "He said no. 5 minutes": the stop is one, though a number is read in small letters.
    const bool is_stop = kind == Kind::kPunctuation && paragraph.segments[segment].spoken == ".";
    if (is_stop && from.space_after && segment + 1 < paragraph.segments.size() &&
        IsNumber(paragraph.segments[segment + 1].kind)) {
      word.tag = Tag::kStop;
    }
    const bool is_users = std::ranges::any_of(options.lexicons, [&](const auto& lexicon) {
      return lexicon->FindWord(
                 std::string_view(paragraph.text).substr(word.begin, word.end - word.begin),
                 word.tag, options.locale) != nullptr;
    });
    if (!is_users) ReadInContext(paragraph, i, options.locale, word);
    const Segment& source = paragraph.segments[segment];
    if (source.stress != 0.0f) word.stress = source.stress;
    if (const auto tag = TagOfPartOfSpeech(source.part_of_speech)) {
      word.tag = *tag;
      word.phonemes.reset();
    }
    if (source.phonemes.empty()) continue;
    word.source = source.kind == Kind::kLexicon ? Source::kUser : Source::kMarkup;
    std::vector<std::string> unknown;
    word.phonemes = spoken_segment == segment ? Phonemes() : FromUtf8(source.phonemes, &unknown);
    for (const std::string& symbol : unknown)
      builder.Warn(Concat("the model has no symbol '", symbol, "'"));
    // Phonemes of which none can be said do not silence the word.
    if (!unknown.empty() && word.phonemes->empty() && !source.spoken.empty()) {
      word.phonemes.reset();
      continue;
    }
    spoken_segment = segment;
  }
  const LocaleData& data = options.locale == Locale::kEnUs ? us : gb;
  const Pronouncer pronouncer(data.lexicon, options.locale, options.lexicons);
  const Phonemiser phonemiser(pronouncer, &data.fallback);
  builder.AddParagraph(paragraph, phonemiser.Phonemise(paragraph.text, tagged));
}

void Frontend::Data::SpeakSegments(std::span<const Segment> segments, bool is_open,
                                   const TextOptions& options, AnalysisBuilder& builder) const {
  constexpr size_t kBatchWords =
      512;  // paragraphs tagged together: enough to be fast, little memory
  std::vector<Paragraph> batch;
  size_t num_words = 0;
  const auto flush = [&] {
    std::vector<TaggerInput> inputs;
    for (Paragraph& paragraph : batch) {
      paragraph.tags.resize(paragraph.words.size());
      inputs.push_back({paragraph.text, paragraph.words, paragraph.tags});
    }
    tagger.TagParagraphs(inputs);
    for (const Paragraph& paragraph : batch) SpeakParagraph(paragraph, options, builder);
    batch.clear();
    num_words = 0;
  };
  for (size_t begin = 0; begin < segments.size();) {
    size_t end = begin + 1;
    while (end < segments.size() && !EndsParagraph(segments[end - 1])) ++end;
    batch.push_back(JoinSegments(segments.subspan(begin, end - begin)));
    batch.back().words = tokenizer.Tokenize(batch.back().text);
    batch.back().is_open = is_open && end == segments.size() && !EndsParagraph(segments[end - 1]);
    num_words += batch.back().words.size();
    if (num_words >= kBatchWords) flush();
    begin = end;
  }
  flush();
}

Status Frontend::Data::SpeakSsml(std::string_view text, const TextOptions& options,
                                 Analysis& analysis, AnalysisBuilder& builder) const {
  const double start = NowSeconds();
  LITETTS_ASSIGN_OR_RETURN(SsmlDocument document, ReadSsml(text, options));
  analysis.styles = std::move(document.styles);
  analysis.backgrounds = std::move(document.backgrounds);
  analysis.bookmarks = std::move(document.bookmarks);
  analysis.ignored_markup = std::move(document.ignored);
  analysis.normalise_seconds = NowSeconds() - start;
  TextOptions own = options;
  own.lexicons.insert(own.lexicons.begin(), document.lexicons.begin(), document.lexicons.end());
  for (size_t i = 0; i < document.parts.size(); ++i) {
    SsmlPart& part = document.parts[i];
    own.locale = part.locale;
    const double before = NowSeconds();
    SpokenText spoken = Normalise(text, std::move(part.clean), part.spans,
                                  {.locale = own.locale,
                                   .markup = false,
                                   .cleaning = own.cleaning,
                                   .lexicons = own.lexicons});
    analysis.normalise_seconds += NowSeconds() - before;
    analysis.clean += spoken.clean;
    for (std::string& warning : spoken.warnings) builder.Warn(std::move(warning));
    SpeakSegments(spoken.segments, i + 1 < document.parts.size(), own, builder);
  }
  return OkStatus();
}

Frontend::Frontend(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
Frontend::Frontend(Frontend&&) noexcept = default;
Frontend& Frontend::operator=(Frontend&&) noexcept = default;
Frontend::~Frontend() = default;

Result<Frontend> Frontend::Load(const std::string& data_path) {
  LITETTS_ASSIGN_OR_RETURN(model::TensorFile file, model::TensorFile::Open(data_path));
  if (file.Metadata("format") != "litetts-english" || file.Metadata("format_version") != "1") {
    return InvalidArgument(
        "'", data_path,
        "' is not English data of format 1; make it with 'litetts lexicon compile'");
  }
  const auto damaged = [&](const Status& status) {
    return Status(status.code(), Concat("'", data_path, "': ", status.message()));
  };
  auto tokenizer = Tokenizer::Create(file);
  if (!tokenizer.ok()) return damaged(tokenizer.status());
  auto tagger = Tagger::Create(file);
  if (!tagger.ok()) return damaged(tagger.status());
  auto us = Data::LoadParts(file, Locale::kEnUs);
  if (!us.ok()) return damaged(us.status());
  auto gb = Data::LoadParts(file, Locale::kEnGb);
  if (!gb.ok()) return damaged(gb.status());
  return Frontend(std::make_unique<const Data>(std::move(file), std::move(*tokenizer),
                                               std::move(*tagger), std::move(*us), std::move(*gb)));
}

namespace {

// A phoneme string as tokens, cut at spaces.
void AddPhonemes(std::string_view text, AnalysisBuilder& builder) {
  std::vector<std::string> unknown;
  for (size_t i = 0; i < text.size();) {
    const size_t end = std::min(text.find_first_of(" \t\r\n", i), text.size());
    const size_t next = std::min(text.find_first_not_of(" \t\r\n", end), text.size());
    if (end > i) {
      Token token;
      token.kind = KindName(Kind::kPhonemes);
      token.spoken = text.substr(i, end - i);
      token.source = Source::kMarkup;
      token.begin = i;
      token.end = end;
      builder.Add(std::move(token), FromUtf8(text.substr(i, end - i), &unknown),
                  next < text.size());
    }
    i = next;
  }
  for (const std::string& symbol : unknown)
    builder.Warn(Concat("the model has no symbol '", symbol, "'"));
}

}  // namespace

Result<Analysis> Frontend::Analyse(std::string_view text, const TextOptions& options) const {
  Analysis analysis;
  analysis.text = RepairUtf8(text);
  analysis.locale = options.locale;
  AnalysisBuilder builder(text, options.input_is_ssml, analysis);
  if (options.input_is_phonemes) {
    analysis.clean = analysis.text;
    analysis.spoken = analysis.text;
    AddPhonemes(text, builder);
    builder.Finish(options.sound_soon);
    return analysis;
  }
  if (options.input_is_ssml) {
    LITETTS_RETURN_IF_ERROR(data_->SpeakSsml(text, options, analysis, builder));
    builder.Finish(options.sound_soon);
    return analysis;
  }
  const double start = NowSeconds();
  std::string blanked;  // the text with spaces for what is skipped
  if (options.asides != Asides::kSay) {
    std::vector<ByteRange> asides = FindAsides(text);
    if (options.asides == Asides::kWhisper) {
      builder.SetWhispers(std::move(asides));
    } else if (!asides.empty()) {
      blanked = text;
      for (const ByteRange& aside : asides) {
        std::fill_n(blanked.begin() + static_cast<std::ptrdiff_t>(aside.begin),
                    aside.end - aside.begin, ' ');
      }
    }
  }
  SpokenText spoken = Normalise(blanked.empty() ? text : blanked, {.locale = options.locale,
                                                                   .markup = options.markup,
                                                                   .cleaning = options.cleaning,
                                                                   .lexicons = options.lexicons});
  analysis.normalise_seconds = NowSeconds() - start;
  analysis.clean = std::move(spoken.clean);
  for (std::string& warning : spoken.warnings) builder.Warn(std::move(warning));
  data_->SpeakSegments(spoken.segments, false, options, builder);
  builder.Finish(options.sound_soon);
  return analysis;
}

}  // namespace litetts::text

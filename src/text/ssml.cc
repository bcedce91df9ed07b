#include "text/ssml.h"

#include <algorithm>
#include <cmath>
#include <pugixml.hpp>
#include <span>
#include <utility>

#include "text/code_point.h"
#include "text/ipa.h"
#include "text/phonemes.h"
#include "text/say_as.h"
#include "text/ssml_elements.h"
#include "text/ssml_values.h"
#include "text/ssml_writer.h"
#include "text/user_lexicon.h"
#include "text/x_sampa.h"

namespace litetts::text {
namespace {

constexpr size_t kMaxIgnored = 20;
constexpr size_t kLongestName = 40;  // in what is reported
constexpr double kBleepSecondsPerLetter = 0.07;

// Nothing is decoded by the parser: offsets stay those of the document, and no entity but the
// predefined ones and numbers can mean anything.
constexpr unsigned kParseFlags = pugi::parse_minimal | pugi::parse_ws_pcdata | pugi::parse_cdata |
                                 pugi::parse_doctype | pugi::parse_fragment;

std::string Shortened(std::string_view name) {
  if (name.size() <= kLongestName) return RepairUtf8(name);
  return RepairUtf8(name.substr(0, kLongestName)) + "...";
}

class SsmlReader {
 public:
  SsmlReader(std::string_view xml, const TextOptions& options) : xml_(xml), options_(options) {}
  SsmlReader(const SsmlReader&) = delete;
  SsmlReader& operator=(const SsmlReader&) = delete;

  Result<SsmlDocument> Read() {
    LITETTS_RETURN_IF_ERROR(Check());
    pugi::xml_document document;
    const pugi::xml_parse_result parsed =
        document.load_buffer(xml_.data(), xml_.size(), kParseFlags, pugi::encoding_utf8);
    if (!parsed) {
      return InvalidArgument("SSML is not well-formed at byte ", parsed.offset, ": ",
                             parsed.description());
    }
    out_.styles = {SpeechStyle{}};
    SsmlScope scope;
    scope.locale = options_.locale;
    LITETTS_RETURN_IF_ERROR(ReadChildren(document, scope));
    if (writer_.has_too_many_styles()) {
      return InvalidArgument("SSML has more than ", kMaxSsmlStyles,
                             " combinations of voice, rate, pitch, volume and background");
    }
    if (out_.parts.empty()) out_.parts.emplace_back().locale = scope.locale;
    return std::move(out_);
  }

 private:
  Status Check() const {
    if (xml_.size() > kMaxSsmlBytes) {
      return InvalidArgument("SSML has ", xml_.size(), " bytes; the limit is ", kMaxSsmlBytes);
    }
    if (xml_.find('\0') != std::string_view::npos) {
      return InvalidArgument("SSML has a byte 0, which XML does not allow");
    }
    return OkStatus();
  }

  static size_t OffsetOf(const pugi::xml_node& node) {
    return static_cast<size_t>(std::max<ptrdiff_t>(node.offset_debug(), 0));
  }

  void Ignore(std::string what) {
    if (out_.ignored.size() >= kMaxIgnored) return;
    if (std::ranges::find(out_.ignored, what) == out_.ignored.end()) {
      out_.ignored.push_back(std::move(what));
    }
  }
  void IgnoreValue(const pugi::xml_node& node, std::string_view attribute, std::string_view value) {
    Ignore(Concat(LocalName(node.name()), '@', attribute, "='", Shortened(value), "'"));
  }

  // ---- elements ----

  static std::optional<std::string> Attribute(const pugi::xml_node& node, const char* name) {
    const pugi::xml_attribute attribute = node.attribute(name);
    if (!attribute) return std::nullopt;
    return DecodeXml(attribute.value());
  }

  // The value by `parse`; an unknown one is reported.
  template <typename Parse>
  std::optional<double> Number(const pugi::xml_node& node, const char* name, Parse parse) {
    const std::optional<std::string> value = Attribute(node, name);
    if (!value) return std::nullopt;
    const std::optional<double> number = parse(*value);
    if (!number) IgnoreValue(node, name, *value);
    return number;
  }

  Status CheckAttributes(const pugi::xml_node& node, const ElementRule& rule) {
    size_t count = 0;
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (++count > kMaxSsmlAttributes) {
        return InvalidArgument("an element of the SSML has more than ", kMaxSsmlAttributes,
                               " attributes");
      }
      if (std::string_view(attribute.value()).size() > kMaxSsmlAttributeBytes) {
        return InvalidArgument("an attribute of the SSML has more than ", kMaxSsmlAttributeBytes,
                               " bytes");
      }
      if (rule.element == Element::kUnknown || IsInert(name)) continue;
      if (rule.attributes.find(Concat(' ', name, ' ')) == std::string_view::npos) {
        Ignore(Concat(rule.name, '@', Shortened(name)));
      }
    }
    return OkStatus();
  }

  Status ReadChildren(const pugi::xml_node& node, const SsmlScope& scope) {
    for (const pugi::xml_node& child : node.children()) {
      switch (child.type()) {
        case pugi::node_doctype:
          return InvalidArgument(
              "SSML must not have a document type (DOCTYPE): entities are not expanded");
        case pugi::node_pcdata:
        case pugi::node_cdata:
          writer_.AddText(OffsetOf(child), child.value(), child.type() == pugi::node_pcdata, scope);
          break;
        case pugi::node_element:
          LITETTS_RETURN_IF_ERROR(ReadElement(child, scope));
          break;
        default:
          break;
      }
    }
    return OkStatus();
  }

  Status ReadElement(const pugi::xml_node& node, const SsmlScope& outer) {
    if (++num_elements_ > kMaxSsmlElements) {
      return InvalidArgument("SSML has more than ", kMaxSsmlElements, " elements");
    }
    if (outer.depth >= kMaxSsmlDepth) {
      return InvalidArgument("SSML is nested deeper than ", kMaxSsmlDepth, " elements");
    }
    const ElementRule& rule = RuleOf(node.name());
    LITETTS_RETURN_IF_ERROR(CheckAttributes(node, rule));
    SsmlScope scope = outer;
    ++scope.depth;
    ReadLanguage(node, rule, scope);
    switch (rule.element) {
      case Element::kParagraph:
        writer_.EndParagraph(OffsetOf(node));
        LITETTS_RETURN_IF_ERROR(ReadChildren(node, scope));
        writer_.EndParagraph(EndOf(node));
        return OkStatus();
      case Element::kSentence:
        writer_.EndSentence(OffsetOf(node));
        LITETTS_RETURN_IF_ERROR(ReadChildren(node, scope));
        writer_.EndSentence(EndOf(node));
        return OkStatus();
      case Element::kBreak:
        ReadBreak(node, scope);
        return OkStatus();
      case Element::kProsody:
        ReadProsody(node, scope);
        break;
      case Element::kEmphasis:
        ReadEmphasis(node, scope);
        break;
      case Element::kSayAs:
        return ReadSayAs(node, scope);
      case Element::kSub:
        return ReadSub(node, scope);
      case Element::kPhoneme:
        return ReadPhoneme(node, scope);
      case Element::kVoice:
        ReadVoice(node, scope);
        break;
      case Element::kMark:
        LITETTS_RETURN_IF_ERROR(ReadMark(node));
        break;
      case Element::kAudio:
        return ReadAudio(node, scope);
      case Element::kLexicon:
        return ReadLexicon(node);
      case Element::kBackground:
        LITETTS_RETURN_IF_ERROR(ReadBackground(node, scope));
        break;
      case Element::kEffect:
        ReadEffect(node, scope);
        break;
      case Element::kSilent:
        return OkStatus();
      case Element::kUnknown:
        Ignore(Concat("element '", Shortened(node.name()), "'"));
        break;
      case Element::kSpeak:
      case Element::kLang:
      case Element::kToken:
        break;
    }
    return ReadChildren(node, scope);
  }

  // The byte behind the content of `node`, about.
  static size_t EndOf(const pugi::xml_node& node) {
    const pugi::xml_node last = node.last_child();
    if (!last) return OffsetOf(node);
    if (last.type() == pugi::node_element) return EndOf(last);
    return OffsetOf(last) + std::string_view(last.value()).size();
  }

  void ReadLanguage(const pugi::xml_node& node, const ElementRule& rule, SsmlScope& scope) {
    if (rule.attributes.find(" xml:lang ") == std::string_view::npos) return;
    const std::optional<std::string> language = Attribute(node, "xml:lang");
    if (!language) return;
    if (const auto locale = LocaleOf(*language)) {
      scope.locale = *locale;
    } else {
      IgnoreValue(node, "xml:lang", *language);
    }
  }

  std::optional<Locale> LocaleOf(std::string_view language) const {
    const std::string lower = Lower(language);
    if (lower == "en") return options_.locale;
    if (lower == "en-us") return Locale::kEnUs;
    if (lower == "en-gb") return Locale::kEnGb;
    return std::nullopt;
  }

  void ReadBreak(const pugi::xml_node& node, const SsmlScope& scope) {
    std::optional<double> seconds = Number(node, "time", ParseSeconds);
    const std::optional<double> strength = Number(node, "strength", ParseStrength);
    if (!seconds) seconds = strength ? strength : ParseStrength("medium");
    if (*seconds > kMaxBreakSeconds) {
      IgnoreValue(node, "time", *Attribute(node, "time"));
      seconds = kMaxBreakSeconds;
    }
    if (*seconds > 0.0) writer_.AddPause(OffsetOf(node), *seconds, nullptr, scope);
  }

  void ReadProsody(const pugi::xml_node& node, SsmlScope& scope) {
    // Far beyond what the engine clamps to; keeps nested factors finite.
    constexpr double kMostFactor = 1e3;
    constexpr double kMostSemitones = 48.0;
    if (const auto rate = Number(node, "rate", ParseRate)) {
      scope.style.rate = std::clamp(scope.style.rate * *rate, 1.0 / kMostFactor, kMostFactor);
    }
    if (const auto pitch = Number(node, "pitch", ParsePitch)) {
      scope.style.pitch_semitones =
          std::clamp(scope.style.pitch_semitones + *pitch, -kMostSemitones, kMostSemitones);
    }
    if (const auto volume = Number(node, "volume", ParseVolume)) {
      scope.style.gain = std::min(scope.style.gain * *volume, kMostFactor);
    }
  }

  void ReadEffect(const pugi::xml_node& node, SsmlScope& scope) {
    const std::string name = Attribute(node, "name").value_or("");
    if (name == "whispered") {
      scope.style.is_whispered = true;
    } else {
      IgnoreValue(node, "name", name);
    }
  }

  void ReadEmphasis(const pugi::xml_node& node, SsmlScope& scope) {
    const std::string level = Attribute(node, "level").value_or("moderate");
    if (level == "strong") {
      scope.stress = 2.0f;
    } else if (level == "moderate") {
      scope.stress = 1.0f;
    } else if (level == "none") {
      scope.stress = 0.0f;
    } else if (level == "reduced") {
      scope.stress = -1.0f;
    } else {
      IgnoreValue(node, "level", level);
    }
  }

  // All text inside `node`.
  static CleanText Content(const pugi::xml_node& node, Locale locale) {
    CleanText clean;
    AddContent(node, locale, clean);
    return clean;
  }
  static void AddContent(const pugi::xml_node& node, Locale locale, CleanText& clean) {
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        const bool has_entities = child.type() == pugi::node_pcdata;
        AppendClean(clean, CleanXmlText(child.value(), has_entities, {.locale = locale}),
                    OffsetOf(child));
      } else if (child.type() == pugi::node_element) {
        AddContent(child, locale, clean);
      }
    }
  }
  static std::string ContentText(const pugi::xml_node& node, Locale locale) {
    std::string text = Content(node, locale).text;
    for (char& c : text) {
      if (c == kObjectSign || c == kParagraphSign) c = ' ';
    }
    const size_t begin = text.find_first_not_of(' ');
    return begin == std::string::npos ? ""
                                      : text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
  }

  // The elements inside one whose content is read as a whole.
  Status CheckInside(const pugi::xml_node& node, size_t depth) {
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_element) continue;
      if (++num_elements_ > kMaxSsmlElements) {
        return InvalidArgument("SSML has more than ", kMaxSsmlElements, " elements");
      }
      if (depth >= kMaxSsmlDepth) {
        return InvalidArgument("SSML is nested deeper than ", kMaxSsmlDepth, " elements");
      }
      LITETTS_RETURN_IF_ERROR(CheckAttributes(child, RuleOf(child.name())));
      if (LocalName(child.name()) == "mark") {
        LITETTS_RETURN_IF_ERROR(ReadMark(child));
      } else {
        Ignore(Concat("element '", Shortened(child.name()), "' inside '", LocalName(node.name()),
                      "'"));
      }
      LITETTS_RETURN_IF_ERROR(CheckInside(child, depth + 1));
    }
    return OkStatus();
  }

  Status ReadSayAs(const pugi::xml_node& node, const SsmlScope& scope) {
    const std::string how = Attribute(node, "interpret-as").value_or("");
    LITETTS_RETURN_IF_ERROR(CheckInside(node, scope.depth));
    const std::string content = ContentText(node, scope.locale);
    if (content.empty()) return OkStatus();
    if (how == "expletive" || how == "bleep") return Bleep(node, content, scope);
    const std::string format = Attribute(node, "format").value_or("");
    const std::string detail = Attribute(node, "detail").value_or("");
    const auto said = SayAsWords({how, format, detail}, content, scope.locale);
    if (!said) {
      if (!IsSayAs(how)) {
        IgnoreValue(node, "interpret-as", how);
      } else {
        Ignore(Concat("say-as '", Shortened(how), "' of '", Shortened(content), "'"));
      }
      AddPlain(node, scope);
      return OkStatus();
    }
    Mark mark;
    mark.type = Mark::Type::kAlias;
    mark.kind = said->kind;
    mark.spoken = said->spoken;
    writer_.AddMarked(OffsetOf(node), Content(node, scope.locale), std::move(mark), scope);
    return OkStatus();
  }

  // All text of `node` as if no element were around it.
  void AddPlain(const pugi::xml_node& node, const SsmlScope& scope) {
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        writer_.AddText(OffsetOf(child), child.value(), child.type() == pugi::node_pcdata, scope);
      } else if (child.type() == pugi::node_element) {
        AddPlain(child, scope);
      }
    }
  }

  // A tone in place of a word that is not to be heard.
  Status Bleep(const pugi::xml_node& node, std::string_view content, const SsmlScope& scope) {
    const auto size = static_cast<double>(std::min<size_t>(content.size(), 20));
    writer_.AddPause(OffsetOf(node), 0.0, MakeBleep(std::max(0.25, size * kBleepSecondsPerLetter)),
                     scope);
    return OkStatus();
  }

  static Clip MakeBleep(double seconds) {
    constexpr double kRateHz = 24000.0;
    constexpr double kToneHz = 1000.0;
    constexpr double kAmplitude = 0.15;
    constexpr size_t kFade = 240;
    constexpr double kTwoPi = 6.283185307179586;
    std::vector<float> samples(static_cast<size_t>(seconds * kRateHz));
    for (size_t i = 0; i < samples.size(); ++i) {
      const size_t edge = std::min({i, samples.size() - 1 - i, kFade});
      const double gain = kAmplitude * static_cast<double>(edge) / static_cast<double>(kFade);
      samples[i] =
          static_cast<float>(gain * std::sin(kTwoPi * kToneHz * static_cast<double>(i) / kRateHz));
    }
    return std::make_shared<const std::vector<float>>(std::move(samples));
  }

  Status ReadSub(const pugi::xml_node& node, const SsmlScope& scope) {
    LITETTS_RETURN_IF_ERROR(CheckInside(node, scope.depth));
    const std::optional<std::string> alias = Attribute(node, "alias");
    if (!alias) {
      Ignore("sub without alias");
      AddPlain(node, scope);
      return OkStatus();
    }
    Mark mark;
    mark.type = Mark::Type::kAlias;
    mark.spoken = JoinSpoken(Normalise(*alias, {.locale = scope.locale, .markup = false}).segments);
    writer_.AddMarked(OffsetOf(node), Content(node, scope.locale), std::move(mark), scope);
    return OkStatus();
  }

  Status ReadPhoneme(const pugi::xml_node& node, const SsmlScope& scope) {
    LITETTS_RETURN_IF_ERROR(CheckInside(node, scope.depth));
    const std::string alphabet = Attribute(node, "alphabet").value_or("ipa");
    const std::string ph = Attribute(node, "ph").value_or("");
    std::vector<std::string> unknown;
    Phonemes phonemes;
    if (alphabet == "ipa") {
      phonemes = FromIpa(ph, scope.locale, &unknown);
    } else if (alphabet == "x-sampa") {
      phonemes = FromIpa(IpaOfXSampa(ph, &unknown), scope.locale, &unknown);
    } else if (alphabet == "x-kokoro" || alphabet == "x-misaki") {
      phonemes = FromUtf8(ph, &unknown);
    } else {
      IgnoreValue(node, "alphabet", alphabet);
    }
    for (const std::string& sign : unknown) {
      Ignore(Concat("phoneme sign '", Shortened(sign), "'"));
    }
    const bool is_silent = std::ranges::none_of(phonemes, [](char c) {
      return ClassOf(c) == PhoneClass::kVowel || ClassOf(c) == PhoneClass::kConsonant;
    });
    if (is_silent) {
      if (ph.empty()) Ignore("phoneme without ph");
      AddPlain(node, scope);
      return OkStatus();
    }
    Mark mark;
    mark.type = Mark::Type::kPhonemes;
    mark.phonemes = ToUtf8(phonemes);
    writer_.AddMarked(OffsetOf(node), Content(node, scope.locale), std::move(mark), scope);
    return OkStatus();
  }

  void ReadVoice(const pugi::xml_node& node, SsmlScope& scope) {
    std::string names = Attribute(node, "name").value_or("");
    const std::string gender = Attribute(node, "gender").value_or("");
    std::string language = Attribute(node, "language").value_or("");
    if (language.empty()) language = Attribute(node, "languages").value_or("");
    if (language.empty()) language = Attribute(node, "xml:lang").value_or("");
    const std::optional<Locale> locale = LocaleOf(language);
    if (!language.empty() && !locale) IgnoreValue(node, "language", language);
    if (options_.host == nullptr) return Ignore("element 'voice'");
    if (names.empty() && gender.empty() && !locale) return;
    // The first that is known of several.
    std::string wanted = names;
    while (true) {
      const size_t begin = std::min(names.find_first_not_of(' '), names.size());
      const size_t end = std::min(names.find(' ', begin), names.size());
      const auto voice =
          options_.host->FindVoice(std::string_view(names).substr(begin, end - begin), gender,
                                   locale.value_or(scope.locale));
      if (voice.ok()) {
        scope.style.voice = *voice;
        scope.locale = locale ? *locale : options_.host->LocaleOf(*voice);
        return;
      }
      names.erase(0, end);
      if (names.find_first_not_of(' ') == std::string::npos) break;
    }
    IgnoreValue(node, wanted.empty() ? "gender" : "name", wanted.empty() ? gender : wanted);
  }

  Status ReadMark(const pugi::xml_node& node) {
    if (out_.bookmarks.size() >= kMaxSsmlBookmarks) {
      return InvalidArgument("SSML has more than ", kMaxSsmlBookmarks, " marks");
    }
    writer_.AddBookmark(OffsetOf(node), RepairUtf8(Attribute(node, "name").value_or("")));
    return OkStatus();
  }

  Status ReadAudio(const pugi::xml_node& node, const SsmlScope& scope) {
    ClipRequest request;
    request.source = Attribute(node, "src").value_or("");
    request.begin_seconds = Number(node, "clipBegin", ParseSeconds).value_or(0.0);
    request.end_seconds = Number(node, "clipEnd", ParseSeconds).value_or(0.0);
    request.repeat_count = Number(node, "repeatCount", ParseCount).value_or(1.0);
    if (const auto level = Number(node, "soundLevel", ParseDecibels)) {
      request.gain = std::pow(10.0, std::clamp(*level, -90.0, 40.0) / 20.0);
    }
    if (++num_clips_ > kMaxSsmlClips) {
      return InvalidArgument("SSML has more than ", kMaxSsmlClips, " audio elements");
    }
    Status status = InvalidArgument("recordings are not available here");
    if (request.source.empty()) status = InvalidArgument("no src");
    if (options_.host != nullptr && !request.source.empty()) {
      Result<Clip> clip = options_.host->LoadClip(request);
      if (clip.ok()) {
        writer_.AddPause(OffsetOf(node), 0.0, std::move(*clip), scope);
        return OkStatus();
      }
      status = clip.status();
    }
    Ignore(Concat("audio '", Shortened(request.source), "': ", status.message()));
    return ReadChildren(node, scope);  // what is to be said instead
  }

  Status ReadLexicon(const pugi::xml_node& node) {
    const std::string uri = Attribute(node, "uri").value_or("");
    if (out_.lexicons.size() >= kMaxSsmlLexicons) {
      return InvalidArgument("SSML has more than ", kMaxSsmlLexicons, " lexicons");
    }
    Status status = InvalidArgument("lexicons are not available here");
    if (options_.host != nullptr) {
      Result<std::string> text = options_.host->LoadLexicon(uri);
      status = text.status();
      if (text.ok()) {
        Result<UserLexicon> lexicon = UserLexicon::Parse(*text, uri);
        status = lexicon.status();
        if (lexicon.ok()) {
          out_.lexicons.push_back(std::make_shared<const UserLexicon>(std::move(*lexicon)));
        }
      }
    }
    if (!status.ok()) Ignore(Concat("lexicon '", Shortened(uri), "': ", status.message()));
    return OkStatus();
  }

  Status ReadBackground(const pugi::xml_node& node, SsmlScope& scope) {
    if (out_.backgrounds.size() >= kMaxSsmlBackgrounds) {
      return InvalidArgument("SSML has more than ", kMaxSsmlBackgrounds, " backgrounds");
    }
    Background background;
    background.type = Attribute(node, "type").value_or("");
    if (options_.host == nullptr || !options_.host->HasBackground(background.type)) {
      IgnoreValue(node, "type", background.type);
      return OkStatus();
    }
    constexpr double kDefaultGain = 0.1;  // -20 dB
    constexpr double kLongestFade = 30.0;
    constexpr double kDeepestDucking = 60.0;
    background.gain = std::min(Number(node, "volume", ParseVolume).value_or(kDefaultGain), 1.0);
    background.fade_in_seconds =
        std::min(Number(node, "fade-in", ParseSeconds).value_or(0.0), kLongestFade);
    background.fade_out_seconds =
        std::min(Number(node, "fade-out", ParseSeconds).value_or(0.0), kLongestFade);
    background.ducking_decibels =
        std::min(std::abs(Number(node, "ducking", ParseDecibels).value_or(0.0)), kDeepestDucking);
    scope.style.background = static_cast<int>(out_.backgrounds.size());
    out_.backgrounds.push_back(std::move(background));
    return OkStatus();
  }

  const std::string_view xml_;
  const TextOptions& options_;
  SsmlDocument out_;
  SsmlWriter writer_{options_.cleaning, out_};
  size_t num_elements_ = 0;
  size_t num_clips_ = 0;
};

}  // namespace

Result<SsmlDocument> ReadSsml(std::string_view xml, const TextOptions& options) {
  return SsmlReader(xml, options).Read();
}

}  // namespace litetts::text

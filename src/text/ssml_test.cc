#include "text/ssml.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>

#include "base/file.h"

namespace litetts::text {
namespace {

// Two voices, one recording, one lexicon.
class FakeHost : public SsmlHost {
 public:
  Result<std::string> FindVoice(std::string_view name, std::string_view gender,
                                Locale locale) const override {
    if (name == "bf_emma" || name == "am_adam") return std::string(name);
    if (!name.empty()) return NotFound("no voice");
    if (gender == "male") return std::string("am_adam");
    return std::string(locale == Locale::kEnGb ? "bf_emma" : "af_heart");
  }
  Locale LocaleOf(std::string_view voice) const override {
    return voice.starts_with('b') ? Locale::kEnGb : Locale::kEnUs;
  }
  Result<Clip> LoadClip(const ClipRequest& request) const override {
    if (request.source != "chime.wav") return NotFound("no such file");
    last = request;
    return std::make_shared<const std::vector<float>>(2400, 0.1f);
  }
  Result<std::string> LoadLexicon(std::string_view source) const override {
    if (source != "words.txt") return NotFound("no such file");
    return std::string("LiteTTS = lite tee tee ess\n");
  }
  bool HasBackground(std::string_view type) const override { return type == "rain"; }

  mutable ClipRequest last;
};

SsmlDocument Read(std::string_view xml, Locale locale = Locale::kEnUs) {
  static const FakeHost host;
  TextOptions options;
  options.locale = locale;
  options.host = &host;
  auto document = ReadSsml(xml, options);
  EXPECT_TRUE(document.ok()) << document.status().ToString();
  return document.ok() ? std::move(*document) : SsmlDocument();
}

Status StatusOf(std::string_view xml) { return ReadSsml(xml, {}).status(); }

struct Said {
  std::vector<Segment> segments;
  std::string spoken;
};

// What the front end is to say, of all parts.
Said Say(std::string_view xml, Locale locale = Locale::kEnUs) {
  Said said;
  SsmlDocument document = Read(xml, locale);
  for (SsmlPart& part : document.parts) {
    const SpokenText text =
        Normalise(xml, std::move(part.clean), part.spans, {.locale = part.locale, .markup = false});
    said.segments.insert(said.segments.end(), text.segments.begin(), text.segments.end());
    if (!said.spoken.empty()) said.spoken += ' ';
    said.spoken += JoinSpoken(text.segments);
  }
  return said;
}

std::string Spoken(std::string_view xml) { return Say(xml).spoken; }

std::vector<double> Pauses(std::string_view xml) {
  std::vector<double> pauses;
  for (const Segment& segment : Say(xml).segments) {
    if (segment.kind == Kind::kPause) pauses.push_back(segment.pause_seconds);
  }
  return pauses;
}

// The style that the first segment with these words has.
SpeechStyle StyleOf(std::string_view xml, std::string_view word) {
  const SsmlDocument document = Read(xml);
  for (const Segment& segment : Say(xml).segments) {
    if (segment.spoken == word) return document.styles[segment.style];
  }
  ADD_FAILURE() << "nobody says " << word;
  return {};
}

float StressOf(std::string_view xml, std::string_view word) {
  for (const Segment& segment : Say(xml).segments) {
    if (segment.spoken == word) return segment.stress;
  }
  ADD_FAILURE() << "nobody says " << word;
  return 0.0f;
}

using Ignored = std::vector<std::string>;
Ignored IgnoredIn(std::string_view xml) { return Read(xml).ignored; }

TEST(SsmlTest, SpeakIsNotSpoken) {
  EXPECT_EQ(Spoken("<speak>Hello world.</speak>"), "Hello world.");
  EXPECT_EQ(Spoken("<?xml version='1.0'?><!-- a note --><speak version='1.1' "
                   "xmlns='http://www.w3.org/2001/10/synthesis'>Hello.</speak>"),
            "Hello.");
  EXPECT_EQ(Spoken("Hello <b>world</b>."), "Hello world.");
}

TEST(SsmlTest, TextIsText) {
  EXPECT_EQ(Spoken("<speak>AT&amp;T &lt;b&gt; *not bold* [pause:1s] &#65;</speak>").find("bold") !=
                std::string::npos,
            true);
  EXPECT_TRUE(Pauses("<speak>a [pause:1s] b</speak>").empty());
  EXPECT_EQ(Spoken("<speak><![CDATA[Fish & chips]]></speak>"), "Fish and chips");
  EXPECT_EQ(Spoken("<speak>one\n\n\n  two</speak>"), "one two");
  EXPECT_EQ(Spoken("<speak>I have $5.</speak>"), "I have five dollars.");
}

TEST(SsmlTest, ParagraphsAndSentencesEnd) {
  const Said said = Say("<speak><p>One</p><p>Two</p></speak>");
  ASSERT_EQ(said.segments.size(), 2u);
  EXPECT_TRUE(said.segments[0].paragraph_after);
  EXPECT_EQ(Spoken("<speak><s>One</s><s>Two?</s> three</speak>"), "One. Two? three");
  EXPECT_EQ(Spoken("<speak>Zero <s>One\n</s></speak>"), "Zero. One.");
  EXPECT_EQ(Spoken("<speak><paragraph><sentence>One</sentence></paragraph></speak>"), "One.");
}

TEST(SsmlTest, BreaksLast) {
  EXPECT_EQ(Pauses("<speak>a<break time='500ms'/>b<break time='1.25s'/>c</speak>"),
            (std::vector<double>{0.5, 1.25}));
  EXPECT_EQ(Pauses("<speak>a<break/>b</speak>"), (std::vector<double>{0.4}));
  EXPECT_EQ(Pauses("<speak>a<break strength='x-strong'/>b</speak>"), (std::vector<double>{1.25}));
  EXPECT_TRUE(Pauses("<speak>a<break strength='none'/>b</speak>").empty());
  EXPECT_EQ(Pauses("<speak>a<break time='1h'/>b</speak>"), (std::vector<double>{0.4}));
  EXPECT_EQ(IgnoredIn("<speak>a<break time='1h'/>b</speak>"), (Ignored{"break@time='1h'"}));
  EXPECT_EQ(Pauses("<speak>a<break time='100s'/>b</speak>"), (std::vector<double>{60.0}));
}

TEST(SsmlTest, ProsodyChangesTheStyleAndNests) {
  const std::string_view xml =
      "<speak>plain <prosody rate='150%' pitch='+2st'>quick <prosody rate='-50%' "
      "volume='-6dB'>inner</prosody> again</prosody> end</speak>";
  EXPECT_EQ(StyleOf(xml, "plain"), SpeechStyle());
  EXPECT_DOUBLE_EQ(StyleOf(xml, "quick").rate, 1.5);
  EXPECT_DOUBLE_EQ(StyleOf(xml, "quick").pitch_semitones, 2.0);
  EXPECT_DOUBLE_EQ(StyleOf(xml, "inner").rate, 0.75);
  EXPECT_NEAR(StyleOf(xml, "inner").gain, 0.501, 1e-3);
  EXPECT_EQ(StyleOf(xml, "again"), StyleOf(xml, "quick"));
  EXPECT_EQ(StyleOf(xml, "end"), SpeechStyle());
  EXPECT_EQ(IgnoredIn("<speak><prosody rate='warp' contour='(0%,+1st)'>a</prosody></speak>"),
            (Ignored{"prosody@contour", "prosody@rate='warp'"}));
}

TEST(SsmlTest, AmazonsWhisperIsAStyle) {
  const char* xml =
      "<speak>plain <amazon:effect name='whispered'>secret</amazon:effect> end</speak>";
  EXPECT_TRUE(StyleOf(xml, "secret").is_whispered);
  EXPECT_EQ(StyleOf(xml, "end"), SpeechStyle());
  EXPECT_EQ(IgnoredIn("<speak><amazon:effect name='drc'>a</amazon:effect></speak>"),
            (Ignored{"amazon:effect@name='drc'"}));
}

TEST(SsmlTest, EmphasisIsStressOfItsWordsOnly) {
  EXPECT_EQ(StressOf("<speak>a <emphasis>word</emphasis> here</speak>", "word"), 1.0f);
  EXPECT_EQ(StressOf("<speak>a <emphasis>word</emphasis> here</speak>", "here"), 0.0f);
  EXPECT_EQ(StressOf("<speak><emphasis level='strong'>word</emphasis></speak>", "word"), 2.0f);
  EXPECT_EQ(StressOf("<speak><emphasis level='reduced'>word</emphasis></speak>", "word"), -1.0f);
  EXPECT_EQ(StressOf("<speak><emphasis level='none'>word</emphasis></speak>", "word"), 0.0f);
  EXPECT_EQ(IgnoredIn("<speak><emphasis level='huge'>a</emphasis></speak>"),
            (Ignored{"emphasis@level='huge'"}));
}

std::string As(std::string_view how, std::string_view content, std::string_view format = "",
               Locale locale = Locale::kEnUs) {
  return Say(Concat("<speak><say-as interpret-as='", how, "'",
                    format.empty() ? "" : Concat(" format='", format, "'"), ">", content,
                    "</say-as></speak>"),
             locale)
      .spoken;
}

TEST(SsmlTest, SayAs) {
  EXPECT_EQ(As("cardinal", "1,234"), "one thousand two hundred thirty four");
  EXPECT_EQ(As("cardinal", "-12.5"), "minus twelve point five");
  EXPECT_EQ(As("number", "1999"), "one thousand nine hundred ninety nine");
  EXPECT_EQ(As("ordinal", "3"), "third");
  EXPECT_EQ(As("ordinal", "21st"), "twenty first");
  EXPECT_EQ(As("characters", "Ab 3-é"), "A B, three dash É");
  EXPECT_EQ(As("spell-out", "NASA"), "N A S A");
  EXPECT_EQ(As("verbatim", "abc"), "A B C");
  EXPECT_EQ(As("digits", "12-34"), "one two, three four");
  EXPECT_EQ(As("digits", "3.14"), "three point one four");
  EXPECT_EQ(As("telephone", "+1 (555) 123-4567"),
            "plus one, five five five, one two three, four five six seven");
  EXPECT_EQ(As("telephone", "555-1234 ext. 7"),
            "five five five, one two three four, extension, seven");
  EXPECT_EQ(As("fraction", "2/9"), "two ninths");
  EXPECT_EQ(As("fraction", "3 1/2"), "three and one half");
  EXPECT_EQ(As("unit", "10 kg"), "ten kilograms");
  EXPECT_EQ(As("currency", "$42.50"), "forty two dollars and fifty cents");
  EXPECT_EQ(As("currency", "42.50", "USD"), "forty two US dollars and fifty cents");
  EXPECT_EQ(As("address", "123 Main St."), "one twenty three Main Street.");
}

TEST(SsmlTest, SayAsDate) {
  EXPECT_EQ(As("date", "04/05/2024", "mdy"), "April fifth, twenty twenty four");
  EXPECT_EQ(As("date", "04/05/2024", "dmy"), "May fourth, twenty twenty four");
  EXPECT_EQ(As("date", "20240504", "ymd"), "May fourth, twenty twenty four");
  EXPECT_EQ(As("date", "2024-05-04"), "May fourth, twenty twenty four");
  EXPECT_EQ(As("date", "05-04", "md"), "May fourth");
  EXPECT_EQ(As("date", "04/05", "dm"), "May fourth");
  EXPECT_EQ(As("date", "5/2024", "my"), "May twenty twenty four");
  EXPECT_EQ(As("date", "1999", "y"), "nineteen ninety nine");
  EXPECT_EQ(As("date", "5", "d"), "fifth");
  EXPECT_EQ(As("date", "5", "m"), "May");
  EXPECT_EQ(As("date", "04/05/24", "mdy"), "April fifth, twenty twenty four");
  EXPECT_EQ(As("date", "04/05/2024", "", Locale::kEnGb), "the fourth of May, twenty twenty four");
  EXPECT_EQ(As("date", "March 3"), "March third");
  EXPECT_EQ(
      IgnoredIn("<speak><say-as interpret-as='date' format='mdy'>13/45/2024</say-as></speak>"),
      (Ignored{"say-as 'date' of '13/45/2024'"}));
}

TEST(SsmlTest, SayAsTime) {
  EXPECT_EQ(As("time", "2:30pm"), "two thirty PM");
  EXPECT_EQ(As("time", "2.30 p.m."), "two thirty PM");
  EXPECT_EQ(As("time", "1'21\""), "one minute and twenty one seconds");
  EXPECT_EQ(As("time", "1430", "hms24"), As("time", "14:30"));
}

TEST(SsmlTest, SayAsExpletiveIsATone) {
  const Said said = Say("<speak>Oh <say-as interpret-as='expletive'>darn</say-as> it</speak>");
  EXPECT_EQ(said.spoken.find("darn"), std::string::npos);
  const auto bleep =
      std::ranges::find_if(said.segments, [](const Segment& s) { return s.clip != nullptr; });
  ASSERT_NE(bleep, said.segments.end());
  EXPECT_GT(bleep->clip->size(), 2400u);
}

TEST(SsmlTest, UnknownSayAsIsReadAsText) {
  EXPECT_EQ(As("zodiac", "Leo"), "Leo");
  EXPECT_EQ(IgnoredIn("<speak><say-as interpret-as='zodiac'>Leo</say-as></speak>"),
            (Ignored{"say-as@interpret-as='zodiac'"}));
  EXPECT_EQ(As("cardinal", "many"), "many");
}

TEST(SsmlTest, SubSaysItsAlias) {
  EXPECT_EQ(Spoken("<speak>The <sub alias='World Wide Web Consortium'>W3C</sub>.</speak>"),
            "The World Wide Web Consortium.");
  EXPECT_EQ(Spoken("<speak><sub alias='5 km'>x</sub></speak>"), "five kilometers");
  EXPECT_EQ(Spoken("<speak><sub>W3C</sub></speak>").empty(), false);
  EXPECT_EQ(IgnoredIn("<speak><sub>W3C</sub></speak>"), (Ignored{"sub without alias"}));
}

std::string PhonemesOf(std::string_view xml) {
  for (const Segment& segment : Say(xml).segments) {
    if (!segment.phonemes.empty()) return segment.phonemes;
  }
  return "";
}

TEST(SsmlTest, Phonemes) {
  EXPECT_EQ(PhonemesOf("<speak><phoneme alphabet='ipa' ph='təˈmeɪtoʊ'>tomato</phoneme></speak>"),
            "təmˈAtO");
  EXPECT_EQ(PhonemesOf("<speak><phoneme ph='t&#x259;m&#x2C8;&#x251;to'>tomato</phoneme></speak>"),
            "təmˈɑtɔ");
  EXPECT_EQ(
      PhonemesOf("<speak><phoneme alphabet='x-sampa' ph='t@&quot;meItoU'>tomato</phoneme></speak>"),
      "təmˈAtO");
  EXPECT_EQ(PhonemesOf("<speak><phoneme alphabet='x-kokoro' ph='təmˈAɾO'>tomato</phoneme></speak>"),
            "təmˈAɾO");
  EXPECT_EQ(PhonemesOf("<speak><phoneme ph='kæt'/></speak>"), "kæt");
  EXPECT_EQ(Spoken("<speak><phoneme alphabet='arpabet' ph='K AE T'>cat</phoneme></speak>"), "cat");
  EXPECT_EQ(IgnoredIn("<speak><phoneme alphabet='arpabet' ph='K'>cat</phoneme></speak>"),
            (Ignored{"phoneme@alphabet='arpabet'"}));
  EXPECT_EQ(Spoken("<speak><phoneme>cat</phoneme></speak>"), "cat");
}

TEST(SsmlTest, VoicesChangeVoiceAndAccent) {
  const std::string_view xml = "<speak>Hi <voice name='bf_emma'>there</voice> you</speak>";
  EXPECT_EQ(StyleOf(xml, "there").voice, "bf_emma");
  EXPECT_EQ(StyleOf(xml, "you").voice, "");
  const SsmlDocument document = Read(xml);
  ASSERT_EQ(document.parts.size(), 3u);
  EXPECT_EQ(document.parts[1].locale, Locale::kEnGb);
  EXPECT_EQ(StyleOf("<speak><voice name='nobody am_adam'>x</voice></speak>", "x").voice, "am_adam");
  EXPECT_EQ(StyleOf("<speak><voice gender='male'>x</voice></speak>", "x").voice, "am_adam");
  EXPECT_EQ(StyleOf("<speak><voice language='en-GB'>x</voice></speak>", "x").voice, "bf_emma");
  EXPECT_EQ(IgnoredIn("<speak><voice name='nobody'>x</voice></speak>"),
            (Ignored{"voice@name='nobody'"}));
}

TEST(SsmlTest, LanguagesChangeTheAccentOrAreReported) {
  const SsmlDocument document = Read("<speak>a <lang xml:lang='en-GB'>b</lang> c</speak>");
  ASSERT_EQ(document.parts.size(), 3u);
  EXPECT_EQ(document.parts[1].locale, Locale::kEnGb);
  EXPECT_EQ(Read("<speak xml:lang='en-GB'>a</speak>").parts[0].locale, Locale::kEnGb);
  EXPECT_EQ(IgnoredIn("<speak><lang xml:lang='fr-FR'>bonjour</lang></speak>"),
            (Ignored{"lang@xml:lang='fr-FR'"}));
  EXPECT_EQ(Spoken("<speak><lang xml:lang='fr-FR'>bonjour</lang></speak>"), "bonjour");
}

TEST(SsmlTest, MarksHaveTheirPlace) {
  const std::string_view xml =
      "<speak>one <mark name='a'/>two<mark name='b'/><break time='1s'/>three</speak>";
  const SsmlDocument document = Read(xml);
  ASSERT_EQ(document.bookmarks.size(), 2u);
  EXPECT_EQ(document.bookmarks[0].name, "a");
  EXPECT_FALSE(document.bookmarks[0].is_after);
  EXPECT_LE(document.bookmarks[0].byte, xml.find("two"));
  EXPECT_GT(document.bookmarks[0].byte, xml.find("one"));
  EXPECT_TRUE(document.bookmarks[1].is_after);
  EXPECT_EQ(Spoken(xml), "one two three");
}

TEST(SsmlTest, AudioPlaysOrItsContentIsSpoken) {
  const Said said = Say("<speak>a <audio src='chime.wav'>no chime</audio> b</speak>");
  EXPECT_EQ(said.spoken, "a b");
  EXPECT_TRUE(
      std::ranges::any_of(said.segments, [](const Segment& s) { return s.clip != nullptr; }));
  const std::string_view missing =
      "<speak><audio src='other.wav'><desc>a bell</desc>ding</audio></speak>";
  EXPECT_EQ(Spoken(missing), "ding");
  EXPECT_EQ(IgnoredIn(missing), (Ignored{"audio 'other.wav': no such file"}));
  const FakeHost host;
  TextOptions options;
  options.host = &host;
  ASSERT_TRUE(ReadSsml("<speak><audio src='chime.wav' clipBegin='1s' clipEnd='2s' repeatCount='2' "
                       "soundLevel='+6dB'/></speak>",
                       options)
                  .ok());
  EXPECT_DOUBLE_EQ(host.last.begin_seconds, 1.0);
  EXPECT_DOUBLE_EQ(host.last.end_seconds, 2.0);
  EXPECT_DOUBLE_EQ(host.last.repeat_count, 2.0);
  EXPECT_NEAR(host.last.gain, 1.995, 1e-3);
}

TEST(SsmlTest, LexiconsAreLoaded) {
  const SsmlDocument document = Read("<speak><lexicon uri='words.txt'/>LiteTTS</speak>");
  EXPECT_EQ(document.lexicons.size(), 1u);
  EXPECT_TRUE(document.ignored.empty());
  EXPECT_EQ(IgnoredIn("<speak><lexicon uri='none.pls'/>a</speak>"),
            (Ignored{"lexicon 'none.pls': no such file"}));
}

TEST(SsmlTest, Backgrounds) {
  const std::string_view xml =
      "<speak>a <background type='rain' volume='-30dB' fade-in='2s' fade-out='500ms' "
      "ducking='6dB'>b</background> c</speak>";
  const SsmlDocument document = Read(xml);
  ASSERT_EQ(document.backgrounds.size(), 1u);
  EXPECT_NEAR(document.backgrounds[0].gain, 0.0316, 1e-4);
  EXPECT_DOUBLE_EQ(document.backgrounds[0].fade_in_seconds, 2.0);
  EXPECT_DOUBLE_EQ(document.backgrounds[0].fade_out_seconds, 0.5);
  EXPECT_DOUBLE_EQ(document.backgrounds[0].ducking_decibels, 6.0);
  EXPECT_EQ(StyleOf(xml, "b").background, 0);
  EXPECT_EQ(StyleOf(xml, "c").background, -1);
  EXPECT_EQ(IgnoredIn("<speak><background type='traffic'>b</background></speak>"),
            (Ignored{"background@type='traffic'"}));
}

TEST(SsmlTest, UnknownElementsAndAttributesAreReportedAndTheirWordsKept) {
  const std::string_view xml =
      "<speak>Hi <mstts:express-as style='cheerful'>there</mstts:express-as> <w role='x'>you</w> "
      "<p color='red'>all</p><metadata>secret</metadata></speak>";
  EXPECT_EQ(Spoken(xml), "Hi there you all");
  EXPECT_EQ(IgnoredIn(xml), (Ignored{"element 'mstts:express-as'", "w@role", "p@color"}));
  EXPECT_EQ(IgnoredIn("<speak><sub alias='x'>a<i>b</i></sub></speak>"),
            (Ignored{"element 'i' inside 'sub'"}));
}

TEST(SsmlTest, BrokenXmlIsRefused) {
  EXPECT_EQ(StatusOf("<speak>a").code(), StatusCode::kInvalidArgument);
  EXPECT_NE(StatusOf("<speak><b>a</speak>").message().find("byte"), std::string::npos);
  EXPECT_EQ(StatusOf("<speak a=>x</speak>").code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(StatusOf(std::string_view("<speak>\0</speak>", 16)).code(),
            StatusCode::kInvalidArgument);
}

TEST(SsmlTest, EntitiesAreNotExpanded) {
  const std::string_view laughs =
      "<?xml version='1.0'?><!DOCTYPE speak [<!ENTITY a 'ha'><!ENTITY b "
      "'&a;&a;&a;&a;&a;&a;&a;&a;'>]><speak>&b;</speak>";
  EXPECT_NE(StatusOf(laughs).message().find("DOCTYPE"), std::string::npos);
  EXPECT_NE(StatusOf("<!DOCTYPE speak SYSTEM 'file:///etc/passwd'><speak>a</speak>")
                .message()
                .find("DOCTYPE"),
            std::string::npos);
}

TEST(SsmlTest, LimitsAreKept) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<p>";
  deep += 'a';
  for (int i = 0; i < 100'000; ++i) deep += "</p>";
  EXPECT_NE(StatusOf(deep).message().find("deeper"), std::string::npos);
  std::string sub = "<sub alias='x'>";
  for (int i = 0; i < 50'000; ++i) sub += "<i>";
  sub += 'a';
  for (int i = 0; i < 50'000; ++i) sub += "</i>";
  EXPECT_NE(StatusOf(sub + "</sub>").message().find("deeper"), std::string::npos);
  std::string many = "<speak>";
  for (size_t i = 0; i <= kMaxSsmlElements; ++i) many += "<i/>";
  EXPECT_NE(StatusOf(many + "</speak>").message().find("elements"), std::string::npos);
  std::string attributes = "<speak><p ";
  for (size_t i = 0; i <= kMaxSsmlAttributes; ++i) attributes += Concat("a", i, "='' ");
  EXPECT_NE(StatusOf(attributes + "/></speak>").message().find("attributes"), std::string::npos);
  const std::string longest(kMaxSsmlAttributeBytes + 1, 'x');
  EXPECT_NE(StatusOf(Concat("<speak><p a='", longest, "'/></speak>")).message().find("bytes"),
            std::string::npos);
  EXPECT_NE(StatusOf(std::string(kMaxSsmlBytes + 1, ' ')).message().find("limit"),
            std::string::npos);
  std::string styles = "<speak>";
  for (size_t i = 0; i <= kMaxSsmlStyles; ++i) {
    styles += Concat("<prosody rate='", 100 + i, "%'>a</prosody>");
  }
  EXPECT_NE(StatusOf(styles + "</speak>").message().find("combinations"), std::string::npos);
}

TEST(SsmlTest, IsRecognised) {
  EXPECT_TRUE(LooksLikeSsml("<speak>a</speak>"));
  EXPECT_TRUE(LooksLikeSsml("  <?xml version='1.0'?>\n<!-- x --><speak version='1.1'>"));
  EXPECT_TRUE(LooksLikeSsml("\xEF\xBB\xBF<speak>"));
  EXPECT_FALSE(LooksLikeSsml("<speaker>a</speaker>"));
  EXPECT_FALSE(LooksLikeSsml("I <speak>a</speak>"));
  EXPECT_FALSE(LooksLikeSsml("<p>a</p>"));
  EXPECT_FALSE(LooksLikeSsml(""));
}

TEST(SsmlTest, OffsetsAreThoseOfTheDocument) {
  const std::string_view xml = "<speak>Caf&#233; <emphasis>now</emphasis></speak>";
  for (const Segment& segment : Say(xml).segments) {
    if (segment.spoken == "now") {
      EXPECT_EQ(xml.substr(segment.begin, segment.end - segment.begin), "now");
    }
  }
  EXPECT_EQ(SsmlContent("AT&amp;T<b>x</b><!-- y --><![CDATA[<&z]]>"), "AT&Tx<&z");
}

// Every element around words, in every order of two: no name of a tag or attribute is ever heard.
TEST(SsmlTest, NoTagIsEverSpoken) {
  const std::vector<std::pair<std::string, std::string>> tags = {
      {"<p>", "</p>"},
      {"<s>", "</s>"},
      {"<break time='1s'/>", ""},
      {"<prosody rate='fast' volume='loud' pitch='high'>", "</prosody>"},
      {"<emphasis level='strong'>", "</emphasis>"},
      {"<voice name='bf_emma'>", "</voice>"},
      {"<lang xml:lang='en-GB'>", "</lang>"},
      {"<mark name='here'/>", ""},
      {"<audio src='chime.wav'/>", ""},
      {"<lexicon uri='words.txt'/>", ""},
      {"<background type='rain' volume='-30dB'>", "</background>"},
      {"<audio src='missing.wav'>", "</audio>"},
      {"<foo bar='baz'>", "</foo>"},
      {"<w>", "</w>"},
      {"<desc>silent</desc>", ""},
      {"<!-- comment -->", ""},
      {"<?target data?>", ""},
  };
  for (const auto& [open, close] : tags) {
    for (const auto& [inner_open, inner_close] : tags) {
      const std::string xml = Concat("<speak>alpha ", open, "beta ", inner_open, "gamma",
                                     inner_close, " delta", close, " omega</speak>");
      std::string words;
      for (const char c : Spoken(xml)) {
        if (c != '.') words += c;
      }
      EXPECT_EQ(words, "alpha beta gamma delta omega") << xml;
    }
  }
}

// Through the whole front end, where its data is.
TEST(SsmlTest, ChunksCarryStylesPausesAndRecordings) {
  const std::string path = HomeFolder() + "/english.safetensors";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  auto frontend = Frontend::Load(path);
  ASSERT_TRUE(frontend.ok());
  const FakeHost host;
  TextOptions options;
  options.input_is_ssml = true;
  options.host = &host;
  const auto analysis = frontend->Analyse(
      "<speak>One <prosody rate='slow'>two</prosody>, three.<break time='2s'/><audio "
      "src='chime.wav'/><voice name='bf_emma'>schedule</voice></speak>",
      options);
  ASSERT_TRUE(analysis.ok());
  ASSERT_EQ(analysis->chunks.size(), 4u);
  EXPECT_EQ(analysis->chunks[0].text, "One");
  EXPECT_EQ(analysis->chunks[0].joint_after, Joint::kWord);
  EXPECT_DOUBLE_EQ(analysis->styles[analysis->chunks[1].style].rate, 0.75);
  EXPECT_EQ(analysis->chunks[1].phonemes, "tˈu,");  // the comma goes with its word
  EXPECT_DOUBLE_EQ(analysis->chunks[2].pause_after_seconds, 2.0);
  ASSERT_EQ(analysis->chunks[2].clips_after.size(), 1u);
  EXPECT_EQ(analysis->styles[analysis->chunks[3].style].voice, "bf_emma");
  EXPECT_EQ(analysis->chunks[3].phonemes, "ʃˈɛdjuːl");
}

}  // namespace
}  // namespace litetts::text

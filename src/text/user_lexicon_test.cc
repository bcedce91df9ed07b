#include "text/user_lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/file.h"
#include "text/frontend.h"
#include "text/ipa.h"
#include "text/normalise.h"

namespace litetts::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::shared_ptr<const UserLexicon> Parse(std::string_view text) {
  Result<UserLexicon> lexicon = UserLexicon::Parse(text, "test");
  EXPECT_TRUE(lexicon.ok()) << lexicon.status().ToString();
  return lexicon.ok() ? std::make_shared<const UserLexicon>(std::move(*lexicon)) : nullptr;
}

std::string Spoken(std::string_view lexicon, std::string_view text, Locale locale = Locale::kEnUs) {
  const std::shared_ptr<const UserLexicon> parsed = Parse(lexicon);
  return JoinSpoken(Normalise(text, {.locale = locale, .lexicons = {&parsed, 1}}).segments);
}

TEST(IpaTest, ReadsDictionaries) {
  const auto us = [](std::string_view ipa) { return ToUtf8(FromIpa(ipa, Locale::kEnUs, nullptr)); };
  const auto gb = [](std::string_view ipa) { return ToUtf8(FromIpa(ipa, Locale::kEnGb, nullptr)); };
  EXPECT_EQ(us("/həˈloʊ/"), "həlˈO");
  EXPECT_EQ(gb("həˈləʊ"), "həlˈQ");
  EXPECT_EQ(us("ˈd͡ʒeɪ.sən"), "ʤˈAsən");
  EXPECT_EQ(us("ˌɛləˈmɛntri"), "ˌɛləmˈɛntɹi");
  EXPECT_EQ(us("ˈbɜːrd"), "bˈɜɹd");
  EXPECT_EQ(gb("ˈbɜːd"), "bˈɜːd");
  EXPECT_EQ(gb("heə"), "hɛː");
  EXPECT_EQ(us("ˈbɑtl̩"), "bˈɑtᵊl");
  std::vector<std::string> unknown;
  FromIpa("ʘa", Locale::kEnUs, &unknown);
  EXPECT_THAT(unknown, ElementsAre("ʘ"));
}

TEST(UserLexiconTest, AliasesStandInsteadOfWordsAndPhrases) {
  EXPECT_EQ(Spoken("nginx = engine x", "Nginx serves; NGINX's cache."),
            "engine x serves; engine x's cache.");
  EXPECT_EQ(Spoken("New  York = the city", "In New\nYork."), "In the city.");
  EXPECT_EQ(Spoken("New York = the city", "In new\nyork, New York's."), "In the city, the city's.");
  EXPECT_EQ(Spoken("new york = the city\nnew = old\nyork = jork", "new new york york"),
            "old the city jork");
  EXPECT_EQ(Spoken("C++ = see plus plus\n#1 = number two", "C++ and #1 = x"),
            "see plus plus and number one equals x");
  EXPECT_EQ(Spoken("\"#1\" = the best\n4K = four thousand", "My #1 TV is 4K."),
            "My the best TV is four thousand.");
  EXPECT_EQ(Spoken("v2 = version 2", "It is v2."), "It is version two.");
  EXPECT_EQ(Spoken("[1] = \"\"", "So they say[1]."), "So they say.");
}

TEST(UserLexiconTest, OnlyWholeWordsAreMeant) {
  const std::string_view lexicon = "can = tin\nt = tee\n5 = V\no = zero";
  EXPECT_EQ(Spoken(lexicon, "I can't scan cans, can you? 1.5 and 15 and o'clock; can-do"),
            "I can't scan cans, tin you? one point five and fifteen and o'clock; tin-do");
}

TEST(UserLexiconTest, CaseCountsWhereAskedFor) {
  EXPECT_EQ(Spoken("US (exact) = United States", "The US told us."), "The United States told us.");
  EXPECT_EQ(Spoken("us = them\nUS (exact) = United States", "The US told Us."),
            "The United States told them.");
}

TEST(UserLexiconTest, RulesLeaveWhatTheLexiconKnows) {
  EXPECT_EQ(Spoken("St = /stˈʌ/", "St John St."), "St John St.");
  EXPECT_EQ(Spoken("Dr. = /dˈɹ/", "Dr. Who"), "Doctor Who");  // said as the phonemes say
}

TEST(UserLexiconTest, RegularExpressionsTakeGroups) {
  EXPECT_EQ(Spoken("\\bTS-(\\d+) (regex) = ticket $1", "See ts-42."), "See ticket forty two.");
  EXPECT_EQ(Spoken("\\bX(\\d) (regex, exact) = ex $1", "X1 x1"), "ex one X one");
  EXPECT_EQ(Spoken("\\bcolou?rs\\b (regex) = paint", "Colors"), "paint");
  EXPECT_EQ(Spoken("a* (regex) = b", "xyz"), "xyz");
  // A match does not cross lines or mark-up.
  EXPECT_EQ(Spoken("a.*b (regex) = c", "a b\n\na [x](/ɛks/) b"), "c a x b");
}

TEST(UserLexiconTest, LocalesAndLaterLinesDecide) {
  const std::string_view lexicon = "jam = jelly\nlift (en-us) = elevator\njam = preserve";
  EXPECT_EQ(Spoken(lexicon, "jam lift"), "preserve elevator");
  EXPECT_EQ(Spoken(lexicon, "jam lift", Locale::kEnGb), "preserve lift");
}

TEST(UserLexiconTest, ProblemsNameTheirLine) {
  const auto error = [](std::string_view text) {
    return UserLexicon::Parse(text, "f").status().message();
  };
  EXPECT_EQ(error("# fine\n\nword"), "'f': line 3: no ' = ' between a word and how it is said");
  EXPECT_THAT(error("a (now) = b"), HasSubstr("line 1: unknown option 'now'"));
  EXPECT_THAT(error("a = /b%/"), HasSubstr("line 1: 'a': the model has no symbol '%'"));
  EXPECT_THAT(error("a =  "), HasSubstr("no ' = '"));
  EXPECT_THAT(error("a( (regex) = b"), HasSubstr("line 1: 'a(': "));
  EXPECT_THAT(error("a b (noun) = c"), HasSubstr("only a single word"));
  EXPECT_THAT(error("a (noun) = b c"), HasSubstr("must be a single word"));
  EXPECT_THAT(error("(x) (regex) = $2"), HasSubstr("names a group"));
  EXPECT_EQ(error("a = /ˌ/"), "'f': line 1: 'a': phonemes without a sound");
}

TEST(UserLexiconTest, TheCheckFindsConflicts) {
  std::string found;
  for (const LexiconProblem& problem :
       UserLexicon::Check("Route = /ɹˈWt/\nroute = /ɹˈut/\n"
                          "x = y\nx = y\nbad = /ʘ/\nlater = /lAtəɹ/\n"
                          "route (en-gb) = /ɹˈuːt/")) {
    found += Concat(problem.line, problem.is_error ? "!" : "?", problem.text, "\n");
  }
  EXPECT_EQ(found,
            "2!'route' is said otherwise in line 1 already\n"
            "4?'x' stands in line 3 already\n"
            "5!'bad': the model has no symbol 'ʘ'\n"
            "6?'later' has no stress mark ˈ\n");
}

TEST(UserLexiconTest, EqualRulesHaveEqualFingerprints) {
  EXPECT_EQ(Parse("a = b")->fingerprint(), Parse("# x\na  =  b")->fingerprint());
  EXPECT_NE(Parse("a = b")->fingerprint(), Parse("a = c")->fingerprint());
  EXPECT_NE(Parse("a = b")->fingerprint(), Parse("a (exact) = b")->fingerprint());
}

TEST(PlsTest, ReadsTheStandardsExample) {
  const std::string_view pls = R"(<?xml version="1.0" encoding="UTF-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en-US">
  <lexeme><grapheme>judgment</grapheme><grapheme>judgement</grapheme>
    <phoneme>ˈʤʌʤmənt</phoneme></lexeme>
  <lexeme><grapheme>W3C</grapheme><alias>World Wide Web
     Consortium</alias></lexeme>
  <lexeme role="claws:noun"><grapheme>lead</grapheme>
    <phoneme>lˈiːd</phoneme><phoneme prefer="true" alphabet="x-kokoro">lˈɛd</phoneme></lexeme>
  <lexeme><grapheme>bad</grapheme><phoneme alphabet="x-sampa">bad</phoneme></lexeme>
</lexicon>)";
  const LexiconRules parsed = ParseLexicon(pls);
  ASSERT_EQ(parsed.rules.size(), 4u);
  EXPECT_EQ(parsed.rules[1].written, "judgement");
  EXPECT_EQ(parsed.rules[1].locale, Locale::kEnUs);
  EXPECT_EQ(parsed.rules[2].value, "World Wide Web Consortium");
  EXPECT_EQ(parsed.rules[3].value, "lˈɛd");
  EXPECT_EQ(parsed.rules[3].part_of_speech, 'n');
  ASSERT_EQ(parsed.problems.size(), 1u);
  EXPECT_EQ(parsed.problems[0].line, 9u);
  EXPECT_EQ(ParseLexicon("<lexicon>").problems.size(), 1u);
  EXPECT_EQ(ParseLexicon("<other/>").problems.size(), 1u);
}

class UserLexiconSpeechTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = HomeFolder() + "/english.safetensors";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
    auto frontend = Frontend::Load(path);
    ASSERT_TRUE(frontend.ok()) << frontend.status().ToString();
    frontend_.emplace(std::move(*frontend));
  }
  Analysis Analyse(std::vector<std::string_view> lexicons, std::string_view text) const {
    TextOptions options;
    for (const std::string_view lexicon : lexicons) options.lexicons.push_back(Parse(lexicon));
    return *frontend_->Analyse(text, options);
  }
  std::string Us(std::string_view lexicon, std::string_view text) const {
    return Analyse({lexicon}, text).phonemes;
  }
  std::optional<Frontend> frontend_;
};

TEST_F(UserLexiconSpeechTest, WordsTakeTheirEndings) {
  EXPECT_EQ(Us("blick = /blˈɪʧ/", "Blick, blicks and blick's BLICK"),
            "blˈɪʧ, blˈɪʧᵻz ænd blˈɪʧᵻz blˈɪʧ");
  EXPECT_EQ(Us("route = /ɹˈWt/", "routes"), "ɹˈWts");
  EXPECT_EQ(Us("kubectl = ipa ˈkjuːb.kənˌtroʊl", "kubectl"), "kjˈubkəntɹˌOl");
  EXPECT_EQ(Us("C++ = /sˈi plˈʌs/", "C++'s"), "sˈi plˈʌsᵻz");
}

TEST_F(UserLexiconSpeechTest, ThePartOfSpeechDecides) {
  EXPECT_EQ(Us("record (noun) = /ʃˈu/\ncat (noun) = dog", "They record the record of the cat."),
            "ðˌA ɹəkˈɔɹd ðə ʃˈu ʌv ðə dˈɔɡ.");
  // An alias that leads back to its word ends.
  EXPECT_EQ(Us("cat (noun) = cat's", "the cat"), "ðə kˈæts");
}

TEST_F(UserLexiconSpeechTest, MarkUpGoesBeforeTheRequestAndThatBeforeTheFile) {
  const std::string_view request = "tomato = /tˈɛst/";
  const std::string_view file = "tomato = /fˈIl/\npotato = /fˈIl/\ntomato potato = salad";
  EXPECT_EQ(Analyse({request, file}, "tomato, potato, [tomato](/mˈɑɹk/)").phonemes,
            "tˈɛst, fˈIl, mˈɑɹk");
  EXPECT_EQ(Analyse({request, file}, "tomato potato").phonemes, "tˈɛst fˈIl");
}

TEST_F(UserLexiconSpeechTest, TokensTellTheSourceAndTheirBytes) {
  const Analysis analysis = Analyse({"nginx = engine x\nfoo = /fˈu/"}, "My nginx, foo!");
  const std::vector<Token>& tokens = analysis.chunks.at(0).tokens;
  ASSERT_EQ(tokens.size(), 6u);
  EXPECT_EQ(tokens[1].kind, "lexicon");
  EXPECT_EQ(tokens[1].text, "nginx");
  EXPECT_EQ(tokens[2].spoken, "x");
  EXPECT_EQ(tokens[4].source, Source::kUser);
  EXPECT_EQ(tokens[4].begin, 10u);
  EXPECT_EQ(tokens[4].end, 13u);
  EXPECT_THAT(analysis.warnings, IsEmpty());
}

TEST_F(UserLexiconSpeechTest, GivenPhonemesTakeAPossessive) {
  EXPECT_EQ(Analyse({}, "The [Kokoro](/kˈOkəɹO/)'s model").phonemes, "ðə kˈOkəɹOz mˈɑdᵊl");
  EXPECT_EQ(Analyse({}, "The [Kokoro](+2)'s model").spoken, "The Kokoro's model");
}

}  // namespace
}  // namespace litetts::text

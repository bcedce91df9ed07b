#include "text/frontend.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/file.h"
#include "model/vocabulary.h"

namespace litetts::text {
namespace {

class FrontendTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = HomeFolder() + "/english.safetensors";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
    auto frontend = Frontend::Load(path);
    ASSERT_TRUE(frontend.ok()) << frontend.status().ToString();
    frontend_.emplace(std::move(*frontend));
  }

  Analysis Analyse(std::string_view text, Locale locale = Locale::kEnUs) const {
    TextOptions options;
    options.locale = locale;
    return *frontend_->Analyse(text, options);
  }
  std::string Us(std::string_view text) const { return Analyse(text).phonemes; }
  std::string Gb(std::string_view text) const { return Analyse(text, Locale::kEnGb).phonemes; }

  std::optional<Frontend> frontend_;
};

TEST_F(FrontendTest, SmallWordsListenToWhatFollows) {
  EXPECT_EQ(Us("the cat and the apple"), "ðə kˈæt ænd ði ˈæpᵊl");
  EXPECT_EQ(Us("I have to eat."), "ˌI hæv tʊ ˈit.");
  EXPECT_EQ(Us("He is in, she is out."), "hˌi ɪz ˈɪn, ʃi ɪz ˈWt.");
  EXPECT_EQ(Us("I am here. I am."), "ˌI ɐm hˈɪɹ. ˌI æm.");
  EXPECT_EQ(Us("I used to go, I used it."), "ˌI jˈust tə ɡˌO, ˌI jˈuzd ɪt.");
}

TEST_F(FrontendTest, TheTagDecidesBetweenForms) {
  EXPECT_EQ(Us("They want to record the record."), "ðˌA wˈɑnt tə ɹəkˈɔɹd ðə ɹˈɛkəɹd.");
  EXPECT_EQ(Us("I had read the book."), "ˌI hæd ɹˈɛd ðə bˈʊk.");
  EXPECT_EQ(Us("Close the door, you are too close."), "klˈOz ðə dˈɔɹ, ju ɑɹ tˈu klˈOs.");
}

TEST_F(FrontendTest, SuffixesFollowTheirSound) {
  EXPECT_EQ(Us("googled googling retweeted vlogs"), "ɡˈuɡᵊld ɡˈuɡᵊlɪŋ ɹitwˈiTᵻd vlˈɑɡz");
  EXPECT_EQ(Gb("googled googling retweeted vlogs"), "ɡˈuːɡᵊld ɡˈuːɡᵊlɪŋ ɹˌiːtwˈiːtɪd vlˈɒɡz");
}

TEST_F(FrontendTest, CapitalsAreSpelledOrSpoken) {
  EXPECT_EQ(Us("the FBI and NASA"), "ði ˌɛfbˌiˈI ænd nˈæsə");
  EXPECT_EQ(Us("iPhone GPUs, U.S.A."), "ˈIfˌOn ʤˌipˌijˈuz, jˌuˌɛsˈA");
}

TEST_F(FrontendTest, CompoundsBalanceTheirStress) {
  EXPECT_EQ(Us("a well-known state-of-the-art mother-in-law"),
            "ɐ wˌɛlnˈOn stˈAtʌvðiˈɑɹt mˈʌðəɹənlˌɔ");
}

TEST_F(FrontendTest, QuotesAndBracketsAreHeard) {
  EXPECT_EQ(Us("\"Quoted text,\" he said."), "“kwˈOTᵻd tˈɛkst,” hi sˈɛd.");
  EXPECT_EQ(Gb("“Hi,” she said (maybe)."), "“hˈI,” ʃiː sˈɛd (mˈAbiː).");
}

TEST_F(FrontendTest, NumbersAndSignsAreSpokenAsWords) {
  const Analysis analysis = Analyse("**It** costs $5.");
  EXPECT_EQ(analysis.clean, "It costs $5.");
  EXPECT_EQ(analysis.spoken, "It costs five dollars.");
  EXPECT_EQ(analysis.phonemes, "ˌɪt kˈɔsts fˈIv dˈɑləɹz.");
  const Token& dollars = analysis.chunks[0].tokens[3];
  EXPECT_EQ(dollars.text, "$5");
  EXPECT_EQ(dollars.kind, "money");
  EXPECT_EQ(dollars.begin, 13u);
  EXPECT_EQ(dollars.end, 15u);
  EXPECT_EQ(Analyse("On 04/05/2024", Locale::kEnGb).spoken,
            "On the fourth of May twenty twenty four");
}

TEST_F(FrontendTest, MarkUpIsObeyedUnlessSwitchedOff) {
  const std::string_view text = "[Kokoro](/kˈOkəɹO/) rests[pause:1s] here.";
  EXPECT_EQ(Us(text), "kˈOkəɹO ɹˈɛsts hˈɪɹ.");
  TextOptions options;
  options.markup = false;
  EXPECT_NE(frontend_->Analyse(text, options)->spoken, Analyse(text).spoken);
}

TEST_F(FrontendTest, PhonemesThatNobodyCanSayDoNotSilenceTheWord) {
  const Analysis analysis = Analyse("a [bad](/ʘʘ/) word");
  EXPECT_EQ(analysis.phonemes, Us("a bad word"));
  EXPECT_FALSE(analysis.warnings.empty());
}

TEST_F(FrontendTest, BrokenBytesAreRepairedAndReported) {
  const Analysis analysis = Analyse("one \xff\xfe two");
  EXPECT_EQ(analysis.text, "one \uFFFD\uFFFD two");
  EXPECT_EQ(analysis.spoken, "one two");
  EXPECT_EQ(analysis.chunks[0].tokens.back().begin, 7u);  // of the bytes that came in
}

TEST_F(FrontendTest, CurlyQuotesCloseAndApostrophesJoin) {
  EXPECT_EQ(Us("the ‘right way’ is it’s own"), "ðə “ɹˈIt wˈA” ɪz ɪts ˈOn");
  EXPECT_EQ(Us("Ms. Lee met Mr. Hill."), "mˈɪz lˈi mˈɛt mˈɪstəɹ hˈɪl.");
}

// Text that stands for many tokens is not copied into each of them.
TEST_F(FrontendTest, TokensOfALongReadingAreSmall) {
  const auto copied = [&](const std::string& text) {
    TextOptions options;
    options.input_is_ssml = text.starts_with('<');
    const Analysis analysis = *frontend_->Analyse(text, options);
    size_t bytes = 0;
    for (const Chunk& chunk : analysis.chunks) {
      bytes += chunk.text.size();
      for (const Token& token : chunk.tokens) bytes += token.text.size();
    }
    return bytes;
  };
  const auto repeated = [](std::string_view piece, size_t count) {
    std::string text;
    for (size_t k = 0; k < count; ++k) text += piece;
    return text;
  };
  EXPECT_LE(copied(repeated("1", 8000)), 50u * 8000u);
  EXPECT_LE(copied(repeated("123 ", 2000)), 100u * 8000u);
  const std::string open = "<speak><say-as interpret-as=\"characters\">";
  const std::string close = "</say-as></speak>";
  EXPECT_LE(copied(open + repeated("ab", 4000) + close), 450u * 8000u);
  EXPECT_LE(copied(open + repeated("é", 4000) + close), 450u * 8000u);
}

// "7,000,000,000" and its words have the same number of bytes.
TEST_F(FrontendTest, WordsOfANumberHaveAllOfItsBytes) {
  const Analysis analysis = Analyse("7,000,000,000");
  ASSERT_EQ(analysis.chunks.size(), 1u);
  EXPECT_EQ(analysis.spoken, "seven billion");
  for (const Token& token : analysis.chunks[0].tokens) {
    EXPECT_EQ(token.text, "7,000,000,000");
    EXPECT_EQ(token.begin, 0u);
    EXPECT_EQ(token.end, 13u);
  }
}

// A small letter follows the stop: what a number is read as.
TEST_F(FrontendTest, AStopBeforeANumberEndsItsSentence) {
  EXPECT_EQ(Us("He said no. 5 minutes later he left."),
            "hˌi sˈɛd nˈO. fˈIv mˈɪnəts lˈATəɹ hi lˈɛft.");
}

TEST_F(FrontendTest, TokensNameTheirBytes) {
  const std::string text = "  Don't stop,  café!";
  const Analysis analysis = Analyse(text);
  ASSERT_EQ(analysis.chunks.size(), 1u);
  size_t last = 0;
  std::string joined;
  for (const Token& token : analysis.chunks[0].tokens) {
    EXPECT_GE(token.begin, last);
    EXPECT_LE(token.end, text.size());
    EXPECT_EQ(token.text, text.substr(token.begin, token.end - token.begin));
    last = token.end;
    joined += token.phonemes + token.whitespace;
  }
  EXPECT_EQ(analysis.chunks[0].tokens[0].text, "Don't");
  EXPECT_EQ(joined, analysis.phonemes);
}

TEST_F(FrontendTest, LongTextIsCutIntoSentences) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "The cat sat on the mat, and the dog ran to the park. ";
  const Analysis analysis = Analyse(text);
  EXPECT_LE(analysis.chunks[0].ids.size(), 75u);  // the first one is short
  for (const Chunk& chunk : analysis.chunks) {
    EXPECT_LE(chunk.ids.size(), model::kMaxTokens);
    EXPECT_TRUE(chunk.text.ends_with("park.")) << chunk.text;
  }
}

TEST_F(FrontendTest, PhonemesAreTakenAsTheyAre) {
  TextOptions options;
  options.input_is_phonemes = true;
  const auto analysis = frontend_->Analyse("həlˈO, g wˈɜɹld!", options);
  ASSERT_TRUE(analysis.ok());
  EXPECT_EQ(analysis->phonemes, "həlˈO, wˈɜɹld!");
  EXPECT_EQ(analysis->warnings.size(), 1u);
}

TEST_F(FrontendTest, NewWordsHaveOneStress) {
  for (const std::string_view word : {"blorptastic", "zinthromere", "quavellation", "thrumbly"}) {
    for (const std::string& said : {Us(word), Gb(word)}) {
      EXPECT_NE(said.find("ˈ"), std::string::npos) << said;
      EXPECT_EQ(said.find("ˈ"), said.rfind("ˈ")) << said;
    }
  }
}

#ifdef LITETTS_ESPEAK
TEST_F(FrontendTest, OtherScriptsGoToEspeakInBothAccents) {
  EXPECT_FALSE(Us("漢").empty());
  EXPECT_FALSE(Gb("漢").empty());
}

TEST_F(FrontendTest, TheLanguageOfAWordIsNotSpoken) {
  EXPECT_EQ(Us("नमस्ते"), "nəmˈʌstA");
  EXPECT_EQ(Us("안녕"), "ˈənnjʌŋ");
}

// espeak-ng reads freed memory for these if they are given to it as they are.
TEST_F(FrontendTest, WordsOfSeveralScriptsAndLettersWithoutNamesAreRead) {
  EXPECT_EQ(Us("২"), Us("2"));
  EXPECT_EQ(Us("\u1188"), Us("letter 1 1 8 8"));
  EXPECT_EQ(Us("안नम"), Us("안") + " " + Us("नम"));
}
#endif

TEST_F(FrontendTest, NothingToSayGivesNoChunks) {
  EXPECT_TRUE(Analyse("").chunks.empty());
  EXPECT_TRUE(Analyse(" \n\t ").chunks.empty());
}

TEST(FrontendLoadTest, OtherFilesAreRefused) {
  EXPECT_EQ(Frontend::Load("/nonexistent/english.safetensors").status().code(),
            StatusCode::kNotFound);
  EXPECT_FALSE(Frontend::Load("CMakeLists.txt").ok());
}

TEST_F(FrontendTest, AsidesAreWhisperedOrSkipped) {
  const std::string_view text = "We should go (she whispers softly) before they come. It is late.";
  TextOptions options;
  options.asides = Asides::kWhisper;
  const Analysis whispered = *frontend_->Analyse(text, options);
  std::string quiet;
  for (const Chunk& chunk : whispered.chunks) {
    if (whispered.styles[chunk.style].is_whispered) quiet += chunk.spoken;
  }
  EXPECT_NE(quiet.find("she whispers softly"), std::string::npos);
  EXPECT_EQ(quiet.find("come"), std::string::npos);
  EXPECT_EQ(quiet.find("go"), std::string::npos);
  options.asides = Asides::kSkip;
  const Analysis skipped = *frontend_->Analyse(text, options);
  EXPECT_EQ(skipped.phonemes, Us("We should go before they come. It is late."));
  EXPECT_EQ(skipped.chunks[0].tokens[3].begin, text.find("before"));
}

}  // namespace
}  // namespace litetts::text

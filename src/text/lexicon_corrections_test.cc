#include "text/lexicon_corrections.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "model/tensor_file.h"
#include "text/english_tensors.h"
#include "text/lexicon.h"

namespace litetts::text {
namespace {

TEST(LexiconCorrectionsTest, TheFileIsRight) {
  const auto corrections = ParseLexiconCorrections(LexiconCorrectionsText());
  ASSERT_TRUE(corrections.ok()) << corrections.status().ToString();
  EXPECT_GT(corrections->size(), 400u);
  static const Phonemes kOnlyUs = FromUtf8("æOᵻɾ"), kOnlyGb = FromUtf8("aQɒː");
  for (const LexiconCorrection& correction : *corrections) {
    const Phonemes& foreign = correction.locale == Locale::kEnUs ? kOnlyGb : kOnlyUs;
    EXPECT_EQ(correction.phonemes.find_first_of(foreign), Phonemes::npos) << correction.word;
  }
}

TEST(LexiconCorrectionsTest, OtherLinesAreRefused) {
  EXPECT_TRUE(ParseLexiconCorrections("# no\n\nus\tBeth\tbˈɛθ\ta name\n").ok());
  for (const std::string_view text : {
           "us\tBeth\tbˈɛθ\n",                                 // no reason
           "us\tBeth\tbˈɛθ\ta name\tmore\n",                   // a cell too many
           "en\tBeth\tbˈɛθ\ta name\n",                         // no accent
           "us\tBeth\tbˈ€θ\ta name\n",                         // no symbol
           "us\tBeth\tbɛθ\ta name\n",                          // no stress
           "us\tBeth\tbˈɛθ\ta name\nus\tBeth\tbˈɛθ\tagain\n",  // twice
       }) {
    EXPECT_EQ(ParseLexiconCorrections(text).status().code(), StatusCode::kDataLoss) << text;
  }
}

std::string Default(const std::optional<LexiconEntry>& entry) {
  return entry ? ToUtf8(entry->ForTag(Tag::kNn, false)) : "none";
}

TEST(LexiconCorrectionsTest, AreCompiledBeforeTheLexicons) {
  const std::string folder =
      (std::filesystem::path(testing::TempDir()) / "lexicon_corrections_test").string();
  std::filesystem::create_directories(folder);
  std::ofstream(folder + "/gold.json")
      << R"({"drawing": "dɹˈYŋ", "beth": "bˈAt", "dives": {"DEFAULT": "dˈIvˌiz", "NOUN": "dˈIv"}})";
  std::ofstream(folder + "/silver.json") << R"({"raced": "ɹˈAsd"})";
  const std::string paths[4] = {folder + "/gold.json", folder + "/silver.json",
                                folder + "/gold.json", folder + "/silver.json"};
  const auto corrections = ParseLexiconCorrections(
      "us\tdrawing\tdɹˈɔɪŋ\twhy\nus\tBeth\tbˈɛθ\twhy\nus\traced\tɹˈAst\twhy\n"
      "us\tdives\tdˈIvz\twhy\nus\tSean\tʃˈɔn\twhy\n");
  ASSERT_TRUE(corrections.ok());
  EnglishTensors tensors;
  std::vector<SpelledWord> words[2];
  ASSERT_TRUE(AddLexicons(paths, *corrections, tensors, words).ok());
  const std::string path = folder + "/english.safetensors";
  ASSERT_TRUE(model::WriteTensorFile(path, tensors.tensors(), {}).ok());
  const auto file = model::TensorFile::Open(path);
  ASSERT_TRUE(file.ok());
  const auto us = Lexicon::Create(*file, Locale::kEnUs);
  const auto gb = Lexicon::Create(*file, Locale::kEnGb);
  ASSERT_TRUE(us.ok() && gb.ok());
  EXPECT_EQ(Default(us->Gold("drawing")), "dɹˈɔɪŋ");
  EXPECT_EQ(Default(us->Gold("raced")), "ɹˈAst");  // was silver
  EXPECT_EQ(Default(us->Gold("dives")), "dˈIvz");  // for every part of speech
  EXPECT_EQ(Default(us->Gold("Sean")), "ʃˈɔn");    // was missing
  EXPECT_EQ(Default(us->Gold("Beth")), "bˈɛθ");
  EXPECT_EQ(Default(us->Gold("beth")), "bˈAt");  // another word
  EXPECT_EQ(Default(gb->Gold("drawing")), "dɹˈYŋ");
  EXPECT_EQ(Default(gb->Gold("Sean")), "none");
  // The model of unknown words learns what is right, and of the lexicons' words only.
  for (const SpelledWord& word : words[0]) {
    if (word.spelling == "drawing") {
      EXPECT_EQ(ToUtf8(word.phonemes), "dɹˈɔɪŋ");
    }
    EXPECT_NE(word.spelling, "sean");
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace litetts::text

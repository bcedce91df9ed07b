#include "model/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litetts::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(VocabularyTest, MapsTheDocumentedExamples) {
  EXPECT_THAT(Tokenize("həlˈO, wˈɜɹld!").ids,
              ElementsAre(50, 83, 54, 156, 31, 3, 16, 65, 156, 87, 123, 54, 46, 5));
  EXPECT_THAT(Tokenize("hˌW ɑɹ ju tədˈA?").ids,
              ElementsAre(50, 157, 39, 16, 69, 123, 16, 52, 63, 16, 62, 83, 46, 156, 24, 6));
  EXPECT_THAT(Tokenize("“kwˈOTᵻd tˈɛkst,” hi sˈɛd.").ids,
              ElementsAre(14, 53, 65, 156, 31, 36, 177, 46, 16, 62, 156, 86, 53, 61, 62, 3, 15, 16,
                          50, 51, 16, 61, 156, 86, 46, 4));
}

TEST(VocabularyTest, EveryIdGoesThereAndBack) {
  int known = 0;
  for (int32_t id = -1; id <= kVocabularySize; ++id) {
    const std::optional<char32_t> symbol = IdSymbol(id);
    if (!symbol) continue;
    ++known;
    EXPECT_EQ(SymbolId(*symbol), id);
  }
  EXPECT_EQ(known, 114);
  EXPECT_EQ(IdSymbol(kPadId), std::nullopt);
}

TEST(VocabularyTest, ReportsWhatHasNoId) {
  // ASCII g, then a lone continuation byte, then a truncated sequence at the end.
  const Tokens tokens = Tokenize("ag\x80ɡ\xC9");
  EXPECT_THAT(tokens.ids, ElementsAre(43, 92));
  EXPECT_EQ(tokens.num_symbols, 5u);
  ASSERT_EQ(tokens.unknown.size(), 3u);
  EXPECT_EQ(tokens.unknown[0].position, 1u);
  EXPECT_EQ(tokens.unknown[0].symbol, "g");
  EXPECT_EQ(tokens.unknown[1].position, 2u);
  EXPECT_EQ(tokens.unknown[1].symbol, "\x80");
  EXPECT_EQ(tokens.unknown[2].position, 5u);
}

TEST(VocabularyTest, EmptyIsEmpty) {
  EXPECT_THAT(Tokenize("").ids, IsEmpty());
  EXPECT_THAT(Tokenize("").unknown, IsEmpty());
}

}  // namespace
}  // namespace litetts::model

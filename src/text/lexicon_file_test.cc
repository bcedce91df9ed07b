#include "text/lexicon_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace litetts::text {
namespace {

class LexiconFileTest : public testing::Test {
 protected:
  ~LexiconFileTest() override { std::filesystem::remove(path_); }

  // Sizes differ from one write to the next, so no two have the same stamp.
  void Write(std::string_view text) const { std::ofstream(path_) << text; }

  const std::string path_ = testing::TempDir() + "lexicon_file_test.txt";
};

TEST_F(LexiconFileTest, IsReadAgainWhenItChanges) {
  LexiconFile file(path_);
  EXPECT_EQ(file.Current().lexicon, nullptr);
  Write("a = b\n");
  const LexiconFile::State first = file.Current();
  ASSERT_NE(first.lexicon, nullptr);
  EXPECT_EQ(first.lexicon->size(), 1u);
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(file.Current().lexicon, first.lexicon);
  EXPECT_FALSE(file.Current().is_new);
  Write("a = b\nc = d\n");
  EXPECT_EQ(file.Current().lexicon->size(), 2u);
  std::filesystem::remove(path_);
  EXPECT_EQ(file.Current().lexicon, nullptr);
  EXPECT_TRUE(file.Current().problem.ok());
}

TEST_F(LexiconFileTest, WhatCannotBeReadLeavesTheLastThatCould) {
  LexiconFile file(path_);
  Write("a = b\n");
  const auto good = file.Current().lexicon;
  Write("a equals b\n");
  const LexiconFile::State state = file.Current();
  EXPECT_EQ(state.lexicon, good);
  EXPECT_EQ(state.problem.code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(state.is_new);
  EXPECT_FALSE(file.Current().is_new);
  EXPECT_FALSE(file.Current().problem.ok());
  Write("a = c\n\n");
  EXPECT_TRUE(file.Current().problem.ok());
  EXPECT_NE(file.Current().lexicon, good);
}

TEST_F(LexiconFileTest, NoPathIsNoLexicon) {
  EXPECT_EQ(LexiconFile("").Current().lexicon, nullptr);
}

}  // namespace
}  // namespace litetts::text

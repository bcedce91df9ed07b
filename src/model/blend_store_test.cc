#include "model/blend_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "model/blend.h"

namespace litetts::model {
namespace {

class BlendStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(folder_); }
  std::vector<std::string> SavedNames() const {
    std::vector<std::string> names;
    for (const SavedBlend& blend : store_.List()) {
      if (!blend.is_built_in) names.push_back(blend.name);
    }
    return names;
  }
  std::string folder_ = ::testing::TempDir() + "/blend_store_test/blends";
  BlendStore store_{folder_};
};

TEST_F(BlendStoreTest, SavesListsFindsAndDeletes) {
  EXPECT_EQ(SavedNames(), std::vector<std::string>());
  ASSERT_TRUE(store_.Save("mine", "af_heart+af_sky").ok());
  ASSERT_TRUE(store_.Save("a2", "af_heart(2)+af_sky").ok());
  ASSERT_TRUE(store_.Save("mine", "af_heart(3)+af_sky").ok());
  EXPECT_EQ(SavedNames(), (std::vector<std::string>{"a2", "mine"}));
  EXPECT_EQ(store_.Find("mine")->voice, "af_heart(3)+af_sky");
  EXPECT_TRUE(store_.Delete("mine").ok());
  EXPECT_FALSE(store_.Find("mine"));
  EXPECT_EQ(store_.Delete("mine").code(), StatusCode::kNotFound);
  EXPECT_EQ(SavedNames(), std::vector<std::string>{"a2"});
}

TEST_F(BlendStoreTest, BuiltInBlendsAreThereAndStay) {
  const std::vector<SavedBlend> blends = store_.List();
  ASSERT_FALSE(blends.empty());
  for (const SavedBlend& blend : blends) {
    EXPECT_TRUE(blend.is_built_in);
    EXPECT_EQ(BlendText(*ParseBlend(blend.voice)), blend.voice);
    EXPECT_EQ(store_.Save(blend.name, "af_sky").code(), StatusCode::kPermissionDenied);
    EXPECT_EQ(store_.Delete(blend.name).code(), StatusCode::kPermissionDenied);
  }
}

TEST_F(BlendStoreTest, NamesCannotLeaveTheFolder) {
  for (const std::string_view name :
       {"", "../x", "a/b", "A", "a-b", "a b", "9a", "_a", "a.b", "\xC3\xA4"}) {
    EXPECT_EQ(store_.Save(name, "af_heart").code(), StatusCode::kInvalidArgument) << name;
    EXPECT_FALSE(store_.Find(name)) << name;
    EXPECT_EQ(store_.Delete(name).code(), StatusCode::kNotFound) << name;
  }
  EXPECT_FALSE(IsBlendName(std::string(65, 'a')));
}

TEST_F(BlendStoreTest, LeavesOutWhatIsNoBlend) {
  ASSERT_TRUE(store_.Save("good", "af_heart").ok());
  std::ofstream(folder_ + "/bad.blend") << "af_heart(";
  std::ofstream(folder_ + "/empty.blend");
  std::ofstream(folder_ + "/large.blend") << std::string(10000, 'a');
  std::ofstream(folder_ + "/note.txt") << "af_heart";
  std::filesystem::create_directory(folder_ + "/folder.blend");
  EXPECT_EQ(SavedNames(), std::vector<std::string>{"good"});
}

}  // namespace
}  // namespace litetts::model

#include "base/status.h"

#include <gtest/gtest.h>

#include <memory>

namespace litetts {
namespace {

Result<std::unique_ptr<int>> Half(int value) {
  if (value % 2 != 0) return InvalidArgument(value, " is odd");
  return std::make_unique<int>(value / 2);
}

Result<int> Quarter(int value) {
  LITETTS_ASSIGN_OR_RETURN(const std::unique_ptr<int> half, Half(value));
  LITETTS_ASSIGN_OR_RETURN(const std::unique_ptr<int> quarter, Half(*half));
  return *quarter;
}

TEST(StatusTest, MessageJoinsItsParts) {
  const Status status = NotFound("voice '", "x", "' of ", 54);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.ToString(), "NOT_FOUND: voice 'x' of 54");
  EXPECT_EQ(OkStatus().ToString(), "OK");
}

TEST(StatusTest, MacrosPassErrorsOn) {
  EXPECT_EQ(*Quarter(12), 3);
  EXPECT_EQ(Quarter(6).status().message(), "3 is odd");
  EXPECT_EQ(Quarter(6).status().code(), StatusCode::kInvalidArgument);
}

TEST(StatusTest, EveryCodeHasAName) {
  for (int i = 0; i <= static_cast<int>(StatusCode::kInternal); ++i) {
    EXPECT_NE(StatusCodeName(static_cast<StatusCode>(i)), "UNKNOWN");
  }
}

}  // namespace
}  // namespace litetts

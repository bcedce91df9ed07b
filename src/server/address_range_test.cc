#include "server/address_range.h"

#include <gtest/gtest.h>

namespace litetts::server {
namespace {

bool IsIn(std::string_view range, std::string_view address) {
  const auto parsed = AddressRange::Parse(range);
  EXPECT_TRUE(parsed.ok()) << range;
  return parsed.ok() && parsed->Contains(address);
}

TEST(AddressRangeTest, HoldsWhatBeginsWithTheSameBits) {
  EXPECT_TRUE(IsIn("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(IsIn("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(IsIn("192.168.4.0/22", "192.168.7.255"));
  EXPECT_FALSE(IsIn("192.168.4.0/22", "192.168.8.0"));
  EXPECT_TRUE(IsIn("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(IsIn("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(IsIn("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(IsIn("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(IsIn("::/0", "10.0.0.1"));
}

TEST(AddressRangeTest, OneAddressHoldsItself) {
  EXPECT_TRUE(IsIn("127.0.0.1", "127.0.0.1"));
  EXPECT_TRUE(IsIn("127.0.0.1", "::ffff:127.0.0.1"));
  EXPECT_FALSE(IsIn("127.0.0.1", "127.0.0.2"));
  EXPECT_TRUE(IsIn("::1", "0:0:0:0:0:0:0:1"));
}

TEST(AddressRangeTest, WhatIsNoAddressIsRefusedAndHeldByNone) {
  for (const char* text : {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x",
                           "::/129", "proxy", "10.0.0.0/8/8"}) {
    EXPECT_EQ(AddressRange::Parse(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(IsIn("0.0.0.0/0", "x"));
}

}  // namespace
}  // namespace litetts::server

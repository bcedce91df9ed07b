#include "server/config.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "server/key_ring.h"

namespace litetts::server {
namespace {

std::string MessageOf(const ConfigSources& sources) {
  const auto config = LoadConfig(sources);
  return config.ok() ? "" : config.status().message();
}

class ConfigFileTest : public testing::Test {
 protected:
  ConfigFileTest() : path_(testing::TempDir() + "litetts_config_test.json") {}
  ~ConfigFileTest() override { std::remove(path_.c_str()); }
  std::string Write(std::string_view text) {
    std::ofstream(path_) << text;
    return path_;
  }
  const std::string path_;
};

TEST_F(ConfigFileTest, FileThenEnvironmentThenCommandLine) {
  ConfigSources sources{.file = Write(R"({"server":{"port":1,"host":"::1","max_queue":3}})"),
                        .environment = {{"LITETTS_SERVER_PORT", "2"},
                                        {"LITETTS_SERVER_MAX_QUEUE", "4"},
                                        {"LITETTS_HOME", "x"}},
                        .overrides = {{"server.port", "5"}}};
  const auto config = LoadConfig(sources);
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_EQ(config->port, 5);
  EXPECT_EQ(config->max_queue, 4);
  EXPECT_EQ(config->host, "::1");
  EXPECT_EQ(config->origins.at("server.port"), "command line");
  EXPECT_EQ(config->origins.at("server.max_queue"), "environment");
  EXPECT_EQ(config->origins.at("server.host"), path_);
}

TEST_F(ConfigFileTest, AnUnknownKeyIsNamedWithItsLineAndTheNearest) {
  const std::string message = MessageOf({.file = Write("{\n \"server\": {\n  \"prot\": 1\n }\n}"),
                                         .environment = {},
                                         .overrides = {}});
  EXPECT_EQ(message, path_ + ":3: unknown key 'server.prot'; did you mean 'server.port'?");
}

TEST_F(ConfigFileTest, WrongTypesRangesAndSyntaxHaveTheirLine) {
  EXPECT_EQ(
      MessageOf(
          {.file = Write("{\"server\":\n{\"port\":\"x\"}}"), .environment = {}, .overrides = {}}),
      path_ + ":2: server.port must be a whole number");
  EXPECT_EQ(
      MessageOf(
          {.file = Write("{\"server\":\n{\"port\":70000}}"), .environment = {}, .overrides = {}}),
      path_ + ":2: server.port must be from 0 to 65535, not 70000");
  EXPECT_NE(MessageOf({.file = Write("{\n\n,}"), .environment = {}, .overrides = {}})
                .find(":3: not valid JSON"),
            std::string::npos);
  EXPECT_NE(MessageOf({.file = path_ + ".absent", .environment = {}, .overrides = {}}), "");
}

TEST(ConfigTest, UnknownVariablesOfOurSectionsAreErrors) {
  EXPECT_EQ(MessageOf({.file = {}, .environment = {{"LITETTS_SERVER_POTR", "1"}}, .overrides = {}}),
            "unknown variable LITETTS_SERVER_POTR; did you mean LITETTS_SERVER_PORT?");
  EXPECT_EQ(MessageOf({.file = {}, .environment = {{"LITETTS_SIMD", "avx2"}}, .overrides = {}}),
            "");
  EXPECT_NE(MessageOf({.file = {}, .environment = {{"LITETTS_SERVER_PORT", "x"}}, .overrides = {}}),
            "");
}

TEST(ConfigTest, ValuesThatBelongTogetherAreChecked) {
  for (const auto& [key, value] : {std::pair{"server.tls_key", "a.pem"},
                                   {"audio.default_format", "midi"},
                                   {"server.api_keys", "nokey"},
                                   {"performance.precision", "f8"},
                                   {"server.log_level", "loud"},
                                   {"performance.threads", "257"},
                                   {"server.api_keys", "ann=sha256:12"},
                                   {"server.api_keys", "=secret"},
                                   {"server.api_keys", "ann="},
                                   {"tts.default_speed", "9"},
                                   {"server.nonsense", "1"}}) {
    EXPECT_NE(MessageOf({.file = {}, .environment = {}, .overrides = {{key, value}}}), "") << key;
  }
}

TEST(ConfigTest, OnnxRuntimeCopiesNoWeights) {
  EXPECT_EQ(MessageOf({.file = {},
                       .environment = {},
                       .overrides = {{"performance.backend", "onnxruntime"},
                                     {"performance.copy_weights", "true"}}}),
            "performance.copy_weights is of the backend native");
}

TEST(ConfigTest, SecretsAreNotShown) {
  const auto config = LoadConfig(
      {.file = {}, .environment = {}, .overrides = {{"server.api_keys", "alice=s3cret,bob=x"}}});
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->api_keys.size(), 2u);
  EXPECT_EQ(DescribeConfig(*config).find("s3cret"), std::string::npos);
  EXPECT_NE(DescribeConfig(*config).find("\"hidden\""), std::string::npos);
}

TEST(KeyRingTest, FindsKeysByTheirHash) {
  // printf secret | sha256sum
  const std::vector<std::string> entries = {
      "alice=plain", "bob=sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"};
  const auto ring = KeyRing::Create(entries);
  ASSERT_TRUE(ring.ok());
  EXPECT_EQ(ring->Find("Bearer plain"), "alice");
  EXPECT_EQ(ring->Find("Bearer secret"), "bob");
  for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer plai", "plain", "Basic plain"})
    EXPECT_EQ(ring->Find(wrong), std::nullopt) << wrong;
  const std::vector<std::string> bad = {"bob=sha256:12"};
  EXPECT_FALSE(KeyRing::Create(bad).ok());
}

}  // namespace
}  // namespace litetts::server

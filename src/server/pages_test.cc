#include "server/pages.h"

#include <gtest/gtest.h>

#include <array>

namespace litetts::server {
namespace {

constexpr std::array<PageFile, 2> kFiles = {{{.path = "/",
                                              .content_type = "text/html; charset=utf-8",
                                              .etag = "W/\"1a\"",
                                              .is_immutable = false,
                                              .identity = "plain",
                                              .gzip = "g",
                                              .brotli = "b",
                                              .style_hashes = "'sha256-abc='"},
                                             {.path = "/assets/a.js",
                                              .content_type = "text/javascript",
                                              .etag = "W/\"2b\"",
                                              .is_immutable = true,
                                              .identity = "code",
                                              .gzip = "g",
                                              .brotli = "b"}}};

HttpResponse Get(std::string path, std::vector<Header> headers = {}) {
  HttpRequest request;
  request.method = "GET";
  request.path = std::move(path);
  request.headers = std::move(headers);
  return ServePage(request, kFiles);
}

std::string HeaderOf(const HttpResponse& response, std::string_view name) {
  for (const Header& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

TEST(PagesTest, AnswersInAnEncodingThatTheClientTakes) {
  EXPECT_EQ(Get("/").body, "plain");
  EXPECT_EQ(HeaderOf(Get("/"), "Content-Encoding"), "");
  EXPECT_EQ(Get("/", {{"Accept-Encoding", "gzip, deflate"}}).body, "g");
  const HttpResponse brotli = Get("/", {{"Accept-Encoding", "gzip, deflate, br;q=0.9"}});
  EXPECT_EQ(brotli.body, "b");
  EXPECT_EQ(HeaderOf(brotli, "Content-Encoding"), "br");
  EXPECT_EQ(Get("/", {{"Accept-Encoding", "gzip;q=0"}}).body, "plain");
}

TEST(PagesTest, NamesWithAHashAreKeptForEverAndDocumentsAreAskedAgain) {
  EXPECT_EQ(HeaderOf(Get("/"), "Cache-Control"), "no-cache");
  EXPECT_EQ(HeaderOf(Get("/assets/a.js"), "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST(PagesTest, NothingIsSentTwice) {
  EXPECT_EQ(Get("/", {{"If-None-Match", "W/\"1a\""}}).status, 304);
  EXPECT_EQ(Get("/", {{"If-None-Match", "W/\"0\", W/\"1a\""}}).status, 304);
  EXPECT_EQ(Get("/", {{"If-None-Match", "W/\"2b\""}}).status, 200);
}

TEST(PagesTest, NoScriptInTheDocumentMayRunAndNoStyleButItsOwn) {
  const std::string policy = HeaderOf(Get("/"), "Content-Security-Policy");
  EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
  EXPECT_NE(policy.find("style-src 'self' 'sha256-abc=';"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST(PagesTest, WhatIsNotThereIsSaid) {
  EXPECT_EQ(Get("/assets/old.js").status, 404);
  HttpRequest request;
  request.path = "/";
  const HttpResponse without = ServePage(request, {});
  EXPECT_EQ(without.status, 501);
  EXPECT_NE(without.body.find("without its pages"), std::string::npos);
}

}  // namespace
}  // namespace litetts::server

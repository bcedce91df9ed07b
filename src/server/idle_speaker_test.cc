#include "server/idle_speaker.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/cpu.h"
#include "model/tensor_file.h"
#include "model/voice.h"

namespace litetts::server {
namespace {

std::atomic<int> g_num_alive = 0;
std::atomic<int> g_num_loads = 0;

class CountedSpeaker : public Speaker {
 public:
  explicit CountedSpeaker(std::vector<std::string> names) : names_(std::move(names)) {
    ++g_num_alive;
  }
  ~CountedSpeaker() override { --g_num_alive; }
  std::shared_ptr<const VoiceList> Voices() const override {
    std::vector<model::VoiceInfo> infos;
    for (const std::string& name : names_) infos.push_back(model::DescribeVoice(name));
    return VoiceList::Of(std::move(infos));
  }
  const model::BackendInfo& Backend() const override { return backend_; }
  const model::BlendStore& Blends() const override { return blends_; }
  Result<model::SavedBlend> SaveBlend(std::string_view, std::string_view) const override {
    return Internal("not here");
  }
  Result<text::Analysis> Analyse(const engine::SpeakRequest&) const override {
    return text::Analysis{};
  }
  Result<engine::SpeakReport> Speak(const engine::SpeakRequest& request,
                                    const engine::WorkspaceSource&,
                                    engine::AudioSink&) const override {
    while (request.cancel != nullptr && !*request.cancel) std::this_thread::yield();
    return engine::SpeakReport{};
  }

 private:
  std::vector<std::string> names_;
  model::BlendStore blends_{"/nonexistent"};
  const model::BackendInfo backend_ = [] {
    model::BackendInfo info;
    info.variant = "counted";
    return info;
  }();
};

void WriteVoices(const std::string& path, const std::vector<std::string>& names) {
  static const std::vector<float> rows(model::kStyleRows * model::kStyleColumns, 0.5f);
  std::vector<model::Tensor> tensors;
  for (const std::string& name : names) {
    tensors.push_back({.name = name,
                       .type = model::DataType::kF32,
                       .shape = {model::kStyleRows, model::kStyleColumns},
                       .bytes = std::as_bytes(std::span(rows))});
  }
  ASSERT_TRUE(model::WriteTensorFile(path, tensors,
                                     {{"format", std::string(model::kVoicesFormat)},
                                      {"format_version", std::string(model::kVoicesFormatVersion)}})
                  .ok());
}

class IdleSpeakerTest : public testing::Test {
 protected:
  void SetUp() override {
    g_num_loads = 0;
    path_ = (std::filesystem::temp_directory_path() / Concat("litetts-idle-", getpid())).string();
    WriteVoices(path_, {"af_one"});
  }
  void TearDown() override {
    std::filesystem::remove(path_);
    EXPECT_EQ(g_num_alive, 0);
  }

  std::unique_ptr<IdleSpeaker> Open(double idle_seconds) {
    auto speaker = IdleSpeaker::Create({.idle_seconds = idle_seconds,
                                        .poll_seconds = 0.002,
                                        .voices_path = path_,
                                        .blends_path = "/nonexistent",
                                        .load = [this]() -> Result<std::unique_ptr<Speaker>> {
                                          ++g_num_loads;
                                          LITETTS_ASSIGN_OR_RETURN(const model::VoiceTable table,
                                                                   model::VoiceTable::Open(path_));
                                          std::vector<std::string> names;
                                          for (const model::VoiceInfo& voice : table.voices())
                                            names.push_back(voice.name);
                                          return {std::make_unique<CountedSpeaker>(names)};
                                        }},
                                       NullLogSink());
    EXPECT_TRUE(speaker.ok()) << speaker.status().message();
    return std::move(*speaker);
  }
  template <typename Condition>
  static void Await(const Condition& condition) {
    const double begin = NowSeconds();
    while (!condition() && NowSeconds() - begin < 20) std::this_thread::yield();
    EXPECT_TRUE(condition());
  }

  std::string path_;
  engine::NullSink sink_;
};

TEST_F(IdleSpeakerTest, IsUnloadedWhenIdleAndLoadedAgain) {
  const auto speaker = Open(0.01);
  EXPECT_EQ(speaker->Backend().variant, "counted");
  Await([] { return g_num_alive == 0; });
  EXPECT_FALSE(speaker->load_state().is_loaded);
  EXPECT_EQ(speaker->Voices()->names, std::vector<std::string>{"af_one"});
  EXPECT_TRUE(speaker->Speak({}, nullptr, sink_).ok());
  EXPECT_EQ(g_num_loads, 2);
  EXPECT_EQ(speaker->load_state().num_loads, 2u);
  Await([] { return g_num_alive == 0; });
}

TEST_F(IdleSpeakerTest, StaysWhileItSpeaks) {
  const auto speaker = Open(0.001);
  std::atomic<bool> cancel = false;
  engine::SpeakRequest request;
  request.cancel = &cancel;
  std::thread talk([&] { EXPECT_TRUE(speaker->Speak(request, nullptr, sink_).ok()); });
  const double begin = NowSeconds();
  bool was_there = true;
  while (NowSeconds() - begin < 0.1) was_there = was_there && g_num_alive > 0;
  cancel = true;
  talk.join();
  // It may have been unloaded once before the thread came to it.
  EXPECT_LE(g_num_loads, 2);
  EXPECT_TRUE(was_there || g_num_loads == 2);
  Await([] { return g_num_alive == 0; });
}

TEST_F(IdleSpeakerTest, WithoutATimeItStays) {
  const auto speaker = Open(0);
  const double begin = NowSeconds();
  while (NowSeconds() - begin < 0.05) EXPECT_EQ(g_num_alive, 1);
}

TEST_F(IdleSpeakerTest, TakesOverNewVoicesThatAreGood) {
  const auto speaker = Open(0);
  const auto before = speaker->Voices();
  const std::vector<std::string> names = {"af_one", "af_two"};
  WriteVoices(path_, names);
  Await([&] { return speaker->Voices()->names == names; });
  EXPECT_EQ(before->names.size(), 1u);
  std::filesystem::remove(path_);
  std::ofstream(path_) << "this is no voices file";
  const double begin = NowSeconds();
  while (NowSeconds() - begin < 0.05) EXPECT_EQ(speaker->Voices()->names, names);
  EXPECT_TRUE(speaker->Speak({}, nullptr, sink_).ok());
}

TEST_F(IdleSpeakerTest, AFirstLoadThatFailsIsAnError) {
  const auto speaker = IdleSpeaker::Create(
      {.load = []() -> Result<std::unique_ptr<Speaker>> { return NotFound("no model"); }},
      NullLogSink());
  EXPECT_EQ(speaker.status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace litetts::server

#include "model/blend_store.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "model/blend.h"

namespace litetts::model {
namespace {

constexpr std::string_view kEnding = ".blend";
constexpr size_t kMaxFileBytes = 4096;

// What each does to the sound is measured in docs/formats/blends.md.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kBuiltIn = {{
    {"calm", "af_heart|af_heart+af_nicole"},
    {"deep", "am_adam+am_onyx"},
    {"lively", "af_heart(3)+af_nicole(-1)"},
    {"neutral", "af_heart+am_michael"},
    {"whisper", "af_nicole"},
}};

// What the file of a blend says; none if it is no blend.
std::optional<std::string> ReadBlend(const std::string& path) {
  const Result<std::string> text = ReadFile(path, kMaxFileBytes);
  if (!text.ok()) return std::nullopt;
  const std::string_view line = std::string_view(*text).substr(0, text->find('\n'));
  const Result<Blend> blend = ParseBlend(line);
  if (!blend.ok()) return std::nullopt;
  return BlendText(*blend);
}

}  // namespace

bool IsBlendName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

BlendStore BlendStore::Default() { return BlendStore(HomeFolder() + "/blends"); }

std::string BlendStore::PathOf(std::string_view name) const {
  return Concat(folder_, "/", name, kEnding);
}

std::vector<SavedBlend> BlendStore::List() const {
  std::vector<SavedBlend> blends;
  for (const auto& [name, voice] : kBuiltIn) {
    blends.push_back({std::string(name), std::string(voice), true});
  }
  const auto num_built_in = static_cast<std::ptrdiff_t>(blends.size());
  std::error_code error;
  for (std::filesystem::directory_iterator file(folder_, error), end; !error && file != end;
       file.increment(error)) {
    const std::string name = file->path().filename().string();
    if (!name.ends_with(kEnding)) continue;
    if (std::optional<SavedBlend> blend = Find(name.substr(0, name.size() - kEnding.size()));
        blend && !blend->is_built_in) {
      blends.push_back(std::move(*blend));
    }
  }
  std::ranges::sort(blends.begin() + num_built_in, blends.end(), {}, &SavedBlend::name);
  return blends;
}

std::optional<SavedBlend> BlendStore::Find(std::string_view name) const {
  for (const auto& [built_in, voice] : kBuiltIn) {
    if (built_in == name) return SavedBlend{std::string(name), std::string(voice), true};
  }
  if (!IsBlendName(name)) return std::nullopt;
  std::optional<std::string> voice = ReadBlend(PathOf(name));
  if (!voice) return std::nullopt;
  return SavedBlend{std::string(name), std::move(*voice), false};
}

Status BlendStore::Save(std::string_view name, std::string_view voice) const {
  if (!IsBlendName(name)) {
    return InvalidArgument("'", name.substr(0, 100),
                           "' is no name for a blend: 1 to 64 of a-z, 0-9 and '_', beginning with "
                           "a letter");
  }
  const std::optional<SavedBlend> old = Find(name);
  if (old && old->is_built_in) {
    return PermissionDenied("the blend '", name, "' comes with the program and stays as it is");
  }
  if (!old && List().size() >= kMaxBlends) {
    return FailedPrecondition("there are ", kMaxBlends, " blends already; delete some");
  }
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return PermissionDenied("cannot make folder '", folder_, "': ", error.message());
  return WriteFile(PathOf(name), Concat(voice, "\n"));
}

Status BlendStore::Delete(std::string_view name) const {
  const std::optional<SavedBlend> old = Find(name);
  if (!old) return NotFound("there is no blend '", name.substr(0, 100), "'");
  if (old->is_built_in) {
    return PermissionDenied("the blend '", name, "' comes with the program and stays as it is");
  }
  std::error_code error;
  if (!std::filesystem::remove(PathOf(name), error) && !error) {
    return NotFound("there is no blend '", name, "'");
  }
  if (error) return PermissionDenied("cannot delete the blend '", name, "': ", error.message());
  return OkStatus();
}

}  // namespace litetts::model

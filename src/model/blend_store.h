#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace litetts::model {

// A blend with a name of its own, which may stand wherever a voice may.
struct SavedBlend {
  std::string name;
  std::string voice;  // the blend as BlendText() writes it
  bool is_built_in = false;
};

// The blends in a folder, one small file each (docs/formats/blends.md), and those that come with
// the program. Reads the folder each time, so that several processes agree. Thread-safe.
class BlendStore {
 public:
  explicit BlendStore(std::string folder) : folder_(std::move(folder)) {}
  // Below HomeFolder().
  static BlendStore Default();

  // By name, the built-in ones first. Files that are no blends are left out.
  std::vector<SavedBlend> List() const;
  std::optional<SavedBlend> Find(std::string_view name) const;

  // Replaces a blend of that name. kInvalidArgument for a name that is no name, kPermissionDenied
  // for one of a built-in blend, kResourceExhausted where there are kMaxBlends already. REQUIRES:
  // ParseBlend() has accepted `voice`; the caller has refused names of voices.
  Status Save(std::string_view name, std::string_view voice) const;
  // kNotFound, kPermissionDenied.
  Status Delete(std::string_view name) const;

  static constexpr size_t kMaxBlends = 1000;

 private:
  std::string PathOf(std::string_view name) const;
  std::string folder_;
};

// 1 to 64 of a-z, 0-9 and '_', beginning with a letter.
bool IsBlendName(std::string_view name);

}  // namespace litetts::model

#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace litetts::server {

// The API keys, as SHA-256 only. Immutable, thread-safe.
class KeyRing {
 public:
  // Entries "name=key" or "name=sha256:hex".
  static Result<KeyRing> Create(std::span<const std::string> entries);

  bool empty() const { return keys_.empty(); }
  // The name of the key in "Bearer KEY"; none if it is not known. Takes the same time for every
  // wrong key.
  std::optional<std::string> Find(std::string_view authorization) const;

 private:
  using Hash = std::array<unsigned char, 32>;
  struct Key {
    std::string name;
    Hash hash;
  };
  static Hash HashOf(std::string_view key);
  std::vector<Key> keys_;
};

}  // namespace litetts::server

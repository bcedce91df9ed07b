#include "server/key_ring.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <charconv>

namespace litetts::server {

KeyRing::Hash KeyRing::HashOf(std::string_view key) {
  Hash hash;
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), hash.data());
  return hash;
}

Result<KeyRing> KeyRing::Create(std::span<const std::string> entries) {
  constexpr std::string_view kHashed = "sha256:";
  KeyRing ring;
  for (const std::string_view entry : entries) {
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == entry.size()) {
      return InvalidArgument("an entry must be NAME=KEY or NAME=sha256:HEX");
    }
    const std::string_view key = entry.substr(equals + 1);
    Key out{std::string(entry.substr(0, equals)), {}};
    if (!key.starts_with(kHashed)) {
      out.hash = HashOf(key);
    } else {
      const std::string_view hex = key.substr(kHashed.size());
      bool is_valid = hex.size() == 2 * out.hash.size();
      for (size_t i = 0; is_valid && i < out.hash.size(); ++i) {
        const char* begin = hex.data() + 2 * i;
        is_valid = std::from_chars(begin, begin + 2, out.hash[i], 16).ptr == begin + 2;
      }
      if (!is_valid)
        return InvalidArgument("the API key '", out.name,
                               "' needs 64 hexadecimal digits after sha256:");
    }
    ring.keys_.push_back(std::move(out));
  }
  return ring;
}

std::optional<std::string> KeyRing::Find(std::string_view authorization) const {
  constexpr std::string_view kScheme = "Bearer ";
  if (!authorization.starts_with(kScheme)) return std::nullopt;
  const Hash hash = HashOf(authorization.substr(kScheme.size()));
  std::optional<std::string> found;
  for (const Key& key : keys_) {  // all of them, whichever matches
    if (CRYPTO_memcmp(key.hash.data(), hash.data(), hash.size()) == 0) found = key.name;
  }
  return found;
}

}  // namespace litetts::server

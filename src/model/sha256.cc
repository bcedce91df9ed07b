#include "model/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "base/hex.h"

namespace litetts::model {

Result<std::string> Sha256Hex(std::span<const std::byte> bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    return Internal("SHA-256 is not available");
  }
  return HexOf(std::as_bytes(std::span(digest).first(size)));
}

}  // namespace litetts::model

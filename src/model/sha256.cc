#include "model/sha256.h"

#include <openssl/sha.h>

#include "base/hex.h"

namespace litetts::model {

std::string Sha256(std::span<const std::byte> bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

std::string Sha256Hex(std::span<const std::byte> bytes) {
  const std::string digest = Sha256(bytes);
  return HexOf(std::as_bytes(std::span(digest)));
}

}  // namespace litetts::model

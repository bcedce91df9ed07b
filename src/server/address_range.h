#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/status.h"

namespace litetts::server {

// The addresses that begin with the same bits: "10.0.0.0/8", "fd00::/8", or one address. IPv4
// addresses that are written as IPv6 ("::ffff:10.0.0.1") count as IPv4.
class AddressRange {
 public:
  // kInvalidArgument.
  static Result<AddressRange> Parse(std::string_view text);
  // False also for what is no address.
  bool Contains(std::string_view address) const;

 private:
  std::array<uint8_t, 16> bytes_{};  // IPv4 as IPv6
  int num_bits_ = 128;
};

}  // namespace litetts::server

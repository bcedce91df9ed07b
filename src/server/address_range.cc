#include "server/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

namespace litetts::server {
namespace {

constexpr int kMappedBits = 96;  // ::ffff:0:0/96 holds the IPv4 addresses

struct Address {
  std::array<uint8_t, 16> bytes{};
  bool is_v4 = false;
};

std::optional<Address> ParseAddress(std::string_view text) {
  const std::string copy(text);
  Address address;
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes.data()) == 1) return address;
  address.bytes[10] = address.bytes[11] = 0xff;
  address.is_v4 = true;
  if (inet_pton(AF_INET, copy.c_str(), address.bytes.data() + kMappedBits / 8) == 1) return address;
  return std::nullopt;
}

}  // namespace

Result<AddressRange> AddressRange::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  const std::optional<Address> address = ParseAddress(text.substr(0, slash));
  const auto wrong = [&] {
    return InvalidArgument("'", text, "' is neither an address nor a range such as 10.0.0.0/8");
  };
  if (!address) return wrong();
  AddressRange range;
  range.bytes_ = address->bytes;
  if (slash == std::string_view::npos) return range;
  const std::string_view digits = text.substr(slash + 1);
  int num_bits = -1;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), num_bits);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return wrong();
  if (num_bits < 0 || num_bits > (address->is_v4 ? 32 : 128)) return wrong();
  range.num_bits_ = num_bits + (address->is_v4 ? kMappedBits : 0);
  return range;
}

bool AddressRange::Contains(std::string_view text) const {
  const std::optional<Address> address = ParseAddress(text);
  if (!address) return false;
  for (int bit = 0; bit < num_bits_; bit += 8) {
    const auto i = static_cast<size_t>(bit / 8);
    const int ignored = std::max(0, 8 - (num_bits_ - bit));
    if ((address->bytes[i] ^ bytes_[i]) >> ignored != 0) return false;
  }
  return true;
}

}  // namespace litetts::server

#include "audio/watermark_code.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace litetts::audio {
namespace {

constexpr size_t kMessageBits = kWatermarkCodeBits / 2;
constexpr uint64_t kMessageMask = (uint64_t{1} << kMessageBits) - 1;

// ---- random numbers from the secret: ChaCha20 (RFC 8439) ----

using Block = std::array<uint32_t, 16>;

void QuarterRound(Block& x, size_t a, size_t b, size_t c, size_t d) {
  x[a] += x[b];
  x[d] = std::rotl(x[d] ^ x[a], 16);
  x[c] += x[d];
  x[b] = std::rotl(x[b] ^ x[c], 12);
  x[a] += x[b];
  x[d] = std::rotl(x[d] ^ x[a], 8);
  x[c] += x[d];
  x[b] = std::rotl(x[b] ^ x[c], 7);
}

Block ChaChaBlock(const std::array<uint32_t, 8>& key, uint32_t counter) {
  Block input = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  std::copy(key.begin(), key.end(), input.begin() + 4);
  input[12] = counter;
  Block x = input;
  for (int round = 0; round < 10; ++round) {
    for (size_t i = 0; i < 4; ++i) QuarterRound(x, i, 4 + i, 8 + i, 12 + i);
    for (size_t i = 0; i < 4; ++i) {
      QuarterRound(x, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
    }
  }
  for (size_t i = 0; i < x.size(); ++i) x[i] += input[i];
  return x;
}

// A key of 256 bits from a secret of any length, 32 bytes a step.
std::array<uint32_t, 8> KeyOf(std::string_view secret) {
  std::array<uint32_t, 8> key = {};
  for (size_t begin = 0; begin <= secret.size(); begin += 32) {
    const std::string_view part = secret.substr(begin, 32);
    for (size_t i = 0; i < part.size(); ++i) {
      key[i / 4] ^= static_cast<uint32_t>(static_cast<unsigned char>(part[i])) << (8 * (i % 4));
    }
    const Block block = ChaChaBlock(key, static_cast<uint32_t>(part.size()));
    std::copy_n(block.begin(), key.size(), key.begin());
  }
  return key;
}

class RandomBits {
 public:
  explicit RandomBits(std::string_view secret) : key_(KeyOf(secret)) {}
  uint32_t Next() {
    if (at_ == block_.size()) {
      block_ = ChaChaBlock(key_, ++counter_);
      at_ = 0;
    }
    return block_[at_++];
  }

 private:
  std::array<uint32_t, 8> key_;
  uint32_t counter_ = 0xFF;  // beyond those of KeyOf()
  Block block_ = {};
  size_t at_ = block_.size();
};

// ---- payload ----

// CRC-16/CCITT of the 32 bits, the highest first.
uint16_t Checksum(uint32_t payload) {
  uint16_t crc = 0xFFFF;
  for (int i = 31; i >= 0; --i) {
    const bool bit = ((payload >> i) & 1u) != ((crc >> 15) & 1u);
    crc = static_cast<uint16_t>((crc << 1) ^ (bit ? 0x1021 : 0));
  }
  return crc;
}

// The usual code of rate 1/2 and 64 states (octal 133, 171), tail-biting: its state at the end is
// the one at the start, so no bits are spent on it.
constexpr size_t kStates = 64;
constexpr uint32_t kGenerators[2] = {0133, 0171};

// `state`: the last six bits, the newest lowest.
bool CodeBit(uint32_t state, uint32_t bit, size_t which) {
  return (std::popcount(((state << 1) | bit) & kGenerators[which]) & 1) != 0;
}

}  // namespace

Result<WatermarkKey> WatermarkKey::Create(std::string_view secret) {
  if (secret.size() < kMinWatermarkKey) {
    return InvalidArgument("a watermark key has at least ", kMinWatermarkKey, " bytes, not ",
                           secret.size());
  }
  RandomBits random(secret);
  WatermarkKey key;
  key.mask_ = (uint64_t{random.Next()} << 32 | random.Next()) & kMessageMask;
  // One cell in five is for finding the place, the others share the bits evenly.
  key.bits_.resize(kWatermarkCells);
  for (size_t i = 0; i < kWatermarkCells; ++i) {
    key.bits_[i] = i % 5 == 0 ? kSync : static_cast<int>((i - i / 5 - 1) % kWatermarkCodeBits);
    key.signs_.push_back((random.Next() & 1u) != 0 ? 1.0f : -1.0f);
  }
  for (size_t i = kWatermarkCells - 1; i > 0; --i) {
    std::swap(key.bits_[i], key.bits_[random.Next() % (i + 1)]);
  }
  return key;
}

namespace {

// `message`: as it is sent, masked.
std::array<float, kWatermarkCodeBits> EncodeMessage(uint64_t message) {
  uint32_t state = 0;
  for (size_t i = kMessageBits - 6; i < kMessageBits; ++i) {
    state = (state << 1) | ((message >> i) & 1u);
  }
  std::array<float, kWatermarkCodeBits> out;
  for (size_t i = 0; i < kMessageBits; ++i) {
    const auto bit = static_cast<uint32_t>((message >> i) & 1u);
    for (size_t which = 0; which < 2; ++which) {
      out[2 * i + which] = CodeBit(state, bit, which) ? 1.0f : -1.0f;
    }
    state = ((state << 1) | bit) & (kStates - 1);
  }
  return out;
}

}  // namespace

std::array<float, kWatermarkCodeBits> EncodePayload(const WatermarkKey& key, uint32_t payload) {
  return EncodeMessage(((uint64_t{payload} << 16) | Checksum(payload)) ^ key.mask());
}

DecodedPayload DecodePayload(const WatermarkKey& key, std::span<const float> soft_bits) {
  // Viterbi's algorithm three times around the circle; the second round knows both its neighbours.
  constexpr size_t kSteps = 3 * kMessageBits;
  std::array<float, kStates> metric = {};
  std::vector<std::array<uint8_t, kStates>> from(kSteps);
  for (size_t step = 0; step < kSteps; ++step) {
    const float first = soft_bits[2 * (step % kMessageBits)];
    const float second = soft_bits[2 * (step % kMessageBits) + 1];
    std::array<float, kStates> next;
    for (uint32_t state = 0; state < kStates; ++state) {
      const uint32_t bit = state & 1u;
      const auto reach = [&](uint32_t before) {
        return metric[before] + (CodeBit(before, bit, 0) ? first : -first) +
               (CodeBit(before, bit, 1) ? second : -second);
      };
      const uint32_t low = state >> 1;
      const uint32_t high = low | (kStates / 2);
      const float by_low = reach(low), by_high = reach(high);
      next[state] = std::max(by_low, by_high);
      from[step][state] = static_cast<uint8_t>(by_low >= by_high ? low : high);
    }
    metric = next;
  }
  auto state = static_cast<uint32_t>(std::ranges::max_element(metric) - metric.begin());
  uint64_t message = 0;
  for (size_t step = kSteps; step-- > kMessageBits;) {
    if (step < 2 * kMessageBits) {
      message |= uint64_t{state & 1u} << (step - kMessageBits);
    }
    state = from[step][state];
  }
  size_t num_errors = 0;
  const auto code = EncodeMessage(message);
  for (size_t i = 0; i < kWatermarkCodeBits; ++i) num_errors += code[i] * soft_bits[i] < 0.0f;
  message ^= key.mask();
  const auto payload = static_cast<uint32_t>(message >> 16);
  return {.payload = payload,
          .is_checked = Checksum(payload) == static_cast<uint16_t>(message),
          .code_error_rate = static_cast<double>(num_errors) / kWatermarkCodeBits};
}

}  // namespace litetts::audio

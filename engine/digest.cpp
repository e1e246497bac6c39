#include "engine/digest.h"

#include <array>
#include <cstdint>

#include <sodium.h>

#include "engine/described.h"
#include "engine/observed_facts.h"

namespace tbx {
namespace {

/// Collects small pieces, since each call of libsodium costs more than a few bytes are worth.
class Hasher {
 public:
  Hasher() { crypto_hash_sha256_init(&state_); }

  void bytes(const void* data, std::size_t size) {
    if (size > buffer_.size() - used_) flush();
    const auto* from = static_cast<const unsigned char*>(data);
    if (size > buffer_.size()) {
      crypto_hash_sha256_update(&state_, from, size);
    } else {
      std::copy(from, from + size, buffer_.begin() + static_cast<std::ptrdiff_t>(used_));
      used_ += size;
    }
  }

  void number(std::uint64_t value) {
    std::array<unsigned char, 8> little_endian{};
    for (unsigned char& byte : little_endian) {
      byte = static_cast<unsigned char>(value & 0xff);
      value >>= 8;
    }
    bytes(little_endian.data(), little_endian.size());
  }

  /// With its length, so that where one ends and the next begins counts too.
  void text(const std::string& value) {
    number(value.size());
    bytes(value.data(), value.size());
  }

  std::string hex() {
    flush();
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state_, digest.data());
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> digits{};
    sodium_bin2hex(digits.data(), digits.size(), digest.data(), digest.size());
    return digits.data();
  }

 private:
  void flush() {
    crypto_hash_sha256_update(&state_, buffer_.data(), used_);
    used_ = 0;
  }

  crypto_hash_sha256_state state_;
  std::array<unsigned char, 4096> buffer_{};
  std::size_t used_ = 0;
};

template <class T>
void feed(Hasher& hasher, const T& value) {
  if constexpr (DescribedStruct<T>) {
    for_each_member<T>([&](std::string_view key, auto member) {
      if (!moves_by_itself<T>(key)) feed(hasher, value.*member);
    });
  } else if constexpr (DescribedVector<T>) {
    hasher.number(value.size());
    for (const auto& item : value) feed(hasher, item);
  } else if constexpr (DescribedMap<T>) {
    hasher.number(value.size());
    for (const auto& [key, item] : value) {
      hasher.text(key);
      feed(hasher, item);
    }
  } else if constexpr (DescribedEnum<T>) {
    hasher.text(enum_name(value));
  } else if constexpr (std::is_same_v<T, std::string>) {
    hasher.text(value);
  } else {
    hasher.number(static_cast<std::uint64_t>(value));
  }
}

}  // namespace

std::string observed_digest(const Observed& observed) {
  Hasher hasher;
  feed(hasher, observed);
  return "sha256:" + hasher.hex();
}

}  // namespace tbx

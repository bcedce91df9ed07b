#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace litetts {

// A read-only memory map of a whole file, shared between processes. The bytes are page aligned.
// Immutable, thread-safe.
class MappedFile {
 public:
  // kNotFound, kPermissionDenied, or kInvalidArgument for what is not a regular file.
  static Result<MappedFile> Open(const std::string& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return bytes_; }
  // Takes the pages out of this process until they are read again, then from the system's cache.
  void ReleasePages() const;

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::span<const std::byte> bytes_;
};

// Reads a whole file. kResourceExhausted if it has more than `max_bytes`. "-" is standard input.
Result<std::string> ReadFile(const std::string& path, size_t max_bytes);

// Writes a file that appears whole or not at all: the bytes go to a temporary beside `path`, which
// Commit() flushes to disk and renames. Without Commit() the destructor deletes it.
// Thread-compatible.
class AtomicFile {
 public:
  static Result<AtomicFile> Create(const std::string& path);
  AtomicFile(AtomicFile&&) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  // A full disk is kResourceExhausted.
  Status Write(std::span<const std::byte> bytes);
  Status Write(std::string_view text) {
    return Write(std::span(reinterpret_cast<const std::byte*>(text.data()), text.size()));
  }
  // Overwrites bytes already written, for headers that hold a length.
  Status WriteAt(size_t offset, std::span<const std::byte> bytes);
  Status Commit();

 private:
  AtomicFile(std::string path, std::string temporary, int descriptor);
  std::string path_;
  std::string temporary_;
  int descriptor_;
};

// AtomicFile for what is there at once.
Status WriteFile(const std::string& path, std::span<const std::byte> bytes);
inline Status WriteFile(const std::string& path, std::string_view text) {
  return WriteFile(path, std::as_bytes(std::span(text)));
}

// The folder of models and data: $LITETTS_HOME, else ~/.local/share/litetts.
std::string HomeFolder();

}  // namespace litetts

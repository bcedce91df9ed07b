#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

namespace litetts {
namespace {

Status ErrnoStatus(int error, std::string_view action, const std::string& path) {
  const std::string message = Concat("cannot ", action, " '", path, "': ", std::strerror(error));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {StatusCode::kNotFound, message};
    case EACCES:
    case EPERM:
    case EROFS:
      return {StatusCode::kPermissionDenied, message};
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return {StatusCode::kResourceExhausted, message};
    case EISDIR:
    case ENAMETOOLONG:
      return {StatusCode::kInvalidArgument, message};
    default:
      return {StatusCode::kInternal, message};
  }
}

// Closes on every path out.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ > STDIN_FILENO) close(value_);
  }
  int value() const { return value_; }

 private:
  int value_;
};

// The process's umask, from /proc: to ask umask() is to change it under other threads.
mode_t FileModeMask() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "Umask:") continue;
    unsigned mask = 0;
    status >> std::oct >> mask;
    return static_cast<mode_t>(mask);
  }
  return 022;
}

}  // namespace

Result<MappedFile> MappedFile::Open(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value() < 0) return ErrnoStatus(errno, "open", path);
  struct stat info {};
  if (fstat(file.value(), &info) != 0) return ErrnoStatus(errno, "read", path);
  if (!S_ISREG(info.st_mode)) return InvalidArgument("'", path, "' is not a regular file");
  const size_t size = static_cast<size_t>(info.st_size);
  if (size == 0) return MappedFile({});
  void* data = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.value(), 0);
  if (data == MAP_FAILED) return ErrnoStatus(errno, "map", path);
  return MappedFile({static_cast<const std::byte*>(data), size});
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void MappedFile::ReleasePages() const {
  if (bytes_.empty()) return;
  // A wish: locked pages stay.
  (void)madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_DONTNEED);
}

Result<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const Descriptor file(path == "-" ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value() < 0) return ErrnoStatus(errno, "open", path);
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = read(file.value(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "read", path);
    if (count == 0) return text;
    if (text.size() + static_cast<size_t>(count) > max_bytes) {
      return ResourceExhausted("'", path, "' has more than ", max_bytes, " bytes; split it");
    }
    text.append(buffer, static_cast<size_t>(count));
  }
}

Result<AtomicFile> AtomicFile::Create(const std::string& path) {
  if (struct stat info{}; stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    // The rename would put a file in the place of a device.
    return InvalidArgument("'", path, "' is a folder or a device; name a file");
  }
  std::string temporary = path + ".XXXXXX";
  const int descriptor = mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return ErrnoStatus(errno, "write", path);
  fchmod(descriptor, 0666 & ~FileModeMask());
  return AtomicFile(path, std::move(temporary), descriptor);
}

AtomicFile::AtomicFile(std::string path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
}

Status AtomicFile::Write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "write", path_);
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return OkStatus();
}

Status AtomicFile::WriteAt(size_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return ErrnoStatus(errno, "write", path_);
    bytes = bytes.subspan(static_cast<size_t>(count));
    offset += static_cast<size_t>(count);
  }
  return OkStatus();
}

Status AtomicFile::Commit() {
  if (fsync(descriptor_) != 0 && errno != EINVAL) return ErrnoStatus(errno, "write", path_);
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return ErrnoStatus(errno, "write", path_);
  close(std::exchange(descriptor_, -1));
  return OkStatus();
}

Status WriteFile(const std::string& path, std::span<const std::byte> bytes) {
  LITETTS_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
  LITETTS_RETURN_IF_ERROR(file.Write(bytes));
  return file.Commit();
}

std::string HomeFolder() {
  if (const char* home = std::getenv("LITETTS_HOME"); home != nullptr && *home != '\0') return home;
  const char* user = std::getenv("HOME");
  return std::string(user != nullptr ? user : ".") + "/.local/share/litetts";
}

}  // namespace litetts

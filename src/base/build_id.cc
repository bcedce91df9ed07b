#include "base/build_id.h"

#include <elf.h>
#include <link.h>

#include <cstring>
#include <span>
#include <string_view>

#include "base/hex.h"

namespace litetts {
namespace {

size_t Padded(size_t size) { return (size + 3) & ~size_t{3}; }

// Called for the program itself first, then for each library.
int ReadNotes(dl_phdr_info* info, size_t, void* out) {
  auto& id = *static_cast<std::string*>(out);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const auto* at = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
    const char* end = at + header.p_memsz;
    while (at + sizeof(ElfW(Nhdr)) <= end) {
      ElfW(Nhdr) note;
      std::memcpy(&note, at, sizeof(note));
      const char* name = at + sizeof(note);
      const char* bytes = name + Padded(note.n_namesz);
      if (note.n_type == NT_GNU_BUILD_ID && std::string_view(name, 3) == "GNU") {
        id = HexOf(std::as_bytes(std::span(bytes, note.n_descsz)));
        return 1;
      }
      at = bytes + Padded(note.n_descsz);
    }
  }
  return 1;  // the first is ours: no need to look at the others
}

}  // namespace

std::string BuildId() {
  std::string id;
  dl_iterate_phdr(ReadNotes, &id);
  return id;
}

}  // namespace litetts

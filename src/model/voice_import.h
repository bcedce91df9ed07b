#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace litetts::model {

struct VoiceImportReport {
  std::vector<std::string> names;  // sorted
};

// Joins voice packs into one voices file (docs/formats/voices.md), sample for sample. Each source
// is a file NAME.bin (raw little-endian float32 [510, 256]), NAME.npy, or an archive .npz of
// NAME.npy, or a folder of such files, whose other files are left alone. kInvalidArgument for a
// repeated or unusable name, kDataLoss naming the file and what is wrong.
Result<VoiceImportReport> ImportVoices(std::span<const std::string> sources,
                                       const std::string& destination);

// Adds the voices of such a source to a voices file, which appears whole or not at all; a server
// that uses it takes it over within a second. `may_replace`: also over voices that have the same
// name, else kAlreadyExists. Returns the names that were added.
Result<VoiceImportReport> AddVoices(const std::string& source, const std::string& file,
                                    bool may_replace);

}  // namespace litetts::model

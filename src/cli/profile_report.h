#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/status.h"
#include "model/profile.h"

namespace litetts::cli {

// What the convolutions and linear layers reach together, multiply-adds as written, in GFLOP/s of
// the wall clock inside them.
double ProductGflops(const model::LayerProfile& profile);

// Two tables: the parts of the network, and the convolutions by their sizes; with time, GFLOP/s and
// the share of what `threads` cores reach with float multiply-adds. That is above 100 % where fewer
// multiplications than written, or narrower ones, do the work. `events`: of the profile's trace.
std::string ProfileTables(const model::LayerProfile& profile,
                          std::span<const model::LayerProfile::Event> events, size_t threads);

// Writes events as Chrome trace JSON, for chrome://tracing and ui.perfetto.dev.
Status WriteTrace(const std::string& path, std::span<const model::LayerProfile::Event> events);

}  // namespace litetts::cli

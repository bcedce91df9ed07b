// `litetts cache stats`, `clear` and `verify`: the cache on disk, also while servers use it.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/server_settings.h"
#include "engine/segment_store.h"
#include "server/caches.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

struct CacheOptions {
  ServerSettings settings;
  std::string voice;
  bool as_json = false;
};

struct OpenCache {
  std::string path;
  std::unique_ptr<engine::SegmentStore> store;
};

Result<OpenCache> Open(const CacheOptions& options, bool is_read_only) {
  LITETTS_ASSIGN_OR_RETURN(const server::ServerConfig config, options.settings.Load());
  OpenCache cache{server::DiskCachePath(config), nullptr};
  if (::access(cache.path.c_str(), F_OK) != 0) {
    return NotFound("there is no cache '", cache.path,
                    "'; cache.disk_cache_size_mb of `litetts serve` makes one");
  }
  // The limit is the server's affair: what it keeps is not to be cut here.
  constexpr uint64_t kNoLimit = uint64_t{1} << 50;
  LITETTS_ASSIGN_OR_RETURN(
      cache.store, engine::SegmentStore::Open(
                       {.path = cache.path, .max_bytes = kNoLimit, .is_read_only = is_read_only},
                       NullLogSink()));
  return cache;
}

Status RunStats(const CacheOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const OpenCache cache, Open(options, /*is_read_only=*/true));
  const CacheStats stats = cache.store->stats().cache;
  if (options.as_json) {
    return Print(
        json::serialize(json::object{
            {"path", cache.path}, {"entries", stats.num_entries}, {"bytes", stats.num_bytes}}) +
        "\n");
  }
  return Print(
      Concat(cache.path, ": ", stats.num_entries, " entries, ", stats.num_bytes >> 20, " MiB\n"));
}

Status RunClear(const CacheOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const OpenCache cache, Open(options, /*is_read_only=*/false));
  LITETTS_ASSIGN_OR_RETURN(const size_t count, cache.store->Clear(options.voice));
  if (options.as_json) return Print(json::serialize(json::object{{"removed", count}}) + "\n");
  return Print(Concat(count, " entries removed\n"));
}

Status RunVerify(const CacheOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const OpenCache cache, Open(options, /*is_read_only=*/false));
  LITETTS_ASSIGN_OR_RETURN(const engine::SegmentStore::Check check, cache.store->Verify());
  // A file that could not be read at all was replaced while it was opened.
  const bool was_replaced = cache.store->stats().num_damaged > check.num_damaged;
  const Status status = options.as_json
                            ? Print(json::serialize(json::object{{"good", check.num_good},
                                                                 {"damaged", check.num_damaged},
                                                                 {"replaced", was_replaced}}) +
                                    "\n")
                            : Print(Concat(check.num_good, " entries are good, ", check.num_damaged,
                                           " were damaged and are removed\n"));
  LITETTS_RETURN_IF_ERROR(status);
  if (was_replaced) return DataLoss("the file was damaged and is empty now");
  if (check.num_damaged == 0) return OkStatus();
  return DataLoss(check.num_damaged, " entries were damaged");
}

}  // namespace

void AddCacheCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("cache", "The cache of audio on disk");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* meaning, Status (*run)(const CacheOptions&)) {
    const auto options = std::make_shared<CacheOptions>();
    CLI::App* subcommand = command->add_subcommand(name, meaning);
    AddServerSettings(*subcommand, options->settings);
    subcommand->add_flag("--json", options->as_json, "As JSON");
    if (run == RunClear) {
      subcommand->add_option("--voice", options->voice, "Only the audio of this voice");
    }
    subcommand->callback(
        [options, run, &action] { action = [options, run] { return run(*options); }; });
  };
  add("stats", "What it holds", RunStats);
  add("clear", "Forget what it holds", RunClear);
  add("verify", "Read all of it and remove what is damaged; exit code 1 if anything was",
      RunVerify);
}

}  // namespace litetts::cli

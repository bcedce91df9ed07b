#include "cli/profile_report.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <limits>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "kernels/fma_peak.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;
using model::LayerProfile;

LayerProfile::Entry Total(const LayerProfile& profile) {
  LayerProfile::Entry total;
  for (const LayerProfile::Entry& entry : profile.entries) {
    total.seconds += entry.seconds;
    total.product_seconds += entry.product_seconds;
    total.flops += entry.flops;
  }
  return total;
}

double Gflops(double flops, double seconds) { return seconds > 0.0 ? 1e-9 * flops / seconds : 0.0; }

std::string ShapeName(const LayerProfile::Shape& shape) {
  return Concat(shape.inputs, " to ", shape.outputs, ", ", shape.kernel, " taps, dilation ",
                shape.dilation);
}

// One line of a table.
struct Line {
  std::string name;
  size_t count = 0;
  double rows = 0.0;
  double seconds = 0.0;
  double flops = 0.0;
};

std::vector<Line> LinesByShape(std::span<const LayerProfile::Event> events) {
  std::map<std::string, Line> lines;
  for (const LayerProfile::Event& event : events) {
    if (!event.shape) continue;
    Line& line = lines[ShapeName(*event.shape)];
    ++line.count;
    line.rows += static_cast<double>(event.shape->rows);
    line.seconds += event.seconds;
    line.flops += event.flops;
  }
  std::vector<Line> sorted;
  for (auto& [name, line] : lines) {
    line.name = name;
    sorted.push_back(std::move(line));
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Line& a, const Line& b) { return a.seconds > b.seconds; });
  return sorted;
}

}  // namespace

double ProductGflops(const LayerProfile& profile) {
  const LayerProfile::Entry total = Total(profile);
  return Gflops(total.flops, total.product_seconds);
}

std::string ProfileTables(const LayerProfile& profile, std::span<const LayerProfile::Event> events,
                          size_t threads) {
  const double peak = static_cast<double>(threads) * kernels::MeasureFmaPeak();
  const LayerProfile::Entry total = Total(profile);
  std::string out;
  std::array<char, 200> line;
  const auto percent = [](double part, double whole) {
    return whole > 0.0 ? 100.0 * part / whole : 0.0;
  };
  const auto add_part = [&](std::string_view name, const LayerProfile::Entry& entry) {
    const double gflops = Gflops(entry.flops, entry.product_seconds);
    std::snprintf(line.data(), line.size(), "%-15s %10.2f %6.1f%% %12.2f %9.1f %8.0f%%\n",
                  std::string(name).c_str(), 1e3 * entry.seconds,
                  percent(entry.seconds, total.seconds), 1e3 * entry.product_seconds, gflops,
                  percent(gflops, peak));
    out += line.data();
  };
  std::snprintf(line.data(), line.size(), "%-15s %10s %7s %12s %9s %9s\n", "part", "ms", "share",
                "products ms", "GFLOP/s", "of peak");
  out += line.data();
  for (size_t i = 0; i < model::kNumLayerGroups; ++i) {
    if (profile.entries[i].seconds == 0.0) continue;  // not run
    add_part(LayerGroupName(static_cast<model::LayerGroup>(i)), profile.entries[i]);
  }
  add_part("all", total);
  std::snprintf(line.data(), line.size(), "\n%-36s %6s %9s %10s %9s %9s\n", "products", "count",
                "mean rows", "ms", "GFLOP/s", "of peak");
  out += line.data();
  for (const Line& each : LinesByShape(events)) {
    const double gflops = Gflops(each.flops, each.seconds);
    std::snprintf(line.data(), line.size(), "%-36s %6zu %9.0f %10.2f %9.1f %8.0f%%\n",
                  each.name.c_str(), each.count, each.rows / static_cast<double>(each.count),
                  1e3 * each.seconds, gflops, percent(gflops, peak));
    out += line.data();
  }
  std::snprintf(line.data(), line.size(),
                "\npeak: %.1f GFLOP/s, float multiply-adds on %zu threads\n", peak, threads);
  return out + line.data();
}

Status WriteTrace(const std::string& path, std::span<const LayerProfile::Event> events) {
  // Events come in the order of their ends.
  double start = std::numeric_limits<double>::infinity();
  for (const LayerProfile::Event& event : events) start = std::min(start, event.start_seconds);
  json::array list;
  for (const LayerProfile::Event& event : events) {
    json::object args = {{"gflops", Gflops(event.flops, event.seconds)}};
    if (event.shape) args["rows"] = event.shape->rows;
    list.push_back(json::object{
        {"name", event.shape ? ShapeName(*event.shape) : std::string(LayerGroupName(event.group))},
        {"cat", LayerGroupName(event.group)},
        {"ph", "X"},
        {"ts", 1e6 * (event.start_seconds - start)},
        {"dur", 1e6 * event.seconds},
        {"pid", 1},
        {"tid", 1},
        {"args", std::move(args)}});
  }
  return WriteFile(path, json::serialize(json::object{{"traceEvents", std::move(list)}}) + "\n");
}

}  // namespace litetts::cli

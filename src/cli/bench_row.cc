#include "cli/bench_row.h"

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <ctime>

#include "base/build_id.h"
#include "base/cpu.h"
#include "base/file.h"
#include "kernels/simd.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

constexpr size_t kMaxReportBytes = size_t{64} << 20;

// Calls `visit(name, member)` for each plain member: one list for writing and reading.
template <typename Row, typename Visit>
void VisitMembers(Row& row, const Visit& visit) {
  visit("model", row.model);
  visit("backend", row.backend);
  visit("backend_version", row.backend_version);
  visit("precision", row.precision);
  visit("threads", row.threads);
  visit("text", row.text);
  visit("voice", row.voice);
  visit("problem", row.problem);
  visit("runs", row.num_runs);
  visit("audio_seconds", row.audio_seconds);
  visit("load_seconds", row.load_seconds);
  visit("cold_rtf", row.cold_rtf);
  visit("cold_first_audio_seconds", row.cold_first_audio_seconds);
  visit("rtf", row.rtf);
  visit("rtf_least", row.rtf_least);
  visit("rtf_most", row.rtf_most);
  visit("first_audio_p50", row.first_audio_p50);
  visit("first_audio_p95", row.first_audio_p95);
  visit("first_audio_p99", row.first_audio_p99);
  visit("cached_first_audio_p50", row.cached_first_audio_p50);
  visit("cpu_seconds", row.cpu_seconds);
  visit("joules", row.joules);
  visit("distance_db", row.distance_db);
  visit("reference_difference", row.reference_difference);
  visit("peak_rss_bytes", row.peak_rss_bytes);
}

template <typename Report, typename Visit>
void VisitHead(Report& report, const Visit& visit) {
  visit("cpu", report.cpu);
  visit("cores", report.num_cores);
  visit("simd", report.simd);
  visit("version", report.version);
  visit("build", report.build);
  visit("command", report.command);
  visit("reference", report.reference);
  visit("when", report.when);
}

json::value ToValue(const std::string& value) { return json::value(value); }
json::value ToValue(size_t value) { return json::value(value); }
json::value ToValue(double value) { return json::value(value); }
json::value ToValue(const std::optional<double>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

bool FromValue(const json::value& value, std::string& out) {
  if (!value.is_string()) return false;
  out = value.as_string();
  return true;
}
bool FromValue(const json::value& value, size_t& out) {
  if (!value.is_int64() || value.as_int64() < 0) return false;
  out = static_cast<size_t>(value.as_int64());
  return true;
}
bool FromValue(const json::value& value, double& out) {
  if (!value.is_number()) return false;
  out = value.to_number<double>();
  return true;
}
bool FromValue(const json::value& value, std::optional<double>& out) {
  if (value.is_null()) return true;
  double number = 0.0;
  if (!FromValue(value, number)) return false;
  out = number;
  return true;
}

// Reads what `visit` is called with; `bad` becomes the name of the first member that is not right.
auto Reader(const json::object& object, std::string& bad) {
  return [&object, &bad](const char* name, auto& member) {
    const json::value* value = object.if_contains(name);
    if ((value == nullptr || !FromValue(*value, member)) && bad.empty()) bad = name;
  };
}

json::object RowObject(const BenchRow& row) {
  json::object object;
  VisitMembers(row, [&](const char* name, const auto& member) { object[name] = ToValue(member); });
  json::object settings;
  for (const auto& [name, value] : row.settings) settings[name] = value;
  object["settings"] = std::move(settings);
  return object;
}

Result<BenchRow> RowFromObject(const json::value& value) {
  if (!value.is_object()) return DataLoss("a result is no JSON object");
  BenchRow row;
  std::string bad;
  VisitMembers(row, Reader(value.as_object(), bad));
  if (!bad.empty()) return DataLoss("a result has no right '", bad, "'");
  if (const json::value* settings = value.as_object().if_contains("settings");
      settings != nullptr && settings->is_object()) {
    for (const auto& [name, each] : settings->as_object()) {
      if (each.is_string()) row.settings.emplace_back(name, each.as_string());
    }
  }
  return row;
}

std::string CpuName() {
  const Result<std::string> text = ReadFile("/proc/cpuinfo", 1 << 24);
  const size_t at = text.ok() ? text->find("model name") : std::string::npos;
  if (at == std::string::npos) return "unknown";
  const size_t begin = text->find(": ", at) + 2;
  return text->substr(begin, text->find('\n', begin) - begin);
}

}  // namespace

std::string BenchRow::Key() const {
  return Concat(model, ' ', backend, ' ', precision, ' ', threads, ' ', text, ' ', voice);
}

std::string BenchRow::Name() const {
  return Concat(model, ' ', backend, backend == "native" ? Concat(' ', precision) : "", ", ",
                threads, threads == 1 ? " thread, " : " threads, ", text, ", ", voice);
}

std::string ToJson(const BenchRow& row) { return json::serialize(RowObject(row)); }

std::string ToJson(const BenchReport& report) {
  json::object object;
  VisitHead(report, [&](const char* name, const auto& member) { object[name] = ToValue(member); });
  std::string rows;
  for (const BenchRow& row : report.rows) rows += (rows.empty() ? "\n" : ",\n") + ToJson(row);
  std::string head = json::serialize(object);
  head.pop_back();
  return Concat(head, ",\n\"results\":[", rows, "\n]}\n");
}

Result<BenchRow> ParseRow(std::string_view text) {
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error) return DataLoss("a result is no JSON: ", error.message());
  return RowFromObject(value);
}

Result<BenchReport> ReadReport(const std::string& path) {
  LITETTS_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxReportBytes));
  json::error_code error;
  const json::value value = json::parse(text, error);
  const json::value* results =
      !error && value.is_object() ? value.as_object().if_contains("results") : nullptr;
  if (results == nullptr || !results->is_array()) {
    return InvalidArgument("'", path, "' is no report of 'litetts bench --models ... --json FILE'");
  }
  BenchReport report;
  std::string bad;
  VisitHead(report, Reader(value.as_object(), bad));
  for (const json::value& each : results->as_array()) {
    Result<BenchRow> row = RowFromObject(each);
    if (!row.ok()) return InvalidArgument("'", path, "': ", row.status().message());
    report.rows.push_back(*std::move(row));
  }
  if (!bad.empty()) return InvalidArgument("'", path, "' has no right '", bad, "'");
  return report;
}

BenchReport NewReport() {
  BenchReport report;
  report.cpu = CpuName();
  report.num_cores = UsableCores();
  report.simd = kernels::SimdName();
  report.version = LITETTS_VERSION;
  report.build = BuildId();
  const std::time_t now = std::time(nullptr);
  std::tm utc = {};
  std::array<char, 32> text{};
  if (::gmtime_r(&now, &utc) != nullptr &&
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc) > 0) {
    report.when = text.data();
  }
  return report;
}

}  // namespace litetts::cli

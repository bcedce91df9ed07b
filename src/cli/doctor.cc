// `litetts doctor`: what of this machine decides how well it speaks, and whether the kernels count
// right on it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/command.h"
#include "cli/server_settings.h"
#include "kernels/self_check.h"
#include "kernels/simd.h"
#include "server/hardware.h"
#include "server/server.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;
using kernels::KernelCheck;
using server::Finding;

// One finding for each SIMD target, which names the kernels that are wrong.
std::vector<Finding> Summarise(const std::vector<KernelCheck>& checks) {
  std::vector<Finding> findings;
  for (size_t begin = 0; begin < checks.size();) {
    const std::string& target = checks[begin].target;
    const auto end = std::find_if(checks.begin() + static_cast<std::ptrdiff_t>(begin), checks.end(),
                                  [&](const KernelCheck& c) { return c.target != target; });
    const KernelCheck* nearest = &checks[begin];  // to its bound
    std::string wrong;
    size_t count = 0;
    for (; begin < static_cast<size_t>(end - checks.begin()); ++begin, ++count) {
      const KernelCheck& check = checks[begin];
      if (check.snr_db - check.least_db < nearest->snr_db - nearest->least_db) nearest = &check;
      if (!check.is_ok()) wrong += Concat(wrong.empty() ? "" : "; ", check.kernel);
    }
    const bool is_ok = wrong.empty();
    findings.push_back(
        {.name = Concat("kernels on ", target),
         .value = is_ok ? Concat(count, " agree with their definitions, the least exact, ",
                                 nearest->kernel, ", within ", std::lround(-nearest->snr_db), " dB")
                        : Concat("wrong: ", wrong),
         .is_ok = is_ok,
         .advice = is_ok ? ""
                         : "this processor or build computes wrong: cap it with LITETTS_SIMD, "
                           "avx2 or ssse3, and tell us"});
  }
  return findings;
}

std::string ReportText(const std::vector<Finding>& findings) {
  constexpr size_t kValueColumn = 30;
  std::string text;
  for (const Finding& finding : findings) {
    std::string line = Concat(finding.is_ok ? "ok    " : "warn  ", finding.name, ' ');
    line.resize(std::max(line.size(), kValueColumn), ' ');
    text += Concat(line, finding.value, '\n');
    if (!finding.is_ok) text += Concat(std::string(kValueColumn, ' '), finding.advice, '\n');
  }
  return text;
}

Status RunDoctor(const ServerSettings& settings, bool as_json) {
  LITETTS_ASSIGN_OR_RETURN(const server::ServerConfig config, settings.Load());
  std::vector<Finding> findings =
      server::ExamineHardware({.model_path = server::FilesOf(config).model,
                               .data_folder = HomeFolder(),
                               .simd_name = kernels::SimdName(),
                               .wants_lock = config.locks_memory});
  const std::vector<KernelCheck> checks = kernels::CheckKernels();
  for (Finding& finding : Summarise(checks)) findings.push_back(std::move(finding));
  if (!as_json) return Print(ReportText(findings));
  json::array rows;
  for (const KernelCheck& check : checks) {
    rows.push_back({{"kernel", check.kernel},
                    {"target", check.target},
                    {"snr_db", std::isfinite(check.snr_db) ? json::value(check.snr_db) : nullptr},
                    {"least_db", check.least_db},
                    {"ok", check.is_ok()}});
  }
  json::value report = json::parse(server::FindingsJson(findings));
  report.as_object()["kernels"] = std::move(rows);
  return Print(json::serialize(report) + "\n");
}

}  // namespace

void AddDoctorCommand(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<ServerSettings>();
  const auto as_json = std::make_shared<bool>(false);
  CLI::App* command =
      app.add_subcommand("doctor", "What of this machine decides how well it speaks");
  AddServerSettings(*command, *settings);
  command->add_flag("--json", *as_json, "As JSON");
  command->callback([settings, as_json, &action] {
    action = [settings, as_json] { return RunDoctor(*settings, *as_json); };
  });
}

}  // namespace litetts::cli

#include "cli/bench_cell.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "audio/spectral_distance.h"
#include "base/build_id.h"
#include "base/cpu.h"
#include "base/file.h"
#include "base/thread_pool.h"

extern char** environ;

namespace litetts::cli {
namespace {

constexpr size_t kCachedRuns = 20;
constexpr size_t kCacheBytes = size_t{256} << 20;

struct NamedText {
  std::string_view name;
  std::string_view text;
};

// About 2 s, a dozen words, 7 s, 25 s in one sentence, and 60 s of speech; bench/texts has the same
// for the peers.
constexpr std::array<NamedText, 5> kTexts = {{
#include "bench_texts.inc"
}};

// Energy counters of the processors' packages (RAPL), by name, in microjoules; empty where this
// process may not read them.
std::map<std::string, uint64_t> EnergyCounters() {
  std::map<std::string, uint64_t> counters;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/powercap", error)) {
    const std::string name = entry.path().filename().string();
    if (std::count(name.begin(), name.end(), ':') != 1) continue;  // parts of a package
    uint64_t microjoules = 0;
    if (std::ifstream(entry.path() / "energy_uj") >> microjoules) counters[name] = microjoules;
  }
  return counters;
}

// None where nothing can be read or a counter began anew.
std::optional<double> JoulesSince(const std::map<std::string, uint64_t>& before) {
  double joules = 0.0;
  const std::map<std::string, uint64_t> now = EnergyCounters();
  if (before.empty() || now.size() != before.size()) return std::nullopt;
  for (const auto& [name, count] : now) {
    const auto old = before.find(name);
    if (old == before.end() || old->second > count) return std::nullopt;
    joules += 1e-6 * static_cast<double>(count - old->second);
  }
  return joules;
}

Status Compare(const std::string& path, std::span<const float> samples, BenchRow& row) {
  LITETTS_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(path));
  const std::span<const float> want(reinterpret_cast<const float*>(file.bytes().data()),
                                    file.bytes().size() / sizeof(float));
  if (want.empty() || samples.empty()) return DataLoss("'", path, "' holds no samples");
  row.distance_db = audio::LogSpectralDistance(samples, want);
  row.reference_difference =
      (static_cast<double>(samples.size()) - static_cast<double>(want.size())) /
      model::kSampleRateHz;
  return OkStatus();
}

void SetWarm(const SpeakRuns& runs, BenchRow& row) {
  row.num_runs = runs.rtfs.size();
  const double audio_seconds = runs.audio_seconds * static_cast<double>(row.num_runs);
  row.audio_seconds = runs.audio_seconds;
  row.cpu_seconds = runs.cpu_seconds / audio_seconds;
  if (runs.joules) row.joules = *runs.joules / audio_seconds;
  row.rtf = Percentile(runs.rtfs, 0.5);
  row.rtf_least = *std::min_element(runs.rtfs.begin(), runs.rtfs.end());
  row.rtf_most = *std::max_element(runs.rtfs.begin(), runs.rtfs.end());
  row.first_audio_p50 = Percentile(runs.first_audio_seconds, 0.5);
  row.first_audio_p95 = Percentile(runs.first_audio_seconds, 0.95);
  row.first_audio_p99 = Percentile(runs.first_audio_seconds, 0.99);
}

Result<double> MeasureCached(const engine::Synthesizer& synthesizer, engine::SpeakRequest request,
                             const engine::WorkspaceSource& workspace, engine::AudioSink& sink) {
  engine::SegmentCache segments({.memory = {.max_bytes = kCacheBytes}});
  engine::TextCache texts({.max_bytes = kCacheBytes});
  request.segments = &segments;
  request.texts = &texts;
  std::vector<double> first_audio;
  for (size_t i = 0; i < kCachedRuns + 1; ++i) {
    LITETTS_ASSIGN_OR_RETURN(const engine::SpeakReport report,
                             synthesizer.Speak(request, workspace, sink));
    if (i == 0) continue;  // fills the caches
    if (report.num_cached_chunks != report.num_chunks) return Internal("a chunk was not cached");
    first_audio.push_back(report.first_audio_seconds);
  }
  return Percentile(first_audio, 0.5);
}

// What the child prints, and what it complains of.
struct ChildOutput {
  std::string out;
  std::string error;
  int status = 0;
};

std::string ReadAll(int descriptor) {
  std::string text;
  std::array<char, 4096> block;
  for (;;) {
    const ssize_t size = ::read(descriptor, block.data(), block.size());
    if (size > 0) text.append(block.data(), static_cast<size_t>(size));
    if (size == 0 || (size < 0 && errno != EINTR)) return text;
  }
}

Result<ChildOutput> RunChild(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array<int, 2> pipe{};
  // What goes wrong goes to a file: one pipe needs no poll().
  std::FILE* const complaints = std::tmpfile();
  if (complaints == nullptr || ::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return ResourceExhausted("cannot start a process: ", std::strerror(errno));
  }
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ::fileno(complaints), STDERR_FILENO);
  pid_t pid = 0;
  const int problem =
      ::posix_spawn(&pid, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  ChildOutput output;
  if (problem == 0) {
    output.out = ReadAll(pipe[0]);
    while (::waitpid(pid, &output.status, 0) < 0 && errno == EINTR) {
    }
    std::rewind(complaints);
    output.error = ReadAll(::fileno(complaints));
  }
  ::close(pipe[0]);
  std::fclose(complaints);
  if (problem != 0) return ResourceExhausted("cannot start a process: ", std::strerror(problem));
  return output;
}

std::vector<std::string> WordsOf(const BenchCell& cell) {
  const model::OnnxRuntimeOptions& onnx = cell.backend.onnx;
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  const bool is_onnx = cell.backend.kind == model::BackendKind::kOnnxRuntime;
  std::vector<std::string> words = {"litetts",
                                    "bench",
                                    "cell",
                                    "--name",
                                    cell.model_name,
                                    "--model",
                                    cell.files.model,
                                    "--backend",
                                    is_onnx ? "onnxruntime" : "native",
                                    "--precision",
                                    std::string(model::PrecisionName(cell.backend.precision)),
                                    "--threads",
                                    std::to_string(cell.threads),
                                    "--text",
                                    cell.text,
                                    "--voice",
                                    cell.voice,
                                    "--repeats",
                                    std::to_string(cell.repeats)};
  const auto add = [&](std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
  };
  add({"--voices-file", cell.files.voices, "--english-file", cell.files.english});
  if (cell.backend.copies_weights) add({"--copy-weights"});
  if (!cell.samples.empty()) add({"--samples", cell.samples});
  if (!cell.reference.empty()) add({"--reference", cell.reference});
  if (is_onnx) {
    add({"--onnx", Concat("library=", onnx.library)});
    add({"--onnx", Concat("graph_optimization=", onnx.graph_optimization)});
    add({"--onnx", Concat("execution_mode=", onnx.runs_in_parallel ? "parallel" : "sequential")});
    add({"--onnx", Concat("intra_op_threads=", onnx.intra_op_threads)});
    add({"--onnx", Concat("inter_op_threads=", onnx.inter_op_threads)});
    add({"--onnx", Concat("spinning=", flag(onnx.spins))});
    add({"--onnx", Concat("arena=", flag(onnx.has_arena))});
    add({"--onnx", Concat("memory_pattern=", flag(onnx.has_memory_pattern))});
    add({"--onnx", Concat("deterministic=", flag(onnx.is_deterministic))});
  }
  return words;
}

}  // namespace

std::string_view BenchTextOf(std::string_view name) {
  for (const NamedText& each : kTexts) {
    if (each.name == name) return each.text;
  }
  return {};
}

std::vector<std::string> BenchTextNames() {
  std::vector<std::string> names;
  for (const NamedText& each : kTexts) names.emplace_back(each.name);
  return names;
}

double Percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::max<size_t>(rank, 1) - 1];
}

Result<SpeakRuns> SpeakRepeatedly(const engine::Synthesizer& synthesizer,
                                  engine::SpeakRequest request, size_t num_runs,
                                  const engine::WorkspaceSource& workspace,
                                  engine::AudioSink& first_file) {
  SpeakRuns runs;
  engine::NullSink sink;
  model::LayerProfile* const profile = std::exchange(request.profile, nullptr);
  request.sound_soon = false;
  LITETTS_RETURN_IF_ERROR(synthesizer.Speak(request, workspace, first_file).status());
  request.sound_soon = true;
  for (size_t i = 0; i < num_runs; ++i) {
    LITETTS_ASSIGN_OR_RETURN(const engine::SpeakReport stream,
                             synthesizer.Speak(request, workspace, sink));
    runs.first_audio_seconds.push_back(stream.first_audio_seconds);
  }
  request.sound_soon = false;
  request.profile = profile;
  const double cpu_before = ProcessCpuSeconds();
  const std::map<std::string, uint64_t> energy_before = EnergyCounters();
  for (size_t i = 0; i < num_runs; ++i) {
    LITETTS_ASSIGN_OR_RETURN(const engine::SpeakReport file,
                             synthesizer.Speak(request, workspace, sink));
    runs.rtfs.push_back(file.rtf());
    runs.audio_seconds = file.audio_seconds();
  }
  runs.cpu_seconds = ProcessCpuSeconds() - cpu_before;
  runs.joules = JoulesSince(energy_before);
  return runs;
}

Result<BenchRow> MeasureCell(const BenchCell& cell) {
  BenchRow row;
  row.model = cell.model_name;
  row.threads = cell.threads;
  row.text = cell.text;
  row.voice = cell.voice;
  const double start = NowSeconds();
  LITETTS_ASSIGN_OR_RETURN(
      const engine::Synthesizer synthesizer,
      engine::Synthesizer::Load(cell.files, WithThreads(cell.backend, cell.threads)));
  row.load_seconds = NowSeconds() - start;
  const model::BackendInfo& backend = synthesizer.backend();
  row.backend = backend.name;
  row.backend_version = backend.version;
  row.precision = backend.precision;
  row.settings = backend.settings;

  engine::SpeakRequest request;
  request.text = BenchTextOf(cell.text);
  request.voice = cell.voice;
  model::Workspace workspace(cell.threads);
  const engine::WorkspaceSource source = [&]() -> model::Workspace& { return workspace; };
  engine::NullSink sink;
  LITETTS_ASSIGN_OR_RETURN(const engine::SpeakReport first,
                           synthesizer.Speak(request, source, sink));
  row.cold_rtf = first.rtf();
  row.cold_first_audio_seconds = row.load_seconds + first.first_audio_seconds;
  engine::CollectingSink file;
  LITETTS_ASSIGN_OR_RETURN(const SpeakRuns runs,
                           SpeakRepeatedly(synthesizer, request, cell.repeats, source, file));
  SetWarm(runs, row);
  row.peak_rss_bytes = PeakResidentBytes();
  LITETTS_ASSIGN_OR_RETURN(row.cached_first_audio_p50,
                           MeasureCached(synthesizer, request, source, sink));
  if (!cell.samples.empty()) {
    LITETTS_RETURN_IF_ERROR(WriteFile(cell.samples, std::as_bytes(std::span(file.samples()))));
  }
  if (!cell.reference.empty()) {
    LITETTS_RETURN_IF_ERROR(Compare(cell.reference, file.samples(), row));
  }
  return row;
}

BenchRow ProblemRow(const BenchCell& cell, std::string_view problem) {
  BenchRow row;
  row.model = cell.model_name;
  row.backend = cell.backend.kind == model::BackendKind::kNative ? "native" : "onnxruntime";
  row.precision = row.backend == "native" ? model::PrecisionName(cell.backend.precision) : "model";
  row.threads = cell.threads;
  row.text = cell.text;
  row.voice = cell.voice;
  row.problem = problem;
  return row;
}

std::string CellKey(const BenchCell& cell) {
  std::string key = BuildId();
  for (const std::string& word : WordsOf(cell)) key += ' ' + word;
  for (const std::string& path : {cell.files.model, cell.files.voices, cell.files.english}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    const auto time = std::filesystem::last_write_time(path, error);
    key += Concat(' ', size, ' ', time.time_since_epoch().count());
  }
  return key;
}

Result<BenchRow> MeasureInProcess(const BenchCell& cell) {
  LITETTS_ASSIGN_OR_RETURN(const ChildOutput child, RunChild(WordsOf(cell)));
  if (WIFEXITED(child.status) && WEXITSTATUS(child.status) == 0) return ParseRow(child.out);
  std::string problem = child.error.substr(0, child.error.find('\n'));
  if (problem.starts_with("litetts: ")) problem = problem.substr(9);
  if (WIFSIGNALED(child.status)) {
    if (WTERMSIG(child.status) == SIGINT) return Cancelled("interrupted");
    problem = Concat("ended by signal ", WTERMSIG(child.status));
  }
  return ProblemRow(cell, problem.empty() ? "ended without a word" : problem);
}

void AddCellCommand(CLI::App& bench, Action& action) {
  CLI::App* command = bench.add_subcommand("cell", "Measure one setting in this process");
  command->group("");  // not in --help: `bench --models` runs it
  const auto cell = std::make_shared<BenchCell>();
  command->add_option("--name", cell->model_name);
  command->add_option("--model", cell->files.model);
  command->add_option("--voices-file", cell->files.voices);
  command->add_option("--english-file", cell->files.english);
  command->add_flag("--copy-weights", cell->backend.copies_weights);
  AddBackend(*command, cell->backend);
  command->add_option("--threads", cell->threads)->check(CLI::Range(size_t{1}, kMaxThreads));
  command->add_option("--text", cell->text)->check(CLI::IsMember(BenchTextNames()));
  command->add_option("--voice", cell->voice);
  command->add_option("--repeats", cell->repeats)->check(CLI::Range(1, 1000));
  command->add_option("--samples", cell->samples);
  command->add_option("--reference", cell->reference);
  command->callback([cell, &action] {
    action = [cell]() -> Status {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody would read the row
      LITETTS_ASSIGN_OR_RETURN(const BenchRow row, MeasureCell(*cell));
      return Print(ToJson(row) + "\n");
    };
  });
}

}  // namespace litetts::cli

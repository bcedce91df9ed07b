#include "cli/command.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/file.h"
#include "model/onnx_runtime.h"
#include "text/lexicon_file.h"

namespace litetts::cli {

namespace {
constexpr size_t kMaxTextBytes = size_t{64} << 20;
}  // namespace

Result<std::string> TextSource::Read() const {
  if (!text.empty() && !file.empty()) return InvalidArgument("give TEXT or --file, not both");
  if (!file.empty()) return ReadFile(file, kMaxTextBytes);
  if (text == "-") return ReadFile("-", kMaxTextBytes);
  if (text.empty()) return InvalidArgument("no text: give TEXT, '-' for standard input, or --file");
  return text;
}

void AddBackend(CLI::App& command, model::BackendOptions& backend) {
  command
      .add_option_function<std::string>(
          "--precision",
          [&backend](const std::string& name) { backend.precision = *model::ParsePrecision(name); },
          "Arithmetic of the generator; auto: the fastest here that cannot be heard")
      ->check(CLI::IsMember({"auto", "f32", "bf16", "int8"}))
      ->default_str("auto");
  command
      .add_option_function<std::string>(
          "--backend",
          [&backend](const std::string& name) { backend.kind = *model::ParseBackend(name); },
          "What computes: native, or onnxruntime, whose model is an ONNX file")
      ->check(CLI::IsMember({"native", "onnxruntime"}))
      ->default_str("native");
  command
      .add_option_function<std::vector<std::string>>(
          "--onnx",
          [&backend](const std::vector<std::string>& settings) {
            for (const std::string& setting : settings) {
              const size_t equals = setting.find('=');
              const Status status =
                  equals == std::string::npos
                      ? InvalidArgument("--onnx takes NAME=VALUE, not '", setting, "'")
                      : model::SetOnnxRuntimeOption(setting.substr(0, equals),
                                                    setting.substr(equals + 1), backend.onnx);
              if (!status.ok()) throw CLI::ValidationError(status.message());
            }
          },
          "A setting of ONNX Runtime (docs/backends.md); may be repeated")
      ->type_name("NAME=VALUE");
}

model::BackendOptions WithThreads(model::BackendOptions backend, size_t threads) {
  if (backend.onnx.intra_op_threads == 0) {
    backend.onnx.intra_op_threads = static_cast<int>(threads);
  }
  return backend;
}

void AddTextSource(CLI::App& command, TextSource& source) {
  command.add_option("text", source.text, "The text; '-' reads standard input")->type_name("TEXT");
  command.add_option("--file", source.file, "Read the text from a file")->type_name("FILE");
}

void AddCleaning(CLI::App& command, text::CleaningOptions& cleaning, bool& markup) {
  const auto add = [&](const char* name, const char* help, bool& value, std::string no,
                       std::string yes) {
    command
        .add_option_function<std::string>(
            name, [&value, yes](const std::string& chosen) { value = chosen == yes; }, help)
        ->check(CLI::IsMember({no, yes}))
        ->default_str(value ? yes : no);
  };
  add("--emoji", "Leave emoji out, or say their names", cleaning.name_emoji, "skip", "say");
  add("--code", "Leave code blocks out silently, or say that there is one", cleaning.announce_code,
      "skip", "announce");
  add("--urls", "Addresses whole, or without https:// and www.", cleaning.shorten_urls, "full",
      "short");
  command.add_flag_callback(
      "--no-markup", [&markup] { markup = false; },
      "Read [pause:1s], spell(API) and the like as they stand");
}

void AddLexicon(CLI::App& command, std::string& path) {
  command
      .add_option("--lexicon", path,
                  "Your lexicon; default: lexicon.txt in the data folder, if it is there")
      ->type_name("FILE");
}

Result<std::vector<std::shared_ptr<const text::UserLexicon>>> LoadLexicons(
    const std::string& path) {
  const std::string used = path.empty() ? HomeFolder() + "/lexicon.txt" : path;
  const text::LexiconFile::State state = text::LexiconFile(used).Current();
  LITETTS_RETURN_IF_ERROR(state.problem);
  if (state.lexicon != nullptr) return std::vector{state.lexicon};
  if (!path.empty()) return NotFound("no lexicon '", path, "'");
  return std::vector<std::shared_ptr<const text::UserLexicon>>();
}

Status Print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return {StatusCode::kDataLoss,
            Concat("cannot write to standard output: ", std::strerror(errno))};
  }
  return OkStatus();
}

}  // namespace litetts::cli

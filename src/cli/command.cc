#include "cli/command.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/file.h"

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

void AddPrecision(CLI::App& command, model::Precision& precision) {
  command
      .add_option_function<std::string>(
          "--precision",
          [&precision](const std::string& name) { precision = *model::ParsePrecision(name); },
          "Arithmetic of the generator; auto: the fastest here that cannot be heard")
      ->check(CLI::IsMember({"auto", "f32", "bf16", "int8"}))
      ->default_str("auto");
}

void AddTextSource(CLI::App& command, TextSource& source) {
  command.add_option("text", source.text, "The text; '-' reads standard input")->type_name("TEXT");
  command.add_option("--file", source.file, "Read the text from a file")->type_name("FILE");
}

Status Print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return {StatusCode::kDataLoss,
            Concat("cannot write to standard output: ", std::strerror(errno))};
  }
  return OkStatus();
}

}  // namespace litetts::cli

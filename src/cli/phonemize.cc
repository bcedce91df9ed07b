#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "cli/command.h"
#include "engine/synthesizer.h"
#include "text/frontend.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

struct PhonemizeOptions {
  TextSource source;
  std::string lang = "en-us";
  std::string english;
  std::string lexicon;
  text::TextOptions text;
  bool as_json = false;
  bool explain = false;
};

std::string_view LocaleName(text::Locale locale) {
  return locale == text::Locale::kEnGb ? "en-gb" : "en-us";
}

std::string_view JointName(text::Joint joint) {
  switch (joint) {
    case text::Joint::kWord:
      return "word";
    case text::Joint::kClause:
      return "clause";
    case text::Joint::kSentence:
      return "sentence";
    case text::Joint::kParagraph:
      return "paragraph";
  }
  return "paragraph";
}

json::object ToJson(const text::Token& token) {
  return {{"text", token.text},
          {"kind", token.kind},
          {"spoken", token.spoken},
          {"tag", token.tag},
          {"phonemes", token.phonemes},
          {"whitespace", token.whitespace},
          {"begin", token.begin},
          {"end", token.end},
          {"source", text::SourceName(token.source)}};
}

json::object ToJson(const text::Chunk& chunk) {
  json::array tokens;
  for (const text::Token& token : chunk.tokens) tokens.push_back(ToJson(token));
  return {{"text", chunk.text},
          {"spoken", chunk.spoken},
          {"phonemes", chunk.phonemes},
          {"joint_after", JointName(chunk.joint_after)},
          {"pause_after_seconds", chunk.pause_after_seconds},
          {"ids", json::array(chunk.ids.begin(), chunk.ids.end())},
          {"tokens", std::move(tokens)}};
}

std::string ToJson(const text::Analysis& analysis) {
  json::array chunks;
  for (const text::Chunk& chunk : analysis.chunks) chunks.push_back(ToJson(chunk));
  return json::serialize(
      json::object{{"text", analysis.text},
                   {"clean", analysis.clean},
                   {"spoken", analysis.spoken},
                   {"phonemes", analysis.phonemes},
                   {"lang", LocaleName(analysis.locale)},
                   {"chunks", std::move(chunks)},
                   {"warnings", json::array(analysis.warnings.begin(), analysis.warnings.end())}});
}

// Code points: what a terminal shows side by side.
size_t Width(std::string_view utf8) {
  return static_cast<size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Lines of cells, each column as wide as its longest cell.
class Table {
 public:
  using Row = std::array<std::string, 8>;
  void Add(Row row) {
    for (size_t i = 0; i < row.size(); ++i) {
      std::ranges::replace(row[i], '\n', ' ');
      widths_[i] = std::max(widths_[i], Width(row[i]));
    }
    rows_.push_back(std::move(row));
  }
  std::string Text() const {
    std::string text;
    for (const Row& row : rows_) {
      std::string line;
      for (size_t i = 0; i < row.size(); ++i) {
        line += row[i];
        line.append(widths_[i] - Width(row[i]) + 2, ' ');
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  std::array<size_t, 8> widths_{};
  std::vector<Row> rows_;
};

// What is read, what is said, a line per token, and how the chunks end.
std::string Explain(const text::Analysis& analysis) {
  std::string out = Concat("cleaned: ", analysis.clean, "\nspoken: ", analysis.spoken, "\n\n");
  Table table;
  table.Add({"chunk", "bytes", "text", "kind", "spoken", "tag", "source", "phonemes"});
  std::string ends;
  for (size_t i = 0; i < analysis.chunks.size(); ++i) {
    const text::Chunk& chunk = analysis.chunks[i];
    for (const text::Token& token : chunk.tokens) {
      table.Add({std::to_string(i + 1), Concat(token.begin, "-", token.end), token.text, token.kind,
                 token.spoken, token.tag, std::string(text::SourceName(token.source)),
                 token.phonemes});
    }
    ends += Concat("chunk ", i + 1, ": ", chunk.ids.size(), " phonemes, then a ",
                   JointName(chunk.joint_after), " joint");
    if (chunk.pause_after_seconds > 0) ends += Concat(" and ", chunk.pause_after_seconds, " s");
    ends += "\n";
  }
  out += table.Text() + "\n" + ends;
  for (const std::string& warning : analysis.warnings) out += "warning: " + warning + "\n";
  return out;
}

Status Phonemize(const PhonemizeOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const std::string input, options.source.Read());
  const std::string data =
      options.english.empty() ? engine::SpeakerFiles::Default().english : options.english;
  LITETTS_ASSIGN_OR_RETURN(const text::Frontend frontend, text::Frontend::Load(data));
  text::TextOptions text_options = options.text;
  LITETTS_ASSIGN_OR_RETURN(text_options.lexicons, LoadLexicons(options.lexicon));
  text_options.locale = options.lang == "en-gb" ? text::Locale::kEnGb : text::Locale::kEnUs;
  LITETTS_ASSIGN_OR_RETURN(const text::Analysis analysis, frontend.Analyse(input, text_options));
  if (options.as_json) return Print(ToJson(analysis) + "\n");
  if (options.explain) return Print(Explain(analysis));
  for (const std::string& warning : analysis.warnings) {
    std::fprintf(stderr, "litetts: %s\n", warning.c_str());
  }
  return Print(analysis.phonemes + "\n");
}

}  // namespace

void AddPhonemizeCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("phonemize", "Show how a text is read");
  auto options = std::make_shared<PhonemizeOptions>();
  AddTextSource(*command, options->source);
  command->add_option("--lang", options->lang, "Accent: en-us or en-gb")
      ->check(CLI::IsMember({"en-us", "en-gb"}))
      ->capture_default_str();
  command->add_option("--english", options->english, "English data file")->type_name("FILE");
  AddLexicon(*command, options->lexicon);
  AddCleaning(*command, options->text.cleaning, options->text.markup);
  command->add_flag("!--whole", options->text.sound_soon,
                    "Chunks as for a file, not as for a stream, whose first are short");
  command->add_flag("--json", options->as_json, "Print one JSON object with every token");
  command->add_flag("--explain", options->explain, "Print a table of the tokens");
  command->callback([options, &action] { action = [options] { return Phonemize(*options); }; });
}

}  // namespace litetts::cli

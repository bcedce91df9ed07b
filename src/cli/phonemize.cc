#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>

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

// What is read, what is said, and a line per token: bytes, text, kind, spoken, tag, source,
// phonemes.
std::string Explain(const text::Analysis& analysis) {
  std::string out = Concat("cleaned: ", analysis.clean, "\nspoken: ", analysis.spoken, "\n\n");
  out += "bytes\ttext\tkind\tspoken\ttag\tsource\tphonemes\n";
  for (size_t i = 0; i < analysis.chunks.size(); ++i) {
    const text::Chunk& chunk = analysis.chunks[i];
    for (const text::Token& token : chunk.tokens) {
      out += Concat(token.begin, "-", token.end, "\t", token.text, "\t", token.kind, "\t",
                    token.spoken, "\t", token.tag, "\t", text::SourceName(token.source), "\t",
                    token.phonemes, "\n");
    }
    out += Concat("-- chunk ", i + 1, ": ", chunk.ids.size(), " phonemes, then a ",
                  JointName(chunk.joint_after), " joint");
    if (chunk.pause_after_seconds > 0) out += Concat(" and ", chunk.pause_after_seconds, " s");
    out += "\n";
  }
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
  command->add_flag("--json", options->as_json, "Print one JSON object with every token");
  command->add_flag("--explain", options->explain, "Print a table of the tokens");
  command->callback([options, &action] { action = [options] { return Phonemize(*options); }; });
}

}  // namespace litetts::cli

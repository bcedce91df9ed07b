#include "server/request_lexicon.h"

#include <string>
#include <utility>

#include "base/status.h"
#include "text/lexicon_rules.h"

namespace litetts::server {
namespace {

ApiError WrongLexicon(std::string_view code, std::string message) {
  return InvalidField("lexicon", code, std::move(message));
}

}  // namespace

std::optional<ApiError> ReadLexicon(
    const boost::json::object& body, std::shared_ptr<const text::UserLexicon> of_server,
    std::vector<std::shared_ptr<const text::UserLexicon>>& lexicons) {
  const boost::json::value* field = body.if_contains("lexicon");
  if (field != nullptr && !field->is_null()) {
    if (!field->is_object()) {
      return WrongLexicon("invalid_type", "'lexicon' must be an object of words and readings");
    }
    std::vector<text::LexiconRule> rules;
    size_t num_regexes = 0;
    for (const auto& [written, reading] : field->as_object()) {
      if (!reading.is_string()) {
        return WrongLexicon("invalid_type",
                            Concat("'lexicon': the reading of '",
                                   std::string_view(written).substr(0, 60), "' must be a string"));
      }
      Result<text::LexiconRule> rule = text::ParseLexiconRule(written, reading.as_string());
      if (!rule.ok())
        return WrongLexicon("invalid_value", Concat("'lexicon': ", rule.status().message()));
      num_regexes += rule->is_regex ? 1 : 0;
      rules.push_back(std::move(*rule));
    }
    if (num_regexes > kMaxRequestRegexes) {
      return WrongLexicon("invalid_value",
                          Concat("'lexicon' has ", num_regexes,
                                 " regular expressions; the limit is ", kMaxRequestRegexes));
    }
    Result<text::UserLexicon> lexicon = text::UserLexicon::Create(std::move(rules));
    if (!lexicon.ok()) {
      return WrongLexicon("invalid_value", Concat("'lexicon': ", lexicon.status().message()));
    }
    if (lexicon->size() > 0) {
      lexicons.push_back(std::make_shared<const text::UserLexicon>(std::move(*lexicon)));
    }
  }
  if (of_server != nullptr) lexicons.push_back(std::move(of_server));
  return std::nullopt;
}

}  // namespace litetts::server

#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "server/api_error.h"
#include "text/user_lexicon.h"

namespace litetts::server {

// Regular expressions cost memory while they run, and a request's lexicon lives as long as it.
inline constexpr size_t kMaxRequestRegexes = 32;

// Appends to `lexicons` what the field "lexicon" says, {"word (options)": "reading"} with the two
// sides of a line of docs/formats/lexicon.md, and then the server's own, where there is one.
std::optional<ApiError> ReadLexicon(
    const boost::json::object& body, std::shared_ptr<const text::UserLexicon> of_server,
    std::vector<std::shared_ptr<const text::UserLexicon>>& lexicons);

}  // namespace litetts::server

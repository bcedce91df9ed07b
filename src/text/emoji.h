#pragma once

#include <string>
#include <string_view>

namespace litetts::text {

// The names of the emoji in `pictures`, one after the other: "grinning face". "emoji" where the
// name is not known, nothing for signs that only combine others.
std::string EmojiNames(std::string_view pictures);

}  // namespace litetts::text

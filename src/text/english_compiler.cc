#include "text/english_compiler.h"

#include "text/english_tensors.h"

namespace litetts::text {

Status CompileEnglishData(const EnglishSources& sources, const std::string& path) {
  EnglishTensors tensors;
  const std::string lexicons[4] = {sources.us_gold, sources.us_silver, sources.gb_gold,
                                   sources.gb_silver};
  LITETTS_RETURN_IF_ERROR(AddLexicons(lexicons, tensors));
  LITETTS_RETURN_IF_ERROR(AddTagger(sources.tagger_folder, tensors));
  return model::WriteTensorFile(path, tensors.tensors(),
                                {{"format", "litetts-english"}, {"format_version", "1"}});
}

}  // namespace litetts::text

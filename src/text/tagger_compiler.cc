#include <algorithm>
#include <cstring>
#include <map>
#include <string>

#include "text/english_tensors.h"
#include "text/hash.h"
#include "text/msgpack.h"
#include "text/tag.h"
#include "text/tagger.h"
#include "text/tagger_symbols.h"

namespace litetts::text {
namespace {

constexpr size_t kMaxBytes = 64 << 20;
constexpr size_t kPieces = 3;
constexpr uint64_t kOrth = 65, kNorm = 67;  // attribute numbers in the tokenizer's table

Status Damaged(const std::string& path, std::string_view what) {
  return {StatusCode::kDataLoss, Concat("tagger file '", path, "': ", what)};
}

Result<MsgpackValue> ReadMsgpack(const std::string& path) {
  LITETTS_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path, kMaxBytes));
  auto value = ParseMsgpack(bytes);
  if (!value.ok()) return Damaged(path, value.status().message());
  return value;
}

uint64_t StringId(std::string_view s) {
  static const std::map<std::string_view, uint64_t> kSymbols = [] {
    std::map<std::string_view, uint64_t> symbols;
    for (const TaggerSymbol& symbol : kTaggerSymbols) symbols.emplace(symbol.name, symbol.id);
    return symbols;
  }();
  const auto found = kSymbols.find(s);
  return found != kSymbols.end() ? found->second : HashString(s);
}

// The parameters of a thinc model file, one after the other in the order of its nodes.
class ModelFile {
 public:
  static Result<ModelFile> Read(const std::string& path) {
    ModelFile file(path);
    LITETTS_ASSIGN_OR_RETURN(file.root_, ReadMsgpack(path));
    const MsgpackValue* nodes = file.root_.Find("nodes");
    const MsgpackValue* params = file.root_.Find("params");
    if (nodes == nullptr || params == nullptr || nodes->AsArray() == nullptr ||
        params->AsArray() == nullptr || nodes->AsArray()->size() != params->AsArray()->size()) {
      return Damaged(path, "no nodes and params of one length");
    }
    return file;
  }

  // The named parameter of the `index`th node of that name.
  Result<std::vector<float>> Parameter(std::string_view node_name, size_t index,
                                       std::string_view parameter, size_t size) const {
    const MsgpackValue::Array& nodes = *root_.Find("nodes")->AsArray();
    const MsgpackValue::Array& params = *root_.Find("params")->AsArray();
    const std::string what = Concat(node_name, " ", index, " ", parameter);
    for (size_t i = 0; i < nodes.size(); ++i) {
      const MsgpackValue* name = nodes[i].Find("name");
      if (name == nullptr || name->AsString() == nullptr || *name->AsString() != node_name)
        continue;
      if (index-- > 0) continue;
      const MsgpackValue* array = params[i].Find(parameter);
      const MsgpackValue* type = array != nullptr ? array->Find("type") : nullptr;
      const MsgpackValue* data = array != nullptr ? array->Find("data") : nullptr;
      if (type == nullptr || data == nullptr || type->AsString() == nullptr ||
          *type->AsString() != "<f4" || data->AsString() == nullptr ||
          data->AsString()->size() != size * sizeof(float)) {
        return Damaged(path_, Concat(what, " is not ", size, " floats"));
      }
      std::vector<float> values(size);
      std::memcpy(values.data(), data->AsString()->data(), size * sizeof(float));
      return values;
    }
    return Damaged(path_, Concat("no ", what));
  }

 private:
  explicit ModelFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
  MsgpackValue root_;
};

// [outputs, pieces, inputs] to [inputs, pieces * outputs].
std::vector<float> TransposeMaxout(const std::vector<float>& weight, size_t num_inputs) {
  constexpr size_t kWidth = Tagger::kWidth;
  std::vector<float> out(weight.size());
  for (size_t o = 0; o < kWidth; ++o) {
    for (size_t p = 0; p < kPieces; ++p) {
      for (size_t i = 0; i < num_inputs; ++i) {
        out[i * kWidth * kPieces + p * kWidth + o] = weight[(o * kPieces + p) * num_inputs + i];
      }
    }
  }
  return out;
}

Status AddBlock(const ModelFile& file, size_t index, size_t num_inputs, const std::string& name,
                EnglishTensors& tensors) {
  constexpr size_t kWidth = Tagger::kWidth;
  LITETTS_ASSIGN_OR_RETURN(const auto weight,
                           file.Parameter("maxout", index, "W", kWidth * kPieces * num_inputs));
  LITETTS_ASSIGN_OR_RETURN(const auto bias, file.Parameter("maxout", index, "b", kWidth * kPieces));
  LITETTS_ASSIGN_OR_RETURN(const auto gain, file.Parameter("layernorm", index, "G", kWidth));
  LITETTS_ASSIGN_OR_RETURN(const auto offset, file.Parameter("layernorm", index, "b", kWidth));
  tensors.Add(name + ".weight", {num_inputs, kWidth * kPieces},
              TransposeMaxout(weight, num_inputs));
  tensors.Add(name + ".bias", TransposeMaxout(bias, 1));
  tensors.Add(name + ".gain", gain);
  tensors.Add(name + ".offset", offset);
  return OkStatus();
}

Status AddNetwork(const std::string& folder, EnglishTensors& tensors) {
  constexpr size_t kWidth = Tagger::kWidth;
  constexpr size_t kRows[] = {5000, 1000, 2500, 2500, 50, 50};
  LITETTS_ASSIGN_OR_RETURN(const ModelFile encoder, ModelFile::Read(folder + "/tok2vec/model"));
  for (size_t i = 0; i < std::size(kRows); ++i) {
    LITETTS_ASSIGN_OR_RETURN(const auto rows,
                             encoder.Parameter("hashembed", i, "E", kRows[i] * kWidth));
    tensors.Add(Concat("tagger.embedding.", i), {kRows[i], kWidth}, rows);
  }
  LITETTS_RETURN_IF_ERROR(AddBlock(encoder, 0, std::size(kRows) * kWidth, "tagger.mix", tensors));
  for (size_t i = 0; i < 4; ++i) {
    LITETTS_RETURN_IF_ERROR(
        AddBlock(encoder, i + 1, 3 * kWidth, Concat("tagger.layer.", i), tensors));
  }
  LITETTS_ASSIGN_OR_RETURN(const ModelFile output, ModelFile::Read(folder + "/tagger/model"));
  LITETTS_ASSIGN_OR_RETURN(const auto weight,
                           output.Parameter("softmax", 0, "W", kNumTags * kWidth));
  LITETTS_ASSIGN_OR_RETURN(const auto bias, output.Parameter("softmax", 0, "b", kNumTags));
  std::vector<float> transposed(weight.size());
  for (size_t tag = 0; tag < kNumTags; ++tag) {
    for (size_t i = 0; i < kWidth; ++i) transposed[i * kNumTags + tag] = weight[tag * kWidth + i];
  }
  tensors.Add("tagger.output.weight", {kWidth, kNumTags}, transposed);
  tensors.Add("tagger.output.bias", bias);
  return OkStatus();
}

void AddMap(const std::string& name, const std::map<uint64_t, uint64_t>& map,
            EnglishTensors& tensors) {
  std::vector<int64_t> keys, values;
  for (const auto& [key, value] : map) {
    keys.push_back(static_cast<int64_t>(key));
    values.push_back(static_cast<int64_t>(value));
  }
  tensors.Add(name + "_keys", keys);
  tensors.Add(name + "_values", values);
}

// Punctuation with one normal form (spaCy's BASE_NORMS).
constexpr std::pair<std::string_view, std::string_view> kBaseNorms[] = {
    {"'s", "'s"},  {"'S", "'s"}, {"’s", "'s"}, {"’S", "'s"}, {"’", "'"},   {"‘", "'"},
    {"´", "'"},    {"`", "'"},   {"”", "\""},  {"“", "\""},  {"''", "\""}, {"``", "\""},
    {"´´", "\""},  {"„", "\""},  {"»", "\""},  {"«", "\""},  {"‘‘", "\""}, {"’’", "\""},
    {"？", "?"},   {"！", "!"},  {"，", ","},  {"；", ";"},  {"：", ":"},  {"。", "."},
    {"।", "."},    {"…", "..."}, {"—", "-"},   {"–", "-"},   {"--", "-"},  {"---", "-"},
    {"——", "-"},   {"€", "$"},   {"£", "$"},   {"¥", "$"},   {"฿", "$"},   {"US$", "$"},
    {"C$", "$"},   {"A$", "$"},  {"₺", "$"},   {"₹", "$"},   {"৳", "$"},   {"₩", "$"},
    {"Mex$", "$"}, {"₣", "$"},   {"E£", "$"}};

Status AddNorms(const std::string& folder, EnglishTensors& tensors) {
  const std::string path = folder + "/vocab/lookups.bin";
  LITETTS_ASSIGN_OR_RETURN(const MsgpackValue lookups, ReadMsgpack(path));
  const MsgpackValue* table = lookups.Find("lexeme_norm");
  if (table == nullptr || table->AsMap() == nullptr) return Damaged(path, "no lexeme_norm");
  std::map<uint64_t, uint64_t> norms;
  for (const auto& [key, value] : *table->AsMap()) {
    const auto* word = std::get_if<uint64_t>(&key.value);
    if (word == nullptr || value.AsString() == nullptr)
      return Damaged(path, "lexeme_norm is not hash to text");
    norms.emplace(*word, StringId(*value.AsString()));
  }
  for (const auto& [word, norm] : kBaseNorms) norms.emplace(StringId(word), StringId(norm));
  AddMap("tagger.norm", norms, tensors);
  std::map<uint64_t, uint64_t> symbols;
  for (const TaggerSymbol& symbol : kTaggerSymbols)
    symbols.emplace(HashString(symbol.name), symbol.id);
  AddMap("tagger.symbol", symbols, tensors);
  return OkStatus();
}

// The tokenizer's table of contractions and abbreviations, in the layout that Tokenizer::Create()
// reads.
Status AddSpecials(const std::string& folder, EnglishTensors& tensors) {
  const std::string path = folder + "/tokenizer";
  LITETTS_ASSIGN_OR_RETURN(const MsgpackValue tokenizer, ReadMsgpack(path));
  const MsgpackValue* exceptions = tokenizer.Find("exceptions");
  if (exceptions == nullptr || exceptions->AsMap() == nullptr)
    return Damaged(path, "no exceptions");
  std::vector<uint8_t> out;
  for (const auto& [key, pieces] : *exceptions->AsMap()) {
    const std::string* text = key.AsString();
    const MsgpackValue::Array* array = pieces.AsArray();
    if (text == nullptr || array == nullptr || array->empty() || text->empty() ||
        text->size() > 255) {
      return Damaged(path, "an exception is not text to pieces");
    }
    out.push_back(static_cast<uint8_t>(text->size()));
    out.insert(out.end(), text->begin(), text->end());
    out.push_back(static_cast<uint8_t>(array->size()));
    std::string joined;
    for (const MsgpackValue& piece : *array) {
      const MsgpackValue* orth = piece.Find(kOrth);
      const MsgpackValue* norm = piece.Find(kNorm);
      if (orth == nullptr || orth->AsString() == nullptr ||
          (norm != nullptr && norm->AsString() == nullptr)) {
        return Damaged(path, Concat("exception '", *text, "' has a piece without text"));
      }
      joined += *orth->AsString();
      const uint64_t id = norm != nullptr ? StringId(*norm->AsString()) : 0;
      out.push_back(static_cast<uint8_t>(orth->AsString()->size()));
      for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<uint8_t>(id >> shift));
    }
    if (joined != *text)
      return Damaged(path, Concat("exception '", *text, "' is not its pieces joined"));
  }
  tensors.Add("tokenizer.specials", out);
  return OkStatus();
}

}  // namespace

Status AddTagger(const std::string& folder, EnglishTensors& tensors) {
  LITETTS_RETURN_IF_ERROR(AddNetwork(folder, tensors));
  LITETTS_RETURN_IF_ERROR(AddNorms(folder, tensors));
  return AddSpecials(folder, tensors);
}

}  // namespace litetts::text

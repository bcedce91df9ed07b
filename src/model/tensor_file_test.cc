#include "model/tensor_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "base/aligned.h"

namespace litetts::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string TestPath(const std::string& name) { return ::testing::TempDir() + "/" + name; }

template <typename T>
Tensor MakeTensor(std::string name, std::vector<size_t> shape, const std::vector<T>& values) {
  return {std::move(name), DataTypeOf<T>::kValue, std::move(shape),
          std::as_bytes(std::span(values))};
}

// A file's bytes in aligned memory of exactly their size, so that a sanitizer sees a read past the
// end.
AlignedBuffer<std::byte> Aligned(std::string_view bytes) {
  AlignedBuffer<std::byte> buffer(bytes.size());
  if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return buffer;
}

std::string WithHeader(std::string header, std::string_view data) {
  header.resize(RoundUp(8 + header.size(), kAlignment) - 8, ' ');
  const uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), 8) + header + std::string(data);
}

std::string SmallFile() {
  const std::string path = TestPath("small.safetensors");
  const std::vector<float> a = {1.0f, -2.5f, 3.0f};
  const std::vector<int8_t> b = {-128, 0, 127, 1, 2, 3};
  const std::vector<int64_t> c = {1LL << 40};
  EXPECT_TRUE(WriteTensorFile(path,
                              std::vector{MakeTensor("b", {2, 3}, b), MakeTensor("a", {3}, a),
                                          MakeTensor("c", {}, c),
                                          MakeTensor("none", {0, 4}, std::vector<float>{})},
                              {{"format", "test"}, {"note", "quote \" and ü"}})
                  .ok());
  return *ReadFile(path, 1 << 20);
}

TEST(TensorFileTest, ReadsBackWhatWasWritten) {
  SmallFile();
  const Result<TensorFile> file = TensorFile::Open(TestPath("small.safetensors"));
  ASSERT_TRUE(file.ok()) << file.status().ToString();
  ASSERT_EQ(file.value().tensors().size(), 4u);
  EXPECT_THAT(*file.value().Get<float>("a", {3}), ElementsAre(1.0f, -2.5f, 3.0f));
  EXPECT_THAT(*file.value().Get<int8_t>("b", {2, 3}), ElementsAre(-128, 0, 127, 1, 2, 3));
  EXPECT_THAT(*file.value().Get<int64_t>("c", {}), ElementsAre(1LL << 40));
  EXPECT_TRUE((*file.value().Get<float>("none", {0, 4})).empty());
  EXPECT_EQ(file.value().Metadata("format"), "test");
  EXPECT_EQ(file.value().Metadata("note"), "quote \" and ü");
  EXPECT_EQ(file.value().Metadata("other"), "");
  EXPECT_EQ(file.value().Find("d"), nullptr);
  for (const Tensor& tensor : file.value().tensors()) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.bytes.data()) % kAlignment, 0u) << tensor.name;
  }
}

TEST(TensorFileTest, TheSameTensorsGiveTheSameBytes) { EXPECT_EQ(SmallFile(), SmallFile()); }

TEST(TensorFileTest, GetNamesTheTensorAndBothShapes) {
  const std::string bytes = SmallFile();
  const AlignedBuffer<std::byte> buffer = Aligned(bytes);
  const Result<TensorFile> file = TensorFile::Parse(buffer.span());
  ASSERT_TRUE(file.ok());
  EXPECT_THAT(file.value().Get<float>("x", {3}).status().message(), HasSubstr("'x' is missing"));
  EXPECT_THAT(file.value().Get<float>("a", {4}).status().message(),
              HasSubstr("'a' is F32[3], not F32[4]"));
  EXPECT_THAT(file.value().Get<int8_t>("a", {3}).status().message(), HasSubstr("not I8[3]"));
  EXPECT_EQ(file.value().Get<float>("a", {4}).status().code(), StatusCode::kDataLoss);
}

TEST(TensorFileTest, EveryTruncationIsAnError) {
  const std::string bytes = SmallFile();
  for (size_t size = 0; size < bytes.size(); ++size) {
    const AlignedBuffer<std::byte> buffer = Aligned(std::string_view(bytes).substr(0, size));
    const Result<TensorFile> file = TensorFile::Parse(buffer.span());
    ASSERT_FALSE(file.ok()) << size;
    EXPECT_EQ(file.status().code(), StatusCode::kDataLoss);
    EXPECT_FALSE(file.status().message().empty());
  }
}

TEST(TensorFileTest, NoDamagedByteBreaksTheReader) {
  const std::string bytes = SmallFile();
  for (size_t offset = 0; offset < bytes.size(); ++offset) {
    for (const char value : std::string_view("\0\1\x7F\x80\xFF\"{9-", 9)) {
      std::string damaged = bytes;
      damaged[offset] = value;
      const AlignedBuffer<std::byte> buffer = Aligned(damaged);
      const Result<TensorFile> file = TensorFile::Parse(buffer.span());
      if (!file.ok()) continue;  // damage in a name, in metadata or in data can go unseen
      for (const Tensor& tensor : file.value().tensors()) {
        EXPECT_LE(tensor.bytes.data() + tensor.bytes.size(), buffer.data() + buffer.size());
      }
    }
  }
}

struct BadFile {
  std::string header;
  std::string data;
  std::string message;
};

TEST(TensorFileTest, NamesWhatIsWrong) {
  const std::string four(4, '\0');
  const BadFile cases[] = {
      {"[]", "", "offset 8: the header is not a JSON object"},
      {"{", "", "the header is not JSON"},
      {R"({"__metadata__":3})", "", "'__metadata__' is not an object"},
      {R"({"__metadata__":{"a":3}})", "", "metadata 'a' is not a string"},
      {R"({"t":3})", "", "tensor 't': its header entry"},
      {R"({"t":{"shape":[1],"data_offsets":[0,4]}})", four, "tensor 't': no type"},
      {R"({"t":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}})", four,
       "type 'F64' is not supported"},
      {R"({"t":{"dtype":"F32","data_offsets":[0,4]}})", four, "tensor 't': no shape"},
      {R"({"t":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})", four,
       "at most 8"},
      {R"({"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", four, "not a whole number"},
      {R"({"t":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}})", four, "not a whole number"},
      {R"({"t":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}})", four, "not a whole number"},
      {R"({"t":{"dtype":"F32","shape":[1]}})", four, "no pair of data offsets"},
      {R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,5]}})", four, "no pair"},
      {R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", four, "bytes 4 to 0"},
      {R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", four, "truncated"},
      {R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551615]}})", four,
       "truncated"},
      {R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", four,
       "[2] of F32 does not fill its 4 bytes"},
      {R"({"t":{"dtype":"F32","shape":[4294967296,4294967297],"data_offsets":[0,4]}})", four,
       "does not fill"},
      {R"({"t":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}})", four,
       "does not fill"},
      {R"({"t":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}})", four,
       "2 bytes belong to no tensor"},
      {R"({"t":{"dtype":"I8","shape":[2],"data_offsets":[2,4]}})", four, "leaves a hole"},
      {R"({"t":{"dtype":"I8","shape":[4],"data_offsets":[0,4]},"u":{"dtype":"I8","shape":[3],"data_offsets":[1,4]}})",
       four, "tensor 'u' at offset "},
      {R"({"t":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"u":{"dtype":"I8","shape":[2],"data_offsets":[2,4]}})",
       four, "not aligned to 64"},
  };
  for (const BadFile& bad : cases) {
    const AlignedBuffer<std::byte> buffer = Aligned(WithHeader(bad.header, bad.data));
    const Result<TensorFile> file = TensorFile::Parse(buffer.span());
    ASSERT_FALSE(file.ok()) << bad.header;
    EXPECT_EQ(file.status().code(), StatusCode::kDataLoss) << bad.header;
    EXPECT_THAT(file.status().message(), HasSubstr(bad.message)) << bad.header;
  }
}

TEST(TensorFileTest, DeepNestingIsAnError) {
  const AlignedBuffer<std::byte> buffer = Aligned(WithHeader(std::string(100000, '['), ""));
  EXPECT_FALSE(TensorFile::Parse(buffer.span()).ok());
}

TEST(TensorFileTest, OpenNamesTheFile) {
  EXPECT_EQ(TensorFile::Open(TestPath("absent")).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(TensorFile::Open(::testing::TempDir()).status().code(), StatusCode::kInvalidArgument);
  const std::string path = TestPath("empty.safetensors");
  Result<AtomicFile> file = AtomicFile::Create(path);
  ASSERT_TRUE(file.ok() && file->Commit().ok());
  EXPECT_THAT(TensorFile::Open(path).status().message(), HasSubstr(path));
}

TEST(TensorFileTest, RefusesToWriteNonsense) {
  const std::string path = TestPath("nonsense.safetensors");
  const std::vector<float> one = {1.0f};
  const std::vector repeated = {MakeTensor("a", {1}, one), MakeTensor("a", {1}, one)};
  EXPECT_EQ(WriteTensorFile(path, repeated, {}).code(), StatusCode::kInvalidArgument);
  const std::vector reserved = {MakeTensor("__metadata__", {1}, one)};
  EXPECT_EQ(WriteTensorFile(path, reserved, {}).code(), StatusCode::kInvalidArgument);
  const std::vector wrong = {MakeTensor("a", {2}, one)};
  EXPECT_EQ(WriteTensorFile(path, wrong, {}).code(), StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace litetts::model

#include "model/voice_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <limits>

#include "base/file.h"
#include "model/npy.h"
#include "model/voice.h"
#include "model/zip.h"

namespace litetts::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr size_t kPackSize = kStyleRows * kStyleColumns;

std::string Bytes(const std::vector<float>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

std::span<const std::byte> AsBytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string Npy(std::string_view shape, std::string_view data, std::string_view type = "<f4",
                std::string_view order = "False") {
  const std::string header =
      Concat("{'descr': '", type, "', 'fortran_order': ", order, ", 'shape': ", shape, ", }\n");
  const auto size = static_cast<uint16_t>(header.size());
  return Concat(std::string_view("\x93NUMPY\x01\0", 8),
                std::string(reinterpret_cast<const char*>(&size), 2), header, data);
}

std::string Deflate(const std::string& data) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

template <typename... Fields>
std::string Pack(Fields... fields) {
  std::string out;
  (out.append(reinterpret_cast<const char*>(&fields), sizeof(fields)), ...);
  return out;
}

// An archive of one file.
std::string Zip(const std::string& name, const std::string& data, bool is_deflated) {
  const std::string body = is_deflated ? Deflate(data) : data;
  const auto crc = static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
  const uint16_t zero = 0;
  const uint16_t method = is_deflated ? 8 : 0;
  const uint16_t version = 20;
  const auto name_size = static_cast<uint16_t>(name.size());
  const auto body_size = static_cast<uint32_t>(body.size());
  const auto data_size = static_cast<uint32_t>(data.size());
  const std::string local = Pack(uint32_t{0x04034B50}, version, zero, method, zero, zero, crc,
                                 body_size, data_size, name_size, zero) +
                            name + body;
  const std::string central =
      Pack(uint32_t{0x02014B50}, version, version, zero, method, zero, zero, crc, body_size,
           data_size, name_size, zero, zero, zero, zero, uint32_t{0}, uint32_t{0}) +
      name;
  const uint16_t one = 1;
  return local + central +
         Pack(uint32_t{0x06054B50}, zero, zero, one, one, static_cast<uint32_t>(central.size()),
              static_cast<uint32_t>(local.size()), zero);
}

TEST(NpyTest, ReadsWhatNumPyWrites) {
  const Result<NpyArray> array = ParseNpy(AsBytes(Npy("(2, 1, 2)", Bytes({1, 2, 3, -4}))));
  ASSERT_TRUE(array.ok()) << array.status().ToString();
  EXPECT_THAT(array.value().shape, ElementsAre(2, 1, 2));
  EXPECT_THAT(array.value().values, ElementsAre(1, 2, 3, -4));
  EXPECT_THAT(ParseNpy(AsBytes(Npy("(1,)", Bytes({5})))).value().values, ElementsAre(5));
  EXPECT_THAT(ParseNpy(AsBytes(Npy("()", Bytes({5})))).value().values, ElementsAre(5));
}

TEST(NpyTest, SaysWhatIsWrong) {
  const std::string four = Bytes({1});
  const auto message = [](const std::string& file) {
    return ParseNpy(AsBytes(file)).status().message();
  };
  EXPECT_THAT(message("hello"), HasSubstr("not a npy file"));
  EXPECT_THAT(message(Npy("(1,)", four, "<f8")), HasSubstr("little-endian float32"));
  EXPECT_THAT(message(Npy("(1,)", four, ">f4")), HasSubstr("little-endian float32"));
  EXPECT_THAT(message(Npy("(1,)", four, "<f4", "True")), HasSubstr("Fortran"));
  EXPECT_THAT(message(Npy("(2,)", four)), HasSubstr("needs 8 bytes, there are 4"));
  EXPECT_THAT(message(Npy("(4611686018427387905,)", four)), HasSubstr("too large"));
  EXPECT_THAT(message(Npy("(99999999999999999999,)", four)), HasSubstr("cannot be read"));
  EXPECT_THAT(message(Npy("[1]", four)), HasSubstr("not a tuple"));
  EXPECT_THAT(message(Npy("(1", four)), HasSubstr("cannot be read"));
}

TEST(NpyTest, EveryTruncationAndDamagedByteIsHarmless) {
  const std::string npy = Npy("(2, 2)", Bytes({1, 2, 3, 4}));
  const std::string zip = Zip("a.npy", npy, true);
  for (size_t size = 0; size < npy.size(); ++size)
    EXPECT_FALSE(ParseNpy(AsBytes(npy).first(size)).ok()) << size;
  for (size_t size = 0; size < zip.size(); ++size) {
    EXPECT_FALSE(ParseNpz(AsBytes(zip).first(size), 1000).ok()) << size;
  }
  for (size_t offset = 0; offset < zip.size(); ++offset) {
    for (const char value : std::string_view("\0\1\x7F\x80\xFF", 5)) {
      std::string damaged = zip;
      damaged[offset] = value;
      const auto arrays = ParseNpz(AsBytes(damaged), 1000);
      if (arrays.ok()) {
        EXPECT_LE(arrays.value().size(), 1u);
      }
    }
  }
}

TEST(NpzTest, ReadsStoredAndDeflated) {
  const std::string npy = Npy("(3,)", Bytes({1, 2, 3}));
  for (const bool is_deflated : {false, true}) {
    const auto arrays = ParseNpz(AsBytes(Zip("af_x.npy", npy, is_deflated)), 1000);
    ASSERT_TRUE(arrays.ok()) << arrays.status().ToString();
    ASSERT_EQ(arrays.value().size(), 1u);
    EXPECT_EQ(arrays.value()[0].first, "af_x");
    EXPECT_THAT(arrays.value()[0].second.values, ElementsAre(1, 2, 3));
  }
}

TEST(NpzTest, RefusesABomb) {
  const std::string zip = Zip("a.npy", std::string(10'000'000, 'x'), true);
  EXPECT_EQ(ParseNpz(AsBytes(zip), 1000).status().code(), StatusCode::kResourceExhausted);
}

class VoiceImportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/voice_import";
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
  }
  std::string Write(const std::string& name, const std::string& bytes) {
    const std::string path = folder_ + "/" + name;
    Result<AtomicFile> file = AtomicFile::Create(path);
    EXPECT_TRUE(file.ok() && file->Write(bytes).ok() && file->Commit().ok());
    return path;
  }
  Result<VoiceImportReport> Import(const std::vector<std::string>& sources) {
    return ImportVoices(sources, destination_);
  }
  std::string folder_;
  std::string destination_ = ::testing::TempDir() + "/imported.safetensors";
};

TEST_F(VoiceImportTest, JoinsAllKindsExactly) {
  std::vector<float> values(kPackSize);
  for (size_t i = 0; i < values.size(); ++i) values[i] = 1.0f / static_cast<float>(i + 1);
  Write("af_raw.bin", Bytes(values));
  Write("bf_array.npy", Npy("(510, 1, 256)", Bytes(values)));
  Write("more.npz", Zip("am_zip.npy", Npy("(510, 1, 256)", Bytes(values)), false));
  Write("README.md", "not a voice");
  const Result<VoiceImportReport> report = Import({folder_});
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_THAT(report.value().names, ElementsAre("af_raw", "am_zip", "bf_array"));
  const Result<VoiceTable> table = VoiceTable::Open(destination_);
  ASSERT_TRUE(table.ok()) << table.status().ToString();
  for (const std::string& name : report.value().names) {
    const std::span<const float> row = table.value().Find(name)->StyleRow(510);
    EXPECT_EQ(std::vector<float>(row.begin(), row.end()),
              std::vector<float>(values.end() - kStyleColumns, values.end()));
  }
}

TEST_F(VoiceImportTest, AddsToAFile) {
  const auto pack = [&](const std::string& name, float value) {
    return Write(name, Bytes(std::vector<float>(kPackSize, value)));
  };
  const auto first_of = [&](std::string_view name) {
    const Result<VoiceTable> table = VoiceTable::Open(destination_);
    return table.value().Find(name)->StyleRow(1)[0];
  };
  ASSERT_TRUE(Import({pack("af_one.bin", 1), pack("af_two.bin", 2)}).ok());
  const Result<VoiceImportReport> report =
      AddVoices(pack("af_new.bin", 3), destination_, /*may_replace=*/false);
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_THAT(report.value().names, ElementsAre("af_new"));
  EXPECT_EQ(first_of("af_one") + 10 * first_of("af_two") + 100 * first_of("af_new"), 321);
  const std::string other = pack("af_two.bin", 5);
  EXPECT_EQ(AddVoices(other, destination_, false).status().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(first_of("af_two"), 2);
  ASSERT_TRUE(AddVoices(other, destination_, true).ok());
  EXPECT_EQ(first_of("af_two"), 5);
  EXPECT_EQ(VoiceTable::Open(destination_).value().voices().size(), 3u);
  EXPECT_EQ(AddVoices(Write("af_short.bin", "x"), destination_, true).status().code(),
            StatusCode::kDataLoss);
  EXPECT_EQ(AddVoices(other, folder_ + "/absent", true).status().code(), StatusCode::kNotFound);
}

TEST_F(VoiceImportTest, NamesTheFileAndTheProblem) {
  const std::string pack = Bytes(std::vector<float>(kPackSize));
  std::vector<float> nan(kPackSize);
  nan[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(Import({Write("short.bin", "x")}).status().message(),
              HasSubstr("short.bin' has 1 bytes"));
  EXPECT_THAT(Import({Write("nan.bin", Bytes(nan))}).status().message(),
              HasSubstr("value 7 is not finite"));
  EXPECT_THAT(Import({Write("a+b.bin", pack)}).status().message(), HasSubstr("no voice name"));
  EXPECT_THAT(Import({Write("x.npy", Npy("(2,)", Bytes({1, 2})))}).status().message(),
              HasSubstr("2 values"));
  EXPECT_THAT(Import({Write("x.pt", pack)}).status().message(), HasSubstr(".bin, .npy and .npz"));
  const std::string twice = Write("a.bin", pack);
  EXPECT_THAT(Import({twice, twice}).status().message(), HasSubstr("given twice"));
  EXPECT_EQ(Import({}).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Import({folder_ + "/absent.bin"}).status().code(), StatusCode::kNotFound);
  std::filesystem::create_directory(folder_ + "/empty");
  EXPECT_THAT(Import({folder_ + "/empty"}).status().message(), HasSubstr("has no .bin"));
}

}  // namespace
}  // namespace litetts::model

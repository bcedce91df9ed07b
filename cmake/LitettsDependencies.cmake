# Third-party packages, all from the system; docs/adr/ has the reason for each.
find_package(PkgConfig REQUIRED)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)
add_library(litetts_hwy INTERFACE)
target_link_libraries(litetts_hwy INTERFACE PkgConfig::HWY)
# Highway 1.0.3 leaves AVX3_DL (AVX-512 with VNNI) out unless asked. It has no SSE2 target: below SSSE3
# it knows only one element at a time, so kernels take SSSE3 (x86 since 2006, AMD since 2011) as given
# and kernels::CapSimd() refuses a lesser CPU.
target_compile_definitions(litetts_hwy INTERFACE HWY_WANT_AVX3_DL HWY_WANT_SSSE3)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  # Kernels keep arrays of vectors, which SVE's types forbid: NEON it is.
  target_compile_definitions(litetts_hwy INTERFACE "HWY_DISABLED_TARGETS=(HWY_SVE|HWY_SVE2|HWY_SVE_256|HWY_SVE2_128)")
endif()
add_library(litetts::hwy ALIAS litetts_hwy)

find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)

if(LITETTS_TESTS)
  find_package(GTest REQUIRED)
endif()
if(LITETTS_BENCHES)
  find_package(benchmark REQUIRED)
endif()

# Audio containers and codecs, and resampling (src/audio).
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil)
add_library(litetts::ffmpeg ALIAS PkgConfig::FFMPEG)
pkg_check_modules(SOXR REQUIRED IMPORTED_TARGET soxr)
add_library(litetts::soxr ALIAS PkgConfig::SOXR)
pkg_check_modules(EBUR128 REQUIRED IMPORTED_TARGET libebur128)
add_library(litetts::ebur128 ALIAS PkgConfig::EBUR128)
pkg_check_modules(SOUNDTOUCH REQUIRED IMPORTED_TARGET soundtouch)
add_library(litetts::soundtouch ALIAS PkgConfig::SOUNDTOUCH)

# SSML (src/engine), and lexicons of users (src/text).
pkg_check_modules(PUGIXML REQUIRED IMPORTED_TARGET pugixml)
add_library(litetts::pugixml ALIAS PkgConfig::PUGIXML)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
add_library(litetts::re2 ALIAS PkgConfig::RE2)

# The cache on disk (src/engine).
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
add_library(litetts::sqlite ALIAS PkgConfig::SQLITE)

# The HTTP server (src/server).
find_package(Boost 1.81 REQUIRED COMPONENTS json system)
find_package(OpenSSL REQUIRED)
find_package(spdlog REQUIRED)
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
add_library(litetts_http INTERFACE)
target_link_libraries(litetts_http INTERFACE Boost::json Boost::system OpenSSL::SSL spdlog::spdlog PkgConfig::PROMETHEUS)
add_library(litetts::http ALIAS litetts_http)

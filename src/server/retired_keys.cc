#include "server/retired_keys.h"

#include <array>

namespace litetts::server {
namespace {

struct Retired {
  std::string_view name;
  std::string_view advice;
};

constexpr std::string_view kBuiltIn = "has no effect: this is always done";
constexpr std::string_view kNoOnnx = "has no effect: use performance.backend and onnxruntime.*";
constexpr std::string_view kNoDownload = "has no effect: nothing is downloaded while it runs";
constexpr std::string_view kNoWatermark =
    "has no effect: use audio.watermark and audio.watermark_key";
constexpr std::string_view kMetrics = "has no effect: /metrics always has them";
constexpr std::string_view kText =
    "has no effect: the text front end has no switches; /diagnostics/text-processing shows how a "
    "text is read";
constexpr std::string_view kCache =
    "has no effect: use cache.memory_cache_size_mb and cache.audio_memory_cache_mb; 0 turns a "
    "cache "
    "off";
constexpr std::string_view kInformation = "has no effect: it was never more than information";
constexpr std::string_view kRetries = "has no effect: a retry begins at once";

constexpr std::array kRetired = {
    // Whole sections.
    Retired{"application", kInformation},
    Retired{"audio_quality_testing", "has no effect: tests are no part of the server"},
    Retired{"beta_features", "has no effect: there are no experimental switches"},
    Retired{"cache.auto_optimize", kBuiltIn},
    Retired{"cache.cleanup_interval", kBuiltIn},
    Retired{"cache.disable_for_benchmarking", "has no effect: cached answers are in no RTF figure"},
    Retired{"cache.audio_disk_cache_mb", "has no effect: use cache.disk_cache_size_mb"},
    Retired{"cache.enabled", kCache},
    Retired{"cache.max_size_mb", kCache},
    Retired{"cache.preload_common_phrases", "has no effect: use cache.warm_cache_on_startup"},
    Retired{"cache.ttl_seconds", "has no effect: use cache.audio_cache_ttl"},
    Retired{"caching", kCache},
    Retired{"currency_processing", kText},
    Retired{"datetime_processing", kText},
    Retired{"endpoints", "has no effect: the routes are fixed; see docs/api.md"},
    Retired{"espeak_integration", kText},
    Retired{"interjection_handling", kText},
    Retired{"logging", "has no effect: use server.log_level; the log goes to standard error"},
    Retired{"monitoring", "has no effect: use server.log_level; /metrics has the measurements"},
    Retired{"number_processing", kText},
    Retired{"openwebui_compatibility",
            "has no effect: use server.cors_origins; the paths that "
            "OpenWebUI asks for are always there"},
    Retired{"paths", "has no effect: use model.path, voice.path and tts.english_path"},
    Retired{"pronunciation_dictionary", kText},
    Retired{"punctuation_handling", kText},
    Retired{"repository", kNoDownload},
    Retired{"symbol_processing", kText},
    Retired{"text_processing", kText},
    Retired{"url_processing", kText},
    Retired{"voice_modulation", "has no effect: the model has no such control"},
    // Keys of sections that are still there.
    Retired{"audio.chunked_generation", kBuiltIn},
    Retired{"audio.default_language",
            "has no effect: the voice's first letter decides, or 'lang_code' of a request"},
    Retired{"audio.device", "has no effect: it runs on the CPU"},
    Retired{"audio.max_processing_time_ms", "has no effect: use server.request_timeout_seconds"},
    Retired{"audio.mp3_bitrate", "has no effect: MP3 has 96 kbit/s"},
    Retired{"audio.quality_threshold", kInformation},
    Retired{"audio.sample_rate", "has no effect: 24000 Hz, or 'sample_rate' of a request"},
    Retired{"audio.streaming_chunk_duration",
            "has no effect: audio is sent as soon as it is computed"},
    Retired{"audio.supported_formats", "has no effect: all formats of docs/api.md are on"},
    Retired{"audio.use_dummy_watermarker", kNoWatermark},
    Retired{"audio.watermark_detection_enabled", kNoWatermark},
    Retired{"audio.watermark_strength", kNoWatermark},
    Retired{"audio.watermarking_enabled", kNoWatermark},
    Retired{"model.auto_discovery", "has no effect: use model.path"},
    Retired{"model.available_variants", "has no effect: use model.path"},
    Retired{"model.cache_models", kBuiltIn},
    Retired{"model.default_variant", "has no effect: use model.path"},
    Retired{"model.name", kInformation},
    Retired{"model.owner", kInformation},
    Retired{"model.performance_mode", "has no effect: there is one way to compute"},
    Retired{"model.preload_models", kBuiltIn},
    Retired{"model.type", kInformation},
    Retired{"model.version", kInformation},
    Retired{"performance.cache_enabled", kCache},
    Retired{"performance.concurrent_requests",
            "has no effect: use server.max_queue and server.max_requests_per_client"},
    Retired{"performance.dynamic_cpu_allocation", "has no effect: use performance.threads"},
    Retired{"performance.memory_optimization", kBuiltIn},
    Retired{"performance.onnx_runtime", kNoOnnx},
    Retired{"performance.preload_models", kBuiltIn},
    Retired{"performance.retry_delay_seconds", kRetries},
    Retired{"server.environment", kInformation},
    Retired{"server.max_port_attempts", "has no effect: a port in use is an error"},
    Retired{"server.request_timeout", "has no effect: use server.request_timeout_seconds"},
    Retired{"server.workers", "has no effect: one process uses all cores; use performance.threads"},
    Retired{"tts.chunk_size", kBuiltIn},
    Retired{"tts.default_voice", "has no effect: use voice.default_voice"},
    Retired{"tts.device", "has no effect: it runs on the CPU"},
    Retired{"tts.model_path", "has no effect: use model.path"},
    Retired{"tts.sample_rate", "has no effect: 24000 Hz, or 'sample_rate' of a request"},
    Retired{"tts.voices_path", "has no effect: use voice.path"},
    Retired{"voice.auto_discovery", "has no effect: use voice.path"},
    Retired{"voice.cache_discovery", "has no effect: use voice.path"},
    Retired{"voice.cache_strategy", "has no effect: the voices file is mapped"},
    Retired{"voice.discovery_cache_hours", "has no effect: use voice.path"},
    Retired{"voice.download_all_on_startup", kNoDownload},
    Retired{"voice.emotion_support", "has no effect: the model has no such control"},
    Retired{"voice.loading_strategy", "has no effect: the voices file is mapped"},
    Retired{"voice.max_cache_size", "has no effect: the voices file is mapped"},
    Retired{"voice.performance_monitoring", kMetrics},
    Retired{"voice.preload_default_voices", "has no effect: the voices file is mapped"},
    Retired{"voice.use_combined_file", "has no effect: use voice.path"},
    Retired{"voice.voice_blending", kBuiltIn},
};

}  // namespace

std::optional<std::string> RetiredAdvice(std::string_view name) {
  for (const Retired& retired : kRetired) {
    if (retired.name == name) return std::string(retired.advice);
  }
  return std::nullopt;
}

}  // namespace litetts::server

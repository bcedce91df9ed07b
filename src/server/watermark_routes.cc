// The route that looks for marks, and the key of those that are made.
#include <boost/json.hpp>

#include "audio/decoder.h"
#include "audio/watermark.h"
#include "server/api.h"
#include "server/api_error.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

constexpr double kMaxSeconds = 120.0;

HttpResponse Detect(const std::string& bytes, const audio::WatermarkKey& key) {
  const Result<audio::DecodedAudio> decoded =
      audio::DecodeAudio(bytes, {.max_seconds = kMaxSeconds, .max_bytes = bytes.size()});
  if (!decoded.ok()) return ErrorResponse(ErrorFromStatus(decoded.status()));
  const Result<audio::WatermarkReading> reading =
      audio::DetectWatermark(decoded->samples, decoded->sample_rate_hz, key);
  if (!reading.ok()) return ErrorResponse(ErrorFromStatus(reading.status()));
  HttpResponse response;
  response.body = json::serialize(json::object{
      {"marked", reading->is_marked},
      {"payload", reading->payload ? json::value(*reading->payload) : json::value(nullptr)},
      {"code_error_rate", reading->code_error_rate},
      {"false_positive_probability", reading->false_positive_probability},
      {"strength", reading->strength},
      {"seconds", reading->seconds}});
  return response;
}

}  // namespace

std::shared_ptr<const audio::WatermarkKey> Api::WatermarkKey() const {
  if (config_.watermark_key.empty()) return nullptr;
  Result<audio::WatermarkKey> key = audio::WatermarkKey::Create(config_.watermark_key);
  if (!key.ok()) return nullptr;  // the settings were checked
  return std::make_shared<const audio::WatermarkKey>(std::move(*key));
}

Reply Api::DetectWatermark(const HttpRequest& request) {
  if (std::optional<HttpResponse> refusal = CheckRate(request)) return *refusal;
  const std::shared_ptr<const audio::WatermarkKey> key = WatermarkKey();
  if (key == nullptr) {
    return ErrorResponse({.message = "this server has no watermark key (audio.watermark_key)",
                          .param = {},
                          .code = "watermark_key_missing"});
  }
  return StartFileWork(request, [bytes = request.body, key] { return Detect(bytes, *key); });
}

}  // namespace litetts::server

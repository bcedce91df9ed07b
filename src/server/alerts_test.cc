#include "server/alerts.h"

#include <gtest/gtest.h>

namespace litetts::server {
namespace {

std::string Raised(const ServerConfig& config, const AlertInputs& inputs) {
  std::string kinds;
  for (const Alert& alert : JudgeAlerts(config, inputs)) {
    EXPECT_EQ(alert.is_raised, !alert.message.empty());
    if (alert.is_raised) kinds += std::string(alert.kind) + " ";
  }
  return kinds;
}

ServerConfig Strict() {
  ServerConfig config;
  config.alert_rtf = 0.5;
  config.alert_error_percent = 10;
  config.alert_queue = 4;
  config.alert_memory_percent = 80;
  config.alert_disk_mb = 100;
  return config;
}

TEST(AlertsTest, EachThresholdRaisesItsOwn) {
  const ServerConfig config = Strict();
  EXPECT_EQ(JudgeAlerts(config, {}).size(), 5u);
  EXPECT_EQ(Raised(config, {}), "");
  AlertInputs calm;
  calm.rtf = 0.5;
  calm.error_percent = 10;
  calm.num_queued = 3;
  calm.resident_bytes = 80;
  calm.memory_limit_bytes = 100;
  calm.free_disk_bytes = uint64_t{100} << 20;
  EXPECT_EQ(Raised(config, calm), "");
  AlertInputs inputs = calm;
  inputs.rtf = 0.6;
  EXPECT_EQ(Raised(config, inputs), "rtf ");
  inputs = calm;
  inputs.error_percent = 11;
  EXPECT_EQ(Raised(config, inputs), "errors ");
  inputs = calm;
  inputs.num_queued = 4;
  EXPECT_EQ(Raised(config, inputs), "queue ");
  inputs = calm;
  inputs.resident_bytes = 81;
  EXPECT_EQ(Raised(config, inputs), "memory ");
  inputs = calm;
  inputs.free_disk_bytes = uint64_t{99} << 20;
  EXPECT_EQ(Raised(config, inputs), "disk ");
}

TEST(AlertsTest, ZeroTurnsOneOff) {
  ServerConfig config = Strict();
  config.alert_rtf = config.alert_error_percent = config.alert_memory_percent = 0;
  config.alert_queue = config.alert_disk_mb = 0;
  AlertInputs inputs;
  inputs.rtf = 9;
  inputs.error_percent = 100;
  inputs.num_queued = 100;
  inputs.resident_bytes = inputs.memory_limit_bytes = 100;
  inputs.free_disk_bytes = 0;
  EXPECT_EQ(Raised(config, inputs), "");
}

TEST(AlertsTest, TheDiskOfAFileThatIsNotThereYet) {
  EXPECT_GT(FreeDiskBytes("/not/there").value_or(0), 0u);
}

}  // namespace
}  // namespace litetts::server

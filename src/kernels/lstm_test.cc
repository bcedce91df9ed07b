#include "kernels/lstm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/lstm_ref.h"
#include "kernels/targets_test.h"

namespace litetts::kernels {
namespace {

class LstmTest : public TargetTest {};
LITETTS_INSTANTIATE_TARGETS(LstmTest);

void ExpectMatches(const Weights& recurrent, const LstmOptions& options, size_t rows, size_t steps,
                   float scale) {
  const size_t units = recurrent.rows;
  const auto projections = NormalValues(rows * 4 * units, 5, scale);
  std::vector<float> want(steps * units, NAN), got(want);
  const ConstMatrix x = {projections.data(), rows, 4 * units, 4 * units};
  ref::Lstm(x, recurrent, options, {want.data(), steps, units, units});
  Lstm(x, recurrent, options, {got.data(), steps, units, units});
  // Outputs lie in [-1, 1]; the recurrence keeps rounding from growing.
  for (size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(got[i], want[i], 3e-6) << i;
}

TEST_P(LstmTest, MatchesReferenceInBothDirectionsForEveryScale) {
  for (const size_t units : {16, 48, 256}) {
    std::vector<int8_t> values(units * 4 * units);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int8_t>(i * 31 % 127 - 63);
    auto scale = NormalValues(4 * units, 7, 0.002f);
    Weights recurrent = {values.data(), WeightType::kI8, units, 4 * units, scale};
    ExpectMatches(recurrent, {}, 20, 20, 1.0f);
    recurrent.scale = std::span(scale).first(1);
    ExpectMatches(recurrent, {.is_reverse = true}, 20, 20, 1.0f);
    ExpectMatches(recurrent, {}, 5, 5, 50.0f);  // saturated gates
    ExpectMatches(recurrent, {}, 5, 5, 1e-12f);
  }
}

TEST_P(LstmTest, ReadsFloatWeightsAndRepeatedSteps) {
  const auto values = NormalValues(32 * 128, 3, 0.1f);
  const Weights recurrent = {values.data(), WeightType::kF32, 32, 128, {}};
  const std::vector<int32_t> steps = {0, 0, 0, 1, 2, 2, 3};
  ExpectMatches(recurrent, {.steps = steps}, 4, steps.size(), 1.0f);
  ExpectMatches(recurrent, {.is_reverse = true, .steps = steps}, 4, steps.size(), 1.0f);
}

}  // namespace
}  // namespace litetts::kernels

#pragma once

namespace litetts::kernels {

// GFLOP/s that one core reaches with independent multiply-adds on the SIMD target in use: the limit
// of every float kernel here. Takes about 20 ms of the calling thread; the best of several tries.
double MeasureFmaPeak();

}  // namespace litetts::kernels

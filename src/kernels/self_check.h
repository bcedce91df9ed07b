#pragma once

#include <string>
#include <vector>

namespace litetts::kernels {

// How well a kernel agrees with its definition on one SIMD target of this CPU.
struct KernelCheck {
  std::string kernel = {};  // "convolution, int8 on AVX-512"
  std::string target = {};  // Highway's name of what it ran with: "AVX2"
  double snr_db = 0;        // level of the definition's result over that of the difference
  double least_db = 0;

  bool is_ok() const { return snr_db >= least_db; }  // not where it is no number
};

// Runs every kernel on every SIMD target that this CPU has and the cap (kernels/simd.h) allows,
// each against its definition in double precision, at a width of the model. Takes about a second;
// changes the target in use while it runs. One thread, while no kernel runs elsewhere.
std::vector<KernelCheck> CheckKernels();

}  // namespace litetts::kernels

#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace litetts::dsp {

// The discrete Fourier transform of real samples whose number is a power of two from 4 on, and its
// inverse. Thread-compatible.
class RealFft {
 public:
  explicit RealFft(size_t size);

  size_t size() const { return size_; }
  size_t num_bins() const { return size_ / 2 + 1; }

  // X[k] = sum of x[n] exp(-2 pi i k n / size), k = 0..size / 2.
  void Forward(std::span<const float> samples, std::span<std::complex<float>> bins);
  // The samples whose Forward() is `bins`; imaginary parts of the first and last do not count.
  void Inverse(std::span<const std::complex<float>> bins, std::span<float> samples);

 private:
  void Transform();  // work_, of size / 2 complex numbers, in place

  size_t size_;
  std::vector<std::complex<float>> work_;
  std::vector<std::complex<float>> half_turns_;  // exp(-2 pi i k / (size / 2))
  std::vector<std::complex<float>> turns_;       // exp(-2 pi i k / size), k = 0..size / 2
  std::vector<size_t> reversed_;
};

}  // namespace litetts::dsp

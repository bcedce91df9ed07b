#include "dsp/real_fft.h"

#include <cmath>
#include <numbers>
#include <utility>

#include "base/check.h"

namespace litetts::dsp {
namespace {

using Complex = std::complex<float>;

Complex Turn(size_t k, size_t of) {
  const double angle = -2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(of);
  return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
}

// Without the checks for infinities that operator* makes.
Complex Times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

}  // namespace

RealFft::RealFft(size_t size) : size_(size), work_(size / 2) {
  LITETTS_CHECK(size >= 4 && (size & (size - 1)) == 0);
  const size_t half = size / 2;
  for (size_t k = 0; k < half / 2; ++k) half_turns_.push_back(Turn(k, half));
  for (size_t k = 0; k <= half; ++k) turns_.push_back(Turn(k, size));
  reversed_.resize(half);
  for (size_t i = 1; i < half; ++i) {
    reversed_[i] = reversed_[i / 2] / 2 + (i % 2 == 1 ? half / 2 : 0);
  }
}

void RealFft::Transform() {
  const size_t half = work_.size();
  for (size_t i = 0; i < half; ++i) {
    if (i < reversed_[i]) std::swap(work_[i], work_[reversed_[i]]);
  }
  for (size_t width = 1; width < half; width *= 2) {
    const size_t step = half / (2 * width);
    for (size_t begin = 0; begin < half; begin += 2 * width) {
      for (size_t k = 0; k < width; ++k) {
        const Complex odd = Times(half_turns_[k * step], work_[begin + width + k]);
        const Complex even = work_[begin + k];
        work_[begin + k] = even + odd;
        work_[begin + width + k] = even - odd;
      }
    }
  }
}

// Even samples as real parts and odd ones as imaginary parts of half as many complex numbers.
void RealFft::Forward(std::span<const float> samples, std::span<Complex> bins) {
  const size_t half = work_.size();
  LITETTS_DCHECK(samples.size() == size_ && bins.size() == num_bins());
  for (size_t i = 0; i < half; ++i) work_[i] = {samples[2 * i], samples[2 * i + 1]};
  Transform();
  for (size_t k = 0; k <= half; ++k) {
    const Complex a = work_[k % half];
    const Complex b = std::conj(work_[(half - k) % half]);
    const Complex even = 0.5f * (a + b);
    const Complex odd = Times(Complex(0.0f, -0.5f), a - b);
    bins[k] = even + Times(turns_[k], odd);
  }
}

void RealFft::Inverse(std::span<const Complex> bins, std::span<float> samples) {
  const size_t half = work_.size();
  LITETTS_DCHECK(samples.size() == size_ && bins.size() == num_bins());
  const auto bin = [&](size_t k) {
    return k == 0 || k == half ? Complex(bins[k].real(), 0.0f) : bins[k];
  };
  for (size_t k = 0; k < half; ++k) {
    const Complex a = bin(k);
    const Complex b = std::conj(bin(half - k));
    const Complex even = 0.5f * (a + b);
    const Complex odd = 0.5f * Times(std::conj(turns_[k]), a - b);
    // Conjugated, so that the forward transform is the inverse one.
    work_[k] = std::conj(even + Times(Complex(0.0f, 1.0f), odd));
  }
  Transform();
  const float scale = 1.0f / static_cast<float>(half);
  for (size_t i = 0; i < half; ++i) {
    samples[2 * i] = scale * work_[i].real();
    samples[2 * i + 1] = -scale * work_[i].imag();
  }
}

}  // namespace litetts::dsp

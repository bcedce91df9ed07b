#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace litetts::audio {

// Silence that stays at the edges of a piece of speech and is faded: 5 ms, the shortest pause; long
// enough that no step is heard.
inline constexpr size_t kJointMargin = 120;

// Puts pieces of speech together with exact pauses and without clicks. A piece begins and ends with
// at most kJointMargin samples of silence, which are faded along a quarter of a sine; where the
// pause is shorter than both margins they overlap at equal power. Thread-compatible.
class Joiner {
 public:
  // Silence between the sound of the last piece and of the next, or before the first or after the
  // last one; adds to what was asked before.
  void AddPause(size_t num_samples) { pause_ += num_samples; }

  // A piece comes whose first `margin` samples are silent. Returns what goes before it.
  std::vector<float> BeginPiece(size_t margin);
  // The piece's samples but the silence at its end.
  std::vector<float> Add(std::span<const float> samples);
  // The piece's last samples, all silent; they wait for the next piece. REQUIRES: at most
  // kJointMargin.
  void EndPiece(std::span<const float> margin);
  // At least so many samples in all, silent at the end. REQUIRES: after the last piece.
  void FillUpTo(size_t num_samples);
  // After the last piece.
  std::vector<float> Finish();

  size_t piece_begin() const { return piece_begin_; }  // of the current piece in the whole stream
  size_t num_out() const { return num_out_; }
  // How many samples would come if the stream ended now.
  size_t num_out_at_end() const;

 private:
  size_t pause_ = 0;
  std::vector<float> tail_;     // faded margin of the last piece
  std::vector<float> overlap_;  // its end, which the current piece's first samples are added to
  size_t fade_size_ = 0;        // of the current piece
  size_t position_ = 0;         // samples of the current piece so far
  size_t piece_begin_ = 0;
  size_t num_out_ = 0;
  bool has_piece_ = false;
};

}  // namespace litetts::audio

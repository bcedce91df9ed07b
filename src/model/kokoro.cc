#include "model/kokoro.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/build_id.h"
#include "base/memory_pages.h"
#include "kernels/simd.h"
#include "model/albert.h"
#include "model/binder.h"
#include "model/decoder.h"
#include "model/durations.h"
#include "model/generator.h"
#include "model/layer.h"
#include "model/model_layout.h"
#include "model/norm_predictor.h"
#include "model/prosody.h"
#include "model/source.h"
#include "model/tensor_file.h"
#include "model/text_encoder.h"
#include "model/vocabulary.h"
#include "model/wave_output.h"
#include "model/window.h"

namespace litetts::model {

using kernels::Matrix;

Status ValidateRequest(const Request& request) {
  if (request.tokens.empty()) return InvalidArgument("there are no tokens to speak");
  if (request.tokens.size() > kMaxTokens) {
    return InvalidArgument("an utterance has at most ", kMaxTokens, " tokens, not ",
                           request.tokens.size(), "; split the text");
  }
  for (const int32_t id : request.tokens) {
    if (id < 0 || id >= kVocabularySize) {
      return InvalidArgument("token id ", id, " is outside 0..", kVocabularySize - 1);
    }
  }
  if (request.style.size() != kStyleSize) {
    return InvalidArgument("a style has ", kStyleSize, " values, not ", request.style.size());
  }
  if (!std::all_of(request.style.begin(), request.style.end(),
                   [](float value) { return std::isfinite(value); })) {
    return InvalidArgument("the style holds a value that is not finite");
  }
  if (!(request.speed >= kMinSpeed && request.speed <= kMaxSpeed)) {
    return InvalidArgument("speed must be from ", kMinSpeed, " to ", kMaxSpeed, ", not ",
                           request.speed);
  }
  return OkStatus();
}

namespace {

// Scratch of this size, that of some 4 s, is what a synthesis takes most memory for.
constexpr size_t kLargeScratch = size_t{40} << 20;

// What the text side hands to the frame side. Lives in the arena until the next run.
struct Analysis {
  std::span<int32_t> ids;  // with a pad at both ends
  Style prosodic;
  Matrix features;               // [ids, 640], of Durations::Encode
  Matrix text;                   // [ids, 512]
  std::span<int32_t> durations;  // frames per id
};

}  // namespace

namespace {

// What all norm layers make of half a style row, in one product.
Style MakeStyle(LayerContext& context, LayerGroup group, std::span<const float> values,
                const Linear& layers) {
  const GroupTimer timer(context, group);
  const Matrix norms = context.NewMatrix(1, layers.weights.columns);
  context.Conv({values.data(), 1, values.size(), values.size()}, layers, {}, norms);
  return {.values = values, .norms = {norms.data, norms.columns}};
}

// Replaces what was computed, if there is a replacement.
void Inject(std::span<const float> values, const Matrix& out) {
  if (values.empty()) return;
  LITETTS_CHECK(values.size() == out.rows * out.columns);
  for (size_t row = 0; row < out.rows; ++row) {
    std::copy_n(values.data() + row * out.columns, out.columns, out.Row(row));
  }
}

// Of means in the first row, variances in the second.
kernels::ChannelStats StatsOf(const Matrix& values) {
  return {.mean = {values.Row(0), values.columns}, .variance = {values.Row(1), values.columns}};
}

}  // namespace

struct Kokoro::Network {
  Network(std::unique_ptr<const TensorFile> tensor_file, Precision used, Binder& binder)
      : file(std::move(tensor_file)),
        precision(used),
        info{.name = "native",
             .version = {},
             .precision = std::string(PrecisionName(used)),
             .variant = std::string(file->Metadata("variant")),
             .identity = Concat(file->Metadata("source_sha256"), ' ', file->Metadata("variant"),
                                ' ', file->Metadata("format_version"), ' ', PrecisionName(used),
                                ' ', kernels::SimdName(), ' ', BuildId()),
             .is_exact = used == Precision::kF32},
        prosodic_norms(
            binder.LinearLayer("style.prosodic", kStyleHalf, StyleWidth(StyleHalf::kProsodic))),
        acoustic_norms(
            binder.LinearLayer("style.acoustic", kStyleHalf, StyleWidth(StyleHalf::kAcoustic))),
        albert(binder),
        albert_to_text(binder.LinearLayer("bert_encoder", Albert::kWidth, TextEncoder::kWidth)),
        durations(binder),
        text_encoder(binder),
        prosody(binder),
        decoder(binder),
        source(binder),
        generator(binder),
        can_predict_norms(norm_predictor.Knows(*file)) {}

  Analysis Analyse(LayerContext& context, const Request& request) const;
  // What the generator reads.
  struct Inputs {
    Matrix features;  // [2 F, 512]
    Matrix har;       // [120 F + 1, 22]
  };
  // The harmonic spectrogram and the decoder's features for the generator.
  void MakeInputs(LayerContext& context, const Request& request, const Analysis& analysis,
                  const Style& acoustic, std::span<const int32_t> frame_tokens,
                  const Inputs& inputs) const;
  // Whether samples leave in windows, with norms that are not those of the utterance.
  bool RunsInWindows(LayerContext& context, const Request& request, const Style& acoustic) const;
  // The generator's part, in one go, or window by window, each passed on when it is done.
  void RunWhole(LayerContext& context, const Style& acoustic, const Inputs& inputs,
                std::span<float> samples) const;
  Status RunInWindows(LayerContext& context, const Request& request, const Style& acoustic,
                      const Inputs& inputs, std::span<float> samples) const;

  // Takes the pages of weights that are read no more by this run out of the process where its
  // scratch is large, or was and still is there, so that the two do not add up. To read them again
  // costs about 1 % of the time.
  void ReleaseIfLarge(const Arena& scratch) const {
    if (scratch.peak() >= kLargeScratch) file->ReleasePages();
  }

  std::unique_ptr<const TensorFile> file;         // what all layers' weights point into
  std::vector<std::span<const std::byte>> pages;  // of it that they still read
  Precision precision;                            // of the generator
  BackendInfo info;
  Linear prosodic_norms;
  Linear acoustic_norms;
  Albert albert;
  Linear albert_to_text;
  Durations durations;
  TextEncoder text_encoder;
  Prosody prosody;
  Decoder decoder;
  HarmonicSource source;
  Generator generator;
  NormPredictor norm_predictor;
  bool can_predict_norms = false;
  WaveOutput output;
};

Analysis Kokoro::Network::Analyse(LayerContext& context, const Request& request) const {
  const size_t num_ids = request.tokens.size() + 2;
  const Analysis analysis = {.ids = context.arena.Allocate<int32_t>(num_ids),
                             .prosodic = MakeStyle(context, LayerGroup::kDurations,
                                                   request.style.last(kStyleHalf), prosodic_norms),
                             .features = context.NewMatrix(num_ids, Durations::kFeatures),
                             .text = context.NewMatrix(num_ids, TextEncoder::kWidth),
                             .durations = context.arena.Allocate<int32_t>(num_ids)};
  std::copy(request.tokens.begin(), request.tokens.end(), analysis.ids.begin() + 1);
  analysis.ids.front() = analysis.ids.back() = kPadId;

  const Arena::Scope scope(context.arena);
  const Matrix hidden = context.NewMatrix(num_ids, TextEncoder::kWidth);
  {
    const GroupTimer timer(context, LayerGroup::kAlbert);
    const Matrix bert = context.NewMatrix(num_ids, Albert::kWidth);
    albert.Run(context, analysis.ids, bert);
    context.Observe("bert", bert);
    context.Conv(bert, albert_to_text, {}, hidden);
    context.Observe("d_en", hidden);
  }
  {
    const GroupTimer timer(context, LayerGroup::kDurations);
    const std::span<float> frames = context.NewVector(num_ids);
    durations.Encode(context, hidden, analysis.prosodic, analysis.features);
    context.Observe("d", analysis.features);
    durations.Predict(context, analysis.features, frames);
    context.Observe("frames", {frames.data(), num_ids, 1, 1});
    if (!context.IsCancelled()) {
      if (request.whole_rate) {
        Durations::RoundToRate(frames, request.speed, *request.whole_rate, analysis.durations);
      } else {
        Durations::Round(frames, request.speed, analysis.durations);
      }
    }
  }
  return analysis;
}

void Kokoro::Network::MakeInputs(LayerContext& context, const Request& request,
                                 const Analysis& analysis, const Style& acoustic,
                                 std::span<const int32_t> frame_tokens,
                                 const Inputs& inputs) const {
  const Arena::Scope scope(context.arena);
  const size_t num_values = 2 * frame_tokens.size();
  const std::span<float> f0 = context.NewVector(num_values);
  const std::span<float> energy = context.NewVector(num_values);
  {
    const GroupTimer timer(context, LayerGroup::kTextEncoder);
    text_encoder.Run(context, analysis.ids, analysis.text);
    context.Observe("t_en", analysis.text);
  }
  {
    const GroupTimer timer(context, LayerGroup::kProsody);
    prosody.Run(context, analysis.features, frame_tokens, analysis.prosodic, f0, energy);
    context.Observe("f0", {f0.data(), num_values, 1, 1});
    context.Observe("energy", {energy.data(), num_values, 1, 1});
  }
  ReleaseIfLarge(context.arena);
  {
    const GroupTimer timer(context, LayerGroup::kDecoder);
    decoder.Run(context,
                {.text = analysis.text,
                 .frame_tokens = frame_tokens,
                 .f0 = f0,
                 .energy = energy,
                 .style = acoustic},
                inputs.features);
    context.Observe("decode.3", inputs.features);
  }
  const GroupTimer timer(context, LayerGroup::kSource);
  const std::span<float> wave = context.NewVector(num_values * HarmonicSource::kSamplesPerValue);
  source.MakeWave(context, f0, request.noise_seed, wave);
  context.Observe("source", {wave.data(), wave.size(), 1, 1});
  source.MakeSpectrogram(context, wave, inputs.har);
  context.Observe("har", inputs.har);
}

bool Kokoro::Network::RunsInWindows(LayerContext& context, const Request& request,
                                    const Style& acoustic) const {
  if (!request.inject_norms.empty()) return true;
  return request.sample_listener != nullptr && can_predict_norms &&
         norm_predictor.Knows(context, acoustic);
}

void Kokoro::Network::RunWhole(LayerContext& context, const Style& acoustic, const Inputs& inputs,
                               std::span<float> samples) const {
  const auto& [features, har] = inputs;
  const Arena::Scope scope(context.arena);
  const Matrix norm_values = context.NewMatrix(2, Generator::kNormChannels);
  const UtteranceNorms norms = {.style = acoustic, .stats = StatsOf(norm_values)};
  // The generator has read the spectrogram when it writes its own.
  generator.Run(context, norms, features, har, har);
  context.Observe("norms", norm_values);
  context.Observe("conv_post", har);
  const GroupTimer timer(context, LayerGroup::kOutput);
  output.Run(context, {har, 0, har.rows}, {0, samples.size() / kSamplesPerFrame}, samples);
}

Status Kokoro::Network::RunInWindows(LayerContext& context, const Request& request,
                                     const Style& acoustic, const Inputs& inputs,
                                     std::span<float> samples) const {
  const auto& [features, har] = inputs;
  const size_t num_frames = samples.size() / kSamplesPerFrame;
  const Matrix first =
      context.NewMatrix(num_frames * Generator::kFirstRowsPerFrame, Generator::kFirstChannels);
  generator.RunFirst(context, acoustic, features, har, first);
  const Matrix norm_values = context.NewMatrix(2, Generator::kNormChannels);
  const UtteranceNorms norms = {
      .style = acoustic, .stats = StatsOf(norm_values), .are_given = true};
  if (request.inject_norms.empty()) {
    const GroupTimer timer(context, LayerGroup::kNorms);
    const std::span<float> description = context.NewVector(NormPredictor::kFeatures);
    NormPredictor::Describe(context.arena, first, har, acoustic.values, description);
    norm_predictor.Predict(context, description, norms.stats);
  } else {
    Inject(request.inject_norms, norm_values);
  }
  size_t size = request.windows.first;
  for (RowRange frames = {0, 0}; frames.end < num_frames && !context.IsCancelled();) {
    // No scrap at the end: it would cost nearly what a window costs.
    const size_t left = num_frames - frames.end;
    frames = {frames.end, frames.end + (left <= size + size / 2 ? left : size)};
    size = std::min(2 * size, std::max(size, request.windows.most));
    const Arena::Scope scope(context.arena);
    const RowRange rows = WaveOutput::SpectrumRows(frames, num_frames);
    const Window spectrum = {context.NewMatrix(rows.size(), Generator::kSpectrum), rows.begin,
                             har.rows};
    generator.RunWindow(context, norms, first, har, rows, spectrum.rows);
    const std::span<float> out =
        samples.subspan(frames.begin * kSamplesPerFrame, frames.size() * kSamplesPerFrame);
    {
      const GroupTimer timer(context, LayerGroup::kOutput);
      output.Run(context, spectrum, frames, out);
    }
    if (context.IsCancelled()) break;
    if (request.sample_listener != nullptr) {
      LITETTS_RETURN_IF_ERROR(request.sample_listener->OnSamples(out));
    }
  }
  return OkStatus();
}

Kokoro::Kokoro(std::unique_ptr<const Network> network) : network_(std::move(network)) {}
Kokoro::Kokoro(Kokoro&&) noexcept = default;
Kokoro& Kokoro::operator=(Kokoro&&) noexcept = default;
Kokoro::~Kokoro() = default;

namespace {

// "57 MiB, 54 of them in huge pages, on NUMA node 0".
std::string PlaceName(const Placement& placement) {
  std::string name = Concat(placement.bytes >> 20, " MiB, ");
  name += placement.huge_bytes > 0 ? Concat(placement.huge_bytes >> 20, " of them in huge pages")
                                   : "none of them in huge pages (see those in `litetts doctor`)";
  for (const int node : placement.nodes) {
    name += Concat(node == placement.nodes.front() ? ", on NUMA node " : " and ", node);
  }
  return name;
}

}  // namespace

Result<Kokoro> Kokoro::Load(const std::string& path, Precision precision, bool copies_weights) {
  LITETTS_ASSIGN_OR_RETURN(const Precision used, ResolvePrecision(precision));
  LITETTS_ASSIGN_OR_RETURN(TensorFile opened, TensorFile::Open(path));
  if (opened.Metadata("format") != kModelFormat) {
    return InvalidArgument("'", path, "' is no model file: its format is '",
                           opened.Metadata("format"), "', not '", kModelFormat, "'");
  }
  auto file = std::make_unique<TensorFile>(std::move(opened));
  TensorFile& tensors = *file;
  Binder binder(tensors, used);
  auto network = std::make_unique<Network>(std::move(file), used, binder);
  LITETTS_RETURN_IF_ERROR(binder.status());
  // Most weights have been packed by now and are not read again.
  tensors.ReleasePages();
  network->pages = PagesOf(binder.parts());
  if (copies_weights) {
    LITETTS_RETURN_IF_ERROR(tensors.CopyToMemory(network->pages));
    network->info.settings = {
        {std::string(kCopiedWeights), PlaceName(PlacementOf(network->pages))}};
  }
  return Kokoro(std::move(network));
}

Precision Kokoro::precision() const { return network_->precision; }
const BackendInfo& Kokoro::info() const { return network_->info; }
std::span<const std::span<const std::byte>> Kokoro::WeightPages() const { return network_->pages; }

Result<Utterance> Kokoro::Run(const Request& request, Workspace& workspace) const {
  LITETTS_RETURN_IF_ERROR(ValidateRequest(request));
  const auto cancelled = [] { return Cancelled("the synthesis was cancelled"); };
  workspace.arena.Reset();
  LayerContext context(request, workspace);
  const Analysis analysis = network_->Analyse(context, request);
  if (context.IsCancelled()) return cancelled();
  const auto num_frames = static_cast<size_t>(
      std::accumulate(analysis.durations.begin(), analysis.durations.end(), int64_t{0}));
  if (num_frames > kMaxFrames) {
    return InvalidArgument("the utterance would last ", num_frames / kFramesPerSecond,
                           " s; the most is ", kMaxFrames / kFramesPerSecond,
                           " s: split the text or raise the speed");
  }
  if (request.duration_listener != nullptr) {
    request.duration_listener->OnDurations(analysis.durations);
  }

  const Style acoustic = MakeStyle(context, LayerGroup::kDecoder, request.style.first(kStyleHalf),
                                   network_->acoustic_norms);
  const std::span<float> samples = context.NewVector(num_frames * kSamplesPerFrame);
  const std::span<int32_t> frame_tokens = context.arena.Allocate<int32_t>(num_frames);
  auto frame = frame_tokens.begin();
  for (size_t i = 0; i < analysis.durations.size(); ++i) {
    frame = std::fill_n(frame, analysis.durations[i], static_cast<int32_t>(i));
  }
  const Network::Inputs inputs = {
      .features = context.NewMatrix(2 * num_frames, Decoder::kOutputs),
      .har =
          context.NewMatrix(dsp::ShortStft::NumFrames(samples.size()), HarmonicSource::kSpectrum)};
  const bool runs_in_windows = network_->RunsInWindows(context, request, acoustic);
  {
    // One block for the largest stage, before smaller ones fill pages that it could not use.
    const Arena::Scope scope(context.arena);
    context.arena.Allocate<std::byte>(
        runs_in_windows ? Generator::WindowScratchBytes(num_frames, request.windows.most)
                        : Generator::ScratchBytes(num_frames));
  }
  network_->MakeInputs(context, request, analysis, acoustic, frame_tokens, inputs);
  Inject(request.inject_decoder, inputs.features);
  Inject(request.inject_har, inputs.har);
  if (context.IsCancelled()) return cancelled();
  network_->ReleaseIfLarge(context.arena);

  if (runs_in_windows) {
    LITETTS_RETURN_IF_ERROR(network_->RunInWindows(context, request, acoustic, inputs, samples));
    if (context.IsCancelled()) return cancelled();
  } else {
    network_->RunWhole(context, acoustic, inputs, samples);
    if (context.IsCancelled()) return cancelled();
    if (request.sample_listener != nullptr) {
      LITETTS_RETURN_IF_ERROR(request.sample_listener->OnSamples(samples));
    }
  }
  return Utterance{.durations = analysis.durations, .samples = samples};
}

}  // namespace litetts::model

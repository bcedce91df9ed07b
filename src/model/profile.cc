#include "model/profile.h"

namespace litetts::model {

std::string_view LayerGroupName(LayerGroup group) {
  switch (group) {
    case LayerGroup::kAlbert:
      return "albert";
    case LayerGroup::kDurations:
      return "durations";
    case LayerGroup::kTextEncoder:
      return "text_encoder";
    case LayerGroup::kProsody:
      return "prosody";
    case LayerGroup::kDecoder:
      return "decoder";
    case LayerGroup::kSource:
      return "source";
    case LayerGroup::kNoiseBranch0:
      return "noise_branch_0";
    case LayerGroup::kUpsampling0:
      return "upsampling_0";
    case LayerGroup::kBlocks0:
      return "blocks_0";
    case LayerGroup::kNorms:
      return "norms";
    case LayerGroup::kNoiseBranch1:
      return "noise_branch_1";
    case LayerGroup::kUpsampling1:
      return "upsampling_1";
    case LayerGroup::kBlocks1:
      return "blocks_1";
    case LayerGroup::kOutput:
      return "output";
  }
  return "unknown";
}

}  // namespace litetts::model

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "model/backend.h"

namespace litetts::model {

// Path of the library: the variable LITETTS_ONNXRUNTIME_LIBRARY, else what tools/fetch_onnxruntime
// put under HomeFolder(), else in an installed Python package, else the system's. kNotFound, with
// what to do.
Result<std::string> FindOnnxRuntime();

// Sets one option by its name: "intra_op_threads", "4". kInvalidArgument, with the known names or
// values.
Status SetOnnxRuntimeOption(std::string_view name, std::string_view value,
                            OnnxRuntimeOptions& options);

// A published Kokoro-82M v1.0 file of any kind in ONNX Runtime on the CPU. kNotFound,
// kFailedPrecondition for a library that is none or too old, kInvalidArgument for a file that is no
// such model.
Result<std::unique_ptr<const Backend>> LoadOnnxRuntime(const std::string& path,
                                                       const OnnxRuntimeOptions& options);

}  // namespace litetts::model

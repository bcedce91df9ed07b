"""The network as ONNX Runtime computes it, stage by stage, for compare_reference.py and make_goldens.py.

Needs numpy, onnx and onnxruntime, and the float32 form of kokoro-v1.0.int8.onnx that make_model_variants.py writes
(same node names). Stages are named and laid out as in tests/golden/README.md: [rows, columns], time-major.

Convolutions, matrix products and LSTMs are in float32, norms, softmax and GELU in float64 (widen).
"""
import json
import struct

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto
from onnx.helper import make_node

ENCODER = "/encoder/"
DECODER = "/decoder/decoder/"
GENERATOR = "/decoder/decoder/generator/"
ALBERT = ENCODER + "bert/encoder/albert_layer_groups.0/albert_layers.0/"

# Stage -> tensor of the graph. A value ending in "/Add" stands for the residual block's scaled sum.
TENSORS = {
    "bert": ALBERT + "full_layer_layer_norm_11/LayerNormalization_output_0",
    "d_en": ENCODER + "bert_encoder/Add_output_0",
    "d": ENCODER + "predictor/text_encoder/Concat_4_output_0",
    "frames": ENCODER + "Div_output_0",
    "durations": ENCODER + "Clip_output_0",
    "shared": ENCODER + "shared/LSTM_output_0",
    "t_en": ENCODER + "text_encoder/lstm/LSTM_output_0",
    "f0": ENCODER + "F0_proj/Conv_output_0",
    "energy": ENCODER + "N_proj/Conv_output_0",
    "encode": DECODER + "encode/Add",
    "decode.0": DECODER + "decode.0/Add",
    "decode.1": DECODER + "decode.1/Add",
    "decode.2": DECODER + "decode.2/Add",
    "decode.3": DECODER + "decode.3/Add",
    "har": GENERATOR + "Concat_3_output_0",
    "noise_res.0": GENERATOR + "noise_res.0/Add_8_output_0",
    "ups.0": GENERATOR + "Add_2_output_0",
    "stage.0": GENERATOR + "Div_2_output_0",
    "noise_res.1": GENERATOR + "noise_res.1/Add_8_output_0",
    "ups.1": GENERATOR + "Add_5_output_0",
    "stage.1": GENERATOR + "Div_4_output_0",
    "conv_post": GENERATOR + "conv_post/Conv_output_0",
}
# Columns of each stage.
COLUMNS = {
    "bert": 768, "d_en": 512, "d": 640, "frames": 1, "durations": 1, "shared": 512, "t_en": 512, "f0": 1, "energy": 1,
    "encode": 1024, "decode.0": 1024, "decode.1": 1024, "decode.2": 1024, "decode.3": 512, "har": 22,
    "noise_res.0": 256, "ups.0": 256, "stage.0": 256, "noise_res.1": 128, "ups.1": 128, "stage.1": 128,
    "conv_post": 22,
}
# What follows `har`: compared with the reference's har and decoder output injected (its phases are ill-conditioned).
INJECTED = ("noise_res.0", "ups.0", "stage.0", "noise_res.1", "ups.1", "stage.1", "conv_post")
FREE = tuple(name for name in TENSORS if name not in INJECTED and name not in ("har", "durations"))
# [1, T, C] in the graph; LSTM outputs are [T, 2, 1, C / 2] and all others [1, C, T].
TIME_MAJOR = ("bert", "d_en", "d")


class Reference:
    def __init__(self, path, threads=2, is_wide=True):
        """is_wide: with `widen`; else ONNX Runtime on the graph as it is."""
        model = onnx.load(path)
        consumers = {name: node for node in model.graph.node for name in node.input}
        self.tensors = {}
        for stage, name in TENSORS.items():
            if name.endswith("/Add"):
                name = consumers[name + "_output_0"].output[0]
            self.tensors[stage] = name
        if is_wide:
            widen(model)
        generator = _cut(model, [self.tensors["har"], self.tensors["decode.3"]])
        model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in self.tensors.values())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self.session, self.generator = (
            onnxruntime.InferenceSession(m.SerializeToString(), options, ["CPUExecutionProvider"])
            for m in (model, generator))

    def run(self, tokens, style, speed):
        """tokens without pads, style [256] -> dict of stages, with "durations" and "samples" one-dimensional.

        "ruled_samples" is the audio with the two phase rules of our source applied to the reference's spectrogram: +pi
        for negative edge bins, as in PyTorch, where this export has -pi (which alone makes speech 0.3 dB softer), and 0
        where the magnitude vanishes.
        """
        ids = np.array([[0, *tokens, 0]], np.int64)
        names = list(self.tensors)
        values = self.session.run(
            ["audio", *self.tensors.values()],
            {"tokens": ids, "style": style[None].astype(np.float32), "speed": np.array([speed], np.float32)})
        stages = {name: _time_major(name, value) for name, value in zip(names, values[1:])}
        # Divided by the speed in the graph, afterwards in ours.
        stages["frames"] = stages["frames"] * np.float32(speed)
        stages["durations"] = stages["durations"].reshape(-1).astype(np.int32)
        stages["samples"] = values[0].reshape(-1)
        har = stages["har"].copy()
        for column in (11, 21):
            har[:, column] = np.where(np.abs(har[:, column]) > 3.0, np.float32(np.pi), har[:, column])
        har[:, 11:][har[:, :11] < 1e-6] = 0.0
        stages["ruled_samples"] = self.generator.run(
            ["audio"], {"style": style[None].astype(np.float32), self.tensors["har"]: har.T[None],
                        self.tensors["decode.3"]: stages["decode.3"].T[None]})[0].reshape(-1)
        return stages


def widen(model):
    """Puts the norms, softmax and GELU of the graph into float64, in place.

    ONNX Runtime adds up the means over time in float32, and its tanh is approximate: on the graph as it is, the audio of a
    half-minute utterance is 83 dB from what float64 gives, ours 102 dB; with this the two are 102 dB from each other, and the stages of
    an utterance of two tokens 6e-6 instead of 1.5e-5.
    """
    nodes = []
    constants = {f"/wide/{number}": number for number in (0.5, 1.0, 0.7978845608028654, 0.035677408136300125)}
    model.graph.initializer.extend(
        onnx.numpy_helper.from_array(np.array(number, np.float64), name) for name, number in constants.items())
    half, one, linear, cubic = constants

    def add(kind, inputs, output, **attributes):
        nodes.append(make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def wide(name, node):
        return add("Cast", [name], f"{node.output[0]}/{name}/wide", to=TensorProto.DOUBLE)

    def normalised(node, x, scales):
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute if a.name in ("axis", "epsilon")}
        return add("LayerNormalization", [x, *(wide(name, node) for name in scales)], node.output[0] + "/wide", **attributes)

    for node in model.graph.node:
        kind, out = node.op_type, node.output[0] + "/wide"
        if kind not in ("ReduceMean", "LayerNormalization", "SkipLayerNormalization", "Softmax", "FastGelu"):
            nodes.append(node)
            continue
        x = wide(node.input[0], node)
        if kind == "FastGelu":  # 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
            x = add("Add", [x, wide(node.input[1], node)], out + "/biased")
            square = add("Mul", [x, x], out + "/square")
            slope = add("Add", [add("Mul", [square, cubic], out + "/cubic"), linear], out + "/slope")
            tanh = add("Tanh", [add("Mul", [slope, x], out + "/inner")], out + "/tanh")
            add("Mul", [add("Mul", [x, half], out + "/half"), add("Add", [tanh, one], out + "/weight")], out)
        elif kind == "SkipLayerNormalization":
            normalised(node, add("Add", [x, wide(node.input[1], node)], out + "/sum"), node.input[2:])
        elif kind == "LayerNormalization":
            normalised(node, x, node.input[1:])
        else:
            changed = onnx.NodeProto()
            changed.CopyFrom(node)
            changed.name, changed.input[0], changed.output[0] = out, x, out
            nodes.append(changed)
        add("Cast", [out], node.output[0], to=TensorProto.FLOAT)
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _cut(model, inputs):
    """The part of the model behind the tensors `inputs`, which it takes as float inputs."""
    needed, nodes = {"audio"}, []
    for node in reversed(model.graph.node):
        if any(name in needed and name not in inputs for name in node.output):
            nodes.append(node)
            needed.update(name for name in node.input if name not in inputs)
    graph = onnx.helper.make_graph(
        nodes[::-1], "generator",
        [value for value in model.graph.input if value.name in needed]
        + [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in inputs],
        list(model.graph.output), [value for value in model.graph.initializer if value.name in needed])
    return onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def _time_major(name, value):
    columns = COLUMNS[name]
    if columns == 1 or name in TIME_MAJOR or value.ndim == 4:
        return np.ascontiguousarray(value.reshape(-1, columns))
    return np.ascontiguousarray(value.reshape(columns, -1).T)


DTYPES = {"F32": "<f4", "F16": "<f2", "I32": "<i4", "I8": "i1"}


def write_tensors(path, tensors):
    """A tensor file (docs/formats/tensor-file.md)."""
    header, blobs, offset = {}, [], 0
    for number, (name, value) in enumerate(tensors.items()):
        if offset % 64:
            gap = -offset % 64
            header[f"__padding__.{number}"] = {"dtype": "U8", "shape": [gap], "data_offsets": [offset, offset + gap]}
            blobs.append(bytes(gap))
            offset += gap
        dtype = next(key for key, value_type in DTYPES.items() if np.dtype(value_type) == value.dtype)
        data = np.ascontiguousarray(value).tobytes()
        header[name] = {"dtype": dtype, "shape": list(value.shape), "data_offsets": [offset, offset + len(data)]}
        blobs.append(data)
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 8) % 64)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def read_tensors(path):
    data = np.memmap(path, np.uint8, "r")
    (size,) = struct.unpack("<Q", bytes(data[:8]))
    tensors = {}
    for name, entry in json.loads(bytes(data[8:8 + size])).items():
        if not name.startswith("__"):
            begin, end = entry["data_offsets"]
            tensors[name] = data[8 + size + begin:8 + size + end].view(DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors

#!/usr/bin/env python3
"""Makes the other published kinds of model file from kokoro-v1.0.int8.onnx, all with the same weights.

  make_model_variants.py --variant f32|f16|int8|q4|qdq|qlinear|exported SOURCE.onnx DESTINATION.onnx

  f32       the integers dequantised, float operators: ONNX Runtime's reference, its tensors named as in the export
  f16       f32 with half-precision weights and operators (ONNX Runtime's converter)
  int8      f32 quantised dynamically by ONNX Runtime (per channel): other integers than the source's
  q4        f32 with every MatMul of at least 64 x 64 as MatMulNBits, 4 bits in blocks of 32
  qdq       f32 quantised statically to uint8 by ONNX Runtime, as QuantizeLinear and DequantizeLinear pairs
  qlinear   the same as QLinear operators
  exported  f32 with the names and forms that torch.onnx.export of the whole model gives (kmodel., /decoder, Gemm)

Needs numpy, onnx and onnxruntime (tools/bench_requirements.txt).
"""
import argparse
import pathlib
import re
import tempfile

import numpy as np
import onnx
from onnx import helper, numpy_helper

# The fused operators of the source stop ONNX Runtime's type inference.
ALL_FLOAT = {"DefaultTensorType": onnx.TensorProto.FLOAT}
STATIC_TEXT = [50, 83, 54, 156, 31, 3, 16, 65, 156, 87, 123, 54, 46, 5]  # "həlˈO, wˈɜɹld!"


class Graph:
    """A graph with the look-ups that rewriting needs."""

    def __init__(self, model):
        self.model = model
        self.proto = model.graph
        self.initializers = {tensor.name: tensor for tensor in self.proto.initializer}
        self.nodes = {node.name: node for node in self.proto.node}
        self.producers = {name: node for node in self.proto.node for name in node.output}
        self.consumers = {}
        for node in self.proto.node:
            for name in node.input:
                self.consumers.setdefault(name, []).append(node)

    def array(self, name):
        return numpy_helper.to_array(self.initializers[name])

    def next(self, node, op):
        """The consumer of a node's output that has this operator."""
        return next(other for other in self.consumers[node.output[0]] if other.op_type == op)

    def add(self, name, array):
        self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def replace(self, replacements):
        """{name of a node: nodes in its place}, then drops what nothing uses any more, and sorts."""
        nodes = []
        for node in self.proto.node:
            nodes.extend(replacements.get(node.name, [node]))
        wanted = {output.name for output in self.proto.output}
        by_output = {name: node for node in nodes for name in node.output if name}
        pending, kept = list(wanted), set()
        while pending:
            node = by_output.get(pending.pop())
            if node is not None and node.name not in kept:
                kept.add(node.name)
                pending.extend(node.input)
        nodes = [node for node in nodes if node.name in kept]
        used = {name for node in nodes for name in node.input}
        del self.proto.node[:], self.proto.initializer[:], self.proto.value_info[:]
        self.proto.node.extend(in_order(nodes, used & set(self.initializers), self.proto.input))
        self.proto.initializer.extend(t for name, t in self.initializers.items() if name in used)
        return self.model


def in_order(nodes, constants, inputs):
    """Producers before consumers, else the given order."""
    known = set(constants) | {value.name for value in inputs} | {""}
    ordered = []
    while nodes:
        later = []
        for node in nodes:
            if all(name in known for name in node.input):
                ordered.append(node)
                known.update(node.output)
            else:
                later.append(node)
        if len(later) == len(nodes):
            raise SystemExit(f"the graph has a loop or an unknown value at {later[0].name}")
        nodes = later
    return ordered


def attributes(node):
    return {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}


def weight_scale(graph, mul):
    """The constant factor of (activation scale x weight scale)."""
    return graph.array(next(name for name in mul.input if name in graph.initializers))


def product(graph, node):
    """ConvInteger or MatMulInteger -> [Add bias ->] Cast -> Mul: the float operator, and the Mul that it replaces."""
    follower = graph.consumers[node.output[0]][0]
    bias = []
    if follower.op_type == "Add":
        value = next(name for name in follower.input if name != node.output[0])
        while value not in graph.initializers:  # Reshape <- Cast <- Floor <- Div <- bias
            value = graph.producers[value].input[0]
        bias, follower = [value], graph.next(follower, "Cast")
    mul = graph.next(follower, "Mul")
    scale = weight_scale(graph, graph.producers[next(n for n in mul.input if n != follower.output[0])])
    weight = graph.array(node.input[1]).astype(np.float32) - graph.array(node.input[3]).astype(np.float32)
    name = graph.add(node.input[1].removesuffix("_quantized"), (weight * scale).astype(np.float32))
    x = graph.producers[node.input[0]].input[0]
    op = node.op_type.removesuffix("Integer")
    return mul.name, helper.make_node(op, [x, name, *bias], mul.output, node.name.removesuffix("_quant"),
                                      **attributes(node))


def lstm(graph, node):
    inputs = list(node.input[:8])
    for slot, scale, part in ((1, 8, "W"), (2, 10, "R")):
        weight = graph.array(node.input[slot]).astype(np.float32) * graph.array(node.input[scale])[:, None, None]
        inputs[slot] = graph.add(f"{node.name}_{part}", weight.transpose(0, 2, 1))
    kept = {key: value for key, value in attributes(node).items() if key in ("direction", "hidden_size")}
    return helper.make_node("LSTM", inputs, node.output, node.name.removesuffix("_quant"), **kept)


def embedding(graph, node):
    dequantize = graph.next(node, "DequantizeLinear")
    weight = graph.array(node.input[0]).astype(np.float32) - graph.array(dequantize.input[2]).astype(np.float32)
    name = graph.add(node.input[0].removesuffix("_quantized"), weight * graph.array(dequantize.input[1]))
    return dequantize.name, helper.make_node("Gather", [name, node.input[1]], dequantize.output,
                                             node.name.removesuffix("_quant"), **attributes(node))


def float32(source):
    graph = Graph(source)
    replacements = {}
    for node in list(graph.proto.node):
        if node.op_type in ("ConvInteger", "MatMulInteger"):
            name, new = product(graph, node)
            replacements[name] = [new]
        elif node.op_type == "DynamicQuantizeLSTM":
            replacements[node.name] = [lstm(graph, node)]
        elif node.op_type == "Gather" and node.name.endswith("_quant"):
            name, new = embedding(graph, node)
            replacements[name] = [new]
    return graph.replace(replacements)


def four_bit(model, block=32):
    graph = Graph(model)
    replacements = {}
    done = {}
    for node in graph.proto.node:
        if node.op_type != "MatMul" or node.input[1] not in graph.initializers:
            continue
        name = node.input[1]
        if min(graph.initializers[name].dims) < 64:
            continue
        if name not in done:
            done[name] = pack_four_bits(graph, name, block)
        inputs, rows, columns = done[name]
        replacements[node.name] = [helper.make_node(
            "MatMulNBits", [node.input[0], *inputs], node.output, node.name + "_Q4", domain="com.microsoft",
            K=rows, N=columns, bits=4, block_size=block)]
    return graph.replace(replacements)


def pack_four_bits(graph, name, block):
    weight = graph.array(name).T  # [N, K]
    columns, rows = weight.shape
    num_blocks = -(-rows // block)
    padded = np.zeros((columns, num_blocks * block), np.float32)
    padded[:, :rows] = weight
    padded = padded.reshape(columns, num_blocks, block)
    extreme = np.take_along_axis(padded, np.abs(padded).argmax(2)[..., None], 2)
    scale = extreme / -8.0  # symmetric: the extreme becomes 0 or -8, the zero point is 8
    scale[scale == 0] = 1.0
    q = np.clip(np.round(padded / scale) + 8, 0, 15).astype(np.uint8)
    packed = q[..., 0::2] | (q[..., 1::2] << 4)
    return ([graph.add(name + "_Q4", packed), graph.add(name + "_scales", scale.reshape(-1).astype(np.float32))],
            rows, columns)


def exported(model):
    """Names of an export of the whole model; fully connected style layers as Gemm with the weight transposed."""
    graph = Graph(model)
    replacements, generated = {}, {}
    for node in graph.proto.node:
        if node.op_type == "MatMul" and node.input[1] in graph.initializers:
            weight = graph.array(node.input[1])
            if node.name.endswith("/fc/Gemm_MatMul"):
                add = graph.next(node, "Add")
                bias = next(name for name in add.input if name != node.output[0])
                name = node.input[1].removesuffix("_MatMul") + "_gemm"
                graph.add(name, weight.T)
                replacements[add.name] = [helper.make_node("Gemm", [node.input[0], name, bias], add.output,
                                                           node.name.removesuffix("_MatMul"), transB=1)]
            elif node.input[1] not in generated:
                generated[node.input[1]] = f"onnx::MatMul_{5000 + len(generated)}"
                graph.add(generated[node.input[1]], weight)
    for node in graph.proto.node:
        if node.op_type == "MatMul" and node.input[1] in generated:
            node.input[1] = generated[node.input[1]]
    model = graph.replace(replacements)

    def renamed(name):
        name = re.sub(r"^/encoder/(predictor/)?", "/", name)
        name = re.sub(r"^/decoder/decoder/", "/decoder/", name)
        return re.sub(r"^(encoder\.|decoder\.(?=decoder\.))", "kmodel.", name)

    for node in model.graph.node:
        node.name = renamed(node.name)
        node.input[:] = [renamed(name) for name in node.input]
        node.output[:] = [renamed(name) for name in node.output]
    for tensor in model.graph.initializer:
        tensor.name = renamed(tensor.name)
    return model


def float16(model):
    from onnxruntime.transformers.float16 import convert_float_to_float16
    return convert_float_to_float16(model, keep_io_types=True, disable_shape_infer=True)


def quantized_dynamically(model, destination):
    from onnxruntime.quantization import QuantType, quantize_dynamic
    quantize_dynamic(model, destination, weight_type=QuantType.QUInt8, per_channel=True,
                     op_types_to_quantize=["Conv", "MatMul", "Gather"], extra_options=ALL_FLOAT)


class OneUtterance:
    """What the static quantiser calibrates on."""

    def __init__(self):
        ids = np.array([[0, *STATIC_TEXT, 0]], np.int64)
        style = np.linspace(-0.3, 0.3, 256, dtype=np.float32)[None]
        self.feeds = iter([{"tokens": ids, "style": style, "speed": np.ones(1, np.float32)}])

    def get_next(self):
        return next(self.feeds, None)


def quantized_statically(model, destination, is_qlinear):
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "f32.onnx"
        onnx.save(model, path)
        # Behind the source's fused operators types are unknown, and the QLinear rewriting fails where the other skips.
        skipped = [node.name for node in model.graph.node if node.op_type == "MatMul" and "/fc/" not in node.name]
        quantize_static(path, destination, OneUtterance(), nodes_to_exclude=skipped if is_qlinear else [],
                        quant_format=QuantFormat.QOperator if is_qlinear else QuantFormat.QDQ,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QUInt8,
                        op_types_to_quantize=["Conv", "MatMul", "Gemm"], extra_options=ALL_FLOAT)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variant", required=True,
                        choices=("f32", "f16", "int8", "q4", "qdq", "qlinear", "exported"))
    parser.add_argument("source")
    parser.add_argument("destination")
    options = parser.parse_args()
    model = float32(onnx.load(options.source))
    if options.variant == "int8":
        quantized_dynamically(model, options.destination)
    elif options.variant in ("qdq", "qlinear"):
        quantized_statically(model, options.destination, options.variant == "qlinear")
    else:
        convert = {"f32": lambda same: same, "f16": float16, "q4": four_bit, "exported": exported}
        onnx.save(convert[options.variant](model), options.destination)


if __name__ == "__main__":
    main()

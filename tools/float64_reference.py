"""The generator of the ONNX graph in float64, for compare_reference.py: what both float32 implementations approximate.

ONNX Runtime has no float64 convolution on CPUs, so the few operations that occur between the decoder's output and
conv_post are evaluated here, node by node, with torch. float64_front.py has what comes before.
"""
import numpy as np
import onnx
import torch
import torch.nn.functional as functional
from onnx import numpy_helper

BASIS = "decoder.decoder.generator.stft.istft.stft.inverse_basis"
GAIN = 4.0  # of the export's inverse transform: hop / window sum, without the sum's 1.5


def _double(array):
    tensor = torch.from_numpy(np.array(array))
    return tensor.double() if tensor.is_floating_point() else tensor


class Float64Generator:
    def __init__(self, model, output):
        """`model`: the graph cut at its inputs (onnx_reference._cut); `output`: the name of conv_post's tensor."""
        self.output = output
        self.constants = {value.name: _double(numpy_helper.to_array(value)) for value in model.graph.initializer}
        needed, self.nodes = {output}, []
        for node in reversed(model.graph.node):
            if any(name in needed for name in node.output):
                self.nodes.insert(0, node)
                needed.update(node.input)
        self.last_use = {name: i for i, node in enumerate(self.nodes) for name in node.input}

    def run(self, inputs, names):
        """Float64 values of the tensors `names` and the audio, of which the 10 samples at each end are meaningless."""
        values = {name: _double(value) for name, value in inputs.items()}
        kept = {}
        with torch.no_grad():
            for i, node in enumerate(self.nodes):
                arguments = [values.get(name, self.constants.get(name)) for name in node.input]
                results = self._evaluate(node, arguments)
                for name, result in zip(node.output, results):
                    values[name] = result
                    if name in names:
                        kept[name] = result.numpy()
                for name in node.input:
                    if self.last_use[name] == i:
                        values.pop(name, None)
            spectrum = values[self.output]
            magnitude, phase = torch.exp(spectrum[:, :11]), torch.sin(spectrum[:, 11:])
            bins = torch.cat([magnitude * torch.cos(phase), magnitude * torch.sin(phase)], 1)
            audio = functional.conv_transpose1d(bins, self.constants[BASIS], stride=5)[0, 0] * GAIN
        return kept, audio[10:-10].numpy()

    @staticmethod
    def _evaluate(node, arguments):
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        x = arguments[0]
        second = arguments[1] if len(arguments) > 1 else None
        pads = attributes.get("pads", [0, 0])
        stride, dilation = attributes.get("strides", [1])[0], attributes.get("dilations", [1])[0]
        bias = arguments[2] if len(arguments) > 2 else None
        kind = node.op_type
        if kind == "Conv":
            x = functional.pad(x, (pads[0], pads[1]))
            return [functional.conv1d(x, second, bias, stride=stride, dilation=dilation)]
        if kind == "ConvTranspose":
            return [functional.conv_transpose1d(x, second, bias, stride=stride, padding=pads[0])]
        if kind == "Split":
            return torch.split(x, second.tolist(), attributes.get("axis", 0))
        if kind == "Unsqueeze":
            for axis in second.tolist():
                x = x.unsqueeze(axis)
            return [x]
        if kind == "Pad":  # one column in front, by reflection
            return [functional.pad(x, (1, 0), mode="reflect")]
        if kind == "LeakyRelu":
            # The attribute is stored as float32; the model's slopes are these.
            return [functional.leaky_relu(x, round(attributes.get("alpha", 0.01), 6))]
        if kind == "ReduceMean":
            return [x.mean(second.tolist(), keepdim=bool(attributes.get("keepdims", 1)))]
        simple = {"Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div, "Pow": torch.pow,
                  "MatMul": torch.matmul, "Sin": torch.sin, "Sqrt": torch.sqrt}
        return [simple[kind](*arguments)]

"""Both ends of the ONNX graph in float64, for compare_reference.py: what both float32 implementations approximate.

ONNX Runtime has no float64 convolution on CPUs, so the few operations that occur between the decoder's output and
conv_post are evaluated here, node by node, with torch. ALBERT repeats one layer twelve times and so grows rounding errors:
it is written out here over the graph's weights.
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


class Float64Albert:
    """Stages "bert" and "d_en" (spec section 4)."""

    LAYER = "/encoder/bert/encoder/albert_layer_groups.0/albert_layers.0/"
    HEADS, LAYERS, EPSILON = 12, 12, 1e-12

    def __init__(self, model):
        initializers = {value.name: value for value in model.graph.initializer}
        self.nodes = {node.name: node for node in model.graph.node}
        self.parameter = lambda name: _double(numpy_helper.to_array(initializers[name]))

    def _linear(self, name):
        product = self.nodes[name + "/MatMul"].input[1]
        weight, bias = self.parameter(product).T, self.parameter(name[1:].replace("/", ".") + ".bias")
        return lambda x: functional.linear(x, weight, bias)

    def _norm(self, name):
        weight, bias = self.parameter(name + ".weight"), self.parameter(name + ".bias")
        return lambda x: functional.layer_norm(x, weight.shape, weight, bias, self.EPSILON)

    def run(self, ids):
        """ids with both pads -> {"bert": [T, 768], "d_en": [T, 512]}."""
        embeddings = "encoder.bert.embeddings."
        layer = self.LAYER[1:].replace("/", ".")
        query, key, value, dense = (
            self._linear(self.LAYER + "attention/" + part) for part in ("query", "key", "value", "dense"))
        widen, narrow = self._linear(self.LAYER + "ffn"), self._linear(self.LAYER + "ffn_output")
        attention_norm, layer_norm = self._norm(layer + "attention.LayerNorm"), self._norm(layer + "full_layer_layer_norm")
        split = lambda x: x.view(len(ids), self.HEADS, -1).transpose(0, 1)
        with torch.no_grad():
            x = (self.parameter(embeddings + "word_embeddings.weight")[list(ids)]
                 + self.parameter(embeddings + "position_embeddings.weight")[:len(ids)]
                 + self.parameter(embeddings + "token_type_embeddings.weight")[0])
            x = self._linear("/encoder/bert/encoder/embedding_hidden_mapping_in")(
                self._norm(embeddings + "LayerNorm")(x))
            for _ in range(self.LAYERS):
                scores = split(query(x)) @ split(key(x)).transpose(1, 2)
                heads = torch.softmax(scores / 8.0, -1) @ split(value(x))
                x = attention_norm(x + dense(heads.transpose(0, 1).reshape(len(ids), -1)))
                x = layer_norm(x + narrow(functional.gelu(widen(x), approximate="tanh")))
            return {"bert": x.numpy(), "d_en": self._linear("/encoder/bert_encoder")(x).numpy()}

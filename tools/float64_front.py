"""The network up to the decoder's output in float64, over a model file of ours (docs/formats/model-file.md).

Written with torch after the model specification, independently of the C++ code. Rounding errors grow through ALBERT's twelve
passes and, in utterances of a few tokens, where adaptive instance norm divides by the deviation of a few nearly equal columns:
there ONNX Runtime in float32 is 1.3e-5 away from this. Activations are [batch, channels, time].
"""
import math

import numpy as np
import torch
import torch.nn.functional as functional

import onnx_reference

PROSODIC = [f"predictor.text_encoder.lstms.{i}" for i in (1, 3, 5)] + [
    f"predictor.{curve}.{block}.{norm}" for curve in ("F0", "N") for block in range(3) for norm in ("norm1", "norm2")]
PROSODIC_CHANNELS = [512] * 3 + [512, 512, 512, 256, 256, 256] * 2


class Float64Front:
    def __init__(self, path):
        tensors = onnx_reference.read_tensors(path)
        self.tensors = {}
        for name, value in tensors.items():
            if not name.endswith("_scale"):
                value = torch.from_numpy(value.astype(np.float32))  # the product is rounded to float once, as in the graph
                if name + "_scale" in tensors:
                    value = value * torch.from_numpy(tensors[name + "_scale"].copy()).reshape(
                        self._scale_shape(tensors[name + "_scale"], value))
                self.tensors[name] = value.double()
        self.prosodic = self._ranges(zip(PROSODIC, PROSODIC_CHANNELS))
        decoder = [("decoder.encode", 514)] + [(f"decoder.decode.{i}", 1090) for i in range(4)]
        acoustic = [(f"{name}.{norm}", inputs if norm == "norm1" else 512 if name.endswith("3") else 1024)
                    for name, inputs in decoder for norm in ("norm1", "norm2")]
        self.acoustic = self._ranges(acoustic)
        self.convolutions, self.lstms = {}, {}

    @staticmethod
    def _scale_shape(scale, value):
        return scale.shape if scale.ndim != 2 else (2, 1, value.shape[2])

    @staticmethod
    def _ranges(layers):
        ranges, begin = {}, 0
        for name, channels in layers:
            ranges[name] = (begin, channels)
            begin += 2 * channels
        return ranges

    def linear(self, name, x):
        return x @ self.tensors[name + ".weight"] + self.tensors[name + ".bias"]

    def conv(self, name, x, **options):
        if name not in self.convolutions:
            self.convolutions[name] = self.tensors[name + ".weight"].permute(2, 1, 0).contiguous()
        return functional.conv1d(x, self.convolutions[name], self.tensors.get(name + ".bias"), **options)

    def lstm(self, name, x):
        """x [time, in] -> [time, 512]."""
        if name not in self.lstms:
            weights = {key: self.tensors[f"{name}.{key}"] for key in ("weight_ih", "weight_hh", "bias")}
            module = torch.nn.LSTM(x.shape[1], 256, bidirectional=True, dtype=torch.float64)
            reorder = lambda value: torch.cat([value[i * 256:(i + 1) * 256] for i in (0, 2, 3, 1)])  # i o f c -> i f c o
            for direction, suffix in enumerate(("", "_reverse")):
                for key, target in (("weight_ih", f"weight_ih_l0{suffix}"), ("weight_hh", f"weight_hh_l0{suffix}")):
                    getattr(module, target).data.copy_(reorder(weights[key][direction].T))
                getattr(module, f"bias_ih_l0{suffix}").data.copy_(reorder(weights["bias"][direction]))
                getattr(module, f"bias_hh_l0{suffix}").data.zero_()
            self.lstms[name] = module
        return self.lstms[name](x[:, None])[0][:, 0]

    # ---- text side

    def layer_norm(self, name, x, epsilon, weight="weight", bias="bias"):
        return functional.layer_norm(x, x.shape[-1:], self.tensors[f"{name}.{weight}"], self.tensors[f"{name}.{bias}"],
                                     epsilon)

    def albert(self, ids):
        embeddings, layer = "bert.embeddings.", "bert.layer."
        x = (self.tensors[embeddings + "word_embeddings.weight"][ids]
             + self.tensors[embeddings + "position_embeddings.weight"][:len(ids)]
             + self.tensors[embeddings + "token_type_embeddings.weight"][0])
        x = self.linear("bert.encoder.embedding_hidden_mapping_in",
                        self.layer_norm(embeddings + "LayerNorm", x, 1e-12))
        for _ in range(12):
            parts = self.linear(layer + "attention.query_key_value", x).view(len(ids), 3, 12, 64).permute(1, 2, 0, 3)
            queries, keys, values = parts
            heads = torch.softmax(queries @ keys.transpose(1, 2) / 8, -1) @ values
            attended = self.linear(layer + "attention.dense", heads.transpose(0, 1).reshape(len(ids), -1))
            x = self.layer_norm(layer + "attention.LayerNorm", x + attended, 1e-12)
            wide = functional.gelu(self.linear(layer + "ffn", x), approximate="tanh")
            x = self.layer_norm(layer + "full_layer_layer_norm", x + self.linear(layer + "ffn_output", wide), 1e-12)
        return x

    def prosodic_affine(self, name, style):
        begin, channels = self.prosodic[name]
        values = self.linear("style.prosodic", style[128:])[begin:begin + 2 * channels]
        return 1 + values[:channels], values[channels:]

    def read_tokens(self, tokens, style, speed):
        """tokens without pads -> dict: durations [T + 2], text [512, F], f0 [2F], energy [2F] and the stages between,
        named as in the specification and time-major."""
        ids = torch.tensor([0, *tokens, 0])
        prosody = style[128:].expand(len(ids), 128)
        bert = self.albert(ids)
        narrow = self.linear("bert_encoder", bert)
        x = torch.cat([narrow, prosody], 1)
        for i in (0, 2, 4):
            scale, shift = self.prosodic_affine(f"predictor.text_encoder.lstms.{i + 1}", style)
            x = self.lstm(f"predictor.text_encoder.lstms.{i}", x)
            x = torch.cat([functional.layer_norm(x, (512,), eps=1e-5) * scale + shift, prosody], 1)
        logits = self.linear("predictor.duration_proj.linear_layer", self.lstm("predictor.lstm", x))
        counts = torch.sigmoid(logits).sum(1)
        durations = torch.clamp(torch.round(counts / speed), min=1).long()
        frames = torch.repeat_interleave(torch.arange(len(ids)), durations)
        shared = self.lstm("predictor.shared", x[frames])
        curves = {}
        for key, name in (("f0", "F0"), ("energy", "N")):
            y = shared.T[None]
            for block in range(3):
                y = self.adain_block(f"predictor.{name}.{block}", y, style, is_prosodic=True, doubles=block == 1)
            curves[key] = self.conv(f"predictor.{name}_proj", y)[0, 0]
        text = self.tensors["text_encoder.embedding.weight"][ids].T[None]
        for i in range(3):
            text = self.conv(f"text_encoder.cnn.{i}.0", text, padding=2).transpose(1, 2)
            text = functional.leaky_relu(self.layer_norm(f"text_encoder.cnn.{i}.1", text, 1e-5, "gamma", "beta"), 0.2)
            text = text.transpose(1, 2)
        text = self.lstm("text_encoder.lstm", text[0].T)
        return {"bert": bert, "d_en": narrow, "d": x, "frames": counts, "durations": durations, "shared": shared,
                "t_en": text, "text": text[frames].T, **curves}

    # ---- decoder

    @staticmethod
    def moments(x):
        mean = x.mean(2, keepdim=True)
        return mean, ((x - mean) ** 2).mean(2, keepdim=True)

    def adain(self, x, scale, shift):
        mean, variance = self.moments(x)
        return (x - mean) * torch.rsqrt(variance + 1e-5) * scale[None, :, None] + shift[None, :, None]

    def acoustic_affine(self, name, style):
        """style [..., 256] -> scale, shift [..., channels]."""
        begin, channels = self.acoustic[name]
        weight = self.tensors["style.acoustic.weight"][:, begin:begin + 2 * channels]
        values = style[..., :128] @ weight + self.tensors["style.acoustic.bias"][begin:begin + 2 * channels]
        return 1 + values[..., :channels], values[..., channels:]

    def adain_block(self, name, x, style, is_prosodic=False, doubles=False):
        affine = self.prosodic_affine if is_prosodic else self.acoustic_affine
        y = functional.leaky_relu(self.adain(x, *affine(name + ".norm1", style)), 0.2)
        if doubles:
            pool = self.tensors[name + ".pool.weight"].T[:, None].contiguous()
            y = functional.conv_transpose1d(y, pool, self.tensors[name + ".pool.bias"], stride=2, padding=1,
                                            output_padding=1, groups=x.shape[1])
        y = self.conv(name + ".conv1", y, padding=1)
        y = self.conv(name + ".conv2", functional.leaky_relu(self.adain(y, *affine(name + ".norm2", style)), 0.2),
                      padding=1)
        shortcut = x.repeat_interleave(2, 2) if doubles else x
        if name + ".conv1x1.weight" in self.tensors:
            shortcut = self.conv(name + ".conv1x1", shortcut)
        return (y + shortcut) / math.sqrt(2)

    def decode(self, read, style, keep):
        """`keep(name, x)` is told each stage."""
        curves = torch.cat([self.conv(f"decoder.{name}_conv", read[key][None, None], padding=1, stride=2)
                            for name, key in (("F0", "f0"), ("N", "energy"))], 1)
        text = read["text"][None]
        x = self.adain_block("decoder.encode", torch.cat([text, curves], 1), style)
        keep("encode", x)
        residual = self.conv("decoder.asr_res.0", text)
        for i in range(4):
            x = self.adain_block(f"decoder.decode.{i}", torch.cat([x, residual, curves], 1), style, doubles=i == 3)
            keep(f"decode.{i}", x)

    def run(self, tokens, style, speed):
        """tokens without pads, style [256] -> stage -> [rows, columns]."""
        stages = {}
        style = torch.from_numpy(np.array(style)).double()
        with torch.no_grad():
            read = self.read_tokens(tokens, style, speed)
            self.decode(read, style, lambda name, x: stages.update({name: x[0].T.numpy()}))
        stages.update({name: value.reshape(len(value), -1).numpy() for name, value in read.items() if name != "text"})
        return stages

"""Decoders that share no code with the server: libsndfile with mpg123 (soundfile), FFmpeg (av), and G.711 by its table."""
import io

import av
import numpy as np
import soundfile


def decode_sndfile(data):
    """(samples, rate) of WAV, FLAC, Ogg Vorbis, Ogg Opus or MP3."""
    return soundfile.read(io.BytesIO(data), dtype="float64")


def decode_ffmpeg(data, form):
    with av.open(io.BytesIO(data), format=form) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    joined = np.concatenate(frames, axis=1)[0]
    return joined / (32768.0 if joined.dtype == np.int16 else 1.0), rate


def decode_mulaw(data):
    code = ~np.frombuffer(data, np.uint8)
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa.astype(np.int32) << 3) + 132) << exponent) - 132
    return np.where(code & 128, -magnitude, magnitude) / 32768.0


def decode_alaw(data):
    code = np.frombuffer(data, np.uint8) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, (code & 15).astype(np.int32)
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 264) << np.maximum(exponent - 1, 0))
    return np.where(code & 128, magnitude, -magnitude) / 32768.0


def decode_pcm(data):
    return np.frombuffer(data, "<i2") / 32768.0


def level_db(samples):
    return 10 * np.log10(np.mean(np.square(samples)) + 1e-12)


def snr_db(want, got):
    noise = np.mean(np.square(got - want)) + 1e-15
    return 10 * np.log10(np.mean(np.square(want)) / noise)

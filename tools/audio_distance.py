"""How far two arrays, mostly audio, are apart."""
import numpy as np


def relative_error(got, want):
    """Root mean square of the difference over that of `want`."""
    difference = got.astype(np.float64) - want
    return float(np.sqrt((difference ** 2).sum() / np.maximum((want.astype(np.float64) ** 2).sum(), 1e-60)))


def snr_db(got, want):
    return -20.0 * np.log10(max(relative_error(got, want), 1e-12))


def level_db(got, want):
    return 10.0 * np.log10(np.sum(got.astype(np.float64) ** 2) / np.sum(want.astype(np.float64) ** 2))


def log_spectral_distance_db(got, want, size=1024, hop=256, floor_db=-80.0):
    """Root mean square difference of the log spectra per frame, mean over frames; floor relative to the loudest bin."""
    window = np.hanning(size)

    def power(x):
        x = np.pad(x.astype(np.float64), (size // 2, size // 2 + hop))
        frames = np.lib.stride_tricks.sliding_window_view(x, size)[::hop] * window
        return np.abs(np.fft.rfft(frames, axis=1)) ** 2

    a, b = power(got), power(want)
    loudest = max(a.max(), b.max())
    log = lambda p: np.maximum(10.0 * np.log10(np.maximum(p, 1e-30) / loudest), floor_db)
    return float(np.mean(np.sqrt(np.mean((log(a) - log(b)) ** 2, axis=1))))

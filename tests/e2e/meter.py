"""Measures in a page what it plays."""

# Knows what is heard: each connection to the loudspeaker is also one to a meter, and what is begun is kept. Runs before
# the page plays anything.
METER = """
window.heard = { peak: 0, samples: [] };
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  window.heard.samples.push(...this.buffer.getChannelData(0));
  return start.apply(this, when);
};
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (target, ...more) {
  if (target === this.context.destination) {
    const meter = this.context.createAnalyser();
    connect.call(this, meter);
    const samples = new Float32Array(meter.fftSize);
    setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      for (const sample of samples) window.heard.peak = Math.max(window.heard.peak, Math.abs(sample));
    }, 20);
  }
  return connect.call(this, target, ...more);
};
"""

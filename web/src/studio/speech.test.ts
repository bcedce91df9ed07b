import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesOfBase64, PcmReader } from './speech';

test('samples are the same however their bytes are cut', () => {
  const bytes = Uint8Array.of(0, 0, 0xff, 0x7f, 0, 0x80, 1, 0, 0xff, 0xff);
  const want = [0, 32767 / 32768, -1, 1 / 32768, -1 / 32768];
  for (let cut = 0; cut <= bytes.length; ++cut) {
    for (let second = cut; second <= bytes.length; ++second) {
      const reader = new PcmReader();
      const parts = [bytes.subarray(0, cut), bytes.subarray(cut, second), bytes.subarray(second)];
      assert.deepEqual(parts.flatMap((part) => [...reader.read(part)]), want, `${cut} ${second}`);
    }
  }
});

test('base64 is bytes', () => {
  assert.deepEqual([...bytesOfBase64('AP+A')], [0, 255, 128]);
});

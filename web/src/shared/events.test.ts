import assert from 'node:assert/strict';
import test from 'node:test';
import { EventReader } from './events';

test('events are whole however they come', () => {
  const bytes = new TextEncoder().encode('data: {"a":"é"}\n\ndata: 2\n\n');
  for (let cut = 0; cut <= bytes.length; ++cut) {
    const reader = new EventReader();
    assert.deepEqual([...reader.read(bytes.subarray(0, cut)), ...reader.read(bytes.subarray(cut))], ['{"a":"é"}', '2']);
  }
});

// src/shared/events.test.ts
import assert from "node:assert/strict";
import test from "node:test";

// src/shared/events.ts
var EventReader = class {
  buffer = "";
  decoder = new TextDecoder();
  read(bytes) {
    this.buffer += this.decoder.decode(bytes, { stream: true });
    const parts = this.buffer.split("\n\n");
    this.buffer = parts.pop();
    return parts.filter((part) => part.startsWith("data: ")).map((part) => part.slice(6));
  }
};

// src/shared/events.test.ts
test("events are whole however they come", () => {
  const bytes = new TextEncoder().encode('data: {"a":"\xE9"}\n\ndata: 2\n\n');
  for (let cut = 0; cut <= bytes.length; ++cut) {
    const reader = new EventReader();
    assert.deepEqual([...reader.read(bytes.subarray(0, cut)), ...reader.read(bytes.subarray(cut))], ['{"a":"\xE9"}', "2"]);
  }
});

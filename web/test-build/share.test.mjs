// src/studio/share.test.ts
import assert from "node:assert/strict";
import test from "node:test";

// src/studio/share.ts
function parseSpelling(voice) {
  return voice.split("+").slice(0, 4).flatMap((part) => {
    const match = /^(\w+)(?:\((\d+(?:\.\d+)?)\))?$/.exec(part.trim());
    return match ? [{ voice: match[1], weight: Number(match[2] ?? 1) }] : [];
  });
}
function numberWithin(value, low, high) {
  const number = Number(value);
  return value !== null && number >= low && number <= high ? number : void 0;
}
function readFragment(fragment) {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  if (!fields.has("text")) return null;
  const shared = { text: fields.get("text") };
  const parts = parseSpelling(fields.get("voice") ?? "");
  if (parts.length > 0) shared.parts = parts;
  shared.speed = numberWithin(fields.get("speed"), 0.25, 4);
  shared.volume = numberWithin(fields.get("volume"), 0, 2);
  shared.pitch = numberWithin(fields.get("pitch"), -6, 6);
  if (/^\d{1,15}$/.test(fields.get("seed") ?? "")) shared.seed = fields.get("seed");
  return Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== void 0));
}
function writeFragment(shared) {
  const fields = new URLSearchParams({ text: shared.text, voice: shared.voice });
  if (shared.speed !== 1) fields.set("speed", String(shared.speed));
  if (shared.volume !== 1) fields.set("volume", String(shared.volume));
  if (shared.pitch !== 0) fields.set("pitch", String(shared.pitch));
  if (shared.seed !== "") fields.set("seed", shared.seed);
  return `#${fields}`;
}

// src/studio/snippets.ts
var quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
function snippet(language, origin, fields, format, hasKey) {
  const body = { ...fields, response_format: format };
  const json = JSON.stringify(body, null, 2);
  const file = `speech.${format}`;
  if (language === "curl") {
    const key2 = hasKey ? `  -H "Authorization: Bearer $LITETTS_KEY" \\
` : "";
    return `curl ${origin}/v1/audio/speech \\
  -H 'Content-Type: application/json' \\
${key2}  -d ${quoted(json)} \\
  -o ${file}`;
  }
  if (language === "Python") {
    const { model, voice, input, speed, ...more } = fields;
    const extra = Object.keys(more).length > 0 ? `    extra_body=${JSON.stringify(more)},
` : "";
    return `import os
from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(`${origin}/v1`)}, api_key=${hasKey ? 'os.environ["LITETTS_KEY"]' : '"none"'})
with client.audio.speech.with_streaming_response.create(
    model=${JSON.stringify(model)},
    voice=${JSON.stringify(voice)},
    input=${JSON.stringify(input)},
    speed=${speed},
    response_format=${JSON.stringify(format)},
${extra}) as answer:
    answer.stream_to_file(${JSON.stringify(file)})`;
  }
  const key = hasKey ? "\n    Authorization: `Bearer ${process.env.LITETTS_KEY}`," : "";
  return `import { writeFile } from 'node:fs/promises';

const answer = await fetch(${JSON.stringify(`${origin}/v1/audio/speech`)}, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',${key}
  },
  body: JSON.stringify(${json.replaceAll("\n", "\n  ")}),
});
if (!answer.ok) throw new Error(await answer.text());
await writeFile(${JSON.stringify(file)}, Buffer.from(await answer.arrayBuffer()));`;
}

// src/studio/share.test.ts
test("what is shared comes back", () => {
  const text = 'A & b = "\xFC" #1\n[x](/y/)';
  const fragment = writeFragment({ text, voice: "af_heart(7)+bm_george(3)", speed: 1.5, volume: 1, pitch: -2, seed: "42" });
  assert.deepEqual(readFragment(fragment), {
    text,
    parts: [{ voice: "af_heart", weight: 7 }, { voice: "bm_george", weight: 3 }],
    speed: 1.5,
    pitch: -2,
    seed: "42"
  });
});
test("a fragment of anybody is taken only as far as it makes sense", () => {
  assert.equal(readFragment("#elsewhere"), null);
  assert.deepEqual(readFragment("#text=a&speed=99&volume=x&seed=-1&voice=(<b>)"), { text: "a" });
  assert.equal(parseSpelling("a+b+c+d+e+f").length, 4);
});
test("programs hold the text as it is", () => {
  const fields = { model: "kokoro", input: `it's "so" \\ $HOME`, voice: "af_heart", speed: 1, pitch: 2 };
  const curl = snippet("curl", "http://h", fields, "mp3", true);
  const body = /-d '([\s\S]*)' \\\n {2}-o/.exec(curl)[1].replaceAll(`'\\''`, `'`);
  assert.equal(JSON.parse(body).input, fields.input);
  assert.match(curl, /Bearer \$LITETTS_KEY/);
  assert.match(snippet("Python", "http://h", fields, "wav", false), /extra_body=\{"pitch":2\}/);
  assert.match(snippet("JavaScript", "http://h", fields, "wav", false), /"response_format": "wav"/);
});

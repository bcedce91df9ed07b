// The official OpenAI client for Node against the server at BASE_URL; openai_client_test.py runs it.
import assert from 'node:assert/strict';

const { default: OpenAI } = await import(process.env.CLIENT);
const client = new OpenAI({ apiKey: 'sk-test', baseURL: process.env.BASE_URL, maxRetries: 0 });
const input = 'Hello there. This is a second sentence, and it is a little longer than the first one was.';
const magic = { mp3: [0x49, 0x44, 0x33], opus: [0x4f, 0x67, 0x67, 0x53], aac: [0xff], flac: [0x66, 0x4c, 0x61, 0x43], wav: [0x52, 0x49, 0x46, 0x46], pcm: [] };

async function bytesOf(response) {
  return Buffer.from(await response.arrayBuffer());
}

for (const [format, start] of Object.entries(magic)) {
  const whole = await bytesOf(await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input, response_format: format }));
  assert.deepEqual([...whole.subarray(0, start.length)], start, format);
  const streamed = await client.audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'alloy', input, response_format: format });
  const pieces = [];
  for await (const piece of streamed.body) pieces.push(piece);
  assert.ok(Buffer.concat(pieces).equals(whole), `${format}: streamed and whole differ`);
}

const sse = await client.audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'alloy', input, response_format: 'pcm', stream_format: 'sse' });
const events = (await sse.text()).split('\n\n').filter(Boolean).map((line) => JSON.parse(line.slice('data: '.length)));
assert.equal(events.at(-1).type, 'speech.audio.done');
const audio = Buffer.concat(events.slice(0, -1).map((event) => Buffer.from(event.audio, 'base64')));
assert.ok(audio.equals(await bytesOf(await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input, response_format: 'pcm' }))));

for (const voice of ['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer', 'verse', 'marin', 'cedar', 'af_heart', { id: 'bm_george' }]) {
  const answer = await client.audio.speech.create({ model: 'tts-1', voice, input: 'Yes.', response_format: 'pcm' });
  assert.ok((await bytesOf(answer)).length > 10000, JSON.stringify(voice));
}

await assert.rejects(client.audio.speech.create({ model: 'tts-1', voice: 'nobody', input }), (error) => error instanceof OpenAI.BadRequestError && error.param === 'voice');
await assert.rejects(client.audio.speech.create({ model: 'no-such-model', voice: 'alloy', input }), OpenAI.NotFoundError);
await assert.rejects(new OpenAI({ apiKey: 'wrong', baseURL: process.env.BASE_URL, maxRetries: 0 }).models.list(), OpenAI.AuthenticationError);

const models = [];
for await (const model of client.models.list()) models.push(model.id);
assert.ok(models.includes('tts-1'));
console.log('all checks passed');

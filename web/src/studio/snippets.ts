// The request of this moment as a program.
import type { AudioFormat, SpeechFields } from './speech';

export type Language = 'curl' | 'Python' | 'JavaScript';
export const LANGUAGES: Language[] = ['curl', 'Python', 'JavaScript'];

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export function snippet(language: Language, origin: string, fields: SpeechFields, format: AudioFormat, hasKey: boolean): string {
  const body = { ...fields, response_format: format };
  const json = JSON.stringify(body, null, 2);
  const file = `speech.${format}`;
  if (language === 'curl') {
    const key = hasKey ? `  -H "Authorization: Bearer $LITETTS_KEY" \\\n` : '';
    return `curl ${origin}/v1/audio/speech \\\n  -H 'Content-Type: application/json' \\\n${key}  -d ${quoted(json)} \\\n  -o ${file}`;
  }
  if (language === 'Python') {
    const { model, voice, input, speed, ...more } = fields;
    const extra = Object.keys(more).length > 0 ? `    extra_body=${JSON.stringify(more)},\n` : '';
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
  const key = hasKey ? '\n    Authorization: `Bearer ${process.env.LITETTS_KEY}`,' : '';
  return `import { writeFile } from 'node:fs/promises';

const answer = await fetch(${JSON.stringify(`${origin}/v1/audio/speech`)}, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',${key}
  },
  body: JSON.stringify(${json.replaceAll('\n', '\n  ')}),
});
if (!answer.ok) throw new Error(await answer.text());
await writeFile(${JSON.stringify(file)}, Buffer.from(await answer.arrayBuffer()));`;
}

// Server-sent events of an answer to fetch(), which unlike EventSource can send an API key.

// The data of events, whatever the pieces that they come in.
export class EventReader {
  private buffer = '';
  private readonly decoder = new TextDecoder();

  read(bytes: Uint8Array): string[] {
    this.buffer += this.decoder.decode(bytes, { stream: true });
    const parts = this.buffer.split('\n\n');
    this.buffer = parts.pop()!;
    return parts.filter((part) => part.startsWith('data: ')).map((part) => part.slice(6));
  }
}

// Calls `onEvent` with each until the answer ends; rejects where the connection breaks or the fetch is aborted.
export async function readEvents(answer: Response, onEvent: (data: string) => void): Promise<void> {
  const reader = answer.body!.getReader();
  const events = new EventReader();
  for (;;) {
    const piece = await reader.read();
    if (piece.done) return;
    for (const data of events.read(piece.value)) onEvent(data);
  }
}

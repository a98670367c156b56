// A stream of events that rests while nobody looks: browsers allow few connections to a server.
const GRACE = 30_000;

type Handler = (data: unknown) => void;

export class Stream {
  private source: EventSource | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private ended = false;
  private last: string;

  /**
   * `address` gives where to connect, by the id of the last event that was heard (at first
   * `start`), so that nothing is missed over a rest.
   */
  constructor(
    private readonly address: (last: string) => string,
    start: string,
    private readonly handlers: Record<string, Handler>,
    private readonly onState: (connected: boolean) => void = () => {},
  ) {
    this.last = start;
    document.addEventListener("visibilitychange", () => this.look());
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", () => this.open());
    this.open();
  }

  end(): void {
    this.ended = true;
    this.close();
  }

  private open(): void {
    if (this.ended || this.source) return;
    const source = new EventSource(this.address(this.last));
    source.addEventListener("open", () => this.onState(true));
    source.addEventListener("error", () => this.onState(false));
    for (const [name, handler] of Object.entries(this.handlers)) {
      source.addEventListener(name, (event) => {
        const message = event as MessageEvent<string>;
        if (message.lastEventId) this.last = message.lastEventId;
        handler(JSON.parse(message.data));
      });
    }
    this.source = source;
  }

  private close(): void {
    this.source?.close();
    this.source = undefined;
  }

  private look(): void {
    clearTimeout(this.resting);
    if (document.hidden) this.resting = setTimeout(() => this.close(), GRACE);
    else this.open();
  }
}

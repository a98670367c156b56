// A log as a column of pieces, of which those near the visible part hold their lines; the others
// are empty and keep their height. So a log of any length stays small.

/** Lines as the server sends them: numbers from `start` to `end` (not included), as HTML. */
export interface Lines {
  start: number;
  end: number;
  total: number;
  html: string;
}

interface Piece {
  element: HTMLElement;
  start: number;
  /** How many lines, counted from its start, the piece holds. */
  held: number;
  near: boolean;
  loading: Promise<void> | undefined;
}

const MARGIN = "2000px 0px";
const LINE_HEIGHT = 19.5;
const AT_ONCE = 4;

export class LogPieces {
  private readonly pieces: Piece[] = [];
  private readonly observer: IntersectionObserver;
  private readonly byElement = new WeakMap<Element, Piece>();
  private readonly queue: (() => void)[] = [];
  private running = 0;
  private age = 0;

  constructor(
    private readonly view: HTMLElement,
    private readonly address: string,
    private readonly size: number,
    private total: number,
    private readonly hidden: () => string,
  ) {
    this.observer = new IntersectionObserver((entries) => this.seen(entries), {
      root: view,
      rootMargin: MARGIN,
    });
    const given = new Map(
      [...view.querySelectorAll<HTMLElement>(".chunk")].map((e) => [Number(e.dataset.start), e]),
    );
    view.replaceChildren();
    for (let start = 0; start < total; start += size) this.add(start, given.get(start));
  }

  /** The number of the first line that the page has not heard of. */
  get known(): number {
    return this.total;
  }

  /** Takes lines that have just come; they are kept if they are (or are about to be) seen. */
  append(lines: Lines, seen: boolean): void {
    this.total = Math.max(this.total, lines.end);
    const index = Math.floor(lines.start / this.size);
    while (this.pieces.length <= index) this.add(this.pieces.length * this.size);
    const piece = this.pieces[index];
    if (!piece) return;
    const follows = lines.start === piece.start + piece.held;
    if (follows && (piece.near || seen || piece.held > 0)) {
      piece.element.insertAdjacentHTML("beforeend", lines.html);
      piece.held = lines.end - piece.start;
      piece.element.style.height = "";
    } else if (piece.near) {
      void this.fill(piece);
    } else if (piece.held === 0) {
      this.reserve(piece);
    }
  }

  /** Scrolls to a line and marks it. */
  async show(line: number): Promise<void> {
    const piece = this.pieces[Math.floor(line / this.size)];
    if (!piece) return;
    this.view.scrollTop = piece.element.offsetTop - this.view.offsetTop;
    piece.near = true;
    await this.fill(piece);
    for (const marked of this.view.querySelectorAll(".marked")) marked.classList.remove("marked");
    const element = document.getElementById(`L${line}`);
    if (!element) return;
    element.classList.add("marked");
    element.scrollIntoView({ block: "center" });
  }

  /** Reads anew what is seen: other levels are shown now. */
  forget(): void {
    this.age += 1;
    for (const piece of this.pieces) {
      this.empty(piece);
      if (piece.near) void this.fill(piece);
    }
  }

  private add(start: number, given?: HTMLElement): void {
    const element = given ?? document.createElement("div");
    element.className = "chunk";
    const held = given ? Number(given.dataset.end) - start : 0;
    const piece: Piece = { element, start, held, near: false, loading: undefined };
    if (!given) this.reserve(piece);
    this.pieces.push(piece);
    this.byElement.set(element, piece);
    this.view.append(element);
    this.observer.observe(element);
  }

  private lines(piece: Piece): number {
    return Math.min(this.size, this.total - piece.start);
  }

  private reserve(piece: Piece): void {
    piece.element.style.height = `${this.lines(piece) * LINE_HEIGHT}px`;
  }

  private seen(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const piece = this.byElement.get(entry.target);
      if (!piece) continue;
      piece.near = entry.isIntersecting;
      if (piece.near) void this.fill(piece);
      else this.drop(piece);
    }
  }

  private drop(piece: Piece): void {
    if (piece.held === 0 || this.isSelected(piece)) return;
    const height = piece.element.offsetHeight;
    this.empty(piece);
    piece.element.style.height = `${height}px`;
  }

  private empty(piece: Piece): void {
    piece.element.replaceChildren();
    piece.held = 0;
    this.reserve(piece);
  }

  private isSelected(piece: Piece): boolean {
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && selection.containsNode(piece.element, true);
  }

  private fill(piece: Piece): Promise<void> {
    piece.loading ??= this.load(piece).finally(() => {
      piece.loading = undefined;
    });
    return piece.loading;
  }

  private async load(piece: Piece): Promise<void> {
    while (piece.near && piece.held < this.lines(piece)) {
      const from = piece.start + piece.held;
      const age = this.age;
      const lines = await this.fetch(from, piece.start + this.size);
      if (!lines || lines.end === from) return;
      // Meanwhile lines may have been pushed, or other levels may be shown.
      if (age !== this.age || from !== piece.start + piece.held) continue;
      piece.element.insertAdjacentHTML("beforeend", lines.html);
      piece.held = lines.end - piece.start;
      piece.element.style.height = "";
    }
  }

  private async fetch(start: number, end: number): Promise<Lines | undefined> {
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.running += 1;
    try {
      const query = new URLSearchParams({
        start: String(start),
        end: String(end),
        hide: this.hidden(),
      });
      const response = await fetch(`${this.address}?${query}`, { credentials: "same-origin" });
      return response.ok ? ((await response.json()) as Lines) : undefined;
    } catch (error) {
      console.info("these lines were not read:", error);
      return undefined;
    } finally {
      this.running -= 1;
      this.queue.shift()?.();
    }
  }
}

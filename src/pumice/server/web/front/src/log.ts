// The page of a job: its log, of which only the part that is seen is kept, and what stands around.
import { LogFilter } from "./logfilter";
import { LogPieces, type Lines } from "./logpieces";
import { Regions } from "./regions";
import { Stream } from "./stream";

const NEAR = 40;

export function showLog(): void {
  const section = document.querySelector<HTMLElement>("#log");
  const view = section?.querySelector<HTMLElement>(".log-view");
  if (section && view) new LogPage(section, view);
}

class LogPage {
  private readonly job: string;
  private readonly pieces: LogPieces;
  private readonly summary: Regions;
  private readonly note: HTMLElement | null;
  private readonly followButton: HTMLButtonElement | null;
  private following = false;
  private top = 0;

  constructor(
    private readonly section: HTMLElement,
    private readonly view: HTMLElement,
  ) {
    this.job = section.dataset.job ?? "";
    this.note = section.querySelector(".log-note");
    this.followButton = section.querySelector(".follow");
    this.summary = new Regions(`/scheduler/job/${this.job}/summary`);
    const filter = new LogFilter(section, view);
    this.pieces = new LogPieces(
      view,
      `/scheduler/job/${this.job}/log`,
      Number(section.dataset.chunk),
      Number(section.dataset.total),
      () => filter.hidden,
    );
    filter.onChange = () => this.pieces.forget();
    section.querySelector<HTMLElement>(".log-pages")?.remove();
    this.offerButtons();
    view.addEventListener("scroll", () => this.scrolled(), { passive: true });
    addEventListener("hashchange", () => void this.goToHash());
    if ("live" in section.dataset) this.live();
    void this.goToHash();
  }

  private live(): void {
    if (!location.hash) this.follow(true);
    const known = String(this.pieces.known);
    const stream = new Stream(
      (last) => `/scheduler/job/${this.job}/live?line=${last}`,
      known,
      {
        log: (data) => this.append(data as Lines),
        state: () => this.summary.refresh(),
        end: () => {
          stream.end();
          this.ended();
        },
      },
      (connected) => this.say(connected ? "" : "The connection is lost; trying again."),
    );
  }

  private append(lines: Lines): void {
    this.say("");
    this.pieces.append(lines, this.following);
    if (this.following) this.toEnd();
    if (lines.html.includes('data-lvl="results"')) this.summary.refresh();
  }

  private ended(): void {
    this.follow(false);
    if (this.followButton) this.followButton.hidden = true;
    this.summary.refresh();
    this.say("The job has ended.");
  }

  private offerButtons(): void {
    const start = this.section.querySelector<HTMLButtonElement>(".to-start");
    const end = this.section.querySelector<HTMLButtonElement>(".to-end");
    if (!start || !end || !this.followButton) return;
    start.hidden = end.hidden = false;
    this.followButton.hidden = !("live" in this.section.dataset);
    start.addEventListener("click", () => {
      this.follow(false);
      this.view.scrollTop = 0;
    });
    end.addEventListener("click", () => this.toEnd());
    this.followButton.addEventListener("click", () => this.follow(!this.following));
  }

  private follow(on: boolean): void {
    this.following = on;
    this.followButton?.setAttribute("aria-pressed", String(on));
    if (on) this.toEnd();
  }

  private toEnd(): void {
    this.view.scrollTop = this.view.scrollHeight;
    this.top = this.view.scrollTop;
  }

  /** Scrolling up stops following; scrolling to the end goes on with it. */
  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.view;
    const rest = scrollHeight - clientHeight - scrollTop;
    if (this.following && scrollTop < this.top - 4 && rest > NEAR) this.follow(false);
    this.top = scrollTop;
  }

  private async goToHash(): Promise<void> {
    const found = /^#L(\d{1,9})$/.exec(location.hash);
    if (!found) return;
    this.follow(false);
    await this.pieces.show(Number(found[1]));
  }

  private say(text: string): void {
    if (this.note && this.note.textContent !== text) this.note.textContent = text;
  }
}

// Parts of a page that are fetched anew when something in them has changed.
import { tellTimes } from "./times";

const PAUSE = 1_000;

/**
 * Puts the parts with a `data-live-region` that the address answers in the place of those that
 * the page has, at most once a second, and never faster than the server answers.
 */
export class Regions {
  private running = false;
  private again = false;

  constructor(private readonly address: string) {}

  refresh(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    do {
      this.again = false;
      const start = performance.now();
      await this.fetch();
      const pause = Math.max(PAUSE, 4 * (performance.now() - start));
      await new Promise((resolve) => setTimeout(resolve, pause));
    } while (this.again);
    this.running = false;
  }

  private async fetch(): Promise<void> {
    try {
      const response = await fetch(this.address, { credentials: "same-origin" });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const fresh of page.querySelectorAll<HTMLElement>("[data-live-region]")) replace(fresh);
    } catch (error) {
      // The server is away. The stream notices, comes back, and then this is tried again.
      console.info("not refreshed:", error);
    }
  }
}

function replace(fresh: HTMLElement): void {
  const old = document.getElementById(fresh.id);
  if (!old || old.querySelector("input:focus")) return;
  const before = new Set(keys(old));
  tellTimes(fresh);
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(document.adoptNode(fresh));
  for (const row of fresh.querySelectorAll<HTMLElement>("tr[data-job]")) {
    if (before.size && !before.has(row.dataset.job)) row.classList.add("fresh");
  }
  if (focused) refocus(fresh, focused);
}

function keys(region: HTMLElement): (string | undefined)[] {
  return [...region.querySelectorAll<HTMLElement>("tr[data-job]")].map((row) => row.dataset.job);
}

function refocus(fresh: HTMLElement, focused: Element): void {
  const href = focused.getAttribute("href");
  const twin = href
    ? fresh.querySelector<HTMLElement>(`a[href="${CSS.escape(href)}"]`)
    : fresh.querySelector<HTMLElement>(focused.tagName);
  twin?.focus({ preventScroll: true });
}

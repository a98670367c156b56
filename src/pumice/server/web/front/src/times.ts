// Times in the reader's own zone, and lengths of time that count on.

/** Turns the times below an element, which the server wrote in UTC, into the reader's zone. */
export function tellTimes(root: ParentNode): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time.moment")) {
    const when = new Date(time.dateTime);
    if (Number.isNaN(when.getTime())) continue;
    time.textContent = local(when);
    time.title = when.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
  }
}

/** Lets the lengths of time of things that go on grow, second by second. */
export function tick(): void {
  setInterval(() => {
    if (document.hidden) return;
    for (const element of document.querySelectorAll<HTMLElement>("[data-since]")) {
      const start = Date.parse(element.dataset.since ?? "");
      if (!Number.isNaN(start)) element.textContent = duration((Date.now() - start) / 1000);
    }
  }, 1000);
}

/** A length of time as the server writes it: `8 s`, `1 min 20 s`, `2 h 05 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(Math.floor(seconds), 0);
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3_600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${two(minutes)} min`;
  if (minutes) return `${minutes} min ${two(whole % 60)} s`;
  return `${whole} s`;
}

function local(when: Date): string {
  const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  return `${day} ${two(when.getHours())}:${two(when.getMinutes())}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

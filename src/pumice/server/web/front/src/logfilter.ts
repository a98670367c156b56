// Which levels of a log are shown, kept from page to page.
const KEY = "hidden-levels";

export class LogFilter {
  onChange: () => void = () => {};

  constructor(
    section: HTMLElement,
    private readonly view: HTMLElement,
  ) {
    const fieldset = section.querySelector<HTMLElement>(".levels");
    if (!fieldset) return;
    const boxes = [...fieldset.querySelectorAll<HTMLInputElement>("input")];
    const hidden = new Set((localStorage.getItem(KEY) ?? "").split(" "));
    for (const box of boxes) box.checked = !hidden.has(box.value);
    fieldset.hidden = false;
    this.apply(boxes);
    fieldset.addEventListener("change", () => {
      this.apply(boxes);
      localStorage.setItem(KEY, this.hidden);
      this.onChange();
    });
  }

  /** The levels that are not shown, with spaces between. */
  get hidden(): string {
    return this.view.dataset.hide ?? "";
  }

  private apply(boxes: HTMLInputElement[]): void {
    this.view.dataset.hide = boxes
      .filter((box) => !box.checked)
      .map((box) => box.value)
      .join(" ");
  }
}

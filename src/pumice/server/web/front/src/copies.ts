// Buttons that copy the text of another element.
export function offerCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    const source = document.querySelector<HTMLElement>(button.dataset.copy ?? "");
    if (!source || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      const lines = [...source.querySelectorAll("span")].map((line) => line.textContent);
      void navigator.clipboard.writeText(lines.join("")).then(() => {
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 2_000);
      });
    });
  }
}

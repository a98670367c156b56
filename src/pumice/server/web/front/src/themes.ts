// The button that goes through the themes: as the system says, light, dark.
const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const LABELS: Record<Theme, string> = {
  auto: "◐ Auto",
  light: "☀ Light",
  dark: "☾ Dark",
};

export function offerThemes(): void {
  const button = document.querySelector<HTMLButtonElement>("#theme");
  if (!button) return;
  show(button, current());
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(current()) + 1) % THEMES.length] ?? "auto";
    if (next === "auto") {
      localStorage.removeItem("theme");
      delete document.documentElement.dataset.theme;
    } else {
      localStorage.setItem("theme", next);
      document.documentElement.dataset.theme = next;
    }
    show(button, next);
  });
}

function current(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "auto";
}

function show(button: HTMLButtonElement, theme: Theme): void {
  button.dataset.theme = theme;
  button.textContent = LABELS[theme];
  button.title = "Theme: as the system, light or dark";
  button.setAttribute("aria-label", `Theme: ${LABELS[theme]}`);
}

// The form for a job's definition: read it from a file, check it before it is sent.
interface Verdict {
  result: "success" | "failure";
  errors: string;
  warnings: string;
}

export function offerChecks(): void {
  const form = document.querySelector<HTMLFormElement>("#submit");
  const text = form?.querySelector<HTMLTextAreaElement>("textarea");
  const verdict = form?.querySelector<HTMLElement>(".verdict");
  if (!form || !text || !verdict) return;

  const check = form.querySelector<HTMLButtonElement>(".validate");
  if (check) {
    check.hidden = false;
    check.addEventListener("click", () => void validate(form, verdict));
  }
  text.addEventListener("paste", () => setTimeout(() => void validate(form, verdict)));
  text.addEventListener("input", () => say(verdict, "", ""));

  const file = form.querySelector<HTMLInputElement>("input[type=file]");
  if (file?.parentElement) {
    file.parentElement.hidden = false;
    file.addEventListener("change", () => {
      void file.files?.[0]?.text().then((content) => {
        text.value = content;
        void validate(form, verdict);
      });
    });
  }
}

async function validate(form: HTMLFormElement, verdict: HTMLElement): Promise<void> {
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "XMLHttpRequest" },
      credentials: "same-origin",
    });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const answer = (await response.json()) as Verdict;
    const fine = answer.result === "success";
    say(verdict, answer.result, fine ? "The definition is valid." : answer.errors);
  } catch (error) {
    say(verdict, "failure", `Not checked: ${error instanceof Error ? error.message : error}`);
  }
}

function say(verdict: HTMLElement, result: string, text: string): void {
  verdict.dataset.result = result;
  verdict.textContent = text;
}

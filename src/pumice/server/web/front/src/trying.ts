// Forms on the page of the API's help, with which a reader tries a method.
import { call, Fault, type Value } from "./xmlrpc";

const MAX_SHOWN = 1_000_000;

interface Parts {
  form: HTMLFormElement;
  text: HTMLTextAreaElement;
  button: HTMLButtonElement;
  verdict: HTMLElement;
  answer: HTMLElement;
}

export function offerTrying(): void {
  const template = document.querySelector<HTMLTemplateElement>("#try-method");
  if (!template) return;
  for (const method of document.querySelectorAll<HTMLElement>(".method[data-arguments]")) {
    const made = document.importNode(template.content, true);
    const parts = found(made);
    if (!parts) return;
    parts.text.value = method.dataset.arguments ?? "[]";
    const asks = method.dataset.onlyReads === undefined;
    if (!asks) made.querySelector(".asks")?.remove();
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void attempt(method.id, asks, parts);
    });
    method.querySelector("pre")?.after(made);
  }
}

function found(root: ParentNode): Parts | null {
  const form = root.querySelector<HTMLFormElement>("form");
  const text = root.querySelector<HTMLTextAreaElement>("textarea");
  const button = root.querySelector<HTMLButtonElement>("button");
  const verdict = root.querySelector<HTMLElement>(".verdict");
  const answer = root.querySelector<HTMLElement>("pre");
  return form && text && button && verdict && answer ? { form, text, button, verdict, answer } : null;
}

async function attempt(name: string, asks: boolean, parts: Parts): Promise<void> {
  parts.answer.hidden = true;
  let values: Value[];
  try {
    values = listed(parts.text.value);
  } catch (error) {
    say(parts, "failure", `Not called: ${error instanceof Error ? error.message : error}`);
    return;
  }
  try {
    if (asks && !(await agreed(name, values))) {
      say(parts, "", "Not called.");
      return;
    }
    parts.button.disabled = true;
    say(parts, "", "Calling …");
    const value = await call(name, values);
    const shown = typeof value === "string" ? value : JSON.stringify(value, null, 2);
    parts.answer.textContent = shown.slice(0, MAX_SHOWN);
    parts.answer.hidden = false;
    const cut = shown.length > MAX_SHOWN ? ", the first million characters" : "";
    say(parts, "success", `The answer${typeof value === "string" ? ", a text" : ", as JSON"}${cut}:`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const kind = error instanceof Fault ? `Fault ${error.code}` : "No answer";
    say(parts, "failure", `${kind}: ${error.message}`);
  } finally {
    parts.button.disabled = false;
  }
}

function listed(text: string): Value[] {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() || "[]");
  } catch (error) {
    throw new Error(`the arguments are not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!Array.isArray(value)) throw new Error("the arguments must be a list, in [ and ]");
  return value as Value[];
}

/** Asks the reader whether the call shall be made. */
function agreed(name: string, values: Value[]): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>("#try-asks");
  const place = dialog?.querySelector("pre");
  if (!dialog || !place) return Promise.resolve(false);
  const shown = values.map((value) => JSON.stringify(value)).join(", ");
  place.textContent = `${name}(${shown})`;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function say(parts: Parts, result: string, text: string): void {
  parts.verdict.dataset.result = result;
  parts.verdict.textContent = text;
}
